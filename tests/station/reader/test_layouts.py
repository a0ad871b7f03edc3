"""What a US reader shows under another layout is turned back, key by key."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from suite.station.reader.layouts import REPAIRABLE, repair, shown_for
from tests.station.reader.hosts import DEAD, KEYBOARDS, US, typed_on

TRACK_CHARACTERS = "".join(map(chr, range(0x20, 0x60)))  # the 64 characters of ISO/IEC 7813's six-bit alphabet


def test_every_repairable_layout_has_a_keyboard_to_be_judged_by():
    assert set(REPAIRABLE) == set(KEYBOARDS)
    assert {len(keys) for keys in KEYBOARDS.values()} == {len(US)}


@pytest.mark.parametrize("layout", REPAIRABLE)
def test_every_key_of_the_keyboard_is_turned_back(layout):
    turned_back = [repair(face, layout) for face in KEYBOARDS[layout]]

    assert turned_back == list(US)


@pytest.mark.parametrize("layout", REPAIRABLE)
@given(meant=st.text(TRACK_CHARACTERS, max_size=80))
def test_what_a_track_holds_comes_back_whole(layout, meant):
    assume(not any(key + " " in meant for key in DEAD[layout]))

    assert repair(typed_on(layout, meant), layout) == meant


@given(text=st.text())
@pytest.mark.parametrize("layout", REPAIRABLE)
def test_a_repair_never_raises(layout, text):
    repaired = repair(text, layout)

    assert repaired is None or repaired.isascii()


def test_a_us_keyboard_shows_what_was_meant():
    assert repair("ñ;", "us") == "ñ;"


@pytest.mark.parametrize(
    ("layout", "shown", "meant"),
    [
        pytest.param("us-intl", "%B1234ÂCOSTA", "%B1234^ACOSTA", id="a circumflex over a letter"),
        pytest.param("us-intl", "N²912", "N^2912", id="a circumflex and a digit, as X11 composes them"),
        pytest.param("us-intl", "N^2912", "N^2912", id="a circumflex and a digit, as Windows leaves them"),
        pytest.param("us-intl", "DÇA", "D'CA", id="a cedilla for a quote and a letter"),
        pytest.param("us-intl", "O'BRIEN", "O'BRIEN", id="a plain quote"),
        pytest.param("br", "ÄCOSTA", "^ACOSTA", id="a diaeresis over a letter"),
        pytest.param("pt", "Ć1", "]C1", id="an accent over a consonant"),
        pytest.param("de", "ź", "=y", id="an accent over a letter that has moved"),
        pytest.param("es", "³", "{3", id="a composed digit whose dead key is a brace"),
    ],
)
def test_dead_keys_are_taken_apart(layout, shown, meant):
    assert repair(shown, layout) == meant


@pytest.mark.parametrize(
    ("layout", "shown"),
    [
        pytest.param("latam", "«", id="a character of another layout"),
        pytest.param("es", "ã", id="an accent this layout has no dead key for"),
        pytest.param("latam", "²", id="a composed digit without a circumflex"),
        pytest.param("it", "Â", id="an accent on a layout without dead keys"),
        pytest.param("latam", "ǻ", id="a letter with an accent of another layout under one of ours"),
        pytest.param("latam", "1\x1b2", id="a control character"),
        pytest.param("latam", "６", id="a digit that is none of ours"),
    ],
)
def test_what_a_layout_cannot_show_is_not_repaired(layout, shown):
    assert repair(shown, layout) is None


def test_the_faces_of_a_start_sentinel_are_known():
    assert shown_for("%") == {"%"}
    assert shown_for(";") == {";", "ñ", "ç", "ö", "ò"}
