"""The portal's own tables: the pages that central told it, and what was asked for here."""

VERSION = 1

FEED = """
CREATE TABLE feed_member (
  account INTEGER PRIMARY KEY, greeting TEXT NOT NULL, document TEXT NOT NULL, balance INTEGER NOT NULL,
  tier TEXT NOT NULL, expiring TEXT NOT NULL) STRICT;
CREATE TABLE feed_card (card TEXT PRIMARY KEY, account INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE feed_movement (
  place INTEGER PRIMARY KEY, account INTEGER NOT NULL, at INTEGER NOT NULL, station TEXT NOT NULL, kind TEXT NOT NULL,
  points INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS feed_movement_account ON feed_movement (account);
CREATE TABLE feed_offer (
  prize TEXT PRIMARY KEY, name TEXT NOT NULL, points INTEGER NOT NULL, tiers TEXT NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE feed_request (
  request TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT NOT NULL, "order" TEXT NOT NULL) WITHOUT ROWID, STRICT;
"""
FEED_TABLES = ("feed_member", "feed_card", "feed_movement", "feed_offer", "feed_request")

PROJECTIONS = """
CREATE TABLE own_request (
  request TEXT PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, account INTEGER NOT NULL,
  card TEXT NOT NULL, prize TEXT NOT NULL, points INTEGER NOT NULL) WITHOUT ROWID, STRICT;
"""
PROJECTION_TABLES = ("own_request",)
