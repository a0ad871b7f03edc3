"""Statements, slips and enrolments to draw, and what a test asks of a PDF."""

import math
from datetime import date, datetime
from io import BytesIO
from itertools import combinations

import msgspec
from PIL import Image, ImageDraw
from pypdf import PdfReader

from forms.page import LEFT, RIGHT, Wording
from suite.domain.documents import DeliverySlip, EnrolmentForm, Statement, StatementLine
from suite.domain.ids import PROVISIONAL, AccountId, CardNumber, OrderNumber, StationCode
from suite.domain.quantities import Centavos, Points, Rate

EVIL = "Juan <b>&\"' \U0001f600 Юрий =cmd()\n\x1b[31mrojo \u202egnirts\u202c José"

SPANISH_WORDS = {
    "POINTS EARNED": "PUNTOS SUMADOS",
    "Member": "Socio",
    "Card": "Tarjeta",
    "Attendant": "Playero",
    "{points} points": "{points} puntos",
    "Total in {currency}": "Total en {currency}",
    "POINTS": "PUNTOS",
    "New balance": "Nuevo saldo",
    "Page {page} of {pages}": "Página {page} de {pages}",
    "{month} {year}": "{month} de {year}",
    "{day} {month} {year}": "{day} de {month} de {year}",
    "Late from earlier months": "Atrasados de meses anteriores",
    "Amount ({currency})": "Importe ({currency})",
    "October": "octubre",
    "November": "noviembre",
    "Application for membership": "Solicitud de adhesión al programa",
    "Signed application (copy)": "Solicitud firmada (copia)",
    "Form {form} · Member {account}": "Formulario {form} · Socio {account}",
    "Provisional until the office confirms it": "Provisorio hasta que la oficina lo confirme",
    "I ask to join the points programme named above. I was shown its terms and accept them.": (
        "Solicito adherirme al programa de puntos indicado arriba. Me mostraron sus bases y condiciones y las acepto."
    ),
    "I ask to join the points programme named above. I was shown its terms, version {terms}, and accept them.": (
        "Solicito adherirme al programa de puntos indicado arriba. Me mostraron sus bases y condiciones, versión "
        "{terms}, y las acepto."
    ),
    "I authorise the programme to process the personal data on this form in order to run it: to keep my "
    "account and cards, to credit and redeem points, to hand over prizes and to answer me "
    "(Law 25.326, section 5).": (
        "Autorizo al programa a tratar los datos personales de este formulario para su funcionamiento: llevar mi "
        "cuenta y mis tarjetas, acreditar y canjear puntos, entregar premios y responder mis "
        "consultas (Ley 25.326, art. 5)."
    ),
    "I know that I have the right to access my data, and to have them corrected, updated or erased "
    "(Law 25.326, sections 14 and 16), by asking at the programme's office or at any of its stations.": (
        "Sé que tengo derecho a acceder a mis datos y a que se rectifiquen, actualicen o supriman (Ley 25.326, arts. "
        "14 y 16), pidiéndolo en la oficina del programa o en cualquiera de sus estaciones."
    ),
    "I also agree to receive offers and news of the programme. I can withdraw this at any time.": (
        "Acepto además recibir ofertas y novedades del programa. Puedo retirar esta autorización cuando quiera."
    ),
    "The signature is on file.": "La firma está archivada.",
    "Signed on paper: the signed form is on file.": "Firmado en papel: el formulario firmado está archivado.",
}


def untranslated(label):
    return label


def in_spanish(label):
    return SPANISH_WORDS.get(label, label)


ENGLISH = Wording(untranslated, decimal=".", thousands=",")
SPANISH = Wording(in_spanish, decimal=",", thousands=".")


