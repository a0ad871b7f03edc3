"""The points: movements, months, what expires, what is not settled. Questions by name, sums in SQL."""

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from sqlalchemy import Connection, and_, func, select

from suite.central import schema
from suite.domain.calendar import Month
from suite.domain.documents import MovementLine
from suite.domain.events.central import ExpiredPoints
from suite.domain.ids import (
    AccountId,
    GroupCode,
    ProductCode,
    StationCode,
)
from suite.domain.lots import MonthTotals
from suite.domain.quantities import Points
from suite.domain.settlement import GroupPoints


class Ledger:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def movements(self, account: AccountId, limit: int) -> list[MovementLine]:
        """The newest movements of an account with the station's name."""
        move, journal, station = schema.movement.c, schema.journal.c, schema.station.c
        rows = self._db.execute(
            select(move.at, station.name, move.kind, move.points, move.reference)
            .select_from(
                schema.movement.outerjoin(schema.journal, journal.journal == move.journal).outerjoin(
                    schema.station, station.station == journal.station
                )
            )
            .where(move.account == account)
            .order_by(move.at.desc(), move.seq.desc())
            .limit(limit)
        )
        return [MovementLine(at, name or "", kind, points, reference) for at, name, kind, points, reference in rows]

    def movements_elsewhere(self, station: StationCode, limit: int) -> list[tuple[AccountId, MovementLine]]:
        """For every account that ever moved at a station: its newest movements made anywhere else."""
        move, journal, named = schema.movement.c, schema.journal.c, schema.station.c
        here = (
            select(move.account).join(schema.journal, journal.journal == move.journal).where(journal.station == station)
        )
        place = func.row_number().over(partition_by=move.account, order_by=(move.at.desc(), move.seq.desc()))
        ranked = (
            select(
                move.account,
                move.at,
                named.name,
                move.kind,
                move.points,
                move.reference,
                journal.station,
                place.label("place"),
            )
            .select_from(
                schema.movement.outerjoin(schema.journal, journal.journal == move.journal).outerjoin(
                    schema.station, named.station == journal.station
                )
            )
            .where(move.account.in_(here))
            .subquery()
        )
        row = ranked.c
        elsewhere = (row.place <= limit) & ((row.station != station) | row.station.is_(None))
        rows = self._db.execute(
            select(row.account, row.at, row.name, row.kind, row.points, row.reference)
            .where(elsewhere)
            .order_by(row.account, row.at)
        )
        return [(r[0], MovementLine(r[1], r[2] or "", r[3], r[4], r[5])) for r in rows]

    def month_totals(self, account: AccountId | None = None) -> Iterator[tuple[AccountId, MonthTotals]]:
        """What each account earned, spent and lost in each month, by account and month."""
        known = schema.account_month.c
        query = select(schema.account_month).order_by(known.account, known.month)
        for row in self._db.execute(query if account is None else query.where(known.account == account)):
            yield row[0], MonthTotals(*row[1:])

    def first_month(self) -> Month | None:
        return cast("Month | None", self._db.scalar(select(func.min(schema.account_month.c.month))))

    def last_closed(self) -> Month | None:
        return cast("Month | None", self._db.scalar(select(func.max(schema.closed_month.c.month))))

    def expiring(self, month: Month, cutoff: Month) -> list[ExpiredPoints]:
        """What each account loses at the close of `month`, in one pass (design.md 4): C(cutoff) − D(month) − E."""
        known = schema.account_month.c
        earned = func.sum(func.coalesce(known.earned, 0)).filter(known.month <= cutoff)
        spent = func.sum(known.spent).filter(known.month <= month)
        due = func.coalesce(earned, 0) - func.coalesce(spent, 0) - func.sum(known.expired)
        rows = self._db.execute(
            select(known.account, due.label("due")).group_by(known.account).having(due > 0).order_by(known.account)
        )
        return [ExpiredPoints(AccountId(account), Points(points)) for account, points in rows]

    def unsettled(self, month: Month, groups: Mapping[ProductCode, GroupCode]) -> dict[StationCode, list[GroupPoints]]:
        """Points given and not settled up to a month, by station, month and product group."""
        known = schema.accrual.c
        rows = self._db.execute(
            select(known.station, known.month, known.product, func.sum(known.points))
            .where(and_(known.settled_in == schema.NOT_SETTLED, known.month <= month))
            .group_by(known.station, known.month, known.product)
        )
        sums: dict[tuple[StationCode, Month, GroupCode], int] = {}
        for station, earned_in, product, points in rows:
            key = (station, earned_in, groups.get(product, GroupCode(product)))
            sums[key] = sums.get(key, 0) + points
        found: dict[StationCode, list[GroupPoints]] = {}
        for (station, earned_in, group), points in sorted(sums.items()):
            found.setdefault(station, []).append(GroupPoints(earned_in, group, Points(points)))
        return found

    def first_unsettled(self) -> Month | None:
        """The oldest month with points that no settlement holds."""
        known = schema.accrual.c
        oldest = select(func.min(known.month)).where(known.settled_in == schema.NOT_SETTLED, known.points != 0)
        return cast("Month | None", self._db.scalar(oldest))

    def is_settled(self, month: Month) -> bool:
        return (
            self._db.scalar(select(schema.settled_month.c.seq).where(schema.settled_month.c.month == month)) is not None
        )

    def settlements(self, month: Month) -> list[int]:
        """Where in central's journal the settlements of a month stand, by station."""
        known = schema.settlement.c
        return list(self._db.scalars(select(known.seq).where(known.month == month).order_by(known.station)))
