"""How far what was ordered at a station is: a page of that station's feed (PRZ-3)."""

import msgspec

from suite.domain.deliveries import OrderState
from suite.domain.ids import AccountId, OrderNumber, PrizeCode
from suite.domain.quantities import Centavos, Moment, Points


class OrderRow(msgspec.Struct, frozen=True, array_like=True):
    """A scheduled prize that was ordered at this station, for the member who stands for that account today.

    `money` was paid beside the points; of one that was cancelled this station gives it back (PRZ-7).
    """

    number: OrderNumber
    at: Moment
    account: AccountId
    prize: PrizeCode
    points: Points
    state: OrderState
    money: Centavos = Centavos(0)


class OrderPage(msgspec.Struct, frozen=True, tag="order"):
    rows: tuple[OrderRow, ...]
