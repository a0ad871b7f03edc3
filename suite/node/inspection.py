"""Looking at a node's file from outside the use cases: journal, tables, and what central last said of them.

The projections are made again in memory and held against the file's; only `mend_parts` writes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import ClassVar

from suite.domain.errors import N_
from suite.domain.events.base import Event
from suite.domain.ids import NodeKind
from suite.domain.quantities import Moment
from suite.journal.chain import heads
from suite.journal.codec import UnknownFact, decode
from suite.journal.entry import START, Entry, Tip, commitment, journal_id
from suite.node.store import OutpostStore
from suite.node.witness import is_certificate
from suite.runtime.db import Connection, open_memory
from suite.runtime.errors import JournalBroken
from suite.runtime.examination import Finding, bad, good, rows_differ


class NodeInspection(ABC):
    """Questions to one node's file. Opened for reading; one read transaction sees one state.

    `logs` are the journals whose keys this PC has, oldest first: in the file they stand as one chain, one after the
    other. `central` are the keys that central signed with since this PC was invited.
    """

    KIND: ClassVar[NodeKind]
    VERSION: ClassVar[int]
    """Which tables this release has."""
    PROJECTION_TABLES: ClassVar[tuple[str, ...]]

    def __init__(self, connection: Connection, logs: Sequence[bytes], central: Sequence[bytes]) -> None:
        self._db = connection
        self._logs = logs
        self._central = central

    # What each node does its own way

    @abstractmethod
    def fresh(self) -> Connection:
        """Every table of this release, empty, in memory."""

    @abstractmethod
    def _replayed(self) -> Connection:
        """The projections made from the file's journal just now, in memory. Raises BundleRefused."""

    def told(self) -> Iterator[Finding]:
        """Whether what central said, and what is on its way to it, stands as it was signed."""
        yield from self._feed()
        certified = self._db.execute("SELECT log, content FROM certificate")
        if any(not is_certificate(content, log, self._central) for log, content in certified):
            yield bad("feed", N_("Central's word that it approved this PC was altered. Import central's next bundle."))

    def beside(self) -> Iterator[Finding]:
        """What this kind of node has besides; most have nothing."""
        yield from ()

    # What all have

    def version(self) -> int:
        """Which release's tables these are."""
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def missing_parts(self) -> list[str]:
        """Tables, columns, indexes and triggers of this release that the file has not, or has otherwise."""
        fresh = self.fresh()
        wanted, there = _parts(fresh), _parts(self._db)
        fresh.close()
        return sorted(name for name, shape in wanted.items() if there.get(name) != shape)

    def journals(self) -> Iterator[Finding]:
        """Every journal in the file, linked again from its first entry; they must be this PC's own."""
        logs = [log for (log,) in self._db.execute("SELECT log FROM entry GROUP BY log ORDER BY min(seq)")]
        if not logs:
            yield bad("journal", N_("The journal of this PC is gone. Stop, and call central."))
        if any(log not in self._logs for log in logs):
            yield bad("journal", N_("The journal was written under a key that is not here. Call central."))
        try:
            ends = self._link()
        except JournalBroken as error:
            yield Finding("journal", good=False, text=error.text, facts=error.facts)
        else:
            for entries in ends:
                yield good("journal", N_("{entries} entries linked again."), entries=entries)

    def _link(self) -> list[int]:
        """The length of each journal. Raises JournalBroken."""
        rows = self._db.execute("SELECT log, seq, body, head FROM entry ORDER BY seq").fetchall()
        chain = heads(START, [body for _, _, body, _ in rows])
        lengths: list[int] = []
        before = b""
        for place, ((log, seq, body, head), linked) in enumerate(zip(rows, chain, strict=True), start=1):
            if log != before:
                lengths.append(0)
            if seq != place or head != linked or (log != before and journal_id(body) != log):
                raise JournalBroken(N_("Entry {seq} of the journal is not as it was written. Call central."), seq=place)
            lengths[-1] += 1
            before = log
        return lengths

    def anchor(self, anchored: Tip | None) -> Finding:
        """Whether the journal reaches as far as this PC knows it wrote. None: nothing says how far."""
        if anchored is None:
            text = N_("What says how far this PC wrote (keys/anchor.json) is gone. Repair makes it anew.")
            return bad("anchor", text, repairable=True)
        if self._head(anchored.seq) != anchored.head:
            text = N_(
                "This PC wrote up to entry {entries}, which is not so in this file: it was restored or copied. Opened, "
                "it goes on with a new journal that central has to approve. Call central."
            )
            return bad("anchor", text, entries=anchored.seq)
        return good("anchor", N_("The journal is as far as this PC wrote."))

    def newest(self) -> Moment:
        """The moment of the last entry."""
        row = self._db.execute("SELECT body FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        event = decode(row[0]) if row else None
        return event.at if isinstance(event, Event) else Moment(0)

    def tables(self) -> Iterator[Finding]:
        """Every projection held against one that was made from the journal just now. Raises BundleRefused."""
        anew = self._replayed()
        found = [finding for table in self.PROJECTION_TABLES if (finding := self._compare(table, anew)) is not None]
        anew.close()
        if not found:
            tables = len(self.PROJECTION_TABLES)
            yield good("tables", N_("{tables} tables are what the journal says."), tables=tables)
        yield from found

    def events(self) -> Iterator[tuple[Event, int]]:
        """Every fact of the journal and its number; kinds of a newer release are left out. Raises BundleRefused."""
        for seq, body in self._db.execute("SELECT seq, body FROM entry ORDER BY seq"):
            event = decode(body)
            if not isinstance(event, UnknownFact):
                yield event, seq

    def entries(self) -> Iterator[Entry]:
        for row in self._db.execute("SELECT seq, body, head FROM entry ORDER BY seq"):
            yield Entry(*row)

    def _compare(self, table: str, fresh: Connection) -> Finding | None:
        keys = [row[1] for row in sorted(fresh.execute(f"PRAGMA table_info({table})"), key=lambda r: r[5]) if row[5]]
        names = ", ".join(f'"{key}"' for key in keys)
        ordered = f"SELECT {names}, * FROM {table} ORDER BY {names}"  # noqa: S608 -- names of our own
        for left, right in zip_longest(self._db.execute(ordered), fresh.execute(ordered)):
            if left != right:
                row = min((r[: len(keys)] for r in (left, right) if r is not None), key=lambda r: tuple(map(repr, r)))
                rows, expected = (_count(table, db) for db in (self._db, fresh))
                return rows_differ(table, rows, expected, ", ".join(map(str, row)))
        return None

    def _feed(self) -> Iterator[Finding]:
        """Whether central's word is for this very journal."""
        row = self._db.execute("SELECT log, ack_seq, ack_head FROM feed_header").fetchone()
        if row is not None and (row[0] not in self._logs or self._head(row[1]) != row[2]):
            yield bad("feed", N_("Central's data is not for this journal. Import central's next bundle, or call it."))

    def _altered_blobs(self) -> int:
        """Personal data on its way to central that is not what was committed to."""
        rows = self._db.execute("SELECT commitment, salt, content FROM blob")
        return sum(name != commitment(salt, content) for name, salt, content in rows)

    def _head(self, seq: int) -> bytes | None:
        if seq == 0:
            return START.head
        row = self._db.execute("SELECT head FROM entry WHERE seq = ?", (seq,)).fetchone()
        return row[0] if row else None


class OutpostInspection(NodeInspection):
    """Questions to the file of a node that is no station: its own kind of store makes the projections."""

    STORE: ClassVar[type[OutpostStore]]

    def fresh(self) -> Connection:
        """See `NodeInspection`."""
        made = open_memory()
        self.STORE(made, b"")
        return made

    def _replayed(self) -> Connection:
        made = open_memory()
        store = self.STORE(made, b"")
        with store.writing():
            store.replay(self.entries())
        return made

    def told(self) -> Iterator[Finding]:
        """See `NodeInspection`."""
        yield from super().told()
        if self._altered_blobs():
            yield bad("people", N_("Personal data written down here is not as it was signed. Call central."))
        lost = self._db.execute(
            """SELECT count(*) FROM promised WHERE seq > coalesce((SELECT ack_seq FROM feed_header), 0)
            AND commitment NOT IN (SELECT commitment FROM blob)"""
        ).fetchone()[0]
        if lost:
            gone = N_("Personal data of {count} entries is gone before central had it. Tell central.")
            yield bad("people", gone, count=lost)


def mend_parts(connection: Connection, fresh: Connection) -> None:
    """Make tables that are missing, and triggers and indexes that are missing or altered, as this release has them.

    Call inside a transaction. Never the journal's own table: a journal that is gone is not begun anew.
    """
    there, fitting = dict(connection.execute("SELECT name, type FROM sqlite_master").fetchall()), _parts(connection)
    wanted = _parts(fresh)
    makings = fresh.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC")
    for kind, name, sql in sorted(makings.fetchall(), key=lambda part: part[0] != "table"):
        altered = kind != "table" and fitting.get(f"{kind} {name}") != wanted[f"{kind} {name}"]
        if name in there and altered:
            connection.execute(f"DROP {kind} {name}")
        if name != "entry" and (name not in there or altered):
            connection.execute(sql)


def _parts(connection: Connection) -> dict[str, object]:
    """What a schema is made of: a table by its columns, a trigger by its text."""
    parts: dict[str, object] = {}
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        columns = connection.execute("SELECT name, type FROM pragma_table_info(?) ORDER BY cid", (name,)).fetchall()
        parts[f"{kind} {name}"] = columns if kind == "table" else sql
    return parts


def _count(table: str, connection: Connection) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 -- names of our own
