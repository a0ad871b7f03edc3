"""Points held and granted at a station that is lost: freed by hand, and what happens when it comes back (PRZ-6)."""

import pytest

from suite.central import continuity
from suite.central.merge import NotMerged
from suite.central.spending import authorise, exposure, grant, release
from suite.domain.errors import NotEnoughPoints, NotThere
from suite.domain.releasing import Kept, StationMayBeAlive, may_release, releasable
from suite.domain.spending import DAY_MS
from suite.runtime.errors import BadInput
from tests.central.test_spending import authorised, kinds
from tests.factories import ANA, BRUNO, TOML, World, moment
from tests.station.test_spending_at_the_desk import last, mug, network, opening

STRICT = "\n[offline]\ngrants_required = true\n"
WEEK = 7 * DAY_MS
NOW = moment("2026-10-22T10:00")


@pytest.fixture
def world(tmp_path):
    """Prizes leave on grants alone; Ana has 300 points, Bruno 300. E1 was heard of just now."""
    world = World(tmp_path, toml=TOML + STRICT)
    opening(world, 300)
    world.pair("E1")
    world.stock_up("E1")
    world.sites["E1"].sell(BRUNO, "B-0", amount=1)
    world.carry_in("E1")
    return world


@pytest.fixture
def two_stations(world):
    world.pair("E2")
    world.stock_up("E2")
    return world


def row(world, code="E1"):
    return next(each for each in exposure(world.office).stations if each.station == code)


def lost(world):
    """E1 was not heard of for a week."""
    world.clock.moment += WEEK


def write(site, prize):
    """The same prize once more: what a dishonest PC could write."""
    with site.node.store.writing():
        site.node.store.append(prize)


# When, and what


@pytest.mark.parametrize(
    ("heard", "believed", "free"),
    [
        pytest.param(NOW - WEEK, True, True, id="silent for a week"),
        pytest.param(NOW - WEEK + 1, True, False, id="a millisecond less"),
        pytest.param(None, True, False, id="never heard of"),
        pytest.param(None, False, True, id="never heard of, and revoked"),
        pytest.param(NOW, False, True, id="heard just now, and revoked"),
    ],
)
def test_a_station_is_lost_when_it_was_silent_for_a_week_or_is_not_believed(heard, believed, free):
    if free:
        may_release("E1", heard, NOW, believed=believed)
    else:
        with pytest.raises(StationMayBeAlive):
            may_release("E1", heard, NOW, believed=believed)


def test_todays_digits_are_good_until_the_day_is_over():
    kept = [Kept(1, 100, 7, "2026-10-21"), Kept(1, 100, 8, "2026-10-22"), Kept(1, 50), Kept(2, 0)]
    assert releasable(kept, "2026-10-22") == [kept[0], kept[2]]


def test_nothing_is_released_at_a_station_that_may_be_alive(world):
    grant(world.office, "E1", 1, 300)
    with pytest.raises(StationMayBeAlive):
        release(world.office, "E1", "burnt down")
    world.clock.moment += WEEK - 1
    with pytest.raises(StationMayBeAlive):
        release(world.office, "E1", "burnt down")
    world.clock.moment += 1
    with pytest.raises(BadInput):
        release(world.office, "E1", " ")
    assert release(world.office, "E1", "burnt down").released == (Kept(1, 300),)
    with pytest.raises(NotThere):
        release(world.office, "E1", "burnt down")


def test_what_was_kept_is_the_members_again_everywhere(two_stations):
    world = two_stations
    grant(world.office, "E1", 1, 200)
    authorise(world.office, "E1", ANA, 100)
    grant(world.office, "E1", 2, 100)
    with pytest.raises(NotEnoughPoints):
        grant(world.office, "E1", 1, 1)
    lost(world)
    assert release(world.office, "E1", "burnt down", 1).released[1] == Kept(1, 200)
    found = row(world)
    assert (found.held, found.granted, found.released, found.turned_up) == (0, 100, 300, 0)
    assert grant(world.office, "E2", 1, 300).balance == 0
    world.carry_out("E2")
    for _ in range(3):
        mug(world.sites["E2"])
    world.carry_in("E2")
    assert (world.balance(1), kinds(world)) == (0, [])


def test_a_hold_of_today_stays(world):
    lost(world)
    authorise(world.office, "E1", ANA, 100)
    grant(world.office, "E1", 1, 50)
    found = release(world.office, "E1", "burnt down")
    assert (found.released, found.staying, row(world).held) == ((Kept(1, 50),), 1, 100)


