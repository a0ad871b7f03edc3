"""Scenarios that peers' tests and documents state, by the id of docs/peers.md: lots, first in first out, expiry."""

import pytest

from suite.domain.calendar import Month, month_end, month_named, month_of
from suite.domain.errors import NotEnoughPoints
from suite.domain.lots import CREDITED, EARNED, ClosedMonth, Expiring, Lot, MonthTotals, calendar, expired_by, open_lots
from suite.domain.lots import pooled as sum_of
from suite.domain.quantities import Points
from suite.domain.redemption import Occasion, redeem
from tests.domain.ledgers import Ledger, back, credit, months_of, spend
from tests.domain.test_settlement import ZONE
from tests.factories import a_prize, moment, standing

JAN, FEB, MAR, JUN, JUL, DEC = (month_named(f"2026-{number:02d}") for number in (1, 2, 3, 6, 7, 12))


def lots(*facts, expired=()):
    return [(lot.earned_in, lot.remaining) for lot in open_lots(months_of(facts, expired))]


def expires(*facts, close, cutoff):
    return expired_by(months_of(facts), [ClosedMonth(Month(close), Month(cutoff))])


def test_b01_a_credit_is_a_lot():
    assert lots(credit(JAN, 100)) == [(JAN, 100)]


def test_b02_spending_leaves_the_rest_of_the_lot():
    assert lots(credit(JAN, 100), spend(FEB, 30)) == [(JAN, 70)]


def test_b05_spending_takes_the_lot_that_expires_first():
    assert lots(credit(JAN, 50), credit(FEB, 50), spend(MAR, 70)) == [(FEB, 30)]


def test_b06_an_expiry_touches_exactly_its_lot():
    facts = (credit(JAN, 100), credit(FEB, 40))
    assert expires(*facts, close=MAR, cutoff=JAN) == 100
    assert lots(*facts, expired=[(MAR, 100)]) == [(FEB, 40)]


def test_b07_and_d19_a_debt_is_settled_before_a_lot_opens():
    assert lots(credit(JAN, 50), spend(FEB, 80), credit(MAR, 100)) == [(MAR, 70)]


def test_b09_what_was_spent_of_a_lot_does_not_expire():
    assert expires(credit(JAN, 150), spend(FEB, 50), close=MAR, cutoff=JAN) == 100


def test_b10_a_lot_that_was_spent_expires_without_a_trace():
    ledger = Ledger(life=2, facts=[credit(JAN, 150), spend(FEB, 150)])
    assert [ledger.close(month) for month in (JAN, FEB, MAR, MAR + 1)] == [0, 0, 0, 0]
    assert ledger.postings == []


def test_b15_the_lot_of_the_cutoff_expires_and_the_next_does_not():
    facts = (credit(JAN, 100), credit(FEB, 50))
    assert expires(*facts, close=MAR, cutoff=JAN) == 100
    assert lots(*facts, expired=[(MAR, 100)]) == [(FEB, 50)]


def test_b17_what_was_spent_cannot_be_spent_again():
    now = Occasion(at=moment("2026-10-15T10:00"), entry="swipe")
    with pytest.raises(NotEnoughPoints) as refusal:
        redeem(standing(balance=Points(100 - 10)), a_prize(points=Points(100)), on_hand=1, occasion=now)
    assert refusal.value.numbers == {"balance": 90, "price": 100}


def test_b18_a_second_prize_takes_what_is_left_of_the_first_lot_and_then_its_own():
    first, second = (credit(JAN, 575), spend(JAN, 500)), (credit(FEB, 805), spend(FEB, 500))
    assert lots(*first) == [(JAN, 75)]
    assert lots(*first, *second) == [(FEB, 380)]

    ledger = Ledger(life=3, facts=[*first, *second])

    assert [ledger.close(Month(JAN + n)) for n in range(5)] == [0, 0, 0, 0, 380]
    assert ledger.balance == 0


def test_b19_a_month_ends_at_the_midnight_that_begins_the_next():
    earned = month_of(moment("2026-01-22T12:00"), ZONE)
    assert month_end(earned, ZONE) == moment("2026-02-01T00:00")
    assert month_of(moment("2026-01-31T23:59"), ZONE) == earned


def test_b22_points_of_a_month_go_together_whenever_the_member_joined():
    facts = (credit(month_named("2026-03"), 10), credit(month_named("2026-03"), 5))
    coming = calendar(months_of(facts), after=month_named("2026-03"), expiry_months=6)
    assert coming == [Expiring(month_named("2026-09"), 15)]


def test_b23_a_new_purchase_postpones_nothing():
    assert expires(credit(JAN, 100), credit(JUN, 50), close=JUL, cutoff=JAN) == 100


def test_b24_two_redemptions_are_taken_from_two_lots():
    facts = (credit(JUN, 100), credit(DEC, 100), spend(DEC, 60), spend(DEC, 60))
    assert lots(*facts) == [(DEC, 80)]
    assert expires(*facts, close=DEC + 1, cutoff=JUN) == 0


def test_b25_a_redemption_that_arrives_after_the_sweep_brings_the_expired_points_back():
    ledger = Ledger(life=1, facts=[credit(JAN, 100)])
    assert [ledger.close(JAN), ledger.close(FEB)] == [0, 100]

    ledger.arrive(spend(FEB, 100, arrives=MAR))

    assert ledger.postings == [(FEB, 100), (MAR, -100)]
    assert ledger.balance == 0
    assert ledger.close(MAR) == 0


def test_b26_uses_of_one_moment_are_all_counted():
    same = [[MonthTotals(JAN, spent=used, used=used)] for used in (40, 50)]
    assert sum_of(same) == [MonthTotals(JAN, spent=90, used=90)]


def test_b28_points_of_a_prize_brought_back_return_to_their_lot_and_its_expiry():
    facts = (credit(JAN, 100), spend(FEB, 100), back(MAR, 100, grace=1))
    assert lots(*facts) == [(JAN, 100)]
    assert calendar(months_of(facts), after=MAR, expiry_months=12) == [Expiring(Month(JAN + 12), 100)]
    assert "redemption-reversal" not in CREDITED


def test_c16_what_was_earned_and_what_was_spent_are_shown_apart():
    [month] = months_of([credit(JAN, 10), spend(JAN, 5)])
    assert (month.earned, month.spent) == (10, 5)
    assert open_lots([month]) == [Lot(JAN, 5)]
    assert "redemption" not in EARNED
