"""Sales of the POS as tasks: one that waits, taken with its number; one of a forgotten card, for a manager (STA-10)."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from suite.domain.calendar import local_time
from suite.domain.claiming import CLAIM_DAYS
from suite.domain.errors import N_, ManagerNeeded
from suite.runtime.texts import money, number, quantity, say
from suite.runtime.typed_text import document_number
from suite.station.desk import Attendant, CardRead, Desk, SaleReceipt
from suite.station.pos.claimable import Claimable
from suite.station.pos.pending import claim_late, pending
from suite.station.questions import Question

Ask = Callable[[Question[Any]], Awaitable[Any]]


class AskCard(Protocol):
    """Asks for a card, swiped or typed."""

    async def __call__(self, title: str) -> CardRead:
        """See `Tasks`."""


async def claim_forgotten(desk: Desk, ask: Ask, ask_card: AskCard, attendant: Attendant) -> tuple[str, ...]:
    """Credit a sale of the POS whose card was forgotten, under the PIN of a manager: the attendant's or another's."""
    card = await ask_card(say(N_("CARD: swipe it or type its number")))
    last = say(
        N_("Of the last {days} days, as the POS told of it; an invoice's QR code can be pasted."), days=CLAIM_DAYS
    )
    document = await ask(Question(say(N_("TICKET NUMBER")), document_number, (last,)))
    manager: Attendant = attendant
    if not attendant.manager:
        manager = await ask(
            Question(say(N_("A MANAGER'S CODE AND PIN")), lambda typed: _manager(desk, typed), secret=True)
        )
    return credited(claim_late(desk, card, manager, document))


def _manager(desk: Desk, typed: str) -> Attendant:
    found = desk.check_pin(typed)
    if not found.manager:
        raise ManagerNeeded
    return found


def credited(receipt: SaleReceipt) -> tuple[str, ...]:
    """What is said of a sale of the POS that was credited."""
    title = say(N_("{member}, ticket {document}"), member=receipt.member, document=receipt.document)
    done = say(N_("OK, recorded: {points} points."), points=number(receipt.points))
    after = "" if receipt.balance is None else say(N_("New balance {balance}"), balance=number(receipt.balance))
    reference = say(N_("Reference {reference}"), reference=receipt.reference)
    return tuple(line for line in (title, done, after, reference) if line)


def waiting_lines(desk: Desk) -> tuple[list[Claimable], list[str]]:
    """The sales that wait, newest first, and a line that says which each is."""
    names, waiting = {product.code: product.name for product in desk.programme().products}, pending(desk)
    return waiting, [_line(desk, names, each) for each in waiting]


def _line(desk: Desk, names: dict[Any, str], each: Claimable) -> str:
    sold = ", ".join(dict.fromkeys(each.unknown or tuple(names.get(line.product, "?") for line in each.lines)))
    pump = say(N_("pump {pump}"), pump=each.pump) if each.pump else ""
    clock = local_time(each.at, desk.zone()).strftime("%H:%M")
    amount = quantity(sum(line.quantity for line in each.lines if line.product == each.lines[0].product))
    return " · ".join(filter(None, (clock, each.number, pump, sold, amount, money(each.total))))