def statement(*, usual=3, late=0, **changes):
    lines = [
        StatementLine(f"GROUP-{n:03d}", "2026-10", Points(1_000 + n), Centavos(375_000 + n), late=False)
        for n in range(usual)
    ] + [
        StatementLine(f"LATE-{n:03d}", "2026-09", Points(500 + n), Centavos(187_500 + n), late=True)
        for n in range(late)
    ]
    plain = Statement(
        network="Red Pampa",
        currency="ARS",
        month="2026-10",
        station=StationCode("014"),
        station_name="Ñandú, Ruta 5 km 212",
        point_value=Rate(375, 100),
        lines=tuple(lines),
        points=Points(sum(line.points for line in lines)),
        amount=Centavos(sum(line.amount for line in lines)),
        settled_on=date(2026, 11, 2),
        entry="central 48211 3fa94c0be112",
    )
    return msgspec.structs.replace(plain, **changes)


def slip(**changes):
    plain = DeliverySlip(
        network="Red Pampa",
        slip=4821,
        order=OrderNumber("014-00001234"),
        requested_at=datetime(2026, 11, 5, 9, 30),  # noqa: DTZ001 -- a wall clock time, as printed
        issued_on=date(2026, 11, 9),
        station=StationCode("014"),
        station_name="Ñandú, Ruta 5 km 212",
        member="María José Núñez Agüero",
        document="DNI 28.456.123",
        phone="02346 15-42-1234",
        address="Av. Soárez 1234, piso 2, (6620) Chivilcoy",
        card=CardNumber("6034930012345678"),
        prize_code="PR-1004",
        prize="Termo de acero 1 L",
        points=Points(12_500),
    )
    return msgspec.structs.replace(plain, **changes)


def enrolment(**changes):
    plain = EnrolmentForm(
        network="Red Pampa",
        form="F-001204",
        station_name="Ñandú, Ruta 5 km 212",
        printed_on=date(2026, 11, 5),
        account=AccountId(PROVISIONAL + 14 * 10**6 + 37),
        provisional=True,
        member="Núñez Agüero, María José",
        document="DNI 28.456.123",
        phone="02346 15-42-1234",
        address="Av. Soárez 1234, piso 2, (6620) Chivilcoy",
        card=CardNumber("6034930012345678"),
        marketing=False,
        terms=7,
    )
    return msgspec.structs.replace(plain, **changes)


def png(width=300, height=90, *, mode="RGBA", **options):
    """A signature as a tablet saves it: a dark curve on nothing, or on white where the mode knows no nothing."""
    blank, ink = {
        "RGBA": ((0, 0, 0, 0), (20, 20, 60, 255)),
        "RGB": ((255, 255, 255), (20, 20, 60)),
        "LA": ((0, 0), (0, 255)),
        "L": (255, 0),
        "1": (1, 0),
        "P": (255, 0),
        "I;16": (65_535, 0),
    }[mode]
    image, file = Image.new(mode, (width, height), blank), BytesIO()
    curve = [
        (width * (step + 0.5) / 41, height * (0.5 + 0.4 * math.sin(step * step / 40) * (1 - step / 60)))
        for step in range(41)
    ]
    ImageDraw.Draw(image).line(curve, fill=ink, width=max(1, height // 25))
    image.save(file, "PNG", **options)
    return file.getvalue()


def pages_of(pdf):
    """The text of each page, a line for each text drawn."""
    return [page.extract_text().splitlines() for page in PdfReader(BytesIO(pdf)).pages]


def reader_of(pdf):
    return PdfReader(BytesIO(pdf))


def assert_nothing_leaves_its_box(drawn):
    """On one page: every text is within the margins, and no two texts touch."""
    assert all(text.left >= LEFT - 1e-5 and text.right <= RIGHT + 1e-5 for text in drawn)
    for one, other in combinations([text for text in drawn if text.text.strip()], 2):
        same_line = abs(one.y - other.y) < 0.7 * min(one.size, other.size)
        assert not same_line or one.right <= other.left + 1e-5 or other.right <= one.left + 1e-5, (one, other)
