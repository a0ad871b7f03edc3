"""A program on a pseudo-terminal: what the benchmarks of screens type into and read from."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from pathlib import Path

ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(\x07|\x1b\\)")
ANSWERS = (
    (b"\x1b[c", b"\x1b[?62;22c"),
    (b"\x1b[6n", b"\x1b[1;1R"),
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
    (b"\x1b[?2048$p", b"\x1b[?2048;0$y"),
)
FLOOR = Path(__file__).parent / "minimal_app.py"
READING = {
    "TERM": "xterm-256color",
    "LANG": "C.UTF-8",
    "CANJE_LANG": "en",
    "CANJE_CLOCK": "2026-10-15T10:00:00-03:00",
}
PERSON_SECONDS = 0.05
"""Between a person's keys: a reader is faster."""


class Terminal:
    """A program on a pseudo-terminal of 80 × 24 that answers what a terminal is asked."""

    def __init__(self, arguments: list[str], environment: dict[str, str]) -> None:
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(arguments[0], arguments, environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def until(self, words: bytes, seconds: float = 30) -> float:
        """The moment at which the words are on the screen."""
        raw, end = b"", time.perf_counter() + seconds
        while time.perf_counter() < end:
            raw += self._read(0.5)
            if words in ESCAPES.sub(b"", raw):
                return time.perf_counter()
        painted = ESCAPES.sub(b" ", raw).decode(errors="replace")
        raise TimeoutError(f"{words!r} never came; painted instead: {painted[:4000]}")

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self.fd], [], [], seconds)
        read = os.read(self.fd, 1 << 16) if ready else b""
        for question, answer in ANSWERS:
            if question in read:
                os.write(self.fd, answer)
        return read

    def quiet(self, seconds: float = 0.15) -> None:
        while self._read(seconds):
            pass

    def write(self, text: str) -> None:
        os.write(self.fd, text.encode())

    def person(self, text: str) -> None:
        for character in text:
            self.write(character)
            time.sleep(PERSON_SECONDS)

    def paint(self, key: str, seconds: float = 30) -> float:
        """Seconds from a key to the first bytes that it paints."""
        self.quiet(0)
        start = time.perf_counter()
        self.write(key)
        while not self._read(seconds):
            if time.perf_counter() > start + seconds:
                raise TimeoutError(key)
        return time.perf_counter() - start

    def memory_mb(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
