"""The station's tables, three sorts of them, and how a file of an older release becomes today's.

`entry` is the journal and is only ever added to. `feed_*` hold what central last said and are replaced by the next
feed. The projections can be dropped and rebuilt from the journal at any time (`PROJECTIONS`). Some tables are none of
these: in `pin_try` a try is paid for before the hash, and must survive a kill in between; `own_pin` holds what no
journal may, the verifiers of PINs that attendants chose; `blob` holds the personal
data of enrolments until central has it, beside the journal so that it can be forgotten. `witness` keeps the places of
central's own journal that it told, `certificate` its word that it approved the journals of this file. `pos_*` hold
what the POS stated and nobody claimed yet: no facts, and its files tell it again (ADR 0019).
"""

from typing import TYPE_CHECKING

from suite.node.schema import statements
from suite.runtime.db import Connection, check_version

if TYPE_CHECKING:
    import sqlite_utils

VERSION = 3

FIRST_JOURNAL_AND_FEED = """
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

SECOND_FEED = """
CREATE TABLE blob (
  commitment TEXT PRIMARY KEY, salt BLOB NOT NULL, content BLOB NOT NULL) WITHOUT ROWID, STRICT;
ALTER TABLE feed_header ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_account ADD COLUMN tier TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_account ADD COLUMN qualifying INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_account ADD COLUMN segments TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feed_account ADD COLUMN expiring TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feed_account ADD COLUMN rates TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feed_account ADD COLUMN assigned TEXT NOT NULL DEFAULT 'null';
ALTER TABLE feed_card ADD COLUMN status TEXT NOT NULL DEFAULT 'active';
ALTER TABLE feed_card ADD COLUMN role TEXT NOT NULL DEFAULT 'holder';
ALTER TABLE feed_card ADD COLUMN issued TEXT NOT NULL DEFAULT '';
ALTER TABLE feed_card ADD COLUMN used INTEGER NOT NULL DEFAULT 1;
UPDATE feed_card SET status = 'blocked' WHERE blocked = 1;
ALTER TABLE feed_card DROP COLUMN blocked;
CREATE TABLE feed_alias (account INTEGER PRIMARY KEY, root INTEGER NOT NULL) STRICT;
CREATE INDEX feed_alias_root ON feed_alias (root);
CREATE TABLE feed_first_purchase (
  promotion TEXT NOT NULL, account INTEGER NOT NULL, day TEXT NOT NULL,
  PRIMARY KEY (account, promotion)) WITHOUT ROWID, STRICT;
