"""Facts to rows at central, in batches: a merge writes each table once, sorted, however many facts it brought.

Sums (balances, months, accruals, stock) are gathered and written together; facts whose effect depends on what was
there before (a settlement, a slip) first write what was gathered. Replaying all facts in order of admission
gives the same tables, to the row.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, insert, literal, select, update

from suite.central import schema
from suite.central.dialect import add_or_replace, add_or_sum, run_many
from suite.domain.calendar import MonthFinder, month_end, month_name
from suite.domain.events import central as facts
from suite.domain.events.base import Event
from suite.domain.events.node import Genesis
from suite.domain.events.station import (
    IncidentOpened,
    PrizeRedeemed,
    PrizeRequested,
    SaleRecorded,
    ShipmentReceived,
)
from suite.domain.ids import StationCode
from suite.domain.programme import Programme
from suite.journal.codec import decode
from suite.journal.entry import journal_id

OWN_JOURNAL = 0
"""Central's own journal in `movement.journal`."""


class Fact(msgspec.Struct, frozen=True, gc=False):
    """An admitted fact and where it stands."""

    journal: int
    station: StationCode
    seq: int
    event: Event


class Projector:
    """Applies facts in order of admission. Call `flush` before reading any table it writes."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection
        self._months: MonthFinder | None = None
        self._moves: list[tuple[Any, ...]] = []
        self._accruals: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        self._stock: defaultdict[tuple[Any, ...], int] = defaultdict(int)
        self._accounts: list[tuple[Any, ...]] = []
        self._cards: list[tuple[Any, ...]] = []
        self._unresolved: set[tuple[str, str]] | None = None

    def apply(self, batch: Iterable[Fact]) -> None:
        """Project the facts and write what they gathered. A kind without a handler changes no table."""
        for fact in batch:
            handler = HANDLERS.get(type(fact.event))
            if handler is not None:
                handler(self, fact.event, fact)
        self.flush()

    def flush(self) -> None:
        """Write everything gathered so far."""
        run_many(self._db, add_or_replace(schema.account, "personal"), self._accounts)
        run_many(self._db, add_or_replace(schema.card), self._cards)
        if self._moves:
            self._write_moves()
        for table, sums in ((schema.accrual, self._accruals), (schema.stock, self._stock)):
            statement = add_or_sum(table, table.columns.keys()[-1])
            run_many(self._db, statement, [(*key, number) for key, number in sorted(sums.items())])
            sums.clear()
        for rows in (self._accounts, self._cards, self._moves):
            rows.clear()

    def _write_moves(self) -> None:
        """Movements, months and balances from one staged batch: the engine sorts and sums it, each table in order."""
        staged = schema.staged_move
        staged.create(self._db)
        run_many(self._db, insert(staged), self._moves)
        move, total = staged.c, func.sum(staged.c.points)
        names = schema.movement.columns.keys()
        moves = select(*(move[name] for name in names)).order_by(move.account, move.at, move.journal, move.seq)
        self._db.execute(insert(schema.movement).from_select(names, moves))
        spent, lost = move.kind.in_(("redemption", "request")), move.kind == "expiry"
        months = select(
            move.account,
            move.month,
            func.coalesce(total.filter(move.kind == "sale"), 0),
            func.coalesce(-total.filter(spent), 0),
            func.coalesce(-total.filter(lost), 0),
        )
        self._add_sums(schema.account_month, months, move.account, move.month)
        self._add_sums(schema.account, select(move.account, literal(""), total), move.account)
        staged.drop(self._db)

    def _add_sums(self, table: Table, sums: Select[Any], *keys: ColumnElement[Any]) -> None:
        """Add grouped sums to a table, in the order of its key. Moves of no points leave no trace in it."""
        keyed = {*table.primary_key.columns.keys(), "personal"}
        names = [column.name for column in table.columns if column.name not in keyed]
        grouped = sums.where(schema.staged_move.c.points != 0).group_by(*keys).order_by(*keys)
        self._db.execute(add_or_sum(table, *names).from_select(table.columns.keys(), grouped))

    @property
    def zone(self) -> ZoneInfo:
        return self.months.zone

    @property
    def months(self) -> MonthFinder:
        if self._months is None:
            content = self._db.scalar(
                select(schema.programme.c.content).order_by(schema.programme.c.version.desc()).limit(1)
            )
            assert content is not None, "the programme is the first fact of a network"
            self._months = MonthFinder(ZoneInfo(msgspec.json.decode(content, type=Programme).zone))
        return self._months

    def _insert(self, table: Table, *row: Any) -> None:  # noqa: ANN401 -- one value a column, as typed as the table
        run_many(self._db, add_or_replace(table), [row])

    # From stations

    def sale_recorded(self, event: SaleRecorded, fact: Fact) -> None:
        """Points to the account, to its month, and to what the station owes for each product."""
        at = event.at
        month = self.months.month_of(at)
        move = (event.account, at, fact.journal, fact.seq, "sale", event.points, event.document, month)
        self._moves.append(move)
        for line in event.lines:
            self._accruals[fact.station, schema.NOT_SETTLED, month, line.product] += line.points
        if self._unresolved or self._open_incidents():
            self._resolve(fact.station, event.document)

    def _resolve(self, station: StationCode, document: str) -> None:
        if (station, document) not in self._open_incidents():
            return
        self._open_incidents().discard((station, document))
        known = schema.incident.c
        mine = (known.station == station) & (known.document == document) & (known.kind != "document-conflict")
        self._db.execute(update(schema.incident).where(mine).values(open=0))

    def _open_incidents(self) -> set[tuple[str, str]]:
        if self._unresolved is None:
            known = schema.incident.c
            rows = self._db.execute(select(known.station, known.document).where(known.open == 1))
            self._unresolved = {(station, document) for station, document in rows}
        return self._unresolved

    def prize_redeemed(self, event: PrizeRedeemed, fact: Fact) -> None:
        self._spend(fact, event, "redemption")
        self._stock[fact.station, event.prize] -= 1

    def prize_requested(self, event: PrizeRequested, fact: Fact) -> None:
        self._spend(fact, event, "request")
        self._insert(
            schema.prize_order,
            f"{fact.station}-{fact.seq}",
            fact.station,
            event.at,
            event.account,
            event.card,
            event.prize,
            event.points,
            None,
            None,
            "",
        )

    def _spend(self, fact: Fact, event: PrizeRedeemed | PrizeRequested, kind: str) -> None:
        month = self.months.month_of(event.at)
        move = (event.account, event.at, fact.journal, fact.seq, kind, -event.points, event.prize, month)
        self._moves.append(move)

    def shipment_received(self, event: ShipmentReceived, fact: Fact) -> None:
        self._db.execute(update(schema.shipment).where(schema.shipment.c.note == event.note).values(received=1))
        for line in event.lines:
            self._stock[fact.station, line.prize] += line.quantity

    def incident_opened(self, event: IncidentOpened, fact: Fact) -> None:
        row = (fact.journal, fact.seq, fact.station, event.at, event.incident, event.document, event.card, 1)
        self._insert(schema.incident, *row)
        self._open_incidents().add((fact.station, event.document))

    # From central

    def programme_published(self, event: facts.ProgrammePublished, fact: Fact) -> None:
        self._insert(schema.programme, event.programme.version, event.at, msgspec.json.encode(event.programme))
        self._months = None

    def station_added(self, event: facts.StationAdded, fact: Fact) -> None:
        value = event.point_value
        numbers = (value.numerator, value.denominator) if value else (0, 0)
        self._insert(schema.station, event.station, event.name, *numbers)

    def station_invited(self, event: facts.StationInvited, fact: Fact) -> None:
        self._insert(schema.invitation, event.invitation, event.station, event.secret, 0)

    def station_paired(self, event: facts.StationPaired, fact: Fact) -> None:
        mine = schema.invitation.c.invitation == event.invitation
        self._db.execute(update(schema.invitation).where(mine).values(used=1))
        genesis = decode(event.genesis.encode())
        assert isinstance(genesis, Genesis)
        keys = (bytes.fromhex(genesis.sign), bytes.fromhex(genesis.box))
        row = (fact.seq, journal_id(event.genesis.encode()), event.station, *keys, event.genesis.encode())
        self._insert(schema.journal, *row)

    def member_enrolled(self, event: facts.MemberEnrolled, fact: Fact) -> None:
        self._accounts.append((event.account, event.personal, 0))

    def card_issued(self, event: facts.CardIssued, fact: Fact) -> None:
        self._cards.append((event.card, event.account, 0))

    def card_blocked(self, event: facts.CardBlocked, fact: Fact) -> None:
        self.flush()
        self._db.execute(update(schema.card).where(schema.card.c.card == event.card).values(blocked=1))

    def attendant_appointed(self, event: facts.AttendantAppointed, fact: Fact) -> None:
        row = (event.station, event.attendant, event.personal, event.verifier, int(event.manager), fact.seq)
        self._insert(schema.attendant, *row)

    def attendant_pin_set(self, event: facts.AttendantPinSet, fact: Fact) -> None:
        known = schema.attendant.c
        mine = (known.station == event.station) & (known.attendant == event.attendant)
        self._db.execute(update(schema.attendant).where(mine).values(verifier=event.verifier, issue=fact.seq))

    def prizes_shipped(self, event: facts.PrizesShipped, fact: Fact) -> None:
        for line in event.lines:
            self._insert(schema.shipment, event.note, line.prize, event.station, line.quantity, 0)

    def points_expired(self, event: facts.PointsExpired, fact: Fact) -> None:
        at = month_end(event.month, self.zone) - 1
        name = month_name(event.month)
        self._moves += (
            (row.account, at, fact.journal, fact.seq, "expiry", -row.points, name, event.month)
            for row in event.accounts
        )

    def month_closed(self, event: facts.MonthClosed, fact: Fact) -> None:
        self._insert(schema.closed_month, event.month, event.accounts, event.points, fact.seq)

    def station_settled(self, event: facts.StationSettled, fact: Fact) -> None:
        self.flush()
        known = schema.accrual.c
        due = (known.station == event.station) & (known.settled_in == schema.NOT_SETTLED) & (known.month <= event.month)
        self._db.execute(update(schema.accrual).where(due).values(settled_in=event.month))
        self._insert(schema.settlement, event.month, event.station, fact.seq)

    def month_settled(self, event: facts.MonthSettled, fact: Fact) -> None:
        self._insert(schema.settled_month, event.month, fact.seq)

    def delivery_slip_issued(self, event: facts.DeliverySlipIssued, fact: Fact) -> None:
        mine = schema.prize_order.c.order == event.order
        self._db.execute(
            update(schema.prize_order).where(mine).values(slip=event.slip, issued=event.at, prize_name=event.prize_name)
        )


HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    SaleRecorded: Projector.sale_recorded,
    PrizeRedeemed: Projector.prize_redeemed,
    PrizeRequested: Projector.prize_requested,
    ShipmentReceived: Projector.shipment_received,
    IncidentOpened: Projector.incident_opened,
    facts.ProgrammePublished: Projector.programme_published,
    facts.StationAdded: Projector.station_added,
    facts.StationInvited: Projector.station_invited,
    facts.StationPaired: Projector.station_paired,
    facts.MemberEnrolled: Projector.member_enrolled,
    facts.CardIssued: Projector.card_issued,
    facts.CardBlocked: Projector.card_blocked,
    facts.AttendantAppointed: Projector.attendant_appointed,
    facts.AttendantPinSet: Projector.attendant_pin_set,
    facts.PrizesShipped: Projector.prizes_shipped,
    facts.PointsExpired: Projector.points_expired,
    facts.MonthClosed: Projector.month_closed,
    facts.StationSettled: Projector.station_settled,
    facts.MonthSettled: Projector.month_settled,
    facts.DeliverySlipIssued: Projector.delivery_slip_issued,
}
"""One function a kind; a plain table, for dispatch by type is the hot loop of a merge."""


def rebuild(connection: Connection, batches: Iterable[list[Fact]]) -> int:
    """Empty every projection and fill it again from the journals. Returns the number of facts replayed."""
    for table in schema.PROJECTIONS:
        connection.execute(delete(table))
    projector, count = Projector(connection), 0
    for batch in batches:
        projector.apply(batch)
        count += len(batch)
    return count
