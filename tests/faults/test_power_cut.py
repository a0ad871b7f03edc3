"""The power fails at any moment of a day: crash states are made from a recording of it (trust.md 2.1, method A).

A few hundred states here; CANJE_LONG=100000 for a night.
"""

import random
import sys
from pathlib import Path

from suite.runtime.paths import Home
from tests.faults.aftermath import ALL_SALES, Notes, faults_after
from tests.faults.conftest import copied, long_run
from tests.faults.lossy_disk import Disk
from tests.faults.tracing import SCRIPT, needs_strace, record

STATES = 150


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


def confirmed_by(notes: Notes, line: bytes) -> None:
    word, _, rest = line.decode().strip().partition(" ")
    if word == "SALE":
        notes.sales.append(rest)
    elif word == "PRIZE":
        notes.prizes += 1


@needs_strace
def test_no_power_cut_loses_what_was_confirmed(morning, tmp_path, fast_folder):
    world, home = morning
    here, notes_file = copied(home, tmp_path / "station"), tmp_path / "notes"
    before = contents_of(here.folder)
    command = [sys.executable, str(SCRIPT), str(here.folder), str(notes_file)]
    calls = record(command, here.folder, notes_file, tmp_path / "strace.log")
    dice, disk, told = random.Random(20261122), Disk(before), Notes()
    cuts = sorted(dice.choices(range(len(calls)), k=long_run(STATES)))
    broken, partial = [], 0

    for place, call in enumerate(calls):
        if call.path == str(notes_file):
            if call.kind == "write":
                confirmed_by(told, call.content)
        else:
            disk.feed(call)
        for _ in range(cuts.count(place)):
            state = disk.after_a_cut(dice)
            there = materialise(state, here.folder, fast_folder)
            partial += told.sales != ALL_SALES
            broken += [f"call {place}: {fault}" for fault in faults_after(there, told, world.office)]

    assert broken == []
    assert told.sales == ALL_SALES
    assert told.prizes == 2
    assert partial > long_run(STATES) // 4


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
    dice, lost = random.Random(7), 0
    for _ in range(20):
        there = materialise(disk.after_a_cut(dice), here.folder, fast_folder)
        try:
            lost += bool(faults_after(there, Notes(sales=ALL_SALES), world.office))
        except Exception:  # noqa: BLE001 -- a file that cannot be opened is lost as well
            lost += 1
    assert lost > 10
