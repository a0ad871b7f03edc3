"""What the office's commands share: opening it, and reading what operators type."""

from decimal import Decimal, InvalidOperation
from pathlib import Path

from suite.central.office import Office, open_office
from suite.domain.calendar import Month, month_named
from suite.domain.errors import N_
from suite.domain.quantities import Rate
from suite.runtime.clock import clock_from_environment
from suite.runtime.config_tables import rate_of
from suite.runtime.errors import BadInput
from suite.runtime.machine_notes import settings_of
from suite.runtime.paths import Home
from suite.runtime.secrets import operator_name


def office_in(home: Home) -> Office:
    """The central in that folder. Raises NotSetUp, StorageTrouble."""
    return open_office(home, clock_from_environment(), operator_name())


def back_up_if_told(office: Office, home: Home) -> None:
    """A backup before a step that changes much, where a folder for backups was named. Raises StorageTrouble."""
    if folder := settings_of(home).backups:
        from suite.central.backup import back_up

        back_up(office, Path(folder))


def parse_month(written: str) -> Month:
    """Raises BadInput."""
    try:
        return month_named(written)
    except ValueError:
        raise BadInput(N_("{written!r} is not a month; write it like 2026-11."), written=written) from None


def parse_rate(written: str) -> Rate:
    """Raises BadInput."""
    try:
        return rate_of(Decimal(written.replace(",", ".")))
    except (ValueError, InvalidOperation):
        raise BadInput(
            N_("{written!r} is not a value a point can have; write it like 0.0375."), written=written
        ) from None
