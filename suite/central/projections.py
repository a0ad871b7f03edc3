"""What each kind of fact changes at central: points and shelf.

For people see `people_projections`, for prizes on order `order_projections`, for what is asked for at portals
`portal_projections`, for prizes between stations `transfer_projections`, for nodes and their journals
`network_projections`.

Replaying all facts in order of admission gives the same tables, to the row.
"""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, delete, select, update

from suite.central import schema
from suite.central.claim_projections import CLAIM_HANDLERS, claim_taken_back, invoice_claimed
from suite.central.dialect import add_or_replace, run_many
from suite.central.network_projections import NETWORK_HANDLERS
from suite.central.notice_projections import NOTICE_HANDLERS
from suite.central.order_projections import ORDER_HANDLERS, money_taken
from suite.central.people_projections import PEOPLE_HANDLERS, index_people
from suite.central.portal_projections import PORTAL_HANDLERS
from suite.central.projector import CREDITABLE, Fact, Projector
from suite.central.spending_projections import SPENDING_HANDLERS, prize_brought_back, prize_spent
from suite.central.transfer_projections import TRANSFER_HANDLERS
from suite.domain.calendar import Month, local_time, month_end, month_name, month_start
from suite.domain.events import central as facts
from suite.domain.events.base import Event
from suite.domain.events.shelf import StockAdjusted
from suite.domain.events.station import (
    DiskFilled,
    GoodsReturned,
    IncidentOpened,
    PrizeRedeemed,
    RedemptionReversed,
    SaleRecorded,
    SaleReversed,
    ShipmentReceived,
    StockCounted,
)
from suite.domain.ids import StationCode
from suite.domain.lots import MovementKind
from suite.domain.programme import Promotion
from suite.domain.quantities import Moment

# From stations


def sale_recorded(to: Projector, event: SaleRecorded, fact: Fact) -> None:
    """Points to the account, to its month, and to what the station owes for each product."""
    at = event.at
    month = to.months.month_of(at)
    if to.is_doubled(fact, event.document):
        to.moves.append((event.account, at, fact.journal, fact.seq, "sale", 0, event.document, month, month))
        to.open_incident(fact, "document-conflict", at, event.document, event.card)
        return
    to.moves.append((event.account, at, fact.journal, fact.seq, "sale", event.points, event.document, month, month))
    for line in event.lines:
        to.accruals[fact.station, schema.NOT_SETTLED, month, line.product] += line.points
    to.used_cards.add(event.card)
    invoice_claimed(to, event, fact)
    if to.programme.promotions:
        _note_first_purchases(to, event)
    if to.waiting_tickets():
        _resolve(to, fact.station, event.document)


def _note_first_purchases(to: Projector, event: SaleRecorded) -> None:
    """Remember in which intervals this account bought, for promotions that ask for an earlier purchase."""
    day = ""
    for promotion in to.programme.promotions:
        if promotion.after_first:
            day = day or local_time(event.at, to.zone).date().isoformat()
            if promotion.from_day <= day <= (promotion.until_day or day) and _serves(to, promotion, event):
                _note_first_purchase(to, promotion, event, day)


def _serves(to: Projector, promotion: Promotion, event: SaleRecorded) -> bool:
    sold = {line.product for line in event.lines}
    return any(promotion.serves(p) for p in to.programme.products if p.code in sold)


def _note_first_purchase(to: Projector, promotion: Promotion, event: SaleRecorded, day: str) -> None:
    known = schema.first_purchase.c
    mine = (known.promotion == promotion.code) & (known.account == event.account)
    earlier = mine & ((known.at > event.at) | (known.day < promotion.from_day))
    to.db.execute(update(schema.first_purchase).where(earlier).values(day=day, at=event.at))
    to.insert(schema.first_purchase, promotion.code, event.account, day, event.at)


def sale_reversed(to: Projector, event: SaleReversed, fact: Fact) -> None:
    """Points out of the sale's own lot and tier window; to the station's account in the month of the return."""
    month = to.months.month_of(event.at)
    to.move(
        fact,
        event.account,
        event.at,
        "reversal",
        -event.points,
        event.document,
        month=month,
        effect=to.months.month_of(event.sold_at),
    )
    for line in event.lines:
        to.accruals[fact.station, schema.NOT_SETTLED, month, line.product] -= line.points
    claim_taken_back(to, event, fact)


def goods_returned(to: Projector, event: GoodsReturned, fact: Fact) -> None:
    month = to.months.month_of(event.at)
    to.move(fact, event.account, event.at, "return", -event.points, event.document)
    for line in event.lines:
        to.accruals[fact.station, schema.NOT_SETTLED, month, line.product] -= line.points


