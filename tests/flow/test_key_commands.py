"""Root keys, rotation and the end of old keys by commands: files, passphrases, exit codes."""

import pytest

from suite.runtime.errors import BadInput, BundleRefused
from tests.flow.network import Network

BAD = BadInput.exit_code
PASSPHRASE = "five words are good enough"


@pytest.fixture
def net(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CANJE_PASSPHRASE", PASSPHRASE)
    monkeypatch.setattr("suite.runtime.secrets.WRAP_MEMORY_KIB", 1024)  # a dozen keys are opened here
    (tmp_path / "safe").mkdir()
    return Network(tmp_path, capsys, monkeypatch).paired()


def keys(net):
    return net.answer("central", "keys")


def test_from_the_first_root_key_to_the_end_of_the_old_keys(net):
    assert (keys(net)["offline"], len(keys(net)["registries"])) == (False, 1)
    _, said = net.call("central", "rotate", "--root", "safe/a.canje-root", expected=BAD)
    assert "not a plain file" in said
    made = net.answer("central", "root", "make", "safe/a.canje-root")
    assert PASSPHRASE not in (net.folder / "safe" / "a.canje-root").read_text()
    _, said = net.call("central", "rotate", "--root", "safe/a.canje-root", expected=BAD)
    assert "no root key outside this PC" in said
    assert net.answer("central", "root", "use", "safe/a.canje-root")["roots"] == [made["root"]]
    assert (keys(net)["offline"], keys(net)["former"]) == (True, 0)
    rotated = net.answer("central", "rotate", "--root", "safe/a.canje-root")
    assert (rotated["version"], rotated["threshold"]) == (3, 1)
    net.call("central", "retire-keys", expected=BAD)
    net.exchange()
    net.exchange()
    assert keys(net)["nodes"] == [{"node": "E1", "version": 3}]
    assert net.answer("central", "retire-keys") == {"retired": 1, "unheard": []}
    for old in (net.folder / "stick").iterdir():
        old.unlink()  # sealed to a key that is no more
    net.answer("E1", "sale", "--card", "600001", "--document", "A-1", "--line", "2:10:100", code=net.code)
    net.exchange()
    assert net.answer("central", "balances")[0]["balance"] == 100
    net.answer("E1", "doctor")


def test_a_restore_with_keys_of_before_a_rotation_says_so(net):
    net.answer("central", "root", "make", "safe/a.canje-root")
    net.answer("central", "root", "use", "safe/a.canje-root")
    net.answer("central", "backup", "--to", "copies", "--with-keys")
    net.answer("central", "rotate", "--root", "safe/a.canje-root")
    net.clock("2026-10-15T11:00:00")
    made = net.answer("central", "backup", "--to", "copies")
    assert net.answer("central-anew", "restore", made["backup"])["outdated_keys"]
    assert net.answer("central-anew", "keys")["outdated"]
    assert net.answer("central-anew", "rotate", "--root", "safe/a.canje-root")["version"] == 4
    assert not net.answer("central-anew", "keys")["outdated"]


def test_two_of_three_by_commands_and_what_nobody_may(net, monkeypatch):
    paths = [f"safe/{name}.canje-root" for name in "abc"]
    for path in paths:
        net.answer("central", "root", "make", path)
    net.call("central", "root", "make", paths[0], expected=BAD)
    net.call("central", "root", "make", "central/keys/own.canje-root", expected=BAD)
    net.answer("central", "root", "use", *paths, "--threshold", "2")
    _, said = net.call("central", "rotate", "--root", paths[0], expected=BAD)
    assert "2 of these" in said
    monkeypatch.setenv("CANJE_PASSPHRASE", "somebody else's words")
    _, said = net.call("central", "rotate", "--root", paths[0], "--root", paths[1], expected=BAD)
    assert "does not open" in said
    monkeypatch.setenv("CANJE_PASSPHRASE", PASSPHRASE)
    assert net.answer("central", "rotate", "--root", paths[0], "--root", paths[1])["version"] == 3
    net.answer("central", "root", "use", paths[2], "--signed-by", paths[0], "--signed-by", paths[1])
    assert net.answer("central", "rotate", "--root", paths[2])["version"] == 5
    assert net.answer("central", "keys", "--to", "registry.json")["registries"][4]["version"] == 5
    assert net.answer("E1", "learn-keys", "registry.json") == {"version": 5, "news": True}
    assert net.answer("E1", "learn-keys", "registry.json") == {"version": 5, "news": False}
    _, said = net.call("E1", "learn-keys", "programme.toml", expected=BundleRefused.exit_code)
    assert "not signed as it must be" in said
    net.exchange()
    assert keys(net)["nodes"] == [{"node": "E1", "version": 5}]
    kept = (net.folder / "E1" / "keys" / "registries.json").read_text()
    assert kept.count("threshold") == 4
