"""Receipts on a roll: what they say, and the bytes that reach a printer."""

from datetime import date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.escpos import CUT, START, escpos, printable
from forms.roll import RollLine, masked, roll_of
from forms.roll_pdf import roll_pdf
from suite.domain.documents import MoveLine, Slip, SoldLine
from tests.forms.samples import ENGLISH, EVIL, SPANISH, pages_of

SALE = Slip(
    kind="sale",
    network="Red de prueba",
    station="E1",
    station_name="Estación Uno",
    at=datetime(2026, 10, 15, 10, 5),  # noqa: DTZ001 -- the station's wall clock
    reference="E1-000003-0A1B2",
    card="600001",
    member="Ana G.",
    attendant="Eva",
    document="F-0001",
    sold=(SoldLine("Nafta súper", False, 40_500, 5_130_000, 51_300), SoldLine("Café", True, 2_000, 250_050, 2_500)),
    points=53_800,
    balance=53_800,
    currency="ARS",
)
COMMANDS = (START, CUT, b"\x1ba\x00", b"\x1ba\x01", b"\x1bE\x00", b"\x1bE\x01", b"\x1d!\x00", b"\x1d!\x11")


def text_of(content):
    """What a printer would print: the commands it knows left out, the rest in its code page."""
    for command in COMMANDS:
        content = content.replace(command, b"")
    assert all(byte >= 0x20 or byte == 0x0A for byte in content), "a command that nobody meant"
    return content.decode("cp850")


def test_a_sale_reads_as_a_receipt_in_spanish():
    assert text_of(escpos(roll_of(SALE, SPANISH), 42)).splitlines() == [
        "Red de prueba",
        "E1 · Estación Uno",
        "15 de octubre de 2026, 10:05",
        "-" * 42,
        "PUNTOS SUMADOS",
        "Socio                               Ana G.",
        "Tarjeta                          **** 0001",
        "Ticket                              F-0001",
        "Playero                                Eva",
        "Nafta súper",
        "  40,5 l · 51.300,00         51.300 puntos",
        "Café",
        "  2 · 2.500,50                2.500 puntos",
        "-" * 42,
        "Total en ARS                     53.800,50",
        "PUNTOS         53.800",
        "Nuevo saldo                         53.800",
        "-" * 42,
        "E1-000003-0A1B2",
    ]


def test_a_card_that_may_not_see_its_balance_takes_none_home():
    said = text_of(escpos(roll_of(msgspec.structs.replace(SALE, balance=None), ENGLISH), 42))
    assert "New balance" not in said
    assert "53,800" in said


@pytest.mark.parametrize(("copy", "signed"), [(False, True), (True, False)])
def test_a_prize_is_signed_for_once_and_its_copy_says_so(copy, signed):
    prize = msgspec.structs.replace(SALE, kind="redemption", prize="Mug", sold=(), points=-100, copy=copy)
    said = text_of(escpos(roll_of(prize, ENGLISH), 42))
    assert ("Signature" in said) is signed
    assert ("COPY" in said) is copy
    assert "-100" in said


@pytest.mark.parametrize(("money", "words"), [(150_050, "Paid in ARS"), (-150_050, "Given back in ARS"), (0, None)])
def test_the_money_of_a_prize_stands_on_its_slip(money, words):
    prize = msgspec.structs.replace(SALE, kind="redemption", prize="Mug", sold=(), points=-60, money=money)
    said = text_of(escpos(roll_of(prize, ENGLISH), 32))
    assert (" ".join(f"{words} 1,500.50".split()) in " ".join(said.split())) is (words is not None)


@pytest.mark.parametrize("columns", [32, 42])
def test_a_withdrawal_code_is_printed_whole_with_its_last_day(columns):
    code, until = "102-123456-9823-0417-5530-1188", date(2026, 12, 14)
    order = msgspec.structs.replace(SALE, kind="request", prize="Mug", sold=(), points=-60, code=code, until=until)
    lines = text_of(escpos(roll_of(order, ENGLISH), columns)).splitlines()
    assert code in lines
    assert "14 December 2026" in lines[lines.index(code) + 2]
    given = msgspec.structs.replace(order, kind="withdrawal", code="", until=None)
    said = text_of(escpos(roll_of(given, ENGLISH), columns))
    assert "ORDERED PRIZE COLLECTED" in said
    assert "POINTS" not in said


def test_an_inquiry_lists_its_moves_and_shows_the_balance():
    move = MoveLine(datetime(2026, 10, 1, 8, 0), "Sale", 1_200)  # noqa: DTZ001 -- the station's wall clock
    inquiry = msgspec.structs.replace(SALE, kind="inquiry", sold=(), document="", attendant="", moves=(move,))
    lines = text_of(escpos(roll_of(inquiry, ENGLISH), 32)).splitlines()
    assert "01/10 08:00 Sale           1,200" in lines
    assert "BALANCE   53,800" in lines


@given(st.integers(24, 64), st.text(), st.text(), st.sampled_from(["plain", "strong", "big"]), st.booleans())
def test_no_text_commands_the_printer_or_leaves_its_columns(columns, left, right, look, centred):
    content = escpos((RollLine(left, right, look, centred),), columns)
    room = columns // 2 if look == "big" else columns
    assert all(len(line) <= room for line in text_of(content).splitlines())


def test_an_evil_name_is_harmless_on_the_roll():
    text_of(escpos(roll_of(msgspec.structs.replace(SALE, member=EVIL, document=EVIL[:24]), SPANISH), 42))


@pytest.mark.parametrize(
    ("text", "bytes_"),
    [
        ("ñandú ¿¡º", "ñandú ¿¡º".encode("cp850")),
        ("Čapek", b"Capek"),
        ("日本", b"??"),
        ("a\x1b@b\x00c\u202e", b"a@bc"),
        ("a\nb\tc", b"a b c"),
        ("a—b…", b"a-b..."),
    ],
)
def test_letters_are_those_of_the_page_or_their_nearest(text, bytes_):
    assert printable(text) == bytes_


def test_only_the_last_four_digits_of_a_card_are_printed():
    assert masked("6000011234") == "**** 1234"
    assert masked("") == ""


def test_the_pdf_says_the_same_and_depends_on_nothing_else():
    pdf = roll_pdf(roll_of(SALE, SPANISH), SALE.network)
    (page,) = pages_of(pdf)
    said = "\n".join(page)
    for words in ("Estación Uno", "PUNTOS SUMADOS", "51.300 puntos", "Nuevo saldo", "E1-000003-0A1B2"):
        assert words in said
    assert pdf == roll_pdf(roll_of(SALE, SPANISH), SALE.network)
