"""Spending with no link as central sees it: decided again, bounded, held, granted (PRZ-6)."""

import msgspec
import pytest

from suite.central.jobs.month_close import close_month
from suite.central.spending import authorise, exposure, grant
from suite.domain import errors
from suite.domain.calendar import month_named
from suite.domain.ids import CardNumber, PrizeCode
from suite.domain.spending import DAY_MS, HOUR_MS, Authorisation, FeedSeen
from suite.runtime.config import read_programme
from suite.station.desk import CardRead
from suite.station.imports import import_vouchers
from tests.factories import ANA, BRUNO, TOML, World
from tests.station.test_spending_at_the_desk import OFFLINE, exchange, last, mug, network, opening

STRICT = "\n[offline]\ngrants_required = true\n"


@pytest.fixture
def world(tmp_path):
    world = network(tmp_path)
    world.pair("E2")
    world.stock_up("E2")
    return world


def kinds(world):
    with world.office.store.transaction():
        return [incident.kind for incident in world.office.store.shelf.open_incidents()]


def authorised(site, code, card=ANA):
    return site.desk.redeem(CardRead(card, "swipe"), "01", PrizeCode("MUG"), "immediate", code)


def lie(site, **changes):
    """Append the last prize once more, with changes: what a dishonest PC could write."""
    with site.node.store.writing():
        site.node.store.append(msgspec.structs.replace(last(site), **changes))


# Decided again


def test_what_an_honest_desk_hands_out_is_no_incident(world):
    for _ in range(3):
        for site in world.sites.values():
            site.sell(ANA, f"T-{site.node.store.tip().seq}")
            mug(site)
            mug(site, BRUNO)
            world.clock.moment += 12 * HOUR_MS
        world.carry_in("E1")
        world.carry_in("E2")
        mug(world.sites["E1"])
        world.carry_out("E1")
        mug(world.sites["E1"])
        world.carry_out("E2")
        exchange(world)
    assert kinds(world) == []


def test_a_dishonest_desk_beyond_the_cap_is_an_incident_and_counts_all_the_same(world):
    site = world.sites["E1"]
    mug(site)
    mug(site)
    lie(site)
    world.carry_in("E1")
    assert kinds(world) == ["offline-account-limit"]
    assert world.balance(1) == 10_000 - 300
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        pytest.param({"feed": None}, "offline-no-basis", id="no feed named"),
        pytest.param({"feed": FeedSeen(10**6, 0)}, "offline-no-such-feed", id="a feed of the future"),
        pytest.param({"feed": FeedSeen(0, 0)}, "offline-no-such-feed", id="a feed before the last mark's"),
        pytest.param({"authorisation": Authorisation("2026-10-15", 1)}, "not-authorised", id="digits nobody read out"),
        pytest.param({"points": 10**7}, "not-enough-points", id="more than the balance"),
        pytest.param({"points": 301}, "offline-account-limit", id="more than the cap"),
    ],
)
def test_what_a_dishonest_station_may_write(world, changes, kind):
    site = world.sites["E1"]
    exchange(world)
    mug(site)
    if isinstance(changes.get("feed"), FeedSeen):
        changes = {"feed": FeedSeen(changes["feed"].count, world.clock.moment)}
    lie(site, **changes)
    world.carry_in("E1")
    assert kinds(world) == [kind]


def test_a_feed_cannot_be_made_younger_than_it_was(world):
    site, start = world.sites["E1"], world.clock.moment
    world.carry_out("E1")
    world.clock.moment = start + 2 * DAY_MS
    exchange_of_e2(world)
    mug(site)
    lie(site, feed=FeedSeen(site.node.store.feed_state().count, start + 3 * DAY_MS + HOUR_MS))
    world.carry_in("E1")
    assert kinds(world) == ["offline-no-such-feed"]


def exchange_of_e2(world):
    world.sites["E2"].sell(BRUNO, "B-1")
    world.carry_in("E2")


def test_an_old_feed_and_a_clock_set_back_are_seen_through(world):
    site, start = world.sites["E1"], world.clock.moment
    world.clock.moment = start + 4 * DAY_MS
    site.sell(BRUNO, "B-1")
    world.clock.moment = start
    state = site.node.store.feed_state()
    mug_event = {"at": start, "card": ANA, "account": 1, "prize": "MUG", "points": 100}
    from suite.domain.events.station import PrizeRedeemed

    with site.node.store.writing():
        site.node.store.append(PrizeRedeemed(**mug_event, feed=FeedSeen(state.count, state.at)))
    world.clock.moment = start + 4 * DAY_MS
    world.carry_in("E1")
    assert kinds(world) == ["offline-data-old"]


def test_a_voucher_beyond_the_limits_is_an_incident_once(world, tmp_path):
    site = world.sites["E1"]
    rows = "".join(f"2026-10-15T09:00,V-{n},{ANA},MUG\n" for n in range(1, 4))
    (tmp_path / "paper.csv").write_text(f"moment,document,card,prize\n{rows}")
    import_vouchers(site.desk, tmp_path / "paper.csv")
    bundle = world.bundle("E1")
    world.merge(bundle, bundle)
    world.merge(bundle)
    assert kinds(world) == ["offline-account-limit"]


