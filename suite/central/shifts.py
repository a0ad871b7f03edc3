"""The attendants' shifts of all stations, straight from their journals (STA-7, STA-12): a fold, nothing is kept."""

import msgspec

from suite.central.office import Office
from suite.central.projector import Fact
from suite.domain.calendar import Month, month_of
from suite.domain.events.base import Event
from suite.domain.events.station import ShiftClosed, ShiftOpened
from suite.domain.ids import AttendantNumber, StationCode
from suite.domain.quantities import Moment
from suite.domain.shift import ShiftSums, sum_shift


class StationShift(msgspec.Struct, frozen=True):
    """A shift as central heard of it: `shift` is its number at the station, `closed` None while it is open."""

    station: StationCode
    shift: int
    attendant: AttendantNumber
    opened: Moment
    closed: Moment | None
    sums: ShiftSums


class _Open:
    """A shift that was opened, and what its attendant recorded since."""

    def __init__(self, opened: Fact) -> None:
        self.opened = opened
        self.events: list[Event] = []


def shifts(office: Office, station: StationCode | None = None, month: Month | None = None) -> list[StationShift]:
    """Every shift ever merged, of one station or all, that began in one month or ever, oldest first."""
    running: dict[tuple[StationCode, AttendantNumber], list[_Open]] = {}
    found = list[StationShift]()
    with office.store.transaction():
        zone = office.zone()
        for batch in office.store.history.facts():
            for fact in batch:
                attendant = AttendantNumber(getattr(fact.event, "attendant", ""))
                if not attendant or station not in (None, fact.station):
                    continue
                mine = running.setdefault((fact.station, attendant), [])
                if isinstance(fact.event, ShiftOpened):
                    mine.append(_Open(fact))
                elif isinstance(fact.event, ShiftClosed):
                    found += _closed(mine, fact.event)
                else:
                    for each in mine:
                        each.events.append(fact.event)
    found += [_shift(each, None) for mine in running.values() for each in mine]
    chosen = [each for each in found if month in (None, month_of(each.opened, zone))]
    return sorted(chosen, key=lambda each: (each.opened, each.station, each.shift))


def _closed(mine: list[_Open], event: ShiftClosed) -> list[StationShift]:
    """The shift that was closed; none for a copy of a disk that closes it again."""
    ended = next((each for each in mine if each.opened.seq == event.opened), None)
    if ended is None:
        return []
    mine.remove(ended)
    return [_shift(ended, event)]


def _shift(each: _Open, event: ShiftClosed | None) -> StationShift:
    opened = each.opened.event
    assert isinstance(opened, ShiftOpened), "only shifts are open"
    return StationShift(
        each.opened.station,
        each.opened.seq,
        opened.attendant,
        opened.at,
        event.at if event else None,
        sum_shift(each.events, opened.attendant, event.dispensed if event else (), event.counted if event else ()),
    )
