"""The real program in a real terminal: keys typed by tmux, the screen read back, the exit code at the end."""

import time

import pytest

from suite.domain.errors import N_
from suite.runtime.texts import say, set_language
from suite.station.reader.once import SAME_SWIPE_SECONDS
from tests.factories import ANA
from tests.station.terminal import needs_tmux, opened

PERSON_AGAIN_SECONDS = SAME_SWIPE_SECONDS
"""A person does not swipe the same card again sooner."""


@pytest.fixture
def site(world):
    """A station whose program is another process."""
    station = world.pair("E1")
    station.node.store.close()
    world.sites.clear()
    return station


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
