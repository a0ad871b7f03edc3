"""The whole desk line by line, without a screen: what a screen reader's user does."""

import asyncio

import pytest

from suite.runtime.texts import say, set_language
from suite.station.plain import PlainDesk
from suite.station.printers import Printer
from suite.station.printing import Queue, set_printer
from tests.factories import ANA

TRACK = f";{ANA}=29121010000000000?"


@pytest.fixture
def site(world):
    station = world.pair("E1")
    world.stock_up("E1")
    return station


def lived(site, *lines):
    """What is said to somebody who types these lines, then nothing more; and which lines were asked for unseen."""
    said, typed, secrets = [], iter(lines), []

    def read(secret):
        line = next(typed, None)
        if line is None:
            raise EOFError
        if secret and line != ".":
            secrets.append(line)
        return line

    asyncio.run(PlainDesk(site.desk, Queue(site.desk, site.home), read, said.append).run())
    assert next(typed, None) is None, said
    assert not [secret for secret in secrets if any(secret in line for line in said)]
    return "\n".join(said)


@pytest.mark.parametrize("card", [ANA, TRACK, "ñ600001¿29121010000000000_"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_a_sale_from_the_swipe_to_the_receipt(site, language, card):
    set_language(language)
    said = lived(site, card, site.code, "1", "1", "40,5", "51300", "", "F-1")
    assert "Ana G." in said
    assert say("OK, recorded: {points} points.", points="51.300" if language == "es" else "51,300") in said
    assert site.desk.member(ANA).balance == 51_300
    assert site.desk.movements(ANA)[0].reference == "F-1"


def test_a_prize_moves_and_the_shelf(site, tmp_path):
    set_printer(site.desk, site.home, Printer("folder", str(tmp_path / "paper")))
    site.sell(ANA, "F-1")
    said = lived(site, ANA, site.code, "2", "1", "1", ANA, site.code, "3", "6", site.code, "1", "7", "", "")
    assert "New balance 0" in said
    assert "Prize" in said.split("Last moves")[-1]
    assert len(list((tmp_path / "paper").glob("*.pdf"))) == 2
    assert site.desk.store.on_hand("MUG") == 7


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param((";E?",), "could not be read", id="unreadable"),
        pytest.param(("no card",), "not a card number", id="no card"),
        pytest.param((ANA, "."), "Nothing was recorded", id="left"),
        pytest.param((ANA, "01000000", "."), "tries", id="wrong pin"),
        pytest.param((ANA,), "Nothing was recorded", id="the end in the middle"),
        pytest.param(("5",), "nothing that a receipt was printed for", id="no receipt"),
    ],
)
def test_what_goes_wrong_is_said_and_the_desk_goes_on(site, lines, said):
    before = [entry.seq for entry in site.desk.store.entries()]
    assert said in lived(site, *lines)
    after = [type(site.desk.store.event_at(e.seq)).__name__ for e in site.desk.store.entries() if e.seq not in before]
    assert set(after) <= {"PinRefused"}


def test_an_unknown_card_keeps_its_ticket(site):
    said = lived(site, "600077", site.code, "1", "1", "10", "", "F-9")
    assert "kept" in said
    assert [incident.document for incident in site.desk.incidents()] == ["F-9"]


def test_the_first_code_gives_way_to_an_own_pin(site):
    site.desk.store._db.execute("DELETE FROM own_pin")
    lived(site, "9", site.code, "739164", "739164", "1")
    assert site.desk.store.open_shift("01") is not None
    assert site.desk.check_pin("01739164").code == ""


def test_zero_leaves(site):
    assert lived(site, "0")
