"""A station's clock that is years behind or ahead: noticed, told, and no sale is lost or dated into the past (T8)."""

import pytest

from suite.central.jobs.month_close import close_month
from suite.central.merge import Merged, NotMerged, merge
from suite.domain.calendar import month_named
from suite.domain.keeping import DAY_MS
from suite.runtime.clock import StoppedClock
from suite.station import courier
from suite.station.desk import Desk
from suite.station.link_state import LinkState
from tests.central.ledger_checks import check
from tests.factories import ANA, BRUNO, World, moment

YEAR_MS = 365 * DAY_MS


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    site = world.pair("E1")
    site.sell(BRUNO, "A-1")
    world.carry_in("E1")
    world.clock.moment += 3 * DAY_MS
    world.carry_out("E1")
    site.sell(BRUNO, "A-2")
    world.carry_in("E1")  # its mark says that it has that feed
    world.clock.moment += DAY_MS
    return world


def with_clock(site, clock):
    site.desk = Desk(site.desk.station, site.node.store, clock)
    return site


def movements(world):
    with world.office.store.transaction() as connection:
        rows = connection.exec_driver_sql("SELECT reference, at FROM movement ORDER BY reference")
        return {reference: at for reference, at in rows if reference[0] == "B"}


def incidents(world):
    with world.office.store.transaction():
        return [(i.kind, i.station) for i in world.office.store.shelf.open_incidents()]


def test_sales_of_a_dead_battery_count_today_and_do_not_expire(world):
    told = world.clock.moment - DAY_MS
    site = with_clock(world.sites["E1"], StoppedClock(moment("2009-01-01T00:07")))
    site.sell(ANA, "B-1", amount=100_000)
    site.sell(ANA, "B-2", amount=100_000)
    (result,) = world.carry_in("E1")
    assert isinstance(result, Merged)
    assert set(movements(world).values()) == {told}
    assert incidents(world) == [("clock", "E1")]
    close_month(world.office, month_named("2026-09"))
    assert world.balance(1) == 2000
    check(world.office)


def test_sales_of_a_clock_years_ahead_count_when_they_came(world):
    ahead = StoppedClock(world.clock.moment + 12 * YEAR_MS)
    site = with_clock(world.sites["E1"], ahead)
    site.sell(ANA, "B-1")
    exported = courier.export(site.node, ahead)
    (refused,) = world.merge(exported.content)
    assert isinstance(refused, NotMerged)
    (taken,) = merge(world.office, [("b", exported.content)], despite_clock=True).results
    assert isinstance(taken, Merged)
    assert movements(world)["B-1"] == world.clock.moment
    assert incidents(world) == [("clock", "E1")]


def test_once_the_clock_is_right_a_bundle_brings_the_wrong_sales_too(world):
    site = with_clock(world.sites["E1"], StoppedClock(world.clock.moment + 12 * YEAR_MS))
    site.sell(ANA, "B-1")
    with_clock(site, world.clock).sell(ANA, "B-2")
    (result,) = world.carry_in("E1")
    assert isinstance(result, Merged)
    assert set(movements(world).values()) == {world.clock.moment}


def test_a_rebuild_dates_them_the_same_way(world):
    site = with_clock(world.sites["E1"], StoppedClock(moment("2009-01-01T00:07")))
    site.sell(ANA, "B-1")
    world.carry_in("E1")
    with_clock(site, world.clock).sell(ANA, "B-2")
    world.carry_in("E1")
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


def test_a_good_clock_and_a_stick_that_took_months_are_not_doubted(world):
    world.sites["E1"].sell(ANA, "B-1")
    sold = world.clock.moment
    bundle = world.bundle("E1")
    world.clock.moment += 100 * DAY_MS
    world.merge(bundle)
    assert movements(world)["B-1"] == sold
    assert incidents(world) == []


def test_one_incident_waits_however_often_the_clock_was_wrong(world):
    site = with_clock(world.sites["E1"], StoppedClock(moment("2009-01-01T00:07")))
    for n in range(3):
        site.sell(ANA, f"B-{n}")
        world.carry_in("E1")
        world.clock.moment += 60_000
    assert incidents(world) == [("clock", "E1")]


def test_the_desk_says_that_its_clock_is_behind(world):
    world.carry_out("E1")
    world.clock.moment += DAY_MS
    site = world.sites["E1"]
    assert site.desk.link() == LinkState(1, 0)
    assert with_clock(site, StoppedClock(world.clock.moment - DAY_MS - 4 * 60_000)).desk.link().behind == 0
    assert with_clock(site, StoppedClock(world.clock.moment - DAY_MS - 6 * 60_000)).desk.link().behind == 6
    with_clock(site, world.clock).sell(ANA, "B-1")
    assert with_clock(site, StoppedClock(world.clock.moment - 3_600_000)).desk.link().behind == 60
