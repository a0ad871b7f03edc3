"""A CSV file of a POS, under whatever names its columns have: one row a line of a sale, one sale a document.

The columns card, pump and fiscal may be missing. A wrong row sets its whole sale aside, as in a till's file with cards
(`till_file`): half a ticket would earn half its points.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from suite.domain.errors import N_
from suite.domain.ids import CARD_PATTERN
from suite.runtime.errors import BadInput
from suite.runtime.fiscal_qr import is_fiscal_qr, read_fiscal_qr
from suite.runtime.safe_text import safe_text
from suite.runtime.table_file import BadRow, Row, SetAside, rows_in
from suite.runtime.typed_text import plain_document
from suite.station.pos.sale import PosLine, PosLoyalty, PosSale, enough, plain
from suite.station.pos.setup import CSV_COLUMNS, Dates, PosSetup
from suite.station.pos.till_file import beside, document_of, line_of

SHAPES: dict[Dates, tuple[str, ...]] = {
    "iso": (),
    "dmy": ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%y %H:%M:%S", "%d/%m/%y %H:%M"),
    "mdy": ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"),
}


class Columns(NamedTuple):
    """A file taken apart."""

    sales: list[PosSale]
    header: tuple[str, ...]
    set_aside: tuple[SetAside, ...]


def read_columns(content: bytes, path: Path, setup: PosSetup) -> Columns:
    """The sales of the file, in the order of their first row. Raises BadInput; wrong rows are set aside."""
    encoding = "utf-8-sig" if setup.encoding == "utf-8" else setup.encoding
    header, rows = rows_in(content, path, CSV_COLUMNS, setup.columns, encoding)
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        document = plain_document(row.cells.get("document", ""))
        gathered.setdefault(document or f"?{row.line}", []).append(row)
        enough(len(gathered))
    sales, aside = list[PosSale](), list[SetAside]()
    for of_one in gathered.values():
        faults: dict[int, BadRow] = {}
        parts = [part for row in of_one if (part := _tried(row, setup, faults))]
        if not faults and any(part[:3] != parts[0][:3] for part in parts):
            faults[of_one[0].line] = BadRow(
                N_("another moment or card than the first row of document {document}"), document=parts[0].number
            )
        if faults:
            aside += beside(of_one, faults)
            continue
        first = parts[0]
        cards = (PosLoyalty(first.card),) if first.card else ()
        total = sum(part.line.amount for part in parts)
        sales.append(
            PosSale(
                store="",
                number=first.number,
                at=first.at,
                lines=tuple(part.line for part in parts),
                loyalty=cards,
                total=total,
                fiscal=next((part.fiscal for part in parts if part.fiscal), ""),
            )
        )
    return Columns(sales, header, tuple(aside))


class _Part(NamedTuple):
    """One row."""

    number: str
    at: str
    card: str
    fiscal: str
    line: PosLine


def _tried(row: Row, setup: PosSetup, faults: dict[int, BadRow]) -> _Part | None:
    try:
        line = line_of(row)
        part = PosLine("item", line.product, line.product, line.quantity, line.amount, pump=plain(row.cell("pump"), 8))
        return _Part(document_of(row), _at(row.cell("moment"), setup.dates), _card(row), _fiscal(row), part)
    except BadRow as fault:
        faults[row.line] = fault
        return None


def _at(written: str, dates: Dates) -> str:
    """The till's time as ISO. Raises BadRow."""
    for shape in SHAPES[dates]:
        try:
            return datetime.strptime(written, shape).isoformat()  # noqa: DTZ007 -- the till's local time has no zone yet
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(written).isoformat()
    except ValueError:
        raise BadRow(N_("the moment {value!r} is not like 2026-11-30T08:15:00"), value=safe_text(written)) from None


def _card(row: Row) -> str:
    """The loyalty card, when the row has one. Raises BadRow."""
    written = row.cell("card")
    if written and not re.fullmatch(CARD_PATTERN, written):
        raise BadRow(N_("the card is not 4 to 19 digits"))
    return written


def _fiscal(row: Row) -> str:
    """The invoice by its QR code, or by its number as we write it. Raises BadRow."""
    written = row.cell("fiscal")
    if not is_fiscal_qr(written):
        return plain(written, 40)
    try:
        return read_fiscal_qr(written).fiscal.document
    except BadInput as fault:
        raise BadRow(fault.text, **fault.facts) from None
