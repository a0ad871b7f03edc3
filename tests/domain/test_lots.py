"""Explicit lots explain, the closed form closes: they agree on every history (PTS-4, CEN-3).

The closed form of `suite.domain.lots` is held against a walk that knows nothing of it (`ledgers.walk`): a queue of lots
in the order of time, spent from its head, with a debt when it is empty. Plain histories; sales and prizes that come
back; facts that arrive after their month was closed; several accounts as one.

A long run: `CANJE_LONG=100000 pytest tests/domain/test_lots.py` tries each property on so many histories.
"""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.calendar import Month
from suite.domain.lots import (
    ClosedMonth,
    Expiring,
    Lot,
    MonthTotals,
    calendar,
    expired_by,
    expires_with,
    open_lots,
    pooled,
    window,
)
from tests.domain.examples import LONG, examples
from tests.domain.ledgers import Ledger, back, credit, histories, months_of, returned, spend, thrown, walk

# Examples at both sides of every limit


def totals(*rows):
    """Months as (month, lot, used, expired)."""
    return [MonthTotals(Month(m), earned=lot, spent=used, expired=x, lot=lot, used=used) for m, lot, used, x in rows]


def closes(*months, life=12):
    return [ClosedMonth(Month(m), Month(m - life)) for m in months]


def test_spending_takes_the_oldest_points_first():
    assert open_lots(totals((1, 50, 0, 0), (2, 50, 70, 0))) == [Lot(Month(2), 30)]


@pytest.mark.parametrize(
    ("spent", "left"),
    [
        pytest.param(49, [Lot(Month(1), 1), Lot(Month(2), 50)], id="one point of the oldest lot is left"),
        pytest.param(50, [Lot(Month(2), 50)], id="the oldest lot is just spent"),
        pytest.param(51, [Lot(Month(2), 49)], id="one point of the next lot is gone"),
        pytest.param(100, [], id="everything is spent"),
        pytest.param(101, [], id="one point more than everything"),
    ],
)
def test_a_lot_is_opened_until_its_last_point_is_spent(spent, left):
    assert open_lots(totals((1, 50, 0, 0), (2, 50, 0, 0), (3, 0, spent, 0))) == left


def test_debt_shortens_the_next_lot():
    assert open_lots(totals((1, 50, 80, 0), (2, 100, 0, 0))) == [Lot(Month(2), 70)]


def test_expired_points_leave_no_lot():
    assert open_lots(totals((1, 100, 0, 100), (2, 40, 0, 0))) == [Lot(Month(2), 40)]


def test_lots_stand_in_the_order_of_their_months_whatever_came_in_first():
    assert open_lots(totals((2, 40, 0, 0), (1, 10, 30, 0))) == [Lot(Month(2), 20)]


def test_points_of_any_day_of_a_month_expire_at_the_close_months_later():
    assert expires_with(Month(10), 24) == Month(34)


@pytest.mark.parametrize(
    ("last_close", "lost"),
    [
        pytest.param(12, 0, id="the last close they outlive"),
        pytest.param(13, 100, id="the close of their last month"),
        pytest.param(14, 100, id="nothing expires twice"),
    ],
)
def test_points_live_to_the_close_of_their_last_month(last_close, lost):
    assert expired_by(totals((1, 100, 0, 0)), closes(*range(1, last_close + 1))) == lost


@pytest.mark.parametrize(
    ("spent_in", "spent", "lost"),
    [
        pytest.param(13, 100, 0, id="all of them, in the month of the close"),
        pytest.param(13, 99, 1, id="all but one, in the month of the close"),
        pytest.param(14, 100, 100, id="a month too late"),
    ],
)
def test_a_point_spent_before_its_close_does_not_expire(spent_in, spent, lost):
    assert expired_by(totals((1, 100, 0, 0), (spent_in, 0, spent, 0)), closes(*range(1, 15))) == lost


def test_what_was_spent_too_late_is_a_debt_that_later_points_pay():
    months = totals((1, 100, 0, 100), (14, 0, 100, 0), (15, 130, 0, 0))
    assert expired_by(months, closes(13, 14, 15)) == 100
    assert open_lots(months) == [Lot(Month(15), 30)]


def test_new_points_do_not_lengthen_the_life_of_old_ones():
    assert expired_by(totals((1, 100, 0, 0), (12, 500, 0, 0)), closes(*range(1, 14))) == 100


@pytest.mark.parametrize(
    ("month", "alive"), [pytest.param(14, True, id="the close before"), pytest.param(15, False, id="the close named")]
)
def test_points_of_a_prize_brought_back_live_until_the_close_of_their_grace(month, alive):
    months = months_of([credit(1, 100), spend(2, 100), back(13, 100, grace=2)])
    assert expired_by(months, closes(*range(1, month + 1))) == (0 if alive else 100)


