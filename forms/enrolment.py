"""The application that a member signs (MEM-1), and the copy of what was signed (MEM-4): one sheet, blank or filled."""

from datetime import date
from io import BytesIO
from struct import unpack_from

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from forms.delivery_slip import masked
from forms.lettering import ACCENT, BODY, BOLD, INK, LABEL, MUTED, TEXT, TINT, Slot, Style, wrapped, write, write_whole
from forms.page import (
    BODY_BOTTOM,
    BODY_TOP,
    LEFT,
    WIDTH,
    Frame,
    Wording,
    bar,
    day_words,
    draw_frame,
    draw_letterhead,
    open_canvas,
    rule,
)
from suite.domain.documents import EnrolmentForm
from suite.domain.personal import PNG, SIGNATURE_MAX

MEMBER_LINES_MAX = 2
ADDRESS_LINES_MAX = 2
CONSENT_LINES_MAX = 5

PIXELS_MAX = 4_000_000  # nearly half a page at 300 dots an inch, and few enough to hold in memory undressed
DEPTH_MAX = 8  # greys of 16 bits would be drawn as black or white, and most of the ink be lost
SIGNATURE_WIDTH = 300.0
SIGNATURE_HEIGHT = 64.0
BOX_SIZE = 10.0

_NUMBER = Style(BOLD, 16, ACCENT)
_HEADING = Style(BOLD, 9, ACCENT)
_MEMBER = Style(BOLD, 15, INK)
_ACCOUNT = Style(BOLD, 15, INK)
_NOTE = Style(BODY, 9, MUTED)

_PAD = 14.0
_LEADING = 14.0
_PARAGRAPH_GAP = 7.0
_LABEL_RISE = 14.0
_WIDE = Slot(LEFT, WIDTH)

_FACTS_Y = BODY_TOP - 30
_FACT_STEP = 35.0
_FACTS = Slot(LEFT, 250)
_CARD = Slot(LEFT + 270, WIDTH - 270, right=True)

_ACCOUNT_HEIGHT = 50.0
_ACCOUNT_BOTTOM = BODY_TOP - 100 - _ACCOUNT_HEIGHT
_ACCOUNT_Y = _ACCOUNT_BOTTOM + 12
_ACCOUNT_SLOT = Slot(LEFT + _PAD, 180)
_PROVISIONAL = Slot(LEFT + _PAD + 200, WIDTH - 2 * _PAD - 200, right=True)

_MEMBER_TOP = _ACCOUNT_BOTTOM - 20
_MEMBER_FACT_WIDTH = (WIDTH - _PAD) / 2

_SIGNATURE_Y = BODY_BOTTOM + 60
_NAME_Y = BODY_BOTTOM + 14
_SIGNATURE = Slot(LEFT, SIGNATURE_WIDTH)
_SIGNED_ON = Slot(LEFT + SIGNATURE_WIDTH + 20, WIDTH - SIGNATURE_WIDTH - 20)


def enrolment_pdf(form: EnrolmentForm, wording: Wording) -> bytes:
    """The form as a PDF of one page, to sign or as it was signed; its bytes depend on form and wording alone."""
    say, file = wording.say, BytesIO()
    title = say("Signed application (copy)") if form.signed_on else say("Application for membership")
    canvas = open_canvas(file, title)
    draw_letterhead(canvas, title=title, corner_label=say("Form number") if form.form else "")
    draw_frame(canvas, _frame(form, wording), wording, page=1, pages=1)
    _draw_facts(canvas, form, wording)
    _draw_account(canvas, form, wording)
    _draw_consent(canvas, form, wording, top=_draw_member(canvas, form, wording))
    _draw_signature(canvas, form, wording)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _frame(form: EnrolmentForm, wording: Wording) -> Frame:
    say = wording.say
    reference = say("Member {account}").format(account=form.account)
    if form.form:
        reference = say("Form {form} · Member {account}").format(form=form.form, account=form.account)
    return Frame(network=form.network, corner=form.form, corner_style=_NUMBER, reference=reference)


