"""Taking back at the desk: a ticket whole or in part, goods without a ticket, a prize (PTS-5, PRZ-4)."""

import msgspec

from suite.domain.earning import SaleLine
from suite.domain.errors import (
    N_,
    DocumentAlreadyClaimed,
    ManagerNeeded,
    NothingToReverse,
    OtherCard,
    RedemptionNotHere,
    TicketNotHere,
)
from suite.domain.events.station import PrizeRedeemed, SaleRecorded
from suite.domain.ids import CardNumber, DocumentNumber
from suite.domain.quantities import Centavos, Moment, Points
from suite.domain.reversal import Return, bring_back, return_goods, reverse
from suite.runtime.texts import money, say
from suite.station.desk import Attendant, CardRead, Desk


class TakenBackReceipt(msgspec.Struct, frozen=True):
    """A return, on disk. `points` were taken; `shortfall` were due and not there to take. `balance` is afterwards."""

    reference: str
    member: str
    what: str
    points: Points
    shortfall: Points
    balance: Points | None
    money: Centavos = Centavos(0)
    """What the member is given back of the money paid for a prize."""


def reverse_sale(
    desk: Desk,
    document: DocumentNumber,
    attendant: Attendant,
    amount: Centavos | None = None,
    at: Moment | None = None,
) -> TakenBackReceipt:
    """Take back a ticket credited here, whole or `amount` of it.

    Raises TicketNotHere, NothingToReverse, ReturnTooLarge.
    """
    with desk.store.writing():
        now = desk.clock.now() if at is None else at
        return take_ticket_back(desk, document, Return(now, attendant=attendant.number, amount=amount))


def take_ticket_back(
    desk: Desk,
    document: DocumentNumber,
    back: Return,
) -> TakenBackReceipt:
    """The same inside the caller's transaction, for files. Raises DocumentAlreadyClaimed for a known credit note."""
    store = desk.store
    if back.document and store.cards.is_returned(back.document):
        raise DocumentAlreadyClaimed(document=back.document)
    seen = store.ticket(document)
    sale = store.event_at(seen[0]) if seen and seen[1] else None
    if not isinstance(sale, SaleRecorded):
        raise TicketNotHere(document=document)
    event = reverse(
        sale,
        store.cards.taken_back(document),
        back,
        policy=desk.programme().returns,
        balance=store.cards.balance_of(sale.card),
    )
    entry = store.append(event)
    after = desk.store.cards.standing(sale.card)
    return TakenBackReceipt(desk.reference(entry), after.member, document, event.points, event.shortfall, after.balance)


def check_same_card(desk: Desk, document: DocumentNumber, card: CardNumber) -> None:
    """Raises TicketNotHere, and OtherCard for a ticket that another card was credited with."""
    seen = desk.store.ticket(document)
    sale = desk.store.event_at(seen[0]) if seen and seen[1] else None
    if not isinstance(sale, SaleRecorded):
        raise TicketNotHere(document=document)
    if sale.card != card:
        raise OtherCard(document=document)


def return_without_ticket(
    desk: Desk,
    read: CardRead,
    document: DocumentNumber,
    lines: tuple[SaleLine, ...],
    manager: Attendant,
    at: Moment | None = None,
) -> TakenBackReceipt:
    """Goods whose ticket nobody has: a manager's decision. Raises ManagerNeeded, DocumentAlreadyClaimed and others."""
    if not manager.manager:
        raise ManagerNeeded
    with desk.store.writing():
        return take_goods_back(desk, read, document, lines, manager, at)


def take_goods_back(
    desk: Desk,
    read: CardRead,
    document: DocumentNumber,
    lines: tuple[SaleLine, ...],
    manager: Attendant,
    at: Moment | None = None,
) -> TakenBackReceipt:
    """The same inside the caller's transaction, for files. Raises DocumentAlreadyClaimed and what `earn` raises."""
    store = desk.store
    if store.cards.is_returned(document):
        raise DocumentAlreadyClaimed(document=document)
    standing = desk.store.cards.standing(read.card)
    standing.may_earn()
    back = Return(desk.clock.now() if at is None else at, document, manager.number)
    event = return_goods(desk.programme(), standing, back, lines, balance=store.cards.balance_of(read.card))
    entry = store.append(event)
    after = desk.store.cards.standing(read.card)
    return TakenBackReceipt(desk.reference(entry), after.member, document, event.points, event.shortfall, after.balance)


def bring_prize_back(desk: Desk, seq: int, manager: Attendant) -> TakenBackReceipt:
    """A prize handed over here comes back: stock and points as before. `seq` is the number on its voucher.

    Raises ManagerNeeded, RedemptionNotHere, NothingToReverse.
    """
    if not manager.manager:
        raise ManagerNeeded
    store = desk.store
    with store.writing():
        event = store.event_at(seq) if 0 < seq <= store.tip().seq else None
        if not isinstance(event, PrizeRedeemed):
            raise RedemptionNotHere(reference=str(seq))
        if store.cards.is_brought_back(seq):
            raise NothingToReverse(document=str(seq))
        entry = store.append(
            bring_back(
                event,
                seq,
                at=desk.clock.now(),
                attendant=manager.number,
                grace_months=desk.programme().grace_months,
            )
        )
        after = desk.store.cards.standing(event.card)
    reference = desk.reference(entry)
    return TakenBackReceipt(reference, after.member, event.prize, event.points, Points(0), after.balance, event.money)


def give_back(receipt: TakenBackReceipt) -> str:
    """How much money goes back with a prize, in one line; empty for none."""
    back = say(N_("Give back in money: {money}"), money=money(receipt.money))
    return back if receipt.money else ""
