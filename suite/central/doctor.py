"""`canje central doctor`: looks at everything central stands on, explains, and repairs what can be made again.

The work is done on a copy beside the database, so that the office goes on meanwhile.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

from suite.central.backup import copies_in
from suite.central.dialect import copied_engine, embedded_engine
from suite.central.drill import rebuilt, scratch_folder
from suite.central.inspection import (
    check_order,
    check_seals,
    differences,
    is_of_this_release,
    lacking,
    missing_parts,
)
from suite.central.office import Office
from suite.central.store import CentralStore
from suite.central.telling import told_as_made
from suite.domain.errors import N_
from suite.domain.keeping import FORGOTTEN_AFTER_MS
from suite.runtime.ballast import Reserve
from suite.runtime.clock import Clock
from suite.runtime.db import DatabaseError, trouble_of
from suite.runtime.errors import NotSetUp, StorageTrouble, SuiteError
from suite.runtime.examination import (
    Finding,
    bad,
    examine_clock,
    examine_file,
    examine_keys,
    examine_room,
    good,
    rows_differ,
    trouble,
)
from suite.runtime.machine_notes import Health, drill_is_late, health_of, note_health, settings_of
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from suite.runtime.texts import number, say


def examine(home: Home, clock: Clock, reserve: Reserve) -> list[Finding]:
    """Everything, from the keys to the last table. Raises NotSetUp.

    What was found is noted beside the database, with the moment.
    """
    secrets = load_node_secrets(home.keys)
    if home.invitation.exists():
        raise NotSetUp(N_("The folder {folder} holds a station, not central."), folder=home.folder)
    found = [examine_keys(home), *examine_room(reserve, with_ballast=False)]
    key = secrets.database_key()
    try:
        if not home.database.exists():
            raise StorageTrouble(N_("The database {path} is gone. Restore the last backup."), path=home.database)
        store = CentralStore(embedded_engine(home, key), as_it_is=True)
        try:
            found += examine_file(store.connection())
            with scratch_folder(home) as scratch:
                found += examine_content(store, Path(scratch), key, clock)
        finally:
            store.close()
    except DatabaseError as error:
        found.append(trouble("file", trouble_of(error, home.database)))
    except SuiteError as error:
        found.append(trouble("file", error))
    found += _backups(home, clock)
    last = health_of(home)
    note_health(home, Health(last.drilled, clock.now(), sum(not each.good for each in found)))
    return found


def examine_content(store: CentralStore, scratch: Path, key: bytes, clock: Clock) -> list[Finding]:
    """Journals, seals, order, tables and personal data of an open file, by a copy of it that is made anew."""
    paths = [scratch / name / "canje.db" for name in ("as-it-is", "made-anew")]
    for path in paths:
        path.parent.mkdir()
    store.copy_into(paths[0])
    shutil.copyfile(*paths)
    stored, anew = CentralStore(copied_engine(paths[0], key), as_it_is=True), None
    try:
        with stored.transaction() as connection:
            missing = missing_parts(connection)
            found = [
                bad("tables", N_("{part} is missing or altered. Repair it."), repairable=True, part=p) for p in missing
            ]
            if not missing and not is_of_this_release(connection):
                found.append(
                    bad("release", N_("The tables are of an older release. Repair makes them anew."), repairable=True)
                )
        anew = rebuilt(paths[1], key)
        found += _held_against_anew(stored, anew, clock)
    except SuiteError as error:
        found.append(trouble("journal", error))
    finally:
        stored.close()
        if anew is not None:
            anew.close()
    if all(each.good for each in found):
        found.append(_told_as_made(paths[0], key, clock))
    return found


def _held_against_anew(stored: CentralStore, anew: CentralStore, clock: Clock) -> Iterator[Finding]:
    with anew.transaction() as right, stored.transaction() as left:
        entries, seals = anew.verify(), check_seals(right)
        yield good("journal", N_("{entries} entries linked again."), entries=entries)
        yield good("seals", N_("Seals of stations verified: {seals}."), seals=seals)
        yield good("order", N_("{count} facts stand in one order."), count=check_order(right))
        yield examine_clock(clock.now(), anew.own_event(anew.tip().seq)[1].at)
        differing = differences(left, right)
        yield from (rows_differ(d.table, d.rows, d.expected, d.key) for d in differing)
        if not differing:
            yield good("tables", N_("Every table is what the journals say."))
        missing = lacking(right)
    if missing:
        text = N_("Personal data is missing {count} times though nobody erased it. Restore a backup, or load it again.")
        yield bad("people", text, count=missing)
    else:
        yield good("people", N_("Personal data is whole."))


def _told_as_made(path: Path, key: bytes, clock: Clock) -> Finding:
    """Whether the rows that stations are told are what the tables say: all made anew, none may differ.

    The file is changed: give a copy.
    """
    store = CentralStore(embedded_engine(Home(path.parent), key), as_it_is=True)
    try:
        with store.transaction():
            sound = told_as_made(store, clock.now())
    finally:
        store.close()
    if sound:
        return good("told", N_("What stations are told is what the tables say."))
    return bad("told", N_("What stations are told is not what the tables say. Repair makes it anew."), repairable=True)


def _backups(home: Home, clock: Clock) -> list[Finding]:
    folder, now = settings_of(home).backups, clock.now()
    if not folder:
        return [bad("backup", N_("There are no backups. Name a folder: canje central backup --to FOLDER --remember"))]
    try:
        copies = copies_in(Path(folder))
    except SuiteError as error:
        return [trouble("backup", error)]
    found = list[Finding]()
    if any(now - copy.at > FORGOTTEN_AFTER_MS for copy in copies):
        found.append(bad("backup", N_("A backup is older than 35 days and may name removed members. Make a new one.")))
    if drill_is_late(home, now):
        found.append(bad("drill", N_("No backup was tried for a week. Run canje central drill.")))
    return found or [good("backup", N_("Backups: {copies}. One was tried within a week."), copies=len(copies))]


def repair(office: Office) -> tuple[str, ...]:
    """Make every projection anew from journals that verify. Returns what was done. Raises JournalBroken."""
    with office.store.transaction() as connection:
        entries = office.store.verify()
        check_order(connection)
        office.store.remake()
    return (say(N_("{entries} entries verified and replayed."), entries=number(entries)),)
