"""A desk with no link: what it hands out on its own word, and what it asks central for (PRZ-6)."""

import msgspec
import pytest

from suite.central.adjustments import load_opening
from suite.domain.calendar import month_named
from suite.domain.errors import (
    NotEnoughPoints,
    OfflineAccountLimit,
    OfflineCountLimit,
    OfflineDataInexact,
    OfflineDataOld,
    OfflineStationLimit,
)
from suite.domain.events.central import OpeningLot
from suite.domain.events.station import PrizeRedeemed, PrizeRequested
from suite.domain.ids import PrizeCode
from suite.domain.spending import DAY_MS, HOUR_MS, FeedSeen
from suite.station.desk import Attendant, CardRead
from suite.station.imports import import_vouchers
from suite.station.returns import bring_prize_back
from tests.factories import ANA, BRUNO, TOML, World

OFFLINE = """
[offline]
steps = [{hours = 24, points = 200}, {hours = 72, points = 100}]
risk = 300
redemptions = 2
"""
EVA = Attendant("01", "Eva", True)


def opening(world, points=10_000):
    with world.office.store.transaction():
        load_opening(world.office, [OpeningLot(account, month_named("2026-10"), points) for account in (1, 2)])


def network(folder, offline=OFFLINE):
    world = World(folder, toml=TOML + offline)
    opening(world)
    world.pair("E1")
    world.stock_up("E1", quantity=50)
    return world


@pytest.fixture
def site(tmp_path):
    return network(tmp_path).sites["E1"]


def mug(site, card=ANA, delivery="immediate", prize="MUG"):
    return site.desk.redeem(CardRead(card, "swipe"), "01", PrizeCode(prize), delivery)


def last(site):
    return site.node.store.event_at(site.node.store.tip().seq)


def exchange(world):
    world.carry_in("E1")
    world.carry_out("E1")


def test_without_the_table_nothing_is_limited_and_nothing_more_is_recorded(tmp_path):
    site = network(tmp_path, "").sites["E1"]
    for _ in range(9):
        mug(site)
    assert last(site).feed is None


def test_a_redemption_records_the_feed_it_was_decided_upon(site):
    mug(site)
    state = site.node.store.feed_state()
    assert last(site).feed == FeedSeen(state.count, state.at)


def test_a_member_spends_up_to_the_cap_and_no_further(site):
    mug(site)
    mug(site)
    before = site.node.store.tip()
    with pytest.raises(OfflineAccountLimit):
        mug(site)
    assert site.node.store.tip() == before


def test_an_order_counts_like_a_hand_over(site):
    mug(site)
    with pytest.raises(OfflineAccountLimit):
        mug(site, prize="BIKE", delivery="scheduled")


def test_the_budget_of_the_station_is_everybodys(site):
    mug(site)
    mug(site)
    mug(site, BRUNO)
    with pytest.raises(OfflineStationLimit):
        mug(site, BRUNO)


def test_so_many_prizes_and_no_more(tmp_path):
    site = network(tmp_path, OFFLINE.replace("200", "9999").replace("300", "9999")).sites["E1"]
    mug(site)
    mug(site)
    with pytest.raises(OfflineCountLimit):
        mug(site)
    mug(site, BRUNO)


def test_only_an_acknowledgement_makes_room_again(tmp_path):
    world = network(tmp_path)
    site = world.sites["E1"]
    mug(site)
    mug(site)
    bundle = world.bundle("E1")
    with pytest.raises(OfflineAccountLimit):
        mug(site)
    world.carry_out("E1")
    with pytest.raises(OfflineAccountLimit):
        mug(site)
    world.merge(bundle)
    world.carry_out("E1")
    mug(site)


def test_a_prize_that_came_back_makes_room(site):
    mug(site)
    mug(site)
    bring_prize_back(site.desk, site.node.store.tip().seq, EVA)
    mug(site)
    with pytest.raises(OfflineAccountLimit):
        mug(site)


def test_old_data_allows_less_and_then_nothing(tmp_path):
    world = network(tmp_path)
    site, start = world.sites["E1"], world.sites["E1"].node.store.feed_state().at
    mug(site)
    world.clock.moment = start + 24 * HOUR_MS + 1
    with pytest.raises(OfflineAccountLimit):
        mug(site)
    mug(site, BRUNO)
    world.clock.moment = start + 72 * HOUR_MS + 1
    with pytest.raises(OfflineDataOld):
        mug(site, BRUNO)
    exchange(world)
    mug(site, BRUNO)


def test_a_clock_set_back_makes_no_feed_younger(tmp_path):
    world = network(tmp_path)
    site, start = world.sites["E1"], world.clock.moment
    world.clock.moment = start + 4 * DAY_MS
    site.sell(BRUNO, "B-1")
    world.clock.moment = start
    with pytest.raises(OfflineDataOld):
        mug(site)
    exchange(world)
    mug(site)


def test_a_clock_that_once_ran_ahead_is_forgotten_with_the_next_exchange(tmp_path):
    world = network(tmp_path)
    site, start = world.sites["E1"], world.clock.moment
    site.sell(BRUNO, "B-1", at=start + 4000 * DAY_MS)
    with pytest.raises(OfflineDataOld):
        mug(site)
    exchange(world)
    mug(site)


def test_data_that_may_not_fit_this_journal_allows_nothing(site):
    """What an import refuses today, should it ever get in: the balance and these entries would not add up."""
    store = site.node.store
    assert store.is_exact()
    store._db.execute("UPDATE feed_header SET ack_head = x'00'")
    assert not store.is_exact()
    with pytest.raises(OfflineDataInexact):
        mug(site)


def test_a_balance_too_small_is_said_as_ever(site):
    store = site.node.store
    store._db.execute("UPDATE feed_account SET balance = 99")
    with pytest.raises(NotEnoughPoints):
        mug(site)


def test_a_voucher_is_a_fact_and_is_recorded_beyond_the_limits(tmp_path):
    world = network(tmp_path)
    site = world.sites["E1"]
    paper = tmp_path / "vouchers.csv"
    rows = "".join(f"2026-10-15T09:00,V-{n},{ANA},MUG\n" for n in range(1, 4))
    paper.write_text(f"moment,document,card,prize\n{rows}")
    imported = import_vouchers(site.desk, paper)
    assert (imported.taken, imported.beyond, imported.set_aside) == (3, 1, ())
    assert last(site).beyond == OfflineAccountLimit.code
    assert import_vouchers(site.desk, paper).known == 3
    assert site.desk.member(ANA).balance == 9_700


@pytest.mark.parametrize("kind", [PrizeRedeemed, PrizeRequested])
def test_a_prize_without_a_basis_is_written_as_ever(kind):
    event = kind(at=1, card=ANA, account=1, prize="MUG", points=100)
    assert not {"feed", "authorisation", "beyond"} & msgspec.json.decode(msgspec.json.encode(event)).keys()
