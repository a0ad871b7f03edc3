"""A short day of central, run in a process of its own: merge a bundle, make a backup, appoint somebody, another backup.

`python scripted_office.py FOLDER BUNDLE NOTES`: central is FOLDER/central, backups go to FOLDER/copies. What was
confirmed is written to NOTES.
"""

import os
import sys
from pathlib import Path

from suite.central.backup import back_up
from suite.central.merge import merge
from suite.central.office import open_office
from suite.runtime.clock import StoppedClock
from suite.runtime.paths import Home
from tests.faults.scripted_day import NOON


def live(folder: Path, bundle: bytes, notes: Path) -> None:
    """Each step is told once it is done."""
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    clock = StoppedClock(NOON)
    office = open_office(Home(folder / "central"), clock, "tester")

    def tell_count() -> None:
        with office.store.transaction():
            os.write(descriptor, f"COUNT {office.store.count()}\n".encode())

    merge(office, [("bundle", bundle)])
    tell_count()
    for number in ("07", "08"):
        clock.moment += 1000
        os.write(descriptor, f"BACKUP {back_up(office, folder / 'copies').path}\n".encode())
        office.appoint("E1", number, "Leo", manager=False)
        tell_count()
    office.store.close()


if __name__ == "__main__":
    live(Path(sys.argv[1]), Path(sys.argv[2]).read_bytes(), Path(sys.argv[3]))
