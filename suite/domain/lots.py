"""First in, first out: which points are left, and which expire at a month's close (PTS-4).

A lot is the points an account was credited with in one month. Spending takes the oldest first, whatever came in when:
a ledger does not depend on the order in which its facts arrived. Two ways to the same number live here: explicit lots,
which explain a balance, and the closed form, which closes a network in one pass.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from suite.domain.calendar import Month
from suite.domain.quantities import Points

MovementKind = Literal[
    "sale",
    "reversal",
    "return",
    "invoice",
    "adjustment",
    "deduction",
    "opening",
    "redemption",
    "request",
    "redemption-reversal",
    "request-cancelled",
    "cancelled",
    "expiry",
    "expiry-correction",
]
"""What moves points. `reversal` takes back a known sale, `return` goods whose ticket nobody has."""

EARNED: tuple[MovementKind, ...] = ("sale", "reversal", "return", "invoice", "adjustment", "opening")
"""Kinds that a statement shows as earned; all others but expiry are shown as spent."""

CREDITED: tuple[MovementKind, ...] = ("sale", "reversal", "invoice", "adjustment", "opening")
"""Kinds that open a lot, or take points out of the lot that they opened."""

EXPIRED: tuple[MovementKind, ...] = ("expiry", "expiry-correction")
QUALIFYING: tuple[MovementKind, ...] = ("sale", "reversal", "return", "invoice")
"""Kinds that count for a tier (PTS-3)."""


class MonthTotals(msgspec.Struct, frozen=True, array_like=True):
    """One account's month. `earned`, `spent` and `expired` are its statement, by the month in which points moved.

    `lot` is what is credited to the lot of this month, `used` what counts as spent from it on, `qualifying` what
    counts for tiers: by the month they belong to, which for a reversal is not the month in which it was made.
    """

    month: Month
    earned: int = 0
    spent: int = 0
    expired: int = 0
    lot: int = 0
    used: int = 0
    qualifying: int = 0


class Lot(msgspec.Struct, frozen=True, array_like=True):
    """What is left of the points credited in a month."""

    earned_in: Month
    remaining: Points


class ClosedMonth(msgspec.Struct, frozen=True, array_like=True):
    """A closed month, and the newest month whose lots its close took."""

    month: Month
    cutoff: Month


class Expiring(msgspec.Struct, frozen=True, array_like=True):
    """Points that go at the close of `month` if nothing is spent before (PTS-10)."""

    month: Month
    points: Points


def open_lots(totals: Sequence[MonthTotals]) -> list[Lot]:
    """The lots still open after those months; spent and expired points leave the oldest lots first.

    Points spent beyond what was ever earned (a debt) leave no lot open and shorten the next ones.
    """
    gone = sum(t.used + t.expired for t in totals)
    lots = []
    for month in sorted(totals, key=lambda t: t.month):
        taken = min(gone, month.lot)
        gone -= taken
        if month.lot > taken:
            lots.append(Lot(month.month, Points(month.lot - taken)))
    return lots


def expires_with(earned_in: Month, months: int) -> Month:
    """The month at whose close points earned in `earned_in` expire: `months` later, last day included."""
    return Month(earned_in + months)


def expired_by(totals: Sequence[MonthTotals], closes: Iterable[ClosedMonth]) -> int:
    """All that an account should have lost once those months are closed, whenever its facts came in.

    X(k) = max(X(k−1), C(c_k) − D(k)) from X = 0: C(c) is all credited to lots up to the cutoff, D(k) all used up to
    the close (design.md 4). A late fact changes what this answers; the difference is posted as a correction.
    """
    lots = _running({t.month: t.lot for t in totals})
    used = _running({t.month: t.used for t in totals})
    lost = 0
    for close in closes:
        lost = max(lost, _at(lots, close.cutoff) - _at(used, close.month))
    return lost


def calendar(totals: Sequence[MonthTotals], *, after: Month, expiry_months: int) -> list[Expiring]:
    """What goes at each close after `after` when nothing more happens: the whole calendar of an account (PTS-10)."""
    lots = _running({t.month: t.lot for t in totals})
    used = _running({t.month: t.used for t in totals})
    lost = sum(t.expired for t in totals)
    last = max((t.month for t in totals), default=after) + expiry_months
    found = []
    for month in range(after + 1, last + 1):
        due = _at(lots, Month(month - expiry_months)) - _at(used, Month(month)) - lost
        if due > 0:
            found.append(Expiring(Month(month), Points(due)))
            lost += due
    return found


def pooled(accounts: Iterable[Sequence[MonthTotals]]) -> list[MonthTotals]:
    """The months of several accounts that are one member's, as those of one (MEM-10)."""
    sums: dict[Month, list[int]] = {}
    for totals in accounts:
        for t in totals:
            row = sums.setdefault(t.month, [0] * 6)
            for i, number in enumerate((t.earned, t.spent, t.expired, t.lot, t.used, t.qualifying)):
                row[i] += number
    return [MonthTotals(month, *row) for month, row in sorted(sums.items())]


def window(totals: Iterable[MonthTotals], *, last: Month, months: int) -> int:
    """The points that count for a tier in the `months` that end with `last`."""
    return sum(t.qualifying for t in totals if last - months < t.month <= last)


def _running(by_month: Mapping[Month, int]) -> list[tuple[Month, int]]:
    total, found = 0, []
    for month, number in sorted(by_month.items()):
        total += number
        found.append((month, total))
    return found


def _at(running: Sequence[tuple[Month, int]], month: Month) -> int:
    return next((total for at, total in reversed(running) if at <= month), 0)
