"""Looking at a station's file from outside the use cases: journal, tables, blobs, and what central last said.

The projections are made again in memory and held against the file's; nothing here writes to the file.
"""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from suite.domain.errors import N_
from suite.domain.events.base import Event
from suite.domain.pins import TRIES
from suite.domain.quantities import Moment
from suite.journal.chain import heads
from suite.journal.codec import UnknownFact, decode
from suite.journal.entry import START, commitment, journal_id
from suite.node.witness import is_certificate
from suite.runtime.db import Connection, open_memory
from suite.runtime.errors import JournalBroken
from suite.runtime.examination import Finding, bad, good, rows_differ
from suite.station.feed_tables import digests_of, header_told
from suite.station.pos.inspection import damaged_sales, setup_is_damaged
from suite.station.projections import project
from suite.station.schema import PROJECTION_TABLES, create_all, recreate_projections
from suite.sync.feed import name_of_feed, read_header


class Inspection:
    """Questions to one station's file. Opened for reading; one read transaction sees one state.

    `logs` are the journals whose keys this PC has, oldest first: in the file they stand as one chain, one after the
    other. `central` are the keys that central signed with since this PC was invited.
    """

    def __init__(self, connection: Connection, logs: Sequence[bytes], central: Sequence[bytes]) -> None:
        self._db = connection
        self._logs = logs
        self._central = central

    def version(self) -> int:
        """Which release's tables these are."""
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def missing_parts(self) -> list[str]:
        """Tables, columns, indexes and triggers of this release that the file has not, or has otherwise."""
        fresh = open_memory()
        create_all(fresh)
        wanted, there = _parts(fresh), _parts(self._db)
        fresh.close()
        return sorted(name for name, shape in wanted.items() if there.get(name) != shape)

    def journals(self) -> Iterator[Finding]:
        """Every journal in the file, linked again from its first entry; they must be this PC's own."""
        logs = [log for (log,) in self._db.execute("SELECT log FROM entry GROUP BY log ORDER BY min(seq)")]
        if not logs:
            yield bad("journal", N_("The journal of this station is gone. Stop, and call central."))
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

    def newest(self) -> Moment:
        """The moment of the last entry."""
        row = self._db.execute("SELECT body FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        event = decode(row[0]) if row else None
        return event.at if isinstance(event, Event) else Moment(0)

    def tables(self) -> Iterator[Finding]:
        """Every projection held against one that was made from the journal just now. Raises BundleRefused."""
        fresh = open_memory()
        recreate_projections(fresh)
        for seq, body in self._db.execute("SELECT seq, body FROM entry ORDER BY seq"):
            event = decode(body)
            if not isinstance(event, UnknownFact):
                project(event, seq, fresh)
        found = [finding for table in PROJECTION_TABLES if (finding := self._compare(table, fresh)) is not None]
        fresh.close()
        if not found:
            yield good("tables", N_("{tables} tables are what the journal says."), tables=len(PROJECTION_TABLES))
        yield from found

    def _compare(self, table: str, fresh: Connection) -> Finding | None:
        keys = [row[1] for row in sorted(fresh.execute(f"PRAGMA table_info({table})"), key=lambda r: r[5]) if row[5]]
        ordered = f"SELECT {', '.join(keys)}, * FROM {table} ORDER BY {', '.join(keys)}"  # noqa: S608 -- names of our own
        for left, right in zip_longest(self._db.execute(ordered), fresh.execute(ordered)):
            if left != right:
                row = min((r[: len(keys)] for r in (left, right) if r is not None), key=lambda r: tuple(map(repr, r)))
                rows, expected = (_count(table, db) for db in (self._db, fresh))
                return rows_differ(table, rows, expected, ", ".join(map(str, row)))
        return None

    def told(self) -> Iterator[Finding]:
        """Whether central's word fits this journal, and the personal data on its way its commitments."""
        row = self._db.execute("SELECT log, ack_seq, ack_head FROM feed_header").fetchone()
        if row is not None and (row[0] not in self._logs or self._head(row[1]) != row[2]):
            yield bad("feed", N_("Central's data is not for this journal. Import central's next bundle, or call it."))
        elif not self._is_as_signed():
            anew = N_("Central's data is not as central signed it. Repair it: the next exchange brings all of it anew.")
            yield bad("feed", anew, repairable=True)
        certified = self._db.execute("SELECT log, content FROM certificate")
        if any(not is_certificate(content, log, self._central) for log, content in certified):
            yield bad("feed", N_("Central's word that it approved this PC was altered. Import central's next bundle."))
        altered = [
            name
            for name, salt, content in self._db.execute("SELECT commitment, salt, content FROM blob")
            if name != commitment(salt, content)
        ]
        if altered:
            yield bad("people", N_("Personal data of an enrolment is not as it was signed. Enrol that member again."))
        lost = self._db.execute(
            """SELECT count(*) FROM own_order WHERE seq > coalesce((SELECT ack_seq FROM feed_header), 0)
            AND place <> '' AND place NOT IN (SELECT commitment FROM blob)"""
        ).fetchone()[0]
        if lost:
            gone = N_("Where {count} ordered prizes go is no longer here, and central has not heard it. Tell central.")
            yield bad("people", gone, count=lost)
        missing = self._db.execute(
            """SELECT count(*) FROM own_member WHERE seq > coalesce((SELECT ack_seq FROM feed_header), 0)
            AND (personal NOT IN (SELECT commitment FROM blob) OR consent NOT IN (SELECT commitment FROM blob))"""
        ).fetchone()[0]
        if missing:
            yield bad(
                "people",
                N_("Personal data of {count} enrolments is gone before central had it. Enrol them again."),
                count=missing,
            )
        wrong = self._db.execute("SELECT count(*) FROM pin_try WHERE left NOT BETWEEN 0 AND ?", (TRIES,)).fetchone()[0]
        if wrong:
            yield bad("pins", N_("The count of PIN tries is not possible. Ask central for new PINs."))

    def pos(self) -> Iterator[Finding]:
        """Whether what the POS stated stands as it was read."""
        if setup_is_damaged(self._db):
            yield bad(
                "pos",
                N_("What this station was told about its POS is damaged. Repair it, then say it again."),
                repairable=True,
            )
        if damaged := len(damaged_sales(self._db)):
            text = N_(
                "{count} sales of the POS are not as its files said. Repair, and put the files into its folder again."
            )
            yield bad("pos", text, repairable=True, count=damaged)

    def _is_as_signed(self) -> bool:
        """Whether every row of central's is what its last header says, and that header as central signed it."""
        columns = "name, log, station_name, count, at, number, era, exact, refused, ack_seq"
        row = self._db.execute(f"SELECT {columns} FROM feed_header").fetchone()  # noqa: S608 -- names of our own
        if row is None:
            return not digests_of(self._db)
        name, log, *place, exact, refused, ack = row
        signed = header_told(self._db)
        if not signed and refused == "digest":
            return True  # of a release that kept no header: the next mark asks for all of it
        header = read_header(signed, self._central)
        if header is None or exact not in (0, 1) or refused not in ("", "base", "digest"):
            return False
        told = [header.station_name, header.to, header.at, header.number, header.era]
        acknowledged = ack in {0, *(each.seq for each in (header.ack, *header.others))} or not exact
        noted = (name, log.hex(), place) == (name_of_feed(signed), header.log, told) and acknowledged
        return noted and digests_of(self._db) == header.digests

    def _head(self, seq: int) -> bytes | None:
        if seq == 0:
            return START.head
        row = self._db.execute("SELECT head FROM entry WHERE seq = ?", (seq,)).fetchone()
        return row[0] if row else None


def _parts(connection: Connection) -> dict[str, object]:
    """What a schema is made of: a table by its columns, a trigger by its text."""
    parts: dict[str, object] = {}
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        columns = connection.execute("SELECT name, type FROM pragma_table_info(?) ORDER BY cid", (name,)).fetchall()
        parts[f"{kind} {name}"] = columns if kind == "table" else sql
    return parts


def _count(table: str, connection: Connection) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 -- names of our own
