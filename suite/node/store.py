"""A node's encrypted file: its journal, what central last said of it, and the way facts become rows.

What the rows are, and what a feed holds, is each node's own.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import ClassVar, Literal, cast

import msgspec

from suite.domain.errors import N_
from suite.domain.events.base import Event
from suite.domain.events.node import Genesis, Mark
from suite.domain.quantities import MAX_INTEGER, Moment
from suite.journal.chain import heads, link
from suite.journal.codec import UnknownFact, decode, encode
from suite.journal.entry import START, Entry, Tip
from suite.node.schema import JOURNAL_AND_FEED, PROMISED, statements
from suite.node.witness import Witness
from suite.runtime.db import Connection, check_version, damage_in_own, writing
from suite.runtime.errors import JournalBroken, NotSetUp, StorageTrouble
from suite.sync.feed import Feed, Page
from suite.sync.outpost_pages import NetworkPage

MARK_START, GENESIS_START = '{"k":"mark.1"%', '{"k":"Genesis.1"%'


Refused = Literal["", "base", "digest"]
"""Why a delta was not taken since the last feed: it builds on another feed, or the rows here are not central's."""


class FeedState(msgspec.Struct, frozen=True):
    """Which feed this node decides upon."""

    name: str
    count: int
    at: Moment
    station_name: str
    ack: Tip
    log: bytes
    era: int
    exact: bool
    refused: Refused = ""


