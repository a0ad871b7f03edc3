"""QR codes of real invoices: each names one ticket, whatever program wrote its JSON and in whatever order."""

import json

import pytest

from suite.runtime.fiscal_qr import read_fiscal_qr
from suite.runtime.typed_text import document_number, plain_document


@pytest.fixture(scope="module")
def codes(data_set):
    return json.loads("\n".join(data_set("ar_fiscal").lines("qr.json")))


def test_every_code_names_its_invoice(codes):
    for code in codes:
        said = code["decoded"]
        found = read_fiscal_qr(code["url"])
        assert (found.fiscal.cuit, found.fiscal.kind) == (int(said["cuit"]), int(said["tipoCmp"]))
        assert (found.fiscal.point, found.fiscal.number) == (int(said["ptoVta"]), int(said["nroCmp"]))
        assert (found.day, found.currency) == (said["fecha"], said["moneda"])
        assert found.amount == round(said["importe"] * 100)


def test_a_code_and_its_number_are_one_ticket(codes):
    for code in codes:
        said = code["decoded"]
        key = f"AR-{int(said['cuit']):011}-{int(said['tipoCmp'])}-{int(said['ptoVta'])}-{int(said['nroCmp'])}"
        padded = f"ar-{said['cuit']}-{said['tipoCmp']:03}-{said['ptoVta']:05}-{said['nroCmp']:08}"
        assert document_number(code["url"]) == plain_document(padded) == key
