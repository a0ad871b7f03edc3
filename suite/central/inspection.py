"""Questions to central's file itself: whether each table is what the journals say, and each seal good.

Nothing here writes to a file in use; `cut_to` and `forget_what_is_gone` prepare copies.
"""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

import msgspec
from sqlalchemy import Connection, Table, delete, func, inspect, select, union, union_all

from suite.central import schema
from suite.central.columns import metadata
from suite.domain.errors import N_
from suite.domain.events.node import Genesis
from suite.journal.admission import Seal
from suite.journal.codec import decode
from suite.journal.entry import commitment, journal_id
from suite.journal.keys import signed_by
from suite.runtime.errors import JournalBroken
from suite.runtime.hostile_json import HOSTILE_JSON


class Difference(msgspec.Struct, frozen=True):
    """A table that is not what it should be: rows found, rows expected, the key of the first that differs."""

    table: str
    rows: int
    expected: int
    key: str


def differences(found: Connection, expected: Connection) -> list[Difference]:
    """Every projection of one file held against another's, row by row in the order of its key."""
    there = set(inspect(found).get_table_names())
    tables = [table for table in schema.PROJECTIONS if table.name in there]
    return [each for table in tables if (each := _difference(table, found, expected)) is not None]


def _difference(table: Table, found: Connection, expected: Connection) -> Difference | None:
    pairs = zip_longest(_rows(table, found), _rows(table, expected))
    width = len(table.primary_key.columns)
    for left, right in pairs:
        if left != right:
            row = min((r for r in (left, right) if r is not None), key=lambda r: tuple(map(repr, r[:width])))
            key = ", ".join(str(part) for part in row[:width])
            return Difference(str(table.name), _count(table, found), _count(table, expected), key)
    return None


