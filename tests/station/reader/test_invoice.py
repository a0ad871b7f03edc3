"""An invoice's QR code typed by a reader, under every layout, with Caps Lock, among other texts (STA-10)."""

import json
from base64 import b64encode

import pytest

from suite.station.reader.burst import Burst, Swiped
from suite.station.reader.invoice import CODE_MAX, invoice_in
from suite.station.reader.layouts import REPAIRABLE
from tests.factories import ANA
from tests.station.reader.hosts import typed_on

FIELDS = {
    "ver": 1,
    "fecha": "2026-10-14",
    "cuit": 30000000007,
    "ptoVta": 10,
    "tipoCmp": 6,
    "nroCmp": 94,
    "x": "~~~>>>???",
}
MORE = {
    "importe": 1000,
    "moneda": "PES",
    "ctz": 1,
    "tipoDocRec": 80,
    "nroDocRec": 20000000001,
    "codAut": 70417054367476,
}
PACKED = b64encode(json.dumps({**FIELDS, **MORE}).encode()).decode()
QR = f"https://www.afip.gob.ar/fe/qr/?p={PACKED}"
NUMBER = "AR-30000000007-6-10-94"


def burst_of(text):
    """What comes out of a reader's keys, 3 ms apart."""
    burst, outcomes = Burst(), []
    for place, character in enumerate(f"{text}\r"):
        outcomes += burst.feed(character, place * 0.003)
    return outcomes


@pytest.mark.parametrize("layout", REPAIRABLE)
def test_every_layout_is_undone(layout):
    assert invoice_in(typed_on(layout, QR)) == NUMBER


@pytest.mark.parametrize("text", [QR, QR.swapcase(), f"]Q1{QR}"], ids=["as it is", "Caps Lock", "with its symbology"])
def test_a_readers_burst_is_the_invoices_number(text):
    (outcome,) = burst_of(text)
    assert isinstance(outcome, Swiped)
    assert (outcome.invoice, outcome.scan, outcome.raw_length) == (NUMBER, None, len(text))
    assert PACKED[:8] not in outcome.shape


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(QR[:-20], id="cut short"),
        pytest.param(QR.replace("afip", "evil"), id="another address"),
        pytest.param("https://example.com/?q=1", id="any address"),
        pytest.param(f";{ANA}=29121010000000000?", id="a card"),
        pytest.param("http" + "x" * CODE_MAX, id="too long"),
        pytest.param("x" * 600, id="no address"),
    ],
)
def test_what_is_no_invoice(text):
    assert invoice_in(text) is None
    (outcome,) = burst_of(text) if len(set(text)) > 1 else (None,)
    assert outcome is None or (isinstance(outcome, Swiped) and outcome.invoice is None)
