"""Central's word as a delta: onto the feed that it builds on, or not at all; and everything anew where it must be."""

import pytest

from suite.central.cards import mark_card
from suite.central.feeds import export_feed
from suite.central.people import enrol
from suite.domain.ids import StationCode
from suite.domain.personal import Person
from suite.runtime.errors import BundleRefused
from suite.runtime.paths import Home
from suite.station import courier
from suite.station.feed_tables import digests_of, header_told
from suite.sync.feed import header_of
from tests.factories import ANA, BRUNO, World
from tests.flow.network import Network
from tests.link.doors import door_of, exchange_with

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def site(world):
    """E1, which told central which feed it has."""
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    world.carry_out("E1")
    return site


def header(site):
    return header_of(header_told(site.node.store._db))


def balance(site, card):
    return site.node.store.cards.standing(card).balance


def exchange(world, code):
    """The station's journal to central and its answer back; whether it was a delta."""
    world.clock.moment += 1
    exported = courier.export(world.sites[code].node, world.clock)
    if exported:
        world.merge(exported.content)
    world.carry_out(code)
    return bool(header(world.sites[code]).bases)


def assert_as_central(world, code):
    """The station holds what all rows made from nothing come to."""
    site = world.sites[code]
    with world.office.store.transaction():
        world.office.store.told.drop()
    anew = World.feed(world, code)
    assert digests_of(site.node.store._db) == header(site).digests
    world.clock.moment += 1
    courier.take(site.node, anew, world.clock.now())
    assert digests_of(site.node.store._db) == header(site).digests


def test_a_delta_brings_what_changed_and_takes_away_what_is_gone(world, site):
    other = world.pair("E2")
    other.sell(ANA, "B-1", amount=30_000)
    site.sell(BRUNO, "A-2")
    assert exchange(world, "E2"), "its first word said what it has"
    assert exchange(world, "E1")
    before = len(World.feed(world, "E1"))
    assert (balance(site, ANA), balance(site, BRUNO)) == (400, 100)
    assert {m.station for m in site.node.store.movements(1, "E1", 9)} == {"Estación Dos", "E1"}
    mark_card(world.office, BRUNO, "lost")
    site.sell(ANA, "A-3")
    assert exchange(world, "E1")
    assert site.node.store.cards.find(BRUNO).status == "lost"
    assert before < 3000
    assert_as_central(world, "E1")


def test_a_delta_onto_another_feed_is_refused_and_the_next_one_fits(world, site):
    delayed = []
    for n in range(2):
        site.sell(ANA, f"C-{n}")
        world.carry_in("E1")
        world.clock.moment += 1
        delayed.append(World.feed(world, "E1"))
        if n == 0:
            backup = delayed[0]
            courier.take(site.node, backup, world.clock.now())
    state = site.node.store.feed_state()
    with site.node.store.writing():
        site.node.store._db.execute("UPDATE feed_header SET name = 'another'")
    rows = digests_of(site.node.store._db)
    with pytest.raises(BundleRefused, match="builds on data of central that is not here"):
        courier.take(site.node, delayed[1], world.clock.now())
    assert digests_of(site.node.store._db) == rows
    assert site.node.store.feed_state().count == state.count
    with site.node.store.writing():
        site.node.store._db.execute("UPDATE feed_header SET name = ?", (state.name,))
    assert exchange(world, "E1"), "the next mark said again which feed is here"
    assert balance(site, ANA) == 300


def test_rows_that_are_not_centrals_are_refused_and_everything_comes_anew(world, site):
    site.sell(ANA, "A-2")
    site.node.store._db.execute("UPDATE feed_account SET balance = balance + 1000 WHERE account = 1")
    exported = courier.export(site.node, world.clock)
    world.merge(exported.content)
    with pytest.raises(BundleRefused, match="would not be what central says"):
        world.carry_out("E1")
    assert balance(site, ANA) == 1200, "what was there is still there, and sales go on"
    assert not exchange(world, "E1"), "a whole feed"
    assert balance(site, ANA) == 200
    site.sell(ANA, "A-3")
    assert exchange(world, "E1")


