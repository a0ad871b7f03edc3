"""Prizes under way, on the stations' shelves and on order; and tickets that wait for a person."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, func, literal, or_, select

from suite.central import schema
from suite.domain.calendar import Month
from suite.domain.deliveries import OrderState
from suite.domain.ids import (
    AccountId,
    CardNumber,
    OrderNumber,
    PrizeCode,
    ShippingNote,
    StationCode,
    TransferNote,
)
from suite.domain.quantities import Centavos, Moment, Points


class PrizeOrder(msgspec.Struct, frozen=True):
    """A scheduled prize somebody asked for. `slip` is its slip's number once confirmed, `prize_name` as it was then.

    A `warehouse` delivers it, or the office when there is none; `delivered` is the day on which it did, ISO 8601. It
    goes to its station when it is `here`; else `place` commits to where it goes, where somebody said it. With a day in
    `collect` any station hands it over for a code (PRZ-8), as `collected_at` did.
    """

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
    warehouse: StationCode = StationCode("")
    money: Centavos = Centavos(0)
    place: str = ""
    here: bool = False
    collect: str = ""
    issuer: int = 0
    seq: int = 0
    dispatched: Moment | None = None
    delivered: str = ""
    receipt: str = ""
    collected_at: StationCode = StationCode("")
    collected: Moment | None = None

    @property
    def state(self) -> OrderState:
        if self.cancelled:
            return "cancelled"
        if self.collected is not None:
            return "collected"
        if self.delivered:
            return "delivered"
        if self.dispatched is not None:
            return "dispatched"
        return "requested" if self.slip is None else "confirmed"

    @property
    def can_be_stopped(self) -> bool:
        """Whether nobody can have it yet: no slip was printed here, and no warehouse let it go."""
        return self.state == "requested" or (self.state == "confirmed" and bool(self.warehouse))


class TransferState(msgspec.Struct, frozen=True):
    """A note between two stations as both told of it: `sent` and `came` are moments, None where nobody said so yet.

    `receiver` is whom it was sent to, `came_to` who received it. Lines are prize, sent, came.
    """

    note: TransferNote
    sender: StationCode
    receiver: StationCode
    sent: Moment | None
    came_to: StationCode
    came: Moment | None
    lines: tuple[tuple[PrizeCode, int, int], ...]


class MissingSide(msgspec.Struct, frozen=True):
    """A note of which one side was heard long ago, and where that stands; `came`: it is the receiver's."""

    note: TransferNote
    journal: int
    seq: int
    station: StationCode
    came: bool


class PrizeMoney(msgspec.Struct, frozen=True):
    """What a station took in money beside the points of one prize in a month, and gave back (PRZ-7)."""

    station: StationCode
    month: Month
    prize: PrizeCode
    taken: Centavos
    given_back: Centavos


class CollectedPrize(msgspec.Struct, frozen=True):
    """What `station` handed over for the code of an order. `order` is empty while central has not heard of that."""

    issuer: int
    seq: int
    station: StationCode
    at: Moment
    card: CardNumber
    prize: PrizeCode
    until: str
    order: OrderNumber


class OpenIncident(msgspec.Struct, frozen=True):
    station: StationCode
    seq: int
    at: Moment
    kind: str
    document: str
    card: CardNumber


def _orders() -> Select[Any]:
    """Orders with what their warehouse said of them, and the station that handed one over for its code."""
    order, told, given = schema.prize_order, schema.delivery, schema.withdrawal
    said = (told.c.warehouse, told.c.slip, told.c.dispatched, told.c.delivered, told.c.receipt)
    same = (given.c.issuer == order.c.issuer) & (given.c.seq == order.c.seq)
    joined = order.outerjoin(told, told.c.order == order.c.order).outerjoin(given, same)
    return select(order, *said, given.c.station, given.c.at).select_from(joined)


