"""The settlement on paper (CEN-4): one statement a station, drawn the same today and in ten years."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from forms.lettering import ACCENT, BODY, BOLD, INK, LABEL, MUTED, TINT, WHITE, Slot, Style, write, write_whole
from forms.page import (
    BODY_TOP,
    LEFT,
    RIGHT,
    WIDTH,
    Frame,
    Wording,
    bar,
    day_words,
    draw_frame,
    draw_letterhead,
    integer,
    money,
    month_words,
    open_canvas,
    rate,
    rule,
)
from suite.domain.documents import Statement, StatementLine

ROW_HEIGHT = 17.0
PAGE_ROWS = 33
LATE_HEADING_ROWS = 2
CLOSING_ROWS = 9  # total and signatures
LINES_BESIDE_TOTAL = 2  # a total alone on a sheet says nothing

_SHEET = "sheet"
_PAD = 8.0
_GROUP = Slot(LEFT + _PAD, 158)
_MONTH = Slot(LEFT + 174, 92)
_POINTS = Slot(LEFT + 268, 86, right=True)
_AMOUNT = Slot(RIGHT - _PAD - 125, 125, right=True)
_TOTAL_LABEL = Slot(LEFT + _PAD, 190)
_TOTAL_POINTS = Slot(LEFT + 204, 150, right=True)
_ROW = Slot(LEFT + _PAD, WIDTH - 2 * _PAD)
_STATION = Slot(LEFT, 310)
_VALUE = Slot(LEFT + 330, WIDTH - 330)
_SETTLED = Slot(LEFT, 150)
_ENTRY = Slot(LEFT + 174, 250)

_MONTH_SETTLED = Style(BOLD, 13, ACCENT)
_FACT = Style(BOLD, 12, INK)
_CELL = Style(BODY, 9, INK)
_MUTED_CELL = Style(BODY, 9, MUTED)
_HEAD = Style(BOLD, 8, WHITE)
_HEADING = Style(BOLD, 9, ACCENT)
_TOTAL = Style(BOLD, 11, INK)

_STATION_Y = BODY_TOP - 30
_SETTLED_Y = BODY_TOP - 68
_HEAD_HEIGHT = 20.0
_HEAD_BOTTOM = BODY_TOP - 88 - _HEAD_HEIGHT
_HEAD_Y = _HEAD_BOTTOM + 6.5
_TOTAL_HEIGHT = 30.0
_GUTTER = 28.0
_PARTY_WIDTH = (WIDTH - _GUTTER) / 2


def settlement_pdf(statements: Sequence[Statement], wording: Wording) -> bytes:
    """The statements as one PDF, each from a page of its own and with its own page numbers.

    The bytes depend on the statements and the wording alone: a reprint is the same file (CEN-4).
    """
    assert statements, "a PDF without a page opens nowhere"
    file = BytesIO()
    canvas = open_canvas(file, wording.say("Station settlement"))
    canvas.beginForm(_SHEET)
    _draw_sheet(canvas, wording)
    canvas.endForm()
    for statement in statements:
        _draw_statement(canvas, statement, wording)
    canvas.save()
    return file.getvalue()


def _draw_sheet(canvas: Canvas, wording: Wording) -> None:
    """Draw what is the same on every page, stored in the file once."""
    say = wording.say
    draw_letterhead(canvas, title=say("Station settlement"), corner_label=say("Month settled"))
    write(canvas, say("Station"), _STATION, _STATION_Y + 16, LABEL)
    write(canvas, say("Value of a point"), _VALUE, _STATION_Y + 16, LABEL)
    write(canvas, say("Settled on"), _SETTLED, _SETTLED_Y + 14, LABEL)
    write(canvas, say("Journal entry"), _ENTRY, _SETTLED_Y + 14, LABEL)
    bar(canvas, LEFT, _HEAD_BOTTOM, WIDTH, _HEAD_HEIGHT)
    write(canvas, say("Product group"), _GROUP, _HEAD_Y, _HEAD)
    write(canvas, say("Earned in"), _MONTH, _HEAD_Y, _HEAD)
    write(canvas, say("Points"), _POINTS, _HEAD_Y, _HEAD)


def _draw_statement(canvas: Canvas, statement: Statement, wording: Wording) -> None:
    pages = _paginate(statement.lines)
    for number, lines in enumerate(pages, start=1):
        canvas.doForm(_SHEET)
        draw_frame(canvas, _frame(statement, wording), wording, page=number, pages=len(pages))
        _draw_facts(canvas, statement, wording)
        y = _draw_lines(canvas, lines, wording)
        if number == len(pages):
            _draw_total(canvas, statement, wording, y - 10 - _TOTAL_HEIGHT)
            _draw_signatures(canvas, wording, y - 77)
        canvas.showPage()


def _frame(statement: Statement, wording: Wording) -> Frame:
    return Frame(
        network=statement.network,
        corner=month_words(statement.month, wording),
        corner_style=_MONTH_SETTLED,
        reference=f"{statement.station} · {statement.month} · {statement.entry}",
    )


def _paginate(lines: Sequence[StatementLine]) -> list[list[StatementLine]]:
    """The lines of each page: late ones last, and room for the closing on the last page."""
    rest = sorted(lines, key=lambda line: line.late)
    pages = []
    while _rows_of(rest) + CLOSING_ROWS > PAGE_ROWS:
        taken = min(_fitting(rest), len(rest) - LINES_BESIDE_TOTAL)
        pages.append(rest[:taken])
        rest = rest[taken:]
    return [*pages, rest]


def _rows_of(lines: Sequence[StatementLine]) -> int:
    return len(lines) + (LATE_HEADING_ROWS if any(line.late for line in lines) else 0)


def _fitting(lines: Sequence[StatementLine]) -> int:
    """How many of the lines fill a page, with the late heading if a late one comes to stand on it."""
    usual = sum(not line.late for line in lines)
    return min(len(lines), max(usual, PAGE_ROWS - LATE_HEADING_ROWS), PAGE_ROWS)


def _draw_facts(canvas: Canvas, statement: Statement, wording: Wording) -> None:
    say = wording.say
    value = f"{statement.currency} {rate(statement.point_value, wording)}"
    amount_head = say("Amount ({currency})").format(currency=statement.currency)
    write(canvas, f"{statement.station} · {statement.station_name}", _STATION, _STATION_Y, _FACT)
    write_whole(canvas, value, _VALUE, _STATION_Y, _FACT)
    write(canvas, day_words(statement.settled_on, wording), _SETTLED, _SETTLED_Y)
    write_whole(canvas, statement.entry, _ENTRY, _SETTLED_Y)
    write(canvas, amount_head, _AMOUNT, _HEAD_Y, _HEAD)


def _draw_lines(canvas: Canvas, lines: Sequence[StatementLine], wording: Wording) -> float:
    """Draw the page's lines, the late ones under their heading; returns where the next row would start."""
    y = _HEAD_BOTTOM
    if not lines:
        write(canvas, wording.say("No points to settle in this month."), _ROW, y - 16, _MUTED_CELL)
        return y - ROW_HEIGHT
    headed = False
    for line in lines:
        if line.late and not headed:
            y = _draw_late_heading(canvas, wording, y - LATE_HEADING_ROWS * ROW_HEIGHT)
            headed = True
        y = _draw_line(canvas, line, wording, y - ROW_HEIGHT)
    return y


