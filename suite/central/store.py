"""Central's file: questions by name. Facts are appended and projected in one transaction, batches in one pass."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
from sqlalchemy import Connection, Engine, MetaData, Select, delete, func, insert, inspect, select, union

from suite.central import schema
from suite.central.claims import Claims
from suite.central.columns import metadata
from suite.central.dialect import EngineError, copy_into, driver_connection, is_among, overwrite_log, storage_trouble
from suite.central.directory import Directory
from suite.central.history import History, known
from suite.central.ledger import Ledger
from suite.central.lineage import BEFORE_ISSUED, Lineage
from suite.central.members import Members
from suite.central.noticeboard import Noticeboard
from suite.central.projections import apply, rebuild
from suite.central.projector import OWN_JOURNAL, Fact, Projector
from suite.central.purse import Purse
from suite.central.requests import Requests
from suite.central.shelf import Shelf
from suite.central.told import ToldRows
from suite.domain.errors import N_
from suite.domain.events.base import Event
from suite.domain.ids import CENTRAL, AccountId, StationCode
from suite.domain.quantities import Moment
from suite.journal.admission import Admitted, Run
from suite.journal.chain import heads, link
from suite.journal.codec import decode_all, encode
from suite.journal.entry import START, Entry, Tip, commitment
from suite.runtime.db import check_version
from suite.runtime.errors import JournalBroken
from suite.sync.frames import zstd

RUN_LEVEL = 3
"""Blocks at rest: 3 packs nearly as tightly as 12 and takes a fifth of its time (ADR 0002)."""


class Journal(msgspec.Struct, frozen=True):
    """A line of a station's journal that central accepts: the one it began with (`parent` 0), or one that parted."""

    number: int
    log: bytes
    station: StationCode
    sign: bytes
    box: bytes
    genesis: bytes
    parent: int
    start: int
    start_head: bytes
    revoked: int

    @property
    def begins(self) -> Tip:
        """The place after which this line's own entries stand."""
        return Tip(self.start, self.start_head)


