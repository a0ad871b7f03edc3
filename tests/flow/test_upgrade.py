"""A node of the release before, opened by this one: its journal is untouched, its tables are made anew from it."""

import pytest

from suite.central.office import open_office
from suite.runtime.errors import StorageTrouble
from suite.runtime.paths import Home
from suite.station import courier
from suite.station.desk import Desk
from tests.factories import ANA, World

CENTRAL_0_1 = """
DROP TABLE issued; DROP TABLE asked; DROP TABLE era;
DROP TABLE card; DROP TABLE merged; DROP TABLE membership; DROP TABLE account_month; DROP TABLE closed_month;
CREATE TABLE card (card TEXT PRIMARY KEY, account INTEGER NOT NULL, blocked INTEGER NOT NULL) STRICT;
CREATE INDEX card_account ON card (account);
CREATE TABLE account_month (account INTEGER, month INTEGER, earned INTEGER, spent INTEGER, expired INTEGER) STRICT;
DELETE FROM schema_version; INSERT INTO schema_version VALUES (1)"""

STATION_0_1 = """
DROP TABLE own_card; DROP TABLE own_member; DROP TABLE card_used; DROP TABLE bought; DROP TABLE day_sum;
DROP TABLE taken_back; DROP TABLE brought_back; DROP TABLE credit_note; DROP TABLE blob; DROP TABLE feed_alias;
DROP TABLE feed_first_purchase; DROP TABLE hot_card; DROP TABLE hot_state; DROP TABLE authorised;
DROP TABLE feed_hold; DROP TABLE feed_grant; DROP TABLE feed_order; DROP TABLE own_pin;
DROP TABLE feed_contested; DROP TABLE feed_declared;
DROP TABLE feed_station; DROP TABLE feed_transfer;
DROP TABLE feed_message; DROP TABLE message_shown; ALTER TABLE feed_account DROP COLUMN shown;
DROP TABLE answer_given; DROP TABLE feed_report; DROP TABLE report; ALTER TABLE feed_account DROP COLUMN answered;
DROP TABLE own_order; DROP TABLE withdrawn; DROP TABLE feed_closed;
DROP TABLE pos_setup; DROP TABLE pos_file; DROP TABLE pos_ticket; DROP TABLE card_sale;
ALTER TABLE feed_header DROP COLUMN number;
ALTER TABLE feed_account DROP COLUMN tier; ALTER TABLE feed_account DROP COLUMN qualifying;
ALTER TABLE feed_account DROP COLUMN segments; ALTER TABLE feed_account DROP COLUMN expiring;
ALTER TABLE feed_account DROP COLUMN rates; ALTER TABLE feed_account DROP COLUMN assigned;
ALTER TABLE feed_card ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0;
UPDATE feed_card SET blocked = status = 'blocked';
ALTER TABLE feed_card DROP COLUMN status; ALTER TABLE feed_card DROP COLUMN role;
ALTER TABLE feed_card DROP COLUMN issued; ALTER TABLE feed_card DROP COLUMN used;
DROP TABLE witness; DROP TABLE certificate; DROP INDEX entry_seq;
ALTER TABLE feed_header DROP COLUMN era; ALTER TABLE feed_header DROP COLUMN exact;
ALTER TABLE feed_header DROP COLUMN signed; ALTER TABLE feed_header DROP COLUMN refused;
DELETE FROM _sqlite_migrations WHERE name IN ('v2_whole_ledger', 'v3_next_journals');
PRAGMA user_version = 1"""


def statements(script):
    return [statement for statement in script.split(";") if statement.strip()]


def test_a_central_of_the_release_before_is_rebuilt_from_its_journals(tmp_path):
    world = World(tmp_path)
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    before = world.tables()
    with world.office.store.transaction() as connection:
        for statement in statements(CENTRAL_0_1):
            connection.exec_driver_sql(statement)
    world.office.store.close()
    world.office = open_office(Home(tmp_path / "central"), world.clock, "tester")
    assert world.tables() == before
    world.office.store.close()
    world.office = open_office(Home(tmp_path / "central"), world.clock, "tester")
    assert world.balance(1) == 100
    site.sell(ANA, "A-2")
    world.carry_in("E1")
    with world.office.store.transaction():
        assert world.office.store.lineage.era() == 0, "a feed of the release before proves nothing"


def test_a_station_of_the_release_before_sells_on_with_what_it_knew(tmp_path):
    world = World(tmp_path)
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    tip = site.node.store.tip()
    connection = site.node.store._db
    for statement in statements(STATION_0_1):
        connection.execute(statement)
    site.node.store.close()
    node = courier.open_station(site.home)
    desk = Desk("E1", node.store, world.clock)
    assert (node.store.tip(), node.store.verify()) == (tip, tip.seq)
    assert (desk.member(ANA).balance, desk.member(ANA).status) == (100, "active")
    world.sites["E1"].node, world.sites["E1"].desk = node, desk
    assert world.sites["E1"].sell(ANA, "A-2").balance == 200
    world.carry_in("E1")
    world.carry_out("E1")
    assert desk.member(ANA).balance == 200


def test_a_folder_of_a_newer_release_is_refused_and_untouched(tmp_path):
    world = World(tmp_path)
    site = world.pair("E1")
    with world.office.store.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO schema_version VALUES (99)")
    site.node.store._db.execute("PRAGMA user_version = 99")
    with pytest.raises(StorageTrouble, match="newer Canje"):
        open_office(Home(tmp_path / "central"), world.clock, "tester")
    with pytest.raises(StorageTrouble, match="newer Canje"):
        courier.open_station(site.home)
    assert site.node.store._db.execute("SELECT count(*) FROM entry").fetchone()[0] > 0
