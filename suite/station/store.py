"""The station's encrypted file: questions by name, facts appended and projected in one transaction."""

from collections.abc import Callable

import msgspec

from suite.domain.deliveries import OrderHere
from suite.domain.documents import MovementLine
from suite.domain.errors import N_, UnknownShipment
from suite.domain.events.base import Event
from suite.domain.events.station import IncidentOpened, PrizeCount, SaleRecorded
from suite.domain.ids import (
    AccountId,
    AttendantNumber,
    CardNumber,
    DocumentNumber,
    PrizeCode,
    ShippingNote,
)
from suite.domain.pins import TRIES
from suite.domain.programme import Programme
from suite.domain.quantities import Moment, Points
from suite.domain.withdrawal import Known as WithdrawalKnown
from suite.journal.entry import Tip
from suite.node.store import NodeStore
from suite.runtime.db import Connection
from suite.runtime.errors import NotSetUp
from suite.station.cardbox import Cardbox
from suite.station.consignment import Consignment
from suite.station.feed_tables import header_told, take_pages
from suite.station.noticeboard import Noticeboard
from suite.station.pos.store import PosStore
from suite.station.projections import project
from suite.station.purse import Purse
from suite.station.schema import migrate, recreate_projections, stamp
from suite.sync.feed import AttendantRow, Feed, Progress, header_of, in_silence


class Incident(msgspec.Struct, frozen=True):
    seq: int
    at: Moment
    kind: str
    document: DocumentNumber
    card: CardNumber
    other: str = ""
    """The other station that claimed the same invoice."""


