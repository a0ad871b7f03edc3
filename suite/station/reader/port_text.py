"""The text of a reader on a port of its own, which sends bytes and not keys. Pure: others say when the port rests."""

from dataclasses import replace

from suite.station.reader.burst import Swiped
from suite.station.reader.masking import masked
from suite.station.reader.swipe import RAW_MAX, decode

STX_ETX = str.maketrans("", "", "\x02\x03")
"""Some readers frame their text with these."""


class PortText:
    """Gathers bytes until the port rests; then they are one swipe, whatever line ends stand between its tracks."""

    def __init__(self) -> None:
        """Nothing has come."""
        self._text = b""
        self._dropped = 0

    def feed(self, chunk: bytes) -> None:
        """Takes bytes in. What no card can be as long as is only counted."""
        room = RAW_MAX - len(self._text)
        self._text += chunk[:room]
        self._dropped += len(chunk[room:])

    def settle(self) -> Swiped | None:
        """The swipe, now that nothing more comes; None where nothing came but line ends."""
        text = self._text.decode("utf-8", "replace").translate(STX_ETX).strip("\r\n\t ")
        length, dropped = len(text) + self._dropped, self._dropped
        self._text, self._dropped = b"", 0
        if not text:
            return None
        scan = None if dropped else decode(text)
        shape = masked(text, scan.card if scan else "")
        return Swiped(replace(scan, entry="serial") if scan else None, length, 0.0, shape)
