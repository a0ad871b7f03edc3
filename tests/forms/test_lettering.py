import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth

from forms.lettering import BOLD, ELLIPSIS, TEXT, Style, fitted, harmless, load_fonts, wrapped
from tests.forms.samples import EVIL

ANY_TEXT = st.text(st.characters(), max_size=250)  # lone surrogates among them


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("Núñez Agüero", "Núñez Agüero", id="Spanish stays"),
        pytest.param("Jose\u0301", "José", id="an accent typed apart is joined"),
        pytest.param("Av. Mitre 12\nPiso 3", "Av. Mitre 12 Piso 3", id="a new line is a space"),
        pytest.param("\x1b[31mJuan\x07\x00", "[31mJuan", id="controls are dropped"),
        pytest.param("\u202enauJ\u202c\u200f", "nauJ", id="right-to-left overrides are dropped"),
        pytest.param("Юрий \U0001f600", "???? ?", id="what the fonts lack is a question mark"),
        pytest.param("\ud800\uffff", "??", id="what is no character is a question mark"),
        pytest.param("<b>&amp;</b> =cmd()", "<b>&amp;</b> =cmd()", id="markup and formulas are letters"),
        pytest.param("", "", id="nothing stays nothing"),
    ],
)
def test_text_from_outside_is_one_line_of_known_letters(text, shown):
    assert harmless(text) == shown


def test_a_text_of_any_length_is_measured_in_bounded_time():
    assert len(harmless("ñ" * 10_000_000)) <= 400


@given(text=ANY_TEXT, width=st.floats(0, 600), bold=st.booleans())
@example(text=EVIL * 4, width=80.0, bold=True)
@example(text="W" * 200, width=100.0, bold=False)
@example(text="W", width=0.0, bold=False)
def test_no_text_is_wider_than_its_room(text, width, bold):
    style = TEXT._replace(font=BOLD) if bold else TEXT

    shown = fitted(text, style, width)

    assert stringWidth(shown, style.font, style.size) <= width + 1e-5
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} for letter in shown)


def test_a_text_that_just_fits_is_whole_and_a_hair_less_room_cuts_it():
    load_fonts()
    text = "María José Núñez Agüero"
    width = stringWidth(text, TEXT.font, TEXT.size)

    assert fitted(text, TEXT, width) == text
    assert fitted(text, TEXT, width - 0.1).endswith(ELLIPSIS)


def test_a_cut_text_keeps_as_many_letters_as_fit():
    cut = fitted("W" * 200, TEXT, 100)

    one_more = "W" * len(cut) + ELLIPSIS
    assert cut == "W" * (len(cut) - 1) + ELLIPSIS
    assert stringWidth(one_more, TEXT.font, TEXT.size) > 100


def test_a_long_text_is_broken_between_words():
    text = "Auriculares inalámbricos con estuche de carga y cable"

    lines = wrapped(text, TEXT, 160, lines_max=9)

    assert len(lines) > 1
    assert " ".join(lines) == text


def test_a_text_longer_than_its_lines_ends_in_an_ellipsis():
    lines = wrapped("palabra " * 40, TEXT, 160, lines_max=2)

    assert len(lines) == 2
    assert lines[0].endswith("palabra")
    assert lines[1].endswith(ELLIPSIS)


def test_a_word_longer_than_a_line_is_cut_and_the_next_one_follows():
    lines = wrapped("W" * 250 + " y", TEXT, 120, lines_max=3)

    assert lines == [fitted("W" * 250, TEXT, 120), "y"]


@given(text=ANY_TEXT)
@example(text="W" * 250 + " y")
def test_no_line_of_a_broken_text_is_wider_than_its_room(text):
    style = Style(BOLD, 13, TEXT.colour)

    lines = wrapped(text, style, 120, lines_max=2)

    assert len(lines) <= 2
    assert all(stringWidth(line, style.font, style.size) <= 120 + 1e-5 for line in lines)
