"""The courier's rounds: exchanges by themselves, beside whatever the node does, over whichever way there is.

A thread with a connection of its own. It holds the write lock for one transaction at a time and never while it waits
for the network or a stick, so the desk does not wait for it. What it achieved is read from the store, not asked of it.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from suite.node.courier import Node
from suite.runtime.clock import Clock
from suite.runtime.db import DatabaseError, trouble_of
from suite.runtime.errors import LinkTrouble, SuiteError
from suite.runtime.paths import Home
from suite.runtime.texts import say_error

LOOK_SECONDS = 5.0
"""How often it looks for new entries and new sticks: two questions to the store, one to the system."""
EVERY_SECONDS = 15 * 60.0
SOON_SECONDS = 10.0
"""After new entries: one exchange for the tickets of a queue, not one each."""
FIRST_PAUSE_SECONDS = 30.0
LEAVE_SECONDS = 3.0
"""How long leaving the screen waits for the exchange under way; what is cut then is as if it had not begun."""


Way = Literal["link", "stick", ""]


class Seen(msgspec.Struct, frozen=True):
    """What the last round saw: unconfirmed entries that it left on a stick, sticks that were in, failures in a row.

    Over the link it leaves none: what is unconfirmed after it was sold meanwhile, and is new.
    """

    pending: int = 0
    sticks: tuple[Path, ...] = ()
    failures: int = 0


def pause_after(failures: int, spread: float) -> float:
    """Seconds until the next try: twice as long after each failure, no longer than a quarter of an hour.

    `spread` (0 to 1, random) keeps five hundred stations from coming back in the same second.
    """
    if not failures:
        return EVERY_SECONDS * (1 - spread / 4)
    return min(EVERY_SECONDS, FIRST_PAUSE_SECONDS * (1 << min(failures - 1, 10))) * (1 - spread / 2)


def is_due(seen: Seen, waited: float, pause: float, pending: int, sticks: tuple[Path, ...]) -> bool:
    """Whether to go now: the pause is over, a stick was put in, or there are new entries and no failure to wait out."""
    fresh = pending > seen.pending and not seen.failures and waited >= SOON_SECONDS
    return waited >= pause or fresh or bool(set(sticks) - set(seen.sticks))


class Rounds:
    """The courier of one node, opened anew by `opener`. `start` it, and `stop` it before the program ends."""

    def __init__(
        self, opener: Callable[[Home, Clock], Node], home: Home, clock: Clock, spread: Callable[[], float]
    ) -> None:
        self._opener, self._home, self._clock, self._spread = opener, home, clock, spread
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self.trouble = ""
        """What of the last round a person at the desk should act upon; a missing link is no such thing."""
        self.made = 0
        """Rounds that reached central or a stick."""
        self.coming_in = -1
        """How far a feed is that is being taken in, in hundredths; below zero for none."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin no other exchange, and wait a moment for the one under way."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_SECONDS)

    def _run(self) -> None:
        from suite.sync.sticks import prepared, volumes

        node = msgspec.structs.replace(self._opener(self._home, self._clock), progress=self._note)
        try:
            seen, waited, pause = Seen(), EVERY_SECONDS, 0.0
            while not self._stopped.is_set():
                sticks = tuple(prepared(volumes()))
                pending = node.store.pending()
                if is_due(seen, waited, pause, pending, sticks):
                    way = self._go(node, sticks)
                    seen = Seen(pending if way == "stick" else 0, sticks, 0 if way else seen.failures + 1)
                    waited, pause = 0.0, pause_after(seen.failures, self._spread())
                self._stopped.wait(LOOK_SECONDS)
                waited += LOOK_SECONDS
        finally:
            node.store.close()

    def _note(self, done: int, of: int) -> None:
        self.coming_in = 100 * done // max(of, 1) if done < of else -1

    def _go(self, node: Node, sticks: tuple[Path, ...]) -> Way:
        """One round: the link, and the sticks when it is not there. Which of them was reached."""
        beside: list[str] = []
        try:
            way: Way = (
                "link" if self._over_link(node, beside) else "stick" if self._over_sticks(node, sticks, beside) else ""
            )
        except SuiteError as trouble:
            self.trouble = say_error(trouble)
            return ""
        except DatabaseError as error:
            self.trouble = say_error(trouble_of(error, None))
            return ""
        finally:
            self.coming_in = -1
        self.trouble = " ".join(beside)
        self.made += bool(way)
        return way

    def _over_link(self, node: Node, beside: list[str]) -> bool:
        from suite.node.exchange import load_ways, over_link

        ways = load_ways(self._home)
        if ways.link is None:
            return False
        try:
            done = over_link(
                node, ways.link, self._clock, begun=self._home.out, mirror=ways.mirror, wait=self._stopped.wait
            )
        except LinkTrouble:
            return False
        beside += done.troubles
        return True

    def _over_sticks(self, node: Node, sticks: tuple[Path, ...], beside: list[str]) -> bool:
        from suite.node.exchange import load_ways, over_stick

        for stick in sticks:
            beside += over_stick(node, stick, self._clock, mirror=load_ways(self._home).mirror).troubles
        return bool(sticks)
