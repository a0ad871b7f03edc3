"""The one place where a database is opened (trust.md 2.2). Nobody else imports a driver.

Encrypted (SQLCipher, raw key), WAL with synchronous=FULL, both read back and checked, because SQLite
changes journal mode in silence. Rules R1 to R8 of docs/storage.md.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2 as driver

from suite.domain.errors import N_
from suite.runtime.errors import StorageTrouble

__all__ = [
    "Connection",
    "DatabaseError",
    "copy_into",
    "damage_in",
    "damage_in_own",
    "driver",
    "is_full",
    "let_others_write",
    "open_copy",
    "open_database",
    "open_memory",
    "open_reader",
    "rules_broken",
    "storage_errors",
    "trouble_of",
    "writing",
]

Connection = Any
"""A DB-API connection of the driver; the driver carries no types."""

DatabaseError = driver.DatabaseError

OLDEST_SQLITE = (3, 51, 3)
"""Older ones corrupt a WAL when a checkpoint races a commit (fixed 2026-03-13)."""

BUSY_MS = 5000
PAUSE_SECONDS = 0.02
CACHE_KIB = 64 * 1024
"""A merge touches more pages than SQLite's own 2 MiB hold; each spilled page is encrypted and written twice."""

WAL_PAGES = 4096
"""Checkpoint each 16 MiB: rare, so that a disk that lies about fsync has little to tear (trust.md 2.1)."""


