"""One swipe, heard twice: over two ways in, or track by track by a reader that sends Enter behind each. Pure."""

from typing import Final

from suite.station.reader.swipe import Scan

SAME_SWIPE_SECONDS: Final = 0.5
"""Longer than a busy machine lets the second hearing wait, shorter than hands need to swipe a card again."""


class Once:
    """Lets each swipe through once. Times are seconds of one clock that never goes back."""

    def __init__(self) -> None:
        """Nothing was heard."""
        self._card: str | None = None
        self._at = float("-inf")

    def is_new(self, scan: Scan | None, at: float) -> bool:
        """Whether this is a swipe of its own: not the card just heard again, nor what was unreadable beside it."""
        card = scan.card if scan else ""
        again = at - self._at <= SAME_SWIPE_SECONDS and card in {self._card, ""} and self._card is not None
        if not again:
            self._card, self._at = card, at
        return not again
