"""The warehouse's own tables: the orders that central gave it, and what it recorded of them."""

VERSION = 1

FEED = """
CREATE TABLE feed_delivery (
  "order" TEXT PRIMARY KEY, slip INTEGER NOT NULL, requested INTEGER NOT NULL, issued INTEGER NOT NULL,
  station TEXT NOT NULL, station_name TEXT NOT NULL, prize TEXT NOT NULL, prize_name TEXT NOT NULL,
  points INTEGER NOT NULL, member TEXT NOT NULL, phone TEXT NOT NULL, address TEXT NOT NULL, card TEXT NOT NULL,
  dispatched INTEGER NOT NULL) WITHOUT ROWID, STRICT;
"""
FEED_TABLES = ("feed_delivery",)

PROJECTIONS = """
CREATE TABLE own_delivery (
  "order" TEXT PRIMARY KEY, slip INTEGER NOT NULL, dispatched INTEGER NOT NULL, delivered TEXT NOT NULL,
  seq INTEGER NOT NULL) WITHOUT ROWID, STRICT;
"""
PROJECTION_TABLES = ("own_delivery",)
