"""The real program in a real terminal: keys typed by tmux, the screen read back, the exit code at the end."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from suite.runtime.texts import say, set_language
from tests.factories import ANA
from tests.station.screens import PERSON_SECONDS

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed: the terminal is not tried")


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

    def wait_for(self, words, seconds=20):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if words in self.text():
                return self.text()
            time.sleep(0.05)
        raise AssertionError(f"never shown: {words!r}\n{self.text()}")

    def burst(self, text):
        subprocess.run([*self._tmux, "send-keys", "-t", "t", "-l", text], check=True)
        self.key("Enter")

    def person(self, text):
        for character in text:
            subprocess.run([*self._tmux, "send-keys", "-t", "t", "-l", character], check=True)
            time.sleep(PERSON_SECONDS)
        self.key("Enter")

    def key(self, name):
        subprocess.run([*self._tmux, "send-keys", "-t", "t", name], check=True)

    def close(self):
        subprocess.run([*self._tmux, "kill-server"], capture_output=True, check=False)


@needs_tmux
def test_a_swipe_in_a_real_terminal_ends_in_the_journal(world, tmp_path):
    site = world.pair("E1")
    site.node.store.close()
    world.sites.clear()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "CANJE_LANG": "es",
        "CANJE_CLOCK": "2026-10-15T10:00:00-03:00",
    }
    program = f"{sys.executable} -m suite station --home {site.home.folder}"
    terminal = Terminal(tmp_path / "tmux", f"cd {Path.cwd()} && {program}", environment)
    try:
        terminal.wait_for("TARJETA")
        terminal.burst(";E?")
        terminal.wait_for("No se pudo leer")
        terminal.burst(f"%B{ANA}^GARCIA/ANA^29121010000000000?;{ANA}=29121010000000000?")
        terminal.wait_for("PIN")
        terminal.person(site.code)
        terminal.wait_for("Ana G.")
        terminal.person("1")
        set_language("es")
        for question, answer in (
            (say("WHICH PRODUCT?"), "1"),
            (say("LITRES of {product}", product="Nafta"), "40,5"),
            (say("AMOUNT OF THE LINE, in {currency}", currency="ARS"), "51300"),
            (say("Enter alone: no more products"), ""),
            (say("TICKET NUMBER"), "F-0001"),
        ):
            terminal.wait_for(question)
            terminal.person(answer)
        terminal.wait_for("OK · Ana G.")
        terminal.key("F10")
    finally:
        terminal.close()
    done = subprocess.run(
        [sys.executable, "-m", "suite", "station", "--home", str(site.home.folder), "inquiry", "--card", ANA, "--json"],
        env={**environment, "CANJE_CODE": site.code},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["standing"]["balance"] == 51_300
