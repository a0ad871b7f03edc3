"""Months, as the programme counts them. A month is an integer, so that a window is a subtraction."""

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NewType
from zoneinfo import ZoneInfo

from suite.domain.quantities import Moment

Month = NewType("Month", int)
"""Year × 12 + month − 1. January 1997 is 23964."""

MONTHS_IN_YEAR = 12
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FIRST_YEAR, LAST_YEAR = 1990, 2200
EARLIEST = Moment((datetime(FIRST_YEAR, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1))
LATEST = Moment((datetime(LAST_YEAR, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(milliseconds=1))
"""No fact of ours is outside: a till's null date or a mistyped year is refused at the door, at every door."""


def month_named(text: str) -> Month:
    """The month written as `2026-11`. Raises ValueError for anything else."""
    year, dash, month = text.partition("-")
    plain = dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()  # noqa: PLR2004 -- the shape of the format itself
    if not plain or not 1 <= int(month) <= MONTHS_IN_YEAR or not FIRST_YEAR <= int(year) < LAST_YEAR:
        raise ValueError(f"not a month: {text!r}")
    return Month(int(year) * MONTHS_IN_YEAR + int(month) - 1)


def month_name(month: Month) -> str:
    """The month as `2026-11`."""
    return f"{month // MONTHS_IN_YEAR:04d}-{month % MONTHS_IN_YEAR + 1:02d}"


def local_time(moment: Moment, zone: tzinfo) -> datetime:
    """The wall clock of the zone at that moment, exact to the millisecond."""
    return (EPOCH + timedelta(milliseconds=moment)).astimezone(zone)


def moment_of(when: datetime) -> Moment:
    """The moment of an aware datetime, cut to the millisecond."""
    return Moment((when - EPOCH) // timedelta(milliseconds=1))


def month_of(moment: Moment, zone: tzinfo) -> Month:
    """The month in which that moment falls on the zone's wall clock."""
    when = local_time(moment, zone)
    return Month(when.year * MONTHS_IN_YEAR + when.month - 1)


def month_start(month: Month, zone: tzinfo) -> Moment:
    """The first moment of the month on the zone's wall clock."""
    return moment_of(datetime(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1, tzinfo=zone))


def month_end(month: Month, zone: tzinfo) -> Moment:
    """The first moment that no longer belongs to the month: the last day counts whole (PTS-4)."""
    return month_start(Month(month + 1), zone)


SATURDAY = 6


def is_business_day(day: date, holidays: Container[str]) -> bool:
    """Monday to Friday and no holiday; holidays are ISO 8601 days."""
    return day.isoweekday() < SATURDAY and day.isoformat() not in holidays


def next_business_day(day: date, holidays: Container[str]) -> date:
    """That day, or the first business day after it."""
    while not is_business_day(day, holidays):
        day += timedelta(days=1)
    return day


def first_business_day(month: Month, holidays: Container[str]) -> date:
    """The day on which the month before is settled (CEN-4)."""
    return next_business_day(date(month // MONTHS_IN_YEAR, month % MONTHS_IN_YEAR + 1, 1), holidays)


class MonthFinder:
    """Months of many moments, quickly: no zone ever changed its month off a quarter of an hour."""

    QUARTER_MS = 15 * 60 * 1000

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._known: dict[int, Month] = {}

    def month_of(self, moment: Moment) -> Month:
        """The same as `month_of(moment, zone)`."""
        quarter = moment // self.QUARTER_MS
        month = self._known.get(quarter)
        if month is None:
            month = self._known[quarter] = month_of(Moment(quarter * self.QUARTER_MS), self.zone)
        return month
