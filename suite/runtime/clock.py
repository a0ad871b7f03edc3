"""The only module that looks at the clock. Everything else is told the time."""

import os
from datetime import UTC, datetime
from typing import Protocol

from suite.domain.calendar import moment_of
from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.runtime.errors import BadInput

CLOCK_VARIABLE = "CANJE_CLOCK"
"""An ISO 8601 moment with offset: the clock stands still there. For rehearsals, demos and scripted days."""


class Clock(Protocol):
    def now(self) -> Moment: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> Moment:
        return moment_of(datetime.now(UTC))


class StoppedClock:
    """A clock that stands where it was put."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment

    def now(self) -> Moment:
        return self.moment


def clock_from_environment() -> Clock:
    """The machine's clock, or the stopped one that CANJE_CLOCK names. Raises BadInput for an unreadable one."""
    written = os.environ.get(CLOCK_VARIABLE)
    if not written:
        return SystemClock()
    try:
        when = datetime.fromisoformat(written)
        if when.tzinfo is None:
            raise ValueError(written)
    except ValueError:
        raise BadInput(
            N_("CANJE_CLOCK is {written!r}; write it like 2026-11-30T08:00:00-03:00, or unset it."),
            written=written,
        ) from None
    return StoppedClock(moment_of(when))
