"""What every ear beside the terminal does: listen in a thread, say once what is wrong, and try again until stopped."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

from suite.runtime.errors import ReaderTrouble
from suite.runtime.texts import say_error
from suite.station.reader.burst import Swiped

LEAVE_SECONDS = 2.0


class ListeningThread(ABC):
    """An Ear whose way in may fail and come back; `_listen` is the way in."""

    _thread_name: str
    _again_seconds: float

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._said: str | None = None

    def start(self, heard: Callable[[Swiped], object], told: Callable[[str], object]) -> None:
        """See Ear."""
        self._thread = threading.Thread(target=self._run, args=(heard, told), name=self._thread_name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """See Ear."""
        self._stopped.set()
        if self._thread:
            self._thread.join(LEAVE_SECONDS)

    def _run(self, heard: Callable[[Swiped], object], told: Callable[[str], object]) -> None:
        def tell(trouble: str) -> None:
            if trouble != self._said:
                self._said = trouble
                told(trouble)

        while not self._stopped.is_set():
            try:
                self._listen(heard, lambda: tell(""))
            except ReaderTrouble as trouble:
                tell(say_error(trouble))
            self._stopped.wait(self._again_seconds)

    @abstractmethod
    def _listen(self, heard: Callable[[Swiped], object], listening: Callable[[], object]) -> None:
        """Call `listening` once the way in stands, then `heard` for each swipe, until `_stopped` is set.

        Raises ReaderTrouble when the way in is gone, or was never there.
        """
