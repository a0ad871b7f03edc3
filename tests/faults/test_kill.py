"""kill -9 at any moment: what was said to be recorded is recorded, and all is whole (SYN-4).

Days are lived in a real process that is killed somewhere in them; the next one begins in the folder that it left.
`CANJE_LONG` asks for so many kills.
"""

import os
import signal
import time
from contextlib import suppress

import pytest

from tests.faults.aftermath import faults_after, notes_of
from tests.faults.conftest import copied, dice_of, long_run
from tests.faults.tracing import Days

KILLS = 120
IN_ONE_FOLDER = 100
"""Then all that was confirmed is looked for, and a fresh station begins."""
DAY_SECONDS = 0.12
"""About the length of a day: it is killed before it opened its file, in the midst of its work, or after it."""


@pytest.fixture
def days():
    lived = Days()
    yield lived
    lived.close()


def test_no_confirmed_fact_is_lost_by_a_kill(morning, days, tmp_path):
    world, home = morning
    dice, notes_file = dice_of(7), tmp_path / "notes"
    killed, confirmed, broken = 0, 0, []
    for first in range(0, long_run(KILLS), IN_ONE_FOLDER):
        here = copied(home, tmp_path / "station")
        notes_file.unlink(missing_ok=True)
        for day in range(first, min(first + IN_ONE_FOLDER, long_run(KILLS))):
            child = days.begin(here, notes_file, day)
            os.kill(child, signal.SIGCONT)
            time.sleep(dice.uniform(0, DAY_SECONDS))  # the moment of the fault; nothing is waited for
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            killed += days.over()
        notes = notes_of(notes_file)
        confirmed += len(notes.sales)
        broken += [f"days {first} to {day}: {fault}" for fault in faults_after(here, notes, world.office)]

    assert broken == []
    assert killed > long_run(KILLS) // 2
    assert confirmed > killed // 2
