"""Statements and slips to draw, and what a test asks of a PDF."""

from datetime import date, datetime
from io import BytesIO
from itertools import combinations

import msgspec
from pypdf import PdfReader

from forms.page import LEFT, RIGHT, Wording
from suite.domain.documents import DeliverySlip, Statement, StatementLine
from suite.domain.ids import CardNumber, OrderNumber, StationCode
from suite.domain.quantities import Centavos, Points, Rate

EVIL = "Juan <b>&\"' \U0001f600 Юрий =cmd()\n\x1b[31mrojo \u202egnirts\u202c José"

SPANISH_WORDS = {
    "Page {page} of {pages}": "Página {page} de {pages}",
    "{month} {year}": "{month} de {year}",
    "{day} {month} {year}": "{day} de {month} de {year}",
    "Late from earlier months": "Atrasados de meses anteriores",
    "Amount ({currency})": "Importe ({currency})",
    "October": "octubre",
    "November": "noviembre",
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
