"""The tables that every outpost, a warehouse or a portal, has beside its own. A station's grew release by release.

`entry` is the journal and is only ever added to. `feed_header` is central's last word on this journal, `witness` and
`certificate` what is kept of its words before. `blob` holds personal data on its way to central.
"""

JOURNAL_AND_FEED = """
CREATE TABLE entry (
  log BLOB NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL, head BLOB NOT NULL,
  PRIMARY KEY (log, seq)) WITHOUT ROWID, STRICT;
CREATE UNIQUE INDEX entry_seq ON entry (seq);
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END;
CREATE TABLE feed_header (
  only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL, log BLOB NOT NULL, station_name TEXT NOT NULL,
  count INTEGER NOT NULL, at INTEGER NOT NULL, ack_seq INTEGER NOT NULL, ack_head BLOB NOT NULL, era INTEGER NOT NULL,
  exact INTEGER NOT NULL, refused TEXT NOT NULL DEFAULT '') STRICT;
CREATE TABLE feed_network (only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL, zone TEXT NOT NULL) STRICT;
CREATE TABLE blob (
  commitment TEXT PRIMARY KEY, salt BLOB NOT NULL, content BLOB NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE witness (
  seq INTEGER PRIMARY KEY, head BLOB NOT NULL, era INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE TABLE certificate (log BLOB PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID, STRICT;
"""

PROMISED = """
CREATE TABLE promised (commitment TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
"""
"""The projection every outpost has: which entry commits to which blob."""


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
