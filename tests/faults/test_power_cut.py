"""The power fails at any moment of a day: crash states are made from a recording of it (trust.md 2.1, method A).

The engine recovers each of them; what it makes of them is judged once for all states that come to the same bytes.
CANJE_LONG=N for N states.
"""

import hashlib
import shutil
import sys
from collections import Counter
from pathlib import Path

from suite.runtime.db import open_database
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from tests.faults.aftermath import ALL_SALES, Notes, faults_after
from tests.faults.conftest import copied, dice_of, long_run
from tests.faults.lossy_disk import Disk
from tests.faults.tracing import SCRIPT, needs_strace, record

STATES = 150
DATABASE = Home(Path()).database.name
Confirmed = tuple[int, int, int]
"""Sales, prizes and files."""


def contents_of(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def materialise(state: dict[str, bytes], from_folder: Path, to: Path) -> Home:
    for path in [p for p in to.rglob("*") if p.is_file()]:
        path.unlink()
    for name, content in state.items():
        if name.endswith("-shm"):
            continue  # shared memory does not survive the power
        path = to / Path(name).relative_to(from_folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Home(to)


def recovered(state: dict[str, bytes], folder: Path, key: bytes) -> bytes:
    """What the engine makes of a state's database, and all other files, in some bytes; equal for equal outcomes."""
    outcome, database = hashlib.blake2b(), folder / DATABASE
    folder.mkdir()
    for name, content in sorted(state.items()):
        if Path(name).name in (DATABASE, f"{DATABASE}-wal"):
            (folder / Path(name).name).write_bytes(content)
        elif not name.endswith("-shm"):
            outcome.update(f"{name} {len(content)}\n".encode() + content)
    connection = open_database(database, key)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    outcome.update(database.read_bytes())
    shutil.rmtree(folder)
    return outcome.digest()


class Judge:
    """Looks at every state; those that come to the same, when as much was confirmed, are one case."""

    def __init__(self, office, key: bytes) -> None:
        self._office, self._key = office, key
        self._states: dict[tuple[int, Confirmed], list[str]] = {}
        self._outcomes: dict[tuple[bytes, Confirmed], list[str]] = {}

    def faults(self, state: dict[str, bytes], here: Path, there: Path, told: Notes) -> list[str]:
        """What does not hold in a state of the folder `here`; `there` is a place to try it."""
        confirmed = (len(told.sales), told.prizes, len(told.files))
        same = (hash(frozenset(state.items())), confirmed)
        if same not in self._states:
            outcome = (recovered(state, there / "engine", self._key), confirmed)
            if outcome not in self._outcomes:
                self._outcomes[outcome] = self._look(state, here, there / "station", told)
            self._states[same] = self._outcomes[outcome]
        return self._states[same]

    def _look(self, state: dict[str, bytes], here: Path, there: Path, told: Notes) -> list[str]:
        files = [there / path.relative_to(here) for path in told.files]
        return faults_after(materialise(state, here, there), Notes(told.sales, told.prizes, files), self._office)

    def __len__(self) -> int:
        return len(self._outcomes)


def confirmed_by(notes: Notes, line: bytes) -> None:
    word, _, rest = line.decode().strip().partition(" ")
    if word == "SALE":
        notes.sales.append(rest)
    elif word == "PRIZE":
        notes.prizes += 1
    elif word == "FILE":
        notes.files.append(Path(rest))


@needs_strace
def test_no_power_cut_loses_what_was_confirmed(morning, tmp_path, fast_folder):
    world, home = morning
    here, notes_file = copied(home, tmp_path / "station"), tmp_path / "notes"
    before = contents_of(here.folder)
    command = [sys.executable, str(SCRIPT), str(here.folder), str(notes_file)]
    calls = record(command, here.folder, notes_file, tmp_path / "strace.log")
    dice, disk, told = dice_of(20261122), Disk(before), Notes()
    cuts = Counter(dice.choices(range(len(calls)), k=long_run(STATES)))
    judge, broken, partial = Judge(world.office, load_node_secrets(here.keys).database_key()), [], 0

    for place, call in enumerate(calls):
        if call.path == str(notes_file):
            if call.kind == "write":
                confirmed_by(told, call.content)
        else:
            disk.feed(call)
        for _ in range(cuts[place]):
            partial += told.sales != ALL_SALES
            found = judge.faults(disk.after_a_cut(dice), here.folder, fast_folder, told)
            broken += [f"call {place}: {fault}" for fault in found]

    assert broken == []
    assert told.sales == ALL_SALES
    assert (told.prizes, len(told.files)) == (2, 1)
    assert partial > long_run(STATES) // 4
    assert len(judge) > len(ALL_SALES)


@needs_strace
def test_the_model_finds_a_day_that_never_syncs(morning, tmp_path, fast_folder):
    """The judge itself: the same recording without its syncs must lose what was confirmed."""
    world, home = morning
    here, notes_file = copied(home, tmp_path / "station"), tmp_path / "notes"
    disk = Disk(contents_of(here.folder))
    command = [sys.executable, str(SCRIPT), str(here.folder), str(notes_file)]
    for call in record(command, here.folder, notes_file, tmp_path / "strace.log"):
        if call.path != str(notes_file) and call.kind != "sync":
            disk.feed(call)
    dice, lost = dice_of(7), 0
    for _ in range(20):
        there = materialise(disk.after_a_cut(dice), here.folder, fast_folder)
        try:
            lost += bool(faults_after(there, Notes(sales=ALL_SALES), world.office))
        except Exception:  # noqa: BLE001 -- a file that cannot be opened is lost as well
            lost += 1
    assert lost > 10
