"""What is spent with no link, held and granted, as rows: central asks them what a station knew (PRZ-6)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import case, func, select, update

from suite.central import schema
from suite.central.projector import Fact, Projector
from suite.domain.events.base import Event
from suite.domain.events.spending import (
    HoldReleased,
    PointsAuthorised,
    PointsGranted,
    PointsReleased,
    SpendingDisputed,
)
from suite.domain.events.station import PrizeRedeemed, PrizeRequested, RedemptionReversed
from suite.domain.groups import Groups
from suite.domain.ids import AccountId

STILL_OPEN = 0
"""`hold.closed` and `hold.used` of points that are still held; no fact has the count zero."""


def prize_spent(to: Projector, event: PrizeRedeemed | PrizeRequested, fact: Fact) -> None:
    """A prize left: it ends the hold of its authorisation, else it uses up what was granted there.

    Each authorisation is used once, also one whose points were released before.
    """
    authorised = event.authorisation
    to.spent.append((fact.journal, fact.seq, event.account, event.points, 0, int(authorised is not None)))
    if authorised is not None:
        hold = schema.hold.c
        mine = (hold.station == fact.station) & (hold.card == event.card) & (hold.points == event.points)
        that = (hold.day == authorised.day) & (hold.number == authorised.number) & (hold.used == STILL_OPEN)
        closed = case((hold.closed == STILL_OPEN, fact.count), else_=hold.closed)
        to.db.execute(update(schema.hold).where(mine & that).values(closed=closed, used=fact.count))
        _held_after_all(to, fact)
    elif fact.station in to.granted:
        _use_grant(to, event, fact)


def _held_after_all(to: Projector, fact: Fact) -> None:
    """The prize of an authorisation that a person had released."""
    hold, freed = schema.hold.c, schema.released.c
    rows = to.db.execute(
        select(freed.count, freed.points).join(schema.hold, hold.hold == freed.hold).where(hold.used == fact.count)
    )
    for row in rows.all():
        to.insert(schema.turned_up, fact.count, row.count, row.points)


def _use_grant(to: Projector, event: PrizeRedeemed | PrizeRequested, fact: Fact) -> None:
    known, merged = schema.granted.c, schema.merged.c
    parents = to.db.execute(select(merged.account, merged.parent))
    groups = Groups({row.account: row.parent for row in parents})
    root = groups.root_of(event.account)
    everyone = groups.members_of(root)
    left = to.db.scalar(
        select(func.sum(known.points)).where(known.station == fact.station, known.account.in_(everyone))
    )
    used = min(event.points, left or 0)
    if used:
        to.insert(schema.granted, fact.station, root, fact.count, -used)
    if used < event.points and event.feed is not None:
        _granted_after_all(to, fact, everyone, told=event.feed.count, points=event.points - used)


def _granted_after_all(to: Projector, fact: Fact, everyone: tuple[AccountId, ...], *, told: int, points: int) -> None:
    """A prize of a station that did not know yet that its grant was released: so much of it as turns up."""
    freed, came = schema.released.c, schema.turned_up.c
    mine = (freed.station == fact.station) & freed.account.in_(everyone) & (freed.hold == 0) & (freed.count > told)
    known = func.coalesce(func.sum(came.points), 0)
    rows = to.db.execute(
        select(freed.count, freed.points - known)
        .outerjoin(schema.turned_up, came.released == freed.count)
        .where(mine)
        .group_by(freed.count, freed.points)
        .order_by(freed.count)
    )
    for count, left in rows.all():
        if left > 0 and points > 0:
            to.insert(schema.turned_up, fact.count, count, min(left, points))
            points -= min(left, points)


def prize_brought_back(to: Projector, event: RedemptionReversed, fact: Fact) -> None:
    """From here on the station no longer counts that prize as spent."""
    to.returned.append((fact.seq, fact.journal, event.redemption))


def points_authorised(to: Projector, event: PointsAuthorised, fact: Fact) -> None:
    row = (fact.seq, event.station, event.account, event.card, event.points, event.day, event.number)
    to.insert(schema.hold, *row, fact.count, STILL_OPEN, STILL_OPEN)


def hold_released(to: Projector, event: HoldReleased | PointsReleased, fact: Fact) -> None:
    mine = (schema.hold.c.hold == event.hold) & (schema.hold.c.closed == STILL_OPEN)
    to.db.execute(update(schema.hold).where(mine).values(closed=fact.count))


def points_released(to: Projector, event: PointsReleased, fact: Fact) -> None:
    to.insert(schema.released, fact.count, event.station, event.account, event.points, event.hold)
    if event.hold:
        hold_released(to, event, fact)
    else:
        to.insert(schema.granted, event.station, event.account, fact.count, -event.points)


def points_granted(to: Projector, event: PointsGranted, fact: Fact) -> None:
    to.insert(schema.granted, event.station, event.account, fact.count, event.points)
    to.granted.add(event.station)


def spending_disputed(to: Projector, event: SpendingDisputed, fact: Fact) -> None:
    where = Fact(event.journal, event.station, event.seq, event)
    to.open_incident(where, event.why, event.at, event.prize, event.card)


SPENDING_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    PointsAuthorised: points_authorised,
    HoldReleased: hold_released,
    PointsReleased: points_released,
    PointsGranted: points_granted,
    SpendingDisputed: spending_disputed,
}
