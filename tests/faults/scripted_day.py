"""A short day of a station, run in a process of its own so that it can be killed, starved and lied to.

`python scripted_day.py HOME NOTES` lives it at once. With `--zygote` it reads lines "HOME NOTES DAY" and lives each day
in a fork that begins stopped, so that a tracer can be attached first: imports are paid for once. What was confirmed is
written to NOTES, after COMMIT and outside HOME.
"""

import os
import resource
import signal
import sys
from pathlib import Path

from suite.domain.earning import SaleLine
from suite.domain.errors import Refusal
from suite.runtime.ballast import Reserve
from suite.runtime.clock import StoppedClock
from suite.runtime.db import DatabaseError
from suite.runtime.errors import SuiteError
from suite.runtime.paths import Home
from suite.station import courier
from suite.station.desk import CardRead
from suite.station.guarded import GuardedDesk

SALES = 8
NOON = 1_792_069_200_000
BALLAST = 64 * 1024


def live(home: Home, notes: Path, *, day: int = 0, sales: int = SALES, file_limit: int = 0) -> None:
    """Sell, redeem, export; each step goes on after the trouble of the one before, as people do.

    Tickets of another day have other numbers.
    """
    if file_limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    descriptor = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        node = courier.open_station(home)
    except (SuiteError, DatabaseError) as error:
        os.write(descriptor, f"CLOSED {error}\n".encode())
        return
    reserve = Reserve(home.ballast, size=BALLAST, earn_only_below=0)
    desk = GuardedDesk("E1", node.store, StoppedClock(NOON), home, reserve)
    read = CardRead("600001", "swipe")
    for n in range(sales):
        document = f"D{day or ''}-{n}"
        lines = tuple(SaleLine("2", 1000 + i, 5000) for i in range(1 + 40 * (n % 3)))
        if _tried(lambda document=document, lines=lines: desk.sell(read, "01", document, lines), descriptor):
            os.write(descriptor, f"SALE {document}\n".encode())
        if n % 4 == 1 and _tried(lambda: desk.redeem(read, "01", "MUG", "immediate"), descriptor):
            os.write(descriptor, b"PRIZE\n")
    exported = _tried(lambda: courier.export(node, desk.clock), descriptor)
    if exported and _tried(lambda: courier.save_export(exported, home.out), descriptor):
        os.write(descriptor, f"FILE {home.out / exported.file_name}\n".encode())


def _tried(step, descriptor):
    try:
        return step()
    except (SuiteError, DatabaseError, Refusal) as error:
        os.write(descriptor, f"TROUBLE {type(error).__name__} {error}\n".encode())
        return None


def zygote() -> None:
    for line in sys.stdin:
        home, notes, day = line.split()
        child = os.fork()
        if child == 0:
            os.kill(os.getpid(), signal.SIGSTOP)
            live(Home(Path(home)), Path(notes), day=int(day))
            os._exit(0)
        os.waitpid(child, os.WUNTRACED)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        _, status = os.waitpid(child, 0)
        sys.stdout.write("killed\n" if os.WIFSIGNALED(status) else "over\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "--zygote":
        zygote()
    else:
        live(Home(Path(sys.argv[1])), Path(sys.argv[2]), file_limit=int(sys.argv[3]) if len(sys.argv) > 3 else 0)
