"""No centavo appears or is lost between the lines of a settlement and its total (CEN-4)."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.calendar import Month, month_end, month_name, month_named, month_of, month_start
from suite.domain.quantities import Rate, half_up_of, share_out
from suite.domain.settlement import Contract, GroupPoints, settle
from tests.factories import moment

ZONE = ZoneInfo("America/Argentina/Buenos_Aires")
VALUE = Rate(375, 10_000)


def settled(*rows, value=VALUE, month=24321):
    unsettled = [GroupPoints(Month(m), g, p) for m, g, p in rows]
    contract = Contract("E1", "Uno", "Red", "ARS", value, {"fuel": "Combustibles"})
    return settle(contract, unsettled, month=Month(month), day="2026-11-02", at=moment("2026-11-02T09:00"), by="tester")


@pytest.mark.parametrize(
    ("points", "centavos"),
    [
        pytest.param(1395, 5231, id="under a half"),
        pytest.param(2, 8, id="seven and a half rounds up"),
        pytest.param(0, 0, id="nothing"),
    ],
)
def test_points_times_value_is_rounded_half_up_once(points, centavos):
    assert settled((24321, "fuel", points)).amount == centavos


def test_the_lines_add_up_to_the_rounded_whole():
    statement = settled((24321, "fuel", 1), (24321, "oil", 1), (24321, "shop", 1))
    assert [line.amount for line in statement.lines] == [4, 4, 3]
    assert statement.amount == 11


def test_late_points_keep_the_month_they_were_earned_in():
    statement = settled((24321, "fuel", 10), (24319, "fuel", 5))
    assert [(line.month, line.points) for line in statement.lines] == [(24319, 5), (24321, 10)]
    assert statement.points == 15


@given(st.lists(st.integers(0, 10**6), max_size=20), st.integers(0, 10**5), st.integers(1, 10**5))
def test_shares_always_add_up(parts, numerator, denominator):
    rate = Rate(numerator, denominator)
    shares = share_out(parts, rate, half_up=True)
    assert sum(shares) == half_up_of(sum(parts), rate)
    assert all(share >= 0 for share in shares)


def test_a_month_includes_its_last_day_on_the_stations_clock():
    october = month_named("2026-10")
    assert month_of(moment("2026-10-31T23:59"), ZONE) == october
    assert month_of(moment("2026-11-01T00:00"), ZONE) == october + 1
    assert month_end(october, ZONE) == moment("2026-11-01T00:00")
    assert month_start(october, ZONE) == moment("2026-10-01T00:00")
    assert month_of(moment("2026-10-31T23:59"), UTC) == october + 1


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-1", "26-10", "2026/10", "", "２０２６-10", "1989-12", "2200-01", "0000-01"]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="not a month"):
        month_named(text)


@given(st.integers(1990 * 12, 2200 * 12 - 1))
def test_months_are_written_as_they_are_read(number):
    assert month_named(month_name(Month(number))) == number
