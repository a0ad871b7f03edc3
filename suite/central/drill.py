"""The drill: the newest backup restored for the sake of it, and held against what central knows today (SYN-4)."""

import shutil
import tempfile
from pathlib import Path

import msgspec

from suite.central.backup import Copy, copies_in, inspect_copy
from suite.central.dialect import copied_engine, embedded_engine
from suite.central.inspection import (
    Difference,
    check_order,
    check_seals,
    check_vault,
    commitments,
    cut_to,
    differences,
    entry_at,
    forget_what_is_gone,
    is_of_this_release,
)
from suite.central.office import Office
from suite.central.store import CentralStore
from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.runtime.errors import BadInput, JournalBroken
from suite.runtime.machine_notes import Health, health_of, note_health
from suite.runtime.paths import Home

SCRATCH = "drill-"


class Drill(msgspec.Struct, frozen=True):
    """What a drill did: the copy, what was verified in it, how long it took, and every table that differs."""

    copy: str
    at: Moment
    count: int
    entries: int
    seals: int
    seconds: int
    behind: int
    """Facts that central admitted since: what would have to come again, or be done again."""

    differing: tuple[Difference, ...]


def drill(office: Office, home: Home, folder: Path) -> Drill:
    """Restore the newest backup to a temporary folder, verify it, compare it with today's central as of its count.

    A drill without differences is noted as the last success. Raises BadInput without a backup, StorageTrouble for a
    damaged one, JournalBroken for one of another history.
    """
    begun = office.clock.now()
    with office.store.transaction():
        network = office.programme().network
    copies = copies_in(folder, network)
    if not copies:
        raise BadInput(N_("There is no backup in {folder}. Make one: canje central backup."), folder=folder)
    with scratch_folder(home) as scratch:
        done = _compare(office, copies[-1], Path(scratch), begun)
    if not done.differing:
        last = health_of(home)
        note_health(home, Health(office.clock.now(), last.examined, last.findings))
    return done


def scratch_folder(home: Home) -> "tempfile.TemporaryDirectory[str]":
    """A folder beside the database, for encrypted copies; what a kill left of an earlier one goes first."""
    for left in home.folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=SCRATCH, dir=home.folder)


def rebuilt(path: Path, key: bytes, *, count: int | None = None) -> CentralStore:
    """The copy at `path`, its journals verified and every projection made anew; cut to `count` facts where asked.

    The file is changed: give a copy of a copy. Raises JournalBroken.
    """
    store = CentralStore(embedded_engine(Home(path.parent), key))
    with store.transaction() as connection:
        if count is not None:
            cut_to(connection, count)
        store.verify()
        check_order(connection)
        check_vault(connection)
        store.remake()
    return store


def _compare(office: Office, copy: Copy, scratch: Path, begun: Moment) -> Drill:
    key = office.secrets.database_key()
    inspect_copy(copy.path, office.secrets)
    paths = [scratch / name / "canje.db" for name in ("backup", "live")]
    for path in paths:
        path.parent.mkdir()
    shutil.copyfile(copy.path, paths[0])
    office.store.copy_into(paths[1])
    stored = CentralStore(copied_engine(copy.path, key), as_it_is=True)
    restored = rebuilt(paths[0], key)
    opened = [stored, restored]
    try:
        with stored.transaction() as left, restored.transaction() as right:
            entries, seals, count, tip = restored.verify(), check_seals(right), restored.count(), restored.tip()
            check_order(right)
            differing = differences(left, right) if is_of_this_release(left) else []
        live = CentralStore(copied_engine(paths[1], key), as_it_is=True)
        opened.append(live)
        with live.transaction() as now, restored.transaction() as then:
            known, kept, behind = entry_at(now, tip.seq), commitments(now), live.count() - count
            forget_what_is_gone(then, kept)
            restored.rebuild()
        if known is None or known[1] != tip.head or behind < 0:
            raise JournalBroken(
                N_("The backup {path} is of another history than this central. Keep both, and call support."),
                path=copy.path,
            )
        live.close()
        today = rebuilt(paths[1], key, count=count)
        opened.append(today)
        with today.transaction() as left, restored.transaction() as right:
            differing += differences(left, right)
    finally:
        for store in opened:
            store.close()
    seconds = (office.clock.now() - begun + 999) // 1000
    return Drill(copy.path.name, copy.at, count, entries, seals, seconds, behind, tuple(differing))
