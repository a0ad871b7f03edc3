"""The station's encrypted file: questions by name, facts appended and projected in one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal, cast

import msgspec

from suite.domain.documents import MovementLine
from suite.domain.errors import N_, UnknownShipment
from suite.domain.events.base import Event
from suite.domain.events.node import Genesis, Mark
from suite.domain.events.station import IncidentOpened, PrizeCount
from suite.domain.ids import AccountId, AttendantNumber, CardNumber, DocumentNumber, PrizeCode, ShippingNote
from suite.domain.pins import TRIES
from suite.domain.programme import Programme
from suite.domain.quantities import Moment, Points
from suite.journal.chain import heads, link
from suite.journal.codec import UnknownFact, decode, encode
from suite.journal.entry import START, Entry, Tip
from suite.runtime.db import Connection, damage_in, writing
from suite.runtime.errors import JournalBroken, NotSetUp, StorageTrouble
from suite.station.cardbox import Cardbox
from suite.station.feed_tables import take_pages
from suite.station.projections import project
from suite.station.purse import Purse
from suite.station.schema import migrate, recreate_projections, stamp
from suite.station.witness import Witness
from suite.sync.feed import AttendantRow, Feed, Progress, in_silence

MARK_START, GENESIS_START = '{"k":"mark.1"%', '{"k":"Genesis.1"%'


Refused = Literal["", "base", "digest"]
"""Why a delta was not taken since the last feed: it builds on another feed, or the rows here are not central's."""


class FeedState(msgspec.Struct, frozen=True):
    """Which feed this station decides upon."""

    name: str
    count: int
    at: Moment
    station_name: str
    ack: Tip
    log: bytes
    era: int
    exact: bool
    refused: Refused = ""


class Incident(msgspec.Struct, frozen=True):
    seq: int
    at: Moment
    kind: str
    document: DocumentNumber
    card: CardNumber