class NodeStore(ABC):
    """One connection to one node's file.

    Journals of earlier incarnations stand before the one of today in one chain: a number is one entry, whichever
    journal holds it. `first` is the first of them, `committed` is told the tip after each COMMIT.
    """

    def __init__(
        self,
        connection: Connection,
        first: bytes,
        committed: Callable[[Tip], None] = lambda _: None,
    ) -> None:
        self._db = connection
        self._first = first
        self._committed = committed
        self.witness = Witness(connection)
        if self._migrate():
            self.rebuild()

    # What each node does its own way

    @abstractmethod
    def _migrate(self) -> bool:
        """Bring the file to today's tables. True when the projections have to be made anew from the journal."""

    @abstractmethod
    def _project(self, event: Event, seq: int) -> None:
        """Write what a fact changes."""

    @abstractmethod
    def _recreate_projections(self) -> None:
        """Drop every projection and make it anew, empty, and say that the file is of this release."""

    @abstractmethod
    def blobs_after(self, seq: int, last: int) -> list[tuple[bytes, bytes]]:
        """The personal data, salt and content, that the entries after a place up to another commit to."""

    @abstractmethod
    def zone(self) -> str:
        """The time zone of the network. Raises NotSetUp before the first feed."""

    # The file

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The write transaction in which a use case reads, decides, appends and projects."""
        with writing(self._db) as connection:
            yield connection
        self._committed(self.tip())

    def close(self) -> None:
        self._db.close()

    def quick_check(self) -> None:
        """Look whether the journal and what was made of it hold together. Raises StorageTrouble."""
        if damage := damage_in_own(self._db):
            raise StorageTrouble(
                N_("The database is damaged ({damage}). Nothing was changed: run canje station doctor, call support."),
                damage=damage,
            )

    def overwrite_traces(self) -> None:
        """After COMMIT: what was forgotten leaves the write-ahead log too, where older pages still stand."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    # The journal

    @property
    def log(self) -> bytes:
        """The journal written today, as the file says: another connection may have begun the next one."""
        row = self._db.execute("SELECT log FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        return row[0] if row else self._first

    @property
    def incarnation(self) -> int:
        """How many journals this PC began, the one of today included."""
        row = self._db.execute("SELECT body FROM entry WHERE log = ? ORDER BY seq LIMIT 1", (self.log,)).fetchone()
        begun = decode(row[0]) if row else None
        return begun.incarnation if isinstance(begun, Genesis) else 1

    def begin(self, log: bytes, genesis: bytes) -> None:
        """The first entry of a journal; what is told is not exact until central spoke to it. Call inside `writing`."""
        self._append(genesis, log)
        self._db.execute("UPDATE feed_header SET exact = 0")

    def tip(self) -> Tip:
        row = self._db.execute("SELECT seq, head FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        return Tip(*row) if row else START

    def holds(self, log: bytes) -> bool:
        """Whether any entry of a journal is here."""
        return self._db.execute("SELECT 1 FROM entry WHERE log = ? LIMIT 1", (log,)).fetchone() is not None

    def ends(self) -> list[tuple[bytes, int]]:
        """Every journal that this file holds and its last number, oldest first."""
        return list(self._db.execute("SELECT log, max(seq) FROM entry GROUP BY log ORDER BY max(seq)"))

    def append(self, event: Event) -> Entry:
        """Write the fact at the end of the journal and project it. Call inside `writing`. Raises JournalBroken."""
        entry = self.append_body(encode(event))
        self._project(event, entry.seq)
        return entry

    def append_body(self, body: bytes) -> Entry:
        """Write an entry and read it back, linked again, before anybody commits (Fossil's rule, R8)."""
        return self._append(body, self.log)

    def _append(self, body: bytes, log: bytes) -> Entry:
        before = self.tip()
        entry = link(before, body)
        self._db.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (log, entry.seq, entry.body, entry.head))
        stored = self._db.execute("SELECT body, head FROM entry WHERE seq = ?", (entry.seq,)).fetchone()
        if stored[1] != link(before, stored[0]).head:
            raise JournalBroken(
                N_("The disk did not keep entry {seq} as it was written. Stop, and call support."), seq=entry.seq
            )
        return entry

    def bodies_between(self, after: int, last: int, limit: int) -> list[bytes]:
        """The bodies of the next entries after a number up to another, oldest first."""
        rows = self._db.execute(
            "SELECT body FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?", (after, last, limit)
        )
        return [body for (body,) in rows]

    def head_at(self, seq: int) -> bytes | None:
        if seq == 0:
            return START.head
        row = self._db.execute("SELECT head FROM entry WHERE seq = ?", (seq,)).fetchone()
        return row[0] if row else None

    def event_at(self, seq: int) -> Event | UnknownFact:
        (body,) = self._db.execute("SELECT body FROM entry WHERE seq = ?", (seq,)).fetchone()
        return decode(body)

    def events_between(self, after: int, last: int) -> Iterator[Event]:
        """The facts after a number up to another, oldest first; kinds of a newer release are left out."""
        for (body,) in self._db.execute(
            "SELECT body FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq", (after, last)
        ):
            event = decode(body)
            if not isinstance(event, UnknownFact):
                yield event

    def entries(self) -> Iterator[Entry]:
        for row in self._db.execute("SELECT seq, body, head FROM entry ORDER BY seq"):
            yield Entry(*row)

    def verify(self) -> int:
        """Link the whole journal again. Returns its length; raises JournalBroken at the first entry that differs."""
        entries = list(self.entries())
        for seq, (entry, head) in enumerate(
            zip(entries, heads(START, (e.body for e in entries)), strict=True), start=1
        ):
            if entry.seq != seq or entry.head != head:
                raise JournalBroken(N_("Entry {seq} of the journal is not as it was written. Call central."), seq=seq)
        return len(entries)

    def rebuild(self) -> int:
        """Drop every projection and make it again from the journal. Returns the number of entries replayed."""
        with self.writing():
            self._recreate_projections()
            return self.replay(self.entries())

    def replay(self, entries: Iterable[Entry]) -> int:
        """Project entries into projections that are empty. Returns their number. Call inside `writing`."""
        count = 0
        for entry in entries:
            event = decode(entry.body)
            if not isinstance(event, UnknownFact):
                self._project(event, entry.seq)
            count += 1
        return count

    def pending(self) -> int:
        """Facts that central has not confirmed yet; a mark or a journal's beginning is no fact of the business."""
        state = self.feed_state()
        row = self._db.execute(
            """SELECT count(*) FROM entry WHERE seq > ? AND CAST(body AS TEXT) NOT LIKE ?
            AND CAST(body AS TEXT) NOT LIKE ?""",
            (state.ack.seq if state else 0, MARK_START, GENESIS_START),
        ).fetchone()
        return cast("int", row[0])

    def last_mark(self, upto: int = MAX_INTEGER) -> Mark | None:
        """The newest statement to central of which feed this node decides upon, of all or up to an entry."""
        row = self._db.execute(
            "SELECT body FROM entry WHERE CAST(body AS TEXT) LIKE ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
            (MARK_START, upto),
        ).fetchone()
        mark = decode(row[0]) if row else None
        return mark if isinstance(mark, Mark) else None

    # What central last said

    def feed_state(self) -> FeedState | None:
        row = self._db.execute(
            "SELECT name, count, at, station_name, ack_seq, ack_head, log, era, exact, refused FROM feed_header"
        ).fetchone()
        return (
            FeedState(row[0], row[1], row[2], row[3], Tip(row[4], row[5]), row[6], row[7], bool(row[8]), row[9])
            if row
            else None
        )

    def is_exact(self) -> bool:
        """Whether it is known which own entries the balances hold already: else no points are given out.

        Not so after this PC began a next journal, until central's first word to it.
        """
        state = self.feed_state()
        return state is not None and state.exact and self.head_at(state.ack.seq) == state.ack.head


class OutpostStore(NodeStore):
    """The file of a node that is no station: central's rows are replaced whole, blobs are promised by entries."""

    VERSION: ClassVar[int]
    FEED: ClassVar[str]
    """The script of the tables that hold central's rows."""
    FEED_TABLES: ClassVar[tuple[str, ...]]
    PROJECTIONS: ClassVar[str]
    """The script of the tables that are made from the journal."""
    PROJECTION_TABLES: ClassVar[tuple[str, ...]]

    @abstractmethod
    def _take_page(self, page: Page) -> None:
        """Write a page of central's rows."""

    def _migrate(self) -> bool:
        found = self._db.execute("PRAGMA user_version").fetchone()[0]
        check_version(found, self.VERSION)
        if found == 0:
            with writing(self._db):
                for statement in statements(JOURNAL_AND_FEED) + statements(self.FEED):
                    self._db.execute(statement.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1))
        return bool(found != self.VERSION)

    def _recreate_projections(self) -> None:
        for table in self.every_projection():
            self._db.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in statements(PROMISED) + statements(self.PROJECTIONS):
            self._db.execute(statement)
        self._db.execute(f"PRAGMA user_version = {self.VERSION}")

    @classmethod
    def every_projection(cls) -> tuple[str, ...]:
        """The tables that are made from the journal."""
        return ("promised", *cls.PROJECTION_TABLES)

    def zone(self) -> str:
        row = self._db.execute("SELECT zone FROM feed_network").fetchone()
        if not row:
            raise NotSetUp(N_("This node has no data yet. Import the first bundle from central."))
        return cast("str", row[0])

    def network_name(self) -> str:
        """The network's name, as paper shows it; empty before the first feed."""
        row = self._db.execute("SELECT name FROM feed_network").fetchone()
        return row[0] if row else ""

    # Personal data on its way to central

    def keep(self, commitment: str, salt: bytes, content: bytes) -> None:
        """A blob that the next entry commits to. Call inside `writing`."""
        self._db.execute("INSERT INTO blob VALUES (?, ?, ?)", (commitment, salt, content))

    def _promise(self, commitment: str, seq: int) -> None:
        self._db.execute("INSERT OR IGNORE INTO promised VALUES (?, ?)", (commitment, seq))

    def blobs_after(self, seq: int, last: int) -> list[tuple[bytes, bytes]]:
        rows = self._db.execute(
            """SELECT b.salt, b.content FROM promised JOIN blob AS b USING (commitment)
            WHERE seq > ? AND seq <= ? ORDER BY seq, commitment""",
            (seq, last),
        )
        return [(salt, content) for salt, content in rows]

    # What central last said

    def take_feed(self, feed: Feed, ack: Tip, *, exact: bool) -> None:
        """Replace all that central said before; forget what it has. Call inside `writing`."""
        for table in ("feed_header", "feed_network", *self.FEED_TABLES):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 -- names of our own, listed in the class
        header = feed.header
        self._db.execute(
            """INSERT INTO feed_header (only, name, log, station_name, count, at, ack_seq, ack_head, era, exact)
            VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                feed.name,
                self.log,
                header.station_name,
                header.to,
                header.at,
                ack.seq,
                ack.head,
                header.era,
                int(exact),
            ),
        )
        self.witness.keep(header)
        self._db.execute(
            "DELETE FROM blob WHERE commitment IN (SELECT commitment FROM promised WHERE seq <= ?)", (ack.seq,)
        )
        for page in feed.pages():
            if isinstance(page, NetworkPage):
                rows = [(row.name, row.zone) for row in page.rows]
                self._db.executemany("INSERT OR REPLACE INTO feed_network VALUES (1, ?, ?)", rows)
            else:
                self._take_page(page)
