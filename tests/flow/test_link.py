"""The exchange by commands: a door in a program of its own, stations with and without a link, sticks, copies."""

import os
import re
import signal
import subprocess
import sys

import pytest

from tests.flow.network import Network
from tests.link.test_tls import certified


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    return Network(tmp_path, capsys, monkeypatch).paired()


def sell(network, document):
    network.answer("E1", "sale", "--card", "600001", "--document", document, "--line", "2:10:100", code=network.code)


@pytest.fixture
def served(network, tmp_path):
    """`canje central serve` under TLS, in a program of its own: its address, and its certificate."""
    certificate, key = certified(tmp_path)
    line = [sys.executable, "-m", "suite", "central", "--home", str(tmp_path / "central"), "serve"]
    line += ["--listen", "127.0.0.1:0", "--certificate", str(certificate), "--key", str(key), "--json"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ) as door:
        url = re.search(r"https://\S+:\d+", door.stderr.readline())[0]
        yield url, str(certificate), door
        door.send_signal(signal.SIGTERM)
        assert door.wait(20) == 0, door.stderr.read()


def test_a_station_exchanges_over_its_link(network, served):
    url, certificate, door = served
    sell(network, "A-1")
    assert network.answer("E1", "link")["url"] is None
    _, said = network.call("E1", "sync", expected=8)
    assert "There is no link here" in said
    assert network.answer("E1", "link", url, "--pin-certificate", certificate) == {"url": url, "pinned": True}
    done = network.answer("E1", "sync")
    assert (done["sent"], done["news"], done["pending"]) == (3, True, 0)
    assert network.answer("E1", "sync")["news"] is False
    assert "E1: 3 entries taken" in door.stderr.readline()
    assert (network.folder / "E1" / "keys" / "link.json").stat().st_mode & 0o77 == 0
    assert network.answer("E1", "link", "--none")["url"] is None


def test_a_link_that_fails_says_why_and_loses_nothing(network):
    sell(network, "A-1")
    network.answer("E1", "link", "http://127.0.0.1:1")
    answer, said = network.call("E1", "sync", expected=12)
    assert answer["error"] == "LinkTrouble"
    assert "no link to 127.0.0.1" in said
    assert network.answer("E1", "status")["pending"] == 1
    _, said = network.call("E1", "link", "http://central.example", expected=5)
    assert "https://" in said


def test_a_stick_is_exchanged_at_both_ends(network):
    stick = network.folder / "pendrive"
    stick.mkdir()
    sell(network, "A-1")
    assert network.answer("E1", "sync", "--stick", "pendrive")["sent"] == 3
    done = network.answer("central", "sync", "--stick", "pendrive")
    assert ([r["fresh"] for r in done["merged"]], done["refused"], len(done["left"])) == ([3], [], 1)
    (stick / "CANJE" / "a-central" / "torn.csb").write_bytes(b"CSB1")
    assert network.answer("central", "sync", "--stick", "pendrive", expected=4)["refused"][0]["name"] == "torn.csb"
    assert network.answer("E1", "sync", "--stick", "pendrive")["pending"] == 0


def test_a_mirror_keeps_copies_until_it_is_told_not_to(network):
    (network.folder / "copies").mkdir()
    (network.folder / "pendrive").mkdir()
    assert network.answer("E1", "mirror", "copies")["mirror"] == str(network.folder / "copies")
    sell(network, "A-1")
    network.answer("E1", "sync", "--stick", "pendrive")
    assert len(list((network.folder / "copies").iterdir())) == 1
    assert network.answer("central", "import", "copies")["fresh"] == 3
    network.answer("E1", "mirror", "--none")
    sell(network, "A-2")
    network.answer("E1", "sync", "--stick", "pendrive")
    assert len(list((network.folder / "copies").iterdir())) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--listen", "0.0.0.0:0"], "for this PC only"),
        (["--listen", "nowhere"], "is not an address"),
        (["--listen", "127.0.0.1:99999"], "is not an address"),
        (["--certificate", "x.pem"], "give both"),
        (["--certificate", "x.pem", "--key", "x.key"], "no certificate and its key"),
        (["--listen", "127.0.0.2:1"], "Nothing can listen"),
    ],
)
def test_a_door_that_cannot_open_says_why(network, arguments, words):
    if arguments[-1].endswith(":1") and os.geteuid() == 0:
        arguments = ["--listen", "::ffff:1.2.3.4:1"]
        words = "for this PC only"
    _, said = network.call("central", "serve", *arguments, expected=5)
    assert words in said


def test_sync_without_a_way_says_what_to_do(network):
    _, said = network.call("central", "sync", expected=5)
    assert "canje central serve" in said
    _, said = network.call("E1", "sync", "--stick", "absent", expected=5)
    assert "no stick at" in said
