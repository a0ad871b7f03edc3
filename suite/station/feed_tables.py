"""Central's word as rows: each page of a feed into its table."""

from collections.abc import Iterable

import msgspec

from suite.runtime.db import Connection
from suite.sync.feed import (
    AccountPage,
    AliasPage,
    AttendantPage,
    CardPage,
    FirstPurchasePage,
    MovementPage,
    Page,
    ProgrammePage,
    ShipmentPage,
)


def take_page(db: Connection, page: Page) -> None:
    """Write a page's rows over what stands under their keys. Call inside `writing`."""
    if isinstance(page, ProgrammePage):
        rows: Iterable[tuple[object, ...]] = [(p.version, msgspec.json.encode(p)) for p in page.rows]
        db.executemany("INSERT OR REPLACE INTO feed_programme VALUES (?, ?)", rows)
    elif isinstance(page, AccountPage):
        encode_json = msgspec.json.encode
        rows = [
            (
                r.account,
                r.balance,
                r.greeting,
                r.tier,
                r.qualifying,
                *(encode_json(several).decode() for several in (r.segments, r.expiring, r.rates, r.assigned)),
            )
            for r in page.rows
        ]
        db.executemany("INSERT OR REPLACE INTO feed_account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    elif isinstance(page, CardPage):
        rows = [(r.card, r.account, r.status, r.role, r.issued, int(r.used)) for r in page.rows]
        db.executemany("INSERT OR REPLACE INTO feed_card VALUES (?, ?, ?, ?, ?, ?)", rows)
    elif isinstance(page, AttendantPage):
        rows = [(r.attendant, r.name, r.verifier, int(r.manager), r.issue) for r in page.rows]
        db.executemany("INSERT OR REPLACE INTO feed_attendant VALUES (?, ?, ?, ?, ?)", rows)
    elif isinstance(page, ShipmentPage):
        rows = [(r.note, r.prize, r.quantity) for r in page.rows]
        db.executemany("INSERT OR REPLACE INTO feed_shipment VALUES (?, ?, ?)", rows)
    elif isinstance(page, MovementPage):
        rows = [(r.account, r.at, r.station, r.kind, r.points, r.reference) for r in page.rows]
        db.executemany("INSERT OR REPLACE INTO feed_movement VALUES (?, ?, ?, ?, ?, ?)", rows)
    elif isinstance(page, AliasPage):
        rows = [(r.account, r.root) for r in page.rows]
        db.executemany("INSERT OR REPLACE INTO feed_alias VALUES (?, ?)", rows)
    elif isinstance(page, FirstPurchasePage):
        rows = [(r.promotion, r.account, r.day) for r in page.rows]
        db.executemany("INSERT OR REPLACE INTO feed_first_purchase VALUES (?, ?, ?)", rows)
