"""The station's tables, three sorts of them, and how a file of an older release becomes today's.

`entry` is the journal and is only ever added to. `feed_*` hold what central last said and are replaced by the next
feed. The projections can be dropped and rebuilt from the journal at any time (`PROJECTIONS`). `pin_try` is the one
table that is none of these: a try is paid for before the hash, and must survive a kill in between.
"""

from typing import TYPE_CHECKING

from suite.runtime.db import Connection

if TYPE_CHECKING:
    import sqlite_utils

VERSION = 1

JOURNAL_AND_FEED = """
CREATE TABLE entry (
  log BLOB NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL, head BLOB NOT NULL,
  PRIMARY KEY (log, seq)) WITHOUT ROWID, STRICT;
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END;
CREATE TABLE feed_header (
  only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL, log BLOB NOT NULL, station_name TEXT NOT NULL,
  count INTEGER NOT NULL, at INTEGER NOT NULL, ack_seq INTEGER NOT NULL, ack_head BLOB NOT NULL) STRICT;
CREATE TABLE feed_programme (version INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT;
CREATE TABLE feed_account (account INTEGER PRIMARY KEY, balance INTEGER NOT NULL, greeting TEXT NOT NULL) STRICT;
CREATE TABLE feed_card (
  card TEXT PRIMARY KEY, account INTEGER NOT NULL, blocked INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE feed_attendant (
  attendant TEXT PRIMARY KEY, name TEXT NOT NULL, verifier TEXT NOT NULL, manager INTEGER NOT NULL,
  issue INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE feed_shipment (
  note INTEGER NOT NULL, prize TEXT NOT NULL, quantity INTEGER NOT NULL,
  PRIMARY KEY (note, prize)) WITHOUT ROWID, STRICT;
CREATE TABLE feed_movement (
  account INTEGER NOT NULL, at INTEGER NOT NULL, station TEXT NOT NULL, kind TEXT NOT NULL, points INTEGER NOT NULL,
  reference TEXT NOT NULL, PRIMARY KEY (account, at, reference, kind)) WITHOUT ROWID, STRICT;
CREATE TABLE pin_try (
  attendant TEXT PRIMARY KEY, issue INTEGER NOT NULL, left INTEGER NOT NULL) WITHOUT ROWID, STRICT;
"""

PROJECTIONS = """
CREATE TABLE movement (
  account INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, points INTEGER NOT NULL,
  reference TEXT NOT NULL, PRIMARY KEY (account, seq)) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX movement_seq ON movement (seq);
CREATE TABLE ticket (
  document TEXT PRIMARY KEY, seq INTEGER NOT NULL, credited INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE voucher (document TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE incident (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, card TEXT NOT NULL,
  resolved_by INTEGER) STRICT;
CREATE INDEX incident_document ON incident (document);
CREATE TABLE stock (prize TEXT PRIMARY KEY, on_hand INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE received (note INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
"""

PROJECTION_TABLES = ("movement", "ticket", "voucher", "incident", "stock", "received")
FEED_TABLES = (
    "feed_header",
    "feed_programme",
    "feed_account",
    "feed_card",
    "feed_attendant",
    "feed_shipment",
    "feed_movement",
)


def migrate(connection: Connection) -> None:
    """Bring the file to today's tables. Each step runs in one transaction with its own record."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    import sqlite_utils
    from sqlite_utils import Migrations

    steps = Migrations("canje-station")

    @steps()
    def v1_first_tables(db: "sqlite_utils.Database") -> None:
        for statement in statements(JOURNAL_AND_FEED + PROJECTIONS):
            db.execute(statement)

    steps.apply(sqlite_utils.Database(connection))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def recreate_projections(connection: Connection) -> None:
    """Drop every projection and make it anew, empty. Call inside the transaction that fills them again."""
    for table in PROJECTION_TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in statements(PROJECTIONS):
        connection.execute(statement)


def statements(script: str) -> list[str]:
    """The statements of a script, one by one: a driver's executescript would commit what is open."""
    found, pending = [], ""
    for line in script.strip().splitlines():
        pending += line + "\n"
        body = pending.strip()
        if body.endswith(";") and ("CREATE TRIGGER" not in body or body.endswith("END;")):
            found.append(body)
            pending = ""
    return found
