"""First in, first out: which points are left, and which expire at a month's close (PTS-4).

A lot is the points an account earned in one month. Spending takes the oldest first. Two ways to the same
number live here: explicit lots, which explain a balance, and the closed form, which closes a network in one pass.
"""

import msgspec

from suite.domain.calendar import Month
from suite.domain.quantities import Points


class MonthTotals(msgspec.Struct, frozen=True, array_like=True):
    """What happened to one account in one month: points earned, spent and expired, none negative."""

    month: Month
    earned: Points
    spent: Points
    expired: Points = Points(0)


class Lot(msgspec.Struct, frozen=True, array_like=True):
    """What is left of the points earned in a month."""

    earned_in: Month
    remaining: Points


def open_lots(totals: list[MonthTotals]) -> list[Lot]:
    """The lots still open after those months; spent and expired points leave the oldest lots first.

    Points spent beyond what was ever earned (a debt) leave no lot open and shorten the next ones.
    """
    gone = sum(t.spent + t.expired for t in totals)
    lots = []
    for month in sorted(totals, key=lambda t: t.month):
        taken = min(gone, month.earned)
        gone -= taken
        if month.earned > taken:
            lots.append(Lot(month.month, Points(month.earned - taken)))
    return lots


def expires_with(earned_in: Month, months: int) -> Month:
    """The month at whose close points earned in `earned_in` expire: `months` later, last day included."""
    return Month(earned_in + months)


def expiring(*, earned_up_to_cutoff: int, debits: int, expired_before: int) -> Points:
    """What an account loses at a close: E(k) − E(k−1), with E(k) = max(E(k−1), C(c) − D) (design.md 4).

    `earned_up_to_cutoff` is C(c), the points ever earned in months that are due; `debits` is D, every point
    spent up to the close; `expired_before` is E(k−1).
    """
    return Points(max(0, earned_up_to_cutoff - debits - expired_before))