def test_without_grace_points_brought_back_too_late_go_at_the_next_close():
    months = months_of([credit(1, 100), spend(2, 100), back(14, 100, grace=0)])
    assert expired_by(months, closes(*range(1, 14))) == 0
    assert expired_by(months, closes(*range(1, 15))) == 100


def test_points_brought_back_into_a_lot_that_lives_longer_expire_with_that_lot():
    months = months_of([credit(8, 100), spend(9, 100), back(10, 100, grace=1)])
    assert calendar(months, after=Month(10), expiry_months=12) == [Expiring(Month(20), 100)]


def test_a_sale_taken_back_leaves_its_own_lot_and_not_the_oldest():
    months = months_of([credit(1, 100), credit(2, 100), returned(3, 60, sold=2)])
    assert open_lots(months) == [Lot(Month(1), 100), Lot(Month(2), 40)]


def test_a_sale_taken_back_after_its_points_expired_gives_the_expiry_back():
    late = returned(15, 60, sold=1)
    assert expired_by(months_of([credit(1, 100)]), closes(*range(1, 15))) == 100
    assert expired_by(months_of([credit(1, 100), late]), closes(*range(1, 15))) == 40


@pytest.mark.parametrize(
    ("month", "counts"),
    [
        pytest.param(11, False, id="the month before the window"),
        pytest.param(12, True, id="the first month of the window"),
        pytest.param(23, True, id="the last month of the window"),
        pytest.param(24, False, id="the month after the window"),
    ],
)
def test_a_window_counts_its_months_and_no_other(month, counts):
    months = [MonthTotals(Month(month), earned=5, lot=5, qualifying=7)]
    assert window(months, last=Month(23), months=12) == (7 if counts else 0)


def test_the_calendar_names_every_close_and_what_goes_then():
    months = totals((1, 100, 0, 0), (3, 50, 20, 0))
    assert calendar(months, after=Month(3), expiry_months=12) == [Expiring(Month(13), 80), Expiring(Month(15), 50)]
    assert calendar(months, after=Month(12), expiry_months=12)[0] == Expiring(Month(13), 80)


def test_the_calendar_of_somebody_who_owes_is_empty():
    assert calendar(totals((1, 10, 30, 0)), after=Month(1), expiry_months=12) == []


def test_pooled_accounts_add_up_month_by_month():
    one, other = totals((1, 10, 1, 2), (2, 5, 0, 0)), totals((2, 7, 3, 1), (4, 1, 0, 0))
    assert pooled([one, other]) == totals((1, 10, 1, 2), (2, 12, 3, 1), (4, 1, 0, 0))


# Any history against the walk

lives = st.integers(1, 12)
grants = st.integers(0, 50)
plain = st.lists(st.tuples(grants, st.integers(0, 60)), min_size=1, max_size=30)


def queue(history, life):
    """What expires at each close, and the lots and the debt at the end: a queue of lots, month by month."""
    lots, debt, expired = [], 0, []
    for month, (earned, spent) in enumerate(history):
        paid, left = min(debt, earned), spent
        debt -= paid
        lots.append([month, earned - paid])
        for lot in lots:
            taken = min(left, lot[1])
            lot[1] -= taken
            left -= taken
        debt += left
        expired.append(sum(left for earned_in, left in lots if earned_in <= month - life))
        lots = [lot for lot in lots if lot[0] > month - life]
    return expired, [Lot(Month(month), left) for month, left in lots if left], debt


@examples(300)
@given(plain, lives)
def test_the_closed_form_expires_what_a_queue_of_lots_expires(history, life):
    expected, left, debt = queue(history, life)
    rows = []
    for month, (earned, spent) in enumerate(history):
        rows += totals((month, earned, spent, 0))
        before = sum(row.expired for row in rows)
        due = expired_by(rows, closes(*range(month + 1), life=life)) - before
        assert due == expected[month]
        rows[-1] = MonthTotals(Month(month), earned, spent, due, earned, spent)
    assert open_lots(rows) == left
    balance = sum(row.earned - row.spent - row.expired for row in rows)
    assert balance == sum(lot.remaining for lot in left) - debt


@examples(250)
@given(histories(), lives)
def test_with_everything_in_time_the_ledger_is_the_walk(history, life):
    ledger = Ledger(life)
    for month, facts in history.by_arrival():
        for fact in facts:
            ledger.arrive(fact)
        ledger.close(month)
        found = walk(ledger.facts, ledger.closes)
        assert (ledger.expired, ledger.balance) == (found.expired, found.balance)
        assert ledger.living() == found.living(Month(month - life))