def test_limits_hold_for_a_station_from_the_feed_that_brought_them(tmp_path):
    world = network(tmp_path, "")
    site = world.sites["E1"]
    exchange(world)
    for _ in range(4):
        mug(site)
    world.office.publish(lambda version: read_programme(TOML + OFFLINE, name="p", version=version))
    mug(site)
    exchange(world)
    assert kinds(world) == []
    mug(site)
    mug(site)
    with pytest.raises(errors.OfflineAccountLimit):
        mug(site)


# What it can cost


def test_without_limits_there_is_no_bound(tmp_path):
    found = exposure(network(tmp_path, "").office)
    assert (found.cap, found.account, found.network) == (None, None, None)
    assert [row.risk for row in found.stations] == [None]


def test_the_bounds_in_points_and_money(world):
    found = exposure(world.office)
    assert (found.cap, found.parties, found.account, found.network) == (200, 2, 200, 600)
    assert (found.account_value, found.network_value) == (750, 2250)
    mug(world.sites["E1"])
    world.carry_in("E1")
    one, two = exposure(world.office).stations
    assert (one.unconfirmed, two.unconfirmed) == (100, 0)
    world.carry_out("E1")
    world.sites["E1"].sell(BRUNO, "B-1")
    world.carry_in("E1")
    assert exposure(world.office).stations[0].unconfirmed == 0, "it said that it knows"
    authorise(world.office, "E1", ANA, 100)
    assert (exposure(world.office).parties, exposure(world.office).account) == (3, 400)


def test_the_worst_day_of_two_stations_stays_within_the_bound(tmp_path):
    world = World(tmp_path, toml=TOML + OFFLINE)
    opening(world, 200)
    for code in ("E1", "E2"):
        world.pair(code)
        world.stock_up(code)
    for site in world.sites.values():
        mug(site)
        mug(site)
    world.carry_in("E1", "E2")
    assert world.balance(1) == -200
    found = exposure(world.office)
    assert (found.account, found.debts, found.debts_value) == (200, 200, 750)
    assert kinds(world) == []


# By telephone


def test_an_authorisation_buys_one_prize_beyond_the_limits(world):
    site = world.sites["E1"]
    mug(site)
    mug(site)
    with pytest.raises(errors.OfflineAccountLimit):
        mug(site)
    found = authorise(world.office, "E1", ANA, 100)
    assert found.balance == 9_900, "central knows nothing yet of what left here today"
    with pytest.raises(errors.WrongAuthorisation):
        authorised(site, "00000000")
    assert authorised(site, f"{found.code[:4]} {found.code[4:]}").balance == 9_700
    with pytest.raises(errors.AuthorisationUsed):
        authorised(site, found.code)
    world.carry_in("E1")
    assert kinds(world) == []
    assert world.balance(1) == 9_700


def test_an_authorisation_uses_neither_the_members_nor_the_stations_limit(world):
    site = world.sites["E1"]
    authorised(site, authorise(world.office, "E1", ANA, 100).code)
    mug(site)
    mug(site)
    mug(site, BRUNO)
    with pytest.raises(errors.OfflineAccountLimit):
        mug(site)
    world.carry_in("E1")
    assert kinds(world) == []


def test_an_authorisation_is_for_one_station_card_price_and_day(world):
    one, two = world.sites["E1"], world.sites["E2"]
    code = authorise(world.office, "E1", ANA, 100).code
    other = authorise(world.office, "E1", ANA, 500).code
    for site, digits, card in ((two, code, ANA), (one, code, BRUNO), (one, other, ANA), (one, "", BRUNO)):
        if digits:
            with pytest.raises(errors.WrongAuthorisation):
                authorised(site, digits, card)
    world.clock.moment += DAY_MS
    with pytest.raises(errors.WrongAuthorisation):
        authorised(one, code)


def test_setting_the_clock_back_does_not_revive_yesterdays_digits(world):
    site, code = world.sites["E1"], authorise(world.office, "E1", ANA, 100).code
    world.clock.moment += DAY_MS
    site.sell(BRUNO, "B-1")
    world.clock.moment -= DAY_MS
    with pytest.raises(errors.WrongAuthorisation):
        authorised(site, code)


def test_equal_authorisations_of_a_day_have_digits_of_their_own(world):
    codes = [authorise(world.office, "E1", ANA, 100).code for _ in range(9)]
    assert len(set(codes)) == 9
    with pytest.raises(errors.TooManyAuthorisations):
        authorise(world.office, "E1", ANA, 100)
    site = world.sites["E1"]
    for code in codes[:3]:
        authorised(site, code)


