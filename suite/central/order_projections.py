"""What facts about scheduled prizes change at central: requested, confirmed, dispatched, delivered, or cancelled."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, delete, select, update

from suite.central import schema
from suite.central.dialect import add_or_replace, add_or_sum, run_many
from suite.central.projector import Fact, Projector
from suite.central.spending_projections import prize_spent
from suite.domain.calendar import Month, local_time
from suite.domain.events import central as facts
from suite.domain.events.base import Event
from suite.domain.events.shelf import OrderHandedOver
from suite.domain.events.station import PrizeRequested, PrizeWithdrawn
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched, PrizeReturned
from suite.domain.ids import OrderNumber, PrizeCode, StationCode
from suite.domain.quantities import Moment


def prize_requested(to: Projector, event: PrizeRequested, fact: Fact) -> None:
    to.move(fact, event.account, event.at, "request", -event.points, event.prize)
    prize_spent(to, event, fact)
    to.insert(
        schema.prize_order,
        _order_number(to, fact),
        fact.station,
        event.at,
        event.account,
        event.card,
        event.prize,
        event.points,
        None,
        None,
        "",
        0,
        "",
        event.money,
        event.place,
        int(event.here),
        event.collect,
        event.issuer,
        fact.seq if event.collect else 0,
    )
    if event.collect:
        _look_into(to, fact, event.issuer, fact.seq)
    money_taken(to, fact.station, event.at, event.prize, event.money)


def money_taken(to: Projector, station: StationCode, at: Moment, prize: PrizeCode, taken: int, back: int = 0) -> None:
    """What a station took beside the points of a prize, or gave back, in a month (PRZ-7)."""
    if taken or back:
        row = (station, to.months.month_of(at), prize, taken, back)
        run_many(to.db, add_or_sum(schema.prize_money, "taken", "given_back"), [row])


def prize_withdrawn(to: Projector, event: PrizeWithdrawn, fact: Fact) -> None:
    """A code was honoured. The first word counts; two stations that had not heard of each other are looked into."""
    to.stock[fact.station, event.prize] -= 1
    known = schema.withdrawal.c
    mine = (known.issuer == event.issuer) & (known.seq == event.order)
    if to.db.execute(select(known.seq).where(mine)).first() is not None:
        to.open_incident(fact, "withdrawn-twice", event.at, _printed(event.issuer, event.order), event.card)
        return
    row = (event.issuer, event.order, fact.station, event.at, event.card, event.prize, event.until)
    to.insert(schema.withdrawal, *row)
    _look_into(to, fact, event.issuer, event.order)


def _look_into(to: Projector, fact: Fact, issuer: int, seq: int) -> None:
    """Hold an order and its hand-over against each other, as soon as both are here."""
    order, given = schema.prize_order.c, schema.withdrawal.c
    collected = to.db.execute(select(schema.withdrawal).where(given.issuer == issuer, given.seq == seq)).first()
    ordered = to.db.execute(select(schema.prize_order).where(order.issuer == issuer, order.seq == seq)).first()
    if collected is None or ordered is None:
        return
    if ordered.cancelled:
        to.open_incident(fact, "withdrawn-cancelled", collected.at, ordered.order, collected.card)
    elif (ordered.prize, ordered.card, ordered.collect) != (collected.prize, collected.card, collected.until):
        to.open_incident(fact, "withdrawn-unordered", collected.at, ordered.order, collected.card)


def _printed(issuer: int, seq: int) -> str:
    """An order as the beginning of its code says it."""
    return f"{issuer}-{seq}"


def _order_number(to: Projector, fact: Fact) -> str:
    """The station and the entry; after a restored disk the same number may come again, on another line."""
    number = f"{fact.station}-{fact.seq}"
    known = schema.prize_order.c
    taken = to.db.scalar(select(known.order).where(known.order == number))
    return number if taken is None else f"{number}.{fact.journal}"


def order_cancelled(to: Projector, event: facts.OrderCancelled, fact: Fact) -> None:
    moved = to.months.month_of(event.at)
    to.move(
        fact,
        event.account,
        event.at,
        "request-cancelled",
        event.points,
        event.order,
        month=moved,
        effect=Month(moved + event.grace),
    )
    known = schema.prize_order.c
    order = to.db.execute(select(known.station, known.prize).where(known.order == event.order)).one()
    money_taken(to, order.station, event.at, order.prize, 0, event.money)
    to.db.execute(update(schema.prize_order).where(known.order == event.order).values(cancelled=1))


def delivery_slip_issued(to: Projector, event: facts.DeliverySlipIssued, fact: Fact) -> None:
    mine = schema.prize_order.c.order == event.order
    named = {"issued": event.at, "prize_name": event.prize_name, "warehouse": event.warehouse}
    to.db.execute(update(schema.prize_order).where(mine).values(slip=event.slip, **named))


def prize_dispatched(to: Projector, event: PrizeDispatched, fact: Fact) -> None:
    """The first word counts. What left although it was cancelled, or leaves again, is looked into by a person.

    It stands apart from the order: a central that came back from a backup may hear of it before the order comes again.
    """
    left = _delivery(to, event.order)
    if left is not None and left.dispatched:
        to.open_incident(fact, "dispatched-twice", event.at, event.order, "")
        return
    known = schema.prize_order.c
    order = to.db.execute(select(known.warehouse, known.cancelled).where(known.order == event.order)).first()
    if order is None or order.warehouse != fact.station:
        to.open_incident(fact, "dispatched-ungiven", event.at, event.order, "")
    elif order.cancelled:
        to.open_incident(fact, "dispatched-cancelled", event.at, event.order, "")
    row = (event.order, fact.station, event.slip, event.at, "", "")
    run_many(to.db, add_or_replace(schema.delivery, "warehouse", "slip", "dispatched"), [row])


def prize_returned(to: Projector, event: PrizeReturned, fact: Fact) -> None:
    """It lies at its warehouse as before it left; its points stay held until the office cancels the order."""
    left = _delivery(to, event.order)
    if left is None or left.delivered or not left.dispatched:
        to.open_incident(fact, "returned-unknown", event.at, event.order, "")
        return
    to.db.execute(delete(schema.delivery).where(schema.delivery.c.order == event.order))
    to.open_incident(fact, "prize-returned", event.at, event.order, "")


def prize_delivered(to: Projector, event: PrizeDelivered, fact: Fact) -> None:
    left = _delivery(to, event.order)
    if left is not None and left.delivered:
        to.open_incident(fact, "delivered-twice", event.at, event.order, "")
        return
    slip, dispatched = (left.slip, left.dispatched) if left is not None else (0, event.at)
    row = (event.order, fact.station, slip, dispatched, event.day, event.receipt)
    run_many(to.db, add_or_replace(schema.delivery, "delivered", "receipt"), [row])


def order_handed_over(to: Projector, event: OrderHandedOver, fact: Fact) -> None:
    """Its station gave it to the member. The warehouse's word that it left may come later, or never."""
    known = schema.prize_order.c
    order = to.db.execute(
        select(known.station, known.warehouse, known.cancelled).where(known.order == event.order)
    ).first()
    if order is None or order.station != fact.station:
        to.open_incident(fact, "handed-over-unknown", event.at, event.order, event.card)
        return
    left = _delivery(to, event.order)
    if left is not None and left.delivered:
        to.open_incident(fact, "delivered-twice", event.at, event.order, event.card)
        return
    if order.cancelled:
        to.open_incident(fact, "handed-over-cancelled", event.at, event.order, event.card)
    warehouse, slip, dispatched = (
        (left.warehouse, left.slip, left.dispatched) if left is not None else (order.warehouse, 0, NOT_HEARD)
    )
    day = local_time(event.at, to.zone).date().isoformat()
    row = (event.order, warehouse, slip, dispatched, day, "")
    run_many(to.db, add_or_replace(schema.delivery, "delivered"), [row])


def _delivery(to: Projector, number: OrderNumber) -> Row[Any] | None:
    return to.db.execute(select(schema.delivery).where(schema.delivery.c.order == number)).first()


NOT_HEARD = 0
"""`delivery.dispatched` of a prize that was handed over before the warehouse said that it left."""

ORDER_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    PrizeRequested: prize_requested,
    PrizeWithdrawn: prize_withdrawn,
    facts.OrderCancelled: order_cancelled,
    facts.DeliverySlipIssued: delivery_slip_issued,
    PrizeDispatched: prize_dispatched,
    PrizeDelivered: prize_delivered,
    PrizeReturned: prize_returned,
    OrderHandedOver: order_handed_over,
}
