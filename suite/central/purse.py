"""What each station had spent, and what central held and granted, at any count: questions of `decide` (PRZ-6)."""

from collections.abc import Callable, Collection

import msgspec
from sqlalchemy import Connection, func, or_, select

from suite.central import schema
from suite.central.dialect import is_among
from suite.central.projector import OWN_JOURNAL
from suite.central.spending_projections import STILL_OPEN
from suite.domain.ids import AccountId, CardNumber, StationCode
from suite.domain.programme import Programme
from suite.domain.quantities import Moment, Points
from suite.domain.spending import OfflinePolicy

NEVER = 2**62


class Hold(msgspec.Struct, frozen=True):
    """Points held for one prize at one station; its place in central's journal names it."""

    hold: int
    station: StationCode
    account: AccountId
    card: CardNumber
    points: Points
    day: str
    number: int


class Spent(msgspec.Struct, frozen=True):
    """A prize that left a station. `back` is the entry that took it back, 0 for none."""

    seq: int
    account: AccountId
    points: Points
    back: int
    authorised: bool


HOLD = tuple(schema.hold.c[name] for name in Hold.__struct_fields__)


class Purse:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    # Held and granted

    def open_holds(self, station: StationCode | None = None) -> list[Hold]:
        """What is held now, at one station or at all."""
        known = schema.hold.c
        mine = (known.closed == STILL_OPEN) & (known.station == station if station else known.hold > 0)
        return [Hold(*row) for row in self._db.execute(select(*HOLD).where(mine).order_by(known.hold))]

    def holders(self, holds: Collection[int]) -> list[AccountId]:
        """For whom some holds were."""
        return list(self._db.scalars(select(schema.hold.c.account).where(is_among(schema.hold.c.hold, holds))))

    def hold_used_by(self, count: int) -> tuple[Hold, bool] | None:
        """The hold whose prize the fact of that count is, and whether its points were still held."""
        known = schema.hold.c
        row = self._db.execute(select(*HOLD, known.closed).where(known.used == count)).first()
        return (Hold(*row[:-1]), row[-1] == count) if row else None

    def turned_up_by(self, count: int) -> bool:
        """Whether the fact of that count spent points that had been released."""
        return (
            self._db.execute(select(schema.turned_up.c.count).where(schema.turned_up.c.count == count)).first()
            is not None
        )

    def released(self, station: StationCode) -> list[tuple[int, Points, Points]]:
        """What was released at a station, by the count of that word: its points, and how many turned up spent."""
        known, came = schema.released.c, schema.turned_up.c
        rows = self._db.execute(
            select(known.count, known.points, func.coalesce(func.sum(came.points), 0))
            .outerjoin(schema.turned_up, came.released == known.count)
            .where(known.station == station)
            .group_by(known.count, known.points)
            .order_by(known.count)
        )
        return [(count, points, Points(spent)) for count, points, spent in rows]

    def equal_holds(self, station: StationCode, card: CardNumber, points: Points, day: str) -> int:
        """How many equal authorisations of a day there were."""
        known = schema.hold.c
        equal = (known.station == station) & (known.card == card) & (known.points == points) & (known.day == day)
        return self._db.scalar(select(func.count()).select_from(schema.hold).where(equal)) or 0

    def ever_held(self) -> bool:
        """Whether central ever authorised a prize: then it is one of the parties of the bound."""
        return self._db.scalar(select(func.count()).select_from(schema.hold)) != 0

    def held(self, count: int = NEVER) -> list[tuple[AccountId, int]]:
        """The points held by accounts once so many facts were admitted."""
        known = schema.hold.c
        then = (known.opened <= count) & or_(known.closed == STILL_OPEN, known.closed > count)
        return [(row.account, row.points) for row in self._db.execute(select(known.account, known.points).where(then))]

    def granted(self, count: int = NEVER) -> list[tuple[StationCode, AccountId, int]]:
        """What was left of each grant once so many facts were admitted; a merged member's accounts are to be summed."""
        known = schema.granted.c
        left = func.sum(known.points)
        rows = self._db.execute(
            select(known.station, known.account, left)
            .where(known.count <= count)
            .group_by(known.station, known.account)
        )
        return [(station, account, points) for station, account, points in rows]

    # What a station knew

    def acknowledged(self, count: int) -> dict[int, int]:
        """How far each journal was admitted once so many facts were; central's own among them."""
        run = schema.run.c
        rows = self._db.execute(select(run.journal, func.max(run.last)).where(run.count <= count).group_by(run.journal))
        return {OWN_JOURNAL: self._own_seq(count), **{row[0]: row[1] for row in rows}}

    def _own_seq(self, count: int) -> int:
        """The last of central's own entries among the first so many facts: counts rise with places, so halve."""
        own = schema.own_entry.c
        low, high = 0, self._db.scalar(select(func.max(own.seq))) or 0
        while low < high:
            middle = (low + high + 1) // 2
            if self._db.execute(select(own.count).where(own.seq == middle)).scalar_one() <= count:
                low = middle
            else:
                high = middle - 1
        return low

    def next_admission(self, count: int) -> Moment | None:
        """When the fact after the first so many was admitted, None for none: no feed of that count is younger."""
        run, own = schema.run.c, schema.own_entry.c
        body = self._db.scalar(select(own.body).where(own.seq == self._own_seq(count) + 1))
        received = self._db.scalar(select(run.received).where(run.count > count).order_by(run.count).limit(1))
        moments = [msgspec.json.decode(body, type=_Dated).at] if body else []
        return min([*moments, *([] if received is None else [received])], default=None)

    def policy(self, count: int) -> OfflinePolicy | None:
        """The limits that held once so many facts were admitted."""
        known = schema.programme.c
        content = self._db.scalar(
            select(known.content).where(known.count <= count).order_by(known.version.desc()).limit(1)
        )
        return msgspec.json.decode(content, type=Programme).offline if content else None

    def spent(self, journal: int, after: int) -> list[Spent]:
        """The prizes that left after an entry of a journal."""
        known = schema.spent.c
        rows = self._db.execute(
            select(known.seq, known.account, known.points, known.back, known.authorised)
            .where(known.journal == journal, known.seq > after)
            .order_by(known.seq)
        )
        return [Spent(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]

    def moved(self, accounts: tuple[AccountId, ...]) -> list[tuple[int, int, int]]:
        """The points of some accounts' movements, each with the journal and the place that it stands in."""
        known = schema.movement.c
        rows = self._db.execute(select(known.journal, known.seq, known.points).where(known.account.in_(accounts)))
        return [(row[0], row[1], row[2]) for row in rows]


class _Dated(msgspec.Struct):
    """When an entry says it was written."""

    at: Moment