def _resolve(to: Projector, station: StationCode, document: str) -> None:
    if (station, document) not in to.waiting_tickets():
        return
    to.waiting_tickets().discard((station, document))
    known = schema.incident.c
    mine = (known.station == station) & (known.document == document) & known.kind.in_(CREDITABLE)
    to.db.execute(update(schema.incident).where(mine).values(open=0))


def prize_redeemed(to: Projector, event: PrizeRedeemed, fact: Fact) -> None:
    to.move(fact, event.account, event.at, "redemption", -event.points, event.prize)
    prize_spent(to, event, fact)
    to.stock[fact.station, event.prize] -= 1
    money_taken(to, fact.station, event.at, event.prize, event.money)


def redemption_reversed(to: Projector, event: RedemptionReversed, fact: Fact) -> None:
    """The points at once; for expiry they count as back only `grace` closes later."""
    moved = to.months.month_of(event.at)
    to.move(
        fact,
        event.account,
        event.at,
        "redemption-reversal",
        event.points,
        event.prize,
        month=moved,
        effect=Month(moved + event.grace),
    )
    to.stock[fact.station, event.prize] += 1
    money_taken(to, fact.station, event.at, event.prize, 0, event.money)
    prize_brought_back(to, event, fact)


def shipment_received(to: Projector, event: ShipmentReceived, fact: Fact) -> None:
    known = schema.shipment.c
    mine = (known.note == event.note) & (known.station == fact.station)
    rows = to.db.execute(select(known.prize, known.quantity).where(mine))
    sent = {row.prize: row.quantity for row in rows}
    to.db.execute(update(schema.shipment).where(mine).values(received=1))
    for line in event.lines:
        to.stock[fact.station, line.prize] += line.quantity
    if sent != {line.prize: line.quantity for line in event.lines}:
        to.open_incident(fact, "shipment-difference", event.at, str(event.note), "")


def stock_counted(to: Projector, event: StockCounted, fact: Fact) -> None:
    for line in event.lines:
        to.stock[fact.station, line.prize] += line.counted - line.expected
    if any(line.counted != line.expected for line in event.lines):
        to.open_incident(fact, "stock-difference", event.at, "", "")


def stock_adjusted(to: Projector, event: StockAdjusted, fact: Fact) -> None:
    """The prizes are central's: what became of them is for a person to look into."""
    for line in event.lines:
        to.stock[fact.station, line.prize] += event.sign * line.quantity
    what = ", ".join(f"{line.quantity} {line.prize}" for line in event.lines)
    to.open_incident(fact, f"stock-{event.reason}", event.at, what, "")


def incident_opened(to: Projector, event: IncidentOpened, fact: Fact) -> None:
    to.open_incident(fact, event.incident, event.at, event.document, event.card)
    if event.incident in CREDITABLE:
        to.waiting_tickets().add((fact.station, event.document))


def disk_filled(to: Projector, event: DiskFilled, fact: Fact) -> None:
    to.open_incident(fact, "disk-full", event.at, event.document, event.card)


# From central


def prizes_shipped(to: Projector, event: facts.PrizesShipped, fact: Fact) -> None:
    for line in event.lines:
        to.insert(schema.shipment, event.note, line.prize, event.station, line.quantity, 0)


def points_expired(to: Projector, event: facts.PointsExpired, fact: Fact) -> None:
    at = Moment(month_end(event.month, to.zone) - 1)
    for row in event.accounts:
        to.move(fact, row.account, at, "expiry", -row.points, month_name(event.month), month=event.month)


def expiry_corrected(to: Projector, event: facts.ExpiryCorrected, fact: Fact) -> None:
    at = Moment(max(event.at, month_start(event.month, to.zone)))
    for row in event.accounts:
        reference = month_name(event.month)
        to.move(fact, row.account, at, "expiry-correction", -row.points, reference, month=event.month)


def month_closed(to: Projector, event: facts.MonthClosed, fact: Fact) -> None:
    cutoff = event.cutoff or Month(event.month - to.programme.expiry_months)
    to.insert(schema.closed_month, event.month, event.accounts, event.points, fact.seq, cutoff)
    to.forget_closed()


def points_adjusted(to: Projector, event: facts.PointsAdjusted, fact: Fact) -> None:
    kind: MovementKind = "adjustment" if event.points > 0 else "deduction"
    to.move(fact, event.account, event.at, kind, event.points, event.reason)
    if event.proposal:
        mine = schema.proposal.c.proposal == event.proposal
        to.db.execute(update(schema.proposal).where(mine).values(open=0))