class CentralStore:
    """One connection to central's database; every use case runs in one transaction of it."""

    def __init__(self, engine: Engine, *, as_it_is: bool = False) -> None:
        """Brings the file to today's tables, unless it is a copy to be looked at `as_it_is`."""
        self._engine = engine
        self._open: Connection | None = None
        self.directory = Directory(lambda: self._db)
        self.ledger = Ledger(lambda: self._db)
        self.shelf = Shelf(lambda: self._db)
        self.members = Members(lambda: self._db)
        self.history = History(lambda: self._db)
        self.lineage = Lineage(lambda: self._db)
        self.purse = Purse(lambda: self._db)
        self.requests = Requests(lambda: self._db)
        self.claims = Claims(lambda: self._db)
        self.board = Noticeboard(lambda: self._db)
        self.told = ToldRows(lambda: self._db)
        self.late = set[AccountId]()
        """Accounts whose closed months have to be looked at again; `jobs.corrections` takes them from here."""
        self.upgraded = False
        """The file was of a release before: its closes did not know of corrections."""
        if not as_it_is:
            with self.transaction() as connection:
                self._upgrade(connection)

    def _upgrade(self, connection: Connection) -> None:
        """Make the tables, or make an older release's projections anew from the journals, which never change."""
        known = schema.schema_version.c.version
        new = not inspect(connection).has_table(schema.schema_version.name)
        version = None if new else connection.scalar(select(func.max(known)))
        check_version(version or 0, schema.VERSION)
        if version == schema.VERSION:
            return
        remembered = new or inspect(connection).has_table(schema.issued.name)
        if new:
            metadata.create_all(connection)
        else:
            self.remake()
            self.upgraded = True
        if not remembered:
            row = {"feed": BEFORE_ISSUED, "journal": OWN_JOURNAL, "count": self.count(), "serial": 0, "era": 0, "at": 0}
            connection.execute(insert(schema.issued), [row])
        connection.execute(insert(schema.schema_version).values(version=schema.VERSION))

    def remake(self) -> int:
        """Drop every projection, make the tables as this release has them, fill them. Returns the facts replayed."""
        old = MetaData()
        old.reflect(self._db, only=lambda name, _: name not in {table.name for table in schema.PRIMARY})
        old.drop_all(self._db)
        metadata.create_all(self._db)
        return self.rebuild()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All that a use case reads, decides, appends and projects. Raises StorageTrouble."""
        assert self._open is None, "one use case, one transaction"
        try:
            with self._engine.begin() as connection:
                self._open = connection
                yield connection
        except EngineError as error:
            raise storage_trouble(error) from error
        finally:
            self._open = None
            self.late.clear()

    def close(self) -> None:
        self._engine.dispose()

    def copy_into(self, path: Path) -> None:
        """Write all that was committed to a new encrypted file. Raises StorageTrouble."""
        copy_into(self._engine, path)

    def connection(self) -> Any:  # noqa: ANN401 -- the driver carries no types
        """The driver's connection, for those who examine the file itself."""
        return driver_connection(self._engine)

    @property
    def _db(self) -> Connection:
        assert self._open is not None, "ask inside a transaction"
        return self._open

    def _one(self, query: Select[Any]) -> Any:  # noqa: ANN401 -- the column's own type
        return self._db.scalar(query)

    # Journals

    def tip(self) -> Tip:
        """The end of central's own journal."""
        own = schema.own_entry.c
        row = self._db.execute(select(own.seq, own.head).order_by(own.seq.desc()).limit(1)).first()
        return Tip(row[0], row[1]) if row else START

    def count(self) -> int:
        """How many facts were ever admitted, own ones included: the one order of the network."""
        own, run = schema.own_entry.c, schema.run.c
        last = self._one(select(own.count).order_by(own.count.desc()).limit(1)) or 0
        block = self._db.execute(select(run.count, run.last, run.first).order_by(run.count.desc()).limit(1)).first()
        return max(last, block[0] + block[1] - block[2] if block else 0)

    def append(self, events: Sequence[Event]) -> list[Entry]:
        """Write central's own facts, in order, and project them."""
        if not events:
            return []
        before, count, entries = self.tip(), self.count(), list[Entry]()
        for event in events:
            entry = link(before, encode(event))
            entries.append(entry)
            before = entry.tip
        rows = [
            {"seq": e.seq, "count": count + i, "body": e.body, "head": e.head} for i, e in enumerate(entries, start=1)
        ]
        self._db.execute(insert(schema.own_entry), rows)
        self.project(
            [
                Fact(OWN_JOURNAL, CENTRAL, entry.seq, event, count + i)
                for i, (entry, event) in enumerate(zip(entries, events, strict=True), start=1)
            ]
        )
        return entries

    def lines_of(self, log: bytes) -> list[Journal]:
        """All lines of a journal, the one it began with first; none for a journal that was never approved."""
        known = schema.journal.c
        rows = self._db.execute(select(schema.journal).where(known.log == log).order_by(known.journal))
        return [Journal(*row) for row in rows]

    def lines_at(self, station: StationCode) -> list[Journal]:
        """All lines that a station ever wrote, oldest first."""
        known = schema.journal.c
        rows = self._db.execute(select(schema.journal).where(known.station == station).order_by(known.journal))
        return [Journal(*row) for row in rows]

    def journal_at(self, station: StationCode) -> Journal | None:
        """The journal that a station writes today: of those that were approved, the newest that is believed."""
        approved = [line for line in self.lines_at(station) if not line.parent]
        return next((line for line in reversed(approved) if not line.revoked), approved[-1] if approved else None)

    def journals(self) -> dict[int, StationCode]:
        """Whose each journal is, by its number."""
        known = schema.journal.c
        rows = self._db.execute(select(known.journal, known.station))
        return {row.journal: row.station for row in rows}

    def feed_of(self, journal: Journal) -> int:
        """The count of the newest feed that a station says it decides upon; 0 before it said so."""
        told = schema.feed_told.c
        return self._one(select(told.count).where(told.journal == journal.number)) or 0

    @contextmanager
    def or_nothing(self) -> Iterator[None]:
        """A part of the open transaction that is undone alone when it fails."""
        with self._db.begin_nested():
            yield

    def tip_of(self, journal: Journal) -> Tip:
        run = schema.run.c
        row = self._db.execute(
            select(run.last, run.head).where(run.journal == journal.number).order_by(run.last.desc()).limit(1)
        ).first()
        return Tip(row[0], row[1]) if row else journal.begins

    def own_head_at(self, seq: int) -> bytes | None:
        """The head at a place of central's own journal; None beyond its end."""
        own = schema.own_entry.c
        return START.head if seq == 0 else self._one(select(own.head).where(own.seq == seq))

    def head_at(self, journal: Journal, seq: int) -> bytes | None:
        """The head at an earlier place of an admitted line, linked again from its block; its parent's before it."""
        if seq <= journal.start:
            return self._head_before(journal, seq)
        known = schema.run.c
        here = (known.journal == journal.number) & (known.first <= seq) & (known.last >= seq)
        row = self._db.execute(select(known.first, known.last, known.prev, known.head).where(here)).first()
        if row is None:
            return None
        if row.last == seq:
            return cast("bytes", row.head)
        stored = self._one(select(known.bodies).where(here))
        bodies = zstd.decompress(stored).split(b"\n")[: seq - row.first + 1]
        return heads(Tip(row.first - 1, row.prev), bodies)[-1]

    def _head_before(self, journal: Journal, seq: int) -> bytes | None:
        if seq == journal.start:
            return journal.start_head
        parent = next((line for line in self.lines_of(journal.log) if line.number == journal.parent), None)
        return self.head_at(parent, seq) if parent else None

    def admit(self, journal: Journal, run: Run, admitted: Admitted, *, count: int, received: Moment) -> None:
        """Keep a run's new entries as one block, with the seal that proves them."""
        self._db.execute(
            insert(schema.run).values(
                journal=journal.number,
                first=admitted.first,
                last=admitted.tip.seq,
                count=count + 1,
                received=received,
                prev=admitted.prev,
                head=admitted.tip.head,
                seal=run.seal,
                signature=run.signature,
                bodies=zstd.compress(b"\n".join(admitted.bodies), RUN_LEVEL),
            )
        )

    def project(self, facts: Sequence[Fact]) -> None:
        if not facts:
            return
        projector = Projector(self._db)
        apply(projector, facts)
        self.late |= projector.late

    def own_event(self, seq: int) -> tuple[Entry, Event]:
        own = schema.own_entry.c
        row = self._db.execute(select(own.seq, own.body, own.head).where(own.seq == seq)).one()
        entry = Entry(*row)
        return entry, known(decode_all([entry.body]))[0]

    def rebuild(self) -> int:
        """Empty every projection and fill it again from the journals. Returns the facts replayed."""
        self.told.doubt()
        return rebuild(self._db, self.history.facts())

    def verify(self) -> int:
        """Link every journal again from its first entry. Returns the entries checked; raises JournalBroken."""
        own, run = schema.own_entry.c, schema.run.c
        rows = self._db.execute(select(own.body, own.head).order_by(own.seq)).all()
        if [row.head for row in rows] != heads(START, [row.body for row in rows]):
            raise JournalBroken(N_("Central's own journal is not as it was written. Restore the last backup."))
        checked, line = len(rows), schema.journal.c
        starts = self._db.execute(select(line.journal, line.start, line.start_head))
        tips = {journal: Tip(start, head) for journal, start, head in starts}
        for row in self._db.execute(select(schema.run).order_by(run.journal, run.first)):
            before, bodies = tips.get(row.journal, START), _unpacked(row.bodies)
            chain, last = heads(before, bodies), before.seq + len(bodies)
            as_admitted = (before.seq + 1, before.head, last, chain[-1])
            if row.journal not in tips or (row.first, row.prev, row.last, row.head) != as_admitted:
                raise JournalBroken(N_("The journal of a station is not as it was admitted. Restore the last backup."))
            tips[row.journal] = Tip(row.last, row.head)
            checked += len(bodies)
        return checked

    # Personal data and verifiers

    def keep(self, blob: bytes, salt: bytes) -> str:
        """Keep a blob that can be forgotten. Returns the commitment that a fact may hold."""
        name = commitment(salt, blob)
        self._db.execute(insert(schema.vault).values(commitment=name, salt=salt, blob=blob))
        return name

    def keep_all(self, blobs: Sequence[tuple[bytes, bytes]]) -> list[str]:
        """Keep many (salt, blob) at once; their commitments in order."""
        names = [commitment(salt, blob) for salt, blob in blobs]
        rows = [{"commitment": n, "salt": s, "blob": b} for n, (s, b) in zip(names, blobs, strict=True)]
        if rows:
            self._db.execute(insert(schema.vault), rows)
        return names

    def kept(self, name: str) -> bytes | None:
        """The blob of a commitment; None when it was forgotten."""
        blob = self._one(select(schema.vault.c.blob).where(schema.vault.c.commitment == name))
        return bytes(blob) if blob is not None else None

    def forget(self, names: Sequence[str]) -> None:
        """Erase blobs for good: the file's free space is overwritten (`runtime.db`)."""
        for name in names:
            self._db.execute(delete(schema.vault).where(schema.vault.c.commitment == name))

    def overwrite_traces(self) -> None:
        """After COMMIT: move what was erased out of the write-ahead log too, where older pages still stand."""
        overwrite_log(self._engine)

    def kept_of(self, names: Collection[str]) -> dict[str, bytes]:
        """The blobs of some commitments; those that were forgotten are not among them."""
        known = schema.vault.c
        rows = self._db.execute(select(known.commitment, known.blob).where(is_among(known.commitment, names)))
        return {row.commitment: row.blob for row in rows}

    def kept_people(self) -> dict[str, bytes]:
        """Who the members and attendants are, and the PINs' verifiers; not what they signed, which can be large."""
        vault, staff = schema.vault.c, schema.attendant.c
        named = union(
            select(schema.account.c.personal), select(staff.personal), select(staff.verifier)
        ).scalar_subquery()
        rows = self._db.execute(select(vault.commitment, vault.blob).where(vault.commitment.in_(named)))
        return {row.commitment: row.blob for row in rows}


def _unpacked(block: bytes) -> list[bytes]:
    """The bodies of a run at rest; none for a block that is no block any more."""
    try:
        return zstd.decompress(block).split(b"\n")
    except zstd.ZstdError:
        return [b""]
