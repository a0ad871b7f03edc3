"""Facts of the office about tickets that two stations claimed (STA-10)."""

from suite.domain.events.base import CentralEvent
from suite.domain.events.station import ReversedLine
from suite.domain.ids import AccountId, CardNumber, DocumentNumber, StationCode
from suite.domain.quantities import Moment, Points


class TicketContested(CentralEvent, frozen=True, kw_only=True, tag="TicketContested.1"):
    """An invoice was claimed at two stations. This claim falls, and its points go; the one at `stands` counts.

    `journal` and `seq` say where the claim stands. Points below zero give back what had been taken twice: its station
    took the ticket back by itself before it heard.
    """

    document: DocumentNumber
    journal: int
    seq: int
    station: StationCode
    stands: StationCode
    account: AccountId
    card: CardNumber
    sold_at: Moment
    points: Points
    lines: tuple[ReversedLine, ...]
