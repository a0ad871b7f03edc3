"""The real program in a real terminal: keys typed by tmux, the screen read back, the exit code at the end."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from suite.domain.errors import N_
from suite.runtime.texts import say, set_language
from suite.station.reader.once import SAME_SWIPE_SECONDS
from tests.factories import ANA
from tests.station.screens import PERSON_SECONDS

PERSON_AGAIN_SECONDS = SAME_SWIPE_SECONDS
"""A person does not swipe the same card again sooner."""

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

    def wait_for(self, words, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if words in self.text():
                return self.text()
            time.sleep(0.05)
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
        for character in text:
            subprocess.run([*self._tmux, "send-keys", "-t", "t", "-l", character], check=True)
            time.sleep(PERSON_SECONDS)
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


@pytest.fixture
def site(world):
    """A station whose program is another process."""
    station = world.pair("E1")
    station.node.store.close()
    world.sites.clear()
    return station


def opened(site, tmp_path):
    """Its screen in a terminal, and the environment that it runs in."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
        "CANJE_LANG": "es",
        "CANJE_CLOCK": "2026-10-15T10:00:00-03:00",
    }
    program = f"{sys.executable} -m suite station --home {site.home.folder}"
    return Terminal(tmp_path / "tmux", f"cd {Path.cwd()} && {program}", environment), environment


def inquiry(site, environment):
    """What a command finds in the journal afterwards."""
    done = subprocess.run(
        [sys.executable, "-m", "suite", "station", "--home", str(site.home.folder), "inquiry", "--card", ANA, "--json"],
        env={**environment, "CANJE_CODE": site.code},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


@needs_tmux
def test_a_swipe_in_a_real_terminal_ends_in_the_journal(site, tmp_path):
    terminal, environment = opened(site, tmp_path)
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
    assert inquiry(site, environment)["standing"]["balance"] == 51_300


SHIFT = "\x1b[57441;2u"
"""What a terminal of the kitty protocol reports for Shift alone."""

GARBLED = f"ñ{ANA}¿29121010000000000_"
PAYMENT = "4111111111111111"


@needs_tmux
def test_what_goes_wrong_at_readers_in_a_real_terminal(site, tmp_path):
    terminal, _ = opened(site, tmp_path)
    set_language("es")
    asked = say(N_("ATTENDANT CODE AND PIN"))
    try:
        terminal.wait_for("TARJETA")
        for raw in (f"\x1b;{ANA}=2912?\r", "".join(SHIFT + key for key in f";{ANA}=2912?") + "\r", f"{GARBLED}\n"):
            terminal.raw(raw)
            terminal.wait_for(asked)
            terminal.key("Escape")
            terminal.wait_for("DESLICE")
            time.sleep(PERSON_AGAIN_SECONDS)
        terminal.key("Home")
        terminal.wait_for(say(N_("Is Num Lock off? Press it, and type again.")))
        terminal.raw(f";{PAYMENT}=29121010000000000?\r")
        terminal.wait_for(say(N_("That is not a card number of this programme. Swipe the member's card."))[:40])
        assert PAYMENT not in terminal.text()
        terminal.paste(f";{ANA}=2912?\n")
        terminal.wait_for("=2912?")
        terminal.key("Escape")
        terminal.wait_until_gone("=2912?")
        terminal.paste(ANA)
        terminal.wait_for(ANA)
        terminal.key("C-j")
        terminal.wait_for(asked)
        terminal.key("Escape")
        terminal.wait_for("DESLICE")
        terminal.key("F1")
        terminal.wait_for(say(N_("HELP")))
        terminal.person("9")
        terminal.wait_for(say(N_("TRY THE READER")))
        terminal.burst(GARBLED)
        terminal.wait_for(say(N_("Spanish (Latin America), put right")))
        time.sleep(PERSON_AGAIN_SECONDS)
        terminal.key("C-j")
        terminal.wait_for("DESLICE")
        terminal.key("F10")
    finally:
        terminal.close()