def open_database(path: Path, key: bytes) -> Connection:
    """The encrypted database at `path`, created when absent. Raises StorageTrouble.

    Autocommit: transactions are opened with `writing` and nowhere else.
    """
    if driver.sqlite_version_info < OLDEST_SQLITE:
        raise StorageTrouble(
            N_("This SQLite ({version}) can damage data. Reinstall Canje with its own driver."),
            version=driver.sqlite_version,
        )
    with storage_errors(path):
        connection = driver.connect(str(path), isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        _set_rules(connection)
    return connection


RULES: tuple[tuple[str, object], ...] = (
    ("journal_mode", "wal"),
    ("synchronous", 2),
    ("foreign_keys", 1),
    ("trusted_schema", 0),
    ("secure_delete", 1),
    ("cell_size_check", 1),
    ("wal_autocheckpoint", WAL_PAGES),
    ("temp_store", 2),
    ("cache_size", -CACHE_KIB),
    ("busy_timeout", BUSY_MS),
)
"""R1: each is set, and asked again."""


def _set_rules(connection: Connection) -> None:
    for rule, expected in RULES:
        connection.execute(f"PRAGMA {rule} = {expected}").fetchone()
        answer = connection.execute(f"PRAGMA {rule}").fetchone()[0]
        if answer != expected:
            raise StorageTrouble(
                N_("The database cannot be used safely: {rule} is {answer}. Is the disk failing or read-only?"),
                rule=rule,
                answer=answer,
            )


def rules_broken(connection: Connection) -> tuple[tuple[str, object], ...]:
    """The settings of an open database that are not what R1 wants, with their values."""
    asked = [(rule, connection.execute(f"PRAGMA {rule}").fetchone()[0], expected) for rule, expected in RULES]
    return tuple((rule, answer) for rule, answer, expected in asked if answer != expected)


def open_copy(path: Path, key: bytes) -> Connection:
    """A copy that nobody writes, opened to be read: nothing of it changes, no file appears. Raises StorageTrouble."""
    with storage_errors(path):
        name = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = driver.connect(name, uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return connection


def open_reader(path: Path, key: bytes) -> Connection:
    """A second connection that only reads, beside the one that writes (R3). Raises StorageTrouble."""
    connection = open_database(path, key)
    with storage_errors(path):
        connection.execute("PRAGMA query_only = 1")
    return connection


def open_memory() -> Connection:
    """An empty database that lives as long as its connection and touches no disk."""
    return driver.connect(":memory:", isolation_level=None, check_same_thread=False)


def copy_into(connection: Connection, path: Path) -> None:
    """Write all that was committed to a new file, under the same key. Not inside a transaction.

    The file is not safe from a power cut until the caller has synced it. Raises StorageTrouble.
    """
    with storage_errors(path):
        connection.execute("VACUUM INTO ?", (str(path),))


def damage_in_own(connection: Connection) -> str:
    """What the engine finds broken in this node's own tables; empty for nothing. Central's rows come again.

    Of a million members it reads the journal and what was made of it: some milliseconds in place of a second.
    """
    own = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'feed\\_%' ESCAPE '\\'"
    ).fetchall()
    try:
        rows = [row for (name,) in own for row in connection.execute(f'PRAGMA quick_check("{name}")').fetchall()]
    except (driver.DatabaseError, UnicodeDecodeError) as error:
        return str(error)
    return "; ".join(str(row[0]) for row in rows if row[0] != "ok")


def damage_in(connection: Connection) -> str:
    """What the engine finds broken: page seals, then the tree and every index; empty for nothing.

    Page seals are read past the write-ahead log. After a power cut during a checkpoint they are torn in the file and
    whole in the log, so they are believed only when the log was written back first, and nobody holds it.
    """
    try:
        pages = connection.execute("PRAGMA cipher_integrity_check").fetchall() if _settled(connection) else []
        rows = connection.execute("PRAGMA integrity_check").fetchall()
    except (driver.DatabaseError, UnicodeDecodeError) as error:
        return str(error)
    return "; ".join(str(row[0]) for row in [*pages, *rows] if row[0] != "ok")


def _settled(connection: Connection) -> bool:
    """Write the log back into the file. Whether all of it is there now."""
    busy, in_log, written_back = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy and in_log == written_back


def check_version(found: int, known: int) -> None:
    """Refuse a file of a newer release: this one does not know what it would be dropping. Raises StorageTrouble."""
    if found > known:
        raise StorageTrouble(
            N_("This folder was made by a newer Canje (tables {found}, this one knows {known}). Install that one."),
            found=str(found),
            known=str(known),
        )


@contextmanager
def writing(connection: Connection) -> Iterator[Connection]:
    """One write transaction: read, decide, append and project inside it. Raises StorageTrouble if COMMIT fails."""
    with storage_errors(None):
        connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK") if connection.in_transaction else None
        raise
    try:
        with storage_errors(None):
            connection.execute("COMMIT")
    except StorageTrouble:
        connection.execute("ROLLBACK") if connection.in_transaction else None
        raise


def let_others_write() -> None:
    """Pause between two transactions of a long work: SQLite hands its lock to whoever asks next, not to who waited."""
    time.sleep(PAUSE_SECONDS)


@contextmanager
def storage_errors(path: Path | None) -> Iterator[None]:
    """Say what the driver means. A full disk, a busy file and a damaged file are three different troubles."""
    try:
        yield
    except driver.DatabaseError as error:
        raise trouble_of(error, path) from error


def is_full(error: BaseException) -> bool:
    """Whether the driver, or the trouble made of its error, says that the disk has no room."""
    reason = error.facts.get("reason") if isinstance(error, StorageTrouble) else error
    return isinstance(reason, driver.DatabaseError) and "full" in str(reason).lower()


def trouble_of(error: BaseException, path: Path | None) -> StorageTrouble:
    """The sentence for a driver's error."""
    return StorageTrouble(_sentence(str(error).lower()), path=path or "", reason=error)


def _sentence(reason: str) -> str:
    if "full" in reason:
        return N_("The disk is full: the last step was not recorded, what was confirmed before stays. Free some space.")
    if "locked" in reason or "busy" in reason:
        return N_("Another Canje is writing to the same database: nothing was recorded. Try again in a moment.")
    if "not a database" in reason or "malformed" in reason:
        return N_("The database {path} is damaged or its key is another one: nothing was changed. Call support.")
    if "readonly" in reason or "read-only" in reason or "unable to open" in reason:
        return N_("The database {path} cannot be opened for writing. Check the disk and the folder's permissions.")
    return N_("The disk or the database failed ({reason}): nothing was recorded. Check the disk and try again.")
