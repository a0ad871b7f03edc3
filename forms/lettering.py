"""Letters on paper: the fonts, text made harmless, and text that stays in its box. No page is laid out here."""

import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

BODY = "Vera"
BOLD = "VeraBd"
ELLIPSIS = "…"
MISSING = "?"

INK = HexColor("#1B2126")
MUTED = HexColor("#56626B")
ACCENT = HexColor("#0B5A6B")
HAIRLINE = HexColor("#C3CCD1")
TINT = HexColor("#EFF4F5")
WHITE = HexColor("#FFFFFF")

SIZE_MIN = 5.5  # the smallest letters an office printer keeps legible
_ROUNDING = 1e-6  # a text shrunk to its slot's very width must not be cut for the last bit of a float
TEXT_MAX = 400  # twice what the widest box can show in the smallest letters


class Style(NamedTuple):
    """How a text looks."""

    font: str
    size: float
    colour: Color


LABEL = Style(BODY, 7.5, MUTED)
TEXT = Style(BODY, 10, INK)


class Slot(NamedTuple):
    """The horizontal room of a text: it starts at `x`, or ends at `x + width` if `right`."""

    x: float
    width: float
    right: bool = False


@cache
def load_fonts() -> frozenset[int]:
    """Make both fonts known to reportlab, once; returns the characters both can draw.

    They are read from reportlab's own package: its search path would prefer a file of the same name in the
    working directory, and a document must have the same bytes wherever it is made.
    """
    folder = files("reportlab") / "fonts"
    fonts = [TTFont(name, BytesIO((folder / f"{name}.ttf").read_bytes())) for name in (BODY, BOLD)]
    for font in fonts:
        registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


class _Letters(dict[int, str | None]):
    """What is drawn for each character, for `str.translate`; remembers only what the fonts can draw."""

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        category = unicodedata.category(letter)
        if letter.isspace():
            return " "
        if category in {"Cc", "Cf"}:
            return None  # controls and format characters, right-to-left overrides among them
        if category == "Cn" or code not in load_fonts():
            return MISSING
        self[code] = letter
        return letter


_LETTERS = _Letters()


def harmless(text: str) -> str:
    """The text as one line of characters the fonts can draw: no control, no override, `?` for the rest."""
    text = text[:TEXT_MAX]
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", text).translate(_LETTERS).strip()


def fitted(text: str, style: Style, width: float) -> str:
    """The text made harmless and, where it is wider than `width`, cut to end in an ellipsis within it."""
    return _fit(harmless(text), style, width)[0]


def wrapped(text: str, style: Style, width: float, *, lines_max: int) -> list[str]:
    """The text in at most `lines_max` lines, broken between words, each made to fit."""
    words = harmless(text).split()
    lines: list[str] = []
    while words and len(lines) < lines_max - 1:
        ends = range(1, len(words) + 1)
        taken = max(1, bisect_right(ends, width, key=lambda end: _width(" ".join(words[:end]), style)))
        lines.append(fitted(" ".join(words[:taken]), style, width))
        words = words[taken:]
    return [*lines, fitted(" ".join(words), style, width)] if words else lines


def write(canvas: Canvas, text: str, slot: Slot, y: float, style: Style = TEXT) -> None:
    """Draw the text on the line at `y`, never outside the slot and never as markup."""
    text, width = _fit(harmless(text), style, slot.width)
    canvas.setFillColor(style.colour)
    canvas.setFont(style.font, style.size)
    canvas.drawString(slot.x + (slot.width - width if slot.right else 0), y, text)


def write_whole(canvas: Canvas, text: str, slot: Slot, y: float, style: Style = TEXT) -> None:
    """Draw at `y` what must not lose its end, a number above all: in smaller letters before it is cut.

    `SIZE_MIN` shows the largest number a fact may hold in every slot, so that only a text is ever cut.
    """
    width = _width(harmless(text), style)
    if width > slot.width:
        style = style._replace(size=max(SIZE_MIN, style.size * slot.width / width))
    write(canvas, text, slot, y, style)


def _fit(text: str, style: Style, width: float) -> tuple[str, float]:
    """As much of a harmless text as the width holds, and the width it takes."""
    taken = _width(text, style)
    if taken <= width + _ROUNDING:
        return text, taken
    room = width - _width(ELLIPSIS, style)
    kept = bisect_right(range(len(text) + 1), room, key=lambda end: _width(text[:end], style)) - 1
    cut = text[:kept].rstrip() + ELLIPSIS if kept >= 0 else ""
    return cut, _width(cut, style)


@lru_cache(maxsize=1024)  # most texts of a run come again: labels, stations, months, the last text measured
def _width(text: str, style: Style) -> float:
    load_fonts()
    return stringWidth(text, style.font, style.size)
