"""The whole desktop's keys, heard while another program has the focus: the host of pynput, which comes as an extra.

It hears whatever is typed on this PC, passwords too; so it is never on by itself, and what was no card is forgotten at
once. A library that cannot load, or a desktop that is not there, is told and tried again later.
"""

import queue
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from suite.domain.errors import N_, Phrase
from suite.runtime.errors import ReaderTrouble
from suite.runtime.safe_text import safe_text
from suite.station.reader.burst import Burst, Outcome, Swiped
from suite.station.ways.listening import ListeningThread

if TYPE_CHECKING:
    from suite.station.ways.setup import Way

POLL_SECONDS = 0.02
UNKNOWN = "\ufffd"
REASON_MAX = 40
"""The screen has two lines for the whole sentence."""

Pressed = tuple[str | None, float]
"""A character, or None for a key that is none, and when it was pressed."""


class DesktopEar(ListeningThread):
    """Listens to every key of the desktop, and lets nothing out but cards."""

    way: "Way" = "global"
    _thread_name = "desktop reader"
    _again_seconds = 5.0

    def _listen(self, heard: Callable[[Swiped], object], listening: Callable[[], object]) -> None:
        pressed: queue.SimpleQueue[Pressed] = queue.SimpleQueue()
        keyboard = _keyboard()
        listener = keyboard.Listener(on_press=lambda key: pressed.put((_character(key), time.monotonic())))
        listener.daemon = True
        listener.start()
        listening()
        try:
            burst = Burst()
            while listener.is_alive() and not self._stopped.is_set():
                for outcome in _next(burst, pressed):
                    if isinstance(outcome, Swiped) and outcome.scan:
                        heard(replace(outcome, scan=replace(outcome.scan, entry="global")))
        finally:
            with suppress(Exception):  # of a desktop that has gone, stopping fails as well
                listener.stop()
        if not self._stopped.is_set():
            raise _deaf(Phrase(N_("the desktop has gone")))


def _next(burst: Burst, pressed: "queue.SimpleQueue[Pressed]") -> list[Outcome]:
    """What the next key settles, or a moment without one."""
    try:
        character, at = pressed.get(timeout=POLL_SECONDS)
    except queue.Empty:
        return burst.poll(time.monotonic())
    if character is None:
        return burst.settle()
    return burst.feed(character, at) if character else []


def _keyboard() -> Any:  # noqa: ANN401 -- pynput has no types
    """The keyboard of pynput. Raises ReaderTrouble where it is not installed or finds no desktop."""
    try:
        from pynput import keyboard
    except ModuleNotFoundError:
        raise ReaderTrouble(
            N_("Hearing the reader in any window needs the library pynput: install canje[reader].")
        ) from None
    except ImportError:
        raise _deaf(Phrase(N_("no desktop was found"))) from None
    except Exception as error:  # noqa: BLE001 -- whatever its backends raise
        raise _deaf(safe_text(str(error), REASON_MAX)) from None
    return keyboard


def _deaf(reason: str | Phrase) -> ReaderTrouble:
    return ReaderTrouble(
        N_("The reader cannot be heard in other windows ({reason}). Bring this window to the front to swipe."),
        reason=reason,
    )


def _character(key: Any) -> str | None:  # noqa: ANN401 -- pynput has no types
    """What a key is to a reader: a character, empty for a modifier, None for any other.

    A character that the library cannot tell is some character: without it a track would look like a bare number.
    """
    if hasattr(key, "char"):
        return str(key.char) if key.char and len(str(key.char)) == 1 else UNKNOWN
    name = str(getattr(key, "name", ""))
    if name.startswith(("shift", "ctrl", "alt", "cmd", "caps_lock", "num_lock")):
        return ""
    return {"enter": "\r", "tab": "\t", "space": " "}.get(name)
