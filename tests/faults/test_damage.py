"""Damage by SQL, with the key in hand: each table, each column, is found by the doctor, or listed here as harmless."""

import shutil

import pytest

from suite.central.columns import metadata
from suite.central.dialect import embedded_engine
from suite.central.doctor import examine_content
from suite.central.store import CentralStore
from suite.domain.errors import TicketKept
from suite.runtime.ballast import Reserve
from suite.runtime.db import DatabaseError, open_database
from suite.runtime.errors import SuiteError
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from suite.station.doctor import examine
from suite.station.pos.intake import PosFile, take_file
from suite.station.pos.naxml import read_naxml
from suite.station.pos.setup import PosSetup
from tests.factories import ANA, World, moment
from tests.faults.damage import statements_against
from tests.station.pos.files import event, fuel, journal

CENTRAL_HARMLESS = {
    "UPDATE run.received": "shown as the day on which a station was last heard of; decides nothing",
    "INSERT schema_version": "a number that is too high is refused when the file is opened",
    "UPDATE schema_version.version": "the same",
    "DELETE schema_version": "projections are made anew when the file is opened",
    **{
        f"{what} issued{column}": "a feed that seems never told begins an era, which every station survives (ADR 0014)"
        for what, column in (("UPDATE", ".feed"), ("UPDATE", ".journal"), ("UPDATE", ".count"), ("DELETE", ""))
    },
    "INSERT issued": "the name of a feed that no station ever acknowledges",
    "UPDATE issued.at": "bounds how early a fact of a wrong clock may count; what was dated by it is written down",
    "UPDATE issued.serial": "a delta that begins elsewhere does not come to its digest: a whole feed follows",
    "UPDATE issued.era": "a feed that seems of another era is not built on: a whole one follows",
    "UPDATE told.serial": "a row that is told once more; one told too late is missed by the digest",
    **dict.fromkeys(
        ("UPDATE told_state.only", "UPDATE told_state.floor", "INSERT told_state", "DELETE told_state"),
        "stations get whole feeds once",
    ),
    "UPDATE told_state.serial": "numbers are left out",
    "INSERT told_again": "a row that is looked at once more",
    **dict.fromkeys(
        ("UPDATE told_state.count", "UPDATE told_state.own"),
        "found but in a network like this one, where a new month makes every row anew",
    ),
}
STATION_NOT_FOUND = {
    **dict.fromkeys(("hot_card", "hot_state"), "central's word on cards ahead of its feed, which replaces it"),
    "own_pin": "no journal tells what attendants chose: a code of central's takes its place",
    "pin_try": "no journal tells the tries that are left (ADR 0006); impossible numbers are found",
    "_sqlite_migrations": "the library's own list; the file's version number is what counts",
    "sqlite_sequence": "numbers of that list",
    "pos_file": "which files of the POS were taken; one that is taken twice changes nothing (ADR 0019)",
    "witness": "places of central's own journal, shown to a person who compares them; only central can tell",
}
STATION_HARMLESS = {
    "DELETE certificate": "central says it again in its next bundle",
    "DELETE pos_setup": "nothing is watched until it is said again, and the screen shows nothing",
    "DELETE pos_ticket": "no fact, and the POS's files tell it again (ADR 0019)",
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A network that sold, redeemed, enrolled, closed and settled, with its files closed."""
    from suite.central.jobs.month_close import close_month
    from suite.central.jobs.settlement import settle_month
    from suite.domain.calendar import month_named
    from suite.station.desk import CardRead

    world = World(tmp_path_factory.mktemp("lived"))
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=90_000)
    site.desk.redeem(CardRead(ANA, "swipe"), "01", "MUG", "immediate")
    site.desk.redeem(CardRead(ANA, "swipe"), "01", "BIKE", "scheduled")
    with pytest.raises(TicketKept):
        site.sell("699999", "A-2")
    world.carry_in("E1")
    world.carry_out("E1")
    world.clock.moment = moment("2026-11-02T10:00")
    close_month(world.office, month_named("2026-10"))
    settle_month(world.office, month_named("2026-10"))
    site.sell(ANA, "A-3")
    with site.node.store.writing():
        site.node.store.pos.tell(PosSetup(folder="/srv/pos"))
    sale = read_naxml(journal(event("5", fuel())))[0]
    take_file(site.desk, PosSetup(), "a.xml", PosFile(bytes(32), [sale]))
    world.office.store.close()
    site.node.store.close()
    return world


# Central


def central_findings(world, folder, statement=None):
    home, key = Home(folder), world.office.secrets.database_key()
    shutil.copyfile(world.folder / "central" / "canje.db", home.database)
    if statement:
        connection = open_database(home.database, key)
        try:
            connection.execute("PRAGMA ignore_check_constraints = 1")
            connection.execute(statement)
        except DatabaseError as error:
            return [str(error)] if "UNIQUE" in str(error) or "NOT NULL" in str(error) else pytest.fail(str(error))
        finally:
            connection.close()
    try:
        store = CentralStore(embedded_engine(home, key), as_it_is=True)
        try:
            scratch = folder / "scratch"
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            return [f.words() for f in examine_content(store, scratch, key, world.clock) if not f.good]
        finally:
            store.close()
    except SuiteError as error:
        return [str(error)]


def test_a_healthy_central_has_no_findings(lived, tmp_path):
    assert central_findings(lived, tmp_path) == []


@pytest.mark.parametrize("table", [table.name for table in metadata.sorted_tables])
def test_damage_to_a_table_of_central_is_found(lived, tmp_path, table):
    key = lived.office.secrets.database_key()
    connection = open_database(lived.folder / "central" / "canje.db", key)
    attacks = list(statements_against(connection, table))
    connection.close()
    silent = [what for what, sql in attacks if not central_findings(lived, tmp_path, sql)]
    assert [what for what in silent if what not in CENTRAL_HARMLESS] == []


# A station


def station_findings(world, folder, statements=()):
    home = world.sites["E1"].home
    copy = Home(folder / "station")
    shutil.rmtree(copy.folder, ignore_errors=True)
    shutil.copytree(home.folder, copy.folder)
    connection = open_database(copy.database, load_node_secrets(copy.keys).database_key())
    try:
        for statement in statements:
            connection.execute(statement)
    except DatabaseError as error:
        return [str(error)] if "constraint" in str(error) else pytest.fail(str(error))
    finally:
        connection.close()
    reserve = Reserve(copy.ballast, size=4096, warn_below=0, earn_only_below=0)
    assert reserve.keep()
    return [f.words() for f in examine(copy, world.clock, reserve) if not f.good]


def station_tables(world):
    home = world.sites["E1"].home
    connection = open_database(home.database, load_node_secrets(home.keys).database_key())
    names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
    attacks = [attack for name in names for attack in statements_against(connection, name)]
    connection.close()
    return attacks


def test_a_healthy_station_has_no_findings(lived, tmp_path):
    assert station_findings(lived, tmp_path) == []


def test_a_station_that_goes_on_under_a_next_key_has_no_findings(tmp_path):
    world = World(tmp_path)
    site = world.pair("E1")
    world.carry_out("E1")
    site.sell(ANA, "D-1")
    site.node.identity.begin_next(site.node.store, world.clock.now())
    site.sell(ANA, "D-2")
    site.node.store.close()
    assert station_findings(world, tmp_path) == []


def test_damage_to_every_table_of_a_station_is_found_or_told_where_not(lived, tmp_path):
    open_the_journal = ("DROP TRIGGER entry_is_never_changed", "DROP TRIGGER entry_is_never_removed")
    put_back = tuple(
        f"CREATE TRIGGER {name} BEFORE {what} ON entry\n"
        "  BEGIN SELECT RAISE(ABORT, 'the journal is only ever added to'); END"
        for name, what in (("entry_is_never_changed", "UPDATE"), ("entry_is_never_removed", "DELETE"))
    )
    silent = set()
    for what, sql in station_tables(lived):
        around = (open_the_journal, put_back) if " entry" in what else ((), ())
        if not station_findings(lived, tmp_path, (*around[0], sql, *around[1])):
            silent.add(what)
    unexplained = {what for what in silent if what.split()[1].split(".")[0] not in STATION_NOT_FOUND}
    assert unexplained - set(STATION_HARMLESS) == set()
    assert {what for what in silent if "feed_header.ack" in what or "feed_header.log" in what} == set()


def test_a_dropped_trigger_index_or_table_is_found(lived, tmp_path):
    for what in ("TRIGGER entry_is_never_changed", "INDEX incident_document", "TABLE voucher", "TABLE feed_card"):
        assert any(what.split()[1] in words for words in station_findings(lived, tmp_path, (f"DROP {what}",))), what
