import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from forms.enrolment import BOX_SIZE, PIXELS_MAX, SIGNATURE_HEIGHT, SIGNATURE_WIDTH, enrolment_pdf
from forms.lettering import ELLIPSIS
from forms.page import BODY_BOTTOM, LEFT, RIGHT
from suite.domain.personal import PNG, SIGNATURE_MAX
from suite.domain.quantities import MAX_INTEGER
from tests.forms.samples import (
    ENGLISH,
    EVIL,
    SPANISH,
    SPANISH_WORDS,
    assert_nothing_leaves_its_box,
    enrolment,
    pages_of,
    png,
    reader_of,
)
from tests.forms.test_delivery_slip_pdf import bars_of

ON_FILE = "The signature is on file."
CONSENT_TEXTS = [text for text in SPANISH_WORDS if text.startswith(("I authorise", "I know", "I also"))]


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width, height, depth=8, colour=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))


def with_false_header(image):
    """The image with a small header before its own; only the last decides how much of it is unpacked."""
    return PNG + header(30, 10) + image[len(PNG) :]


def jpeg_with_a_header_of_a_png():
    """A JPEG whose comment says, where a PNG would, how large it is."""
    file, comment = BytesIO(), (PNG + header(30, 10))[6:]
    Image.new("RGB", (30, 10), (255, 255, 255)).save(file, "JPEG")
    return b"\xff\xd8\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + file.getvalue()[2:]


def signed(signature=None, **changes):
    changes = {"signed_on": "2026-11-07", "signature": png() if signature is None else signature} | changes
    return enrolment(**changes)


def operations_of(pdf):
    return [
        (operator, [float(value) for value in operands if isinstance(value, int | float)])
        for operands, operator in reader_of(pdf).pages[0].get_contents().operations
    ]


def images_of(pdf):
    """Left, bottom, width and height of each image on the page."""
    operations = operations_of(pdf)
    placed = [operations[place - 1][1] for place, (operator, _) in enumerate(operations) if operator == b"Do"]
    return [(x, y, width, height) for width, _, _, height, x, y in placed]


def ticks_of(pdf):
    """How many strokes cross the one box of the page."""
    operations = operations_of(pdf)
    [box] = [place for place, one in enumerate(operations) if one[0] == b"re" and one[1][2:] == [BOX_SIZE, BOX_SIZE]]
    x, y = operations[box][1][:2]
    ends = [numbers for operator, numbers in operations[box:] if operator == b"l"]
    assert all(x < end[0] < x + BOX_SIZE and y < end[1] < y + BOX_SIZE for end in ends)
    return len(ends)


def shown(form, wording=ENGLISH):
    [lines] = pages_of(enrolment_pdf(form, wording))
    return lines


def test_an_application_shows_every_fact_it_holds():
    lines = shown(enrolment(), SPANISH)

    for fact in [
        "Red Pampa",
        "F-001204",
        "Ñandú, Ruta 5 km 212",
        "5 de noviembre de 2026",
        "1000000014000037",
        "Núñez Agüero, María José",
        "DNI 28.456.123",
        "02346 15-42-1234",
        "Av. Soárez 1234, piso 2, (6620) Chivilcoy",
        "•••• 5678",
        "Formulario F-001204 · Socio 1000000014000037",
    ]:
        assert fact in lines


@pytest.mark.parametrize(
    ("wording", "unsigned_title", "signed_title", "day"),
    [
        pytest.param(
            ENGLISH, "Application for membership", "Signed application (copy)", "7 November 2026", id="in English"
        ),
        pytest.param(
            SPANISH,
            "Solicitud de adhesión al programa",
            "Solicitud firmada (copia)",
            "7 de noviembre de 2026",
            id="in Spanish",
        ),
    ],
)
def test_a_signed_form_says_that_it_is_a_copy_and_when_it_was_signed(wording, unsigned_title, signed_title, day):
    before, after = enrolment_pdf(enrolment(), wording), enrolment_pdf(signed(), wording)

    assert unsigned_title in pages_of(before)[0]
    assert day not in pages_of(before)[0]
    assert {signed_title, day} <= set(pages_of(after)[0])
    assert [reader_of(pdf).metadata.title for pdf in (before, after)] == [unsigned_title, signed_title]


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        pytest.param(ENGLISH, "Provisional until the office confirms it", id="in English"),
        pytest.param(SPANISH, "Provisorio hasta que la oficina lo confirme", id="in Spanish"),
    ],
)
def test_only_a_provisional_number_says_that_it_is_one(wording, words):
    assert words in shown(enrolment(), wording)
    assert words not in shown(enrolment(account=41_234, provisional=False), wording)


