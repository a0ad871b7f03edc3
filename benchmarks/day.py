"""A day at the pump: 2,000 operations typed into the real screen, every key timed to its paint, and memory watched.

`CANJE_BENCH_OPERATIONS` for another number. On a machine that is busy with other things keys bunch up, and look like a
reader's: let it rest.
"""

import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measuring import percentile, show
from benchmarks.terminal import FLOOR, READING, Terminal
from suite.station.reader.burst import READER_CHARACTERS_MIN
from tests.factories import ANA, BRUNO, World

OPERATIONS = int(os.environ.get("CANJE_BENCH_OPERATIONS", "2000"))
WARM = 100
"""Operations after which every screen was shown and thrown away: the memory is flat from here on, or it is not."""
LOOK_EACH = 20
TIMED_EACH = 10
"""The keys of every tenth answer are timed, each to its paint, and typed into the floor as well."""
REST_SECONDS = 0.05
PACE_SECONDS = 0.06
"""Between keys, or as many at once as no reader would: longer than keys are held back for a reader."""
AT_ONCE = READER_CHARACTERS_MIN - 1
ROUND = ("sale", "sale", "sale", "prize", "sale", "sale", "moves", "sale", "sale", "shelf")
ENTER, ESCAPE, WIPE, F6 = "\r", "\x1b", "\x15", "\x1b[17~"
CARDS = (ANA, BRUNO)
SALE = ("1", "1", "40", "5130", "")


@dataclass
class Day:
    """A station and the floor beside it, on two terminals, and what was measured there, in seconds and MB."""

    station: Terminal
    floor: Terminal
    code: str
    echoes: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    swiped: list[str] = field(default_factory=list)
    done: int = 0

    def live(self) -> None:
        """Operation by operation; Ctrl+C ends the day early."""
        for n in range(OPERATIONS):
            try:
                getattr(self, ROUND[n % len(ROUND)])(n)
            except KeyboardInterrupt:
                return
            except TimeoutError as lost:
                lost.add_note(f"operation {n}, {ROUND[n % len(ROUND)]}")
                raise
            self.done = n + 1
            if n >= WARM and n % LOOK_EACH == 0:
                self.memory.append(self.station.memory_mb())

    def sale(self, n: int) -> None:
        self._swipe()
        for answer in SALE:
            self._type(answer)
        self._type(f"{n:04d}", "OK")
        self._home()

    def prize(self, _: int) -> None:
        self._swipe()
        for answer, words in (("2", "WHICH PRIZE"), ("1", "HAND OVER"), ("1", "OK")):
            self._type(answer, words)
        self._home()

    def moves(self, _: int) -> None:
        self._swipe()
        self._type("3", "go back")
        self.station.write(ESCAPE)
        self.station.until(b"BALANCE")
        self._home()

    def shelf(self, _: int) -> None:
        self.station.write(F6)
        self.station.until(b"SHELF")
        self._home()

    def _swipe(self) -> None:
        """Two members in turn: the same card again at once is taken for one swipe."""
        card = CARDS[len(self.swiped) % len(CARDS)]
        self.swiped.append(card)
        self.station.write(f";{card}=29121010000000000?\r")
        self.station.until(b"ATTENDANT")
        self._type(self.code, "BALANCE")

    def _type(self, answer: str, words: str = "") -> None:
        """A person's keys, then Enter, timed until the words or the first paint; of some answers every key is timed."""
        beside = len(self.answers) % TIMED_EACH == 0
        for start in range(0, len(answer), 1 if beside else AT_ONCE):
            if beside:
                self.echoes.append(self.station.paint(answer[start]))
                self.bare.append(self.floor.paint(answer[start]))
            else:
                self.station.write(answer[start : start + AT_ONCE])
            time.sleep(PACE_SECONDS)
        if beside:
            self.floor.write(WIPE)
        if not words:
            self.answers.append(self.station.paint(ENTER))
            return
        start = time.perf_counter()
        self.station.write(ENTER)
        self.answers.append(self.station.until(words.encode()) - start)

    def _home(self) -> None:
        self.station.quiet(REST_SECONDS)
        self.station.write(ESCAPE)
        self.station.until(b"SWIPE")
        self.station.quiet(REST_SECONDS)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        world = World(Path(name))
        site = world.pair("E1")
        world.stock_up("E1", quantity=OPERATIONS)
        site.node.store.close()
        environment = {**os.environ, **READING}
        station = Terminal([sys.executable, "-m", "suite", "station", "--home", str(site.home.folder)], environment)
        day = Day(station, Terminal([sys.executable, str(FLOOR)], environment), site.code)
        station.until(b"SWIPE")
        day.floor.until(b"READY")
        station.quiet()
        started = time.perf_counter()
        day.live()
        took = time.perf_counter() - started
        for terminal in (station, day.floor):
            terminal.close()
    rows = []
    for percent in (50, 95, 99):
        low = percentile(day.bare, percent)
        rows.append((f"floor: a key in a minimal app's input, p{percent}", f"{low * 1e3:.1f} ms", "1.00"))
        for what, times in (
            ("a key, to its paint", day.echoes),
            ("Enter, to the next question or answer", day.answers),
        ):
            found = percentile(times, percent)
            rows.append((f"{what}, p{percent}", f"{found * 1e3:.1f} ms", f"{found / low:.2f} × the floor"))
    first, last = day.memory[0], day.memory[-1]
    rows.append((f"memory after {WARM} operations", f"{first:.1f} MB", "1.00"))
    rows.append(("memory at the end", f"{last:.1f} MB", f"{last / first:.2f} (most: {max(day.memory):.1f} MB)"))
    show(f"A day of {day.done:,} operations, {len(day.echoes):,} keys timed, in {took / 60:.0f} minutes", rows)
