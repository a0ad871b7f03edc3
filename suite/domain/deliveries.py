"""How a scheduled prize gets to its member (PRZ-3): dispatched once, then delivered once.

The warehouse delivers it, or the station where it was ordered hands it over.
"""

from datetime import date
from typing import Literal

import msgspec

from suite.domain.errors import (
    N_,
    CardCannotSpend,
    ImpossibleDeliveryDay,
    OrderAlreadyDelivered,
    OrderAlreadyDispatched,
    OrderNotDispatched,
    Refusal,
)
from suite.domain.events.shelf import OrderHandedOver
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched, PrizeReturned, ReturnReason
from suite.domain.ids import AccountId, OrderNumber, PrizeCode
from suite.domain.personal import Receipt
from suite.domain.quantities import Centavos, Moment, Points
from suite.domain.redemption import Occasion
from suite.domain.standing import CardStanding

OrderState = Literal["requested", "confirmed", "dispatched", "delivered", "collected", "cancelled"]


class UnknownOrder(Refusal):
    code = "unknown-order"
    text = N_(
        "No prize was ordered at this station under {order}. Import central's latest bundle, or look at the slip."
    )


class OrderNotConfirmed(Refusal):
    code = "order-not-confirmed"
    text = N_("Order {order} is not confirmed, as far as this station knows. Import central's latest bundle first.")


class OrderIsCancelled(Refusal):
    code = "order-cancelled"
    text = N_("Order {order} was cancelled and its points went back. Keep the prize, and call central.")


class OrderOfAnother(Refusal):
    code = "order-of-another"
    text = N_("Order {order} is another member's. Nothing was recorded.")


class OrderHere(msgspec.Struct, frozen=True):
    """A scheduled prize that was ordered at this station, for whom, and how far it is as this station knows.

    `slip` is its slip's number, 0 before it is confirmed. `money` was paid beside the points; of one that was
    cancelled this station gives it back (PRZ-7).
    """

    order: OrderNumber
    at: Moment
    account: AccountId
    member: str
    prize: PrizeCode
    points: Points
    state: OrderState
    slip: int = 0
    money: Centavos = Centavos(0)

    @property
    def may_be_here(self) -> bool:
        """Whether it can have come to its station: a station need not have heard that it left the warehouse."""
        return self.state in ("confirmed", "dispatched")


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


def come_back(delivery: Delivery, reason: ReturnReason, now: Moment) -> PrizeReturned:
    """A prize that left is here again, and may leave again. Raises OrderNotDispatched, OrderAlreadyDelivered."""
    _on_its_way(delivery)
    return PrizeReturned(at=now, order=delivery.order, slip=delivery.slip, reason=reason)


def _on_its_way(delivery: Delivery) -> None:
    if delivery.state == "confirmed":
        raise OrderNotDispatched(order=delivery.order)
    if delivery.state == "delivered":
        raise OrderAlreadyDelivered(order=delivery.order)


def deliver(
    delivery: Delivery, receipt: Receipt, commitment: str, *, day: str, today: str, now: Moment
) -> PrizeDelivered:
    """The member, or somebody for them, has the prize since `day`. `commitment` is the receipt's.

    Raises OrderNotDispatched, OrderAlreadyDelivered, ImpossibleDeliveryDay: a day that is none, is to come, or is
    before the prize left.
    """
    _on_its_way(delivery)
    assert receipt.name, "somebody received it"
    if not (_is_day(day) and delivery.dispatched_on <= day <= today):
        raise ImpossibleDeliveryDay(day=day)
    return PrizeDelivered(at=now, order=delivery.order, day=day, receipt=commitment)


def hand_over(order: OrderHere, standing: CardStanding, occasion: Occasion) -> OrderHandedOver:
    """The member who ordered a prize takes it at the station where it came.

    Raises OrderAlreadyDelivered, OrderIsCancelled, OrderNotConfirmed, OrderOfAnother; TruckCard, BlockedCard,
    CardCannotSpend for a card that takes no prize.
    """
    standing.may_see()
    standing.may_earn()
    if standing.status != "active":
        raise CardCannotSpend(card=standing.card)
    if order.account != standing.account:
        raise OrderOfAnother(order=order.order)
    if order.state == "delivered":
        raise OrderAlreadyDelivered(order=order.order)
    if order.state == "cancelled":
        raise OrderIsCancelled(order=order.order)
    if not order.may_be_here:
        raise OrderNotConfirmed(order=order.order)
    return OrderHandedOver(
        at=occasion.at,
        order=order.order,
        card=standing.card,
        account=standing.account,
        prize=order.prize,
        entry=occasion.entry,
        attendant=occasion.attendant,
    )


def _is_day(written: str) -> bool:
    try:
        return date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
