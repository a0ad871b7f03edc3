"""Settlement (CEN-4): all stations of a closed month together, once. Late points settle in the next one, marked so."""

import msgspec

from suite.central.office import Office
from suite.domain.calendar import Month, local_time, month_end, month_name
from suite.domain.errors import MonthAlreadySettled, MonthNotClosed, SettlementOutOfTurn
from suite.domain.events.central import MonthSettled, StationSettled
from suite.domain.quantities import Centavos, Points
from suite.domain.settlement import Contract, settle


class Settled(msgspec.Struct, frozen=True):
    month: Month
    stations: int
    points: Points
    amount: Centavos


def settle_month(office: Office, month: Month) -> Settled:
    """Settle every station that gave points.

    Raises MonthNotClosed, MonthAlreadySettled, and SettlementOutOfTurn while an earlier closed month still owes.
    """
    with office.store.transaction():
        check_turn(office, month)
        statements = _statements(office, month)
        points = Points(sum(s.points for s in statements))
        amount = Centavos(sum(s.amount for s in statements))
        now, by = office.clock.now(), office.operator
        total = MonthSettled(at=now, by=by, month=month, stations=len(statements), points=points, amount=amount)
        office.store.append([*statements, total])
    return Settled(month, len(statements), points, amount)


def check_turn(office: Office, month: Month) -> None:
    """Raises MonthNotClosed, MonthAlreadySettled or SettlementOutOfTurn. Call inside a transaction."""
    ledger = office.store.ledger
    closed = ledger.last_closed()
    if closed is None or month > closed:
        raise MonthNotClosed(month=month_name(month))
    if ledger.is_settled(month):
        raise MonthAlreadySettled(month=month_name(month))
    due = ledger.first_unsettled()
    if due is not None and due < month and not ledger.is_settled(due):
        raise SettlementOutOfTurn(month=month_name(month), due=month_name(due))


def _statements(office: Office, month: Month) -> list[StationSettled]:
    """By the programme that was in force when the month ended; groups of retired products keep their last name."""
    directory, zone, now = office.store.directory, office.zone(), office.clock.now()
    programme = directory.programme_at(month_end(month, zone))
    every = directory.programmes()
    groups = {product.code: product.group for each in every for product in each.products}
    names = {group.code: group.name for each in (*every, programme) for group in each.groups}
    stations = {station.code: station for station in directory.stations()}
    day = local_time(now, zone).date().isoformat()
    return [
        settle(
            Contract(
                station=code,
                station_name=stations[code].name,
                network=programme.name,
                currency=programme.currency,
                value=stations[code].point_value or programme.point_value,
                groups=names,
            ),
            rows,
            month=month,
            day=day,
            at=now,
            by=office.operator,
        )
        for code, rows in sorted(office.store.ledger.unsettled(month, groups).items())
    ]