@pytest.mark.parametrize("wording", [pytest.param(ENGLISH, id="in English"), pytest.param(SPANISH, id="in Spanish")])
@pytest.mark.parametrize("terms", [0, 7, MAX_INTEGER])
def test_nothing_of_the_consent_is_cut(wording, terms):
    lines = shown(enrolment(network="W" * 200, terms=terms), wording)

    page = " ".join(lines)
    assert len(CONSENT_TEXTS) == 3
    assert all(wording.say(text) in page for text in CONSENT_TEXTS)
    start = lines.index("Consent")
    assert not any(line.endswith(ELLIPSIS) for line in lines[start:])


def test_the_consent_names_the_version_of_the_terms_where_it_is_known():
    assert "its terms, version 7, and accept them." in " ".join(shown(enrolment(terms=7)))
    assert "its terms and accept them." in " ".join(shown(enrolment(terms=0)))


@pytest.mark.parametrize("form", [enrolment(), signed()], ids=["to sign", "signed"])
def test_the_box_for_offers_is_marked_only_for_who_agreed(form):
    agreed = enrolment_pdf(signed(marketing=True) if form.signed_on else enrolment(marketing=True), ENGLISH)

    assert ticks_of(enrolment_pdf(form, ENGLISH)) == 0
    assert ticks_of(agreed) == 2


@pytest.mark.parametrize(
    ("absent", "label"),
    [
        ("station_name", "Station"),
        ("document", "Document"),
        ("phone", "Phone"),
        ("address", "Address"),
        ("card", "Card"),
        ("form", "Form number"),
    ],
)
def test_what_is_not_known_leaves_no_label(absent, label):
    lines = shown(enrolment(**{absent: ""}))

    assert label in shown(enrolment())
    assert label not in lines
    assert "Núñez Agüero, María José" in lines


def test_a_form_without_a_number_is_told_by_its_member():
    assert "Member 1000000014000037" in shown(enrolment(form=""))


@pytest.mark.parametrize(("card", "printed"), [("6034930012345678", "5678"), ("9" * 19, "9999")])
def test_the_paper_is_no_card(card, printed):
    lines = shown(enrolment(card=card))

    assert any(line.endswith(printed) for line in lines)
    assert not any(card in line for line in lines)
    assert bars_of(enrolment_pdf(enrolment(card=card), ENGLISH)) == []


def test_a_form_to_sign_has_its_lines_and_nothing_upon_them(drawn):
    drawn.clear()

    pdf = enrolment_pdf(enrolment(signature=png()), ENGLISH)

    assert images_of(pdf) == []
    at_the_foot = [text.text for text in drawn if 50 < text.y < BODY_BOTTOM + 60 + SIGNATURE_HEIGHT]
    assert at_the_foot == ["Signature of the member", "Date", "Full name"]
    lines = [numbers for operator, numbers in operations_of(pdf) if operator == b"re" and numbers[3] == 0.7]
    assert len(lines) == 3
    assert all(x >= LEFT and x + width <= RIGHT + 1e-3 for x, _, width, _ in lines)


def test_a_signed_form_shows_the_signature_the_name_and_the_day(drawn):
    drawn.clear()

    pdf = enrolment_pdf(signed(), ENGLISH)

    [image] = reader_of(pdf).pages[0].images
    assert image.image.size == (300, 90)
    [(x, y, width, height)] = images_of(pdf)
    assert (x, width / height) == pytest.approx((LEFT, 300 / 90))
    day = next(text for text in drawn if text.text == "7 November 2026")
    name = [text for text in drawn if text.text == "Núñez Agüero, María José"][-1]
    assert abs(day.y - y) < 5
    assert BODY_BOTTOM < name.y < y
    assert ON_FILE not in pages_of(pdf)[0]


