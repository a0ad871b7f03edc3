"""Pages of a feed: how far what a station took in orders is (PRZ-3), and which codes are used up (PRZ-8)."""

import msgspec

from suite.domain.deliveries import OrderState
from suite.domain.ids import AccountId, OrderNumber, PrizeCode, StationCode
from suite.domain.quantities import Centavos, Moment, Points


class OrderRow(msgspec.Struct, frozen=True, array_like=True):
    """A scheduled prize that was ordered at this station, for the member who stands for that account today.

    `slip` is the number of the slip that goes with it, 0 before it is confirmed. `money` was paid beside the points; of
    one that was cancelled this station gives it back (PRZ-7).
    """

    number: OrderNumber
    at: Moment
    account: AccountId
    prize: PrizeCode
    points: Points
    state: OrderState
    slip: int = 0
    money: Centavos = Centavos(0)


class ClosedRow(msgspec.Struct, frozen=True, array_like=True):
    """An order with a code that is good no more, until its last day: collected at `station`, or cancelled (empty)."""

    issuer: int
    seq: int
    station: StationCode


class ClosedPage(msgspec.Struct, frozen=True, tag="closed"):
    """Rows by journal and place of the order. Every station is told them."""

    rows: tuple[ClosedRow, ...]


class OrderPage(msgspec.Struct, frozen=True, tag="order"):
    rows: tuple[OrderRow, ...]
