"""How far what was ordered at a station is: a page of that station's feed (PRZ-3)."""

import msgspec

from suite.domain.deliveries import OrderState
from suite.domain.ids import AccountId, OrderNumber, PrizeCode
from suite.domain.quantities import Moment, Points


class OrderRow(msgspec.Struct, frozen=True, array_like=True):
    """A scheduled prize that was ordered at this station, for the member who stands for that account today.

    `slip` is the number of the slip that goes with it, 0 before it is confirmed.
    """

    number: OrderNumber
    at: Moment
    account: AccountId
    prize: PrizeCode
    points: Points
    state: OrderState
    slip: int = 0


class OrderPage(msgspec.Struct, frozen=True, tag="order"):
    rows: tuple[OrderRow, ...]