def test_the_paper_shows_through_what_is_transparent_in_a_signature():
    """A tablet's ink lies on nothing; without its mask the nothing would print black."""
    objects = reader_of(enrolment_pdf(signed(), ENGLISH)).pages[0]["/Resources"]["/XObject"].values()

    [mask] = [one.get_object()["/SMask"] for one in objects if "/SMask" in one.get_object()]
    assert {0, 255} == set(mask.get_object().get_data())


def test_a_form_signed_on_paper_says_where_the_signature_is():
    pdf = enrolment_pdf(signed(b""), SPANISH)

    assert "Firmado en papel: el formulario firmado está archivado." in pages_of(pdf)[0]
    assert "7 de noviembre de 2026" in pages_of(pdf)[0]
    assert images_of(pdf) == []


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(b"\x00", id="one byte"),
        pytest.param(PNG, id="a beginning only"),
        pytest.param(PNG + bytes(200), id="zeros"),
        pytest.param(PNG + header(30, 10), id="a header only"),
        pytest.param(png()[:-60], id="cut off"),
        pytest.param(png().replace(b"IDAT", b"IDAX"), id="no pixels"),
        pytest.param(PNG + header(0, 0) + chunk(b"IDAT", zlib.compress(b"")), id="no size"),
        pytest.param(PNG + header(2**31 - 1, 2**31 - 1) + chunk(b"IDAT", zlib.compress(b"")), id="huge header"),
        pytest.param(PNG + header(100_000, 2_000) + chunk(b"IDAT", zlib.compress(b"")), id="large header"),
        pytest.param(png(PIXELS_MAX // 1_000 + 1, 1_000, mode="1"), id="a pixel column too many"),
        pytest.param(with_false_header(PNG + header(2**15, 2**15) + chunk(b"IDAT", b"")), id="huge behind small"),
        pytest.param(with_false_header(png(PIXELS_MAX // 1_000 + 1, 1_000, mode="1")), id="large behind small"),
        pytest.param(png(mode="I;16"), id="greys of 16 bits"),
        pytest.param(png() + bytes(SIGNATURE_MAX), id="too many bytes"),
        pytest.param(jpeg_with_a_header_of_a_png(), id="another format"),
        pytest.param(EVIL.encode(), id="text"),
    ],
)
def test_a_signature_that_is_no_good_image_is_said_to_be_on_file(image):
    pdf = enrolment_pdf(signed(image), ENGLISH)

    assert {ON_FILE, "7 November 2026"} <= set(pages_of(pdf)[0])
    assert images_of(pdf) == []


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(png(mode="RGB"), id="colours"),
        pytest.param(png(mode="LA"), id="grey on nothing"),
        pytest.param(png(mode="L"), id="grey on white"),
        pytest.param(png(mode="L", transparency=255), id="grey with a colour for nothing"),
        pytest.param(png(mode="P"), id="palette"),
        pytest.param(png(mode="P", transparency=255), id="palette with a colour for nothing"),
        pytest.param(png(mode="1"), id="black and white"),
        pytest.param(png(1, 1), id="a dot"),
        pytest.param(png(20_000, 1), id="a hair"),
        pytest.param(png(1, 20_000), id="a standing hair"),
        pytest.param(png(PIXELS_MAX // 1_000, 1_000, mode="1"), id="as many pixels as may be"),
        pytest.param(png() + bytes(1_000), id="something behind it"),
    ],
)
def test_an_odd_signature_is_drawn_within_its_room(drawn, image):
    drawn.clear()
    width, height = struct.unpack_from(">II", image, 16)

    pdf = enrolment_pdf(signed(image, member="Fernández " * 16, address="Avenida " * 10, terms=MAX_INTEGER), SPANISH)

    [(x, y, wide, high)] = images_of(pdf)
    assert (x, wide / width) == pytest.approx((LEFT, high / height), rel=1e-2, abs=1e-4)
    assert wide <= min(SIGNATURE_WIDTH, width) + 1e-3
    assert high <= min(SIGNATURE_HEIGHT, height) + 1e-3
    assert y + SIGNATURE_HEIGHT < min(text.y for text in drawn if "ofertas" in text.text or "quiera" in text.text) - 5
    assert reader_of(pdf).pages[0].images[0].image.size == (width, height)


@given(place=st.integers(8, 300), bytes_=st.binary(max_size=40), image=st.booleans())
@example(place=8, bytes_=b"", image=False)
@settings(max_examples=60, deadline=None)
def test_whatever_a_signature_holds_the_form_is_printed(place, bytes_, image):
    whole = png(60, 20) if image else PNG
    broken = whole[:place] + bytes_ + whole[place + len(bytes_) :]

    pdf = enrolment_pdf(signed(broken), ENGLISH)

    assert len(images_of(pdf)) + pages_of(pdf)[0].count(ON_FILE) == 1


def test_a_signing_day_written_otherwise_is_drawn_as_it_is():
    assert "in March" in shown(signed(signed_on="in March"))


def test_a_reprint_in_another_process_has_the_same_bytes(reprint):
    form = signed(member=EVIL, marketing=True)
    here = hashlib.sha256(enrolment_pdf(form, SPANISH)).hexdigest()

    there = reprint(
        "from forms.enrolment import enrolment_pdf as draw",
        "enrolment(signed_on='2026-11-07', signature=png(), member=EVIL, marketing=True)",
    )

    assert there == here


def test_a_form_drawn_before_leaves_no_trace_in_the_next():
    alone = enrolment_pdf(enrolment(), ENGLISH)

    enrolment_pdf(signed(network="ÀÈÌÒÙ àèìòù", member="§¶ß"), SPANISH)

    assert enrolment_pdf(enrolment(), ENGLISH) == alone


def test_tags_are_printed_as_they_were_typed_and_controls_are_not():
    lines = shown(signed(b"", member=EVIL))

    assert lines.count("Juan <b>&\"' ? ???? =cmd() [31mrojo gnirts José") == 2


@pytest.mark.parametrize("image", [None, b"", PNG], ids=["signed", "signed on paper", "broken signature"])
@pytest.mark.parametrize("text", [EVIL, EVIL * 9, "W" * 200, "i" * 200, "y " * 100, "{0.__class__} {form}"])
def test_hostile_text_and_the_largest_numbers_stay_in_their_boxes(drawn, text, image):
    form = signed(
        image,
        network=text,
        form=text,
        station_name=text,
        account=MAX_INTEGER,
        member=text,
        document=text,
        phone=text,
        address=text,
        card="9" * 19,
        marketing=True,
        terms=MAX_INTEGER,
        signed_on=text,
    )
    drawn.clear()

    pdf = enrolment_pdf(form, SPANISH)

    assert_nothing_leaves_its_box(drawn)
    assert len(reader_of(pdf).pages) == 1
    assert str(MAX_INTEGER) in {text.text for text in drawn}


@pytest.mark.parametrize("field", ["network", "station_name", "member", "address"])
def test_a_text_too_long_for_its_box_ends_in_an_ellipsis(field):
    lines = shown(enrolment(**{field: "Fernández " * 30}))

    assert any(line.startswith("Fernández") and line.endswith(ELLIPSIS) for line in lines)


@pytest.mark.parametrize(("field", "longest"), [("phone", "9" * 40), ("document", "W" * 37)])
def test_the_longest_telephone_and_document_are_drawn_whole(field, longest):
    assert longest in shown(enrolment(**{field: longest}))


@given(name=st.text(st.characters(), max_size=250))
@settings(max_examples=40, deadline=None)
def test_any_name_of_a_member_can_be_printed(drawn, name):
    drawn.clear()

    form = enrolment(member=name, address=name, document=name, form=name, signed_on=name)
    pdf = enrolment_pdf(form, SPANISH)

    assert_nothing_leaves_its_box(drawn)
    assert len(reader_of(pdf).pages) == 1
