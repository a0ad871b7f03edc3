"""A till's CSV file, read row by row: tickets whole and right, or set aside with the line and the reason.

Columns, in any order, English or Spanish: moment, document, card, product, quantity, amount. A ticket is all rows
of one document number; one wrong row sets its whole ticket aside, for half a ticket would earn half its points.
"""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

import msgspec

from suite.domain.calendar import moment_of
from suite.domain.earning import SaleLine
from suite.domain.errors import N_, Refusal
from suite.domain.ids import CARD_PATTERN, CODE_PATTERN, DOCUMENT_PATTERN, CardNumber, DocumentNumber, ProductCode
from suite.domain.quantities import Centavos, Millis, Moment
from suite.domain.sales import Ticket
from suite.runtime.safe_text import LINE_MAX, safe_text
from suite.runtime.table_file import BadRow, Row, SetAside, rows_of
from suite.runtime.typed_text import scaled

QUANTITY_DECIMALS, AMOUNT_DECIMALS = 3, 2
SALE_COLUMNS = ("moment", "document", "card", "product", "quantity", "amount")
VOUCHER_COLUMNS = ("moment", "document", "card", "prize")


class TillFile(msgspec.Struct, frozen=True):
    """A till's file taken apart: tickets in the order of their first row, and the rows that were set aside."""

    header: tuple[str, ...]
    tickets: tuple[tuple[Ticket, tuple[Row, ...]], ...]
    set_aside: tuple[SetAside, ...]


def read_till_file(path: Path, zone: tzinfo, tick: Callable[[int], None] = lambda _: None) -> TillFile:
    """Every ticket of the file. `tick` is told the row reached. Raises BadInput; wrong rows are set aside."""
    header, rows = rows_of(path, SALE_COLUMNS)
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        document = safe_text(row.cells.get("document", ""), LINE_MAX)
        gathered.setdefault(document or f"?{row.line}", []).append(row)
        tick(row.line)
    tickets, aside = [], []
    for ticket_rows in gathered.values():
        try:
            tickets.append((ticket_of(ticket_rows, zone), tuple(ticket_rows)))
        except WrongTicket as wrong:
            aside.extend(wrong.rows)
    return TillFile(header, tuple(tickets), tuple(aside))


class WrongTicket(ValueError):
    """A ticket with at least one wrong row: all its rows, each with the reason."""

    def __init__(self, rows: list[SetAside]) -> None:
        super().__init__(len(rows))
        self.rows = rows


def ticket_of(rows: list[Row], zone: tzinfo) -> Ticket:
    """The rows of one document as a ticket. Raises WrongTicket."""
    faults: dict[int, BadRow] = {}
    lines = []
    for row in rows:
        try:
            lines.append(_line(row))
            moment, card, document = _moment(row, zone), _card(row), _document(row)
            if (moment, card) != (_moment(rows[0], zone), _card(rows[0])):
                raise BadRow(N_("another moment or card than the first row of document {document}"), document=document)
        except BadRow as fault:
            faults[row.line] = fault
    if faults:
        raise WrongTicket([_aside(row, faults.get(row.line), min(faults)) for row in rows])
    return Ticket(at=moment, document=document, card=card, lines=tuple(lines), entry="file")


def _aside(row: Row, fault: BadRow | None, first_wrong: int) -> SetAside:
    fault = fault or BadRow(N_("this row is right, but line {line} of the same ticket is wrong"), line=first_wrong)
    return SetAside(row.line, fault.reason, fault.facts, row.raw)


def refused(rows: tuple[Row, ...], refusal: Refusal) -> list[SetAside]:
    """The rows of a ticket that the business refused, with its sentence."""
    return [SetAside(row.line, refusal.text, refusal.numbers, row.raw) for row in rows]


def voucher_of(row: Row, zone: tzinfo) -> tuple[Moment, DocumentNumber, CardNumber, str]:
    """One hand-written voucher: moment, number, card, prize code. Raises BadRow."""
    prize = row.cell("prize")
    if not re.fullmatch(CODE_PATTERN, prize):
        raise BadRow(N_("the prize code {value!r} is not a code"), value=safe_text(prize))
    return _moment(row, zone), _document(row), _card(row), prize


def _line(row: Row) -> SaleLine:
    product = row.cell("product")
    if not re.fullmatch(CODE_PATTERN, product):
        raise BadRow(N_("the product {value!r} is not a code"), value=safe_text(product))
    quantity = _number(row, "quantity", QUANTITY_DECIMALS)
    amount = _number(row, "amount", AMOUNT_DECIMALS)
    return SaleLine(ProductCode(product), Millis(quantity), Centavos(amount))


def _moment(row: Row, zone: tzinfo) -> Moment:
    written = row.cell("moment")
    try:
        when = datetime.fromisoformat(written)
        return moment_of(when if when.tzinfo else when.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise BadRow(N_("the moment {value!r} is not like 2026-11-30T08:15:00"), value=safe_text(written)) from None


def _document(row: Row) -> DocumentNumber:
    written = row.cell("document")
    if not re.fullmatch(DOCUMENT_PATTERN, written):
        raise BadRow(
            N_("the document number {value!r} must be 1 to 40 letters, digits and . _ / : -"), value=safe_text(written)
        )
    return DocumentNumber(written)


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