def _rows(table: Table, connection: Connection) -> Iterator[tuple[Any, ...]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    return (tuple(row) for row in connection.execute(ordered).yield_per(1000))


def _count(table: Table, connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def missing_parts(connection: Connection) -> list[str]:
    """Tables, columns and indexes of this release that the file does not have."""
    there = inspect(connection)
    names = set(there.get_table_names())
    missing = [table.name for table in metadata.sorted_tables if table.name not in names]
    for table in metadata.sorted_tables:
        if table.name in names:
            columns = {column["name"] for column in there.get_columns(table.name)}
            indexes = {index["name"] for index in there.get_indexes(table.name)}
            missing += [f"{table.name}.{c.name}" for c in table.columns if c.name not in columns]
            missing += [str(index.name) for index in table.indexes if index.name not in indexes]
    return missing


def is_of_this_release(connection: Connection) -> bool:
    """Whether the file's tables are today's; those of an older release are made anew when it is opened."""
    version: int | None = connection.scalar(select(func.max(schema.schema_version.c.version)))
    return version == schema.VERSION


def check_order(connection: Connection) -> int:
    """Every admitted fact has its own place in central's one order. Returns the last; raises JournalBroken."""
    own, run = schema.own_entry.c, schema.run.c
    places = union_all(
        select(own.count.label("first"), own.count.label("last")),
        select(run.count.label("first"), (run.count + run.last - run.first).label("last")),
    ).order_by("first")
    place = 0
    for first, last in connection.execute(places):
        if first != place + 1 or last < first:
            raise JournalBroken(
                N_("The order in which facts came is broken after {count}. Restore the last backup."), count=place
            )
        place = last
    for column, sequence in ((own.count, (own.seq,)), (run.count, (run.journal, run.first))):
        _check_rising(connection, column, sequence)
    return place


def _check_rising(connection: Connection, column: Any, sequence: tuple[Any, ...]) -> None:  # noqa: ANN401 -- columns
    """Later entries of one journal came later."""
    before: dict[object, int] = {}
    for *key, count in connection.execute(select(*sequence, column).order_by(*sequence)):
        journal = tuple(key[:-1])
        if count <= before.get(journal, 0):
            raise JournalBroken(
                N_("The order in which facts came is broken after {count}. Restore the last backup."), count=count
            )
        before[journal] = count


def check_seals(connection: Connection) -> int:
    """Every run is what its station signed. Returns the signatures checked; raises JournalBroken."""
    keys = {row.journal: _key_of(row.genesis) for row in connection.execute(select(schema.journal))}
    run, checked = schema.run.c, 0
    columns = (run.journal, run.first, run.last, run.head, run.seal, run.signature)
    for row in connection.execute(select(*columns).order_by(run.journal, run.first)).yield_per(1000):
        log, public = keys.get(row.journal, (b"", b""))
        if not _covers(row, log) or not signed_by(public, b"seal", row.seal, row.signature):
            raise JournalBroken(
                N_("A run of a station (journal {journal}, entry {first}) is not what it signed. Restore a backup."),
                journal=row.journal,
                first=row.first,
            )
        checked += 1
    return checked


def _key_of(genesis: bytes) -> tuple[bytes, bytes]:
    """The journal's name and its public key, from its first entry and not from the table's other columns."""
    first = decode(genesis)
    assert isinstance(first, Genesis), "only a genesis was ever paired"
    return journal_id(genesis), bytes.fromhex(first.sign)


def _covers(row: Any, log: bytes) -> bool:  # noqa: ANN401 -- a row
    try:
        seal = msgspec.json.decode(row.seal, type=Seal)
    except HOSTILE_JSON:
        return False
    return (seal.log, seal.last, seal.head) == (log.hex(), row.last, row.head.hex()) and seal.first <= row.first


def check_vault(connection: Connection) -> int:
    """Holds every blob against its commitment. Returns their number; raises JournalBroken."""
    rows = connection.execute(select(schema.vault)).yield_per(1000)
    good = [row.commitment == commitment(row.salt, row.blob) for row in rows]
    if not all(good):
        raise JournalBroken(
            N_("{count} rows of personal data are not what was committed to. Restore a backup."),
            count=len(good) - sum(good),
        )
    return len(good)


def lacking(connection: Connection) -> int:
    """How many commitments have no blob though nobody had it erased.

    Those of members, attendants, invitations, consents, receipts, places of orders, of requests that wait or became
    an order, and of messages.
    """
    vault = schema.vault.c
    kept = select(vault.commitment)
    account, membership = schema.account.c, schema.membership.c
    left = select(membership.account).where(membership.status != "")
    refused = select(schema.application.c.account).where(schema.application.c.state == "rejected")
    here = account.account.not_in(left) & account.account.not_in(refused) & (account.personal != "")
    staff, invited, signed = schema.attendant.c, schema.invitation.c, schema.consent.c
    ordered, arrived, asked = schema.prize_order.c, schema.delivery.c, schema.request.c
    written = schema.message.c
    needed = (asked.state == "waiting") | ((asked.state == "accepted") & (asked.kind == "prize"))
    wanted = union(
        select(account.personal).where(here),
        select(staff.personal),
        select(staff.verifier),
        select(invited.secret),
        select(signed.consent).where(signed.account.not_in(left), signed.account.not_in(refused)),
        select(arrived.receipt)
        .join(schema.prize_order, ordered.order == arrived.order)
        .where(ordered.account.not_in(left), arrived.receipt != ""),
        select(asked.blob).where(needed, asked.account.not_in(left), asked.blob != ""),
        select(written.note).where(written.account.not_in(left)),
        select(ordered.place).where(ordered.account.not_in(left), ordered.account.not_in(refused), ordered.place != ""),
    ).subquery()
    return connection.scalar(select(func.count()).select_from(wanted).where(wanted.c[0].not_in(kept))) or 0


def entry_at(connection: Connection, seq: int) -> tuple[int, bytes] | None:
    """The count and the head of an entry of central's own."""
    own = schema.own_entry.c
    row = connection.execute(select(own.count, own.head).where(own.seq == seq)).first()
    return (row[0], row[1]) if row else None


def cut_to(connection: Connection, count: int) -> None:
    """Take from a copy what was admitted after `count`."""
    for table in (schema.own_entry, schema.run):
        connection.execute(delete(table).where(table.c["count"] > count))


def commitments(connection: Connection) -> set[str]:
    return set(connection.scalars(select(schema.vault.c.commitment)))


def forget_what_is_gone(connection: Connection, kept: set[str]) -> None:
    """Take from a copy the personal data that was erased since it was made."""
    for name in commitments(connection) - kept:
        connection.execute(delete(schema.vault).where(schema.vault.c.commitment == name))
