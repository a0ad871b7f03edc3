"""A ticket at the desk: credited, or kept as an incident. Nothing of it is ever dropped (STA-9)."""

import msgspec

from suite.domain.earning import SaleLine, check, earn
from suite.domain.events.station import EntryMode, IncidentKind, IncidentOpened, SaleRecorded
from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber
from suite.domain.programme import Programme
from suite.domain.quantities import Moment, Points
from suite.domain.standing import CardStanding


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as the till or the attendant states it."""

    at: Moment
    document: DocumentNumber
    card: CardNumber
    lines: tuple[SaleLine, ...]
    entry: EntryMode
    attendant: AttendantNumber = AttendantNumber("")


def record_sale(programme: Programme, standing: CardStanding, ticket: Ticket) -> SaleRecorded:
    """The ticket credited to the card's account. Raises BlockedCard and what `earn` raises."""
    standing.may_earn()
    lines = earn(programme, ticket.lines)
    return SaleRecorded(
        at=ticket.at,
        document=ticket.document,
        card=ticket.card,
        account=standing.account,
        lines=lines,
        points=Points(sum(line.points for line in lines)),
        version=programme.version,
        entry=ticket.entry,
        attendant=ticket.attendant,
    )


def keep_as_incident(ticket: Ticket, kind: IncidentKind) -> IncidentOpened:
    """The ticket kept whole, for a person to resolve. Raises what no till would print (`earning.check`)."""
    check(ticket.lines)
    return IncidentOpened(at=ticket.at, incident=kind, document=ticket.document, card=ticket.card, lines=ticket.lines)
