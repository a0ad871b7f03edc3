"""Invoices claimed, as rows: one a station, and what of its points stands. Other tickets are their station's own."""

from collections.abc import Callable
from typing import Any

from suite.central import schema
from suite.central.projector import Fact, Projector
from suite.domain.events.base import Event
from suite.domain.events.claims import TicketContested
from suite.domain.events.station import SaleRecorded, SaleReversed
from suite.domain.fiscal import is_invoice


def invoice_claimed(to: Projector, event: SaleRecorded, fact: Fact) -> None:
    """A sale was credited. Only an invoice's number means the same ticket at another station."""
    if not is_invoice(event.document):
        return
    row = (event.document, fact.station, fact.journal, fact.seq, event.at, int(event.pos), event.account, event.card)
    to.claims.append(row)
    for line in event.lines:
        to.claimed[event.document, fact.station, line.product] += line.points


def claim_taken_back(to: Projector, event: SaleReversed, fact: Fact) -> None:
    """Its station took it back, whole or in part."""
    if is_invoice(event.document):
        for line in event.lines:
            to.claimed[event.document, fact.station, line.product] -= line.points


def ticket_contested(to: Projector, event: TicketContested, fact: Fact) -> None:
    """The points of a claim that falls go, in their own month's lot; its station owes them no longer."""
    month = to.months.month_of(event.at)
    effect = to.months.month_of(event.sold_at)
    to.move(fact, event.account, event.at, "reversal", -event.points, event.document, month=month, effect=effect)
    for line in event.lines:
        to.accruals[event.station, schema.NOT_SETTLED, month, line.product] -= line.points
        to.claimed[event.document, event.station, line.product] -= line.points
    where = Fact(event.journal, event.station, event.seq, event)
    to.open_incident(where, "ticket-contested", event.at, event.document, event.card)
    to.insert(schema.contest, event.document, event.station, event.at)


CLAIM_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {TicketContested: ticket_contested}
