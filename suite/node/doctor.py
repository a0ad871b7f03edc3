"""What a doctor looks at in every node beside central, explains, and repairs where it can be made again.

Only projections, parts of tables, the anchor and the reserve can be made again. A journal that is broken, or keys that
are gone, are for people to look at.
"""

from collections.abc import Callable
from functools import partial

from suite.domain.errors import N_
from suite.node.identity import Identity, load_identity
from suite.node.inspection import NodeInspection, mend_parts
from suite.node.membership import Membership, check_kind, load_membership
from suite.node.outpost import Outpost
from suite.node.store import NodeStore
from suite.node.trust import Trust
from suite.runtime.ballast import Reserve
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.db import Connection, DatabaseError, check_version, open_memory, open_reader, trouble_of
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
from suite.runtime.secrets import NodeSecrets, load_node_secrets
from suite.runtime.texts import number, say
from suite.sync.registry import keys_of


def examine(
    home: Home, clock: Clock, reserve: Reserve, inspect: type[NodeInspection], *, with_ballast: bool = False
) -> list[Finding]:
    """Everything, from the keys to the last table, in one read of the file. Raises NotSetUp where no node is.

    What was found is noted beside the database, with the moment.
    """
    if not any(path.exists() for path in (home.keys, home.invitation, home.database)):
        load_node_secrets(home.keys)
    found = examine_room(reserve, with_ballast=with_ballast)
    try:
        secrets, membership = _keys(home)
        check_kind(membership, home, inspect.KIND)
        found = [examine_keys(home), *found]
        found += _file(home, clock, inspect, secrets, membership)
    except StorageTrouble as error:
        found = [trouble("keys", error), *found]
    last = health_of(home)
    note_health(home, Health(last.drilled, clock.now(), sum(not each.good for each in found)))
    return found


def _keys(home: Home) -> tuple[NodeSecrets, Membership]:
    """Raises StorageTrouble: what is here is a node's, so that a file that is missing is a file that was lost."""
    for path in (home.keys, home.invitation):
        if not path.exists():
            raise StorageTrouble(
                N_(
                    "The file {path} is gone. Without it this node cannot be opened: put it back from a copy of the "
                    "folder, or have central replace this PC."
                ),
                path=path,
            )
    return load_node_secrets(home.keys), load_membership(home)


def _file(
    home: Home, clock: Clock, inspect: type[NodeInspection], secrets: NodeSecrets, membership: Membership
) -> list[Finding]:
    if not home.database.exists():
        return [trouble("file", StorageTrouble(N_("The database {path} is gone. Call central."), path=home.database))]
    found = list[Finding]()
    try:
        connection = open_reader(home.database, secrets.database_key())
    except SuiteError as error:
        return [trouble("file", error)]
    try:
        found += examine_file(connection)
        connection.execute("BEGIN")
        identity = load_identity(home, membership.genesis, secrets)
        logs = [own.log for own in identity.incarnations]
        central = keys_of(Trust(home, membership.invitation).registries())
        found += _content(inspect(connection, logs, central), clock, home, identity)
    except DatabaseError as error:
        found.append(trouble("file", trouble_of(error, home.database)))
    except SuiteError as error:
        found.append(trouble("journal", error))
    finally:
        connection.close()
    return found


def _content(inspection: NodeInspection, clock: Clock, home: Home, identity: Identity) -> list[Finding]:
    check_version(inspection.version(), inspection.VERSION)
    if inspection.version() < inspection.VERSION:
        return [bad("release", N_("The tables are of an older release. Repair makes them anew."), repairable=True)]
    missing = inspection.missing_parts()
    found = [bad("tables", N_("{part} is missing or altered. Repair it."), repairable=True, part=p) for p in missing]
    journals = [*inspection.journals(), inspection.anchor(identity.anchored if home.anchor.exists() else None)]
    found += journals
    if missing or not all(each.good for each in journals if each.check == "journal"):
        return found
    found.append(examine_clock(clock.now(), inspection.newest()))
    told = list(inspection.told()) or [good("feed", N_("Central's data fits the journal."))]
    return [*found, *inspection.tables(), *told, *inspection.beside()]


def repair_tables(store: NodeStore, fresh: Connection) -> str:
    """Make missing parts and every projection anew, from a journal that verifies. Returns what was done.

    Raises JournalBroken, StorageTrouble; nothing is changed then.
    """
    store.verify()
    with store.writing() as connection:
        mend_parts(connection, fresh)
    entries = store.rebuild()
    return say(N_("{entries} entries verified and replayed."), entries=number(entries))


def doctor_of(
    inspect: type[NodeInspection], opener: Callable[[Home, Clock], Outpost]
) -> tuple[Callable[[Home, Clock, Reserve], list[Finding]], Callable[[Home, Reserve], tuple[str, ...]]]:
    """`examine` and `repair` for a kind of node that is no station, by its inspection and how it is opened."""

    def repair(home: Home, _: Reserve) -> tuple[str, ...]:
        store = opener(home, clock_from_environment()).store
        fresh = open_memory()
        try:
            type(store)(fresh, b"")
            return (repair_tables(store, fresh),)
        finally:
            fresh.close()
            store.close()

    return partial(examine, inspect=inspect), repair
