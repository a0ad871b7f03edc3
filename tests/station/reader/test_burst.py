"""A reader's keys become a card, a person's keys are given back, and neither is taken for the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.station.reader.burst import Burst, Swiped, Typed
from suite.station.reader.swipe import RAW_MAX

CARD = "6035990000012345678"
TRACK_1 = f"%B{CARD}^ACOSTA/JUAN^2912101?"
TRACK_2 = f";{CARD}=29121010000000000?"
START = 81_234.567  # seconds since the machine was started


class Keyboard:
    """Presses keys at given paces and keeps what comes out."""

    def __init__(self):
        self.burst = Burst()
        self.at = START
        self.outcomes = []

    def press(self, text, gap_ms):
        """Each key comes that long after the one before it."""
        for char in text:
            self.at += gap_ms / 1000
            self.outcomes += self.burst.feed(char, self.at)
        return self

    def wait(self, milliseconds):
        """Nothing is pressed for that long, and the screen asks."""
        self.at += milliseconds / 1000
        self.outcomes += self.burst.poll(self.at)
        return self

    def typed(self):
        return "".join(outcome.text for outcome in self.outcomes if isinstance(outcome, Typed))

    def swipes(self):
        return [outcome for outcome in self.outcomes if isinstance(outcome, Swiped)]

    def cards(self):
        return [swipe.scan and swipe.scan.card for swipe in self.swipes()]


@pytest.mark.parametrize(
    "shown",
    [
        pytest.param(TRACK_2, id="track 2"),
        pytest.param(TRACK_1 + TRACK_2, id="two tracks"),
        pytest.param(TRACK_2.replace(";", "ñ").replace("=", "¿").replace("?", "_"), id="track 2 in Latin America"),
        pytest.param("]C0" + CARD, id="a barcode with its symbology"),
        pytest.param(CARD, id="a bare number"),
    ],
)
@pytest.mark.parametrize("end", ["\r", "\n", "\t"], ids=["Enter", "keypad Enter", "Tab"])
def test_a_burst_that_ends_with_a_key_is_a_card_at_once(shown, end):
    keyboard = Keyboard().press(shown + end, 2)

    assert keyboard.cards() == [CARD]
    assert keyboard.typed() == ""


def test_a_swipe_tells_its_length_and_pace():
    (swipe,) = Keyboard().press(TRACK_2 + "\r", 2).swipes()

    assert (swipe.raw_length, swipe.mean_gap_ms) == (len(TRACK_2), 2.0)


@pytest.mark.parametrize("shown", [TRACK_2, CARD], ids=["a track", "a bare number"])
def test_a_burst_without_an_end_key_is_a_card_after_a_moment(shown):
    keyboard = Keyboard().press(shown, 2)

    assert keyboard.wait(249).cards() == []
    assert keyboard.wait(2).cards() == [CARD]
    assert keyboard.wait(1000).typed() == ""


def test_ten_swipes_in_a_row_are_ten_cards():
    assert Keyboard().press((TRACK_2 + "\r") * 10, 1).cards() == [CARD] * 10


@pytest.mark.parametrize("tail", ["\r\n", "\t\r", "\r\r"], ids=["CR and LF", "Tab and Enter", "two Enters"])
def test_a_second_end_key_belongs_to_the_reader(tail):
    keyboard = Keyboard().press(TRACK_2 + tail, 2)

    assert keyboard.cards() == [CARD]
    assert keyboard.typed() == ""


@pytest.mark.parametrize(
    ("gap_ms", "typed"),
    [pytest.param(44, "", id="with the reader"), pytest.param(46, "\r", id="after it")],
)
def test_enter_after_a_swipe_is_a_persons_once_the_reader_is_done(gap_ms, typed):
    keyboard = Keyboard().press(TRACK_2 + "\r", 2).press("\r", gap_ms)

    assert keyboard.typed() == typed


@pytest.mark.parametrize(
    ("gap_ms", "is_reader"),
    [pytest.param(30, True, id="slowest reader"), pytest.param(30.1, False, id="slower")],
)
@pytest.mark.parametrize("shown", [CARD, TRACK_2, ";E?"], ids=["a bare number", "a track", "an unreadable track"])
def test_a_reader_is_quick(shown, gap_ms, is_reader):
    keyboard = Keyboard().press(shown, gap_ms).press("\r", 5)

    assert bool(keyboard.swipes()) == is_reader
    assert keyboard.typed() == ("" if is_reader else shown + "\r")


@pytest.mark.parametrize(
    ("shown", "is_reader"),
    [
        pytest.param("12345", False, id="five characters"),
        pytest.param("123456", True, id="six characters"),
        pytest.param(";E?", True, id="three characters of an unreadable track"),
        pytest.param("abc", False, id="three characters of nothing"),
    ],
)
def test_a_reader_sends_six_characters_or_a_track(shown, is_reader):
    keyboard = Keyboard().press(shown + "\r", 2)

    assert bool(keyboard.swipes()) == is_reader
    assert keyboard.typed() == ("" if is_reader else shown + "\r")


def test_a_short_pin_comes_back_with_its_enter():
    assert Keyboard().press("4821\r", 180).typed() == "4821\r"
    assert Keyboard().press("4821\r", 40).outcomes == [Typed("4821\r")]


@pytest.mark.parametrize("gap_ms", [33, 45, 70, 180], ids=["quickest", "very quick", "quick", "normal"])
@pytest.mark.parametrize("text", ["01482193\r", CARD + "\r", TRACK_2 + "\r", "7790895000997\t"])
def test_a_person_is_never_taken_for_a_reader(text, gap_ms):
    keyboard = Keyboard().press(text, gap_ms).wait(1000)

    assert keyboard.swipes() == []
    assert keyboard.typed() == text


@pytest.mark.parametrize("gap_ms", [2, 25, 33])
def test_a_held_key_is_not_a_reader(gap_ms):
    keyboard = Keyboard().press("0000000000\r", gap_ms)

    assert keyboard.outcomes == [Typed("0000000000\r")]


def test_a_key_behind_a_held_key_is_not_a_reader():
    keyboard = Keyboard().press("0000000000", 25).press("1\r", 40)

    assert keyboard.outcomes == [Typed("00000000001\r")]


def test_a_key_that_rolls_over_a_held_key_slow_to_repeat_is_not_a_reader():
    keyboard = Keyboard().press("0000000000", 40).press("1\r", 5)

    assert keyboard.outcomes == [Typed("00000000001\r")]


def test_a_held_key_longer_than_any_card_loses_nothing():
    keyboard = Keyboard().press("0" * (RAW_MAX * 2 + 5), 25)

    assert len(keyboard.typed()) == RAW_MAX * 2
    assert keyboard.wait(50).typed() == "0" * (RAW_MAX * 2 + 5)


@pytest.mark.parametrize("end", ["\r", ""], ids=["with Enter", "without"])
def test_a_burst_that_is_no_card_is_a_bad_read_whose_text_is_gone(end):
    keyboard = Keyboard().press(";4111111111111111=29" + end, 2).wait(1001)

    assert keyboard.outcomes == [Swiped(scan=None, raw_length=20, mean_gap_ms=2.0)]
    assert "4111" not in repr(keyboard.outcomes)
    assert "4111" not in repr(vars(keyboard.burst))


def test_a_flood_is_one_bad_read_and_nothing_of_it_leaks():
    keyboard = Keyboard().press((TRACK_2 + "xyz") * 20, 2).press("\r", 2)

    assert keyboard.cards() == [None]
    assert keyboard.swipes()[0].raw_length == 20 * (len(TRACK_2) + 3)
    assert keyboard.typed() == ""


def test_a_flood_is_no_card_even_if_it_begins_with_one():
    keyboard = Keyboard().press(("xy" * RAW_MAX + TRACK_2)[-RAW_MAX:] + "z\r", 2)

    assert keyboard.cards() == [None]


def test_a_swipe_after_a_flood_is_a_card():
    keyboard = Keyboard().press("12" * RAW_MAX + "\r", 2).press(TRACK_2 + "\r", 2)

    assert keyboard.cards() == [None, CARD]


def test_a_flood_that_grows_slow_is_still_one_bad_read():
    keyboard = Keyboard().press("12" * RAW_MAX, 2).press("12" * RAW_MAX, 200).press("\r", 2)

    assert keyboard.cards() == [None]
    assert keyboard.typed() == ""


def test_an_unreadable_card_is_reported_as_such():
    (swipe,) = Keyboard().press("%E?;E?\r", 2).swipes()

    assert swipe.scan.unreadable


@pytest.mark.parametrize(
    ("pause_ms", "cards", "typed"),
    [
        pytest.param(249, [CARD], "", id="as long as a busy machine makes it"),
        pytest.param(251, [None], ";6", id="longer"),
    ],
)
def test_a_track_survives_a_pause_before_it_is_known_for_one(pause_ms, cards, typed):
    keyboard = Keyboard().press(";6", 2).press(TRACK_2[2:3], pause_ms).press(TRACK_2[3:] + "\r", 2)

    assert keyboard.cards() == cards
    assert keyboard.typed() == typed


@pytest.mark.parametrize("place", [6, 12, len(TRACK_2) - 1])
@pytest.mark.parametrize(
    ("pause_ms", "is_read"), [pytest.param(999, True, id="long"), pytest.param(1001, False, id="too long to wait for")]
)
def test_a_track_that_a_reader_began_survives_a_pause_of_the_whole_program(place, pause_ms, is_read):
    keyboard = Keyboard().press(TRACK_2[:place], 2)

    keyboard.press(TRACK_2[place], pause_ms).press(TRACK_2[place + 1 :] + "\r", 2)

    assert (keyboard.cards() == [CARD]) == is_read
    assert keyboard.cards()[0] == (CARD if is_read else None)


def test_one_long_pause_does_not_make_typing_of_a_short_track():
    """Of so few gaps the mean is a person's, and a card's number must not be replayed as keys."""
    keyboard = Keyboard().press(";6366=", 2).press("9", 900).press("?\r", 2)

    assert keyboard.cards() == ["6366"]
    assert keyboard.typed() == ""


def test_a_whole_track_with_no_enter_after_it_does_not_wait_for_more():
    assert Keyboard().press(TRACK_2, 2).wait(251).cards() == [CARD]


def test_half_a_track_that_nothing_follows_is_told_as_a_bad_read():
    keyboard = Keyboard().press(TRACK_2[:12], 2)

    assert keyboard.wait(999).outcomes == []
    assert keyboard.wait(2).cards() == [None]


def test_a_person_who_begins_with_a_sentinel_and_stops_once_is_a_person():
    keyboard = Keyboard().press("ñ", 40).press("ando", 34).press("u", 900).press("pe", 34).wait(1001)

    assert keyboard.swipes() == []
    assert keyboard.typed() == "ñandoupe"


def test_a_pause_between_two_tracks_does_not_part_them():
    keyboard = Keyboard().press(TRACK_1, 2).press(TRACK_2[:1], 85).press(TRACK_2[1:] + "\r", 2)

    assert keyboard.cards() == [CARD]


@pytest.mark.parametrize(
    ("pause_ms", "cards"),
    [pytest.param(44, [CARD], id="short"), pytest.param(46, [None], id="long enough to be two things")],
)
def test_a_bare_number_with_a_pause_is_a_bad_read_rather_than_half_a_card(pause_ms, cards):
    keyboard = Keyboard().press(CARD[:10], 2).press(CARD[10], pause_ms).press(CARD[11:] + "\r", 2)

    assert keyboard.cards() == cards
    assert keyboard.typed() == ""


@pytest.mark.parametrize(
    ("key", "held_ms"),
    [
        pytest.param("4", 45, id="a digit"),
        pytest.param("ño", 45, id="a letter that a start sentinel turns into, and another"),
        pytest.param(";", 250, id="a start sentinel"),
        pytest.param("ñ", 250, id="a letter that a start sentinel turns into"),
        pytest.param("%B", 250, id="a start of track 1"),
    ],
)
def test_a_typed_key_is_held_for_a_moment(key, held_ms):
    keyboard = Keyboard().press(key, 20)

    assert keyboard.wait(held_ms - 1).outcomes == []
    assert keyboard.wait(2).outcomes == [Typed(key)]
    assert keyboard.wait(1000).outcomes == [Typed(key)]


def test_digits_typed_before_a_swipe_are_not_lost_in_it():
    keyboard = Keyboard().press("48", 40).press(";", 40).press(TRACK_2[1:] + "\r", 2)

    assert keyboard.typed() == "48"
    assert keyboard.cards() == [CARD]


def test_a_stray_key_of_the_terminal_does_not_spoil_a_swipe():
    assert Keyboard().press("^", 2).press(TRACK_2 + "\r", 20).cards() == [CARD]


def test_a_key_that_is_no_character_does_not_overtake_typing():
    keyboard = Keyboard().press("4", 180)

    assert keyboard.burst.settle() == [Typed("4")]
    assert keyboard.burst.settle() == []


def test_enter_alone_is_typed():
    assert Keyboard().press("\r", 5).outcomes == [Typed("\r")]


def test_polling_an_idle_burst_gives_nothing():
    assert Keyboard().wait(1000).outcomes == []


HUMAN_KEYS = st.lists(
    st.tuples(
        st.sampled_from("0123456789%;+=?^BEñÑ¿_aZ \r\n\t") | st.characters(),
        st.floats(min_value=33, max_value=400),
        st.booleans(),
    ),
    max_size=60,
)


@given(keys=HUMAN_KEYS)
def test_what_a_person_types_is_neither_lost_nor_reordered(keys):
    keyboard = Keyboard()

    for char, gap_ms, polled in keys:
        if polled:
            keyboard.wait(gap_ms / 2).press(char, gap_ms / 2)
        else:
            keyboard.press(char, gap_ms)
    keyboard.wait(1000)

    assert keyboard.swipes() == []
    assert keyboard.typed() == "".join(char for char, _, _ in keys)


@given(
    before=st.text("0123456789abcñ", max_size=12),
    gaps=st.lists(st.floats(min_value=0, max_value=30), min_size=len(TRACK_2), max_size=len(TRACK_2)),
    after=st.text("0123456789abcñ", max_size=12),
)
def test_a_swipe_amid_typing_is_one_card_and_the_typing_is_whole(before, gaps, after):
    keyboard = Keyboard().press(before, 120).wait(300)

    for gap_ms, char in zip([0, *gaps], TRACK_2 + "\r", strict=True):
        keyboard.press(char, gap_ms)
    keyboard.press(after, 120).wait(1000)

    assert keyboard.cards() == [CARD]
    assert keyboard.typed() == before + after