def _draw_facts(canvas: Canvas, form: EnrolmentForm, wording: Wording) -> None:
    """Draw where and when the paper was made, and which card went with it."""
    say = wording.say
    facts = [(say("Station"), form.station_name), (say("Printed on"), day_words(form.printed_on, wording))]
    for row, (label, text) in enumerate(fact for fact in facts if fact[1]):
        write(canvas, label, _FACTS, _FACTS_Y - row * _FACT_STEP + _LABEL_RISE, LABEL)
        write(canvas, text, _FACTS, _FACTS_Y - row * _FACT_STEP)
    if form.card:
        write(canvas, say("Card"), _CARD, _FACTS_Y + _LABEL_RISE, LABEL)
        write_whole(canvas, masked(form.card), _CARD, _FACTS_Y)  # a reader takes bars for a card: this is no card


def _draw_account(canvas: Canvas, form: EnrolmentForm, wording: Wording) -> None:
    say = wording.say
    bar(canvas, LEFT, _ACCOUNT_BOTTOM, WIDTH, _ACCOUNT_HEIGHT, colour=TINT)
    bar(canvas, LEFT, _ACCOUNT_BOTTOM, 3, _ACCOUNT_HEIGHT)
    write(canvas, say("Membership number"), _ACCOUNT_SLOT, _ACCOUNT_Y + 20, LABEL)
    write_whole(canvas, str(form.account), _ACCOUNT_SLOT, _ACCOUNT_Y, _ACCOUNT)
    if form.provisional:
        write_whole(canvas, say("Provisional until the office confirms it"), _PROVISIONAL, _ACCOUNT_Y, _NOTE)


def _draw_heading(canvas: Canvas, text: str, top: float) -> None:
    write(canvas, text, _WIDE, top - 10, _HEADING)
    rule(canvas, top - 16)


def _draw_member(canvas: Canvas, form: EnrolmentForm, wording: Wording) -> float:
    """Draw who applies, without the labels of what is not known of them; returns where the next part may begin."""
    say, y = wording.say, _MEMBER_TOP - 20
    _draw_heading(canvas, say("Member"), _MEMBER_TOP)
    for line in wrapped(form.member, _MEMBER, WIDTH, lines_max=MEMBER_LINES_MAX):
        y -= 18
        write(canvas, line, _WIDE, y, _MEMBER)
    facts = [fact for fact in ((say("Document"), form.document), (say("Phone"), form.phone)) if fact[1]]
    y -= _FACT_STEP if facts else 0
    for column, (label, text) in enumerate(facts):
        slot = Slot(LEFT + column * (_MEMBER_FACT_WIDTH + _PAD), _MEMBER_FACT_WIDTH)
        write(canvas, label, slot, y + _LABEL_RISE, LABEL)
        write_whole(canvas, text, slot, y)
    if form.address:
        y -= _FACT_STEP
        write(canvas, say("Address"), _WIDE, y + _LABEL_RISE, LABEL)
    for number, line in enumerate(wrapped(form.address, TEXT, WIDTH, lines_max=ADDRESS_LINES_MAX)):
        y -= _LEADING if number else 0
        write(canvas, line, _WIDE, y)
    return y - 20


def _draw_consent(canvas: Canvas, form: EnrolmentForm, wording: Wording, *, top: float) -> None:
    """Draw what the signature stands under; offers have a box of their own, for nobody needs them to take part."""
    say, y = wording.say, top - 20
    _draw_heading(canvas, say("Consent"), top)
    for text in _consent_texts(form, wording):
        y = _draw_paragraph(canvas, text, _WIDE, y) - _PARAGRAPH_GAP
    y -= _PARAGRAPH_GAP
    _draw_tick_box(canvas, LEFT, y - BOX_SIZE, marked=form.marketing)
    offers = say("I also agree to receive offers and news of the programme. I can withdraw this at any time.")
    _draw_paragraph(canvas, offers, Slot(LEFT + BOX_SIZE + 8, WIDTH - BOX_SIZE - 8), y + 4.5)


