"""`canje station doctor`: looks at everything a station stands on, explains, and repairs what can be made again.

Only projections and the reserve can be made again. A journal that is broken is for people to look at.
"""

from suite.domain.errors import N_
from suite.node.identity import load_identity
from suite.node.membership import load_membership
from suite.node.trust import Trust
from suite.runtime.ballast import Reserve
from suite.runtime.clock import Clock
from suite.runtime.db import DatabaseError, check_version, open_reader, trouble_of
from suite.runtime.errors import StorageTrouble, SuiteError
from suite.runtime.examination import (
    Finding,
    bad,
    examine_clock,
    examine_file,
    examine_keys,
    examine_room,
    good,
    trouble,
)
from suite.runtime.machine_notes import Health, health_of, note_health
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from suite.runtime.texts import number, say
from suite.station import courier
from suite.station.inspection import Inspection
from suite.station.pos.inspection import damaged_sales, setup_is_damaged
from suite.station.schema import VERSION
from suite.sync.registry import keys_of


def examine(home: Home, clock: Clock, reserve: Reserve) -> list[Finding]:
    """Everything, from the keys to the last table, in one read of the file. Raises NotSetUp.

    What was found is noted beside the database, with the moment.
    """
    secrets, membership = load_node_secrets(home.keys), load_membership(home)
    found = [examine_keys(home), *examine_room(reserve, with_ballast=True)]
    try:
        if not home.database.exists():
            raise StorageTrouble(N_("The database {path} is gone. Call central."), path=home.database)
        connection = open_reader(home.database, secrets.database_key())
    except SuiteError as error:
        found.append(trouble("file", error))
    else:
        try:
            found += examine_file(connection)
            connection.execute("BEGIN")
            logs = [own.log for own in load_identity(home, membership.genesis, secrets).incarnations]
            central = keys_of(Trust(home, membership.invitation).registries())
            found += _content(Inspection(connection, logs, central), clock)
        except DatabaseError as error:
            found.append(trouble("file", trouble_of(error, home.database)))
        except SuiteError as error:
            found.append(trouble("journal", error))
        finally:
            connection.close()
    last = health_of(home)
    note_health(home, Health(last.drilled, clock.now(), sum(not each.good for each in found)))
    return found


def _content(inspection: Inspection, clock: Clock) -> list[Finding]:
    check_version(inspection.version(), VERSION)
    if inspection.version() < VERSION:
        return [bad("release", N_("The tables are of an older release. Repair makes them anew."), repairable=True)]
    missing = inspection.missing_parts()
    found = [bad("tables", N_("{part} is missing or altered. Repair it."), repairable=True, part=p) for p in missing]
    journals = list(inspection.journals())
    found += journals
    if missing or not all(each.good for each in journals):
        return found
    found.append(examine_clock(clock.now(), inspection.newest()))
    told = list(inspection.told()) or [good("feed", N_("Central's data fits the journal."))]
    return [*found, *inspection.tables(), *told, *inspection.pos()]


def repair(home: Home, reserve: Reserve) -> tuple[str, ...]:
    """Make the projections anew from a journal that verifies, and the reserve; central is to tell all it said again.

    Returns what was done.
    Raises JournalBroken, StorageTrouble; nothing is changed then.
    """
    store = courier.open_station(home).store
    try:
        store.verify()
        entries = store.rebuild()
        with store.writing() as connection:
            store.witness.refuse_feed("digest")
            store.pos.mend(damaged_sales(connection), setup=setup_is_damaged(connection))
    finally:
        store.close()
    done = [say(N_("{entries} entries verified and replayed."), entries=number(entries))]
    if not reserve.is_there() and reserve.keep():
        done.append(say(N_("The reserve for a full disk was made.")))
    return tuple(done)
