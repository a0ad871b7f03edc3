"""A sale of the POS whose card was forgotten, credited under a manager's PIN (STA-10)."""

from suite.domain.claiming import CLAIM_DAYS
from suite.domain.errors import N_, ManagerNeeded
from suite.runtime.texts import number, say
from suite.runtime.typed_text import document_number
from suite.station.desk import Attendant, Desk, SaleReceipt
from suite.station.interview import Interview, Told
from suite.station.pos.pending import claim_late


async def claim_forgotten(interview: Interview, attendant: Attendant) -> Told:
    """Credit a sale of the POS whose card was forgotten, under the PIN of a manager: the attendant's or another's."""
    desk, card = interview.desk, await interview.card()
    last = say(
        N_("Of the last {days} days, as the POS told of it; an invoice's QR code can be pasted."), days=CLAIM_DAYS
    )
    document = await interview.ask(say(N_("TICKET NUMBER")), document_number, last)
    manager = attendant
    if not attendant.manager:
        manager = await interview.secret(say(N_("A MANAGER'S CODE AND PIN")), lambda typed: _manager(desk, typed))
    return credited(claim_late(desk, card, manager, document))


def _manager(desk: Desk, typed: str) -> Attendant:
    found = desk.check_pin(typed)
    if not found.manager:
        raise ManagerNeeded
    return found


def credited(receipt: SaleReceipt) -> Told:
    """What is said of a sale of the POS that was credited."""
    title = say(N_("{member}, ticket {document}"), member=receipt.member, document=receipt.document)
    done = say(N_("OK, recorded: {points} points."), points=number(receipt.points))
    after = "" if receipt.balance is None else say(N_("New balance {balance}"), balance=number(receipt.balance))
    reference = say(N_("Reference {reference}"), reference=receipt.reference)
    return tuple(line for line in (title, done, after, reference) if line)
