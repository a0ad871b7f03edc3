"""A scheduled prize leaves once and is handed over once, on a day that can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from suite.domain.deliveries import (
    Delivery,
    OrderHere,
    OrderIsCancelled,
    OrderNotConfirmed,
    OrderOfAnother,
    deliver,
    dispatch,
    hand_over,
)
from suite.domain.errors import (
    BlockedCard,
    CardCannotSpend,
    ImpossibleDeliveryDay,
    OrderAlreadyDelivered,
    OrderAlreadyDispatched,
    OrderNotDispatched,
    TruckCard,
)
from suite.domain.events.limits import is_possible
from suite.domain.personal import Receipt
from suite.domain.redemption import Occasion
from tests.factories import moment, standing

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


# Handed over at the station where it was ordered

HERE = OrderHere("E1-5", 1, 1, "Ana G.", "BIKE", 500, "dispatched", 7)


def taken(order=HERE, **card):
    occasion = Occasion(at=NOW, entry="swipe", attendant="01")
    return hand_over(order, standing(**{"account": 1, "balance": 0, **card}), occasion)


@pytest.mark.parametrize("state", ["confirmed", "dispatched"])
def test_its_member_takes_it_with_whatever_balance_is_left(state):
    event = taken(structs.replace(HERE, state=state), balance=-3, exact=False)
    assert (event.order, event.prize, event.account, event.attendant) == ("E1-5", "BIKE", 1, "01")
    assert is_possible(event, {1})


@pytest.mark.parametrize(
    ("changes", "card", "refusal"),
    [
        pytest.param({"state": "requested"}, {}, OrderNotConfirmed, id="not confirmed"),
        pytest.param({"state": "cancelled"}, {}, OrderIsCancelled, id="cancelled"),
        pytest.param({"state": "delivered"}, {}, OrderAlreadyDelivered, id="taken already"),
        pytest.param({}, {"account": 2}, OrderOfAnother, id="another's"),
        pytest.param({}, {"role": "truck", "balance": None}, TruckCard, id="a truck's card"),
        pytest.param({}, {"status": "blocked"}, BlockedCard, id="a blocked card"),
        pytest.param({}, {"status": "lost"}, CardCannotSpend, id="a lost card"),
    ],
)
def test_nobody_else_takes_it_and_nobody_twice(changes, card, refusal):
    with pytest.raises(refusal):
        taken(structs.replace(HERE, **changes), **card)


@pytest.mark.parametrize("changes", [{"order": "x"}, {"card": "12"}, {"prize": "a b"}, {"account": 0}])
def test_a_hand_over_that_no_station_can_mean_is_not_possible(changes):
    assert not is_possible(structs.replace(taken(), **changes), {1})
