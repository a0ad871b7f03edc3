"""A reader on a serial port (or a USB one that pretends to be): the host of pyserial, which comes as an extra."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from suite.domain.errors import N_
from suite.runtime.errors import ReaderTrouble
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import say_error
from suite.station.reader.burst import Swiped
from suite.station.reader.port_text import PortText

if TYPE_CHECKING:
    from serial import Serial

    from suite.station.ways.setup import Way

REST_SECONDS = 0.1
"""A port that is silent for so long has sent its swipe: at 1,200 baud a character takes 8 ms."""
AGAIN_SECONDS = 1.0
LEAVE_SECONDS = 2.0
REASON_MAX = 60
"""The screen has two lines for the whole sentence."""


class SerialEar:
    """Listens to one port. Unplugged it says so, and looks for it again until it is back."""

    way: "Way" = "serial"

    def __init__(self, port: str, baud: int) -> None:
        self._port, self._baud = port, baud
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._said: str | None = None

    def start(self, heard: Callable[[Swiped], object], told: Callable[[str], object]) -> None:
        """See Ear."""
        self._thread = threading.Thread(target=self._run, args=(heard, told), name="serial reader", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """See Ear."""
        self._stopped.set()
        if self._thread:
            self._thread.join(LEAVE_SECONDS)

    def _run(self, heard: Callable[[Swiped], object], told: Callable[[str], object]) -> None:
        while not self._stopped.is_set():
            try:
                with opened(self._port, self._baud) as port:
                    self._tell("", told)
                    self._listen(port, heard)
            except ReaderTrouble as trouble:
                self._tell(say_error(trouble), told)
            except OSError:  # what pyserial raises when the plug is pulled
                self._tell(say_error(_gone(self._port)), told)
            self._stopped.wait(AGAIN_SECONDS)

    def _tell(self, trouble: str, told: Callable[[str], object]) -> None:
        if trouble != self._said:
            self._said = trouble
            told(trouble)

    def _listen(self, port: "Serial", heard: Callable[[Swiped], object]) -> None:
        text = PortText()
        while not self._stopped.is_set():
            if chunk := port.read(port.in_waiting or 1):
                text.feed(chunk)
            elif swiped := text.settle():
                heard(swiped)


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
