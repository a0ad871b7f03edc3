"""Claiming a sale that the POS told of: how long a screen offers it, how long a manager may, the refusals (STA-10)."""

from typing import Literal

from suite.domain.errors import N_, Refusal
from suite.domain.keeping import DAY_MS
from suite.domain.quantities import Moment

DESK_HOURS = 12
"""How long a sale is offered at the swipe: a shift and a half."""
CLAIM_DAYS = 10
"""How long a manager can claim it for a card that was forgotten."""

HOUR_MS = 3_600_000

Age = Literal["pending", "late", "lapsed"]


def age_of(at: Moment, now: Moment) -> Age:
    """Who may claim a sale of that moment: any attendant, a manager, nobody any longer."""
    if at >= now - DESK_HOURS * HOUR_MS:
        return "pending"
    return "late" if at >= now - CLAIM_DAYS * DAY_MS else "lapsed"


class TicketNotSold(Refusal):
    code = "ticket-not-sold"
    text = N_("The POS told of no ticket {document} that can be claimed. Check the number, or type the sale.")


class TicketAged(Refusal):
    code = "ticket-aged"
    text = N_("Ticket {document} is more than {days} days old. It can no longer be claimed.")


class TicketWithoutProduct(Refusal):
    """Records the ticket, as TicketKept does."""

    code = "ticket-without-product"
    text = N_("Ticket {document} was not credited: a product on it is not in the programme. It is kept for central.")
