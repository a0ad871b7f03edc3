"""The warehouse's encrypted file: the orders it was given, and its journal of what left and arrived."""

from typing import Any

import msgspec

from suite.domain.events.base import Event
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched, PrizeReturned
from suite.domain.ids import OrderNumber
from suite.domain.quantities import Moment
from suite.node.store import OutpostStore
from suite.sync.feed import Page
from suite.sync.outpost_pages import DeliveryPage, DeliveryRow
from suite.warehouse import schema

GIVEN = """
SELECT f.*, iif(o.seq > coalesce((SELECT ack_seq FROM feed_header), 0), o.dispatched, f.dispatched),
  coalesce(o.delivered, '')
FROM feed_delivery AS f LEFT JOIN own_delivery AS o USING ("order")"""


class GivenOrder(msgspec.Struct, frozen=True):
    """An order as central gave it, and when it left and arrived: a moment or 0, a day or nothing."""

    row: DeliveryRow
    dispatched: Moment
    delivered: str


class WarehouseStore(OutpostStore):
    """One connection to one warehouse's file."""

    VERSION = schema.VERSION
    FEED = schema.FEED
    FEED_TABLES = schema.FEED_TABLES
    PROJECTIONS = schema.PROJECTIONS
    PROJECTION_TABLES = schema.PROJECTION_TABLES

    def _take_page(self, page: Page) -> None:
        if isinstance(page, DeliveryPage):
            marks = ", ".join("?" * len(DeliveryRow.__struct_fields__))
            rows = [msgspec.structs.astuple(row) for row in page.rows]
            self._db.executemany(f"INSERT OR REPLACE INTO feed_delivery VALUES ({marks})", rows)  # noqa: S608 -- question marks

    def _project(self, event: Event, seq: int) -> None:
        if isinstance(event, PrizeDispatched):
            self._moved((event.order, event.slip, event.at, "", seq))
        elif isinstance(event, PrizeReturned):
            self._moved((event.order, event.slip, 0, "", seq))
        elif isinstance(event, PrizeDelivered):
            self._db.execute(
                """INSERT INTO own_delivery VALUES (?, 0, 0, ?, ?)
                ON CONFLICT ("order") DO UPDATE SET delivered = excluded.delivered, seq = excluded.seq""",
                (event.order, event.day, seq),
            )
            self._promise(event.receipt, seq)

    def _moved(self, row: tuple[object, ...]) -> None:
        """A prize left, or is here again."""
        self._db.execute(
            """INSERT INTO own_delivery VALUES (?, ?, ?, ?, ?)
            ON CONFLICT ("order") DO UPDATE SET dispatched = excluded.dispatched, seq = excluded.seq""",
            row,
        )

    def orders(self) -> list[GivenOrder]:
        """The orders that are here, by their slips."""
        return [_given(row) for row in self._db.execute(f'{GIVEN} ORDER BY f.slip, f."order"')]

    def order(self, number: OrderNumber) -> GivenOrder | None:
        row = self._db.execute(f'{GIVEN} WHERE f."order" = ?', (number,)).fetchone()
        return _given(row) if row else None


def _given(row: tuple[Any, ...]) -> GivenOrder:
    return GivenOrder(DeliveryRow(*row[:-2]), *row[-2:])