def adjustment_proposed(to: Projector, event: facts.AdjustmentProposed, fact: Fact) -> None:
    to.insert(schema.proposal, fact.seq, event.account, event.points, event.reason, event.by, 1)


def opening_loaded(to: Projector, event: facts.OpeningLoaded, fact: Fact) -> None:
    for lot in event.lots:
        at = Moment(month_end(lot.month, to.zone) - 1)
        to.move(fact, lot.account, at, "opening", lot.points, month_name(lot.month), month=lot.month)


def fleet_invoice_credited(to: Projector, event: facts.FleetInvoiceCredited, fact: Fact) -> None:
    to.move(fact, event.account, event.at, "invoice", event.points, event.document)
    to.insert(schema.fleet_invoice, event.account, event.document, event.month, event.points)


def points_cancelled(to: Projector, event: facts.PointsCancelled, fact: Fact) -> None:
    to.move(fact, event.account, event.at, "cancelled", -event.points, "")


def accrual_disputed(to: Projector, event: facts.AccrualDisputed, fact: Fact) -> None:
    where = Fact(event.journal, event.station, event.seq, event)
    to.open_incident(where, "accrual-mismatch", event.at, event.document, "")


def accruals_rechecked(to: Projector, event: facts.AccrualsRechecked, fact: Fact) -> None:
    run_many(to.db, add_or_replace(schema.job_mark, "count"), [("recheck", event.through)])


def station_settled(to: Projector, event: facts.StationSettled, fact: Fact) -> None:
    to.flush()
    known = schema.accrual.c
    due = (known.station == event.station) & (known.settled_in == schema.NOT_SETTLED) & (known.month <= event.month)
    to.db.execute(update(schema.accrual).where(due).values(settled_in=event.month))
    to.insert(schema.settlement, event.month, event.station, fact.seq)


def month_settled(to: Projector, event: facts.MonthSettled, fact: Fact) -> None:
    to.insert(schema.settled_month, event.month, fact.seq)


Handler = Callable[[Projector, Any, Fact], None]

HANDLERS: dict[type[Event], Handler] = {
    **PEOPLE_HANDLERS,
    **NETWORK_HANDLERS,
    **SPENDING_HANDLERS,
    **ORDER_HANDLERS,
    **PORTAL_HANDLERS,
    **CLAIM_HANDLERS,
    **TRANSFER_HANDLERS,
    **NOTICE_HANDLERS,
    SaleRecorded: sale_recorded,
    SaleReversed: sale_reversed,
    GoodsReturned: goods_returned,
    PrizeRedeemed: prize_redeemed,
    RedemptionReversed: redemption_reversed,
    ShipmentReceived: shipment_received,
    StockCounted: stock_counted,
    StockAdjusted: stock_adjusted,
    DiskFilled: disk_filled,
    IncidentOpened: incident_opened,
    facts.PrizesShipped: prizes_shipped,
    facts.PointsExpired: points_expired,
    facts.ExpiryCorrected: expiry_corrected,
    facts.MonthClosed: month_closed,
    facts.PointsAdjusted: points_adjusted,
    facts.AdjustmentProposed: adjustment_proposed,
    facts.OpeningLoaded: opening_loaded,
    facts.FleetInvoiceCredited: fleet_invoice_credited,
    facts.PointsCancelled: points_cancelled,
    facts.AccrualDisputed: accrual_disputed,
    facts.AccrualsRechecked: accruals_rechecked,
    facts.StationSettled: station_settled,
    facts.MonthSettled: month_settled,
}
"""One function a kind; a plain table, for dispatch by type is the hot loop of a merge."""


def apply(projector: Projector, batch: Iterable[Fact]) -> None:
    """Project the facts and write what they gathered. A kind without a handler changes no table."""
    for fact in batch:
        handler = HANDLERS.get(type(fact.event))
        if handler is not None:
            projector.now = fact.count
            handler(projector, fact.event, fact)
    projector.flush()
    index_people(projector, projector.unindexed)
    projector.unindexed.clear()


def rebuild(connection: Connection, batches: Iterable[list[Fact]]) -> int:
    """Empty every projection and fill it again from the journals. Returns the number of facts replayed."""
    for table in schema.PROJECTIONS:
        connection.execute(delete(table))
    projector, count = Projector(connection), 0
    for batch in batches:
        apply(projector, batch)
        count += len(batch)
    return count
