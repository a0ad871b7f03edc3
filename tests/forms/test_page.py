from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.lettering import TEXT, Slot, write_whole
from forms.page import day_words, integer, money, month_words, open_canvas, rate, time_words
from suite.domain.quantities import MAX_INTEGER, Rate
from tests.forms.samples import ENGLISH, SPANISH


@pytest.mark.parametrize(
    ("centavos", "shown"),
    [
        pytest.param(0, "0,00", id="nothing"),
        pytest.param(5, "0,05", id="less than a tenth"),
        pytest.param(99_999, "999,99", id="below a thousand"),
        pytest.param(100_000, "1.000,00", id="a thousand"),
        pytest.param(-5, "-0,05", id="owed the other way"),
        pytest.param(-123_456_789, "-1.234.567,89", id="millions owed the other way"),
    ],
)
def test_money_is_written_in_the_reader_s_marks(centavos, shown):
    assert money(centavos, SPANISH) == shown
    assert money(centavos, ENGLISH) == shown.translate(str.maketrans(".,", ",."))


@given(st.integers(-MAX_INTEGER, MAX_INTEGER))
def test_money_reads_back_as_the_same_centavos(centavos):
    shown = money(centavos, SPANISH)

    assert Decimal(shown.replace(".", "").replace(",", ".")) * 100 == centavos


@given(st.integers(-MAX_INTEGER, MAX_INTEGER))
def test_an_integer_reads_back_as_itself(number):
    assert int(integer(number, SPANISH).replace(".", "")) == number


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(Rate(375, 10_000), "0,0375", id="four decimals"),
        pytest.param(Rate(10, 4), "2,5", id="not in lowest terms"),
        pytest.param(Rate(3), "3", id="whole"),
        pytest.param(Rate(2_500), "2.500", id="thousands"),
        pytest.param(Rate(0, 7), "0", id="zero of anything"),
        pytest.param(Rate(1, 3), "1/3", id="no finite decimal"),
        pytest.param(Rate(1, 10**12), "0,000000000001", id="as many decimals as are shown"),
        pytest.param(Rate(1, 10**13), "1/10000000000000", id="a decimal more than is shown"),
    ],
)
def test_a_rate_is_written_exactly(value, shown):
    assert rate(value, SPANISH) == shown


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_a_written_rate_is_the_rate(numerator, denominator):
    shown = rate(Rate(numerator, denominator), ENGLISH)

    if "/" in shown:
        assert shown == f"{numerator}/{denominator}"
    else:
        assert Decimal(shown.replace(",", "")) * denominator == numerator


def test_days_and_months_are_written_in_the_reader_s_words():
    assert month_words("2026-10", SPANISH) == "octubre de 2026"
    assert month_words("2026-10", ENGLISH) == "October 2026"
    assert day_words(date(2026, 11, 5), SPANISH) == "5 de noviembre de 2026"
    assert time_words(datetime(2026, 11, 5, 9, 5), ENGLISH) == "5 November 2026, 09:05"  # noqa: DTZ001 -- as printed


def test_every_month_has_its_own_name():
    names = [month_words(f"2026-{month:02d}", ENGLISH).split()[0] for month in range(1, 13)]

    assert names == [f"{date(2026, month, 1):%B}" for month in range(1, 13)]


def test_a_month_written_otherwise_is_drawn_as_it_is():
    assert month_words("first half", SPANISH) == "first half"


def test_a_number_wider_than_its_column_is_drawn_smaller_and_whole(drawn):
    canvas = open_canvas(BytesIO(), "numbers")
    drawn.clear()

    write_whole(canvas, money(MAX_INTEGER, SPANISH), Slot(100, 80, right=True), 100)

    [text] = drawn
    assert text.text == "90.071.992.547.409,91"
    assert text.size < TEXT.size
    assert text.left >= 100 - 1e-5
    assert text.right <= 180 + 1e-5