def _draw_late_heading(canvas: Canvas, wording: Wording, bottom: float) -> float:
    write(canvas, wording.say("Late from earlier months"), _ROW, bottom + 6, _HEADING)
    bar(canvas, LEFT, bottom - 0.4, WIDTH, 0.8)
    return bottom


def _draw_line(canvas: Canvas, line: StatementLine, wording: Wording, bottom: float) -> float:
    y = bottom + 5.2
    write(canvas, line.group, _GROUP, y, _CELL)
    write(canvas, month_words(line.month, wording), _MONTH, y, _MUTED_CELL)
    write_whole(canvas, integer(line.points, wording), _POINTS, y, _CELL)
    write_whole(canvas, money(line.amount, wording), _AMOUNT, y, _CELL)
    rule(canvas, bottom)
    return bottom


def _draw_total(canvas: Canvas, statement: Statement, wording: Wording, bottom: float) -> None:
    y = bottom + 10.5
    bar(canvas, LEFT, bottom, WIDTH, _TOTAL_HEIGHT, colour=TINT)
    bar(canvas, LEFT, bottom, 3, _TOTAL_HEIGHT)
    write(canvas, wording.say("Total to settle"), _TOTAL_LABEL, y, _TOTAL)
    write_whole(canvas, integer(statement.points, wording), _TOTAL_POINTS, y, _TOTAL)
    write_whole(canvas, money(statement.amount, wording), _AMOUNT, y, _TOTAL)


def _draw_signatures(canvas: Canvas, wording: Wording, y: float) -> None:
    say = wording.say
    _draw_signature(canvas, say("For the network"), wording, LEFT, y)
    _draw_signature(canvas, say("For the station"), wording, LEFT + _PARTY_WIDTH + _GUTTER, y)


def _draw_signature(canvas: Canvas, party: str, wording: Wording, x: float, y: float) -> None:
    """Draw one party's place to sign: its name, a line, and what is written on the line."""
    say = wording.say
    write(canvas, party, Slot(x, _PARTY_WIDTH), y, _HEADING)
    bar(canvas, x, y - 52, _PARTY_WIDTH, 0.7, colour=INK)
    write(canvas, say("Signature and name"), Slot(x, 150), y - 63, LABEL)
    write(canvas, say("Date"), Slot(x + 160, _PARTY_WIDTH - 160), y - 63, LABEL)
