"""What may be handed over for a genuine code (PRZ-8): each reason has a refusal of its own, in a fixed order."""

import pytest

from suite.domain.errors import BlockedCard, CardCannotSpend, DeliveryNotOffered, NoStock, TruckCard, UnknownPrize
from suite.domain.events.limits import is_possible
from suite.domain.events.station import PrizeRequested, PrizeWithdrawn
from suite.domain.redemption import Occasion, request_with_code
from suite.domain.withdrawal import (
    AlreadyCollected,
    Known,
    Withdrawal,
    WithdrawalCancelled,
    WithdrawalExpired,
    last_day,
    withdraw,
)
from tests.factories import a_prize, moment, programme, standing

NOW = moment("2026-10-15T10:00")
FOUND = Withdrawal(7, 42, "MUG", "2026-12-14")
MUG = a_prize(deliveries=("withdrawal",))


def handed_over(card=None, *, prize=MUG, known=Known(), on_hand=1, today="2026-10-20"):  # noqa: B008 -- a value
    return withdraw(
        card or standing(), FOUND, prize, known, on_hand=on_hand, today=today, at=NOW, entry="swipe", attendant="01"
    )


def test_what_was_ordered_is_handed_over_whatever_the_balance_is_today():
    event = handed_over(standing(balance=-50))
    assert (event.issuer, event.order, event.prize, event.until) == (7, 42, "MUG", "2026-12-14")


@pytest.mark.parametrize(
    ("case", "refusal"),
    [
        pytest.param({"known": Known("E2")}, AlreadyCollected, id="collected"),
        pytest.param({"known": Known(cancelled=True)}, WithdrawalCancelled, id="cancelled"),
        pytest.param({"today": "2026-12-15"}, WithdrawalExpired, id="a day too late"),
        pytest.param({"prize": None}, UnknownPrize, id="no prize of this programme"),
        pytest.param({"on_hand": 0}, NoStock, id="none on this shelf"),
        pytest.param({"card": standing(role="truck", balance=None)}, TruckCard, id="a truck's card"),
        pytest.param({"card": standing(status="blocked")}, BlockedCard, id="a blocked card"),
        pytest.param({"card": standing(status="lost")}, CardCannotSpend, id="a lost card"),
    ],
)
def test_each_reason_has_its_refusal(case, refusal):
    with pytest.raises(refusal):
        handed_over(case.pop("card", None), **case)


def test_the_last_day_is_a_day_on_which_it_is_handed_over():
    assert handed_over(today="2026-12-14")
    assert last_day(NOW, programme_zone()) == "2026-12-14"


def programme_zone():
    from zoneinfo import ZoneInfo

    return ZoneInfo(programme().zone)


def test_only_a_prize_that_is_offered_so_is_ordered_with_a_code():
    occasion = Occasion(at=NOW, entry="swipe")
    event = request_with_code(standing(), MUG, occasion=occasion, until="2026-12-14", issuer=7)
    assert (event.points, event.collect, event.issuer) == (100, "2026-12-14", 7)
    with pytest.raises(DeliveryNotOffered):
        request_with_code(standing(), a_prize(), occasion=occasion, until="2026-12-14", issuer=7)


@pytest.mark.parametrize(
    ("collect", "issuer", "possible"),
    [("", 0, True), ("2026-12-14", 7, True), ("2026-12-14", 8, False), ("", 7, False), ("soon", 7, False)],
)
def test_a_station_gives_codes_of_its_own_journals_only(collect, issuer, possible):
    event = PrizeRequested(at=NOW, card="1", account=1, prize="MUG", points=1, collect=collect, issuer=issuer)
    assert is_possible(event, {7}) == possible


@pytest.mark.parametrize(
    ("until", "order", "possible"), [("2026-12-14", 1, True), ("x", 1, False), ("2026-12-14", -1, False)]
)
def test_a_hand_over_that_no_desk_records_is_refused(until, order, possible):
    event = PrizeWithdrawn(at=NOW, issuer=9, order=order, card="1", account=1, prize="MUG", until=until)
    assert is_possible(event, {7}) == possible
