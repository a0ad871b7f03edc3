"""P6, P7: swipe to answer, and cold start, on a real pseudo-terminal, with a million members in the station's file."""

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import percentile, show
from benchmarks.terminal import FLOOR, READING, Terminal
from suite.domain.ids import AccountId, CardNumber
from suite.domain.quantities import Points
from suite.station.feed_tables import FEED
from suite.station.store import StationStore
from suite.sync.feed import AccountRow, CardRow
from tests.factories import World

MEMBERS = int(os.environ.get("CANJE_BENCH_MEMBERS", "1000000"))
SWIPES, STARTS = 40, 7


def fill(store: StationStore) -> None:
    """A million members beside the world's own two, as a feed would bring them."""
    with store.writing() as db:
        for start in range(10, MEMBERS, 50_000):
            numbers = range(start, min(MEMBERS, start + 50_000))
            FEED["account"].write(db, (AccountRow(AccountId(n), Points(n), "Ana G.") for n in numbers))
            FEED["card"].write(db, (CardRow(CardNumber(f"604633{n:010d}"), AccountId(n)) for n in numbers))


def starts(arguments: list[str], words: bytes, environment: dict[str, str]) -> tuple[list[float], float]:
    times, memory = [], 0.0
    for _ in range(STARTS):
        terminal = Terminal(arguments, environment)
        times.append(terminal.until(words) - terminal.started)
        terminal.quiet()
        memory = terminal.memory_mb()
        terminal.close()
    return times, memory


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        site = World(Path(name)).pair("E1")
        fill(site.node.store)
        site.node.store.close()
        environment = {**os.environ, **READING}
        ours = [sys.executable, "-m", "suite", "station", "--home", str(site.home.folder)]
        floor = [sys.executable, str(FLOOR)]
        cold, memory = starts(ours, b"SWIPE", environment)
        bare, bare_memory = starts(floor, b"READY", environment)
        show(
            f"Cold start to ready, {MEMBERS:,} members in the file (median of {STARTS})",
            [
                ("floor: a Textual form", f"{percentile(bare, 50):.3f} s", f"1.00, {bare_memory:.0f} MB"),
                (
                    "the station",
                    f"{percentile(cold, 50):.3f} s",
                    f"{percentile(cold, 50) / percentile(bare, 50):.2f} × the floor, {memory:.0f} MB",
                ),
            ],
        )
        show_swipes(ours, floor, environment, site.code)


def show_swipes(ours: list[str], floor: list[str], environment: dict[str, str], code: str) -> None:
    station, form = Terminal(ours, environment), Terminal(floor, environment)
    station.until(b"SWIPE")
    form.until(b"READY")
    asked, shown, bare = [], [], []
    for n in range(SWIPES):
        card = f"604633{1000 + n * 7919 % (MEMBERS - 2000):010d}"
        for terminal in (station, form):
            terminal.quiet()
        start = time.perf_counter()
        form.write(f";{card}=29121010000000000?\r")
        bare.append(form.until(card.encode()) - start)
        start = time.perf_counter()
        station.write(f";{card}=29121010000000000?\r")
        asked.append(station.until(b"ATTENDANT") - start)
        station.quiet()
        station.person(code)
        station.quiet()
        start = time.perf_counter()
        station.write("\r")
        shown.append(station.until(b"BALANCE") - start)
        station.quiet()
        station.write("\x1b")
        station.quiet(0.3)
    station.close()
    form.close()
    rows = []
    for percent in (50, 99):
        low = percentile(bare, percent)
        rows.append((f"floor: the same swipe in a minimal app, p{percent}", f"{low * 1e3:.1f} ms", "1.00"))
        for what, times in (("swipe → PIN asked", asked), ("Enter of the PIN → balance on screen", shown)):
            rows.append(
                (
                    f"{what}, p{percent}",
                    f"{percentile(times, percent) * 1e3:.1f} ms",
                    f"{percentile(times, percent) / low:.2f} × the floor",
                )
            )
    show(f"Swipe to balance on an 80 × 24 terminal, {SWIPES} swipes; the PIN's Argon2id is part of the second", rows)
