"""The shifts of all stations, as their journals told central (STA-7, STA-12)."""

import shutil

import pytest

from suite.central.shifts import shifts
from suite.domain.calendar import month_named
from suite.domain.events.station import Dispensed, PrizeCount
from suite.domain.shift import CreditedProduct
from suite.runtime.paths import Home
from suite.station import courier
from suite.station.desk import CardRead, Desk
from suite.station.shifts import close_shift, open_shift
from tests.factories import ANA, World, line, moment


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    for code in ("E1", "E2"):
        world.pair(code)
    return world


def lived(world, code, document, dispensed=None, *, close=True):
    """A shift of attendant 01 with one ticket of ten litres."""
    desk = world.sites[code].desk
    world.clock.moment += 3_600_000
    opened = open_shift(desk, "01").seq
    world.sites[code].sell(ANA, document)
    if close:
        world.clock.moment += 3_600_000
        pumps = () if dispensed is None else (Dispensed("2", dispensed),)
        close_shift(desk, "01", pumps, (PrizeCount("MUG", 0),))
    return opened


def test_every_shift_with_what_was_credited_and_what_the_pumps_say(world):
    first = lived(world, "E1", "A-1", 12_000)
    world.sites["E1"].sell(ANA, "between")
    lived(world, "E2", "B-1", 9_000)
    still = lived(world, "E1", "A-2", close=False)
    world.carry_in("E1", "E2")
    found = shifts(world.office)
    assert [(each.station, each.sums.sales, each.sums.products) for each in found] == [
        ("E1", 1, (CreditedProduct("2", 10_000, 12_000),)),
        ("E2", 1, (CreditedProduct("2", 10_000, 9_000),)),
        ("E1", 1, (CreditedProduct("2", 10_000, None),)),
    ]
    assert [(each.shift, each.closed is None) for each in found if each.station == "E1"] == [
        (first, False),
        (still, True),
    ]
    assert found[0].sums.counted[0].counted == 0
    assert [each.station for each in shifts(world.office, "E2")] == ["E2"]
    close_shift(world.sites["E1"].desk, "01", (), ())
    world.carry_in("E1")
    assert [each.closed is None for each in shifts(world.office, "E1")] == [False, False]


def test_a_shift_belongs_to_the_month_in_which_it_began(world):
    world.clock.moment = moment("2026-10-31T23:30")
    open_shift(world.sites["E1"].desk, "01")
    world.clock.moment = moment("2026-11-01T06:00")
    close_shift(world.sites["E1"].desk, "01", (), ())
    world.carry_in("E1")
    assert len(shifts(world.office, month=month_named("2026-10"))) == 1
    assert shifts(world.office, month=month_named("2026-11")) == []


def test_a_copy_of_a_disk_that_closes_a_shift_again_is_passed_over(world):
    site = world.sites["E1"]
    open_shift(site.desk, "01")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    copy = world.folder / "copy"
    shutil.copytree(site.home.folder, copy)
    close_shift(site.desk, "01", (), ())
    world.carry_in("E1")
    other = courier.open_station(Home(copy), world.clock)
    desk = Desk("E1", other.store, world.clock)
    desk.sell(CardRead(ANA, "swipe"), "01", "A-2", (line(),))
    close_shift(desk, "01", (), ())
    exported = courier.export(other, world.clock)
    world.merge(exported.content)
    assert [(each.closed is None, each.sums.sales) for each in shifts(world.office)] == [(False, 1)]
