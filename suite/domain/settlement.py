"""What a station owes for the points it gave in a month (CEN-4): points × value, rounded once, by product group."""

from collections.abc import Iterable

import msgspec

from suite.domain.calendar import Month
from suite.domain.events.central import SettlementLine, StationSettled
from suite.domain.ids import GroupCode, StationCode
from suite.domain.quantities import Centavos, Moment, Points, Rate, share_out

CENTAVOS_PER_UNIT = 100


class GroupPoints(msgspec.Struct, frozen=True, array_like=True):
    """Points a station gave on one product group in one month, not settled yet."""

    month: Month
    group: GroupCode
    points: Points


def settle(
    station: StationCode, unsettled: Iterable[GroupPoints], *, month: Month, value: Rate, at: Moment, by: str
) -> StationSettled:
    """One station's settlement, lines by month and group; the amounts add up to the rounded whole.

    `value` is currency units a point. The station's sum is rounded half up to a centavo once; each line gets
    the step it causes in the running sum, so no centavo appears or is lost between lines and total.
    """
    rows = sorted(unsettled, key=lambda row: (row.month, row.group))
    centavos = Rate(value.numerator * CENTAVOS_PER_UNIT, value.denominator)
    amounts = share_out([row.points for row in rows], centavos, half_up=True)
    lines = tuple(
        SettlementLine(row.month, row.group, row.points, Centavos(amount))
        for row, amount in zip(rows, amounts, strict=True)
    )
    return StationSettled(
        at=at,
        by=by,
        month=month,
        station=station,
        point_value=value,
        lines=lines,
        points=Points(sum(line.points for line in lines)),
        amount=Centavos(sum(line.amount for line in lines)),
    )
