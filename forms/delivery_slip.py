"""The slip that travels with a scheduled prize (PRZ-3): whom it is for, what it is, who handed it over."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from forms.lettering import (
    ACCENT,
    BODY,
    BOLD,
    INK,
    LABEL,
    MUTED,
    TEXT,
    TINT,
    Slot,
    Style,
    wrapped,
    write,
    write_whole,
)
from forms.page import (
    BODY_BOTTOM,
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
    open_canvas,
    rule,
    time_words,
)
from suite.domain.documents import DeliverySlip
from suite.domain.ids import CardNumber, OrderNumber

CARD_DIGITS_SHOWN = 4
ADDRESS_LINES_MAX = 2
PRIZE_LINES_MAX = 2

BAR_WIDTH = 1.0  # 0.35 mm: a cheap reader reads it off a cheap printer
BAR_HEIGHT = 40.0

_NUMBER = Style(BOLD, 22, ACCENT)
_HEADING = Style(BOLD, 9, ACCENT)
_MEMBER = Style(BOLD, 15, INK)
_PRIZE = Style(BOLD, 13, INK)
_POINTS = Style(BOLD, 13, INK)
_NOTE = Style(BODY, 9, MUTED)

_SHEET = "sheet"
_PAD = 14.0
_LEADING = 14.0
_LABEL_RISE = 14.0
_WIDE = Slot(LEFT, WIDTH)

_STATION_Y = BODY_TOP - 30
_REQUESTED_Y = _STATION_Y - 35
_ISSUED_Y = _REQUESTED_Y - 35
_ORDER_LEFT = Slot(LEFT, 230)
_ORDER_RIGHT = Slot(LEFT + 250, WIDTH - 250, right=True)  # the sheet's margin is the barcode's quiet zone
_BARCODE_Y = BODY_TOP - 64

_MEMBER_TOP = BODY_TOP - 130
_MEMBER_FACTS_Y = _MEMBER_TOP - 74
_MEMBER_FACT_WIDTH = (WIDTH - 2 * _PAD) / 3
_ADDRESS_Y = _MEMBER_FACTS_Y - 35

_PRIZE_TOP = _ADDRESS_Y - 46
_PRIZE_HEIGHT = 98.0
_PRIZE_BOTTOM = _PRIZE_TOP - 24 - _PRIZE_HEIGHT
_PRIZE_NAME = Slot(LEFT + _PAD, WIDTH - 2 * _PAD)
_PRIZE_CODE = Slot(LEFT + _PAD, WIDTH - 190)
_PRIZE_POINTS = Slot(RIGHT - _PAD - 140, 140, right=True)
_PRIZE_Y = _PRIZE_BOTTOM + 13

_SIGN_HEIGHT = 112.0


def delivery_slips_pdf(slips: Sequence[DeliverySlip], wording: Wording) -> bytes:
    """The slips as one PDF, each on one page; its bytes depend on the slips and the wording alone."""
    assert slips, "a PDF without a page opens nowhere"
    file = BytesIO()
    canvas = open_canvas(file, wording.say("Prize delivery slip"))
    canvas.beginForm(_SHEET)
    _draw_sheet(canvas, wording)
    canvas.endForm()
    for slip in slips:
        _draw_slip(canvas, slip, wording)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def masked(card: CardNumber) -> str:
    """The card as paper may show it: its last four digits."""
    return f"•••• {card[-CARD_DIGITS_SHOWN:]}"


def draw_barcode(canvas: Canvas, order: OrderNumber, slot: Slot, y: float) -> None:
    """Draw the order as Code 128 on the line at `y`, in bars of `BAR_WIDTH` or as narrow as the slot asks."""
    from reportlab.graphics.barcode.code128 import Code128  # a tenth of a second, and only slips need it

    code = Code128(order, quiet=0)
    bars = round(code.width / code.barWidth)  # asking for the width is what encodes the order
    scale = min(BAR_WIDTH, slot.width / bars)
    path, x = canvas.beginPath(), slot.x + (slot.width - bars * scale if slot.right else 0)
    for stripe in code.decomposed:
        width = (ord(stripe.lower()) - ord("a") + 1) * scale
        if stripe.isupper():  # capitals are bars, small letters the spaces between
            path.rect(x, y, width, BAR_HEIGHT)
        x += width
    canvas.setFillColor(INK)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_sheet(canvas: Canvas, wording: Wording) -> None:
    """Draw what is the same on every slip, stored in the file once: ten thousand slips share it."""
    say = wording.say
    draw_letterhead(canvas, title=say("Prize delivery slip"), corner_label=say("Slip number"))
    write(canvas, say("Requested at station"), _ORDER_LEFT, _STATION_Y + _LABEL_RISE, LABEL)
    write(canvas, say("Requested on"), _ORDER_LEFT, _REQUESTED_Y + _LABEL_RISE, LABEL)
    write(canvas, say("Issued on"), _ORDER_LEFT, _ISSUED_Y + _LABEL_RISE, LABEL)
    write(canvas, say("Order"), _ORDER_RIGHT, _STATION_Y + _LABEL_RISE, LABEL)
    _draw_heading(canvas, say("Deliver to"), _MEMBER_TOP)
    _draw_heading(canvas, say("Prize"), _PRIZE_TOP)
    bar(canvas, LEFT, _PRIZE_BOTTOM, WIDTH, _PRIZE_HEIGHT, colour=TINT)
    bar(canvas, LEFT, _PRIZE_BOTTOM, 3, _PRIZE_HEIGHT)
    write(canvas, say("Prize code"), _PRIZE_CODE, _PRIZE_Y + _LABEL_RISE + 1, LABEL)
    write(canvas, say("Points"), _PRIZE_POINTS, _PRIZE_Y + _LABEL_RISE + 1, LABEL)
    _draw_signatures(canvas, wording)


def _draw_heading(canvas: Canvas, text: str, top: float) -> None:
    write(canvas, text, _WIDE, top - 10, _HEADING)
    rule(canvas, top - 16)


def _draw_signatures(canvas: Canvas, wording: Wording) -> None:
    """Draw the three boxes that are filled in by hand, at the foot of the sheet."""
    say = wording.say
    note = say("The prize described on this slip was handed over complete and in good condition.")
    write(canvas, note, _WIDE, BODY_BOTTOM + _SIGN_HEIGHT + 12, _NOTE)
    _draw_box(canvas, say("Delivered by"), LEFT, 150)
    _draw_box(canvas, say("Received by (signature, name, document)"), LEFT + 150, WIDTH - 250)
    _draw_box(canvas, say("Date"), RIGHT - 100, 100)


def _draw_box(canvas: Canvas, label: str, x: float, width: float) -> None:
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.7)
    canvas.rect(x, BODY_BOTTOM, width, _SIGN_HEIGHT, stroke=1, fill=0)
    write(canvas, label, Slot(x + 7, width - 14), BODY_BOTTOM + _SIGN_HEIGHT - 14, LABEL)


def _draw_slip(canvas: Canvas, slip: DeliverySlip, wording: Wording) -> None:
    canvas.doForm(_SHEET)
    draw_frame(canvas, _frame(slip, wording), wording, page=1, pages=1)
    _draw_order(canvas, slip, wording)
    _draw_member(canvas, slip, wording)
    _draw_prize(canvas, slip, wording)


def _frame(slip: DeliverySlip, wording: Wording) -> Frame:
    say = wording.say
    return Frame(
        network=slip.network,
        corner=str(slip.slip),
        corner_style=_NUMBER,
        reference=say("Slip {slip} · Order {order}").format(slip=slip.slip, order=slip.order),
    )


def _draw_order(canvas: Canvas, slip: DeliverySlip, wording: Wording) -> None:
    write(canvas, f"{slip.station} · {slip.station_name}", _ORDER_LEFT, _STATION_Y)
    write(canvas, time_words(slip.requested_at, wording), _ORDER_LEFT, _REQUESTED_Y)
    write(canvas, day_words(slip.issued_on, wording), _ORDER_LEFT, _ISSUED_Y)
    draw_barcode(canvas, slip.order, _ORDER_RIGHT, _BARCODE_Y)
    write_whole(canvas, slip.order, _ORDER_RIGHT, _BARCODE_Y - 14)


def _draw_member(canvas: Canvas, slip: DeliverySlip, wording: Wording) -> None:
    """Draw whom the prize is for, without the labels of what is not known of them."""
    say = wording.say
    write(canvas, slip.member, _WIDE, _MEMBER_TOP - 38, _MEMBER)
    facts = [(say("Document"), slip.document), (say("Phone"), slip.phone), (say("Card"), masked(slip.card))]
    for column, (label, text) in enumerate(fact for fact in facts if fact[1]):
        slot = Slot(LEFT + column * (_MEMBER_FACT_WIDTH + _PAD), _MEMBER_FACT_WIDTH)
        write(canvas, label, slot, _MEMBER_FACTS_Y + _LABEL_RISE, LABEL)
        write(canvas, text, slot, _MEMBER_FACTS_Y)
    if slip.address:
        write(canvas, say("Address"), _WIDE, _ADDRESS_Y + _LABEL_RISE, LABEL)
    for number, line in enumerate(wrapped(slip.address, TEXT, WIDTH, lines_max=ADDRESS_LINES_MAX)):
        write(canvas, line, _WIDE, _ADDRESS_Y - number * _LEADING)


def _draw_prize(canvas: Canvas, slip: DeliverySlip, wording: Wording) -> None:
    for number, line in enumerate(wrapped(slip.prize, _PRIZE, _PRIZE_NAME.width, lines_max=PRIZE_LINES_MAX)):
        write(canvas, line, _PRIZE_NAME, _PRIZE_BOTTOM + _PRIZE_HEIGHT - 25 - number * 18, _PRIZE)
    write(canvas, slip.prize_code, _PRIZE_CODE, _PRIZE_Y)
    write_whole(canvas, integer(slip.points, wording), _PRIZE_POINTS, _PRIZE_Y, _POINTS)
