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


class Contract(msgspec.Struct, frozen=True):
    """What a station's month is settled by: the value of a point in currency units, and the names that paper shows."""

    station: StationCode
    station_name: str
    network: str
    currency: str
    value: Rate
    groups: dict[GroupCode, str]


def settle(
    contract: Contract, unsettled: Iterable[GroupPoints], *, month: Month, day: str, at: Moment, by: str
) -> StationSettled:
    """One station's settlement, lines by month and group; the amounts add up to the rounded whole.

    The station's sum is rounded half up to a centavo once; each line gets the step it causes in the running sum, so
    no centavo appears or is lost between lines and total.
    """
    rows = sorted(unsettled, key=lambda row: (row.month, row.group))
    centavos = Rate(contract.value.numerator * CENTAVOS_PER_UNIT, contract.value.denominator)
    amounts = share_out([row.points for row in rows], centavos, half_up=True)
    lines = tuple(
        SettlementLine(row.month, row.group, contract.groups.get(row.group, row.group), row.points, Centavos(amount))
        for row, amount in zip(rows, amounts, strict=True)
    )
    return StationSettled(
        at=at,
        by=by,
        month=month,
        station=contract.station,
        station_name=contract.station_name,
        network=contract.network,
        currency=contract.currency,
        day=day,
        point_value=contract.value,
        lines=lines,
        points=Points(sum(line.points for line in lines)),
        amount=Centavos(sum(line.amount for line in lines)),
    )
