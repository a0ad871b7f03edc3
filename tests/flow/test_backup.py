"""Backups of central: made, thinned, restored without losing what a station holds, and tried."""

import json
from pathlib import Path

import pytest

from suite.central.office import open_office
from suite.domain.events.central import CentralRestored
from suite.runtime.clock import clock_from_environment
from suite.runtime.paths import Home
from tests.flow.network import Network

PASSPHRASE = "five words are good enough"


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CANJE_PASSPHRASE", PASSPHRASE)
    return Network(tmp_path, capsys, monkeypatch).paired()


def sell(network, document, amount="100"):
    arguments = ("sale", "--card", "600001", "--document", document, "--line", f"2:10:{amount}")
    return network.answer("E1", *arguments, code=network.code)


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def journal_of(network, node):
    """Central's own events, oldest first."""
    office = open_office(Home(network.folder / node), clock_from_environment(), "tester")
    with office.store.transaction():
        events = [office.store.own_event(seq)[1] for seq in range(1, office.store.tip().seq + 1)]
    office.store.close()
    return events


def test_a_backup_is_one_encrypted_file_that_says_when_and_how_much(network):
    made = network.answer("central", "backup", "--to", "copies")
    count = network.answer("central", "status")["count"]

    assert files(Path("copies")) == [f"test-20261015T130000000Z-{count}.canje-backup"]
    assert made["count"] == count
    assert made["keys"] is None
    assert b"SQLite format 3" not in Path(made["backup"]).read_bytes()[:100]
    assert Path(made["backup"]).stat().st_mode & 0o777 == 0o600


def test_a_central_restored_from_its_backup_takes_again_what_the_stations_hold(network):
    sell(network, "A-1")
    network.exchange()
    made = network.answer("central", "backup", "--to", "copies", "--with-keys")
    sell(network, "A-2")
    before = network.answer("central", "balances")

    (network.folder / "central").rename(network.folder / "burnt")
    restored = network.answer("central", "restore", made["backup"])

    assert restored["count"] == made["count"]
    assert network.answer("central", "balances") == before
    assert network.answer("central", "status")["count"] == made["count"] + 2, "that it came back, and its era"
    last = journal_of(network, "central")[-2]
    assert isinstance(last, CentralRestored)
    assert (last.count, bool(last.by)) == (made["count"], True)
    network.answer("E1", "export", "stick")
    network.answer("central", "import", "stick")
    assert [row["balance"] for row in network.answer("central", "balances")] == [200]


@pytest.mark.parametrize(
    ("passphrase", "expected", "words"),
    [("another passphrase", 5, "passphrase is another"), (PASSPHRASE, 0, "")],
    ids=["wrong", "right"],
)
def test_the_keys_open_with_their_passphrase_only(network, monkeypatch, passphrase, expected, words):
    made = network.answer("central", "backup", "--to", "copies", "--with-keys")
    kept = json.loads((network.folder / "central" / "keys" / "node.key").read_text())
    wrapped = Path(made["keys"]).read_text()
    assert not any(secret in wrapped for secret in kept.values())
    assert Path(made["keys"]).stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("CANJE_PASSPHRASE", passphrase)

    answer = network.answer("central-2", "restore", made["backup"], expected=expected)

    assert words in answer.get("text", "")
    assert (network.folder / "central-2" / "canje.db").exists() is (expected == 0)


def test_a_poor_passphrase_is_refused_before_anything_is_written(network, monkeypatch):
    monkeypatch.setenv("CANJE_PASSPHRASE", "short")
    said = network.answer("central", "backup", "--to", "copies", "--with-keys", expected=5)
    assert "12 characters" in said["text"]
    assert not any(name.endswith("keys") for name in files(Path("copies")))


def test_plain_keys_restore_too_and_without_keys_nothing_does(network):
    made = network.answer("central", "backup", "--to", "copies")
    said = network.answer("central-2", "restore", made["backup"], expected=5)
    assert "without keys no backup opens" in said["text"]
    network.answer("central-2", "restore", made["backup"], "--keys", "central/keys/node.key")
    assert network.answer("central-2", "status")["count"] == made["count"] + 2, "that it came back, and its era"


def test_a_folder_that_holds_a_node_is_not_restored_over(network):
    made = network.answer("central", "backup", "--to", "copies", "--with-keys")
    before = (network.folder / "central" / "canje.db").read_bytes()
    assert network.answer("central", "restore", made["backup"], expected=8)["error"] == "NotSetUp"
    assert (network.folder / "central" / "canje.db").read_bytes() == before


