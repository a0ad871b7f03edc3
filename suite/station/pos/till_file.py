"""A till's CSV file, read row by row: tickets whole and right, or set aside with the line and the reason.

Columns, in any order, English or Spanish: moment, document, card, product, quantity, amount. A ticket is all rows
of one document number; one wrong row sets its whole ticket aside, for half a ticket would earn half its points.
"""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

import msgspec

from suite.domain.calendar import EARLIEST, moment_of
from suite.domain.earning import SaleLine
from suite.domain.errors import N_, NotACard, Refusal
from suite.domain.ids import CARD_PATTERN, CODE_PATTERN, CardNumber, DocumentNumber, ProductCode
from suite.domain.quantities import Centavos, Millis, Moment
from suite.domain.sales import Ticket
from suite.runtime.safe_text import safe_text
from suite.runtime.table_file import BadRow, Row, SetAside, rows_of
from suite.runtime.typed_text import plain_document, scaled

CARD_TAIL = 4
FUTURE_MAX_MS = 24 * 3600 * 1000
"""A till's clock may be a day ahead; more is a mistyped date."""

QUANTITY_DECIMALS, AMOUNT_DECIMALS = 3, 2
SALE_COLUMNS = ("moment", "document", "card", "product", "quantity", "amount")
VOUCHER_COLUMNS = ("moment", "document", "card", "prize")


class Till(msgspec.Struct, frozen=True):
    """What a till's local times mean: its zone, and the moment no ticket of today can be after."""

    zone: tzinfo
    now: Moment


class TillFile(msgspec.Struct, frozen=True):
    """A till's file taken apart: tickets in the order of their first row, and the rows that were set aside."""

    header: tuple[str, ...]
    tickets: tuple[tuple[Ticket, tuple[Row, ...]], ...]
    set_aside: tuple[SetAside, ...]


def read_till_file(path: Path, till: Till, tick: Callable[[int], None] = lambda _: None) -> TillFile:
    """Every ticket of the file. `tick` is told the row reached. Raises BadInput; wrong rows are set aside."""
    header, rows = rows_of(path, SALE_COLUMNS)
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        document = plain_document(row.cells.get("document", ""))
        gathered.setdefault(document or f"?{row.line}", []).append(row)
        tick(row.line)
    tickets, aside = [], []
    for ticket_rows in gathered.values():
        try:
            tickets.append((ticket_of(ticket_rows, till), tuple(ticket_rows)))
        except WrongTicket as wrong:
            aside.extend(wrong.rows)
    return TillFile(header, tuple(tickets), tuple(aside))


class WrongTicket(ValueError):
    """A ticket with at least one wrong row: all its rows, each with the reason."""

    def __init__(self, rows: list[SetAside]) -> None:
        super().__init__(len(rows))
        self.rows = rows


def ticket_of(rows: list[Row], till: Till) -> Ticket:
    """The rows of one document as a ticket. Raises WrongTicket."""
    faults: dict[int, BadRow] = {}
    lines = []
    for row in rows:
        try:
            lines.append(line_of(row))
            moment, card, document = _moment(row, till), _card(row), document_of(row)
            if (moment, card) != (_moment(rows[0], till), _card(rows[0])):
                raise BadRow(N_("another moment or card than the first row of document {document}"), document=document)
        except BadRow as fault:
            faults[row.line] = fault
    if faults:
        raise WrongTicket(beside(rows, faults))
    return Ticket(at=moment, document=document, card=card, lines=tuple(lines), entry="file")


def beside(rows: list[Row], faults: dict[int, BadRow]) -> list[SetAside]:
    """All rows of a ticket with at least one wrong one, each with its reason."""
    return [_aside(row, faults.get(row.line), min(faults)) for row in rows]


def _aside(row: Row, fault: BadRow | None, first_wrong: int) -> SetAside:
    fault = fault or BadRow(N_("this row is right, but line {line} of the same ticket is wrong"), line=first_wrong)
    return SetAside(row.line, fault.reason, fault.facts, row.raw)


def refused(rows: tuple[Row, ...], refusal: Refusal) -> list[SetAside]:
    """The rows of a ticket that the business refused, with its sentence; a card that is not ours only by its tail."""
    keep = (lambda cell, _: cell) if not isinstance(refusal, NotACard) else masked
    return [
        SetAside(row.line, refusal.text, refusal.numbers, tuple(keep(cell, row.cells["card"]) for cell in row.raw))
        for row in rows
    ]


def masked(cell: str, card: str) -> str:
    """The cell, with all but the last four digits hidden when it is the card: it may be a payment card's."""
    return "*" * max(0, len(cell) - CARD_TAIL) + cell[-CARD_TAIL:] if cell == card else cell


def voucher_of(row: Row, till: Till) -> tuple[Moment, DocumentNumber, CardNumber, str]:
    """One hand-written voucher: moment, number, card, prize code. Raises BadRow."""
    prize = row.cell("prize")
    if not re.fullmatch(CODE_PATTERN, prize):
        raise BadRow(N_("the prize code {value!r} is not a code"), value=safe_text(prize))
    return _moment(row, till), document_of(row), _card(row), prize


def line_of(row: Row) -> SaleLine:
    """What was sold. Raises BadRow."""
    product = row.cell("product")
    if not re.fullmatch(CODE_PATTERN, product):
        raise BadRow(N_("the product {value!r} is not a code"), value=safe_text(product))
    quantity = _number(row, "quantity", QUANTITY_DECIMALS)
    amount = _number(row, "amount", AMOUNT_DECIMALS)
    return SaleLine(ProductCode(product), Millis(quantity), Centavos(amount))


def _moment(row: Row, till: Till) -> Moment:
    written = row.cell("moment")
    try:
        when = datetime.fromisoformat(written)
        moment = moment_of(when if when.tzinfo else when.replace(tzinfo=till.zone))
    except (ValueError, OverflowError):
        raise BadRow(N_("the moment {value!r} is not like 2026-11-30T08:15:00"), value=safe_text(written)) from None
    if not EARLIEST <= moment <= till.now + FUTURE_MAX_MS:
        raise BadRow(N_("the moment {value!r} is before 1990 or in the future"), value=safe_text(written))
    return moment


def document_of(row: Row) -> DocumentNumber:
    """The number of its ticket. Raises BadRow."""
    document = plain_document(row.cell("document"))
    if document is None:
        raise BadRow(
            N_("the ticket number {value!r} must be 1 to 40 letters, digits and . _ / : -"),
            value=safe_text(row.cell("document")),
        )
    return document


def _card(row: Row) -> CardNumber:
    written = row.cell("card")
    if not re.fullmatch(CARD_PATTERN, written):
        raise BadRow(N_("the card is not 4 to 19 digits"))
    return CardNumber(written)


def _number(row: Row, column: str, decimals: int) -> int:
    written = row.cell(column)
    number = scaled(written, decimals)
    if number is None:
        raise BadRow(
            N_("the {column} {value!r} is not a number with at most {decimals} decimals"),
            column=column,
            value=safe_text(written),
            decimals=decimals,
        )
    return number
