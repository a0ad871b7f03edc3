"""Explicit lots explain, the closed form closes: they agree on every history (PTS-4)."""

from hypothesis import given
from hypothesis import strategies as st

from suite.domain.calendar import Month
from suite.domain.lots import Lot, MonthTotals, expires_with, expiring, open_lots
from suite.domain.quantities import Points


def totals(*rows):
    return [MonthTotals(Month(m), Points(e), Points(s), Points(x)) for m, e, s, x in rows]


def test_spending_takes_the_oldest_points_first():
    assert open_lots(totals((1, 50, 0, 0), (2, 50, 70, 0))) == [Lot(Month(2), Points(30))]


def test_debt_shortens_the_next_lot():
    assert open_lots(totals((1, 50, 80, 0), (2, 100, 0, 0))) == [Lot(Month(2), Points(70))]


def test_expired_points_leave_no_lot():
    assert open_lots(totals((1, 100, 0, 100), (2, 40, 0, 0))) == [Lot(Month(2), Points(40))]


def test_points_of_any_day_of_a_month_expire_at_the_close_months_later():
    assert expires_with(Month(10), 24) == Month(34)


def test_nothing_expires_twice():
    assert expiring(earned_up_to_cutoff=100, debits=30, expired_before=0) == 70
    assert expiring(earned_up_to_cutoff=100, debits=30, expired_before=70) == 0


def test_a_point_spent_in_time_does_not_expire():
    assert expiring(earned_up_to_cutoff=100, debits=100, expired_before=0) == 0
    assert expiring(earned_up_to_cutoff=100, debits=99, expired_before=0) == 1


histories = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 60)), min_size=1, max_size=30)


def explicit(history, life):
    """Lots as a queue, month by month: what expires at each close. Debt is paid by later points."""
    lots, debt, expired = [], 0, []
    for month, (earned, to_spend) in enumerate(history):
        spent = to_spend
        paid = min(debt, earned)
        debt -= paid
        lots.append([month, earned - paid])
        for lot in lots:
            taken = min(spent, lot[1])
            lot[1] -= taken
            spent -= taken
        debt += spent
        expired.append(sum(lot[1] for lot in lots if lot[0] <= month - life))
        lots = [lot for lot in lots if lot[0] > month - life]
    return expired, [(m, left) for m, left in lots if left]


@given(histories, st.integers(1, 12))
def test_the_closed_form_expires_what_explicit_lots_expire(history, life):
    expected, left = explicit(history, life)
    earned = spent = gone = 0
    rows = []
    for month, (gain, loss) in enumerate(history):
        earned = sum(e for m, (e, _) in enumerate(history) if m <= month - life)
        spent += loss
        now = expiring(earned_up_to_cutoff=earned, debits=spent, expired_before=gone)
        assert now == expected[month]
        gone += now
        rows.append((month, gain, loss, now))
    assert [(lot.earned_in, lot.remaining) for lot in open_lots(totals(*rows))] == left