CREATE TABLE hot_card (card TEXT PRIMARY KEY, account INTEGER NOT NULL, status TEXT NOT NULL, role TEXT NOT NULL,
  issued TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE hot_state (only INTEGER PRIMARY KEY CHECK (only = 1), count INTEGER NOT NULL) STRICT;
"""

THIRD_JOURNALS = """
CREATE UNIQUE INDEX entry_seq ON entry (seq);
ALTER TABLE feed_header ADD COLUMN era INTEGER NOT NULL DEFAULT 0;
ALTER TABLE feed_header ADD COLUMN exact INTEGER NOT NULL DEFAULT 1;
ALTER TABLE feed_header ADD COLUMN signed BLOB NOT NULL DEFAULT x'';
ALTER TABLE feed_header ADD COLUMN refused TEXT NOT NULL DEFAULT '';
UPDATE feed_header SET refused = 'digest';
CREATE TABLE witness (
  seq INTEGER PRIMARY KEY, head BLOB NOT NULL, era INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE certificate (log BLOB PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID, STRICT;
"""

THIRD_SPENDING = """
CREATE TABLE own_pin (
  attendant TEXT PRIMARY KEY, issue INTEGER NOT NULL, verifier TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE feed_hold (
  card TEXT NOT NULL, points INTEGER NOT NULL, day TEXT NOT NULL, number INTEGER NOT NULL, account INTEGER NOT NULL,
  PRIMARY KEY (card, points, day, number)) WITHOUT ROWID, STRICT;
CREATE TABLE feed_grant (account INTEGER PRIMARY KEY, points INTEGER NOT NULL) STRICT;
CREATE TABLE feed_contested (
  document TEXT NOT NULL, other TEXT NOT NULL, at INTEGER NOT NULL, stands INTEGER NOT NULL,
  PRIMARY KEY (document, other)) WITHOUT ROWID, STRICT;
CREATE TABLE feed_declared (
  attendant TEXT NOT NULL, card TEXT NOT NULL, PRIMARY KEY (attendant, card)) WITHOUT ROWID, STRICT;
"""

THIRD_NOTICES = """
ALTER TABLE feed_account ADD COLUMN shown TEXT NOT NULL DEFAULT '[]';
ALTER TABLE feed_account ADD COLUMN answered TEXT NOT NULL DEFAULT '[]';
CREATE TABLE feed_message (
  number INTEGER PRIMARY KEY, text TEXT NOT NULL, first TEXT NOT NULL, last TEXT NOT NULL, times INTEGER NOT NULL,
  account INTEGER NOT NULL, segment TEXT NOT NULL, station TEXT NOT NULL) STRICT;
CREATE TABLE feed_report (
  number TEXT PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, card TEXT NOT NULL,
  state TEXT NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID, STRICT;
"""

THIRD_POS = """
CREATE TABLE pos_setup (only INTEGER PRIMARY KEY CHECK (only = 1), content BLOB NOT NULL) STRICT;
CREATE TABLE pos_file (
  digest BLOB PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL, sales INTEGER NOT NULL,
  why TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE pos_ticket (
  document TEXT PRIMARY KEY, number TEXT NOT NULL, completes TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL,
  content BLOB NOT NULL) WITHOUT ROWID, STRICT;
CREATE INDEX pos_ticket_number ON pos_ticket (number);
CREATE INDEX pos_ticket_completes ON pos_ticket (completes);
CREATE INDEX pos_ticket_at ON pos_ticket (at);
"""

THIRD_ORDERS = """
CREATE TABLE feed_order (
  number TEXT PRIMARY KEY, at INTEGER NOT NULL, account INTEGER NOT NULL, prize TEXT NOT NULL, points INTEGER NOT NULL,
  state TEXT NOT NULL, slip INTEGER NOT NULL, money INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE feed_closed (
  issuer INTEGER NOT NULL, seq INTEGER NOT NULL, station TEXT NOT NULL,
  PRIMARY KEY (issuer, seq)) WITHOUT ROWID, STRICT;
"""

THIRD_SHELF = """
CREATE TABLE feed_station (station TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE feed_transfer (
  note TEXT NOT NULL, prize TEXT NOT NULL, quantity INTEGER NOT NULL,
  PRIMARY KEY (note, prize)) WITHOUT ROWID, STRICT;
"""

PROJECTIONS = """
CREATE TABLE movement (
  account INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, points INTEGER NOT NULL,
  reference TEXT NOT NULL, PRIMARY KEY (account, seq)) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX movement_seq ON movement (seq);
CREATE TABLE ticket (
  document TEXT PRIMARY KEY, seq INTEGER NOT NULL, credited INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE card_sale (
  card TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (card, at, seq)) WITHOUT ROWID, STRICT;
CREATE TABLE voucher (document TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE incident (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, card TEXT NOT NULL,
  resolved_by INTEGER) STRICT;
CREATE INDEX incident_document ON incident (document);
CREATE TABLE stock (prize TEXT PRIMARY KEY, on_hand INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE received (note INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
CREATE TABLE transfer_received (note TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE handed_over (number TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE own_card (
  card TEXT PRIMARY KEY, account INTEGER NOT NULL, status TEXT NOT NULL, role TEXT NOT NULL, at INTEGER NOT NULL,
  seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE own_member (
  account INTEGER PRIMARY KEY, personal TEXT NOT NULL, consent TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE own_order (
  seq INTEGER PRIMARY KEY, money INTEGER NOT NULL, place TEXT NOT NULL) STRICT;
CREATE TABLE withdrawn (
  issuer INTEGER NOT NULL, place INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (issuer, place)) WITHOUT ROWID, STRICT;
CREATE TABLE card_used (card TEXT PRIMARY KEY) WITHOUT ROWID, STRICT;
CREATE TABLE bought (
  account INTEGER NOT NULL, product TEXT NOT NULL, at INTEGER NOT NULL,
  PRIMARY KEY (account, product, at)) WITHOUT ROWID, STRICT;
CREATE TABLE day_sum (
  account INTEGER NOT NULL, promotion TEXT NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL,
  counted INTEGER NOT NULL, PRIMARY KEY (account, promotion, at, seq)) WITHOUT ROWID, STRICT;
CREATE TABLE taken_back (
  document TEXT PRIMARY KEY, amount INTEGER NOT NULL, points INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE brought_back (redemption INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
CREATE TABLE credit_note (document TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE shift (
  opened INTEGER PRIMARY KEY, attendant TEXT NOT NULL, at INTEGER NOT NULL, closed INTEGER) STRICT;
CREATE TABLE message_shown (
  account INTEGER NOT NULL, seq INTEGER NOT NULL, message INTEGER NOT NULL,
  PRIMARY KEY (account, seq)) WITHOUT ROWID, STRICT;
CREATE TABLE report (
  seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, document TEXT NOT NULL, card TEXT NOT NULL,
  note TEXT NOT NULL) STRICT;
CREATE TABLE answer_given (
  account INTEGER NOT NULL, question TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (account, question)) WITHOUT ROWID, STRICT;
CREATE TABLE authorised (
  card TEXT NOT NULL, points INTEGER NOT NULL, day TEXT NOT NULL, number INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (card, points, day, number)) WITHOUT ROWID, STRICT;
"""

PROJECTION_TABLES = (
    "movement",
    "ticket",
    "card_sale",
    "voucher",
    "incident",
    "stock",
    "received",
    "transfer_received",
    "handed_over",
    "own_card",
    "own_member",
    "own_order",
    "withdrawn",
    "card_used",
    "bought",
    "day_sum",
    "taken_back",
    "brought_back",
    "credit_note",
    "shift",
    "message_shown",
    "answer_given",
    "report",
    "authorised",
)
THIRD = (THIRD_JOURNALS, THIRD_SPENDING, THIRD_ORDERS, THIRD_POS, THIRD_SHELF, THIRD_NOTICES)

FEED_TABLES = (
    "feed_header",
    "feed_programme",
    "feed_account",
    "feed_card",
    "feed_attendant",
    "feed_shipment",
    "feed_movement",
    "feed_alias",
    "feed_first_purchase",
    "feed_hold",
    "feed_grant",
    "feed_order",
    "feed_closed",
    "feed_contested",
    "feed_declared",
    "feed_station",
    "feed_transfer",
    "feed_message",
    "feed_report",
    "hot_card",
    "hot_state",
)


def migrate(connection: Connection) -> bool:
    """Bring the file to today's tables. True when the projections have to be made anew from the journal.

    Each step runs in one transaction with its own record.
    """
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    check_version(found, VERSION)
    if found == VERSION:
        return False
    import sqlite_utils
    from sqlite_utils import Migrations

    steps = Migrations("canje-station")

    @steps()
    def v1_first_tables(db: "sqlite_utils.Database") -> None:
        for statement in statements(FIRST_JOURNAL_AND_FEED):
            db.execute(statement)

    @steps()
    def v2_whole_ledger(db: "sqlite_utils.Database") -> None:
        for statement in statements(SECOND_FEED):
            db.execute(statement)

    @steps()
    def v3_next_journals(db: "sqlite_utils.Database") -> None:
        for script in THIRD:
            for statement in statements(script):
                db.execute(statement)

    steps.apply(sqlite_utils.Database(connection))
    return True


def create_all(connection: Connection) -> None:
    """Every table of this release, empty, for comparing a file with."""
    for script in (FIRST_JOURNAL_AND_FEED, SECOND_FEED, *THIRD, PROJECTIONS):
        for statement in statements(script):
            connection.execute(statement)


def stamp(connection: Connection) -> None:
    """The file is of this release. Call in the transaction that made its projections."""
    connection.execute(f"PRAGMA user_version = {VERSION}")


def recreate_projections(connection: Connection) -> None:
    """Drop every projection and make it anew, empty. Call inside the transaction that fills them again."""
    for table in PROJECTION_TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    for statement in statements(PROJECTIONS):
        connection.execute(statement)
