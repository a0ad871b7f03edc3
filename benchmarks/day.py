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
TIMED_EACH = 40
"""Every fortieth operation is typed key by key, each timed to its paint, and typed into the floor as well. The others
are typed ahead, as by somebody who knows the questions."""
MISREAD_SECONDS = 5.0
"""A swipe that asks for no code by then was not read."""
PACE_SECONDS = 0.06
"""Between keys: longer than one is held back for a reader."""
BUNCH_SECONDS = 0.15
"""Between bunches of as many keys at once as no reader would send: a pause of the machine must not make one of two."""
AT_ONCE = READER_CHARACTERS_MIN - 1
ROUND = ("sale", "sale", "sale", "prize", "sale", "sale", "moves", "sale", "sale", "sale", "shelf")
"""Of a length that TIMED_EACH is prime to: every kind has its turn to be timed."""
ENTER, ESCAPE, WIPE, F6 = "\r", "\x1b", "\x15", "\x1b[17~"
CARDS = (ANA, BRUNO)


@dataclass
class Day:
    """A station and the floor beside it, on two terminals, and what was measured there, in seconds and MB."""

    station: Terminal
    floor: Terminal
    code: str
    echoes: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    operations: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    swiped: list[str] = field(default_factory=list)
    misread: int = 0
    timed: bool = False

    def live(self) -> None:
        """Operation by operation; Ctrl+C ends the day early."""
        for n in range(OPERATIONS):
            self.timed, began = n % TIMED_EACH == 0, time.perf_counter()
            try:
                getattr(self, ROUND[n % len(ROUND)])(n)
            except KeyboardInterrupt:
                return
            except TimeoutError as lost:
                lost.add_note(f"operation {n}, {ROUND[n % len(ROUND)]}")
                raise
            self.operations.append(time.perf_counter() - began)
            if n >= WARM and n % LOOK_EACH == 0:
                self.memory.append(self.station.memory_mb())

    def sale(self, n: int) -> None:
        self._swipe()
        self._type("1", "1", "40", "5130", "", f"{n:04d}", words="OK")
        self._home()

    def prize(self, _: int) -> None:
        self._swipe()
        self._type("2", "1", "1", words="OK")
        self._home()

    def moves(self, _: int) -> None:
        self._swipe()
        self._type("3", words="go back")
        self.station.write(ESCAPE)
        self.station.until(b"BALANCE")
        self._home()

    def shelf(self, _: int) -> None:
        self.station.write(F6)
        self.station.until(b"SHELF")
        self._home()

    def _swipe(self) -> None:
        """Two members in turn: the same card again at once is taken for one swipe. Then the code, to the member.

        What is misread is swiped once more, as a person would, and counted.
        """
        card = CARDS[len(self.swiped) % len(CARDS)]
        self.swiped.append(card)
        track = f";{card}=29121010000000000?\r"
        self.station.write(track)
        try:
            self.station.until(b"ATTENDANT", MISREAD_SECONDS)
        except TimeoutError:
            self.misread += 1
            self.station.write(track)
            self.station.until(b"ATTENDANT")
        self._type(self.code, words="BALANCE")

    def _type(self, *answers: str, words: str) -> None:
        """A person's keys, each answer with its Enter, until the words are there."""
        for place, answer in enumerate(answers, start=1):
            for start in range(0, len(answer), 1 if self.timed else AT_ONCE):
                self._key(answer[start : start + (1 if self.timed else AT_ONCE)])
            if self.timed and place < len(answers):
                self.floor.write(WIPE)
                self.answers.append(self.station.paint(ENTER))
                time.sleep(PACE_SECONDS)
            elif place < len(answers):
                self.station.write(ENTER)
        start_at = time.perf_counter()
        self.station.write(ENTER)
        took = self.station.until(words.encode()) - start_at
        if self.timed:
            self.answers.append(took)

    def _key(self, keys: str) -> None:
        if self.timed:
            self.echoes.append(self.station.paint(keys))
            self.bare.append(self.floor.paint(keys))
            time.sleep(PACE_SECONDS)
            return
        self.station.write(keys)
        if len(keys) == AT_ONCE:
            time.sleep(BUNCH_SECONDS)

    def _home(self) -> None:
        self.station.write(ESCAPE)
        self.station.until(b"SWIPE")


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
        try:
            day.live()
        finally:
            for terminal in (station, day.floor):
                terminal.close()
        took = time.perf_counter() - started
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
    for percent in (50, 95, 99):
        whole = percentile(day.operations, percent)
        rows.append((f"an operation, mostly typed ahead, p{percent}", f"{whole * 1e3:.0f} ms", ""))
    rows.append(("swipes that were misread", f"{day.misread}", f"of {len(day.swiped):,}"))
    if day.memory:
        first, last = day.memory[0], day.memory[-1]
        rows.append((f"memory after {WARM} operations", f"{first:.1f} MB", "1.00"))
        rows.append(("memory at the end", f"{last:.1f} MB", f"{last / first:.2f} (most: {max(day.memory):.1f} MB)"))
    show(
        f"A day of {len(day.operations):,} operations, {len(day.echoes):,} keys timed, in {took / 60:.0f} minutes", rows
    )