def test_in_thousands_of_histories_thrown_with_dice_the_ledger_ends_as_the_walk():
    for seed in range(LONG or 1500):
        roll = Random(seed)
        history, ledger = thrown(roll), Ledger(roll.randint(1, 12))
        for month, facts in history.by_arrival():
            for fact in roll.sample(facts, len(facts)):
                ledger.arrive(fact)
            ledger.close(month)
        found = walk(ledger.facts, ledger.closes)
        assert (ledger.expired, ledger.balance) == (found.expired, found.balance), f"seed {seed}"
        assert ledger.living() == found.living(Month(history.last - ledger.life)), f"seed {seed}"


@examples(250)
@given(histories(delays=True), lives, st.randoms(use_true_random=False))
def test_late_facts_end_in_the_totals_they_would_have_given_in_time(history, life, random):
    ledger, in_time = Ledger(life), Ledger(life)
    for month, facts in history.by_arrival():
        for fact in random.sample(facts, len(facts)):
            ledger.arrive(fact)
        ledger.close(month)
    for month, facts in history.by_month():
        for fact in facts:
            in_time.arrive(fact)
        in_time.close(month)

    found = walk(history.facts, ledger.closes)

    assert ledger.expired == in_time.expired == found.expired
    assert ledger.balance == in_time.balance == found.balance
    assert ledger.living() == in_time.living() == found.living(ledger.closes[-1].cutoff)


@examples(200)
@given(histories(delays=True), lives)
def test_after_each_late_fact_the_ledger_is_the_walk_of_what_is_known(history, life):
    ledger = Ledger(life)
    for month, facts in history.by_arrival():
        for fact in facts:
            ledger.arrive(fact)
            assert ledger.expired == walk(ledger.facts, ledger.closes).expired
        ledger.close(month)
        assert ledger.expired == walk(ledger.facts, ledger.closes).expired


changes = st.lists(lives, min_size=30, max_size=30)


@examples(200)
@given(histories(delays=True, prizes_come_back=False), changes)
def test_a_programme_that_changes_the_life_of_points_takes_nothing_twice(history, changing):
    ledger = Ledger(12)
    for (month, facts), life in zip(history.by_arrival(), changing, strict=False):
        for fact in facts:
            ledger.arrive(fact)
        ledger.close(month, month - life)
    found = walk(ledger.facts, ledger.closes)
    assert (ledger.expired, ledger.balance) == (found.expired, found.balance)


@examples(200)
@given(histories(delays=True), changes)
def test_so_does_one_with_prizes_brought_back_while_its_cutoffs_go_forward(history, changing):
    ledger, cutoff = Ledger(12), -12
    for (month, facts), life in zip(history.by_arrival(), changing, strict=False):
        for fact in facts:
            ledger.arrive(fact)
        cutoff = max(cutoff, month - life)
        ledger.close(month, cutoff)
    found = walk(ledger.facts, ledger.closes)
    assert (ledger.expired, ledger.balance) == (found.expired, found.balance)


@examples(200)
@given(histories(delays=True), lives, st.integers(0, 25))
def test_the_calendar_is_what_the_next_closes_will_take(history, life, until):
    ledger = Ledger(life)
    for month, facts in history.by_arrival()[: until + 1]:
        for fact in facts:
            ledger.arrive(fact)
        ledger.close(month)
    announced = ledger.calendar()

    taken = [Expiring(month, points) for month in ledger.coming() if (points := ledger.close(month))]

    assert announced == taken
    assert ledger.balance <= 0


@examples(200)
@given(st.lists(histories(delays=True), min_size=2, max_size=3), lives)
def test_pooled_accounts_expire_as_one_that_did_it_all(accounts, life):
    facts = [fact for history in accounts for fact in history.facts]
    closed = closes(*range(max(history.last for history in accounts) + 1), life=life)

    together = pooled(months_of(history.facts) for history in accounts)

    assert together == months_of(facts)
    assert expired_by(together, closed) == walk(facts, closed).expired


@examples(200)
@given(histories(opening=True), lives)
def test_opening_lots_behave_as_if_they_had_been_earned_here(history, life):
    ledger = Ledger(life)
    for month, facts in history.by_arrival():
        for fact in facts:
            ledger.arrive(fact)
        ledger.close(month)
    found = walk(ledger.facts, ledger.closes)
    assert (ledger.expired, ledger.balance) == (found.expired, found.balance)
    assert ledger.living() == found.living(ledger.closes[-1].cutoff)
