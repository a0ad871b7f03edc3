"""The rows that stations are told: content, and the serial of the last change. Questions by name.

A row is everybody's (scope `NETWORK`) or one station's own (its code). One that is no more stays as a row without
content, so that a delta can say so. Serials only ever rise: each change of the rows has one, and a feed tells rows up
to one. `floor` is the first serial since which nothing was forgotten: no delta begins before it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from suite.central import schema
from suite.central.dialect import add_or_replace, is_among, run_many
from suite.domain.ids import AccountId, StationCode
from suite.sync.digest import Digest, Sums
from suite.sync.feed import is_row_at

NETWORK = StationCode("")
GONE = b""
ROWS_AT_ONCE = 5000
OF_MEMBERS = ("account", "alias", "first-purchase", "movement")
"""Tables whose rows are kept by the member whom they are of."""


class ToldState(msgspec.Struct, frozen=True):
    """Up to which change the rows are, and of when: admitted facts, central's own among them, and the day."""

    serial: int
    floor: int
    count: int = 0
    own: int = 0
    day: str = ""
    """Empty: every row has to be looked at again."""


class ToldRow(NamedTuple):
    """One row: whose, of which table, for which member (0: of none), its key and its content in JSON."""

    scope: StationCode
    page: str
    account: int
    key: str
    content: bytes


class ToldRows:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def state(self) -> ToldState | None:
        """None when nothing was made yet, or all was dropped."""
        known = schema.told_state.c
        columns = (known.serial, known.floor, known.count, known.own, known.day)
        row = self._db.execute(select(*columns).where(known.only == 1)).first()
        return ToldState(*row) if row else None

    def keep_state(self, state: ToldState) -> None:
        names = ToldState.__struct_fields__
        run_many(self._db, add_or_replace(schema.told_state, *names), [(1, *msgspec.structs.astuple(state))])

    def doubt(self) -> None:
        """Have every row looked at again before the next feed."""
        self._db.execute(update(schema.told_state).values(day=""))

    def counted_anew(self) -> dict[StationCode, tuple[Digest, ...]]:
        """What all rows come to in each scope, without what was kept of it; a row under another's key is left out."""
        known, sums = schema.told.c, dict[StationCode, Sums]()
        query = select(known.scope, known.page, known.account, known.key, known.content).where(known.content != GONE)
        for row in self._db.execute(query).yield_per(ROWS_AT_ONCE):
            if is_row_at(row.page, row.key, row.content, row.account if row.page in OF_MEMBERS else None):
                sums.setdefault(row[0], Sums()).add(row[1], row[4])
        return {scope: each.digests() for scope, each in sums.items()}

    def all_digests(self) -> dict[StationCode, tuple[Digest, ...]]:
        """What was kept of what all rows come to."""
        known = schema.told_digest.c
        scopes = sorted(self._db.scalars(select(known.scope).distinct()))
        return {StationCode(scope): tuple(sorted(self.digests(scope), key=lambda d: d.table)) for scope in scopes}

    def last_serial(self) -> int:
        """The newest change that any row names."""
        return self._db.scalar(select(func.max(schema.told.c.serial))) or 0

    def days(self) -> set[tuple[AccountId, str]]:
        """On which days rows have to be looked at again."""
        return {(row.account, row.day) for row in self._db.execute(select(schema.told_again))}

    def drop(self) -> None:
        """Forget all: stations get whole feeds again."""
        for table in schema.TOLD:
            self._db.execute(delete(table))

    def due(self, day: str) -> list[AccountId]:
        """The members whose row the calendar changes by a day."""
        known = schema.told_again.c
        return list(self._db.scalars(select(known.account).where(known.day <= day)))

    def look_again(self, accounts: Collection[AccountId], days: Iterable[tuple[AccountId, str]]) -> None:
        """On which day the rows of some members have to be looked at again, of those that have one."""
        self._db.execute(delete(schema.told_again).where(is_among(schema.told_again.c.account, accounts)))
        run_many(self._db, insert(schema.told_again), list(days))

    def accounts(self, after: AccountId, limit: int) -> list[AccountId]:
        """The next account numbers that rows are told of, or were."""
        known = schema.told.c
        found = set[AccountId]()
        for page in OF_MEMBERS:
            mine = (known.page == page) & (known.account > after)
            query = select(known.account).where(mine).distinct().order_by(known.account).limit(limit)
            found.update(self._db.scalars(query))
        return sorted(found)[:limit]

    def roots_told(self, accounts: Collection[AccountId]) -> list[AccountId]:
        """As whose merged accounts some accounts were told last."""
        known = schema.told.c
        mine = (known.page == "alias") & is_among(known.account, accounts) & (known.content != GONE)
        return [msgspec.json.decode(row)[1] for row in self._db.scalars(select(known.content).where(mine))]

    def live(self, page: str, where: ColumnElement[bool]) -> dict[tuple[Any, ...], bytes]:
        """Rows of a table, by scope, account and key."""
        known = schema.told.c
        columns = (known.scope, known.account, known.key, known.content)
        rows = self._db.execute(select(*columns).where(known.page == page, known.content != GONE, where))
        return {(row[0], row[1], row[2]): row[3] for row in rows}

    def of_members(self, page: str, accounts: Collection[AccountId]) -> Iterator[bytes]:
        """What everybody is told of some members, by account."""
        known = schema.told.c
        mine = (known.scope == NETWORK) & (known.page == page) & (known.content != GONE)
        query = select(known.content).where(mine, is_among(known.account, accounts)).order_by(known.account)
        yield from self._db.scalars(query)

    def write(self, rows: Iterable[ToldRow], serial: int) -> None:
        run_many(self._db, add_or_replace(schema.told, "content", "serial"), [(*row, serial) for row in rows])

    def digests(self, scope: StationCode) -> list[Digest]:
        known = schema.told_digest.c
        rows = self._db.execute(select(known.page, known.rows, known.total).where(known.scope == scope))
        return [Digest(*row) for row in rows]

    def keep_digests(self, scope: StationCode, digests: Iterable[Digest]) -> None:
        self._db.execute(delete(schema.told_digest).where(schema.told_digest.c.scope == scope))
        run_many(self._db, insert(schema.told_digest), [(scope, d.table, d.rows, d.total) for d in digests])

    # What a feed tells

    def rows(self, scope: StationCode, page: str) -> Iterator[bytes]:
        """Every row of a table, by its key."""
        known = schema.told.c
        mine = (known.page == page) & (known.scope == scope) & (known.content != GONE)
        query = select(known.content).where(mine).order_by(known.account, known.key)
        yield from self._db.scalars(query).yield_per(ROWS_AT_ONCE)

    def changed(self, scope: StationCode, since: int) -> int:
        """How many rows changed after a serial."""
        known = schema.told.c
        mine = (known.scope == scope) & (known.serial > since)
        return self._db.scalar(select(func.count()).select_from(schema.told).where(mine)) or 0

    def rows_since(self, scope: StationCode, since: int) -> Iterator[tuple[str, str, bytes]]:
        """Table, key and content of the rows that changed after a serial, table by table."""
        known = schema.told.c
        mine = (known.scope == scope) & (known.serial > since)
        order = (known.page, known.account, known.key)
        query = select(known.page, known.key, known.content).where(mine).order_by(*order)
        for row in self._db.execute(query).yield_per(ROWS_AT_ONCE):
            yield row[0], row[1], row[2]


