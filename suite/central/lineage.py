"""Who waits to go on under a new key, which feeds were told, and how often central came back. Questions by name."""

from collections.abc import Callable

from sqlalchemy import Connection, func, select

from suite.central import schema
from suite.central.dialect import add_or_replace, run_many
from suite.domain.ids import StationCode
from suite.domain.quantities import Moment

BEFORE_ISSUED = "before"
"""The row of `issued` that stands for all feeds of releases that did not remember them."""


class Lineage:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def asked(self, log: bytes) -> bytes | None:
        """The genesis of a journal that waits for a person's word."""
        found: bytes | None = self._db.scalar(select(schema.asked.c.genesis).where(schema.asked.c.log == log))
        return found

    def asked_by(self, log: bytes) -> StationCode:
        """The station as which a waiting journal asks to go on."""
        return StationCode(self._db.scalars(select(schema.asked.c.station).where(schema.asked.c.log == log)).one())

    def waiting(self, station: StationCode) -> int:
        """How many journals ask to go on as a station."""
        asked = select(func.count()).select_from(schema.asked).where(schema.asked.c.station == station)
        return self._db.scalar(asked) or 0

    def all_asked(self) -> list[tuple[bytes, StationCode, Moment, bytes]]:
        known = schema.asked
        rows = self._db.execute(select(known).order_by(known.c.at, known.c.log))
        return [tuple(row) for row in rows]

    def era(self) -> int:
        """How often this central came back from a backup."""
        return self._db.scalar(select(func.max(schema.era.c.era))) or 0

    def issue(self, feed: str, journal: int, count: int, serial: int, at: Moment) -> None:
        """Remember that a feed was told, and up to which change of the rows."""
        run_many(self._db, add_or_replace(schema.issued), [(feed, journal, count, serial, self.era(), at)])

    def marked(self, journal: int) -> str:
        """The name of the feed that a journal's last mark says is there; empty for none that can be built on."""
        return self._db.scalar(select(schema.feed_told.c.feed).where(schema.feed_told.c.journal == journal)) or ""

    def serial_of(self, feed: str, journal: int) -> int | None:
        """Up to which change a feed of this era told a journal; None for another's, an earlier era's, or none."""
        known = schema.issued.c
        mine = (known.feed == feed) & (known.journal == journal) & (known.era == self.era())
        return self._db.scalar(select(known.serial).where(mine))

    def issued_from(self, serial: int, journal: int, limit: int) -> list[str]:
        """The newest feeds of this era that a journal was told from a change on, by name, newest first."""
        known = schema.issued.c
        mine = (known.journal == journal) & (known.serial >= serial) & (known.era == self.era())
        query = select(known.feed).where(mine).order_by(known.serial.desc(), known.count.desc(), known.feed)
        return list(self._db.scalars(query.limit(limit)))

    def newest_serial(self) -> int:
        """The last change of the rows that any feed told."""
        return self._db.scalar(select(func.max(schema.issued.c.serial))) or 0

    def told_at(self, journal: int, count: int) -> Moment:
        """When a journal was told a feed of that count, for the first time; 0 when that is not known."""
        known = schema.issued.c
        first = select(func.min(known.at)).where(known.journal == journal, known.count == count)
        return Moment(self._db.scalar(first) or 0)

    def was_issued(self, feed: str) -> bool:
        return self._db.scalar(select(schema.issued.c.count).where(schema.issued.c.feed == feed)) is not None

    def issued_since(self) -> int:
        """Feeds up to this count were told before this release began to remember them."""
        return self._db.scalar(select(schema.issued.c.count).where(schema.issued.c.feed == BEFORE_ISSUED)) or 0

    def registries(self) -> list[str]:
        """The versions of the registry of keys that central's journal holds, oldest first: none before the second."""
        known = schema.registry.c
        return list(self._db.scalars(select(known.content).order_by(known.version)))

    def registry_of(self, journal: int) -> int:
        """The version that a journal's last mark says its node works with; 0 when it said none yet."""
        told = schema.feed_told.c
        return self._db.scalar(select(told.registry).where(told.journal == journal)) or 0

    def heard(self, journal: int) -> Moment:
        """When entries of a line came in last; 0 for never."""
        return self._db.scalar(
            select(func.max(schema.run.c.received)).where(schema.run.c.journal == journal)
        ) or Moment(0)