def _order(row: Row[Any]) -> PrizeOrder:
    """A warehouse that delivers what this central forgot that it gave away is believed."""
    values = tuple(row)
    order = PrizeOrder(*values[:-7])
    warehouse, slip, dispatched, delivered, receipt, station, at = values[-7:]
    order = msgspec.structs.replace(order, collected_at=station or "", collected=at)
    if warehouse is None:
        return order
    return msgspec.structs.replace(
        order,
        warehouse=warehouse,
        slip=order.slip or slip or None,
        dispatched=dispatched or None,
        delivered=delivered,
        receipt=receipt,
    )


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

    def transfers_to(self, station: StationCode) -> list[tuple[TransferNote, PrizeCode, int]]:
        """What other stations sent to one and it did not receive yet, by note and prize."""
        note, line = schema.transfer.c, schema.transfer_line.c
        rows = self._db.execute(
            select(line.note, line.prize, line.sent)
            .join(schema.transfer, note.note == line.note)
            .where(note.receiver == station, note.came_to != station)
            .order_by(line.note, line.prize)
        )
        return [tuple(row) for row in rows]

    def transfers(self) -> list[TransferState]:
        """Every note between two stations, oldest first."""
        known, line = schema.transfer.c, schema.transfer_line.c
        lines: dict[TransferNote, list[tuple[PrizeCode, int, int]]] = {}
        for note, prize, sent, came in self._db.execute(select(schema.transfer_line).order_by(line.note, line.prize)):
            lines.setdefault(note, []).append((prize, sent, came))
        columns = (known.note, known.sender, known.receiver, known.sent, known.came_to, known.came)
        order = (func.max(known.sent, known.came), known.note)
        return [
            TransferState(note, sender, receiver, sent or None, came_to, came or None, tuple(lines.get(note, ())))
            for note, sender, receiver, sent, came_to, came in self._db.execute(select(*columns).order_by(*order))
        ]

    def half_heard(self, before: Moment) -> list[MissingSide]:
        """Notes of which one side stands since before a moment, the other is not known, and nobody was told so."""
        known = schema.transfer.c
        alone = or_((known.came == 0) & (known.sent < before), (known.sent == 0) & (known.came < before))
        rows = self._db.execute(select(schema.transfer).where(known.missed == 0, alone).order_by(known.note))
        return [
            MissingSide(row.note, row.came_journal, row.came_seq, row.came_to, came=True)
            if row.came
            else MissingSide(row.note, row.sent_journal, row.sent_seq, row.sender, came=False)
            for row in rows
        ]

    def prize_money(self) -> list[PrizeMoney]:
        """By station, month and prize."""
        known = schema.prize_money.c
        rows = self._db.execute(select(schema.prize_money).order_by(known.station, known.month, known.prize))
        return [PrizeMoney(*row) for row in rows]

    def orders(self) -> list[PrizeOrder]:
        known = schema.prize_order.c
        return [_order(row) for row in self._db.execute(_orders().order_by(known.at, known.order))]

    def orders_at(self, station: StationCode, since: Moment) -> list[PrizeOrder]:
        """What was ordered at a station and is still on its way, or was ordered from a moment on."""
        known, told = schema.prize_order.c, schema.delivery.c
        given = schema.withdrawal.c.at
        on_its_way = (known.cancelled == 0) & (func.coalesce(told.delivered, "") == "") & given.is_(None)
        query = _orders().where(known.station == station, or_(known.at >= since, on_its_way))
        return [_order(row) for row in self._db.execute(query.order_by(known.at, known.order))]

    def order(self, number: OrderNumber) -> PrizeOrder | None:
        row = self._db.execute(_orders().where(schema.prize_order.c.order == number)).first()
        return _order(row) if row else None

    def pending_orders(self) -> list[PrizeOrder]:
        """Orders without a slip that nobody cancelled, and that are to be sent."""
        return [order for order in self.orders() if order.state == "requested" and not order.collect]

    def closed_orders(self, today: str) -> list[tuple[int, int, StationCode]]:
        """Orders whose code would be good but was used up or cancelled: journal, place, where it was collected."""
        known, given = schema.prize_order.c, schema.withdrawal.c
        cancelled = select(known.issuer, known.seq, literal("")).where(known.collect >= today, known.cancelled == 1)
        collected = select(given.issuer, given.seq, given.station).where(given.until >= today)
        found = {(issuer, seq): station for issuer, seq, station in self._db.execute(cancelled)}
        found |= {(issuer, seq): station for issuer, seq, station in self._db.execute(collected)}
        return [(*key, StationCode(station)) for key, station in sorted(found.items())]

    def withdrawals(self) -> list[CollectedPrize]:
        """What was handed over for codes, oldest first, with the order's number where central has heard of it."""
        given, known = schema.withdrawal.c, schema.prize_order.c
        same = (given.issuer == known.issuer) & (given.seq == known.seq)
        query = select(schema.withdrawal, func.coalesce(known.order, "")).select_from(
            schema.withdrawal.outerjoin(schema.prize_order, same)
        )
        return [CollectedPrize(*row) for row in self._db.execute(query.order_by(given.at, given.issuer, given.seq))]

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