class StationStore:
    """One connection to one station's file.

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
        self.cards = Cardbox(connection)
        self.witness = Witness(connection)
        self.purse = Purse(connection)
        if migrate(connection):
            self.rebuild()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """The write transaction in which a use case reads, decides, appends and projects."""
        with writing(self._db) as connection:
            yield connection
        self._committed(self.tip())

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

    def close(self) -> None:
        self._db.close()

    def quick_check(self) -> None:
        """Look whether the file holds together: 60 ms for 100 MB. Raises StorageTrouble."""
        if damage := damage_in(self._db):
            raise StorageTrouble(
                N_("The database is damaged ({damage}). Nothing was changed: run canje station doctor, call support."),
                damage=damage,
            )

    # The journal

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
        project(event, entry.seq, self._db)
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
        count = 0
        with self.writing():
            recreate_projections(self._db)
            stamp(self._db)
            for entry in self.entries():
                event = decode(entry.body)
                if not isinstance(event, UnknownFact):
                    project(event, entry.seq, self._db)
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

    def last_mark(self) -> Mark | None:
        """The newest statement to central of which feed this station decides upon."""
        row = self._db.execute(
            "SELECT body FROM entry WHERE CAST(body AS TEXT) LIKE ? ORDER BY seq DESC LIMIT 1", (MARK_START,)
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

    def take_feed(self, feed: Feed, ack: Tip, *, exact: bool = True, progress: Progress = in_silence) -> bool:
        """Take what central says, balances and acknowledgement together. Call inside `writing`.

        False, and nothing is changed, when the rows then are not what the header says.
        """
        header = feed.header
        if not take_pages(self._db, feed, progress):
            return False
        if self.cards.hot_count() <= header.to:  # a newer hot list says more of its cards
            self.cards.take_hot([], header.to)
        row = (1, feed.name, self.log, header.station_name, header.to, header.at, ack.seq, ack.head)
        self._db.execute(
            """INSERT OR REPLACE INTO feed_header
            (only, name, log, station_name, count, at, ack_seq, ack_head, number, era, exact, signed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (*row, header.number, header.era, int(exact), feed.signed),
        )
        self.witness.keep(header)
        self.cards.forget_up_to(ack.seq)
        return True

    def programme(self) -> Programme:
        """The rules that hold here. Raises NotSetUp before the first feed."""
        row = self._db.execute("SELECT content FROM feed_programme ORDER BY version DESC LIMIT 1").fetchone()
        if not row:
            raise NotSetUp(N_("This station has no data yet. Import the first bundle from central."))
        return msgspec.json.decode(row[0], type=Programme)

    def overwrite_traces(self) -> None:
        """After COMMIT: what was forgotten leaves the write-ahead log too, where older pages still stand."""
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def programme_version(self, version: int) -> Programme | None:
        """The rules of an older ticket; None for a version that never came here."""
        row = self._db.execute("SELECT content FROM feed_programme WHERE version = ?", (version,)).fetchone()
        return msgspec.json.decode(row[0], type=Programme) if row else None

    def attendant(self, attendant: AttendantNumber) -> AttendantRow | None:
        row = self._db.execute(
            "SELECT attendant, name, verifier, manager, issue FROM feed_attendant WHERE attendant = ?", (attendant,)
        ).fetchone()
        return AttendantRow(row[0], row[1], row[2], bool(row[3]), row[4]) if row else None

    # Members and cards

    def movements(self, account: AccountId, own_station: str, limit: int) -> list[MovementLine]:
        """The newest movements of an account, this station's and those that central told of."""
        rows = self._db.execute(
            """SELECT at, station, kind, points, reference FROM (
              SELECT at, :station AS station, kind, points, reference, seq AS place FROM movement
              WHERE account IN (SELECT account FROM feed_alias WHERE root = :account UNION SELECT :account)
              UNION ALL SELECT at, station, kind, points, reference, 0 FROM feed_movement WHERE account = :account)
            ORDER BY at DESC, place DESC LIMIT :limit""",
            {"station": own_station, "account": account, "limit": limit},
        )
        return [MovementLine(*row) for row in rows]

    def newest_movement(self) -> tuple[Moment, str, Points, str] | None:
        """Moment, kind, points and reference of the last movement recorded here."""
        row = self._db.execute("SELECT at, kind, points, reference FROM movement ORDER BY seq DESC LIMIT 1").fetchone()
        return tuple(row) if row else None

    # Tickets, vouchers, incidents

    def ticket(self, document: DocumentNumber) -> tuple[int, bool] | None:
        """Where a ticket stands in the journal, and whether it was credited; None for a ticket never seen."""
        row = self._db.execute("SELECT seq, credited FROM ticket WHERE document = ?", (document,)).fetchone()
        return (row[0], bool(row[1])) if row else None

    def voucher_seen(self, document: DocumentNumber) -> bool:
        return self._db.execute("SELECT 1 FROM voucher WHERE document = ?", (document,)).fetchone() is not None

    def kept_tickets(self, document: DocumentNumber) -> list[IncidentOpened]:
        """Every ticket of that number that was kept as an incident, oldest first."""
        rows = self._db.execute("SELECT seq FROM incident WHERE document = ? ORDER BY seq", (document,)).fetchall()
        events = [self.event_at(seq) for (seq,) in rows]
        return [event for event in events if isinstance(event, IncidentOpened)]

    def open_incidents(self) -> list[Incident]:
        rows = self._db.execute(
            "SELECT seq, at, kind, document, card FROM incident WHERE resolved_by IS NULL ORDER BY seq"
        )
        return [Incident(*row) for row in rows]

    # Prize stock

    def on_hand(self, prize: PrizeCode) -> int:
        row = self._db.execute("SELECT on_hand FROM stock WHERE prize = ?", (prize,)).fetchone()
        return row[0] if row else 0

    def shipment(self, note: ShippingNote) -> tuple[PrizeCount, ...]:
        """The lines of a shipment on its way here. Raises UnknownShipment."""
        rows = self._db.execute("SELECT prize, quantity FROM feed_shipment WHERE note = ? ORDER BY prize", (note,))
        if not (lines := tuple(PrizeCount(*row) for row in rows)):
            raise UnknownShipment(note=note)
        return lines

    def shipments_under_way(self) -> list[ShippingNote]:
        rows = self._db.execute(
            "SELECT DISTINCT note FROM feed_shipment WHERE note NOT IN (SELECT note FROM received) ORDER BY note"
        )
        return [note for (note,) in rows]

    def is_received(self, note: ShippingNote) -> bool:
        return self._db.execute("SELECT 1 FROM received WHERE note = ?", (note,)).fetchone() is not None

    # Tries of a PIN

    def tries_left(self, attendant: AttendantNumber, issue: int) -> int:
        """Tries an attendant still has; a newly issued PIN starts anew."""
        row = self._db.execute(
            "SELECT left FROM pin_try WHERE attendant = ? AND issue = ?", (attendant, issue)
        ).fetchone()
        return row[0] if row else TRIES

    def set_tries(self, attendant: AttendantNumber, issue: int, left: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO pin_try VALUES (?, ?, ?)", (attendant, issue, left))
