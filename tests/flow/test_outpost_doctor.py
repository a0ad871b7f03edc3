"""`canje warehouse doctor`, `canje portal doctor`: real damage to a folder, what is said of it, what is mended."""

import json
import shutil

import pytest

from suite.central import portal
from suite.central.documents import issue_slip
from suite.cli import canje
from suite.domain.ids import StationCode
from suite.domain.personal import DeliveryPlace, Receipt
from suite.portal import doctor as portal_doctor
from suite.runtime.ballast import Reserve
from suite.runtime.console import run
from suite.runtime.db import DatabaseError, open_database
from suite.runtime.errors import NotSetUp
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from suite.station import doctor as station_doctor
from suite.station.desk import CardRead
from suite.warehouse import doctor as warehouse_doctor
from tests.factories import ANA, World
from tests.faults.damage import statements_against

DOCTORS = {"W1": warehouse_doctor, "P1": portal_doctor}
KINDS = {"W1": "warehouse", "P1": "portal"}
OWN = {"W1": "own_delivery", "P1": "own_request"}
HARMLESS = {
    "DELETE certificate": "central says it again in its next bundle",
    **dict.fromkeys(
        (f"UPDATE feed_header.{name}" for name in ("name", "station_name", "count", "at", "era", "refused")),
        "which feed is here: a wrong one is told by the next mark, and the next feed is whole (limits.md)",
    ),
    "UPDATE feed_header.exact": "no points are given out here",
    "DELETE feed_header": "all is said to central again, and central says all again",
}
NOT_FOUND = {"witness": "only central can tell", "feed": "central's rows come whole with its next feed (limits.md)"}


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A warehouse that delivered and a portal that asked, neither heard yet, with their files closed."""
    world = World(tmp_path_factory.mktemp("lived"))
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=150_000)
    site.desk.redeem(CardRead(ANA, "swipe"), "01", "BIKE", "scheduled")
    world.carry_in("E1")
    place, web = world.pair_warehouse("W1"), world.pair_portal("P1")
    with world.office.store.transaction():
        (order,) = world.office.store.shelf.orders()
    issue_slip(world.office, order.order, StationCode("W1"))
    portal.grant_access(world.office, ANA)
    world.carry_out("W1")
    world.carry_out("P1")
    place.depot.dispatch([order.order])
    place.depot.deliver(order.order, Receipt("Ana García", "12345678"))
    web.lobby.ask_prize(ANA, "BIKE", DeliveryPlace("Calle Falsa 123"))
    world.close()
    return world


@pytest.fixture(params=["W1", "P1"])
def code(request):
    return request.param


@pytest.fixture
def home(lived, code, tmp_path):
    shutil.copytree(lived.folder / code, tmp_path / code)
    return Home(tmp_path / code)


def damage(home, *statements):
    connection = open_database(home.database, load_node_secrets(home.keys).database_key())
    try:
        for statement in statements:
            connection.execute(statement)
    finally:
        connection.close()


def reserve_of(home):
    return Reserve(home.ballast, warn_below=0, earn_only_below=0)


def faults(lived, home):
    """What the doctor of that folder's kind says is wrong, by check."""
    found = DOCTORS[home.folder.name].examine(home, lived.clock, reserve_of(home))
    return [(each.check, each.words()) for each in found if not each.good]


def repaired(home):
    return DOCTORS[home.folder.name].repair(home, reserve_of(home))


def test_a_healthy_one_has_nothing_wrong_and_says_the_same_things_as_a_station(lived, home, code, capsys, monkeypatch):
    monkeypatch.setenv("CANJE_CLOCK", "2026-10-15T10:00:00-03:00")
    left = run(canje, [KINDS[code], "--home", str(home.folder), "doctor", "--repair", "--json"])
    answer = json.loads(capsys.readouterr().out)
    shutil.copytree(lived.folder / "E1", home.folder.parent / "E1")
    site = Home(home.folder.parent / "E1")
    of_a_station = {each.check for each in station_doctor.examine(site, lived.clock, reserve_of(site))}
    assert (left, answer["faults"], answer["repaired"]) == (0, 0, [])
    assert {each["check"] for each in answer["findings"]} == of_a_station - {"ballast"}


def test_a_row_of_a_projection_is_named_and_made_again(lived, home, code):
    damage(home, f"UPDATE {OWN[code]} SET seq = seq + 1")
    ((check, words),) = faults(lived, home)
    assert check == "tables"
    assert f"Table {OWN[code]} has 1 rows, the journal says 1" in words
    assert "verified and replayed" in repaired(home)[0]
    assert faults(lived, home) == []


