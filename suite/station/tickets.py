"""What becomes of a ticket, typed or of a file: credited, known already, or kept as an incident (STA-9, STA-10)."""

import msgspec

from suite.domain.caps import TankTooLarge, TooManyLoads, TooMuchADay, TooSoon
from suite.domain.earning import Earned, SaleLine
from suite.domain.errors import BlockedCard, UnknownCard, UnknownProduct
from suite.domain.events.station import IncidentKind, SaleRecorded
from suite.domain.ids import DocumentNumber, StationCode
from suite.domain.programme import Programme
from suite.domain.sales import Ticket, keep_as_incident, record_sale
from suite.domain.standing import CardStanding, check_format
from suite.journal.entry import Entry
from suite.station.loads import check_attendant, check_load
from suite.station.setting import setting_of
from suite.station.store import StationStore

CAP_REFUSALS = (TankTooLarge, TooManyLoads, TooMuchADay, TooSoon)


class OnDisk(msgspec.Struct, frozen=True):
    """A credited ticket in the journal: its entry, the decision, and the member as they stood before."""

    entry: Entry
    sale: SaleRecorded
    earned: Earned
    before: CardStanding


class Tickets:
    """The tickets of one station. Every method is called inside the caller's transaction."""

    def __init__(self, station: StationCode, store: StationStore) -> None:
        self._station = station
        self._store = store

    def claimed_as(self, document: DocumentNumber) -> DocumentNumber | None:
        """The number under which this sale was credited here already: its own, its prepay's, its invoice's."""
        for name in self._store.pos.same_sale(document):
            seen = self._store.ticket(name)
            if seen and seen[1]:
                return name
        return None

    def credit_or_keep(self, programme: Programme, ticket: Ticket) -> OnDisk | IncidentKind | None:
        """The sale as recorded; else the kind of incident the ticket became, None when it was kept before.

        A ticket of a number that waits as an incident is credited only when it is the same ticket, line by line; where
        a product was unknown, its lines have other names now.
        """
        kept = self._store.kept_tickets(ticket.document)
        if any((k.card, k.lines) == (ticket.card, ticket.lines) and k.incident == "document-conflict" for k in kept):
            return None
        told = [k for k in kept if k.incident != "unknown-product"]
        if told and all(k.lines != ticket.lines for k in told):
            self._store.append(keep_as_incident(ticket, "document-conflict"))
            return "document-conflict"
        try:
            return self._credit(programme, ticket)
        except CAP_REFUSALS:
            if programme.caps is None or programme.caps.beyond == "refuse":
                raise
            kind: IncidentKind = "beyond-cap"
        except (UnknownCard, BlockedCard) as refusal:
            kind = "unknown-card" if isinstance(refusal, UnknownCard) else "blocked-card"
        except UnknownProduct:
            if not ticket.pos:
                raise
            kind = "unknown-product"
        if any(k.card == ticket.card for k in (kept if kind == "unknown-product" else told)):
            return None
        self._store.append(keep_as_incident(ticket, kind))
        return kind

    def _credit(self, programme: Programme, ticket: Ticket) -> OnDisk:
        standing = self._store.cards.standing(ticket.card)
        check_attendant(self._store, standing, ticket.attendant)
        check_load(self._store, programme, standing, ticket)
        setting = setting_of(self._store.cards, programme, standing, ticket.at, self._station)
        credited = record_sale(programme, standing, ticket, setting)
        return OnDisk(self._store.append(credited.sale), credited.sale, credited.earned, standing)

    def take(self, programme: Programme, ticket: Ticket) -> IncidentKind | bool:
        """Take one ticket of a till's or POS's file.

        True when credited now, False when known already, else the kind of incident it became. Raises a Refusal
        for a ticket no till would print.
        """
        check_format(ticket.card, programme.cards)
        seen = self._store.ticket(ticket.document)
        if seen and seen[1]:
            return self._compare(ticket, seen[0])
        if self.claimed_as(ticket.document):
            return False
        credited = self.credit_or_keep(programme, ticket)
        return True if isinstance(credited, OnDisk) else credited or False

    def _compare(self, ticket: Ticket, seq: int) -> IncidentKind | bool:
        """Hold a ticket against the credited one of its number: the same again, or a conflict kept once."""
        sale = self._store.event_at(seq)
        assert isinstance(sale, SaleRecorded)
        sold = tuple(SaleLine(line.product, line.quantity, line.amount) for line in sale.lines)
        told = [(sale.card, sold), *((k.card, k.lines) for k in self._store.kept_tickets(ticket.document))]
        if (ticket.card, ticket.lines) in told:
            return False
        self._store.append(keep_as_incident(ticket, "document-conflict"))
        return "document-conflict"
