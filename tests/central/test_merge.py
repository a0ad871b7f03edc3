"""Merging: repeats change nothing, order does not matter, and what must be refused is refused whole."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suite.central.merge import Merged, NotMerged
from suite.domain.calendar import EARLIEST, LATEST
from suite.domain.errors import TicketKept
from suite.domain.events.members import MemberEnrolled
from suite.domain.events.station import PinRefused
from suite.domain.ids import PrizeCode
from suite.journal.admission import run_to_bytes, seal_run
from suite.journal.codec import encode
from suite.journal.entry import START
from suite.journal.keys import Signer
from suite.runtime.secrets import random_bytes
from suite.station import courier
from suite.station.desk import CardRead
from suite.sync.bundle import FUTURE_MAX_MS, Core, close_bundle
from suite.sync.frames import RUN, Frame
from tests.factories import ANA, BRUNO, World, moment


def fresh(results):
    assert all(isinstance(r, Merged) for r in results), results
    return [(r.fresh, r.known) for r in results]


@pytest.fixture
def pair(world):
    return world.pair("E1"), world.pair("E2")


def test_what_stations_sold_is_at_central(world, pair):
    pair[0].sell(ANA, "A-1", amount=20_000)
    pair[1].sell(ANA, "A-1", amount=5_000)
    pair[1].sell(BRUNO, "A-2", amount=7_000)
    world.carry_in("E1", "E2")
    assert (world.balance(1), world.balance(2)) == (250, 70)


def test_merging_twice_changes_nothing(world, pair):
    pair[0].sell(ANA, "A-1")
    bundle = world.bundle("E1")
    assert fresh(world.merge(bundle)) == [(3, 0)]
    before = world.tables()
    assert fresh(world.merge(bundle, bundle)) == [(0, 3), (0, 3)]
    assert world.tables() == before


def test_a_longer_bundle_adds_only_what_is_new(world, pair):
    pair[0].sell(ANA, "A-1")
    first = world.bundle("E1")
    pair[0].sell(ANA, "A-2")
    second = world.bundle("E1")
    assert fresh(world.merge(second)) == [(5, 0)]
    assert fresh(world.merge(first)) == [(0, 3)]
    assert world.balance(1) == 200


def test_an_export_repeats_until_central_confirms(world, pair):
    pair[0].sell(ANA, "A-1")
    lost = courier.export(pair[0].node, world.clock)
    assert courier.export(pair[0].node, world.clock).first == lost.first == 1
    world.carry_in("E1")
    world.carry_out("E1")
    assert courier.export(pair[0].node, world.clock) is None
    pair[0].sell(ANA, "A-2")
    assert courier.export(pair[0].node, world.clock).first > lost.last


def test_balances_at_a_station_hold_the_others_sales_and_its_own_once(world, pair):
    pair[0].sell(ANA, "A-1", amount=20_000)
    pair[1].sell(ANA, "B-1", amount=5_000)
    world.carry_in("E1", "E2")
    pair[0].sell(ANA, "A-2", amount=1_000)
    assert pair[0].desk.member(ANA).balance == 210
    world.carry_out("E1")
    assert pair[0].desk.member(ANA).balance == 260
    world.carry_in("E1")
    world.carry_out("E1")
    assert pair[0].desk.member(ANA).balance == 260
    assert [m.reference for m in pair[0].desk.movements(ANA)] == ["A-2", "A-1", "B-1"]


def test_the_same_feed_twice_and_an_older_one_change_nothing(world, pair):
    pair[0].sell(ANA, "A-1")
    older = world.feed("E1")
    world.carry_in("E1")
    assert world.carry_out("E1")
    assert not world.carry_out("E1")
    assert not courier.take(pair[0].node, older, world.clock.now()).news
    assert pair[0].desk.member(ANA).balance == 100


def reseal(world, site, frames, **core):
    """A bundle with other frames, sealed to central as this station would."""
    invitation = site.node.membership.invitation
    values = {
        "v": 1,
        "net": invitation.network,
        "sender": site.node.store.log.hex(),
        "sender_name": invitation.station,
        "to": invitation.log,
        "to_name": "central",
        "created": world.clock.now(),
    }
    return close_bundle(
        Core(**{**values, **core}),
        frames,
        to_box=bytes.fromhex(site.node.trust.current().box),
        file_key=random_bytes(32),
    )


def run_frame(signer, log, bodies, before=START):
    return Frame(RUN, run_to_bytes(seal_run(signer, log, before, bodies)))


def refused(world, *bundles):
    before = world.tables()
    results = world.merge(*bundles)
    assert all(isinstance(r, NotMerged) for r in results), results
    assert world.tables() == before
    return [str(r.refusal) for r in results]


def genesis(site):
    return site.node.membership.genesis.encode()


def test_a_stranger_is_refused(world, pair, tmp_path_factory):
    other = World(tmp_path_factory.mktemp("other"), fresh=True)
    stranger = other.pair("E1")
    assert (
        "another network"
        in refused(world, reseal(world, stranger, [], to=pair[0].node.membership.invitation.log, net="elsewhere"))[0]
    )
    signer = Signer(bytes(range(32)))
    frame = run_frame(signer, bytes(16), [b'{"k":"mark.1","at":1,"feed":"","feed_count":0}'])
    assert "never approved" in refused(world, reseal(world, pair[0], [frame]))[0]
    assert "never approved" in refused(world, reseal(world, pair[0], []))[0]


def test_a_journal_sealed_by_another_key_is_refused(world, pair):
    frame = run_frame(Signer(bytes(32)), pair[0].node.store.log, [genesis(pair[0])])
    assert "not signed by its station" in refused(world, reseal(world, pair[0], [frame]))[0]


def test_a_station_may_not_write_what_only_central_writes(world, pair):
    forged = encode(MemberEnrolled(at=1, by="me", account=99, personal=""))
    frame = run_frame(pair[0].node.identity.current.signer, pair[0].node.store.log, [genesis(pair[0]), forged])
    assert "only central may write" in refused(world, reseal(world, pair[0], [frame]))[0]


@pytest.mark.parametrize("at", [-62_135_596_800_000, EARLIEST - 1, LATEST, 2**53 - 1])
def test_an_impossible_date_is_refused_and_the_others_are_taken(world, pair, at):
    body = encode(PinRefused(at=at, attendant="01", left=4))
    frame = run_frame(pair[0].node.identity.current.signer, pair[0].node.store.log, [genesis(pair[0]), body])
    pair[1].sell(ANA, "B-1")
    results = world.merge(reseal(world, pair[0], [frame]), world.bundle("E2"))
    assert [type(r) for r in results] == [NotMerged, Merged]
    assert "impossible date" in str(results[0].refusal)


def test_a_newer_kind_waits_for_the_upgrade(world, pair):
    frame = run_frame(
        pair[0].node.identity.current.signer, pair[0].node.store.log, [genesis(pair[0]), b'{"k":"Later.1","at":1}']
    )
    assert "newer Canje" in refused(world, reseal(world, pair[0], [frame]))[0]


def test_a_journal_that_begins_otherwise_is_refused(world, pair):
    frame = run_frame(pair[0].node.identity.current.signer, pair[0].node.store.log, [genesis(pair[1])])
    assert "does not begin" in refused(world, reseal(world, pair[0], [frame]))[0]


def test_a_gap_is_named(world, pair):
    pair[0].sell(ANA, "A-1")
    bodies = [e.body for e in pair[0].node.store.entries()]
    from suite.journal.chain import link

    first = link(START, bodies[0])
    frame = run_frame(pair[0].node.identity.current.signer, pair[0].node.store.log, bodies[1:], first.tip)
    assert "Entries 1 to 1 are missing" in refused(world, reseal(world, pair[0], [frame]))[0]


def test_a_bundle_for_a_station_is_refused_by_central_and_by_another_station(world, pair):
    assert "is for E1" in refused(world, world.feed("E1"))[0]
    from suite.runtime.errors import BundleRefused

    with pytest.raises(BundleRefused, match="is for E1"):
        courier.take(pair[1].node, world.feed("E1"), world.clock.now())


def test_a_bundle_from_the_future_waits_for_a_person(world, pair):
    pair[0].sell(ANA, "A-1")
    bundle = world.bundle("E1")
    world.clock.moment -= FUTURE_MAX_MS + 1
    assert "later than this PC's clock" in refused(world, bundle)[0]
    from suite.central.merge import merge

    assert isinstance(merge(world.office, [("x", bundle)], despite_clock=True).results[0], Merged)


def test_one_bad_bundle_does_not_hold_up_the_others(world, pair):
    pair[0].sell(ANA, "A-1")
    pair[1].sell(ANA, "B-1")
    good, bad = world.bundle("E1"), bytearray(world.bundle("E2"))
    bad[-1] ^= 1
    results = world.merge(bytes(bad), good)
    assert [type(r) for r in results] == [NotMerged, Merged]
    assert world.balance(1) == 100


def test_a_run_refused_in_the_middle_takes_nothing_of_its_bundle(world, pair):
    pair[0].sell(ANA, "A-1")
    bodies = [e.body for e in pair[0].node.store.entries()]
    signer, log = pair[0].node.identity.current.signer, pair[0].node.store.log
    good, bad = run_frame(signer, log, bodies), run_frame(signer, log, [b"{}"], START)
    refused(world, reseal(world, pair[0], [good, bad]))


def test_a_station_restored_from_a_copy_is_told_and_sells_no_more(world, pair):
    import shutil

    from suite.runtime.errors import BundleRefused

    site = pair[0]
    site.node.store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy = world.folder / "copy"
    shutil.copytree(site.home.folder, copy)
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    from suite.runtime.paths import Home

    restored = courier.open_station(Home(copy))
    with pytest.raises(BundleRefused, match="restored or copied"):
        courier.take(restored, world.feed("E1"), world.clock.now())
    restored.store.close()


def test_tables_rebuilt_from_the_journals_are_the_live_ones(world, pair):
    world.stock_up("E1")
    pair[0].sell(ANA, "A-1", amount=90_000, at=moment("2026-09-30T23:00"))
    with pytest.raises(TicketKept):
        pair[0].sell("999999", "A-7")
    pair[0].desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    pair[0].desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("BIKE"), "scheduled")
    world.carry_in("E1")
    pair[1].sell(BRUNO, "B-1")
    world.carry_in("E2")
    live = world.tables()
    assert all(live[name] for name in ("movement", "account_month", "accrual", "prize_order", "incident", "stock"))
    with world.office.store.transaction():
        world.office.store.verify()
        world.office.store.rebuild()
    assert world.tables() == live


STEPS = ["sell E1", "sell E2", "carry E1", "carry E2", "tell E1", "tell E2", "lose E1", "lose E2", "again"]


class Courier:
    """Walks between two stations and central with sticks, some of them lost and found again."""

    def __init__(self, folder):
        self.world = World(folder)
        self.sites = {code: self.world.pair(code) for code in ("E1", "E2")}
        self.sold, self.sticks = 0, []

    def walk(self, step, number):
        action, _, code = step.partition(" ")
        if action == "sell":
            self.sites[code].sell(ANA, f"T-{number}")
            self.sold += 100
        elif action == "tell":
            self.world.carry_out(code)
        elif action == "again":
            self.world.merge(*reversed(self.sticks))
        elif exported := courier.export(self.sites[code].node, self.world.clock):
            self.sticks.append(exported.content)
            self.world.merge(*([exported.content] if action == "carry" else []))

    def finish(self):
        """One calm round: everything arrives."""
        for code in self.sites:
            self.walk(f"carry {code}", 0)
        for code in self.sites:
            self.walk(f"tell {code}", 0)

    def close(self):
        for site in self.sites.values():
            site.node.store.close()
        self.world.office.store.close()


@settings(max_examples=15)
@given(st.lists(st.sampled_from(STEPS), max_size=14))
def test_whatever_the_order_of_sticks_balances_agree_in_the_end(tmp_path_factory, steps):
    courier_ = Courier(tmp_path_factory.mktemp("walk"))
    for number, step in enumerate(steps):
        courier_.walk(step, number)
    courier_.finish()
    balances = [site.desk.member(ANA).balance for site in courier_.sites.values()]
    assert [courier_.world.balance(1), *balances] == [courier_.sold] * 3
    assert [site.node.store.pending() for site in courier_.sites.values()] == [0, 0]
    with courier_.world.office.store.transaction():
        courier_.world.office.store.verify()
    courier_.close()


def test_a_feed_edited_on_the_way_is_refused_and_changes_nothing(world, pair):
    feed = bytearray(world.feed("E1"))
    before = pair[0].node.store.feed_state()
    from suite.runtime.errors import BundleRefused

    for place in range(0, len(feed), 97):
        feed[place] ^= 4
        with pytest.raises(BundleRefused):
            courier.take(pair[0].node, bytes(feed), world.clock.now())
        feed[place] ^= 4
    assert pair[0].node.store.feed_state() == before
    assert msgspec.json.encode(before)
