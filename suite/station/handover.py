"""Prizes that were ordered here, came, and are handed to their members (PRZ-3)."""

import msgspec

from suite.domain.deliveries import OrderHere, UnknownOrder, hand_over
from suite.domain.ids import AttendantNumber, OrderNumber
from suite.domain.redemption import Occasion
from suite.domain.standing import CardStanding
from suite.runtime.safe_text import safe_text
from suite.station.desk import CardRead, Desk
from suite.station.loads import check_attendant

SLIP_DIGITS = 9


class HandedOver(msgspec.Struct, frozen=True):
    """A prize that its member took, on disk."""

    order: OrderNumber
    slip: int
    member: str
    prize: str
    reference: str


def waiting_for(desk: Desk, standing: CardStanding) -> list[OrderHere]:
    """What a member ordered here that may have come, oldest first."""
    return [o for o in desk.store.orders(desk.station) if o.account == standing.account and o.may_be_here]


def hand_over_order(desk: Desk, read: CardRead, attendant: AttendantNumber, written: str) -> HandedOver:
    """Record that the holder of a card took what they ordered; `written` is its slip's number, or the order's.

    Raises UnknownOrder, UnknownCard, OwnCard, DiskAlmostFull and what `hand_over` raises.
    """
    desk.check_room_for_prizes()
    with desk.store.writing():
        standing = desk.member(read.card)
        check_attendant(desk.store, standing, attendant)
        order = _find(desk, written.strip(), standing)
        occasion = Occasion(at=desk.clock.now(), entry=read.entry, attendant=attendant)
        entry = desk.store.append(hand_over(order, standing, occasion))
    return HandedOver(
        order.order, order.slip, standing.member, desk.programme().prize_name(order.prize), desk.reference(entry)
    )


def _find(desk: Desk, written: str, standing: CardStanding) -> OrderHere:
    """The order of that number; of several with one slip's number, as a restored central gives out, the member's."""
    slip = int(written) if written.isascii() and written.isdigit() and len(written) <= SLIP_DIGITS else 0
    found = [o for o in desk.store.orders(desk.station) if o.order == written or (slip and o.slip == slip)]
    if not found:
        raise UnknownOrder(order=safe_text(written))
    return next((order for order in found if order.account == standing.account), found[0])
