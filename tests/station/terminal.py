"""The real program in a real terminal of 80 × 24, driven by tmux: keys typed, the screen read back."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from suite.station.reader.burst import READER_CHARACTERS_MIN

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed: the terminal is not tried")


AT_ONCE = READER_CHARACTERS_MIN - 1


class Terminal:
    """A tmux server of its own with one window of 80 × 24."""

    def __init__(self, socket, command, environment):
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]
        subprocess.run(
            [*self._tmux, "new-session", "-d", "-s", "t", "-x", "80", "-y", "24", command], env=environment, check=True
        )

    def text(self):
        done = subprocess.run(
            [*self._tmux, "capture-pane", "-t", "t", "-p"], capture_output=True, text=True, check=False
        )
        return done.stdout

    def wait_for(self, words, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if words in self.text():
                return self.text()
            time.sleep(0.05)
        raise AssertionError(f"never shown: {words!r}\n{self.text()}")

    def settled(self, words, before, seconds=15):
        """The screen with the words on it once it is another than before, and stands still."""
        end, last = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            text = self.text()
            if text == last and text != before and " ".join(words.split()) in " ".join(text.split()):
                return text
            last = text
            time.sleep(0.02)
        raise AssertionError(f"never shown: {words!r}\n{self.text()}")

    def wait_until_gone(self, words, seconds=60):
        end = time.monotonic() + seconds
        while words in self.text():
            assert time.monotonic() < end, f"still shown: {words!r}\n{self.text()}"
            time.sleep(0.05)

    def burst(self, text):
        subprocess.run([*self._tmux, "send-keys", "-t", "t", "-l", text], check=True)
        self.key("Enter")

    def person(self, text):
        """Keys of a person, and Enter: so few at once that no reader could mean them, and then a look at the screen."""
        for start in range(0, len(text), AT_ONCE):
            before = self.text()
            subprocess.run([*self._tmux, "send-keys", "-t", "t", "-l", text[start : start + AT_ONCE]], check=True)
            self.settled("", before)
        self.key("Enter")

    def key(self, name):
        subprocess.run([*self._tmux, "send-keys", "-t", "t", name], check=True)

    def raw(self, text):
        """Bytes as a terminal would send them."""
        codes = [f"{byte:02x}" for byte in text.encode()]
        subprocess.run([*self._tmux, "send-keys", "-t", "t", "-H", *codes], check=True)

    def paste(self, text):
        subprocess.run([*self._tmux, "set-buffer", text], check=True)
        subprocess.run([*self._tmux, "paste-buffer", "-p", "-t", "t"], check=True)

    def close(self):
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)


def opened(site, folder, language="es", clock="2026-10-15T10:00:00-03:00"):
    """A station's screen in a terminal, and the environment that it runs in."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "CANJE_LANG": language,
        "CANJE_CLOCK": clock,
    }
    program = f"{sys.executable} -m suite station --home {site.home.folder}"
    return Terminal(folder / "tmux", f"cd {Path.cwd()} && {program}", environment), environment
