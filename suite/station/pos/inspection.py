"""Holding what the POS stated against itself: each sale under the names and the moment that its own words give it."""

from zoneinfo import ZoneInfo

import msgspec

from suite.domain.calendar import LATEST
from suite.runtime.db import Connection
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.station.pos.claimable import ticket_of
from suite.station.pos.sale import PosSale
from suite.station.pos.setup import PosSetup

UTC = ZoneInfo("UTC")
OFFSET_MAX_MS, OFFSET_STEP_MS = 15 * 3_600_000, 900_000
"""The zone in which a till's time was read may have been another one; none is further off, or in finer steps."""


def damaged_sales(db: Connection) -> list[str]:
    """The sales whose row is not what was read from a file."""
    rows = db.execute("SELECT document, number, completes, kind, at, content FROM pos_ticket ORDER BY document")
    return [row[0] for row in rows if not _is_whole(row)]


def _is_whole(row: tuple[str, str, str, str, int, bytes]) -> bool:
    *names, at, content = row
    try:
        sale = msgspec.json.decode(content, type=PosSale)
    except HOSTILE_JSON:
        return False
    made = ticket_of(sale, UTC, LATEST)
    if made is None or [made.document, made.number, made.completes, made.kind] != names:
        return False
    return abs(at - made.at) <= OFFSET_MAX_MS and (at - made.at) % OFFSET_STEP_MS == 0


def setup_is_damaged(db: Connection) -> bool:
    """Whether nobody could have told this setup."""
    row = db.execute("SELECT content FROM pos_setup").fetchone()
    try:
        return bool(row) and msgspec.json.decode(row[0], type=PosSetup) is None
    except HOSTILE_JSON:
        return True
