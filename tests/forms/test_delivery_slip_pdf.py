import hashlib
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.graphics.barcode import code128

from forms.delivery_slip import BAR_HEIGHT, BAR_WIDTH, delivery_slips_pdf, masked
from forms.page import RIGHT
from suite.domain.quantities import MAX_INTEGER
from tests.forms.samples import ENGLISH, EVIL, SPANISH, assert_nothing_leaves_its_box, pages_of, reader_of, slip

TO_C, TO_B, START_C = 99, 100, 105
"""Values of Code 128 that choose how the next ones are read: two figures each, or a letter each."""


def bars_of(pdf):
    """Left edge and width of each bar of the first page's barcode."""
    operations = reader_of(pdf).pages[0].get_contents().operations
    rectangles = [[float(value) for value in operands] for operands, operator in operations if operator == b"re"]
    return [(x, width) for x, _, width, height in rectangles if height == BAR_HEIGHT]


def decoded(bars):
    """What a reader makes of the bars: Code 128, sets B and C, its checksum verified."""
    narrow = min(width for _, width in bars)
    stripes = []
    for (x, width), (next_x, _) in zip(bars, [*bars[1:], (None, None)], strict=True):
        stripes.append(round(width / narrow))
        stripes += [] if next_x is None else [round((next_x - x - width) / narrow)]
    widths = {
        tuple(ord(stripe.lower()) - 96 for stripe in pattern): value for value, pattern in code128._patterns.items()
    }
    assert tuple(stripes[-7:]) in widths, "no stop sign"
    start, *values, check = (widths[tuple(stripes[n : n + 6])] for n in range(0, len(stripes) - 7, 6))
    assert check == (start + sum(place * value for place, value in enumerate(values, start=1))) % 103
    text, in_pairs = "", start == START_C
    for value in values:
        if in_pairs and value == TO_B:
            in_pairs = False
        elif not in_pairs and value == TO_C:
            in_pairs = True
        else:
            text += f"{value:02d}" if in_pairs else chr(value + ord(" "))
    return text


def test_a_slip_shows_every_fact_it_holds():
    [lines] = pages_of(delivery_slips_pdf([slip()], SPANISH))

    for fact in [
        "Red Pampa",
        "4821",
        "014-00001234",
        "5 de noviembre de 2026, 09:30",
        "9 de noviembre de 2026",
        "014 · Ñandú, Ruta 5 km 212",
        "María José Núñez Agüero",
        "DNI 28.456.123",
        "02346 15-42-1234",
        "Av. Soárez 1234, piso 2, (6620) Chivilcoy",
        "PR-1004",
        "Termo de acero 1 L",
        "12.500",
        "Delivered by",
        "Received by (signature, name, document)",
        "Date",
    ]:
        assert fact in lines


def test_a_slip_is_one_page():
    texts = pages_of(delivery_slips_pdf([slip(slip=1), slip(slip=2), slip(slip=3)], ENGLISH))

    assert [next(word for word in text if word in {"1", "2", "3"}) for text in texts] == ["1", "2", "3"]


def test_the_card_is_printed_by_its_last_four_digits_only():
    pdf = delivery_slips_pdf([slip()], ENGLISH)

    text = " ".join(pages_of(pdf)[0])
    assert "•••• 5678" in text
    assert "12345678" not in text.replace("014-00001234", "")
    assert masked("1234") == "•••• 1234"


@pytest.mark.parametrize(
    ("absent", "label"),
    [("document", "Document"), ("phone", "Phone"), ("address", "Address")],
)
def test_what_is_not_known_of_a_member_leaves_no_label(absent, label):
    with_it = pages_of(delivery_slips_pdf([slip()], ENGLISH))[0]
    without = pages_of(delivery_slips_pdf([slip(**{absent: ""})], ENGLISH))[0]

    assert label in with_it
    assert label not in without
    assert "•••• 5678" in without


@pytest.mark.parametrize("order", ["014-00001234", "PAMPA-7", "a.b_c-9007199254740991", "W" * 24 + "-123"])
def test_the_barcode_reads_back_as_the_order(order):
    assert decoded(bars_of(delivery_slips_pdf([slip(order=order)], ENGLISH))) == order


def test_the_barcode_of_a_usual_order_has_bars_a_cheap_reader_sees():
    bars = bars_of(delivery_slips_pdf([slip()], ENGLISH))

    assert min(width for _, width in bars) == pytest.approx(BAR_WIDTH)


def test_the_barcode_of_the_longest_order_keeps_its_blank_zone_and_stays_on_the_sheet(drawn):
    drawn.clear()
    bars = bars_of(delivery_slips_pdf([slip(order="W" * 24 + f"-{MAX_INTEGER}", station_name="W" * 200)], ENGLISH))

    beside = max(text.right for text in drawn if text.text.startswith("014 · W"))
    assert bars[0][0] - beside >= 10 * min(width for _, width in bars)
    assert sum(bars[-1]) <= RIGHT + 1e-3


def test_a_reprint_in_another_process_has_the_same_bytes(reprint):
    slips = [slip(), slip(member=EVIL, slip=4822)]
    here = hashlib.sha256(delivery_slips_pdf(slips, SPANISH)).hexdigest()

    there = reprint(
        "from forms.delivery_slip import delivery_slips_pdf as draw",
        "[slip(), slip(member=EVIL, slip=4822)]",
    )

    assert there == here


def test_tags_are_printed_as_they_were_typed_and_controls_are_not():
    lines = pages_of(delivery_slips_pdf([slip(member=EVIL)], ENGLISH))[0]

    assert "Juan <b>&\"' ? ???? =cmd() [31mrojo gnirts José" in lines


@pytest.mark.parametrize("text", [EVIL, EVIL * 9, "W" * 200, "i" * 200, "y " * 100, "{0.__class__} {slip}"])
def test_hostile_text_and_the_largest_numbers_stay_in_their_boxes(drawn, text):
    one = slip(
        network=text,
        slip=MAX_INTEGER,
        order="W" * 24 + f"-{MAX_INTEGER}",
        station_name=text,
        member=text,
        document=text,
        phone=text,
        address=text,
        prize_code=text,
        prize=text,
        points=MAX_INTEGER,
    )
    drawn.clear()

    delivery_slips_pdf([one], SPANISH)

    assert_nothing_leaves_its_box(drawn)
    shown = [text.text for text in drawn]
    assert str(MAX_INTEGER) in shown
    assert "9.007.199.254.740.991" in shown


@given(name=st.text(st.characters(), max_size=250))
@settings(max_examples=40, deadline=None)
def test_any_name_of_a_member_can_be_printed(drawn, name):
    drawn.clear()

    pdf = delivery_slips_pdf([slip(member=name, address=name, prize=name, document=name)], SPANISH)

    assert_nothing_leaves_its_box(drawn)
    assert len(reader_of(pdf).pages) == 1


def test_ten_slips_share_one_sheet_and_one_pair_of_fonts():
    one = len(delivery_slips_pdf([slip()], ENGLISH))

    ten = len(delivery_slips_pdf([slip(slip=number) for number in range(10)], ENGLISH))

    assert ten < one + 9 * 1_600


def test_settlements_do_not_pay_for_the_barcode():
    asked = "import sys, forms.settlement, forms.delivery_slip; print('reportlab.graphics.barcode' in sys.modules)"

    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "False"
