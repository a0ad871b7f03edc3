"""What of a reader's text may be shown, and which of two hearings counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.station.reader.keys import KEY_NAMES, character_of
from suite.station.reader.masking import masked, masked_number
from suite.station.reader.once import Once
from suite.station.reader.port_text import PortText
from suite.station.reader.swipe import RAW_MAX, decode

CARD = "6035990000012345678"
OTHER = "604633123456"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param(f";{CARD}=2912101?", ";•••••••••••••••5678=•••••••?", id="track 2"),
        pytest.param(
            f"%B{CARD}^ACOSTA/JUAN^2912101?", "%B•••••••••••••••5678^••••••/••••^•••••••?", id="track 1 hides the name"
        ),
        pytest.param(f"ñ{CARD}¿2912_", "ñ•••••••••••••••5678¿••••_", id="another keyboard can be seen"),
        pytest.param("%E?;E?", "%E?;E?", id="unreadable tracks can be seen"),
        pytest.param(f"]C0{CARD}", "]C••••••••••••••••5678", id="a barcode"),
        pytest.param("%B6035 9900 0001 2345 678^A^2912?", "%B•••• •••• •••• •••• •••^•^••••?", id="a spaced number"),
        pytest.param(";41111111=29?x?", ";••••••••=••?•?", id="what is no card hides everything"),
        pytest.param("\x1b]0;x\x07", "]•;•", id="nothing that a terminal obeys"),
    ],
)
def test_a_text_is_shown_without_what_it_says(raw, shown):
    scan = decode(raw)

    assert masked(raw, scan.card if scan else "") == shown


def test_a_short_number_is_hidden_whole():
    assert masked_number("1234567") == "•" * 7
    assert masked_number("12345678") == "••••5678"


@given(raw=st.text(max_size=300))
def test_no_two_digits_in_a_row_are_shown_of_what_is_no_card(raw):
    shown = masked(raw)

    assert not any(a in "0123456789" for a in shown)


def test_a_swipe_counts_once():
    once = Once()

    assert once.is_new(decode(f";{CARD}=1?"), 10.0)
    assert not once.is_new(decode(f"%B{CARD}^A^1?"), 10.4)
    assert once.is_new(decode(OTHER), 10.45), "another card is another swipe"
    assert once.is_new(decode(f";{CARD}=1?"), 10.5)
    assert once.is_new(decode(f";{CARD}=1?"), 11.1)


def test_a_track_that_failed_beside_a_good_one_is_not_told():
    once = Once()

    assert once.is_new(decode(";E?"), 10.0)
    assert once.is_new(decode(f";{CARD}=1?"), 10.1)
    assert not once.is_new(None, 10.2)
    assert once.is_new(None, 10.7)


@pytest.mark.parametrize(
    ("key", "character", "meant"),
    [
        pytest.param("a", "a", "a", id="a letter"),
        pytest.param("5", None, "5", id="a digit of a number pad without its character"),
        pytest.param("decimal", None, ".", id="the number pad's point"),
        pytest.param("enter", "\r", "\r", id="Enter"),
        pytest.param("ctrl+j", "\n", "\r", id="the number pad's Enter under tmux"),
        pytest.param("ctrl+right_square_bracket", "\x1d", "\x1d", id="GS1's separator"),
        pytest.param("left_shift", None, "", id="Shift alone"),
        pytest.param("iso_level3_shift", None, "", id="Alt Gr alone"),
        pytest.param("up", None, None, id="an arrow"),
        pytest.param("escape", "\x1b", None, id="Esc"),
        pytest.param("<ignore>", "\x1b[E", None, id="a sequence nobody knows"),
    ],
)
def test_a_key_is_a_character_or_nothing_or_another_key(key, character, meant):
    assert character_of(key, character) == meant


def test_what_is_replayed_is_a_key_with_the_same_meaning():
    assert {character_of(name, " ") for name in KEY_NAMES.values()} == {"\r", "\t", " ", "\x1d"}


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([f";{CARD}=1?\r".encode()], id="at once"),
        pytest.param([b"\x02;", CARD.encode(), b"=1", b"?\x03\r\n"], id="in pieces, framed"),
        pytest.param([f"%B{CARD}^A^1?\r;{CARD}=1?\r".encode()], id="track by track"),
    ],
)
def test_a_port_gives_a_card(chunks):
    text = PortText()
    for chunk in chunks:
        text.feed(chunk)

    swiped = text.settle()

    assert (swiped.scan.card, swiped.scan.entry) == (CARD, "serial")
    assert text.settle() is None


def test_line_ends_alone_are_no_swipe():
    text = PortText()
    text.feed(b"\r\n")

    assert text.settle() is None


def test_a_flood_on_a_port_is_one_bad_read():
    text = PortText()
    for _ in range(1000):
        text.feed(b"12" * 100)

    swiped = text.settle()

    assert (swiped.scan, swiped.raw_length) == (None, 200_000)


@given(chunks=st.lists(st.binary(max_size=RAW_MAX), max_size=5))
def test_any_bytes_of_a_port_end_in_a_swipe_or_in_nothing(chunks):
    text = PortText()
    for chunk in chunks:
        text.feed(chunk)
    swiped = text.settle()

    assert swiped is None or swiped.raw_length > 0
    assert text.settle() is None
