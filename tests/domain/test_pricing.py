"""Points and money: what a prize costs at the price that the member chose (PRZ-7)."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.errors import NotEnoughPoints
from suite.domain.events.limits import is_possible
from suite.domain.events.station import PrizeRedeemed, PrizeRequested
from suite.domain.ids import AttendantNumber
from suite.domain.pricing import MONEY_MAX, NoSuchPrice, Price, is_ladder
from suite.domain.redemption import Occasion, payable, redeem, request
from suite.domain.reversal import bring_back
from suite.domain.shift import sum_shift
from tests.factories import a_prize, moment, standing

NOW = Occasion(at=moment("2026-10-15T10:00"), entry="swipe", attendant=AttendantNumber("01"))
MUG = a_prize(choices=(Price(60, 150_000), Price(20, 300_000)), deliveries=("immediate", "scheduled"))


def test_both_parts_of_the_chosen_price_are_charged():
    event = redeem(standing(balance=60), MUG.at_price(2), on_hand=1, occasion=NOW)
    assert (event.points, event.money) == (60, 150_000)
    ordered = request(standing(balance=60), MUG.at_price(3), occasion=NOW)
    assert (ordered.points, ordered.money) == (20, 300_000)


@pytest.mark.parametrize(
    ("balance", "choices"),
    [
        pytest.param(100, (1, 2, 3), id="all"),
        pytest.param(99, (2, 3), id="one point short of the first"),
        pytest.param(20, (3,), id="just the last"),
        pytest.param(19, (), id="one point short of the last"),
    ],
)
def test_a_member_is_offered_the_prices_that_the_points_are_enough_for(balance, choices):
    assert payable(standing(balance=balance), MUG, "immediate") == choices


def test_money_is_no_substitute_for_points():
    with pytest.raises(NotEnoughPoints):
        redeem(standing(balance=59), MUG.at_price(2), on_hand=1, occasion=NOW)


@pytest.mark.parametrize("choice", [0, 4, -1])
def test_a_price_that_there_is_not_is_refused(choice):
    with pytest.raises(NoSuchPrice):
        MUG.at_price(choice)


def test_where_nobody_takes_money_a_prize_is_had_for_points_alone():
    assert MUG.for_points() == a_prize(deliveries=MUG.deliveries)
    turned = a_prize(points=60, money=1, choices=(Price(100),))
    assert turned.for_points() == a_prize(points=100)
    assert a_prize(money=1).for_points() is None


def test_what_comes_back_brings_its_money_back():
    event = redeem(standing(), MUG.at_price(2), on_hand=1, occasion=NOW)
    back = bring_back(event, 7, at=NOW.at, attendant=AttendantNumber("01"), grace_months=1)
    assert (back.points, back.money) == (60, 150_000)
    sums = sum_shift([event, back, request(standing(), MUG.at_price(3), occasion=NOW)], AttendantNumber("01"))
    assert (sums.money, sums.money_back, sums.prizes) == (450_000, 150_000, 2)


@given(st.lists(st.builds(Price, st.integers(1, 500), st.integers(0, 500)), min_size=1, max_size=6))
def test_on_a_ladder_nobody_pays_more_of_both(prices):
    worse = any(a is not b and a.points >= b.points and a.money >= b.money for a in prices for b in prices)
    assert is_ladder(prices) == (not worse)


@pytest.mark.parametrize("kind", [PrizeRedeemed, PrizeRequested])
@pytest.mark.parametrize(("money", "possible"), [(0, True), (MONEY_MAX, True), (MONEY_MAX + 1, False), (-1, False)])
def test_money_out_of_all_bounds_is_no_fact(kind, money, possible):
    event = kind(at=NOW.at, card="600001", account=1, prize="MUG", points=100, money=money)
    assert is_possible(event, {1}) == possible


@pytest.mark.parametrize(("place", "possible"), [("", True), ("a" * 64, True), ("a" * 63, False), ("Calle 1", False)])
def test_a_place_is_a_commitment_and_never_an_address(place, possible):
    event = PrizeRequested(at=NOW.at, card="600001", account=1, prize="BIKE", points=500, place=place)
    assert is_possible(event, {1}) == possible


def test_a_prize_for_points_alone_is_written_as_ever():
    event = redeem(standing(), a_prize(), on_hand=1, occasion=NOW)
    assert not {"money", "place", "here"} & msgspec.json.decode(msgspec.json.encode(event)).keys()
