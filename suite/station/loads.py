"""What a card loaded here, asked of the journal: for the caps of its programme (STA-11)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from suite.domain.calendar import local_time, moment_of
from suite.domain.caps import MINUTE_MS, Caps, Load, OwnCard, check_caps
from suite.domain.earning import EarnedLine, SaleLine
from suite.domain.ids import AttendantNumber, CardNumber
from suite.domain.programme import Programme
from suite.domain.quantities import Moment
from suite.domain.sales import Ticket
from suite.domain.standing import CardStanding
from suite.station.store import StationStore


def check_load(store: StationStore, programme: Programme, standing: CardStanding, ticket: Ticket) -> None:
    """Raises what the ticket passes of the programme's caps."""
    caps, litres = programme.caps, _litres(programme, ticket.lines)
    if caps is None or standing.role == "truck" or not litres:
        return
    zone = ZoneInfo(programme.zone)
    when = local_time(ticket.at, zone)
    start = moment_of(datetime(when.year, when.month, when.day, tzinfo=zone))
    tomorrow = when.date() + timedelta(days=1)
    end = moment_of(datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=zone))
    check_caps(
        caps,
        ticket.card,
        Load(ticket.at, litres),
        _loads(store, programme, ticket.card, start, end),
        _around(store, programme, caps, ticket),
    )


def _around(store: StationStore, programme: Programme, caps: Caps, ticket: Ticket) -> list[Load]:
    reach = caps.minutes * MINUTE_MS
    return _loads(store, programme, ticket.card, Moment(ticket.at - reach), Moment(ticket.at + reach))


def _loads(store: StationStore, programme: Programme, card: CardNumber, since: Moment, until: Moment) -> list[Load]:
    """The card's tickets with litres in that time, its end not included."""
    found = (Load(sale.at, _litres(programme, sale.lines)) for sale in store.sales_of(card, since, until))
    return [load for load in found if load.millilitres]


def _litres(programme: Programme, lines: tuple[SaleLine, ...] | tuple[EarnedLine, ...]) -> int:
    fuels = {product.code for product in programme.products if product.unit == "litre"}
    return sum(line.quantity for line in lines if line.product in fuels)


def check_attendant(store: StationStore, standing: CardStanding, attendant: AttendantNumber) -> None:
    """Raises OwnCard for a member one of whose cards was declared as this attendant's own or a relative's."""
    for card in store.declared(attendant) if attendant else ():
        found = store.cards.find(card)
        if card == standing.card or (found and found.account == standing.account):
            raise OwnCard(card=standing.card, attendant=attendant)
