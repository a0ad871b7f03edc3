"""What is spent with no link, held and granted, as rows: central asks them what a station knew (PRZ-6)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select, update

from suite.central import schema
from suite.central.projector import Fact, Projector
from suite.domain.events.base import Event
from suite.domain.events.spending import HoldReleased, PointsAuthorised, PointsGranted, SpendingDisputed
from suite.domain.events.station import PrizeRedeemed, PrizeRequested, RedemptionReversed
from suite.domain.groups import Groups
from suite.domain.ids import AccountId

STILL_OPEN = 0
"""`hold.closed` of points that are still held; no fact has the count zero."""


def prize_spent(to: Projector, event: PrizeRedeemed | PrizeRequested, fact: Fact) -> None:
    """A prize left: it ends the hold of its authorisation, else it uses up what was granted there."""
    authorised = event.authorisation
    to.spent.append((fact.journal, fact.seq, event.account, event.points, 0, int(authorised is not None)))
    if authorised is not None:
        hold = schema.hold.c
        mine = (hold.station == fact.station) & (hold.card == event.card) & (hold.points == event.points)
        that = (hold.day == authorised.day) & (hold.number == authorised.number) & (hold.closed == STILL_OPEN)
        to.db.execute(update(schema.hold).where(mine & that).values(closed=fact.count))
    elif fact.station in to.granted:
        _use_grant(to, event.account, event.points, fact)


def _use_grant(to: Projector, account: AccountId, points: int, fact: Fact) -> None:
    known, merged = schema.granted.c, schema.merged.c
    parents = to.db.execute(select(merged.account, merged.parent))
    groups = Groups({row.account: row.parent for row in parents})
    root = groups.root_of(account)
    left = to.db.scalar(
        select(func.sum(known.points)).where(known.station == fact.station, known.account.in_(groups.members_of(root)))
    )
    if left:
        to.insert(schema.granted, fact.station, root, fact.count, -min(points, left))


def prize_brought_back(to: Projector, event: RedemptionReversed, fact: Fact) -> None:
    """From here on the station no longer counts that prize as spent."""
    to.returned.append((fact.seq, fact.journal, event.redemption))


def points_authorised(to: Projector, event: PointsAuthorised, fact: Fact) -> None:
    row = (fact.seq, event.station, event.account, event.card, event.points, event.day, event.number)
    to.insert(schema.hold, *row, fact.count, STILL_OPEN)


def hold_released(to: Projector, event: HoldReleased, fact: Fact) -> None:
    mine = (schema.hold.c.hold == event.hold) & (schema.hold.c.closed == STILL_OPEN)
    to.db.execute(update(schema.hold).where(mine).values(closed=fact.count))


def points_granted(to: Projector, event: PointsGranted, fact: Fact) -> None:
    to.insert(schema.granted, event.station, event.account, fact.count, event.points)
    to.granted.add(event.station)


def spending_disputed(to: Projector, event: SpendingDisputed, fact: Fact) -> None:
    where = Fact(event.journal, event.station, event.seq, event)
    to.open_incident(where, event.why, event.at, event.prize, event.card)


SPENDING_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    PointsAuthorised: points_authorised,
    HoldReleased: hold_released,
    PointsGranted: points_granted,
    SpendingDisputed: spending_disputed,
}
