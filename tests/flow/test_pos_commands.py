"""The POS by its commands, as an administrator and a timer use them: answers, exit codes, files in a folder."""

import json

import pytest

from tests.factories import TOML
from tests.flow.network import Network
from tests.station.pos.files import card, event, fuel, journal, prepay


@pytest.fixture
def net(tmp_path, capsys, monkeypatch):
    network = Network(tmp_path, capsys, monkeypatch, toml=TOML + "\n[caps]\nminutes_between = 30\n").paired()
    monkeypatch.setenv("CANJE_CODE", network.code)
    (tmp_path / "pos").mkdir()
    return network


def test_a_day_with_the_pos(net):
    told = net.answer("E1", "pos", "watch", "pos", "--format", "naxml", "--product", "fuel:1=2")
    assert (told["format"], told["products"]) == ("naxml", {"fuel:1": "2"})
    file = journal(event("1", prepay()), event("2", fuel(), prepay("-3000.00", "1")), event("3", fuel(), card()))
    (net.folder / "pos" / "a.xml").write_bytes(file)
    (net.folder / "pos" / "b.xml").write_bytes(b"<html/>")

    read = net.answer("E1", "pos", "read", "pos/a.xml", "--format", "naxml")
    assert (read["read"], [one["superseded"] for one in read["events"]]) == (3, [True, False, False])
    taken = net.answer("E1", "pos", "take", expected=4)
    assert [(one["new"], one["credited"]) for one in taken["taken"]] == [(3, 1)]
    status = net.answer("E1", "pos", "status")
    assert status["counts"] == {"pending": 1, "late": 0, "lapsed": 0}
    assert [one["number"] for one in status["waiting"]] == ["2"]
    assert "another kind of file" in next(file["why"] for file in status["files"] if file["why"])

    _, said = net.call("E1", "claim", "--card", "600001", "--document", "2", expected=3)
    assert "less than 30 minutes" in said
    net.answer("central", "attendant", "card", "E1", "01", "600001")
    net.carry_out()
    _, said = net.call("E1", "claim", "--card", "600001", "--document", "2", expected=3)
    assert "own or a relative's" in said
    assert net.answer("central", "attendant", "card", "E1", "01")["cards"] == ["600001"]
    assert [sale["document"] for sale in net.answer("E1", "sales", "--card", "600001")] == ["3"]
    assert net.answer("E1", "pos", "watch", "--none")["folder"] == ""
    net.call("E1", "pos", "take", expected=8)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("--product", "fuel:1=nothing"), id="no such product"),
        pytest.param(("--product", "diesel=2"), id="no such line"),
        pytest.param(("--product", "fuel:=2"), id="no code"),
        pytest.param(("--column", "hour=Hora"), id="no such column"),
    ],
)
def test_what_nobody_can_mean_is_refused_and_not_kept(net, arguments):
    before = net.answer("E1", "pos", "watch")
    net.call("E1", "pos", "watch", *arguments, expected=5)
    net.call("E1", "pos", "watch", "nowhere", expected=5)
    assert net.answer("E1", "pos", "watch") == before


def test_a_forgotten_card_claims_by_the_invoices_code(net):
    net.answer("E1", "pos", "watch", "pos", "--format", "csv", "--column", "fiscal=QR", "--dates", "dmy")
    qr = "https://www.arca.gob.ar/fe/qr/?p=" + invoice()
    rows = f"moment;document;product;quantity;amount;QR\n14/10/2026 09:00;17;2;10;1000;{qr}\n"
    (net.folder / "pos" / "a.csv").write_text(rows)
    assert net.answer("E1", "pos", "take")["taken"][0]["new"] == 1
    assert net.answer("E1", "pos", "status")["counts"]["late"] == 1
    receipt = net.answer("E1", "claim", "--card", "600001", "--document", qr)
    assert (receipt["document"], receipt["points"], receipt["total"]) == ("AR-30000000007-6-10-94", 1000, 100_000)
    _, said = net.call("E1", "claim", "--card", "600001", "--document", "17", expected=3)
    assert "already credited" in said


def invoice():
    from base64 import b64encode

    fields = {"ver": 1, "fecha": "2026-10-14", "cuit": 30000000007, "ptoVta": 10, "tipoCmp": 6, "nroCmp": 94}
    return b64encode(json.dumps({**fields, "importe": 1000, "moneda": "PES"}).encode()).decode()
