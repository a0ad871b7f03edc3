"""Points that move by hand or by paper: adjustments, opening balances, cancelled orders, fleet invoices."""

from collections.abc import Sequence

import msgspec

from suite.central.jobs.corrections import correct
from suite.central.office import Office
from suite.central.shelf import PrizeOrder
from suite.domain.calendar import Month, local_time, moment_of, month_end, month_name
from suite.domain.earning import SaleLine, earn
from suite.domain.errors import (
    N_,
    DocumentAlreadyClaimed,
    MonthNotClosed,
    MonthNotOver,
    NotThere,
    OrderAlreadyServed,
    Phrase,
    SamePerson,
    SecondPersonNeeded,
    WouldOverdraw,
)
from suite.domain.events.central import (
    AdjustmentProposed,
    FleetInvoiceCredited,
    OpeningLoaded,
    OpeningLot,
    OrderCancelled,
    PointsAdjusted,
)
from suite.domain.ids import AccountId, DocumentNumber, OrderNumber
from suite.domain.quantities import Points
from suite.runtime.errors import BadInput

LOTS_AN_ENTRY = 2000


class Adjusted(msgspec.Struct, frozen=True):
    """An adjustment, on disk."""

    account: AccountId
    points: Points
    balance: Points


def adjust(office: Office, account: AccountId, points: Points, reason: str) -> Adjusted:
    """Give or take points (PTS-6). Raises NotThere, MemberIsRemoved, WouldOverdraw.

    Above the programme's limit it is written down as a proposal and SecondPersonNeeded is raised.
    """
    if not points or not reason:
        raise BadInput(N_("An adjustment needs points and a reason."))
    with office.store.transaction():
        _check(office, account, points)
        limit = office.programme().two_people_above
        if not limit or abs(points) + _moved_today(office, account) <= limit:
            return _adjust(office, account, points, reason, 0)
        entry = office.record(
            lambda at, by: AdjustmentProposed(at=at, by=by, account=account, points=points, reason=reason)
        )
    raise SecondPersonNeeded(limit=limit, proposal=str(entry.seq))


def _moved_today(office: Office, account: AccountId) -> int:
    """Points that hands gave or took of a member today: many small adjustments are a large one."""
    when = local_time(office.clock.now(), office.zone())
    start = moment_of(when.replace(hour=0, minute=0, second=0, microsecond=0))
    return office.store.ledger.moved_by_hand(office.member(account), start)


def approve_adjustment(office: Office, proposal: int) -> Adjusted:
    """The second person's word. Raises NotThere, SamePerson, MemberIsRemoved, WouldOverdraw."""
    with office.store.transaction():
        found = next((p for p in office.store.members.proposals() if p.proposal == proposal), None)
        if found is None:
            raise NotThere(what=Phrase(N_("proposal")), name=str(proposal))
        if found.by == office.operator:
            raise SamePerson(proposal=str(proposal), by=found.by)
        _check(office, found.account, found.points)
        return _adjust(office, found.account, found.points, found.reason, proposal)


def _check(office: Office, account: AccountId, points: Points) -> None:
    balance = office.store.ledger.balance_of(office.member(account))
    if points < 0 and balance + points < 0:
        raise WouldOverdraw(account=str(account), balance=balance, points=-points)


def _adjust(office: Office, account: AccountId, points: Points, reason: str, proposal: int) -> Adjusted:
    office.record(
        lambda at, by: PointsAdjusted(at=at, by=by, account=account, points=points, reason=reason, proposal=proposal)
    )
    return Adjusted(account, points, office.store.ledger.balance_of(office.member(account)))


def load_opening(office: Office, lots: Sequence[OpeningLot]) -> None:
    """Opening balances as dated lots (MEM-14); those of closed months expire at once if they are due.

    Call inside a transaction. The caller has refused lots of months to come, and lots loaded before.
    """
    now, by = office.clock.now(), office.operator
    chunks = [tuple(lots[i : i + LOTS_AN_ENTRY]) for i in range(0, len(lots), LOTS_AN_ENTRY)]
    office.store.append([OpeningLoaded(at=now, by=by, lots=chunk) for chunk in chunks])
    correct(office)


def cancel_order(office: Office, number: OrderNumber, reason: str) -> PrizeOrder:
    """A scheduled prize is not wanted any more: its points go back, and its money at its station (PTS-5, PRZ-7).

    Returns the order as it was. Raises NotThere, OrderAlreadyServed.
    """
    with office.store.transaction():
        found = office.store.shelf.order(number)
        if found is None:
            raise NotThere(what=Phrase(N_("order")), name=number)
        if not found.can_be_stopped:
            raise OrderAlreadyServed(order=number)
        grace = office.programme().grace_months
        office.record(
            lambda at, by: OrderCancelled(
                at=at,
                by=by,
                order=number,
                account=found.account,
                points=found.points,
                grace=grace,
                reason=reason,
                money=found.money,
            )
        )
        correct(office)
    return found


def credit_fleet_invoice(
    office: Office, account: AccountId, month: Month, document: DocumentNumber, lines: tuple[SaleLine, ...]
) -> Points:
    """An invoice to a fleet's owner earns once, after its month's close (PTS-7). Call inside a transaction.

    Raises NotThere, MemberIsRemoved, MonthNotClosed, MonthNotOver, DocumentAlreadyClaimed and what `earn` raises.
    """
    members = office.member(account)
    if not office.store.members.membership(members[0]).fleet:
        raise NotThere(what=Phrase(N_("fleet")), name=str(account))
    if office.clock.now() < month_end(month, office.zone()):
        raise MonthNotOver(month=month_name(month))
    closed = office.store.ledger.last_closed()
    if closed is None or month > closed:
        raise MonthNotClosed(month=month_name(month))
    if any(office.store.ledger.has_movement(each, document, ("sale", "invoice")) for each in members):
        raise DocumentAlreadyClaimed(document=document)
    programme = office.programme()
    earned = earn(programme, lines)
    office.record(
        lambda at, by: FleetInvoiceCredited(
            at=at,
            by=by,
            account=account,
            month=month,
            document=document,
            lines=earned.lines,
            points=earned.points,
            version=programme.version,
        )
    )
    return earned.points
