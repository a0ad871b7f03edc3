"""A try is paid for before the hash: a process killed inside it has lost the try, however often (trust.md 4.1)."""

import signal
import subprocess
import sys

from suite.domain.pins import TRIES

CHILD = """
import os, signal, sys
from pathlib import Path
from suite.domain.errors import AttendantIsLocked
from suite.runtime.clock import StoppedClock
from suite.runtime.paths import Home
from suite.station import courier, desk

def killed_while_hashing(pin, verifier):
    os.kill(os.getpid(), signal.SIGKILL)

desk.pin_matches = killed_while_hashing
node = courier.open_station(Home(Path(sys.argv[1])))
try:
    desk.Desk("E1", node.store, StoppedClock(0)).check_pin(sys.argv[2])
except AttendantIsLocked:
    sys.exit(42)
"""


def test_five_kills_while_hashing_lock_the_attendant(world):
    site = world.pair("E1")
    site.node.store.close()
    world.sites.clear()
    codes = [
        subprocess.run([sys.executable, "-c", CHILD, str(site.home.folder), site.code], check=False).returncode
        for _ in range(TRIES + 1)
    ]
    assert codes == [-signal.SIGKILL] * TRIES + [42]