def _consent_texts(form: EnrolmentForm, wording: Wording) -> tuple[str, ...]:
    """The paragraphs, each short enough to be drawn whole; no text from outside stands in them to push them out."""
    say = wording.say
    join = say("I ask to join the points programme named above. I was shown its terms and accept them.")
    if form.terms:
        shown = say(
            "I ask to join the points programme named above. I was shown its terms, version {terms}, and accept them."
        )
        join = shown.format(terms=form.terms)
    return (
        join,
        say(
            "I authorise the programme to process the personal data on this form in order to run it: to keep my "
            "account and cards, to credit and redeem points, to hand over prizes and to answer me "
            "(Law 25.326, section 5)."
        ),
        say(
            "I know that I have the right to access my data, and to have them corrected, updated or erased "
            "(Law 25.326, sections 14 and 16), by asking at the programme's office or at any of its stations."
        ),
    )


def _draw_paragraph(canvas: Canvas, text: str, slot: Slot, y: float) -> float:
    """Draw the text in lines below `y`; returns the line of the last one."""
    for line in wrapped(text, TEXT, slot.width, lines_max=CONSENT_LINES_MAX):
        y -= _LEADING
        write(canvas, line, slot, y)
    return y


def _draw_tick_box(canvas: Canvas, x: float, y: float, *, marked: bool) -> None:
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.8)
    canvas.rect(x, y, BOX_SIZE, BOX_SIZE, stroke=1, fill=0)
    if marked:
        canvas.setLineWidth(1.4)
        canvas.line(x + 2, y + 2, x + BOX_SIZE - 2, y + BOX_SIZE - 2)
        canvas.line(x + 2, y + BOX_SIZE - 2, x + BOX_SIZE - 2, y + 2)


def _draw_signature(canvas: Canvas, form: EnrolmentForm, wording: Wording) -> None:
    """Draw the lines to sign on, and upon them what a signed form was signed with."""
    say = wording.say
    _draw_line(canvas, say("Signature of the member"), _SIGNATURE, _SIGNATURE_Y)
    _draw_line(canvas, say("Date"), _SIGNED_ON, _SIGNATURE_Y)
    _draw_line(canvas, say("Full name"), _WIDE, _NAME_Y)
    if not form.signed_on:
        return
    write(canvas, _signing_day(form.signed_on, wording), _SIGNED_ON, _SIGNATURE_Y + 5)
    write(canvas, form.member, _WIDE, _NAME_Y + 5)
    if not form.signature:
        write(canvas, say("Signed on paper: the signed form is on file."), _SIGNATURE, _SIGNATURE_Y + 5, _NOTE)
    elif not _draw_image(canvas, form.signature):
        write(canvas, say("The signature is on file."), _SIGNATURE, _SIGNATURE_Y + 5, _NOTE)


def _draw_line(canvas: Canvas, label: str, slot: Slot, y: float) -> None:
    bar(canvas, slot.x, y, slot.width, 0.7, colour=INK)
    write(canvas, label, slot, y - 9, LABEL)


def _signing_day(day: str, wording: Wording) -> str:
    """The day in words; as it is when it is not written `2026-11-05`."""
    try:
        return day_words(date.fromisoformat(day), wording)
    except ValueError:
        return day


def _draw_image(canvas: Canvas, image: bytes) -> bool:
    """Draw the signature on its line; tells whether it could, for what came from outside may be no image at all."""
    if len(image) > SIGNATURE_MAX or not image.startswith(PNG):
        return False
    try:
        width, height, depth = unpack_from(">IIB", image, len(PNG) + 8)  # past the length and the name of the header
        if width * height > PIXELS_MAX or depth > DEPTH_MAX:
            return False
        picture = ImageReader(BytesIO(image))
        if picture.getSize() != (width, height):  # a second header promises another size than the first
            return False
        scale = min(SIGNATURE_WIDTH / width, SIGNATURE_HEIGHT / height, 1)
        canvas.drawImage(picture, LEFT, _SIGNATURE_Y + 2, width * scale, height * scale, mask="auto")
    except Exception:  # noqa: BLE001 -- broken images fail in more ways than their library names, and a form must print
        return False
    return True
