"""Disks that really fill up, and bytes that really flip."""

import os
import random
import shutil
import subprocess
import sys

import pytest

from suite.domain.errors import Refusal
from suite.runtime.db import DatabaseError, damage_in, damage_in_own, open_database
from suite.runtime.errors import SuiteError
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from suite.station import schema
from tests.faults.aftermath import faults_after, notes_of
from tests.faults.conftest import copied, long_run
from tests.faults.scripted_day import BALLAST
from tests.faults.tracing import SCRIPT, environment

FLIPS = 400
PAGE = 4096
ROOM = 48 * 1024


def live(home: Home, notes, *limit: int) -> None:
    """One day in a process of its own."""
    command = [sys.executable, str(SCRIPT), str(home.folder), str(notes), *map(str, limit)]
    subprocess.run(command, check=True, env=environment(), capture_output=True)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file there")
@pytest.mark.parametrize("above", [0, 40_000, 120_000])
def test_a_file_that_may_not_grow_loses_nothing_that_was_confirmed(morning, tmp_path, above):
    world, home = morning
    here, notes_file = copied(home, tmp_path / "station"), tmp_path / "notes"

    live(here, notes_file, here.database.stat().st_size // 4 + above)

    notes = notes_of(notes_file)
    assert notes.troubles, "the limit was never met"
    assert faults_after(here, notes, world.office) == []


@pytest.fixture
def small_disk(tmp_path, morning):
    """A disk of its own that the station nearly fills; only root makes one."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux mounts a small disk")
    _, home = morning
    mounted = tmp_path / "disk"
    mounted.mkdir()
    size = sum(p.stat().st_size for p in home.folder.rglob("*") if p.is_file()) + ROOM
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size + 64 * 1024}", "tmpfs", str(mounted)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this machine does not let root mount")
    yield mounted
    subprocess.run(["umount", "-l", str(mounted)], check=True)


def test_on_a_full_disk_the_reserve_lets_the_sale_through_and_the_next_says_so(morning, tmp_path, small_disk):
    world, home = morning
    here, notes_file = copied(home, small_disk / "station"), tmp_path / "notes"
    assert here.ballast.stat().st_size >= BALLAST
    with (small_disk / "filler").open("wb") as filler:
        filler.write(bytes(max(0, shutil.disk_usage(small_disk).free - ROOM)))

    live(here, notes_file)

    notes = notes_of(notes_file)
    assert notes.sales
    assert not here.ballast.exists(), "the reserve was not needed"
    (small_disk / "filler").unlink()
    assert faults_after(here, notes, world.office) == []
    connection = open_database(here.database, load_node_secrets(here.keys).database_key())
    kinds = [kind for (kind,) in connection.execute("SELECT kind FROM incident")]
    connection.close()
    assert kinds == ["disk-full"]


def test_every_flipped_byte_of_the_file_is_noticed(morning, tmp_path):
    """SQLCipher seals each page; what a plain file would hide, opening or reading it through shows."""
    _, home = morning
    here = copied(home, tmp_path / "station")
    key = load_node_secrets(here.keys).database_key()
    open_database(here.database, key).close()
    whole, dice, unseen = here.database.read_bytes(), random.Random(5), []
    assert noticed(here, key, whole) == ""

    for _ in range(long_run(FLIPS)):
        place = dice.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[place] ^= 1 << dice.randrange(8)
        if not noticed(here, key, bytes(flipped)):
            unseen.append(place)

    assert unseen == []


def test_a_screen_does_not_open_on_a_journal_that_cannot_be_read(morning, tmp_path):
    """Of central's rows it looks at none: they are read when they are needed, examined once a day, and come again."""
    _, home = morning
    here = copied(home, tmp_path / "station")
    key = load_node_secrets(here.keys).database_key()
    open_database(here.database, key).close()
    whole, told = here.database.read_bytes(), 0
    for start in range(0, len(whole), PAGE):
        flipped = bytearray(whole)
        flipped[start + PAGE // 2] ^= 1
        own = noticed(here, key, bytes(flipped), damage_in_own)
        told += bool(own)
        assert own or not noticed(here, key, bytes(flipped), unread), f"the page at {start}"
    assert 0 < told < len(whole) // PAGE


def unread(connection) -> str:
    """Why the journal and what was made of it cannot be read; empty when they can."""
    try:
        for table in ("entry", *schema.PROJECTION_TABLES):
            connection.execute(f"SELECT * FROM {table}").fetchall()
    except DatabaseError as error:
        return str(error)
    return ""


def noticed(home: Home, key: bytes, content: bytes, look=damage_in) -> str:
    """What opening and reading through says of a file of that content."""
    home.database.write_bytes(content)
    try:
        connection = open_database(home.database, key)
    except (SuiteError, DatabaseError, Refusal) as error:
        return str(error)
    try:
        return look(connection)
    finally:
        connection.close()
