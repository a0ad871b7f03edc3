"""A roll of lines as a PDF 80 mm wide and as long as it has to be: the receipt where no thermal printer is."""

from collections.abc import Sequence
from io import BytesIO

from forms.lettering import BODY, BOLD, INK, TEXT_MAX, Slot, Style, fitted, wrapped, write, write_whole
from forms.page import bar, open_canvas
from forms.roll import RollLine

PAPER = 226.8  # 80 mm
MARGIN = 11.3  # 4 mm, which no print head reaches
WIDTH = PAPER - 2 * MARGIN
LINES_MAX = 3
GAP = 8.0
_STYLES = {
    "plain": (Style(BODY, 8, INK), 11.0),
    "strong": (Style(BOLD, 9, INK), 13.0),
    "big": (Style(BOLD, 15, INK), 20.0),
    "rule": (Style(BODY, 8, INK), 9.0),
}


def roll_pdf(roll: Sequence[RollLine], title: str) -> bytes:
    """The receipt as one page; its bytes depend on the lines alone."""
    file, rows = BytesIO(), [row for line in roll for row in _rows(line)]
    height = 2 * MARGIN + sum(_STYLES[row.look][1] for row in rows)
    canvas = open_canvas(file, title)
    canvas.setPageSize((PAPER, height))
    y = height - MARGIN
    for row in rows:
        style, leading = _STYLES[row.look]
        y -= leading
        if row.look == "rule":
            bar(canvas, MARGIN, y + leading / 2, WIDTH, 0.5, colour=INK)
        elif row.centred:
            text = fitted(row.left, style, WIDTH)
            width = canvas.stringWidth(text, style.font, style.size)
            write(canvas, text, Slot(MARGIN + (WIDTH - width) / 2, width + 1), y, style)
        else:
            number = min(WIDTH, canvas.stringWidth(row.right[:TEXT_MAX], style.font, style.size) + 1)
            write_whole(canvas, row.right, Slot(MARGIN + WIDTH - number, number, right=True), y, style)
            write(canvas, row.left, Slot(MARGIN, max(1, WIDTH - number - GAP)), y, style)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _rows(line: RollLine) -> list[RollLine]:
    """The line, broken where it stands alone and is too long."""
    if line.look == "rule" or line.right or not line.left:
        return [line]
    style = _STYLES[line.look][0]
    return [line._replace(left=text) for text in wrapped(line.left, style, WIDTH, lines_max=LINES_MAX)]
