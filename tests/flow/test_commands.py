"""The commands as a person or a script runs them: answers, exit codes, one clear sentence for each trouble."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from suite import cli
from suite.cli import canje
from suite.runtime.console import run
from suite.runtime.errors import PARTLY_DONE, REFUSED, BadInput, BundleRefused, NotSetUp, StorageTrouble
from tests.factories import TOML
from tests.flow.network import Network


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    return Network(tmp_path, capsys, monkeypatch)


def test_a_day_by_commands(network):
    network.paired()
    network.answer("E1", "receive", "1")
    sale = network.answer(
        "E1", "sale", "--card", "600001", "--document", "A-1", "--line", "2:40,5:200", code=network.code
    )
    assert (sale["points"], sale["balance"]) == (200, 200)
    assert network.answer("E1", "redeem", "--card", "600001", "--prize", "MUG")["balance"] == 100
    assert network.answer("E1", "inquiry", "--card", "600001")["standing"]["balance"] == 100
    assert network.answer("E1", "stock")["on_hand"]["MUG"] == 2
    assert network.answer("E1", "status")["pending"] == 3
    assert network.answer("E1", "export", "stick")["entries"] == 5
    assert network.answer("central", "import", "stick")["fresh"] == 5
    network.monkeypatch.setenv("CANJE_CLOCK", "2026-11-02T09:00:00-03:00")
    assert network.answer("central", "close", "2026-10", "--dry-run")[0]["points"] == 0
    assert network.answer("central", "close", "2026-10")[0]["points"] == 0
    assert network.answer("central", "settle", "2026-10")["amount"] == 750
    assert network.answer("central", "inquiry", "--card", "600001", "--to", "ana.json")["balance"] == 100
    assert json.loads((network.folder / "ana.json").read_text())["name"] == "García, Ana"
    assert network.answer("central", "balances") == [{"account": 1, "balance": 100}]
    assert network.answer("central", "rebuild")["replayed"] > 10


def test_printing_a_settlement_again_gives_the_same_bytes(network):
    network.paired()
    network.answer("E1", "sale", "--card", "600001", "--document", "A-1", "--line", "2:40:200", code=network.code)
    network.answer("E1", "export", "stick")
    network.answer("central", "import", "stick")
    network.monkeypatch.setenv("CANJE_CLOCK", "2026-11-02T09:00:00-03:00")
    network.answer("central", "close", "2026-10")
    network.answer("central", "settle", "2026-10")
    network.answer("central", "settlement", "2026-10", "--to", "one.pdf")
    network.monkeypatch.setenv("CANJE_CLOCK", "2027-01-05T09:00:00-03:00")
    network.answer("central", "settlement", "2026-10", "--to", "two.pdf")
    first, second = (network.folder / name for name in ("one.pdf", "two.pdf"))
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param('group = "shop"', 'group = "shopp"', "products[1].group: there is no 'shopp'", id="unknown group"),
        pytest.param('per_amount = "1"', 'per_amount = "one"', "rules[0].per_amount", id="no number"),
        pytest.param('per_amount = "1"', 'per_amuont = "1"', "rules[0].per_amuont", id="misspelt key"),
        pytest.param("points = 100", "points = 0", "prizes[0].points", id="a prize for nothing"),
        pytest.param('time_zone = "America/', 'time_zone = "Amerika/', "network.time_zone", id="no such zone"),
        pytest.param("[points]", "[points", "not TOML", id="no TOML"),
        pytest.param('code = "cafe"', 'code = "2"', "products[1].code: the code '2' stands twice", id="a code twice"),
        pytest.param('value = "0.0375"', 'value = "-1"', "points.value", id="a negative value"),
    ],
)
def test_a_mistake_in_the_programme_is_named_by_line_and_key(network, before, after, words):
    assert before in TOML
    (network.folder / "programme.toml").write_text(TOML.replace(before, after, 1))
    answer, said = network.call("central", "init", "programme.toml", expected=BadInput.exit_code)
    line = max(n for n, text in enumerate(TOML.replace(before, after, 1).splitlines(), start=1) if after in text)
    assert words in said
    assert f"line {line}" in said
    assert answer["exit_code"] == BadInput.exit_code
    assert not (network.folder / "central").exists()


def test_refusals_leave_with_their_code_and_one_sentence(network):
    network.paired()
    sell = ("sale", "--card", "600001", "--document", "A-1", "--line", "2:1:100")
    network.answer("E1", *sell, code=network.code)
    answer, said = network.call("E1", *sell, expected=REFUSED)
    assert answer["error"] == "document-already-claimed"
    assert said.count("\n") == 1
    answer, _ = network.call("E1", "redeem", "--card", "600001", "--prize", "MUG", expected=REFUSED)
    assert answer["error"] == "no-stock"
    answer, _ = network.call("E1", *sell, code="01000001", expected=REFUSED)
    assert answer["error"] == "wrong-pin"


def test_files_that_are_no_bundles_leave_with_the_bundle_code(network):
    network.paired()
    (network.folder / "holiday.csb").write_bytes(b"GIF89a")
    (feed,) = (network.folder / "stick").glob("*.csb")
    feed.write_bytes(feed.read_bytes()[:-20])
    for name in ("holiday.csb", str(feed)):
        answer, said = network.call("E1", "import", name, expected=BundleRefused.exit_code)
        assert answer["error"] == "BundleRefused"
        assert said.strip()
    assert network.call("central", "import", "holiday.csb", expected=BundleRefused.exit_code)
    _, said = network.call("central", "import", "nowhere.csb", expected=BadInput.exit_code)
    assert "not a plain file" in said


def test_a_symlink_on_the_stick_is_not_followed(network):
    network.paired()
    (network.folder / "link.csb").symlink_to("programme.toml")
    _, said = network.call("E1", "import", "link.csb", expected=BadInput.exit_code)
    assert "not a plain file" in said


def test_an_import_with_wrong_lines_says_which_and_where_they_are_kept(network):
    network.paired()
    header = "moment,document,card,product,quantity,amount\n"
    rows = "2026-10-15T08:00:00,T-1,600001,2,40,200\n2026-10-15T08:00:00,T-2,600001,2,x,=HYPERLINK(1)\n"
    (network.folder / "till.csv").write_text(header + rows)
    answer, _ = network.call("E1", "import-sales", "till.csv", expected=PARTLY_DONE)
    assert (answer["taken"], [a["line"] for a in answer["set_aside"]]) == (1, [3])
    kept = (network.folder / "E1" / "out" / "till.set-aside.csv").read_text()
    assert "T-2" in kept
    assert "'=HYPERLINK" in kept


def test_wrong_arguments_are_sentences_and_never_tracebacks(network):
    network.paired()
    sell = ("sale", "--card", "600001", "--document", "A-1", "--line")
    for arguments in (
        ("E1", "receive", "99999999999999999999"),
        ("central", "inquiry", "--member", "99999999999999999999"),
        ("E1", *sell, "\udcff:1:1"),
        ("E1", *sell, "x" * 100_000 + ":1:1"),
        ("E1", *sell, "2:1e400:1"),
        ("E1", *sell, "2:-1:1"),
        ("E1", "import-sales", "nada.csv"),
        ("central", "load-members", "nada.csv"),
    ):
        node, *rest = arguments
        kind = "central" if node == "central" else "station"
        network.monkeypatch.setenv("CANJE_CODE", network.code)
        assert run(canje, [kind, "--home", str(network.folder / node), *rest]) in (2, BadInput.exit_code), arguments


def test_a_damaged_file_is_said_by_whatever_command_meets_it(network):
    network.paired()
    database = network.folder / "E1" / "canje.db"
    content = bytearray(database.read_bytes())
    for place in range(9000, len(content), 4096):
        content[place] ^= 1
    database.write_bytes(content)
    for name in ("canje.db-wal", "canje.db-shm"):
        (network.folder / "E1" / name).unlink(missing_ok=True)
    _, said = network.call("E1", "status", expected=StorageTrouble.exit_code)
    assert "damaged" in said


def test_a_held_order_does_not_hold_up_the_others_slips(network):
    network.paired()
    header = "moment,document,card,product,quantity,amount\n"
    (network.folder / "till.csv").write_text(header + "2026-10-15T08:00:00,T-1,600001,2,40,500\n")
    network.answer("E1", "import-sales", "till.csv")
    network.answer("E1", "redeem", "--card", "600001", "--prize", "BIKE", "--scheduled", code=network.code)
    network.answer("E1", "export", "stick")
    network.answer("central", "import", "stick")
    assert network.answer("central", "slip", "--all")["held"] == []


def test_shipping_a_prize_twice_in_a_line_adds_up(network):
    network.paired()
    network.answer("central", "ship", "E1", "MUG=1", "MUG=2")
    network.answer("central", "export", "E1", "--to", "stick")
    network.answer("E1", "import", "stick")
    assert network.answer("E1", "receive", "2") == [["MUG", 3]]


def test_two_days_of_one_file_name_keep_both_set_aside_files(network):
    network.paired()
    header = "moment,document,card,product,quantity,amount\n"
    for document in ("T-1", "T-2", "T-2"):
        (network.folder / "till.csv").write_text(f"{header}2026-10-15T08:00:00,{document},600001,2,x,1\n")
        network.answer("E1", "import-sales", "till.csv", expected=PARTLY_DONE)
    kept = sorted(path.read_text().split(",")[-5] for path in (network.folder / "E1" / "out").iterdir())
    assert kept == ["T-1", "T-2"]


def test_a_program_without_central_says_so(monkeypatch, capsys):
    monkeypatch.setattr(cli, "find_spec", lambda name: None if name == "suite.central" else object())
    assert run(canje, ["--help"]) == 0
    assert "central " not in capsys.readouterr().out.split("Commands:")[1]
    assert run(canje, ["central"]) == 2


def test_a_node_that_is_not_there_is_said(network):
    _, said = network.call("E7", "status", expected=NotSetUp.exit_code)
    assert "--home" in said
    network.call("central", "status", expected=NotSetUp.exit_code)


def test_a_wrong_clock_variable_is_named(network):
    network.monkeypatch.setenv("CANJE_CLOCK", "yesterday")
    _, said = network.call("central", "init", "programme.toml", expected=BadInput.exit_code)
    assert "CANJE_CLOCK" in said


def test_the_program_itself_leaves_with_the_exit_code(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "suite", "central", "--home", str(tmp_path), "status"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == NotSetUp.exit_code
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("language", ["es", "en"])
def test_help_is_said_in_the_operators_language(network, capsys, monkeypatch, language):
    monkeypatch.setenv("CANJE_LANG", language)
    assert run(canje, ["station", "--help"]) == 0
    said = capsys.readouterr().out
    assert ("Acredit" in said) == (language == "es")


def test_the_screen_is_refused_where_there_is_no_terminal(network):
    """Textual would take the end of a pipe for keys without end."""
    network.paired()
    done = subprocess.run(
        [sys.executable, "-m", "suite", "station", "--home", str(network.folder / "E1")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == BadInput.exit_code
    assert "no terminal here" in done.stderr


def test_the_demo_lives_its_day(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "suite", "demo", "--headless", "--folder", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["stations"] == 3
    assert summary["settlement_centavos"] > 0
    assert summary["incidents"] == 3
    for paper in ("settlement_pdf", "slips_pdf"):
        assert Path(summary[paper]).read_bytes().startswith(b"%PDF")