def test_a_damaged_backup_is_refused_and_leaves_no_half_node(network):
    made = Path(network.answer("central", "backup", "--to", "copies", "--with-keys")["backup"])
    content = bytearray(made.read_bytes())
    content[len(content) // 2] ^= 1
    made.write_bytes(content)

    said = network.answer("central-2", "restore", str(made), expected=7)

    assert "damaged" in said["text"]
    assert not (network.folder / "central-2").exists() or files(network.folder / "central-2") == []
    assert network.answer("central", "drill", "--from", "copies", expected=7)["error"] == "StorageTrouble"


def test_older_copies_go_and_none_outlives_an_erasure(network):
    for day in range(1, 31):
        network.clock(f"2026-11-{day:02d}T09:00:00")
        network.answer("central", "backup", "--to", "copies")
    (Path("copies") / "holiday.jpg").write_bytes(b"mine")
    network.clock("2026-12-20T09:00:00")
    last = network.answer("central", "backup", "--to", "copies")

    days = [name[5:13] for name in files(Path("copies")) if name.endswith("backup")]

    assert "holiday.jpg" in files(Path("copies"))
    assert "20261114" not in days
    assert days[-1] == "20261220"
    assert min(days) >= "20261115"
    assert len(last["removed"]) > 0


def test_a_remembered_folder_gets_a_copy_before_what_changes_much(network):
    assert "--to" in network.answer("central", "backup", expected=5)["text"]
    network.answer("central", "backup", "--to", "copies", "--remember")
    counts, newest = [], []
    for step, moment in (
        (("publish", "programme.toml"), "2026-10-16T08:00:00"),
        (("rebuild",), "2026-10-16T09:00:00"),
        (("close", "2026-10"), "2026-11-02T08:00:00"),
    ):
        network.clock(moment)
        counts.append(network.answer("central", "status")["count"])
        network.answer("central", *step)
        newest.append(int(files(Path("copies"))[-1].split("-")[2].partition(".")[0]))
    network.clock("2026-12-02T08:00:00")
    network.answer("central", "close", "2026-11", "--dry-run")

    assert newest == counts
    assert not any("20261202" in name for name in files(Path("copies")))


def test_a_close_waits_while_the_backup_folder_is_away(network):
    network.answer("central", "backup", "--to", "copies", "--remember")
    for path in Path("copies").iterdir():
        path.unlink()
    Path("copies").rmdir()
    Path("copies").write_text("the disk is not mounted")
    network.clock("2026-11-02T08:00:00")
    count = network.answer("central", "status")["count"]

    assert network.answer("central", "close", "2026-10", expected=7)["error"] == "StorageTrouble"

    assert network.answer("central", "status")["count"] == count


def test_the_drill_restores_the_newest_copy_and_finds_it_the_same(network):
    sell(network, "A-1")
    network.exchange()
    network.answer("central", "backup", "--to", "copies", "--remember")
    sell(network, "A-2")
    network.exchange()
    assert network.answer("central", "status")["drill_is_late"]

    done = network.answer("central", "drill")

    assert (done["differing"], done["behind"] > 0, done["seals"]) == ([], True, 1)
    status = network.answer("central", "status")
    assert (status["drilled"] > 0, status["drill_is_late"]) == (True, False)
    assert not list((network.folder / "central").glob("drill-*"))


@pytest.mark.parametrize(("later", "late"), [("2026-10-22T10:00:00", False), ("2026-10-22T10:00:01", True)])
def test_status_is_red_a_week_after_the_last_good_drill(network, later, late):
    network.answer("central", "backup", "--to", "copies", "--remember")
    network.answer("central", "drill")
    network.clock(later)
    assert network.answer("central", "status")["drill_is_late"] is late


def test_the_drill_names_a_table_that_is_not_what_the_journals_say(network):
    office = open_office(Home(network.folder / "central"), clock_from_environment(), "tester")
    with office.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE account SET balance = 77 WHERE account = 1")
    office.store.close()
    network.answer("central", "backup", "--to", "copies", "--remember")

    done = network.answer("central", "drill", expected=7)

    assert [(d["table"], d["rows"], d["expected"], d["key"]) for d in done["differing"]] == [("account", 1, 1, "1")]
    assert network.answer("central", "status")["drilled"] == 0


def test_a_member_removed_since_the_backup_is_no_fault_of_it(network):
    network.answer("central", "backup", "--to", "copies", "--remember")
    network.clock("2026-10-15T11:00:00")
    network.answer("central", "remove-member", "1", "--reason", "asked")
    assert network.answer("central", "drill")["differing"] == []


def test_a_backup_of_another_history_is_told(network):
    made = network.answer("central", "backup", "--to", "copies", "--with-keys")
    network.answer("central-2", "restore", made["backup"])
    network.answer("central-2", "attendant", "add", "E1", "02", "Mia")
    network.answer("central-2", "backup", "--to", "others")
    network.answer("central", "attendant", "add", "E1", "03", "Leo")
    network.answer("central", "attendant", "add", "E1", "04", "Paz")

    said = network.answer("central", "drill", "--from", "others", expected=9)

    assert "another history" in said["text"]


def test_a_drill_without_any_backup_says_so(network):
    Path("copies").mkdir()
    assert "There is no backup" in network.answer("central", "drill", "--from", "copies", expected=5)["text"]
    assert "cannot be read" in network.answer("central", "drill", "--from", "nowhere", expected=5)["text"]