@pytest.mark.parametrize("part", ["own", "feed_network", "trigger", "index"])
def test_a_part_that_is_missing_is_made_again(lived, home, code, part):
    dropped = {
        "own": f"DROP TABLE {OWN[code]}",
        "feed_network": "DROP TABLE feed_network",
        "trigger": "DROP TRIGGER entry_is_never_changed",
        "index": "DROP INDEX entry_seq",
    }[part]
    damage(home, dropped)
    assert [check for check, _ in faults(lived, home)] == ["tables"]
    repaired(home)
    assert faults(lived, home) == []


def test_a_row_of_the_journal_is_told_and_never_mended(lived, home, capsys, code):
    changed = "UPDATE entry SET body = CAST(body || ' ' AS BLOB) WHERE seq = 2"
    trigger = (
        "CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry\n"
        "  BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END"
    )
    damage(home, "DROP TRIGGER entry_is_never_changed", changed, trigger)
    assert faults(lived, home) == [("journal", "Entry 2 of the journal is not as it was written. Call central.")]
    damage(home, f"DELETE FROM {OWN[code]}", "DROP TRIGGER entry_is_never_changed")
    assert run(canje, [KINDS[code], "--home", str(home.folder), "doctor", "--repair", "--json"]) == 9
    assert json.loads(capsys.readouterr().out)["error"] == "JournalBroken"


def test_a_flipped_byte_is_found(lived, home):
    damage(home, "PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(home.database.read_bytes())
    content[-2000] ^= 1
    home.database.write_bytes(content)
    assert any("damaged" in words for _, words in faults(lived, home))


def test_keys_that_are_gone_are_a_finding_and_an_empty_folder_is_none(lived, home, tmp_path, code):
    home.keys.rename(tmp_path / "aside")
    ((check, words),) = faults(lived, home)
    assert (check, "node.key is gone" in words) == ("keys", True)
    (tmp_path / "aside").rename(home.keys)
    home.invitation.unlink()
    ((check, words),) = faults(lived, home)
    assert (check, "invitation.json is gone" in words) == ("keys", True)
    home.invitation.write_bytes(b"{")
    assert [check for check, _ in faults(lived, home)] == ["keys"]
    with pytest.raises(NotSetUp):
        DOCTORS[code].examine(Home(tmp_path / "nowhere"), lived.clock, reserve_of(home))


def test_another_kind_of_folder_is_refused(lived, home, code):
    (other,) = set(DOCTORS) - {code}
    with pytest.raises(NotSetUp, match="another kind of node"):
        DOCTORS[other].examine(home, lived.clock, reserve_of(home))


def test_the_anchor_is_missed_and_made_again_and_tells_of_an_older_file(lived, home, tmp_path):
    anchor = home.anchor.read_bytes()
    home.anchor.unlink()
    ((check, words),) = faults(lived, home)
    assert (check, "anchor.json" in words) == ("anchor", True)
    repaired(home)
    assert (faults(lived, home), home.anchor.exists()) == ([], True)
    home.anchor.write_bytes(anchor.replace(b'"seq":', b'"seq":9'))
    ((check, words),) = faults(lived, home)
    assert (check, "restored or copied" in words) == ("anchor", True)


def test_personal_data_that_is_lost_before_central_had_it_is_told(lived, home):
    damage(home, "DELETE FROM blob")
    assert faults(lived, home) == [
        ("people", "Personal data of 1 entries is gone before central had it. Tell central.")
    ]


def test_damage_to_every_table_is_found_or_told_where_not(lived, home):
    pristine = home.folder.with_name("pristine")
    shutil.copytree(home.folder, pristine)
    connection = open_database(home.database, load_node_secrets(home.keys).database_key())
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    attacks = [attack for name in names if name != "entry" for attack in statements_against(connection, name)]
    connection.close()
    silent = set()
    for what, statement in attacks:
        shutil.rmtree(home.folder)
        shutil.copytree(pristine, home.folder)
        try:
            damage(home, statement)
        except DatabaseError as error:
            if "constraint" not in str(error):
                raise
            continue
        if not faults(lived, home):
            silent.add(what)
    explained = {what for what in silent if what.split()[1].split(".")[0].split("_")[0] in NOT_FOUND}
    told = {what for what in explained if "feed_header" not in what} | set(HARMLESS)
    assert silent - told == set()
