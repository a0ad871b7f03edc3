"""When a fact of a station happened, as far as central can know: between two of its own moments (protocol 3.10).

A station's clock may say anything: its battery is dead, or somebody wants a day of double points (T8). Not before the
feed that the journal says it decided upon, and not after the fact was admitted: both ends are central's own clock.
"""

from collections.abc import Sequence

import msgspec

from suite.domain.events.base import Event
from suite.domain.events.network import ClockDoubted
from suite.domain.events.station import GoodsReturned, SaleReversed
from suite.domain.quantities import Moment

MINUTE_MS = 60 * 1000
CLOCK_APART_MS = 5 * MINUTE_MS
"""Two good clocks may be so far apart: no fact is doubted for less."""


class Bracket(msgspec.Struct, frozen=True):
    """The moments of central between which a fact happened."""

    earliest: Moment
    latest: Moment


def doubted(events: Sequence[Event], bracket: Bracket) -> tuple[int, int] | None:
    """The places of the first and the last event that a wrong clock dated; None when all can be true.

    What came from a file bears the date of its till, which may be old; central's own clock that went back, so that the
    bracket is empty, says nothing.
    """
    low, high = bracket.earliest - CLOCK_APART_MS, bracket.latest + CLOCK_APART_MS
    if bracket.earliest > bracket.latest:
        return None
    wrong = [place for place, event in enumerate(events) if not low <= event.at <= high and not _of_a_file(event)]
    return (wrong[0], wrong[-1]) if wrong else None


def dated(event: Event, bracket: Bracket) -> Event:
    """The event at the moment nearest to what its clock said that can be true."""
    if _of_a_file(event):
        return event
    at = Moment(min(max(event.at, bracket.earliest), bracket.latest))
    if isinstance(event, SaleReversed):
        return msgspec.structs.replace(event, at=at, sold_at=Moment(min(event.sold_at, at)))
    return msgspec.structs.replace(event, at=at)


def with_doubts(events: Sequence[Event], journal: int, first: int, doubts: Sequence[ClockDoubted]) -> list[Event]:
    """Entries of a journal from `first` on, those that were doubted at the moment that can be true."""
    found = list(events)
    for doubt in doubts:
        if doubt.journal == journal:
            bracket = Bracket(doubt.earliest, doubt.latest)
            for seq in range(max(first, doubt.first), min(first + len(found), doubt.last + 1)):
                found[seq - first] = dated(found[seq - first], bracket)
    return found


def minutes_apart(one: Moment, other: Moment) -> int:
    """Whole minutes between what two clocks say; 0 where both may be good."""
    between = abs(one - other)
    return between // MINUTE_MS if between > CLOCK_APART_MS else 0


def _of_a_file(event: Event) -> bool:
    """What a paper or a till dated: its own files say so; returned goods bear the date of their credit note."""
    if isinstance(event, SaleReversed):
        return bool(event.note)
    return isinstance(event, GoodsReturned) or getattr(event, "entry", "") == "file"
