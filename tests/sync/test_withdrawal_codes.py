"""Withdrawal codes (PRZ-8): short enough to type, and nobody's but their order's."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.withdrawal import Withdrawal
from suite.sync.withdrawal import withdrawal_code, withdrawal_in

KEY, CARD, TODAY = b"k" * 32, "600001", "2026-10-15"
PRIZES = ["KIT", "MUG", "BIKE"]
ORDER = Withdrawal(2, 57, "MUG", "2026-12-14")
CODE = withdrawal_code(KEY, CARD, ORDER)

orders = st.builds(
    Withdrawal,
    st.integers(1, 10**9 - 1),
    st.integers(1, 10**9 - 1),
    st.sampled_from(PRIZES),
    st.dates(date(1990, 1, 1), date(2199, 12, 31)).map(date.isoformat),
)


@given(orders, st.integers(-4000, 4000))
def test_a_code_says_its_order_years_before_and_after_its_last_day(order, days):
    today = (date.fromisoformat(order.until) + timedelta(days=days)).isoformat()
    assert withdrawal_in(withdrawal_code(KEY, CARD, order), KEY, CARD, PRIZES, today) == order


@given(st.integers(0, len(CODE) - 1), st.sampled_from("0123456789"))
def test_one_digit_changed_is_another_code(place, digit):
    changed = CODE[:place] + digit + CODE[place + 1 :]
    found = withdrawal_in(changed, KEY, CARD, PRIZES, TODAY)
    assert found == (ORDER if changed == CODE else None)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((b"j" * 32, CARD, PRIZES), id="another network"),
        pytest.param((b"", CARD, PRIZES), id="no key"),
        pytest.param((KEY, "600002", PRIZES), id="another card"),
        pytest.param((KEY, CARD, ["KIT"]), id="another prize"),
    ],
)
def test_a_code_is_bound(other):
    key, card, prizes = other
    assert withdrawal_in(CODE, key, card, prizes, TODAY) is None


@pytest.mark.parametrize(
    "typed", [f" {CODE} ", CODE.replace("-", " - "), "-".join(CODE.split("-")[:2]) + "-" + "".join(CODE.split("-")[2:])]
)
def test_it_may_be_typed_with_spaces_and_without_the_last_dashes(typed):
    assert withdrawal_in(typed, KEY, CARD, PRIZES, TODAY) == ORDER


@pytest.mark.parametrize("typed", ["", "-", "2-57", "0-57-1-1-1-1", "٢-57-9823-0417-5530-1188", "9" * 500, f"{CODE}1"])
def test_what_is_no_code_is_none(typed):
    assert withdrawal_in(typed, KEY, CARD, PRIZES, TODAY) is None


def test_a_code_is_for_a_number_pad():
    assert set(CODE) <= set("0123456789-")
    assert len(CODE) == 24
