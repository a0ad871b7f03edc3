"""Redemption, cards, PINs: who may, who may not, one step to either side of each limit."""

import pytest

from suite.domain.errors import (
    AttendantIsLocked,
    BlockedCard,
    DeliveryNotOffered,
    NoStock,
    NotACard,
    NotEnoughPoints,
    UnknownAttendant,
)
from suite.domain.ids import CardNumber
from suite.domain.pins import TRIES, is_weak, pay_for_try, split_code
from suite.domain.programme import CardFormat
from suite.domain.quantities import Points
from suite.domain.redemption import Occasion, redeem, request
from suite.domain.sales import Ticket, record_sale
from suite.domain.standing import check_format, luhn
from tests.factories import a_prize, line, moment, programme, standing

NOW = Occasion(at=moment("2026-10-15T10:00"), entry="swipe")


def test_a_balance_equal_to_the_price_is_enough():
    event = redeem(standing(balance=Points(100)), a_prize(), on_hand=1, occasion=NOW)
    assert (event.points, event.account, event.prize) == (100, 1, "MUG")


def test_one_point_short_is_not_enough():
    with pytest.raises(NotEnoughPoints) as refusal:
        redeem(standing(balance=Points(99)), a_prize(), on_hand=1, occasion=NOW)
    assert refusal.value.numbers == {"balance": 99, "price": 100}


def test_the_last_prize_on_the_shelf_can_be_had_and_the_next_cannot():
    assert redeem(standing(), a_prize(), on_hand=1, occasion=NOW)
    with pytest.raises(NoStock):
        redeem(standing(), a_prize(), on_hand=0, occasion=NOW)


def test_a_prize_is_had_only_in_the_ways_it_is_offered():
    with pytest.raises(DeliveryNotOffered):
        request(standing(), a_prize(), occasion=NOW)
    with pytest.raises(DeliveryNotOffered):
        redeem(standing(), a_prize(deliveries=("scheduled",)), on_hand=1, occasion=NOW)


def test_an_order_needs_no_stock():
    assert request(standing(), a_prize(deliveries=("scheduled",)), occasion=NOW).points == 100


def test_a_blocked_card_neither_earns_nor_redeems():
    blocked = standing(status="blocked")
    ticket = Ticket(at=NOW.at, document="A-1", card=blocked.card, lines=(line(),), entry="swipe")
    with pytest.raises(BlockedCard):
        record_sale(programme(), blocked, ticket)
    with pytest.raises(BlockedCard):
        redeem(blocked, a_prize(), on_hand=1, occasion=NOW)


def test_a_sale_carries_its_decision():
    ticket = Ticket(at=NOW.at, document="A-1", card=standing().card, lines=(line(amount=150),), entry="swipe")
    sale = record_sale(programme(version=7), standing(), ticket).sale
    assert (sale.points, sale.version, sale.lines[0].rule) == (1, 7, "everything")


@pytest.mark.parametrize("card", ["123", "1" * 20, "12345x", "٠١٢٣٤٥", "", "1234 5678"])
def test_what_is_no_card_number_is_refused(card):
    with pytest.raises(NotACard):
        check_format(CardNumber(card), CardFormat())


@pytest.mark.parametrize("card", ["1234", "1" * 19])
def test_the_shortest_and_the_longest_card_are_taken(card):
    check_format(CardNumber(card), CardFormat())


def test_a_payment_card_is_not_ours():
    ours = CardFormat(prefixes=("604633",), lengths=(16,), luhn=True)
    with pytest.raises(NotACard):
        check_format(CardNumber("4111111111111111"), ours)
    with pytest.raises(NotACard):
        check_format(CardNumber("6046330000000000"), ours)
    check_format(CardNumber("6046330000000004"), ours)


PAYMENT_CARDS = ["4111111111111111", "5555555555554444", "2223003122003222", "378282246310005", "36227206271667"]
PAYMENT_CARDS += ["6011111111111117", "3530111333300000", "6200000000000005", "6759649826438453", "4222222222222"]


@pytest.mark.parametrize("card", PAYMENT_CARDS)
def test_a_payment_card_is_refused_though_the_programme_names_no_prefix(card):
    for cards in (CardFormat(), CardFormat(prefixes=(card[:5],)), CardFormat(lengths=(len(card),), luhn=True)):
        with pytest.raises(NotACard):
            check_format(CardNumber(card), cards)


@pytest.mark.parametrize("card", PAYMENT_CARDS)
def test_an_issuers_own_number_names_its_cards_whatever_they_begin_with(card):
    check_format(CardNumber(card), CardFormat(prefixes=("604633", card[:6])))


@pytest.mark.parametrize(
    "card",
    [
        pytest.param("4111111111111112", id="a wrong check digit"),
        pytest.param("411111111116", id="too short for a bank's"),
        pytest.param("6046330000000004", id="a range of no card network"),
    ],
)
def test_what_is_no_payment_card_is_taken_where_any_number_is(card):
    check_format(CardNumber(card), CardFormat())


@pytest.mark.parametrize(
    ("digits", "valid"), [("79927398713", True), ("79927398710", False), ("0", True), ("6035990000012345678", False)]
)
def test_the_check_digit_of_iso_7812(digits, valid):
    assert luhn(digits) is valid


def test_a_code_is_two_digits_and_six():
    assert split_code("07493817") == ("07", "493817")


@pytest.mark.parametrize("typed", ["", "0749381", "074938170", "07 49381", "0749381x", "٠٧٤٩٣٨١٧"])
def test_another_shape_is_no_code(typed):
    with pytest.raises(UnknownAttendant):
        split_code(typed)


def test_the_last_try_can_be_paid_for_and_no_more():
    left = TRIES
    for _ in range(TRIES):
        left = pay_for_try("01", left)
    assert left == 0
    with pytest.raises(AttendantIsLocked):
        pay_for_try("01", left)


@pytest.mark.parametrize("pin", ["111111", "121212", "123456", "987654", "123123", "112211", "567890"])
def test_pins_that_people_guess_first_are_weak(pin):
    assert is_weak(pin)


@pytest.mark.parametrize("pin", ["493817", "112234", "135792"])
def test_other_pins_are_not(pin):
    assert not is_weak(pin)
