"""A reader on a serial port (or a USB one that pretends to be): the host of pyserial, which comes as an extra."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from suite.domain.errors import N_
from suite.runtime.errors import ReaderTrouble
from suite.runtime.safe_text import safe_text
from suite.station.reader.burst import Swiped
from suite.station.reader.port_text import PortText
from suite.station.ways.listening import ListeningThread

if TYPE_CHECKING:
    from serial import Serial

    from suite.station.ways.setup import Way

REST_SECONDS = 0.1
"""A port that is silent for so long has sent its swipe: at 1,200 baud a character takes 8 ms."""
REASON_MAX = 60
"""The screen has two lines for the whole sentence."""


class SerialEar(ListeningThread):
    """Listens to one port. Unplugged it says so, and looks for it again until it is back."""

    way: "Way" = "serial"
    _thread_name = "serial reader"
    _again_seconds = 1.0

    def __init__(self, port: str, baud: int) -> None:
        super().__init__()
        self._port, self._baud = port, baud

    def _listen(self, heard: Callable[[Swiped], object], listening: Callable[[], object]) -> None:
        text = PortText()
        with opened(self._port, self._baud) as port:
            listening()
            while not self._stopped.is_set():
                if chunk := _received(port, self._port):
                    text.feed(chunk)
                elif swiped := text.settle():
                    heard(swiped)


def _received(port: "Serial", name: str) -> bytes:
    try:
        chunk: bytes = port.read(port.in_waiting or 1)
    except OSError:  # what pyserial raises when the plug is pulled
        raise _gone(name) from None
    return chunk


def opened(port: str, baud: int) -> "Serial":
    """The open port. Raises ReaderTrouble where it is not there or taken, or pyserial is not installed."""
    try:
        import serial
    except ImportError:
        raise ReaderTrouble(N_("Readers on a serial port need the library pyserial: install canje[serial].")) from None
    try:
        return serial.Serial(port, baud, timeout=REST_SECONDS, exclusive=True)
    except FileNotFoundError:
        raise _gone(port) from None
    except (OSError, ValueError) as error:
        if getattr(error, "errno", None) == _NO_SUCH_FILE:
            raise _gone(port) from None
        reason = safe_text(str(error), REASON_MAX)
        raise ReaderTrouble(
            N_("The reader's port {port} cannot be opened: {reason}"), port=port, reason=reason
        ) from None


_NO_SUCH_FILE = 2


def _gone(port: str) -> ReaderTrouble:
    return ReaderTrouble(
        N_("The card reader is not at {port}. Plug it in; meanwhile type the card's number."), port=port
    )
