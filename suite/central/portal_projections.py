"""What facts about portals change at central: who has a page there, what was asked for, and what became of it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, func, select, update

from suite.central import schema
from suite.central.people_projections import root_of
from suite.central.projector import Fact, Projector
from suite.domain.errors import Refusal
from suite.domain.events.access import (
    PortalAccessGranted,
    PortalAccessWithdrawn,
    PrizeOrdered,
    RequestAccepted,
    RequestRejected,
)
from suite.domain.events.base import Event
from suite.domain.events.portal import Asked, LeaveAsked, PrizeAsked, ProfileChangeAsked
from suite.domain.ids import AccountId
from suite.domain.quantities import Moment, Points
from suite.domain.requests import KINDS, NO_ACCESS, Waiting, may_ask

NOT_ANSWERED = Moment(0)


def asked(to: Projector, event: Asked, fact: Fact) -> None:
    """It waits for a person; or is refused at once when nobody may ask it, or too much waits already."""
    known = schema.request.c
    if to.db.scalar(select(known.request).where(known.request == event.request)) is not None:
        to.open_incident(fact, "request-twice", event.at, event.request, event.card)
        return
    prize, points, blob = "", 0, ""
    if isinstance(event, PrizeAsked):
        prize, points, blob = event.prize, event.points, event.place
    elif isinstance(event, ProfileChangeAsked):
        blob = event.profile
    why = _refused(to, event, fact)
    state, answered = ("refused", event.at) if why else ("waiting", NOT_ANSWERED)
    what = (KINDS[type(event)], event.account, event.card, prize, points, blob)
    to.insert(schema.request, event.request, fact.station, event.at, *what, state, why, answered)


def _refused(to: Projector, event: Asked, fact: Fact) -> str:
    """Why a request is none for the office; empty when it is one."""
    to.flush()
    card, granted = schema.card.c, schema.portal_access.c
    everyone = _everyone(to, event.account)
    mine = (card.card == event.card) & (card.role == "holder") & card.account.in_(everyone)
    has_card = to.db.scalar(select(card.card).where(mine)) is not None
    has_access = to.db.scalar(select(granted.account).where(granted.account.in_(everyone)).limit(1)) is not None
    if not (has_card and has_access):
        return NO_ACCESS
    try:
        may_ask(KINDS[type(event)], _waiting(to, fact, everyone))
    except Refusal as refusal:
        return refusal.code
    return ""


def _everyone(to: Projector, account: AccountId) -> tuple[AccountId, ...]:
    """All accounts of a member, found by their neighbours: a portal that asks without end costs no more than that."""
    known, found = schema.merged.c, [root_of(to, account)]
    for each in found:
        found += to.db.scalars(select(known.account).where(known.parent == each))
    return tuple(found)


def _waiting(to: Projector, fact: Fact, everyone: tuple[AccountId, ...]) -> Waiting:
    known = schema.request.c
    waits = known.state == "waiting"
    own = to.db.scalars(select(known.kind).where(waits, known.account.in_(everyone)))
    here = to.db.scalar(select(func.count()).select_from(schema.request).where(waits, known.portal == fact.station))
    return Waiting(tuple(own), Points(0), here or 0)


def access_granted(to: Projector, event: PortalAccessGranted, fact: Fact) -> None:
    to.insert(schema.portal_access, event.account)


def access_withdrawn(to: Projector, event: PortalAccessWithdrawn, fact: Fact) -> None:
    to.db.execute(delete(schema.portal_access).where(schema.portal_access.c.account == event.account))


def prize_ordered(to: Projector, event: PrizeOrdered, fact: Fact) -> None:
    to.move(fact, event.account, event.at, "request", -event.points, event.prize)
    order = (event.order, event.station, event.at, event.account, event.card, event.prize, event.points)
    to.insert(schema.prize_order, *order, None, None, "", 0, "", 0, "", 0, "", 0, 0)


def request_accepted(to: Projector, event: RequestAccepted, fact: Fact) -> None:
    _answer(to, event, "accepted")


def request_rejected(to: Projector, event: RequestRejected, fact: Fact) -> None:
    _answer(to, event, "rejected")


def _answer(to: Projector, event: RequestAccepted | RequestRejected, state: str) -> None:
    mine = schema.request.c.request == event.request
    values = {"state": state, "reason": event.reason, "answered": event.at}
    to.db.execute(update(schema.request).where(mine).values(**values))


PORTAL_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    PrizeAsked: asked,
    ProfileChangeAsked: asked,
    LeaveAsked: asked,
    PortalAccessGranted: access_granted,
    PortalAccessWithdrawn: access_withdrawn,
    PrizeOrdered: prize_ordered,
    RequestAccepted: request_accepted,
    RequestRejected: request_rejected,
}
