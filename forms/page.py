"""The sheet every form is drawn on: canvas, frame and logo; and how numbers and days are written on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from forms.lettering import (
    ACCENT,
    BODY,
    BOLD,
    HAIRLINE,
    INK,
    LABEL,
    MUTED,
    WHITE,
    Slot,
    Style,
    harmless,
    load_fonts,
    write,
    write_whole,
)
from suite.domain.calendar import MONTHS_IN_YEAR, month_named
from suite.domain.quantities import Centavos, Rate

SHEET_WIDTH, SHEET_HEIGHT = A4
LEFT = 51.0  # 18 mm: clear of the punch holes and of every printer's margin
WIDTH = SHEET_WIDTH - 2 * LEFT
RIGHT = LEFT + WIDTH
TOP = SHEET_HEIGHT - 48
BODY_TOP = TOP - 54
BODY_BOTTOM = 62.0

RATE_DECIMALS_MAX = 12  # beyond that nobody reads the digits, and the fraction says it better
CENTAVOS_IN_UNIT = 100

_LOGO_SIZE = 36.0
_LOGO_GAP = 12.0
_CORNER = Slot(RIGHT - 150, 150, right=True)
_HEADING = Slot(LEFT + _LOGO_SIZE + _LOGO_GAP, WIDTH - _LOGO_SIZE - 2 * _LOGO_GAP - 150)
_NETWORK = Style(BODY, 9, MUTED)
_TITLE = Style(BOLD, 16, INK)
_FOOTER_Y = 36.0


@dataclass(frozen=True, slots=True)
class Wording:
    """The reader's language: `say` translates the English labels, the marks punctuate numbers."""

    say: Callable[[str], str]
    decimal: str
    thousands: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What differs from page to page around it. `corner` is what the sheet is filed by, `reference` its foot."""

    network: str
    corner: str
    corner_style: Style
    reference: str


def integer(number: int, wording: Wording) -> str:
    """The number with its thousands marked."""
    return f"{number:,}".replace(",", wording.thousands)


def money(centavos: Centavos, wording: Wording) -> str:
    """The amount in currency units, always with both decimals."""
    units, cents = divmod(abs(centavos), CENTAVOS_IN_UNIT)
    sign = "-" if centavos < 0 else ""
    return f"{sign}{integer(units, wording)}{wording.decimal}{cents:02d}"


def rate(value: Rate, wording: Wording) -> str:
    """The rate's exact decimal, without padding; as `numerator/denominator` where it has none."""
    whole, rest = divmod(value.numerator, value.denominator)
    digits = ""
    while rest and len(digits) < RATE_DECIMALS_MAX:
        digit, rest = divmod(rest * 10, value.denominator)
        digits += str(digit)
    if rest:
        return f"{value.numerator}/{value.denominator}"
    return integer(whole, wording) + (wording.decimal + digits if digits else "")


def month_words(month: str, wording: Wording) -> str:
    """A month as in `November 2026`; left as it is when it is not written `2026-11`."""
    try:
        number = month_named(month)
    except ValueError:
        return month
    say, name = wording.say, _month_names(wording)[number % MONTHS_IN_YEAR]
    return say("{month} {year}").format(month=name, year=number // MONTHS_IN_YEAR)


def day_words(day: date, wording: Wording) -> str:
    """A day as in `5 November 2026`; no order of figures to guess."""
    say, name = wording.say, _month_names(wording)[day.month - 1]
    return say("{day} {month} {year}").format(day=day.day, month=name, year=day.year)


def time_words(moment: datetime, wording: Wording) -> str:
    """A day and its wall clock time, as in `5 November 2026, 09:30`."""
    return f"{day_words(moment, wording)}, {moment:%H:%M}"


def open_canvas(file: BinaryIO, title: str) -> Canvas:
    """An A4 canvas whose bytes depend on nothing but what is drawn: no clock, no machine, no setting."""
    load_fonts()
    canvas = Canvas(file, pagesize=A4, invariant=1, pageCompression=1, initialFontName=BODY)  # type: ignore[arg-type]  # the stubs say float
    canvas.setTitle(harmless(title))
    canvas.setAuthor("Canje")
    canvas.setCreator("Canje")
    return canvas


def draw_letterhead(canvas: Canvas, *, title: str, corner_label: str) -> None:
    """Draw what every page of a document has around it."""
    draw_logo(canvas, LEFT, TOP - _LOGO_SIZE, _LOGO_SIZE)
    write_whole(canvas, title, _HEADING, TOP - 31, _TITLE)
    write(canvas, corner_label, _CORNER, TOP - 6, LABEL)
    bar(canvas, LEFT, TOP - 48, WIDTH, 1.5)
    rule(canvas, _FOOTER_Y + 12)


def draw_frame(canvas: Canvas, frame: Frame, wording: Wording, *, page: int, pages: int) -> None:
    """Draw into the letterhead what belongs to page `page` of `pages`."""
    say = wording.say
    write(canvas, frame.network, _HEADING, TOP - 10, _NETWORK)
    write_whole(canvas, frame.corner, _CORNER, TOP - 31, frame.corner_style)
    write(canvas, frame.reference, Slot(LEFT, WIDTH - 120), _FOOTER_Y, LABEL)
    number = say("Page {page} of {pages}").format(page=page, pages=pages)
    write(canvas, number, Slot(RIGHT - 110, 110, right=True), _FOOTER_Y, LABEL)


def draw_logo(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw the mark of the suite, a drop in a ring, with its lower left corner at (x, y)."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size / 100, size / 100)
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(8)
    canvas.circle(50, 50, 46, stroke=1, fill=0)
    canvas.setFillColor(ACCENT)
    drop = canvas.beginPath()
    drop.moveTo(50, 84)
    drop.curveTo(57, 68, 74, 56, 74, 40)
    drop.curveTo(74, 26, 63, 17, 50, 17)
    drop.curveTo(37, 17, 26, 26, 26, 40)
    drop.curveTo(26, 56, 43, 68, 50, 84)
    drop.close()
    canvas.drawPath(drop, stroke=0, fill=1)
    canvas.setStrokeColor(WHITE)
    canvas.setLineWidth(5)
    canvas.setLineCap(1)
    canvas.arc(37, 27, 63, 53, 185, 75)
    canvas.restoreState()


def bar(canvas: Canvas, x: float, y: float, width: float, height: float, *, colour: Color = ACCENT) -> None:
    """Draw a filled rectangle with its lower left corner at (x, y)."""
    canvas.setFillColor(colour)
    canvas.rect(x, y, width, height, stroke=0, fill=1)


def rule(canvas: Canvas, y: float) -> None:
    """Draw a hairline across the sheet at `y`."""
    bar(canvas, LEFT, y - 0.3, WIDTH, 0.6, colour=HAIRLINE)


def _month_names(wording: Wording) -> tuple[str, ...]:
    say = wording.say
    return (
        say("January"),
        say("February"),
        say("March"),
        say("April"),
        say("May"),
        say("June"),
        say("July"),
        say("August"),
        say("September"),
        say("October"),
        say("November"),
        say("December"),
    )