def test_over_the_link_everything_comes_anew_in_the_same_exchange(world, site):
    site.sell(ANA, "A-2")
    site.node.store._db.execute("DELETE FROM feed_account WHERE account = 1")
    with door_of(world) as door:
        done = exchange_with(world, "E1", door.url)
    assert (done.news, balance(site, ANA), header(site).bases) == (True, 200, ())


def test_a_station_away_for_ninety_days_catches_up_in_one_exchange(world, site):
    other = world.pair("E2")
    for day in range(90):
        world.clock.moment += DAY_MS
        other.sell(ANA, f"B-{day}", amount=1000)
        if day % 9 == 0:
            enrol(world.office, Person("Paz", f"Eva {day}"), None)
            exchange(world, "E2")
    site.sell(BRUNO, "A-2")
    exchange(world, "E2")
    exchange(world, "E1")
    assert (balance(site, ANA), balance(site, BRUNO)) == (100 + 90 * 10, 100)
    assert digests_of(site.node.store._db) == header(site).digests
    site.sell(BRUNO, "A-3")
    assert exchange(world, "E1")
    assert_as_central(world, "E1")


def test_a_large_network_catches_up_by_a_delta(world, site):
    other = world.pair("E2")
    for n in range(60):
        enrol(world.office, Person("Paz", f"Eva {n}"), None)
    site.sell(BRUNO, "A-2")
    exchange(world, "E1")
    whole = len(World.feed(world, "E2"))
    site.sell(BRUNO, "A-3")
    exchange(world, "E1")
    world.clock.moment += 12 * DAY_MS
    other.sell(ANA, "B-1")
    exchange(world, "E2")
    site.sell(BRUNO, "A-4")
    assert exchange(world, "E1")
    assert len(export_feed(world.office, StationCode("E1")).content) < whole


def test_a_next_key_and_a_next_era_begin_with_everything(world, site):
    from suite.central.continuity import asking, begin_era, let_continue

    with world.office.store.transaction():
        begin_era(world.office)
    site.sell(ANA, "A-2")
    assert not exchange(world, "E1")
    site.sell(ANA, "A-3")
    assert exchange(world, "E1")
    site.node.identity.begin_next(site.node.store, world.clock.now())
    world.merge(courier.export(site.node, world.clock).content)
    (asks,) = asking(world.office)
    let_continue(world.office, asks.station, asks.digits)
    assert not exchange(world, "E1")


def test_a_crash_in_the_middle_of_a_feed_loses_nothing_and_it_is_taken_again(world, site):
    class PowerCut(Exception):
        pass

    def cut(done, of):
        raise PowerCut

    site.sell(ANA, "A-2")
    world.merge(courier.export(site.node, world.clock).content)
    feed, before = World.feed(world, "E1"), site.node.store.feed_state()
    node = courier.open_station(site.home, world.clock, cut)
    with pytest.raises(PowerCut):
        courier.take(node, feed, world.clock.now())
    node.store.close()
    assert site.node.store.feed_state() == before
    assert courier.take(site.node, feed, world.clock.now()).news
    assert balance(site, ANA) == 200


def test_how_far_a_feed_is_is_told_page_by_page(world, site):
    heard = []
    site.sell(ANA, "A-2")
    world.merge(courier.export(site.node, world.clock).content)
    node = courier.open_station(site.home, world.clock, lambda done, of: heard.append((done, of)))
    courier.take(node, World.feed(world, "E1"), world.clock.now())
    pages = len(header_of(header_told(node.store._db)).pages)
    assert heard == [(n, pages) for n in range(1, pages + 1)]
    node.store.close()


def test_a_damaged_copy_is_repaired_and_comes_anew_by_commands(tmp_path, capsys, monkeypatch):
    network = Network(tmp_path, capsys, monkeypatch).paired()
    node = courier.open_station(Home(tmp_path / "E1"))
    node.store._db.execute("UPDATE feed_card SET status = 'blocked'")
    node.store.close()
    answer = network.answer("E1", "doctor", "--repair", expected=7)
    assert [f["check"] for f in answer["findings"] if not f["good"]] == ["feed"]
    network.exchange()
    assert network.answer("E1", "doctor", "--repair")["findings"]
