"""Settlement (CEN-4): all stations of a closed month together, once. Late points settle in the next one, marked so."""

import msgspec

from suite.central.office import Office
from suite.domain.calendar import Month, month_name
from suite.domain.errors import MonthAlreadySettled, MonthNotClosed
from suite.domain.events.central import MonthSettled, StationSettled
from suite.domain.quantities import Centavos, Points
from suite.domain.settlement import settle


class Settled(msgspec.Struct, frozen=True):
    month: Month
    stations: int
    points: Points
    amount: Centavos


def settle_month(office: Office, month: Month) -> Settled:
    """Settle every station that gave points. Raises MonthNotClosed, MonthAlreadySettled."""
    with office.store.transaction():
        closed = office.store.ledger.last_closed()
        if closed is None or month > closed:
            raise MonthNotClosed(month=month_name(month))
        if office.store.ledger.is_settled(month):
            raise MonthAlreadySettled(month=month_name(month))
        statements = _statements(office, month)
        points = Points(sum(s.points for s in statements))
        amount = Centavos(sum(s.amount for s in statements))
        now, by = office.clock.now(), office.operator
        total = MonthSettled(at=now, by=by, month=month, stations=len(statements), points=points, amount=amount)
        office.store.append([*statements, total])
    return Settled(month, len(statements), points, amount)


def _statements(office: Office, month: Month) -> list[StationSettled]:
    programme, now = office.programme(), office.clock.now()
    groups = {product.code: product.group for product in programme.products}
    values = {station.code: station.point_value for station in office.store.directory.stations()}
    return [
        settle(
            station,
            rows,
            month=month,
            value=values.get(station) or programme.point_value,
            at=now,
            by=office.operator,
        )
        for station, rows in sorted(office.store.ledger.unsettled(month, groups).items())
    ]
