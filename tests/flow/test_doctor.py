"""`canje … doctor`: what is looked at, what is said, what a repair makes again, and what it leaves alone."""

import pytest

from suite.runtime.db import open_database
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from tests.flow.network import Network


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    network = Network(tmp_path, capsys, monkeypatch).paired()
    sale = ("sale", "--card", "600001", "--document", "A-1", "--line", "2:10:100")
    network.answer("E1", *sale, code=network.code)
    network.exchange()
    network.answer("central", "backup", "--to", "copies", "--remember")
    network.answer("central", "drill")
    network.answer("E1", "doctor", "--repair", expected=0)
    return network


def database(network, node):
    home = Home(network.folder / node)
    return open_database(home.database, load_node_secrets(home.keys).database_key())


def damage(network, node, *statements):
    connection = database(network, node)
    for statement in statements:
        connection.execute(statement)
    connection.close()


def faults(answer):
    return [f["text"] for f in answer["findings"] if not f["good"]]


@pytest.mark.parametrize("node", ["central", "E1"])
def test_a_healthy_node_has_nothing_wrong(network, node):
    answer = network.answer(node, "doctor")
    assert faults(answer) == []
    assert {"keys", "space", "engine", "settings", "pages", "journal", "clock", "tables"} <= {
        finding["check"] for finding in answer["findings"]
    }


@pytest.mark.parametrize(
    ("node", "table", "statement"),
    [
        ("central", "account", "UPDATE account SET balance = 1000000"),
        ("central", "movement", "DELETE FROM movement"),
        ("E1", "movement", "UPDATE movement SET points = points + 1"),
        ("E1", "stock", "INSERT INTO stock VALUES ('BIKE', 5)"),
    ],
)
def test_a_table_that_is_not_what_the_journal_says_is_named_and_repaired(network, node, table, statement):
    damage(network, node, statement)

    answer = network.answer(node, "doctor", expected=7)

    assert [f"Table {table} has" in text for text in faults(answer)].count(True) == 1
    mended = network.answer(node, "doctor", "--repair")
    assert (mended["faults"], len(mended["repaired"])) == (0, 1)
    assert faults(network.answer(node, "doctor")) == []


def test_a_missing_table_is_made_again_with_its_rows(network):
    damage(network, "central", "DROP TABLE card")
    damage(network, "E1", "DROP TABLE ticket")
    for node in ("central", "E1"):
        assert any("missing or altered" in text for text in faults(network.answer(node, "doctor", expected=7)))
        assert network.answer(node, "doctor", "--repair")["faults"] == 0
    assert network.answer("E1", "explain", "A-1", code=network.code)["sale"]["points"] == 100


@pytest.mark.parametrize("node", ["central", "E1"])
def test_a_broken_journal_is_not_repaired(network, node):
    table = "own_entry" if node == "central" else "entry"
    triggers = () if node == "central" else ("DROP TRIGGER entry_is_never_changed",)
    damage(network, node, *triggers, f"UPDATE {table} SET body = CAST(body || ' ' AS BLOB) WHERE seq = 2")

    assert any("not as it was written" in text for text in faults(network.answer(node, "doctor", expected=7)))

    if node == "E1":
        assert network.answer(node, "doctor", "--repair", expected=9)["error"] == "JournalBroken"


@pytest.mark.parametrize("node", ["central", "E1"])
def test_keys_that_others_read_are_told(network, node):
    key = network.folder / node / "keys" / "node.key"
    key.chmod(0o644)
    assert any("Others can read" in text for text in faults(network.answer(node, "doctor", expected=7)))
    key.chmod(0o600)
    assert faults(network.answer(node, "doctor")) == []


@pytest.mark.parametrize(("clock", "behind"), [("2026-10-15T09:55:00", False), ("2026-10-15T09:54:59", True)])
@pytest.mark.parametrize("node", ["central", "E1"])
def test_a_clock_behind_the_journal_is_told(network, node, clock, behind):
    network.clock(clock)
    answer = network.answer(node, "doctor", expected=7 if behind else 0)
    assert any("behind the journal" in text for text in faults(answer)) is behind


@pytest.mark.parametrize("node", ["central", "E1"])
def test_a_damaged_file_and_another_key_are_findings_and_no_crash(network, node):
    path = network.folder / node / "canje.db"
    damage(network, node, "PRAGMA wal_checkpoint(TRUNCATE)")  # else the log still holds the page as it was
    content = bytearray(path.read_bytes())
    content[-2000] ^= 1
    path.write_bytes(content)
    assert any("damaged" in text for text in faults(network.answer(node, "doctor", expected=7)))
    content[100] ^= 1
    path.write_bytes(content)
    assert any("damaged or its key" in text for text in faults(network.answer(node, "doctor", expected=7)))
    path.unlink()
    assert any("is gone" in text for text in faults(network.answer(node, "doctor", expected=7)))


def test_a_forged_seal_is_found(network):
    damage(network, "central", "UPDATE run SET signature = zeroblob(64)")
    assert any("not what it signed" in text for text in faults(network.answer("central", "doctor", expected=7)))


def test_erased_data_is_no_fault_and_lost_data_is(network):
    network.answer("central", "remove-member", "1", "--reason", "asked")
    assert faults(network.answer("central", "doctor")) == []
    damage(network, "central", "DELETE FROM vault WHERE commitment IN (SELECT personal FROM attendant)")
    assert any("Personal data is missing 1 times" in t for t in faults(network.answer("central", "doctor", expected=7)))


def test_old_backups_and_untried_ones_are_told(network):
    network.clock("2026-11-20T10:00:00")
    texts = faults(network.answer("central", "doctor", expected=7))
    assert any("older than 35 days" in text for text in texts)
    assert any("No backup was tried" in text for text in texts)


def test_a_missing_reserve_is_made_by_a_repair(network):
    (network.folder / "E1" / "ballast").unlink()
    assert any("reserve" in text for text in faults(network.answer("E1", "doctor", expected=7)))
    assert network.answer("E1", "doctor", "--repair")["faults"] == 0
    assert (network.folder / "E1" / "ballast").exists()
