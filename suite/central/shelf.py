"""Prizes under way, on the stations' shelves and on order; and tickets that wait for a person."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, func, select

from suite.central import schema
from suite.domain.ids import (
    AccountId,
    CardNumber,
    OrderNumber,
    PrizeCode,
    ShippingNote,
    StationCode,
)
from suite.domain.quantities import Moment, Points


class PrizeOrder(msgspec.Struct, frozen=True):
    """A scheduled prize somebody asked for. `slip` is its slip's number once printed, `prize_name` as it was then."""

    order: OrderNumber
    station: StationCode
    at: Moment
    account: AccountId
    card: CardNumber
    prize: PrizeCode
    points: Points
    slip: int | None
    issued: Moment | None
    prize_name: str
    cancelled: bool = False


class OpenIncident(msgspec.Struct, frozen=True):
    station: StationCode
    seq: int
    at: Moment
    kind: str
    document: str
    card: CardNumber


class Shelf:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def next_note(self) -> ShippingNote:
        return ShippingNote((self._db.scalar(select(func.max(schema.shipment.c.note))) or 0) + 1)

    def shipments(self, station: StationCode) -> list[tuple[ShippingNote, PrizeCode, int]]:
        known = schema.shipment.c
        rows = self._db.execute(
            select(known.note, known.prize, known.quantity)
            .where(known.station == station)
            .order_by(known.note, known.prize)
        )
        return [tuple(row) for row in rows]

    def stock(self) -> list[tuple[StationCode, PrizeCode, int]]:
        rows = self._db.execute(select(schema.stock).order_by(schema.stock.c.station, schema.stock.c.prize))
        return [tuple(row) for row in rows]

    def orders(self) -> list[PrizeOrder]:
        rows = self._db.execute(
            select(schema.prize_order).order_by(schema.prize_order.c.at, schema.prize_order.c.order)
        )
        return [PrizeOrder(*row) for row in rows]

    def pending_orders(self) -> list[PrizeOrder]:
        """Orders without a slip that nobody cancelled."""
        return [order for order in self.orders() if order.slip is None and not order.cancelled]

    def next_slip(self) -> int:
        return (self._db.scalar(select(func.max(schema.prize_order.c.slip))) or 0) + 1

    def has_open_incident(self, kind: str, station: StationCode) -> bool:
        known = schema.incident.c
        mine = (known.kind == kind) & (known.station == station) & (known.open == 1)
        return self._db.scalar(select(known.seq).where(mine).limit(1)) is not None

    def open_incidents(self) -> list[OpenIncident]:
        known = schema.incident.c
        rows = self._db.execute(
            select(known.station, known.seq, known.at, known.kind, known.document, known.card)
            .where(known.open == 1)
            .order_by(known.station, known.seq)
        )
        return [OpenIncident(*row) for row in rows]
