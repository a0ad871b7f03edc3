"""A scheduled prize leaves once and is handed over once, on a day that can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.deliveries import Delivery, deliver, dispatch
from suite.domain.errors import (
    ImpossibleDeliveryDay,
    OrderAlreadyDelivered,
    OrderAlreadyDispatched,
    OrderNotDispatched,
)
from suite.domain.events.limits import is_possible
from suite.domain.personal import Receipt
from tests.factories import moment

NOW, HASH, ANA = moment("2026-10-20T10:00"), "ab" * 32, Receipt("Ana García", "12345678")
WAITING = Delivery("E1-5", 7)
ON_ITS_WAY = Delivery("E1-5", 7, "2026-10-18")
THERE = Delivery("E1-5", 7, "2026-10-18", "2026-10-19")


def handed_over(delivery, day="2026-10-19"):
    return deliver(delivery, ANA, HASH, day=day, today="2026-10-20", now=NOW)


def test_a_prize_leaves_once():
    event = dispatch(WAITING, NOW)
    assert (event.order, event.slip, event.at) == ("E1-5", 7, NOW)
    for gone in (ON_ITS_WAY, THERE):
        with pytest.raises(OrderAlreadyDispatched):
            dispatch(gone, NOW)


def test_a_prize_is_handed_over_once_after_it_left():
    event = handed_over(ON_ITS_WAY)
    assert (event.day, event.receipt) == ("2026-10-19", HASH)
    with pytest.raises(OrderNotDispatched):
        handed_over(WAITING)
    with pytest.raises(OrderAlreadyDelivered):
        handed_over(THERE)


@pytest.mark.parametrize("day", ["2026-10-18", "2026-10-20"], ids=["the day it left", "today"])
def test_the_first_and_the_last_day_are_possible(day):
    assert handed_over(ON_ITS_WAY, day).day == day


@pytest.mark.parametrize("day", ["2026-10-17", "2026-10-21", "2026-10-32", "20261019", "", "2026-W43-1", "ayer"])
def test_other_days_are_not(day):
    with pytest.raises(ImpossibleDeliveryDay):
        handed_over(ON_ITS_WAY, day)


@given(st.text(max_size=12))
def test_whatever_is_typed_as_a_day_what_is_recorded_is_possible(day):
    try:
        event = handed_over(ON_ITS_WAY, day)
    except ImpossibleDeliveryDay:
        return
    assert is_possible(event, ())
