"""The shelf by its commands: sent, received, counted, put right, seen at central."""

import pytest

from tests.flow.network import Network


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    """E1 with three mugs and an attendant 01 who is a manager."""
    network = Network(tmp_path, capsys, monkeypatch).paired()
    network.answer("E1", "receive", "1")
    return network


def pair_another(network):
    """E2, with a manager of its own; both have central's newest data."""
    invited = network.answer("central", "invite", "E2")
    network.answer("E2", "join", "E2.csi", "--code", invited["code"])
    network.answer("central", "approve", "E2.csr")
    network.other = network.answer("central", "attendant", "add", "E2", "01", "Leo", "--manager")["code"]
    carry_out(network)


def carry_out(network):
    for code in ("E1", "E2"):
        network.answer("central", "export", code, "--to", "stick")
        network.answer(code, "import", "stick")


def carry_in(network, code):
    network.answer(code, "export", "stick")
    network.answer("central", "import", "stick")


def test_prizes_to_another_station_by_commands(network):
    pair_another(network)
    assert network.answer("E1", "stations") == [{"station": "E2", "name": "Estación Dos"}]
    sent = network.answer("E1", "transfer", "--to", "E2", "MUG=3", code=network.code)
    assert (sent["other"], sent["lines"]) == ("E2", [["MUG", 3]])
    refused = network.answer("E2", "receive", sent["note"], code=network.other, expected=3)
    assert refused["error"] == "unknown-transfer"
    carry_in(network, "E1")
    carry_out(network)
    assert network.answer("E2", "stock")["under_way"] == [sent["note"]]
    came = network.answer("E2", "receive", sent["note"], "--came", "MUG=2", code=network.other)
    assert came["lines"] == [["MUG", 2]]
    carry_in(network, "E2")
    (told,) = network.answer("central", "transfers")
    assert (told["note"], told["lines"], told["came_to"]) == (sent["note"], [["MUG", 3, 2]], "E2")
    (incident,) = network.answer("central", "incidents")
    assert incident["kind"] == "transfer-difference"
    network.answer("E1", "transfer", "--to", "E2", "MUG", code=network.code, expected=5)
    network.answer("E1", "receive", "E1-1", expected=5)


def test_the_shelf_is_counted_and_put_right_and_shifts_are_listed_by_commands(network):
    assert network.answer("E1", "count", "MUG=4", code=network.code) == [["MUG", 4, 3]]
    adjusted = network.answer("E1", "adjust-stock", "MUG=1", "--why", "broken", code=network.code)
    assert adjusted == {"reason": "broken", "lines": [["MUG", 1]]}
    network.answer("E1", "adjust-stock", "MUG=9", "--why", "stolen", code=network.code, expected=3)
    network.answer("E1", "adjust-stock", "MUG=2", "--why", "found", code=network.code)
    assert network.answer("E1", "stock")["on_hand"]["MUG"] == 5
    carry_in(network, "E1")
    assert network.answer("central", "stock") == [{"station": "E1", "prize": "MUG", "on_hand": 5}]
    kinds = [each["kind"] for each in network.answer("central", "incidents")]
    assert kinds == ["stock-difference", "stock-broken", "stock-found"]
    network.answer("E1", "count", "MUG=x", code=network.code, expected=5)
    network.answer("central", "ship", "E1", "MUG=2")
    network.carry_out()
    assert network.answer("E1", "receive", "2", "--came", "MUG=1") == [["MUG", 1]]

    shifts_at_central(network)


def shifts_at_central(network):
    network.answer("E1", "shift", "open", code=network.code)
    network.answer("E1", "sale", "--card", "600001", "--document", "A-1", "--line", "2:40,5:200")
    network.answer("E1", "shift", "close", "--dispensed", "2:30", "--counted", "MUG:2")
    carry_in(network, "E1")
    (shift,) = network.answer("central", "shifts", "--month", "2026-10", "--station", "E1")
    assert (shift["station"], shift["sums"]["sales"], shift["sums"]["counted"]) == ("E1", 1, [["MUG", 2, 6]])
    assert network.answer("central", "shifts", "--station", "E2") == []
    assert network.answer("central", "shifts", "--csv", "shifts.csv")["rows"] == 1
    lines = (network.folder / "shifts.csv").read_text().splitlines()
    assert lines[1].split(",")[-5:] == ["2", "6", "2", "40500", "30000"]
