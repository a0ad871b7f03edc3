"""What the network owes in points: outstanding, their value, when they go, and how much of it nobody will ever ask for.

Breakage is looked up, not guessed: of the points that fell due at the closes of the last months, the part that expired
(PTS-8).
"""

import msgspec

from suite.central.office import Office
from suite.domain.calendar import Month, month_name
from suite.domain.lots import open_lots
from suite.domain.quantities import Centavos, Points, Rate, half_up_of

CLOSES_LOOKED_AT = 12
CENTAVOS_PER_UNIT = 100


class LotRow(msgspec.Struct, frozen=True):
    """All open points that were credited in one month, and at whose close they go."""

    earned: str
    expires_at_close_of: str
    points: Points
    value: Centavos


class Liability(msgspec.Struct, frozen=True):
    """The whole debt. `debts` are points that members owe; `breakage` is the part of `points` expected to expire.

    `due` and `expired` are what breakage was measured on: points whose lots fell due at the last closes.
    """

    points: Points
    value: Centavos
    debts: Points
    due: int
    expired: int
    breakage: Points
    expected: Centavos
    lots: tuple[LotRow, ...]


def liability(office: Office) -> Liability:
    """Points outstanding by the month they were credited in, with their value and the expected breakage."""
    with office.store.transaction():
        programme, ledger = office.programme(), office.store.ledger
        last = ledger.last_closed()
        looked = ledger.overdue(last, programme.expiry_months, CLOSES_LOOKED_AT) if last is not None else {}
        open_points, debts = _open_points(office)
    due, expired = sum(d for d, _ in looked.values()), sum(e for _, e in looked.values())
    total = sum(open_points.values())
    breakage = half_up_of(total, Rate(max(0, min(expired, due)), due)) if due > 0 else 0

    def worth(points: int) -> Centavos:
        value = programme.point_value
        return Centavos(half_up_of(points, Rate(value.numerator * CENTAVOS_PER_UNIT, value.denominator)))

    rows = tuple(
        LotRow(month_name(m), month_name(Month(m + programme.expiry_months)), Points(points), worth(points))
        for m, points in sorted(open_points.items())
    )
    return Liability(
        Points(total), worth(total), Points(debts), due, expired, Points(breakage), worth(total - breakage), rows
    )


def _open_points(office: Office) -> tuple[dict[Month, int], int]:
    """Open points of the network by lot, and what members owe: plain accounts in one pass, merged ones lot by lot."""
    ledger, groups = office.store.ledger, office.store.members.groups()
    found, debts = ledger.open_points()
    for totals in ledger.totals_by_root(groups).values():
        for lot in open_lots(totals):
            found[lot.earned_in] = found.get(lot.earned_in, 0) + lot.remaining
        debts += max(0, -sum(t.earned - t.spent - t.expired for t in totals))
    return found, debts
