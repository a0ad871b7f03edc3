"""How a scheduled prize gets from a warehouse to its member (PRZ-3): dispatched once, then delivered once."""

from datetime import date
from typing import Literal

import msgspec

from suite.domain.errors import (
    ImpossibleDeliveryDay,
    OrderAlreadyDelivered,
    OrderAlreadyDispatched,
    OrderNotDispatched,
)
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched
from suite.domain.ids import OrderNumber
from suite.domain.personal import Receipt
from suite.domain.quantities import Moment

OrderState = Literal["requested", "confirmed", "dispatched", "delivered", "collected", "cancelled"]


class Delivery(msgspec.Struct, frozen=True):
    """An order as its warehouse stands with it: the slip's number and day, and what was recorded since.

    Days are ISO 8601 on the network's clock; empty until it happened.
    """

    order: OrderNumber
    slip: int
    dispatched_on: str = ""
    delivered_on: str = ""

    @property
    def state(self) -> OrderState:
        return "delivered" if self.delivered_on else "dispatched" if self.dispatched_on else "confirmed"


def dispatch(delivery: Delivery, now: Moment) -> PrizeDispatched:
    """The prize leaves the warehouse. Raises OrderAlreadyDispatched."""
    if delivery.state != "confirmed":
        raise OrderAlreadyDispatched(order=delivery.order)
    return PrizeDispatched(at=now, order=delivery.order, slip=delivery.slip)


def deliver(
    delivery: Delivery, receipt: Receipt, commitment: str, *, day: str, today: str, now: Moment
) -> PrizeDelivered:
    """The member, or somebody for them, has the prize since `day`. `commitment` is the receipt's.

    Raises OrderNotDispatched, OrderAlreadyDelivered, ImpossibleDeliveryDay: a day that is none, is to come, or is
    before the prize left.
    """
    if delivery.state == "confirmed":
        raise OrderNotDispatched(order=delivery.order)
    if delivery.state == "delivered":
        raise OrderAlreadyDelivered(order=delivery.order)
    assert receipt.name, "somebody received it"
    if not (_is_day(day) and delivery.dispatched_on <= day <= today):
        raise ImpossibleDeliveryDay(day=day)
    return PrizeDelivered(at=now, order=delivery.order, day=day, receipt=commitment)


def _is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
