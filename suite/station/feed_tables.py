"""Central's word as rows: what a feed tells, into its tables and out of them again, and what they come to.

A table's name, its columns and its key are those of the rows on the wire (`sync/feed.py`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from suite.runtime.db import Connection
from suite.sync.digest import Digest, Sums
from suite.sync.feed import (
    KEYS,
    TABLES,
    Feed,
    FeedHeader,
    GonePage,
    Page,
    ProgrammePage,
    Progress,
    header_of,
    in_silence,
    key_of,
)

PROGRAMME = "programme"
"""Kept in all its versions, which explain older tickets; the newest is what central says."""

FLAGS = ("manager", "used", "stands")
"""Columns of 0 and 1."""
PACKED = ("segments", "expiring", "rates", "assigned", "shown", "answered")
"""Columns that hold JSON."""


def name_of(table: str) -> str:
    """The table in the station's file."""
    return f"feed_{table.replace('-', '_')}"


class FeedTable:
    """How the rows of one table are written and read."""

    def __init__(self, table: str) -> None:
        (rows,) = msgspec.structs.fields(TABLES[table])
        row = rows.type.__args__[0]
        fields = msgspec.structs.fields(row)
        self.table, self.name, self._row = table, name_of(table), row
        self.columns = ", ".join(field.name for field in fields)
        self._flags = [place for place, field in enumerate(fields) if field.name in FLAGS]
        self._packed = [place for place, field in enumerate(fields) if field.name in PACKED]
        self._where = " AND ".join(f"{name} = ?" for name in KEYS[table])
        self._places = f"({', '.join('?' * len(fields))})"

    def stored(self, row: msgspec.Struct) -> list[Any]:
        """The columns of a row."""
        values: list[Any] = list(msgspec.structs.astuple(row))
        for place in self._packed:
            values[place] = msgspec.json.encode(values[place]).decode()
        return values

    def told(self, columns: Iterable[Any]) -> bytes:
        """A row as central wrote it, out of its columns."""
        values = list(columns)
        for place in self._flags:
            values[place] = {0: False, 1: True}.get(values[place], values[place])
        for place in self._packed:
            values[place] = msgspec.Raw(values[place].encode())
        return msgspec.json.encode(values)

    def write(self, db: Connection, rows: Iterable[msgspec.Struct]) -> None:
        """Write rows over what stands under their keys."""
        put = f"INSERT OR REPLACE INTO {self.name} ({self.columns}) VALUES {self._places}"  # noqa: S608 -- names of our own
        db.executemany(put, (self.stored(row) for row in rows))

    def find(self, db: Connection, key: Iterable[Any]) -> bytes | None:
        """The row under a key, as central wrote it."""
        found = db.execute(f"SELECT {self.columns} FROM {self.name} WHERE {self._where}", tuple(key)).fetchone()  # noqa: S608 -- the same
        return self.told(found) if found else None

    def remove(self, db: Connection, key: Iterable[Any]) -> None:
        db.execute(f"DELETE FROM {self.name} WHERE {self._where}", tuple(key))  # noqa: S608 -- the same

    def rows(self, db: Connection) -> Iterator[bytes]:
        """Every row, as central wrote it."""
        for row in db.execute(f"SELECT {self.columns} FROM {self.name}"):  # noqa: S608 -- the same
            yield self.told(row)


FEED = {table: FeedTable(table) for table in TABLES if table != PROGRAMME}


def take_page(db: Connection, page: Page, sums: Sums, *, afresh: bool) -> None:
    """Bring one page into its table and what it comes to. `afresh`: the table was empty. Call inside `writing`."""
    if isinstance(page, GonePage):
        for gone in (row for row in page.rows if row.table in FEED):
            _take_away(db, FEED[gone.table], gone.key, sums)
            FEED[gone.table].remove(db, gone.key)
        return
    name = str(page.__struct_config__.tag)
    if isinstance(page, ProgrammePage):
        sums.empty(name)
        versions = [(p.version, msgspec.json.encode(p)) for p in page.rows]
        # Later ones are forgotten: this central came back from before them, and its word is what holds.
        db.executemany("DELETE FROM feed_programme WHERE version > ?", [(version,) for version, _ in versions])
        db.executemany("INSERT OR REPLACE INTO feed_programme VALUES (?, ?)", versions)
    else:
        for row in () if afresh else page.rows:
            _take_away(db, FEED[name], key_of(name, row), sums)
        FEED[name].write(db, page.rows)
    for content in map(msgspec.json.encode, page.rows):
        sums.add(name, content)


def _take_away(db: Connection, table: FeedTable, key: Iterable[Any], sums: Sums) -> None:
    if (old := table.find(db, key)) is not None:
        sums.take_away(table.table, old)


def is_as_told(sums: Sums, header: FeedHeader) -> bool:
    """Whether the rows come to what central says."""
    return sums.digests() == header.digests


def header_told(db: Connection) -> bytes:
    """The header of the feed that is here, as it was signed; empty without one, or with one of a release before."""
    row = db.execute("SELECT signed FROM feed_header").fetchone()
    return row[0] if row else b""


def take_pages(db: Connection, feed: Feed, progress: Progress = in_silence) -> bool:
    """Bring all pages in, over what stands there or, for a whole feed, instead. Call inside `writing`.

    False, and nothing is changed, when the rows then are not what the header says that they come to.
    """
    before = header_told(db)
    db.execute("SAVEPOINT pages")
    sums = Sums(header_of(before).digests if before and feed.header.bases else ())
    if not feed.header.bases:
        for table in FEED.values():
            db.execute(f"DELETE FROM {table.name}")  # noqa: S608 -- names of our own
    for page in feed.pages(progress):
        take_page(db, page, sums, afresh=not feed.header.bases)
    held = is_as_told(sums, feed.header)
    if not held:
        db.execute("ROLLBACK TO pages")
    db.execute("RELEASE pages")
    return held


def digests_of(db: Connection) -> tuple[Digest, ...]:
    """What the rows in the file come to, counted anew."""
    sums = Sums()
    for name, table in FEED.items():
        for row in table.rows(db):
            sums.add(name, row)
    newest = db.execute("SELECT version, content FROM feed_programme ORDER BY version DESC LIMIT 1").fetchone()
    if newest and newest[1].startswith(b'{"version":%d,' % newest[0]):
        sums.add(PROGRAMME, newest[1])
    return sums.digests()
