"""Month close (CEN-3): what expires, for every account at once. A closed month is never edited."""

import msgspec

from suite.central.office import Office
from suite.domain.calendar import Month, month_end, month_name
from suite.domain.errors import MonthAlreadyClosed, MonthNotOver, MonthOutOfTurn
from suite.domain.events.base import Event
from suite.domain.events.central import ExpiredPoints, MonthClosed, PointsExpired
from suite.domain.ids import StationCode
from suite.domain.lots import expires_with
from suite.domain.quantities import Points

ACCOUNTS_AN_ENTRY = 2000


class Close(msgspec.Struct, frozen=True):
    """A month's close, done or rehearsed. `silent` names stations not heard of since the month ended."""

    month: Month
    accounts: int
    points: Points
    silent: tuple[StationCode, ...]


def close_month(office: Office, month: Month, *, rehearse: bool = False) -> Close:
    """Close one month. Raises MonthNotOver, MonthAlreadyClosed, MonthOutOfTurn. A rehearsal records nothing."""
    with office.store.transaction():
        check_turn(office, month)
        expired = office.store.ledger.expiring(month, cutoff_of(month, office.programme().expiry_months))
        points = Points(sum(row.points for row in expired))
        if not rehearse:
            office.store.append(_facts(office, month, expired, points))
        end = month_end(month, office.zone())
        silent = tuple(
            s.code for s in office.store.directory.stations() if s.paired and (s.heard is None or s.heard < end)
        )
    return Close(month, len(expired), points, silent)


def due_months(office: Office, through: Month) -> list[Month]:
    """The months that can be closed, oldest first, up to `through`. Before any movement there are none."""
    with office.store.transaction():
        last, first = office.store.ledger.last_closed(), office.store.ledger.first_month()
    start = last + 1 if last is not None else first
    return [] if start is None else [Month(m) for m in range(start, through + 1)]


def check_turn(office: Office, month: Month) -> None:
    """Raises MonthNotOver, MonthAlreadyClosed, MonthOutOfTurn. Call inside a transaction."""
    if office.clock.now() < month_end(month, office.zone()):
        raise MonthNotOver(month=month_name(month))
    last, first = office.store.ledger.last_closed(), office.store.ledger.first_month()
    if last is not None and month <= last:
        raise MonthAlreadyClosed(month=month_name(month))
    due = last + 1 if last is not None else first
    if due is not None and month > due:
        raise MonthOutOfTurn(month=month_name(month), due=month_name(Month(due)))


def cutoff_of(month: Month, expiry_months: int) -> Month:
    """The newest month whose points expire at the close of `month`; the inverse of `lots.expires_with`."""
    cutoff = Month(month - expiry_months)
    assert expires_with(cutoff, expiry_months) == month
    return cutoff


def _facts(office: Office, month: Month, expired: list[ExpiredPoints], points: Points) -> list[Event]:
    now, by = office.clock.now(), office.operator
    chunks = [tuple(expired[i : i + ACCOUNTS_AN_ENTRY]) for i in range(0, len(expired), ACCOUNTS_AN_ENTRY)]
    return [
        *(PointsExpired(at=now, by=by, month=month, accounts=chunk) for chunk in chunks),
        MonthClosed(at=now, by=by, month=month, accounts=len(expired), points=points),
    ]