def test_a_hold_lowers_what_every_station_is_told_and_is_taken_once(world):
    one, two = world.sites["E1"], world.sites["E2"]
    code = authorise(world.office, "E1", ANA, 100).code
    assert authorise(world.office, "E1", BRUNO, 100).balance == 9_900
    for station in ("E1", "E2"):
        world.carry_out(station)
    assert (one.desk.member(ANA).balance, two.desk.member(ANA).balance) == (9_900, 9_900)
    assert authorised(one, code).balance == 9_900, "the hold was for this prize"
    world.carry_in("E1")
    assert world.balance(1) == 9_900
    exchange(world)
    world.carry_out("E2")
    assert (one.desk.member(ANA).balance, two.desk.member(ANA).balance) == (9_900, 9_900)
    assert exposure(world.office).stations[0].held == 100, "Bruno's is still open"


def test_points_cannot_be_authorised_twice(world):
    authorise(world.office, "E1", ANA, 9_950)
    with pytest.raises(errors.NotEnoughPoints):
        authorise(world.office, "E2", ANA, 51)
    authorise(world.office, "E2", ANA, 50)


def test_a_hold_ends_only_when_the_station_cannot_have_used_it(world):
    site, code = world.sites["E1"], authorise(world.office, "E1", ANA, 100).code
    authorised(site, code)
    used = world.bundle("E1")
    world.clock.moment += 3 * DAY_MS
    exchange_of_e2(world)
    assert exposure(world.office).stations[0].held == 100, "E1 was not heard of since"
    world.merge(used)
    assert exposure(world.office).stations[0].held == 0
    assert world.balance(1) == 9_900
    authorise(world.office, "E2", ANA, 100)
    world.clock.moment += DAY_MS
    world.sites["E2"].sell(BRUNO, "B-2")
    world.carry_in("E2")
    assert exposure(world.office).stations[1].held == 0, "its journal went on without the prize"
    world.carry_out("E2")
    assert world.sites["E2"].desk.member(ANA).balance == 9_900
    assert kinds(world) == []


@pytest.mark.parametrize(
    ("station", "card", "refusal"),
    [
        ("E9", ANA, errors.NotThere),
        ("E1", CardNumber("999999"), errors.UnknownCard),
    ],
)
def test_who_cannot_be_authorised(world, station, card, refusal):
    with pytest.raises(refusal):
        authorise(world.office, station, card, 100)


# Grants


def test_a_network_of_grants_is_never_overdrawn(tmp_path):
    world = World(tmp_path, toml=TOML + STRICT)
    opening(world, 300)
    for code in ("E1", "E2"):
        world.pair(code)
        world.stock_up(code)
    one, two = world.sites["E1"], world.sites["E2"]
    with pytest.raises(errors.GrantNeeded):
        mug(one)
    assert grant(world.office, "E1", 1, 200).balance == 100
    with pytest.raises(errors.NotEnoughPoints):
        grant(world.office, "E2", 1, 101)
    grant(world.office, "E2", 1, 100)
    world.carry_out("E1")
    world.carry_out("E2")
    assert (one.desk.member(ANA).balance, two.desk.member(ANA).balance) == (200, 100)
    mug(one)
    mug(one)
    mug(two)
    for site in (one, two):
        with pytest.raises(errors.Refusal):
            mug(site)
    exchange(world)
    with pytest.raises(errors.NotEnoughPoints):
        mug(one)
    world.carry_in("E2")
    assert (world.balance(1), kinds(world)) == (0, [])
    assert exposure(world.office).account == 0


def test_a_grant_knows_no_age_and_charges_nobodys_budget(world):
    grant(world.office, "E1", 1, 300)
    exchange_of_e2(world)
    world.carry_out("E1")
    site = world.sites["E1"]
    world.clock.moment += 30 * DAY_MS
    for _ in range(3):
        mug(site)
    with pytest.raises(errors.OfflineDataOld):
        mug(site)
    world.carry_in("E1")
    assert kinds(world) == []
    world.carry_out("E1")
    assert exposure(world.office).stations[0].granted == 0
    mug(site)
    mug(site)
    with pytest.raises(errors.OfflineAccountLimit):
        mug(site)


def test_a_dishonest_desk_beyond_its_grant_is_an_incident(tmp_path):
    world = World(tmp_path, toml=TOML + STRICT)
    opening(world)
    site = world.pair("E1")
    world.stock_up("E1")
    grant(world.office, "E1", 1, 100)
    world.carry_out("E1")
    mug(site)
    lie(site)
    world.carry_in("E1")
    assert kinds(world) == ["grant-needed"]


def test_what_is_granted_survives_a_rebuild_and_a_close(world):
    grant(world.office, "E1", 1, 300)
    authorise(world.office, "E2", ANA, 100)
    world.carry_out("E1")
    mug(world.sites["E1"])
    world.carry_in("E1")
    world.clock.moment += 30 * DAY_MS
    close_month(world.office, month_named("2026-10"))
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before
    assert exposure(world.office).stations[0].granted == 200
