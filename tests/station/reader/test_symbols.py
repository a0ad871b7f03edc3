"""What barcode readers say they read: symbologies, and the element strings of GS1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.station.reader.gs1 import FNC1, check_digit_is_right, elements
from suite.station.reader.symbols import symbol_of


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        pytest.param("0104012345123456", (("01", "04012345123456"),), id="an article"),
        pytest.param("11261231", (("11", "261231"),), id="a day"),
        pytest.param("11260200", (("11", "260200"),), id="a month"),
        pytest.param("112612319912", (("11", "261231"), ("99", "12")), id="nothing between: the day has its length"),
        pytest.param(f"11261231{FNC1}9912", (("11", "261231"), ("99", "12")), id="a separator where none is needed"),
        pytest.param(f"10AB-1{FNC1}21X", (("10", "AB-1"), ("21", "X")), id="a separator behind a batch"),
        pytest.param("3103001500", (("3103", "001500"),), id="a weight"),
        pytest.param("3920150", (("3920", "150"),), id="a price"),
        pytest.param("8018950110153000000007", (("8018", "950110153000000007"),), id="a member"),
        pytest.param("2539501101530003AB", (("253", "9501101530003AB"),), id="a document with its serial"),
        pytest.param("7007260101260131", (("7007", "260101260131"),), id="two days"),
    ],
)
def test_an_element_string_is_taken_apart(text, pairs):
    assert elements(text) == pairs


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param(FNC1, id="a separator alone"),
        pytest.param("0104012345123457", id="a wrong check digit"),
        pytest.param("010401234512345", id="too few digits"),
        pytest.param("11261331", id="a thirteenth month"),
        pytest.param("0510", id="an identifier that nobody has given out"),
        pytest.param("10", id="an identifier without a value"),
        pytest.param("10" + "A" * 21, id="a batch that is too long"),
        pytest.param("10AB^C", id="a character that is not GS1's"),
        pytest.param("10ABñ", id="a letter that is not GS1's"),
        pytest.param(f"10AB{FNC1}", id="a separator with nothing behind it"),
        pytest.param(f"10AB{FNC1}{FNC1}21X", id="two separators"),
        pytest.param("80189501101530000000071", id="a member's number with a digit too much"),
        pytest.param("01٠٤٠١٢٣٤٥١٢٣٤٥٦", id="digits of another script"),
    ],
)
def test_what_is_no_element_string_is_none(text):
    assert elements(text) is None


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        ("]A0AB", "Code 39"),
        ("]C0AB", "Code 128"),
        ("]C19912", "GS1-128"),
        ("]E02012345678903", "EAN-13"),
        ("]E496385074", "EAN-8"),
        ("]J0", "DotCode"),
        ("]Q1", "QR"),
        ("]Q39912", "GS1 QR"),
        ("]z0AB", "Aztec"),
    ],
)
def test_a_symbology_is_known_by_its_identifier(text, symbology):
    assert symbol_of(text).symbology == symbology


@pytest.mark.parametrize(
    "text", ["", "]", "]C", "]XX12", "C012", "12", "]E012", "]E02012345678905", "]E496385075", "]Q3"]
)
def test_what_no_symbology_may_carry_is_none(text):
    assert symbol_of(text) is None


def test_an_ean_may_have_a_component_behind_it():
    assert symbol_of("]E02012345678903|]e09912").elements == (("99", "12"),)
    assert symbol_of("]E02012345678903|]e0xx") is None
    assert symbol_of("]E02012345678903|]e0") is None


@given(text=st.text(max_size=60) | st.text(f"0123456789AB{FNC1}]CEQ^|", max_size=60))
def test_reading_a_barcode_never_raises_and_loses_nothing(text):
    pairs = elements(text)
    symbol = symbol_of(text)

    assert pairs is None or "".join(map("".join, pairs)) == text.replace(FNC1, "")
    assert symbol is None or text.startswith("]")


@given(digits=st.text("0123456789", min_size=1, max_size=17))
def test_every_number_has_one_right_check_digit(digits):
    assert sum(check_digit_is_right(digits + last) for last in "0123456789") == 1
