"""A station before its scripted day, and how much of a long test is run."""

import os
import random
import shutil
from pathlib import Path

import pytest

from suite.runtime.ballast import Reserve
from suite.runtime.paths import Home
from tests.factories import World
from tests.faults.scripted_day import BALLAST


def long_run(usual: int) -> int:
    """How many cases: CANJE_LONG=N for more."""
    return int(os.environ.get("CANJE_LONG", "0")) or usual


def dice_of(seed: int) -> random.Random:
    """Dice of this seed; CANJE_SEED=N for others, so that one long run goes on where another ended."""
    return random.Random(seed + int(os.environ.get("CANJE_SEED", "0")))


@pytest.fixture(scope="module")
def morning(tmp_path_factory):
    """A world whose only station is closed, with a shelf and a reserve; its folder is copied for each case."""
    world = World(tmp_path_factory.mktemp("morning"))
    world.pair("E1")
    world.stock_up("E1")
    site = world.sites.pop("E1")
    Reserve(site.home.ballast, size=BALLAST).keep()
    site.node.store.close()
    yield world, site.home
    world.office.store.close()


@pytest.fixture
def fast_folder(tmp_path):
    """In memory where the machine has that: a state of a disk need not be on one."""
    memory = Path("/dev/shm")
    folder = (
        memory / f"canje-faults-{os.getpid()}" if memory.is_dir() and os.access(memory, os.W_OK) else tmp_path / "f"
    )
    folder.mkdir(exist_ok=True)
    yield folder
    shutil.rmtree(folder)


def copied(home: Home, folder: Path) -> Home:
    """The morning's folder again."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(home.folder, folder)
    return Home(folder)
