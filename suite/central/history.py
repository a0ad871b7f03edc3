"""All that was ever admitted, read back in the one order of the network: for rebuilding, and for looking again."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Connection, select

from suite.central import schema
from suite.central.projector import OWN_JOURNAL, Fact
from suite.domain.dating import with_doubts
from suite.domain.errors import N_
from suite.domain.events.base import Event
from suite.domain.events.central import StationPaired
from suite.domain.events.network import ClockDoubted, JournalForked
from suite.domain.ids import CENTRAL, StationCode
from suite.journal.codec import UnknownFact, decode_all
from suite.runtime.errors import JournalBroken
from suite.sync.frames import zstd


class History:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def facts(self, after: int = 0, own: int = 0) -> Iterator[list[Fact]]:
        """Every fact admitted after a count, in that order: central's own in stretches, stations' runs in their place.

        `own` is the last place of central's own journal among the facts before.
        """
        run = schema.run.c
        stations = self._stations() if after else dict[int, StationCode]()
        doubts: list[ClockDoubted] = []
        newer = select(run.count, run.journal, run.first).where(run.count > after).order_by(run.count)
        blocks = self._db.execute(newer).all()
        for count, journal, first in blocks:
            if facts := self._own_facts(own, count, stations):
                doubts += [fact.event for fact in facts if isinstance(fact.event, ClockDoubted)]
                yield facts
                own = facts[-1].seq
            if journal not in stations:
                raise JournalBroken(N_("A run of entries belongs to no station of ours. Restore the last backup."))
            yield self._run_facts(journal, first, stations[journal], count, doubts)
        if facts := self._own_facts(own, None, stations):
            yield facts

    def _own_facts(self, after: int, before: int | None, stations: dict[int, StationCode]) -> list[Fact]:
        own = schema.own_entry.c
        query = select(own.seq, own.body, own.count).where(own.seq > after).order_by(own.seq)
        rows = self._db.execute(query if before is None else query.where(own.count < before)).all()
        events = known(decode_all([body for _, body, _ in rows]))
        facts = [
            Fact(OWN_JOURNAL, CENTRAL, seq, event, count) for (seq, _, count), event in zip(rows, events, strict=True)
        ]
        for fact in facts:
            if isinstance(fact.event, StationPaired):
                stations[fact.seq] = fact.event.station
            elif isinstance(fact.event, JournalForked):
                stations[fact.seq] = stations[fact.event.journal]
        return facts

    def _run_facts(
        self, journal: int, first: int, station: StationCode, count: int, doubts: Sequence[ClockDoubted]
    ) -> list[Fact]:
        run = schema.run.c
        bodies = self._db.scalars(select(run.bodies).where(run.journal == journal, run.first == first)).one()
        events = with_doubts(known(decode_all(zstd.decompress(bodies).split(b"\n"))), journal, first, doubts)
        return [Fact(journal, station, first + i, event, count + i) for i, event in enumerate(events)]

    def _stations(self) -> dict[int, StationCode]:
        known = schema.journal.c
        return {row.journal: row.station for row in self._db.execute(select(known.journal, known.station))}


def known(events: Sequence[Event | UnknownFact]) -> list[Event]:
    """Facts that were admitted, so all of them understood: an unknown kind is refused at the door."""
    found = [event for event in events if isinstance(event, Event)]
    assert len(found) == len(events), "an unknown kind passed the door"
    return found
