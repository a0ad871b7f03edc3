"""Sales of the POS at the desk: what waits, and claiming one by a swipe, or later by a manager (STA-3, STA-10)."""

from suite.domain.claiming import CLAIM_DAYS, DESK_HOURS, HOUR_MS, Age, TicketAged, TicketNotSold, age_of
from suite.domain.errors import ManagerNeeded
from suite.domain.ids import AttendantNumber, DocumentNumber
from suite.domain.quantities import Moment
from suite.domain.sales import Ticket
from suite.station.desk import Attendant, CardRead, Desk, SaleReceipt
from suite.station.pos.claimable import Claimable, claimable
from suite.station.pos.intake import waiting

SHOWN = 9
"""One digit each."""
LISTED_MAX = 1000


def pending(desk: Desk, limit: int = SHOWN) -> list[Claimable]:
    """What the screen offers, newest first."""
    return waiting(desk, Moment(desk.clock.now() - DESK_HOURS * HOUR_MS), limit)


def all_waiting(desk: Desk) -> list[tuple[Age, Claimable]]:
    """Everything that nobody claimed, newest first, and who may claim it."""
    now = desk.clock.now()
    return [(age_of(each.at, now), each) for each in waiting(desk, Moment(0), LISTED_MAX)]


def claim(desk: Desk, read: CardRead, attendant: AttendantNumber, chosen: Claimable) -> SaleReceipt:
    """Credit the sale as it was shown, at the till's own moment. Raises what `Desk.record` raises."""
    return desk.record(Ticket(chosen.at, chosen.document, read.card, chosen.lines, read.entry, attendant, pos=True))


def claim_late(desk: Desk, read: CardRead, manager: Attendant, document: DocumentNumber) -> SaleReceipt:
    """Credit a sale whose card was forgotten, by the number on its receipt or invoice.

    Raises ManagerNeeded, TicketNotSold for a number that the POS never told, TicketAged after `CLAIM_DAYS`.
    """
    if not manager.manager:
        raise ManagerNeeded
    ticket = desk.store.pos.find(document)
    before = desk.store.pos.before(ticket) if ticket else None
    found = claimable(ticket, before, desk.store.pos.setup(), desk.programme()) if ticket else None
    if ticket is None or ticket.kind == "prepay" or found is None:
        raise TicketNotSold(document=document)
    if age_of(found.at, desk.clock.now()) == "lapsed":
        raise TicketAged(document=document, days=CLAIM_DAYS)
    return claim(desk, read, manager.number, found)
