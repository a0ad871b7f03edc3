"""What one card may load, and whose card an attendant may not serve (STA-11): bounds against invented loads."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.ids import CardNumber
from suite.domain.quantities import Moment

MINUTE_MS = 60_000


class OwnCard(Refusal):
    code = "own-card"
    text = N_(
        "Card {card} was declared as attendant {attendant}'s own or a relative's. Another attendant has to serve it."
    )


class TooManyLoads(Refusal):
    code = "cap-loads"
    text = N_("Card {card} has had {limit} loads here that day, and no more are allowed.")


class TooMuchADay(Refusal):
    code = "cap-litres"
    text = N_("Card {card} would have more than {limit} litres here that day.")


class TooSoon(Refusal):
    code = "cap-minutes"
    text = N_("Card {card} loaded here less than {limit} minutes before or after.")


class TankTooLarge(Refusal):
    code = "cap-tank"
    text = N_("No tank of card {card} holds more than {limit} litres.")


class TicketBeyondCap(Refusal):
    """Records the ticket, as TicketKept does."""

    code = "ticket-beyond-cap"
    text = N_("Ticket {document} was not credited: it passes a limit of its card. It is kept for central.")


class Caps(msgspec.Struct, frozen=True, omit_defaults=True):
    """Bounds for each card at a station; 0 asks for nothing. Trucks' cards have none: their tanks are their fleet's.

    A load is a ticket with litres. `beyond`: such a ticket is refused, or kept as an incident for a person.
    """

    loads: int = 0
    """Tickets with litres in a day."""
    litres: int = 0
    """Whole litres in a day."""
    minutes: int = 0
    """Between two loads."""
    tank: int = 0
    """Whole litres of one ticket."""
    beyond: Literal["refuse", "incident"] = "refuse"


class Load(msgspec.Struct, frozen=True):
    """A load of a card: when, and thousandths of a litre."""

    at: Moment
    millilitres: int


def check_caps(caps: Caps, card: CardNumber, load: Load, day: Iterable[Load], near: Iterable[Load]) -> None:
    """Raises what a load passes. `day` are the card's other loads of that day, `near` those around that moment."""
    others = list(day)
    if caps.tank and load.millilitres > caps.tank * 1000:
        raise TankTooLarge(card=card, limit=caps.tank)
    if caps.loads and len(others) >= caps.loads:
        raise TooManyLoads(card=card, limit=caps.loads)
    if caps.litres and load.millilitres + sum(each.millilitres for each in others) > caps.litres * 1000:
        raise TooMuchADay(card=card, limit=caps.litres)
    if caps.minutes and any(abs(each.at - load.at) < caps.minutes * MINUTE_MS for each in near):
        raise TooSoon(card=card, limit=caps.minutes)
