"""strace: a real process whose storage calls fail, or are written down."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from suite.runtime.paths import Home

STRACE = shutil.which("strace")
needs_strace = pytest.mark.skipif(STRACE is None or sys.platform != "linux", reason="no strace on this machine")
SCRIPT = Path(__file__).parent / "scripted_day.py"
ROOT = Path(__file__).parent.parent.parent
STORAGE_CALLS = "pwrite64,fdatasync,fsync,ftruncate,unlink,rename"


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "CANJE_LANG": "en"}


class Days:
    """Lives days in forks of one process; each begins stopped."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT), "--zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment(),
        )

    def begin(self, home: Home, notes: Path, day: int = 0) -> int:
        """A day that waits for SIGCONT: its process."""
        self._process.stdin.write(f"{home.folder} {notes} {day}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def over(self) -> bool:
        """Wait for its end. Whether it was killed."""
        return {"over\n": False, "killed\n": True}[self._process.stdout.readline()]

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Zygote(Days):
    """Days under a tracer that makes one storage call go wrong."""

    def live(self, home: Home, notes: Path, injection: str) -> bool:
        """One day with that injection. Whether a call was hit."""
        child = self.begin(home, notes)
        log = notes.with_suffix(".strace")
        tracer = subprocess.Popen(
            [STRACE, "-p", str(child), "-o", str(log), "-e", f"trace={STORAGE_CALLS}", "-e", f"inject={injection}"],
            stderr=subprocess.DEVNULL,
        )
        while tracer.poll() is None and not _is_traced(child):
            time.sleep(0.001)
        os.kill(child, signal.SIGCONT)
        self.over()
        tracer.wait()
        said = log.read_text(errors="replace")
        return "INJECTED" in said or "killed by SIGKILL" in said


def _is_traced(child: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{child}/status").read_text()


# Writing down


@dataclass(frozen=True)
class Call:
    """One storage call of a recorded day: kind, path and what it carried."""

    kind: str
    path: str
    offset: int = 0
    content: bytes = b""
    other: str = ""


LINE = re.compile(rb"^\d+ +(\w+)\((.*)\) += (-?\d+)(?:<(.*?)>)?")
TEXT = rb'"((?:\\x[0-9a-f]{2})*)"'
DESCRIPTOR = rb"(\d+)<([^>]*)>"
RECORDED = "openat,pwrite64,write,ftruncate,fsync,fdatasync,rename,unlink,mkdir,close,fallocate,pwritev,writev"


def record(command: list[str], root: Path, notes: Path, log: Path) -> list[Call]:
    """Run it, and return what it did to files under `root` and wrote to `notes`, in order."""
    traced = [STRACE, "-f", "-xx", "-s", "4000000", "-y", "-o", str(log), "-e", f"trace={RECORDED}", *command]
    subprocess.run(traced, check=True, env=environment(), capture_output=True)
    calls, places = list[Call](), dict[int, int]()
    for line in log.read_bytes().splitlines():
        match = LINE.match(line)
        if match and int(match[3]) >= 0:
            call = _read_call(match, places)
            if call and (call.path.startswith(str(root)) or call.path == str(notes)):
                calls.append(call)
    return calls


def _read_call(match: re.Match[bytes], places: dict[int, int]) -> Call | None:  # noqa: PLR0911 -- one row a call
    name, arguments, result = match[1].decode(), match[2], int(match[3])
    if name == "openat":
        places[result] = 0
        kind = "create" if b"O_CREAT" in arguments else "open"
        return Call(f"{kind}-truncate" if b"O_TRUNC" in arguments else kind, plain(match[4] or b""))
    if name in ("rename", "unlink", "mkdir"):
        paths = [plain(text) for text in re.findall(TEXT, arguments)]
        return Call(name, paths[-1], other=paths[0])
    at = re.match(DESCRIPTOR, arguments)
    if at is None:
        return None
    descriptor, path = int(at[1]), plain(at[2])
    if name in ("fsync", "fdatasync"):
        return Call("sync", path)
    if name == "ftruncate":
        return Call("truncate", path, offset=int(arguments.rpartition(b", ")[2]))
    if name in ("pwrite64", "write"):
        carried = re.search(TEXT, arguments)
        content = plain_bytes(carried[1])[:result] if carried else b""
        if name == "pwrite64":
            return Call("write", path, offset=int(arguments.rpartition(b", ")[2]), content=content)
        offset = places.get(descriptor, 0)
        places[descriptor] = offset + result
        return Call("write", path, offset=offset, content=content)
    assert name == "close", f"the model does not know {name}"
    return None


def plain_bytes(text: bytes) -> bytes:
    return bytes.fromhex(text.replace(b"\\x", b"").decode())


def plain(text: bytes) -> str:
    return (plain_bytes(text) if text.startswith(b"\\x") else text).decode()
