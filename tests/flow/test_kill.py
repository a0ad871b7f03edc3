"""kill -9 at any moment: what was said to be recorded is recorded, and the journal is whole (SYN-4).

`CANJE_LONG` asks for so many kills.
"""

import random
import signal
import subprocess
import sys

from suite.runtime.paths import Home
from suite.station import courier
from tests.domain.examples import LONG

KILLS = LONG or 12

CHILD = """
import sys
from pathlib import Path
from suite.domain.earning import SaleLine
from suite.runtime.clock import StoppedClock
from suite.runtime.paths import Home
from suite.station import courier
from suite.station.desk import CardRead, Desk

node = courier.open_station(Home(Path(sys.argv[1])))
desk = Desk("E1", node.store, StoppedClock(1_792_069_200_000))
print("ready", flush=True)
for n in range(100_000):
    document = f"K{sys.argv[2]}-{n}"
    desk.sell(CardRead("600001", "swipe"), "01", document, (SaleLine("2", 1000, 100),))
    print(document, flush=True)
"""


def test_no_acknowledged_sale_is_lost_by_a_kill(world):
    site = world.pair("E1")
    site.node.store.close()
    world.sites.clear()
    weather, acknowledged = random.Random(7), []
    for round_ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(site.home.folder), str(round_)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout.readline() == "ready\n"
        acknowledged += [child.stdout.readline().strip() for _ in range(weather.randint(0, 40))]
        child.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in child.stdout if line.endswith("\n")]
        child.stdout.close()
        child.wait()
    node = courier.open_station(Home(site.home.folder))
    assert len(acknowledged) > KILLS
    assert [d for d in acknowledged if node.store.ticket(d) is None] == []
    node.store.verify()
    live = node.store.cards.standing("600001").balance
    node.store.rebuild()
    assert node.store.cards.standing("600001").balance == live >= len(acknowledged)
    node.store.close()
