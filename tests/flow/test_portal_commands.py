"""The commands of a portal and of the office about it, with an exchange by stick."""

import json

import pytest

from suite.cli import canje
from suite.runtime.console import run
from tests.flow.network import Network

CARD = "600007"


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    """A network with one member who has points, and a portal that was paired by its commands."""
    network = Network(tmp_path, capsys, monkeypatch).paired()
    network.csv("people.csv", "member,surname,name,document_type,document\n7,Paredes,Olga,DNI,28444555\n")
    network.csv("plastic.csv", f"card,member\n{CARD},7\n")
    network.csv("opening.csv", "member,month,points\n7,2026-09,900\n")
    for command, file in (
        ("load-members", "people.csv"),
        ("load-cards", "plastic.csv"),
        ("load-opening", "opening.csv"),
    ):
        network.answer("central", command, file)
    network.answer("central", "node", "add", "P1", "Portal", "--kind", "portal")
    invited = network.answer("central", "invite", "P1")
    said = at_portal(network, "join", "P1.csi", "--code", invited["code"])
    assert network.answer("central", "approve", "P1.csr")["digits"] == said["digits"]
    (network.folder / "pendrive").mkdir()
    return network


def at_portal(network, *arguments, expected=0):
    network.capsys.readouterr()
    left = run(canje, ["portal", "--home", str(network.folder / "P1"), *arguments, "--json"])
    said = network.capsys.readouterr()
    assert left == expected, said
    return json.loads(said.out)


def carried(network):
    """The portal's bundle to central and central's word back, on one stick."""
    at_portal(network, "sync", "--stick", "pendrive")
    network.answer("central", "sync", "--stick", "pendrive")
    return at_portal(network, "sync", "--stick", "pendrive")


def test_a_week(network):
    assert network.answer("central", "portal", "grant", "--card", CARD)["member"] == 7
    assert [m["name"] for m in network.answer("central", "portal", "members")] == ["Paredes, Olga"]
    assert at_portal(network, "page", "--card", CARD, expected=3)["error"] == "unknown-card"
    carried(network)
    page = at_portal(network, "page", "--card", CARD)
    shown = {name: page["member"][name] for name in ("greeting", "document", "balance")}
    assert (shown, page["requests"]) == ({"greeting": "Olga P.", "document": "DNI ***555", "balance": 900}, [])
    assert at_portal(network, "prizes")[0]["prize"] == "BIKE"
    asked = ("ask-prize", "--card", CARD, "--prize", "BIKE", "--address", "Mitre 100")
    prize = at_portal(network, *asked)["request"]
    assert at_portal(network, *asked, expected=3)["error"] == "not-enough-points"
    profile = at_portal(network, "change-profile", "--card", CARD, "--phone", "0341-5559999")["request"]
    assert (
        at_portal(network, "change-profile", "--card", CARD, "--document", "1", expected=3)["error"] == "bad-document"
    )
    assert at_portal(network, "change-profile", "--card", CARD, expected=5)["error"] == "BadInput"
    assert at_portal(network, "status")["pending"] == 2
    assert carried(network)["pending"] == 0
    listed = network.answer("central", "requests")
    assert [(r["kind"], r["state"]) for r in listed] == [("prize", "waiting"), ("profile", "waiting")]
    assert (listed[0]["place"]["address"], listed[1]["profile"]["phone"]) == ("Mitre 100", "0341-5559999")
    network.answer("central", "portal", "accept", prize, "--reason", "in stock")
    assert (
        network.answer("central", "portal", "accept", prize, "--reason", "x", expected=3)["error"] == "request-answered"
    )
    network.answer("central", "portal", "reject", profile, "--reason", " ", expected=5)
    network.answer("central", "portal", "reject", profile, "--reason", "nobody answers there")
    assert network.answer("central", "requests") == []
    assert [r["state"] for r in network.answer("central", "requests", "--all")] == ["accepted", "rejected"]
    assert [o["order"] for o in network.answer("central", "orders")] == [prize]
    assert network.answer("central", "slip", prize)["slips"][0]["address"] == "Mitre 100"
    carried(network)
    states = {r["request"]: (r["state"], r["reason"]) for r in at_portal(network, "requests")}
    assert states == {prize: ("accepted", "in stock"), profile: ("rejected", "nobody answers there")}
    assert at_portal(network, "page", "--card", CARD)["member"]["balance"] == 400
    leave = at_portal(network, "ask-leave", "--card", CARD)["request"]
    carried(network)
    assert network.answer("central", "portal", "accept", leave, "--reason", "asked")["papers"] == 1
    assert not list((network.folder / "central" / "out").glob("slips-*"))
    carried(network)
    assert at_portal(network, "page", "--card", CARD, expected=3)["error"] == "unknown-card"
    assert at_portal(network, "rebuild")["entries"] > 0
    network.answer("central", "portal", "withdraw", "--card", CARD, "--reason", "gone", expected=3)


def test_people_are_spoken_to(network, capsys, monkeypatch):
    monkeypatch.setenv("CANJE_LANG", "es")
    network.answer("central", "portal", "grant", "--card", CARD)
    carried(network)
    at_portal(network, "ask-prize", "--card", CARD, "--prize", "BIKE", "--address", "Mitre 100")
    home, central = str(network.folder / "P1"), str(network.folder / "central")
    for arguments, words in (
        (["portal", "--home", home, "page", "--card", CARD], ("Olga P.", "todavía no en la central", "premio")),
        (["portal", "--home", home, "prizes"], ("Bicicleta",)),
        (["central", "--home", central, "portal", "members"], ("Paredes",)),
        (["central", "--home", central, "requests"], ("Solicitud",)),
    ):
        capsys.readouterr()
        assert run(canje, arguments) == 0
        said = capsys.readouterr().out
        assert all(word in said for word in words), said


def test_a_portal_goes_on_under_a_new_key_and_its_invitation_is_for_no_other(network):
    digits = at_portal(network, "rotate")["digits"]
    at_portal(network, "export", "pendrive")
    network.answer("central", "import", "pendrive")
    assert network.answer("central", "continuations")[0]["digits"] == digits
    network.answer("central", "continue", "P1", digits)
    network.answer("central", "import", "pendrive")
    network.answer("central", "export", "P1", "--to", "pendrive")
    at_portal(network, "import", "pendrive")
    assert at_portal(network, "identity")["heard"] is True
    network.answer("central", "node", "add", "P2", "Portal", "--kind", "portal")
    invited = network.answer("central", "invite", "P2")
    network.answer("X2", "join", "P2.csi", "--code", invited["code"], expected=6)
    network.answer("central", "hot-list", "P1", "pendrive", expected=3)
