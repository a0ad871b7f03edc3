"""The commands of a warehouse's morning, with an exchange by stick; and who may be what."""

import json

import msgspec
import pytest

from suite.central import continuity
from suite.cli import canje
from suite.domain.ids import StationCode
from suite.journal.codec import decode, encode
from suite.node.identity import Identity
from suite.runtime.console import run
from suite.runtime.errors import BundleRefused, NotSetUp
from suite.runtime.paths import Home
from suite.runtime.secrets import code_key
from suite.station import courier
from suite.sync.enrolment import peek_invitation, peek_request, write_authenticated
from suite.warehouse import depot
from tests.factories import World
from tests.flow.network import Network


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    """A network with one order, and a warehouse that was paired by its commands."""
    network = Network(tmp_path, capsys, monkeypatch).paired()
    network.csv("people.csv", "member,surname,name,phone,address\n7,Paredes,Olga,0341-5551,Mitre 100\n")
    network.csv("plastic.csv", "card,member\n600007,7\n")
    network.answer("central", "load-members", "people.csv")
    network.answer("central", "load-cards", "plastic.csv")
    network.answer("central", "node", "add", "W1", "Depósito central", "--kind", "warehouse")
    invited = network.answer("central", "invite", "W1")
    said = at_warehouse(network, "join", "W1.csi", "--code", invited["code"])
    assert network.answer("central", "approve", "W1.csr")["digits"] == said["digits"]
    network.carry_out()
    sold = ("--document", "A-1", "--line", "2:10:900")
    network.answer("E1", "sale", "--card", "600007", *sold, code=network.code)
    network.answer("E1", "redeem", "--card", "600007", "--prize", "BIKE", "--scheduled", code=network.code)
    network.exchange()
    return network


def at_warehouse(network, *arguments, expected=0):
    network.capsys.readouterr()
    left = run(canje, ["warehouse", "--home", str(network.folder / "W1"), *arguments, "--json"])
    said = network.capsys.readouterr()
    assert left == expected, said
    return json.loads(said.out)


def test_a_morning(network):
    (network.folder / "pendrive").mkdir()
    given = network.answer("central", "assign", "W1", "--all")
    (number,) = given["orders"]
    network.answer("central", "sync", "--stick", "pendrive")
    assert at_warehouse(network, "sync", "--stick", "pendrive")["news"] is True
    (order,) = at_warehouse(network, "orders")
    assert (order["member"], order["address"], order["phone"]) == ("Paredes, Olga", "Mitre 100", "0341-5551")
    assert (order["order"], order["state"], order["card"]) == (number, "confirmed", "0007")
    printed = at_warehouse(network, "slips")
    assert (network.folder / "W1" / "out" / "slips-000001.pdf").read_bytes()[:5] == b"%PDF-"
    assert printed["slips"] == [number]
    assert at_warehouse(network, "deliver", number, "--received-by", "Olga", expected=3)["error"] == (
        "order-not-dispatched"
    )
    at_warehouse(network, "dispatch", number)
    assert at_warehouse(network, "dispatch", number, expected=3)["error"] == "order-already-dispatched"
    assert at_warehouse(network, "deliver", number, "--received-by", " ", expected=5)["error"] == "BadInput"
    at_warehouse(network, "deliver", number, "--received-by", "Olga Paredes", "--document", "28444555")
    assert at_warehouse(network, "status")["pending"] == 2
    at_warehouse(network, "sync", "--stick", "pendrive")
    network.answer("central", "sync", "--stick", "pendrive")
    (order,) = network.answer("central", "orders")
    assert (order["state"], order["delivered"], order["warehouse"]) == ("delivered", "2026-10-15", "W1")
    assert at_warehouse(network, "sync", "--stick", "pendrive")["pending"] == 0
    assert at_warehouse(network, "orders") == []
    assert not (network.folder / "W1" / "out" / "slips-000001.pdf").exists()
    assert at_warehouse(network, "slips", expected=5)["error"] == "BadInput"
    assert at_warehouse(network, "rebuild")["entries"] > 0


def test_bundles_as_files_and_what_has_no_desk(network):
    network.answer("central", "assign", "W1", "--all")
    network.answer("central", "export", "--all", "--to", "stick")
    assert at_warehouse(network, "import", "stick")["news"] is True
    assert at_warehouse(network, "import", "stick")["news"] is False
    assert at_warehouse(network, "export", "stick")["entries"] > 0
    network.answer("central", "import", "stick")
    assert [n["kind"] for n in network.answer("central", "node", "list")] == ["station", "station", "warehouse"]
    assert [s["code"] for s in network.answer("central", "station", "list")] == ["E1", "E2"]
    for asked in (("hot-list", "W1", "stick"), ("ship", "W1", "MUG=1"), ("attendant", "add", "W1", "01", "Eva")):
        assert network.answer("central", *asked, expected=3)["error"] == "not-there"
    network.answer("central", "station", "add", "W1", "Otra", expected=3)
    network.answer("central", "node", "add", "E1", "Otro", "--kind", "warehouse", expected=3)
    network.answer("central", "node", "add", "X1", "Otro", "--kind", "station", expected=5)


def test_rotated_and_approved_like_a_station(network):
    digits = at_warehouse(network, "rotate")["digits"]
    at_warehouse(network, "export", "stick")
    network.answer("central", "import", "stick")
    assert network.answer("central", "continuations")[0]["digits"] == digits
    network.answer("central", "continue", "W1", digits)
    network.answer("central", "import", "stick")
    network.answer("central", "export", "W1", "--to", "stick")
    at_warehouse(network, "import", "stick")
    assert at_warehouse(network, "identity")["heard"] is True
    network.answer("central", "revoke", "W1", "--reason", "stolen")


# Who may be what


@pytest.fixture
def world(tmp_path):
    return World(tmp_path)


def test_an_invitation_is_for_one_kind_of_node(world, tmp_path):
    world.office.add_node(StationCode("W1"), "Depósito", "warehouse")
    for code, join in (("W1", courier.join), ("E1", depot.join)):
        invited = world.office.invite(StationCode(code))
        with pytest.raises(BundleRefused, match="another kind"):
            join(Home(tmp_path / "x"), invited.content, invited.code.reveal(), world.clock)
    place = world.pair_warehouse("W2")
    with pytest.raises(NotSetUp, match="canje warehouse"):
        courier.open_station(place.home)


def test_a_genesis_of_another_kind_is_not_approved(world, tmp_path):
    world.office.add_node(StationCode("W1"), "Depósito", "warehouse")
    invited = world.office.invite(StationCode("W1"))
    request = peek_request(
        depot.join(Home(tmp_path / "W1"), invited.content, invited.code.reveal(), world.clock).content
    )
    claimed = encode(msgspec.structs.replace(decode(request.genesis.encode()), kind="station")).decode()
    key = code_key(invited.code.reveal().replace("-", ""), peek_invitation(invited.content).id)
    with pytest.raises(BundleRefused, match="does not begin a journal"):
        world.office.approve(write_authenticated(msgspec.structs.replace(request, genesis=claimed), key))


def test_a_next_journal_of_another_kind_is_not_heard(world, monkeypatch):
    place = world.pair_warehouse("W1")
    begun = Identity.current.fget

    def claimed(self):
        return msgspec.structs.replace(begun(self), genesis=begun(self).genesis.replace("warehouse", "station"))

    monkeypatch.setattr(Identity, "current", property(claimed))
    place.node.identity.begin_next(place.node.store, world.clock.now())
    monkeypatch.undo()
    (result,) = world.carry_in("W1")
    assert "did not sign it" in result.refusal.text
    assert continuity.asking(world.office) == []
