"""The file itself: encrypted, append-only, atomic, and rebuilt from its journal to the row."""

import pytest

from suite.domain.errors import Refusal
from suite.domain.ids import PrizeCode
from suite.journal.chain import link
from suite.runtime.db import DatabaseError, open_database
from suite.runtime.errors import JournalBroken, StorageTrouble
from suite.runtime.secrets import load_node_secrets
from suite.station import schema
from suite.station import store as station_store
from suite.station.desk import CardRead
from tests.factories import ANA, BRUNO


@pytest.fixture
def busy(world):
    """A station after some of everything."""
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=90_000)
    site.sell(BRUNO, "A-2")
    with pytest.raises(Refusal):
        site.sell("999999", "A-3")
    site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("BIKE"), "scheduled")
    return site


def tables(store):
    return {name: sorted(store._db.execute(f"SELECT * FROM {name}")) for name in schema.PROJECTION_TABLES}


def test_projections_rebuilt_from_the_journal_are_the_live_ones(busy):
    live = tables(busy.node.store)
    assert all(live[name] for name in ("movement", "ticket", "incident", "stock", "received"))
    busy.node.store.rebuild()
    assert tables(busy.node.store) == live


def test_a_projection_that_was_tampered_with_is_mended_by_a_rebuild(busy):
    live = tables(busy.node.store)
    busy.node.store._db.execute("UPDATE movement SET points = points + 1000")
    busy.node.store._db.execute("DELETE FROM ticket")
    busy.node.store.rebuild()
    assert tables(busy.node.store) == live


@pytest.mark.parametrize("statement", ["UPDATE entry SET body = x'00'", "DELETE FROM entry"])
def test_the_journal_cannot_be_edited(busy, statement):
    with pytest.raises(DatabaseError, match="only ever added to"):
        busy.node.store._db.execute(statement)


def test_an_entry_edited_behind_the_triggers_is_found(busy):
    store = busy.node.store
    assert store.verify() == store.tip().seq
    store._db.execute("DROP TRIGGER entry_is_never_changed")
    store._db.execute("UPDATE entry SET body = CAST(replace(CAST(body AS TEXT), '900', '9000') AS BLOB) WHERE seq = 3")
    with pytest.raises(JournalBroken):
        store.verify()


def test_a_failure_while_projecting_leaves_no_entry(busy, monkeypatch):
    store, before = busy.node.store, (busy.node.store.tip(), tables(busy.node.store))

    def power_cut(*_):
        raise RuntimeError("power cut")

    monkeypatch.setattr(station_store, "project", power_cut)
    with pytest.raises(RuntimeError, match="power cut"):
        busy.sell(ANA, "A-9")
    assert (store.tip(), tables(store)) == before


def test_what_reads_back_differently_is_never_committed(busy, monkeypatch):
    before = busy.node.store.tip()
    calls = []

    def lying_disk(tip, body):
        calls.append(body)
        return link(tip, body if len(calls) % 2 else body + b" ")

    monkeypatch.setattr("suite.node.store.link", lying_disk)
    with pytest.raises(JournalBroken):
        busy.sell(ANA, "A-9")
    assert busy.node.store.tip() == before


def test_the_file_tells_nothing_without_its_key(busy):
    busy.node.store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = busy.home.database.read_bytes()
    for secret in (b"Ana G", b"SQLite format", ANA.encode(), b"SaleRecorded"):
        assert secret not in content
    with pytest.raises(StorageTrouble, match="damaged or its key"):
        open_database(busy.home.database, bytes(32))


def test_every_flipped_page_is_noticed(busy):
    key = load_node_secrets(busy.home.keys).database_key()
    busy.node.store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    busy.node.store.close()
    whole = busy.home.database.read_bytes()
    for place in range(100, len(whole), 4096):
        busy.home.database.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises((StorageTrouble, DatabaseError)):
            read_every_page(busy.home.database, key)


def read_every_page(path, key):
    """Reads all that the station would, then lets the cipher check the pages that nothing reads."""
    connection = open_database(path, key)
    try:
        for name in ("entry", *schema.PROJECTION_TABLES, *schema.FEED_TABLES, "pin_try", "own_pin", "blob"):
            connection.execute(f"SELECT * FROM {name}").fetchall()
        if connection.execute("PRAGMA cipher_integrity_check").fetchall():
            raise StorageTrouble("a page nothing reads")
    finally:
        connection.close()


def test_keys_are_for_the_owner_only(busy):
    assert busy.home.keys.stat().st_mode & 0o077 == 0
    assert busy.home.invitation.stat().st_mode & 0o077 == 0


def test_the_tables_are_told_apart():
    """Every table is the journal, a feed, a projection, or the one exception that schema.py explains."""
    third = schema.THIRD_SPENDING + schema.THIRD_ORDERS + schema.THIRD_SHELF + schema.THIRD_NOTICES
    script = schema.FIRST_JOURNAL_AND_FEED + schema.SECOND_FEED + third + schema.PROJECTIONS
    created = [line.split()[2] for line in script.splitlines() if line.startswith("CREATE TABLE")]
    assert sorted(created) == sorted(
        ["entry", "pin_try", "own_pin", "blob", *schema.FEED_TABLES, *schema.PROJECTION_TABLES]
    )
