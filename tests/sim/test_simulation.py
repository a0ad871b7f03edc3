"""Lives of a small network under bad weather, each from its seed; CANJE_LONG=N lives N more, CANJE_SEED=M others.

A failing seed is lived again with `live(folder, seed, kind.STEPS, kind=kind)`.
"""

import os
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.sim.network import Life, live
from tests.sim.trading import Trading

LIVES = ((0, Life), (3, Trading), (4, Trading), (9, Trading), (10, Trading))
"""Seeds, and what kind of life: chosen so that everything below is seen at the least cost."""
LONG = int(os.environ.get("CANJE_LONG", "0"))
SHORT_MEMORY = Path("/dev/shm")
"""Where there is one, disks of lives that nobody keeps need no disk."""

MUST_BE_SEEN = (
    "a shelf compared",
    "already-collected",
    "approved",
    "apart",
    "bundles under way at a close",
    "cloned",
    "collected elsewhere",
    "collected where it was ordered",
    "central restored",
    "cut",
    "document-conflict",
    "era",
    "expired",
    "expiry corrected",
    "delta",
    "delta refused",
    "flipped",
    "held",
    "journal-forked",
    "lost",
    "merged",
    "month closed",
    "ordered with a code",
    "prize",
    "prizes sent",
    "prizes-on-hold",
    "received by central's word",
    "received from its paper",
    "refused",
    "repeated",
    "restored",
    "restored, and known at once",
    "rotated",
    "rules changed",
    "sold under even rules",
    "sold under odd rules",
    "transfer-already-received",
    "transfer-difference",
    "transfer-missing",
    "transfer-twice",
    "whole feed",
    "withdrawn-cancelled",
    "withdrawn-twice",
)
"""What has to happen somewhere in the lives, or they prove nothing about it."""


def lived(seed, stations=2, mishaps=1, kind=Life):
    folder = Path(tempfile.mkdtemp(dir=SHORT_MEMORY if SHORT_MEMORY.is_dir() else None))
    try:
        return live(folder, seed, kind.STEPS, stations, mishaps, kind)
    except AssertionError as error:
        error.add_note(f"seed {seed}, {kind.STEPS} steps, {stations} stations, mishaps {mishaps}")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_whatever_the_weather_nothing_is_lost_doubled_or_stuck():
    seen = Counter()
    for seed, kind in LIVES:
        seen.update(lived(seed, 2 + seed % 2, 1 + seed % 4, kind))
    assert [event for event in MUST_BE_SEEN if not seen[event]] == [], seen


@pytest.mark.skipif(not LONG, reason="a long run: set CANJE_LONG to the number of lives")
def test_many_more_lives():
    first = 10_000 + int(os.environ.get("CANJE_SEED", "0"))
    for seed in range(first, first + LONG):
        lived(seed, stations=2 + seed % 4, kind=(Life, Trading)[seed // 4 % 2])


class Short(Life):
    """Long enough for every die to be thrown."""

    STEPS = 40


def test_a_seed_lives_the_same_life_again():
    assert lived(5, kind=Short) == lived(5, kind=Short)