class Change:
    """One change of the rows: what differs is written with the next serial; `keep` ends it."""

    def __init__(self, told: ToldRows, before: ToldState) -> None:
        self._told = told
        self._before = before
        self._sums: dict[StationCode, Sums] = {}
        self.written = 0

    def of_accounts(self, page: str, accounts: Collection[AccountId], rows: Iterable[ToldRow]) -> None:
        """These are all rows of a table about some accounts, in every scope."""
        self._replace(page, is_among(schema.told.c.account, accounts), rows)

    def of_keys(self, page: str, keys: Collection[str], rows: Iterable[ToldRow]) -> None:
        """These are all rows of a table with some keys; rows of nobody."""
        known = schema.told.c
        self._replace(page, (known.account == 0) & (known.scope == NETWORK) & is_among(known.key, keys), rows)

    def of_scope(self, page: str, scope: StationCode, rows: Iterable[ToldRow]) -> None:
        """These are all rows of a table in a scope; rows of nobody."""
        known = schema.told.c
        self._replace(page, (known.account == 0) & (known.scope == scope), rows)

    def of_page(self, page: str, rows: Iterable[ToldRow]) -> None:
        """These are all rows of a table, in every scope; rows of nobody."""
        self._replace(page, schema.told.c.account == 0, rows)

    def _replace(self, page: str, where: ColumnElement[bool], rows: Iterable[ToldRow]) -> None:
        before = self._told.live(page, where)
        changed = list[ToldRow]()
        for row in rows:
            old = before.pop((row.scope, row.account, row.key), GONE)
            if old != row.content:
                changed.append(row)
                self._count(row, old)
        for (scope, account, key), old in before.items():
            gone = ToldRow(scope, page, account, key, GONE)
            changed.append(gone)
            self._count(gone, old)
        if changed:
            self._told.write(changed, self._before.serial + 1)
            self.written += len(changed)

    def _count(self, row: ToldRow, old: bytes) -> None:
        if row.scope not in self._sums:
            self._sums[row.scope] = Sums(self._told.digests(row.scope))
        sums = self._sums[row.scope]
        if old != GONE:
            sums.take_away(row.page, old)
        if row.content != GONE:
            sums.add(row.page, row.content)

    def keep(self, *, count: int, own: int, day: str) -> ToldState:
        """Write down what the rows come to, and of when they are."""
        for scope, sums in self._sums.items():
            self._told.keep_digests(scope, sums.digests())
        serial = self._before.serial + bool(self.written)
        state = ToldState(serial, self._before.floor, count, own, day)
        self._told.keep_state(state)
        return state
