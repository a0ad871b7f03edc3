"""A terminal's keys as they come, unseen: neither echoed nor gathered into lines."""

import codecs
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from suite.domain.errors import N_
from suite.runtime.errors import ReaderTrouble

CHUNK = 256


@contextmanager
def raw_keys() -> Iterator[Callable[[float], str]]:
    """Yields what waits so many seconds for keys, and gives those that came. Raises ReaderTrouble where it cannot."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        raise ReaderTrouble(N_("On this system keys are tried on the screen: F1, then 9 and Enter.")) from None
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def wait(seconds: float) -> str:
        ready, _, _ = select.select([terminal], [], [], seconds)
        return decoder.decode(os.read(terminal, CHUNK)) if ready else ""

    try:
        tty.setcbreak(terminal)
        yield wait
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
