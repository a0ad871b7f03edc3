"""Each storage call of a day fails, or is the last: killed there, a disk that is full from there on, an error on sync.

Each point of the list is tried when CANJE_LONG is set; else every few, at another offset for each kind of fault.
"""

import os

import pytest

from tests.faults.aftermath import ALL_SALES, faults_after, notes_of
from tests.faults.conftest import copied
from tests.faults.tracing import STORAGE_CALLS, Zygote, needs_strace

KINDS = {
    "killed": f"{STORAGE_CALLS}:signal=KILL:when=%d",
    "full from here on": "pwrite64,ftruncate:error=ENOSPC:when=%d+",
    "full once": "pwrite64:error=ENOSPC:when=%d",
    "an error on sync": "fdatasync,fsync:error=EIO:when=%d",
}
STEP = 3
POINTS_MAX = 1000


@pytest.fixture(scope="module")
def zygote():
    running = Zygote()
    yield running
    running.close()


@needs_strace
@pytest.mark.parametrize("kind", KINDS)
def test_what_was_confirmed_survives_a_fault_at_any_storage_call(morning, tmp_path, fast_folder, zygote, kind):
    world, home = morning
    step = 1 if os.environ.get("CANJE_LONG") else STEP
    broken, short, point = [], 0, 1 + list(KINDS).index(kind) % step

    while point < POINTS_MAX:
        here, notes_file = copied(home, fast_folder / "station"), tmp_path / f"notes-{point}"
        if not zygote.live(here, notes_file, KINDS[kind] % point):
            break
        notes = notes_of(notes_file)
        short += notes.sales != ALL_SALES
        broken += [f"{kind}, call {point}: {fault}" for fault in faults_after(here, notes, world.office)]
        point += step

    assert broken == []
    assert 2 * step < point < POINTS_MAX
    assert short > 0 or kind == "full once"


@needs_strace
def test_a_day_without_a_fault_confirms_everything(morning, tmp_path, fast_folder, zygote):
    world, home = morning
    here, notes_file = copied(home, fast_folder / "station"), tmp_path / "notes"
    assert not zygote.live(here, notes_file, "unlink:error=EIO:when=60000")
    notes = notes_of(notes_file)
    assert (notes.sales, notes.prizes, notes.troubles, len(notes.files)) == (ALL_SALES, 2, [], 1)
    assert faults_after(here, notes, world.office) == []