# It comes back


def test_a_prize_on_a_released_hold_counts_and_is_an_incident_once(world):
    site, code = world.sites["E1"], authorise(world.office, "E1", ANA, 100).code
    authorised(site, code)
    prize = last(site)
    late = world.bundle("E1")
    lost(world)
    release(world.office, "E1", "burnt down")
    assert row(world).released == 100
    world.merge(late)
    assert (world.balance(1), kinds(world)) == (200, ["released-hold"])
    assert (row(world).released, row(world).turned_up) == (0, 100)
    write(site, prize)
    world.carry_in("E1")
    assert kinds(world) == ["released-hold", "not-authorised"], "digits buy one prize, also released ones"
    assert row(world).turned_up == 100


def test_the_excess_over_the_bound_is_what_was_released_and_no_more(two_stations):
    """No overdraft is allowed here: what is missing in the end is what was released, and every point of it told."""
    world = two_stations
    one, two = world.sites["E1"], world.sites["E2"]
    grant(world.office, "E1", 1, 200)
    world.carry_out("E1")
    mug(one)
    mug(one)
    prize = last(one)
    lost(world)
    release(world.office, "E1", "burnt down")
    grant(world.office, "E2", 1, 300)
    world.carry_out("E2")
    for _ in range(3):
        mug(two)
    world.carry_in("E2")
    world.carry_in("E1")
    assert kinds(world) == ["released-grant", "released-grant"]
    assert (world.balance(1), exposure(world.office).account, row(world).turned_up) == (-200, 0, 200)
    write(one, prize)
    world.carry_in("E1")
    assert kinds(world)[2:] == ["grant-needed"], "what was never granted is no released grant"
    assert row(world).turned_up == 200
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


def test_what_left_before_the_release_was_heard_of_uses_the_grant_first(world):
    """Half of a grant was used and heard of: only the other half is released, and at risk."""
    site = world.sites["E1"]
    grant(world.office, "E1", 1, 200)
    world.carry_out("E1")
    mug(site)
    world.carry_in("E1")
    mug(site)
    late = world.bundle("E1")
    lost(world)
    assert release(world.office, "E1", "burnt down").released == (Kept(1, 100),)
    world.merge(late)
    assert (world.balance(1), kinds(world), row(world).turned_up) == (100, ["released-grant"], 100)


def test_a_station_that_comes_back_knows_and_nothing_is_at_risk_any_more(world):
    site = world.sites["E1"]
    grant(world.office, "E1", 1, 200)
    world.carry_out("E1")
    lost(world)
    release(world.office, "E1", "burnt down")
    world.carry_out("E1")
    with pytest.raises(NotEnoughPoints):
        grant(world.office, "E1", 1, 301)
    site.sell(BRUNO, "B-1")
    assert row(world).released == 200
    world.carry_in("E1")
    assert (row(world).released, row(world).turned_up, kinds(world)) == (0, 0, [])
    grant(world.office, "E1", 1, 100)
    world.carry_out("E1")
    mug(site)
    world.carry_in("E1")
    assert (world.balance(1), kinds(world)) == (200, []), "a new grant is no released one"


@pytest.mark.parametrize(("granted", "turned_up"), [(100, [100]), (300, [100, 100])])
def test_what_a_station_spends_within_its_limits_is_no_released_grant(tmp_path, granted, turned_up):
    """Here a member may spend 200 points unconfirmed: beyond the grant before the release, and all of it after."""
    world = network(tmp_path)
    site = world.sites["E1"]
    site.sell(BRUNO, "B-0")
    world.carry_in("E1")
    grant(world.office, "E1", 1, granted)
    world.carry_out("E1")
    mug(site)
    mug(site)
    late = world.bundle("E1")
    lost(world)
    release(world.office, "E1", "burnt down")
    world.merge(late)
    world.carry_out("E1")
    mug(site)
    world.carry_in("E1")
    assert (kinds(world), row(world).turned_up) == (["released-grant"] * len(turned_up), sum(turned_up))


def test_a_revoked_station_cannot_come_back_and_nothing_is_at_risk(world):
    site = world.sites["E1"]
    grant(world.office, "E1", 1, 200)
    world.carry_out("E1")
    mug(site)
    late = world.bundle("E1")
    continuity.revoke(world.office, "E1", "stolen")
    release(world.office, "E1", "stolen")
    assert row(world).released == 0
    (answer,) = world.merge(late)
    assert isinstance(answer, NotMerged)
    assert world.balance(1) == 300
    assert kinds(world) == []
