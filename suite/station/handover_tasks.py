"""Handing over what was ordered, question by question: from the member's screen, or by the slip's number (F6)."""

from suite.domain.errors import N_
from suite.domain.standing import CardStanding
from suite.runtime.texts import say
from suite.station.desk import Attendant, CardRead
from suite.station.handover import HandedOver, hand_over_order, waiting_for
from suite.station.interview import Interview, Told


class HandOvers:
    """Tasks over one desk; both raise LeftError when one leaves."""

    def __init__(self, interview: Interview) -> None:
        self._desk, self._interview = interview.desk, interview

    async def to_member(self, read: CardRead, standing: CardStanding, attendant: Attendant) -> Told:
        """One of the prizes that a member ordered here, which is chosen."""
        orders = waiting_for(self._desk, standing)
        if not orders:
            return (say(N_("Nothing that this member ordered here waits any more.")),)
        shown = [f"{self._desk.programme().prize_name(order.prize)} · {_slip(order.slip)}" for order in orders]
        order = orders[
            await self._interview.choose(say(N_("WHICH PRIZE IS HERE? Give it only with its slip.")), *shown) - 1
        ]
        return _said(hand_over_order(self._desk, read, attendant.number, order.order))

    async def by_slip(self, attendant: Attendant) -> Told:
        """The prize of a slip, to the member whose card is swiped."""
        slip = await self._interview.ask(say(N_("NUMBER ON THE SLIP")), str.strip)
        read = await self._interview.card()
        return _said(hand_over_order(self._desk, read, attendant.number, slip))


def _slip(number: int) -> str:
    return say(N_("slip {number}"), number=f"{number:06d}")


def _said(done: HandedOver) -> Told:
    what = say(N_("Handed over: {prize}, order {order}."), prize=done.prize, order=done.order)
    return done.member, what, say(N_("Reference {reference}"), reference=done.reference)
