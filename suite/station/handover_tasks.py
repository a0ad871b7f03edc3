"""Handing over what was ordered, question by question: from the member's screen, or by the slip's number (F6)."""

from collections.abc import Awaitable, Callable
from typing import Any

from suite.domain.errors import N_
from suite.domain.standing import CardStanding
from suite.runtime.texts import say
from suite.station.desk import Attendant, CardRead, Desk
from suite.station.handover import HandedOver, hand_over_order, prize_name, waiting_for
from suite.station.questions import Question

Told = tuple[str, ...]


class HandOvers:
    """Tasks over one desk. `ask` and `choose` are those of its other tasks; both raise LeftError when one leaves."""

    def __init__(
        self, desk: Desk, ask: Callable[[Question[Any]], Awaitable[Any]], choose: Callable[..., Awaitable[int]]
    ) -> None:
        self._desk, self._ask, self._choose = desk, ask, choose

    async def to_member(self, read: CardRead, standing: CardStanding, attendant: Attendant) -> Told:
        """One of the prizes that a member ordered here, which is chosen."""
        orders = waiting_for(self._desk, standing)
        if not orders:
            return (say(N_("Nothing that this member ordered here waits any more.")),)
        shown = [f"{prize_name(self._desk, order)} · {_slip(order.slip)}" for order in orders]
        order = orders[await self._choose(say(N_("WHICH PRIZE IS HERE? Give it only with its slip.")), *shown) - 1]
        return _said(hand_over_order(self._desk, read, attendant.number, order.order))

    async def by_slip(self, attendant: Attendant) -> Told:
        """The prize of a slip, to the member whose card is swiped."""
        desk = self._desk
        slip: str = await self._ask(Question(say(N_("NUMBER ON THE SLIP")), str.strip))
        read: CardRead = await self._ask(
            Question(say(N_("CARD: swipe it or type its number")), desk.keyed_card, swiped=desk.card_of)
        )
        return _said(hand_over_order(desk, read, attendant.number, slip))


def _slip(number: int) -> str:
    return say(N_("slip {number}"), number=f"{number:06d}")


def _said(done: HandedOver) -> Told:
    what = say(N_("Handed over: {prize}, order {order}."), prize=done.prize, order=done.order)
    return done.member, what, say(N_("Reference {reference}"), reference=done.reference)
