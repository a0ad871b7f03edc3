"""A ticket at the desk: credited, or kept as an incident. Nothing of it is ever dropped (STA-9)."""

from zoneinfo import ZoneInfo

import msgspec

from suite.domain.calendar import local_time
from suite.domain.earning import Earned, SaleLine, check, earn
from suite.domain.events.station import EntryMode, IncidentKind, IncidentOpened, SaleRecorded
from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber, StationCode
from suite.domain.programme import Programme
from suite.domain.promotions import Buyer, DaySum, Setting, relevant
from suite.domain.quantities import Moment
from suite.domain.standing import CardStanding


class Ticket(msgspec.Struct, frozen=True):
    """A ticket as the till or the attendant states it."""

    at: Moment
    document: DocumentNumber
    card: CardNumber
    lines: tuple[SaleLine, ...]
    entry: EntryMode
    attendant: AttendantNumber = AttendantNumber("")
    pos: bool = False
    """Its lines are the POS's own word, not somebody's typing."""


class Credited(msgspec.Struct, frozen=True):
    """A ticket credited: the fact to record, and the explanation to show."""

    sale: SaleRecorded
    earned: Earned


def record_sale(
    programme: Programme, standing: CardStanding, ticket: Ticket, setting: Setting | None = None
) -> Credited:
    """The ticket credited to the card's account. Raises BlockedCard and what `earn` raises."""
    standing.may_earn()
    earned = earn(programme, ticket.lines, setting)
    sale = SaleRecorded(
        at=ticket.at,
        document=ticket.document,
        card=ticket.card,
        account=standing.account,
        lines=earned.lines,
        points=earned.points,
        version=programme.version,
        entry=ticket.entry,
        attendant=ticket.attendant,
        buyer=relevant(programme, setting.buyer) if setting else None,
        sums=earned.sums,
        pos=ticket.pos,
    )
    return Credited(sale, earned)


def explain(programme: Programme, sale: SaleRecorded, station: StationCode) -> Earned:
    """A recorded sale decided again, on what was recorded with it: every promotion tried, and why not the others.

    `programme` is the version that the sale names. Central asks the same to check what a station claims (PTS-9).
    """
    lines = tuple(SaleLine(line.product, line.quantity, line.amount) for line in sale.lines)
    when = local_time(sale.at, ZoneInfo(programme.zone))
    today = tuple(DaySum(s.promotion, s.before, 0, 0) for s in sale.sums)
    return earn(programme, lines, Setting(when, station, sale.buyer or Buyer(), today))


def keep_as_incident(ticket: Ticket, kind: IncidentKind) -> IncidentOpened:
    """The ticket kept whole, for a person to resolve. Raises what no till would print (`earning.check`)."""
    check(ticket.lines)
    return IncidentOpened(at=ticket.at, incident=kind, document=ticket.document, card=ticket.card, lines=ticket.lines)