class StationStore(NodeStore):
    """One connection to one station's file."""

    def __init__(
        self,
        connection: Connection,
        first: bytes,
        committed: Callable[[Tip], None] = lambda _: None,
    ) -> None:
        self.cards = Cardbox(connection)
        self.purse = Purse(connection)
        self.consignment = Consignment(connection)
        self.pos = PosStore(connection)
        self.board = Noticeboard(connection)
        super().__init__(connection, first, committed)

    def _migrate(self) -> bool:
        return migrate(self._db)

    def _project(self, event: Event, seq: int) -> None:
        project(event, seq, self._db)

    def _recreate_projections(self) -> None:
        recreate_projections(self._db)
        stamp(self._db)

    def blobs_after(self, seq: int, last: int) -> list[tuple[bytes, bytes]]:
        return self.cards.blobs_after(seq, last)

    def zone(self) -> str:
        return self.programme().zone

    # What central last said

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

    def orders(self, own_station: str) -> list[OrderHere]:
        """What was ordered here, oldest first: as central told it, and what it has not heard of yet."""
        rows = self._db.execute(
            """SELECT o.number, o.at, o.account, coalesce(greeting, ''), o.prize, o.points,
              iif(h.seq IS NULL, o.state, 'delivered'), o.slip, o.money FROM (
              SELECT number, at, account, prize, points, state, slip, money FROM feed_order
              UNION ALL SELECT :station || '-' || seq, at, coalesce(root, m.account), reference, -points, 'requested',
              0, w.money FROM movement AS m JOIN own_order AS w USING (seq)
              LEFT JOIN feed_alias AS a ON a.account = m.account
              WHERE kind = 'request' AND seq > coalesce((SELECT ack_seq FROM feed_header), 0)) AS o
            LEFT JOIN handed_over AS h ON h.number = o.number
            LEFT JOIN feed_account AS f ON f.account = o.account ORDER BY o.at, o.number""",
            {"station": own_station},
        )
        return [OrderHere(*row) for row in rows]

    def newest_movement(self) -> tuple[Moment, str, Points, str] | None:
        """Moment, kind, points and reference of the last movement recorded here."""
        row = self._db.execute("SELECT at, kind, points, reference FROM movement ORDER BY seq DESC LIMIT 1").fetchone()
        return tuple(row) if row else None

    # Tickets, vouchers, incidents

    def ticket(self, document: DocumentNumber) -> tuple[int, bool] | None:
        """Where a ticket stands in the journal, and whether it was credited; None for a ticket never seen."""
        row = self._db.execute("SELECT seq, credited FROM ticket WHERE document = ?", (document,)).fetchone()
        return (row[0], bool(row[1])) if row else None

    def sales_of(self, card: CardNumber, since: Moment, until: Moment) -> list[SaleRecorded]:
        """The tickets of a card credited here in that time, its end not included, oldest first."""
        rows = self._db.execute(
            "SELECT seq FROM card_sale WHERE card = ? AND at >= ? AND at < ? ORDER BY at, seq", (card, since, until)
        ).fetchall()
        return self._sales(rows)

    def newest_sales_of(self, card: CardNumber, limit: int) -> list[SaleRecorded]:
        """The newest tickets of a card credited here, newest first (STA-3)."""
        rows = self._db.execute(
            "SELECT seq FROM card_sale WHERE card = ? ORDER BY at DESC, seq DESC LIMIT ?", (card, limit)
        ).fetchall()
        return self._sales(rows)

    def _sales(self, rows: list[tuple[int]]) -> list[SaleRecorded]:
        events = [self.event_at(seq) for (seq,) in rows]
        return [event for event in events if isinstance(event, SaleRecorded)]

    def declared(self, attendant: AttendantNumber) -> list[CardNumber]:
        """The cards that central says are an attendant's own or a relative's."""
        rows = self._db.execute("SELECT card FROM feed_declared WHERE attendant = ? ORDER BY card", (attendant,))
        return [CardNumber(card) for (card,) in rows]

    def voucher_seen(self, document: DocumentNumber) -> bool:
        return self._db.execute("SELECT 1 FROM voucher WHERE document = ?", (document,)).fetchone() is not None

    def kept_tickets(self, document: DocumentNumber) -> list[IncidentOpened]:
        """Every ticket of that number that was kept as an incident, oldest first."""
        rows = self._db.execute("SELECT seq FROM incident WHERE document = ? ORDER BY seq", (document,)).fetchall()
        events = [self.event_at(seq) for (seq,) in rows]
        return [event for event in events if isinstance(event, IncidentOpened)]

    def open_incidents(self) -> list[Incident]:
        rows = self._db.execute(
            """SELECT seq, at, kind, document, card, '' FROM incident WHERE resolved_by IS NULL UNION ALL
            SELECT t.seq, c.at, iif(c.stands, 'ticket-upheld', 'ticket-contested'), c.document, '', c.other
            FROM feed_contested c JOIN ticket t ON t.document = c.document ORDER BY 1"""
        )
        return [Incident(*row) for row in rows]

    def order_with_code(self, issuer: int, place: int, own_station: str) -> WithdrawalKnown:
        """What is known here of an order with a code: handed over, here or elsewhere, or cancelled."""
        here = self._db.execute("SELECT 1 FROM withdrawn WHERE issuer = ? AND place = ?", (issuer, place)).fetchone()
        if here:
            return WithdrawalKnown(own_station)
        row = self._db.execute("SELECT station FROM feed_closed WHERE issuer = ? AND seq = ?", (issuer, place))
        told = row.fetchone()
        return WithdrawalKnown(told[0], cancelled=not told[0]) if told else WithdrawalKnown()

    def withdrawal_key(self) -> tuple[bytes, int]:
        """The network's key of withdrawal codes, and this journal's number there. Raises NotSetUp."""
        signed = header_told(self._db)
        header = header_of(signed) if signed else None
        if header is None or not header.withdrawal or not header.number:
            raise NotSetUp(
                N_("This station has no key for withdrawal codes yet. Import a new bundle of central first.")
            )
        return bytes.fromhex(header.withdrawal), header.number

    def prizes_ever(self) -> list[PrizeCode]:
        """The prizes of every version of the programme that was told, newest first."""
        rows = self._db.execute("SELECT content FROM feed_programme ORDER BY version DESC").fetchall()
        versions = [msgspec.json.decode(row[0], type=Programme) for row in rows]
        return list(dict.fromkeys(prize.code for version in versions for prize in version.prizes))

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

    # Shifts

    def open_shift(self, attendant: AttendantNumber) -> int | None:
        """The number of an attendant's open shift."""
        row = self._db.execute(
            "SELECT opened FROM shift WHERE attendant = ? AND closed IS NULL ORDER BY opened DESC", (attendant,)
        ).fetchone()
        return row[0] if row else None

    def open_shifts(self) -> list[tuple[int, AttendantNumber, Moment]]:
        """Number, attendant and beginning of every open shift, oldest first."""
        rows = self._db.execute("SELECT opened, attendant, at FROM shift WHERE closed IS NULL ORDER BY opened")
        return [(opened, AttendantNumber(attendant), Moment(at)) for opened, attendant, at in rows]

    # Tries of a PIN

    def tries_left(self, attendant: AttendantNumber, issue: int) -> int:
        """Tries an attendant still has; a newly issued PIN starts anew."""
        row = self._db.execute(
            "SELECT left FROM pin_try WHERE attendant = ? AND issue = ?", (attendant, issue)
        ).fetchone()
        return row[0] if row else TRIES

    def own_pin(self, attendant: AttendantNumber, issue: int) -> str:
        """The verifier of the PIN an attendant chose in place of that code of central's; empty for none."""
        row = self._db.execute("SELECT verifier FROM own_pin WHERE attendant = ? AND issue = ?", (attendant, issue))
        found = row.fetchone()
        return found[0] if found else ""

    def keep_own_pin(self, attendant: AttendantNumber, issue: int, verifier: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO own_pin VALUES (?, ?, ?)", (attendant, issue, verifier))

    def set_tries(self, attendant: AttendantNumber, issue: int, left: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO pin_try VALUES (?, ?, ?)", (attendant, issue, left))
