"""The points: movements, months, what expires, what is not settled. Questions by name, sums in SQL."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import cast

from sqlalchemy import Connection, and_, case, func, select, union

from suite.central import schema
from suite.central.dialect import Among, is_among
from suite.domain.calendar import Month
from suite.domain.documents import MovementLine
from suite.domain.events.central import ExpiredPoints
from suite.domain.groups import Groups
from suite.domain.ids import (
    AccountId,
    GroupCode,
    ProductCode,
    StationCode,
)
from suite.domain.lots import QUALIFYING, ClosedMonth, Expiring, MonthTotals, pooled
from suite.domain.quantities import Moment, Points
from suite.domain.settlement import GroupPoints

NOWHERE = StationCode("")
"""Where central's own facts move points."""

NO_GROUP = GroupCode("?")
"""Products that no programme ever named: a station may claim as many as it likes, they are one line."""


class Ledger:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def movements(self, accounts: Collection[AccountId], limit: int) -> list[MovementLine]:
        """The newest movements of a member's accounts with the station's name."""
        move, journal, station = schema.movement.c, schema.journal.c, schema.station.c
        rows = self._db.execute(
            select(move.at, station.name, move.kind, move.points, move.reference)
            .select_from(
                schema.movement.outerjoin(schema.journal, journal.journal == move.journal).outerjoin(
                    schema.station, station.station == journal.station
                )
            )
            .where(move.account.in_(list(accounts)))
            .order_by(move.at.desc(), move.seq.desc())
            .limit(limit)
        )
        return [MovementLine(at, name or "", kind, points, reference) for at, name, kind, points, reference in rows]

    def newest_movements(
        self, among: Collection[AccountId], limit: int
    ) -> Iterator[tuple[AccountId, StationCode, MovementLine]]:
        """The newest movements of each of some accounts, oldest first, and where; by account."""
        move, journal, named = schema.movement.c, schema.journal.c, schema.station.c
        newest = (move.at.desc(), move.seq.desc(), move.journal.desc())
        place = func.row_number().over(partition_by=move.account, order_by=newest)
        ranked = select(schema.movement, place.label("place")).where(is_among(move.account, among)).subquery()
        row = ranked.c
        rows = self._db.execute(
            select(row.account, journal.station, row.at, named.name, row.kind, row.points, row.reference)
            .select_from(
                ranked.outerjoin(schema.journal, journal.journal == row.journal).outerjoin(
                    schema.station, named.station == journal.station
                )
            )
            .where(row.place <= limit)
            .order_by(row.account, row.place.desc())
        )
        for account, station, at, name, kind, points, reference in rows:
            yield account, station or NOWHERE, MovementLine(at, name or "", kind, points, reference)

    def visits(self, among: Collection[AccountId]) -> list[tuple[AccountId, StationCode]]:
        """At which stations some accounts ever moved."""
        known = schema.visited.c
        rows = self._db.execute(select(known.account, known.station).where(is_among(known.account, among)))
        return [(row.account, row.station) for row in rows]

    def month_totals(self, account: AccountId | None = None) -> Iterator[tuple[AccountId, MonthTotals]]:
        """Each account's months, by account and month."""
        known = schema.account_month.c
        query = select(schema.account_month).order_by(known.account, known.month)
        for row in self._db.execute(query if account is None else query.where(known.account == account)):
            yield row[0], MonthTotals(*row[1:])

    def totals_of(self, accounts: Iterable[AccountId]) -> list[MonthTotals]:
        """The months of a member: of one account, or of all that were merged into one."""
        return pooled([totals for _, totals in self.month_totals(account)] for account in accounts)

    def totals_by_root(self, groups: Groups, among: Among = None) -> dict[AccountId, list[MonthTotals]]:
        """The months of every merged member, all of their accounts as one, in one pass.

        `among`: all accounts of `groups`, when those are not all groups.
        """
        month, merged = schema.account_month.c, schema.merged.c
        joined = union(select(merged.account), select(merged.parent)).scalar_subquery()
        by_root: dict[AccountId, list[list[MonthTotals]]] = {root: [] for root in groups.roots}
        query = (
            select(schema.account_month)
            .where(month.account.in_(joined) if among is None else is_among(month.account, among))
            .order_by(month.account, month.month)
        )
        for row in self._db.execute(query):
            by_root[groups.root_of(row[0])].append([MonthTotals(*row[1:])])
        return {root: pooled(totals) for root, totals in by_root.items()}

    def balance_of(self, accounts: Iterable[AccountId]) -> Points:
        known = schema.account.c
        return Points(
            self._db.scalar(select(func.coalesce(func.sum(known.balance), 0)).where(known.account.in_(list(accounts))))
            or 0
        )

    def first_month(self) -> Month | None:
        return cast("Month | None", self._db.scalar(select(func.min(schema.account_month.c.month))))

    def last_closed(self) -> Month | None:
        return cast("Month | None", self._db.scalar(select(func.max(schema.closed_month.c.month))))

    def closes(self) -> list[ClosedMonth]:
        """Every closed month and its cutoff, oldest first."""
        known = schema.closed_month.c
        return [ClosedMonth(*row) for row in self._db.execute(select(known.month, known.cutoff).order_by(known.month))]

    def expiring(self, month: Month, cutoff: Month, apart: Collection[AccountId]) -> list[ExpiredPoints]:
        """What each account loses at the close of `month`, in one pass (design.md 4): C(cutoff) − D(month) − E.

        Accounts named in `apart` are left out: merged ones, whose lots are one.
        """
        known = schema.account_month.c
        lots = func.sum(known.lot).filter(known.month <= cutoff)
        used = func.sum(known.used).filter(known.month <= month)
        due = func.coalesce(lots, 0) - func.coalesce(used, 0) - func.sum(known.expired)
        rows = self._db.execute(
            select(known.account, due.label("due")).group_by(known.account).having(due > 0).order_by(known.account)
        )
        return [ExpiredPoints(AccountId(a), Points(points)) for a, points in rows if a not in apart]

    def coming(
        self, last: Month, expiry_months: int, closes: int, among: Among = None
    ) -> Iterator[tuple[AccountId, tuple[Expiring, ...]]]:
        """What each account loses at each of the `closes` after `last` if nothing more happens, in one pass."""
        known = schema.account_month.c
        sums = []
        for month in range(last + 1, last + closes + 1):
            lots = func.sum(known.lot).filter(known.month <= month - expiry_months)
            used = func.sum(known.used).filter(known.month <= month)
            sums.append(func.coalesce(lots, 0) - func.coalesce(used, 0))
        mine = select(known.account, func.sum(known.expired), *sums).where(is_among(known.account, among))
        query = mine.group_by(known.account).order_by(known.account)
        for account, gone, *due in self._db.execute(query):
            found, lost = list[Expiring](), gone
            for i, points in enumerate(due, start=1):
                if points > lost:
                    found.append(Expiring(Month(last + i), Points(points - lost)))
                    lost = points
            if found:
                yield account, tuple(found)

    def qualifying(self, last: Month, months: int, among: Among = None) -> Iterator[tuple[AccountId, int]]:
        """What each account earned towards a tier in the `months` that end with `last`, by account."""
        known = schema.account_month.c
        inside = (known.month > last - months) & (known.month <= last) & is_among(known.account, among)
        total = func.sum(known.qualifying)
        query = select(known.account, total).where(inside).group_by(known.account).order_by(known.account)
        yield from ((AccountId(account), points) for account, points in self._db.execute(query))

    def open_points(self) -> tuple[dict[Month, int], int]:
        """What is left of every month's lots, all accounts together but merged ones; and what they owe.

        One pass in SQL: of an account's lots, oldest first, the running sum above all that is gone is what is left.
        """
        month, merged = schema.account_month.c, schema.merged.c
        joined = union(select(merged.account), select(merged.parent)).scalar_subquery()
        gone = select(month.account, (func.sum(month.used) + func.sum(month.expired)).label("gone")).group_by(
            month.account
        )
        whole = gone.subquery()
        running = func.sum(month.lot).over(partition_by=month.account, order_by=month.month)
        lots = (
            select(month.account, month.month, month.lot, running.label("upto"), whole.c.gone)
            .join(whole, whole.c.account == month.account)
            .where(month.account.not_in(joined))
            .subquery()
        )
        lot = lots.c
        left = case((lot.lot < lot.upto - lot.gone, lot.lot), else_=lot.upto - lot.gone)
        rows = self._db.execute(
            select(lot.month, func.sum(left)).where(lot.upto > lot.gone, lot.lot > 0).group_by(lot.month)
        )
        known = schema.account.c
        owed = select(func.coalesce(-func.sum(known.balance), 0)).where(known.balance < 0, known.account.not_in(joined))
        return {Month(m): points for m, points in rows}, self._db.scalar(owed) or 0

    def overdue(self, last: Month, expiry_months: int, closes: int) -> dict[Month, tuple[int, int]]:
        """For each of the last `closes` months: points credited to lots that its close took, and what expired then."""
        known = schema.account_month.c
        lots = dict(
            self._db.execute(
                select(known.month + expiry_months, func.sum(known.lot))
                .where(known.month + expiry_months > last - closes, known.month + expiry_months <= last)
                .group_by(known.month)
            ).all()
        )
        gone = dict(
            self._db.execute(
                select(known.month, func.sum(known.expired))
                .where(known.month > last - closes, known.month <= last)
                .group_by(known.month)
            ).all()
        )
        return {Month(m): (lots.get(m, 0), gone.get(m, 0)) for m in range(last - closes + 1, last + 1)}

    def opening_months(self) -> set[tuple[AccountId, str]]:
        """The accounts and months whose opening lots are loaded already."""
        known = schema.movement.c
        rows = self._db.execute(select(known.account, known.reference).where(known.kind == "opening"))
        return {(account, reference) for account, reference in rows}

    def has_movement(self, account: AccountId, reference: str, kinds: Collection[str]) -> bool:
        """Whether points of an account moved for that document already."""
        known = schema.movement.c
        mine = (known.account == account) & (known.reference == reference) & known.kind.in_(kinds)
        return self._db.scalar(select(known.seq).where(mine).limit(1)) is not None

    def qualifying_since(self, since: Moment, among: Among) -> Iterator[tuple[AccountId, int]]:
        """What each account earned towards a tier from a moment on."""
        known = schema.movement.c
        mine = (known.at >= since) & known.kind.in_(QUALIFYING) & is_among(known.account, among)
        query = select(known.account, func.sum(known.points)).where(mine).group_by(known.account)
        yield from ((AccountId(account), points) for account, points in self._db.execute(query))

    def moved_by_hand(self, accounts: Collection[AccountId], since: Moment) -> int:
        """Points given and taken by hand since a moment, added up without their sign."""
        known = schema.movement.c
        mine = known.account.in_(list(accounts)) & (known.at >= since) & known.kind.in_(("adjustment", "deduction"))
        return self._db.scalar(select(func.coalesce(func.sum(func.abs(known.points)), 0)).where(mine)) or 0

    def job_mark(self, job: str) -> int:
        """How far a job has read, in the order of admission."""
        known = schema.job_mark.c
        return self._db.scalar(select(known.count).where(known.job == job)) or 0

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
            key = (station, earned_in, groups.get(product, NO_GROUP))
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
