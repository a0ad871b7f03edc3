"""Scenarios that peers' tests and documents state, by the id of docs/peers.md: those that need central and stations."""

import pytest

from suite.central.jobs.month_close import close_month, due_months
from suite.central.people import merge_members, unmerge_member
from suite.central.recheck import recheck
from suite.domain.calendar import month_named
from suite.domain.errors import DocumentAlreadyClaimed, TicketNotHere
from suite.domain.events.station import SaleRecorded
from suite.domain.ids import AccountId, AttendantNumber, DocumentNumber, PrizeCode
from suite.domain.lots import expires_with
from suite.station.desk import Attendant, CardRead
from suite.station.returns import bring_prize_back, reverse_sale
from tests.factories import ANA, BRUNO, World, line, moment

EVA = Attendant(AttendantNumber("01"), "Eva", manager=True)


@pytest.fixture
def site(world):
    """A station of a network whose points live twelve months, with mugs for 100 points on its shelf."""
    found = world.pair("E1")
    world.stock_up("E1")
    return found


def hand_over(site, card=ANA):
    return site.desk.redeem(CardRead(card, "swipe"), EVA.number, PrizeCode("MUG"), "immediate")


def close_through(world, last):
    """Close what is due, up to a month by its name. Returns the points that each close took."""
    month = month_named(last)
    return {
        closed.month: closed.points
        for closed in (close_month(world.office, m) for m in due_months(world.office, month))
    }


def expired(world):
    with world.office.store.transaction():
        return sum(totals.expired for _, totals in world.office.store.ledger.month_totals())


def test_b25_a_prize_on_a_stick_that_comes_after_the_close_brings_the_expired_points_back(world, site):
    site.sell(ANA, "A-1", at=moment("2025-10-15T10:00"))
    world.clock.moment = moment("2026-10-20T10:00")
    world.carry_in("E1")
    hand_over(site)
    late = world.bundle("E1")
    world.clock.moment = moment("2026-11-02T10:00")
    close_through(world, "2026-10")
    assert (world.balance(1), expired(world)) == (0, 100)

    world.merge(late)

    assert (world.balance(1), expired(world)) == (0, 0)


def test_b28_points_of_a_prize_brought_back_expire_with_the_lot_they_came_from(world, site):
    site.sell(ANA, "A-1")
    world.clock.moment = moment("2026-12-10T10:00")
    hand_over(site)
    world.clock.moment = moment("2027-01-10T10:00")
    bring_prize_back(site.desk, site.node.store.tip().seq, EVA)
    world.clock.moment = moment("2027-11-02T10:00")
    world.carry_in("E1")

    taken = close_through(world, "2027-10")

    assert {month: points for month, points in taken.items() if points} == {month_named("2027-10"): 100}
    assert world.balance(1) == 0


def test_c12_points_that_a_station_claims_and_the_rules_do_not_give_are_found(world, site):
    site.sell(ANA, "A-1")
    with site.node.store.writing():
        honest = site.node.store.event_at(site.node.store.tip().seq)
        assert isinstance(honest, SaleRecorded)
        claim = {name: getattr(honest, name) for name in SaleRecorded.__struct_fields__}
        rows = tuple(type(row)(row.product, row.quantity, row.amount, 900, row.rule) for row in honest.lines)
        site.node.store.append(SaleRecorded(**{**claim, "document": "A-2", "lines": rows, "points": 900}))
    world.carry_in("E1")

    found = recheck(world.office)

    assert found.checked == 2
    assert [(row.document, row.claimed, row.derived) for row in found.disputed] == [("A-2", 900, 100)]


def test_d20_a_ticket_that_was_never_credited_cannot_be_taken_back(site):
    before = site.node.store.tip()
    with pytest.raises(TicketNotHere):
        reverse_sale(site.desk, DocumentNumber("NOPE"), EVA)
    assert site.node.store.tip() == before


def test_d17_the_prize_of_a_day_stays_paid_once_when_that_days_ticket_comes_back(world, site):
    site.sell(ANA, "A-1", amount=20_000)
    hand_over(site)
    receipt = reverse_sale(site.desk, DocumentNumber("A-1"), EVA)
    world.carry_in("E1")
    assert (receipt.points, world.balance(1)) == (200, -100)


def test_e03_a_prize_neither_adds_to_what_counts_for_a_tier_nor_takes_from_it(world, site):
    site.sell(ANA, "A-1", amount=1_000_000)
    hand_over(site)
    site.sell(ANA, "A-2", amount=1_000_000)
    world.carry_in("E1")
    with world.office.store.transaction():
        assert list(world.office.store.ledger.qualifying(month_named("2026-10"), 12)) == [(1, 20_000)]


def test_e08_the_tier_of_a_close_is_decided_before_its_points_expire(tmp_path):
    tiers = "".join(f'[[tiers]]\ncode = "l{n}"\nname = "{n}"\npoints = {n}\n' for n in (0, 10, 30, 100))
    toml = (
        World.__dataclass_fields__["toml"].default.replace("expire_after_months = 12", "expire_after_months = 1")
        + tiers
    )
    world = World(tmp_path, toml=toml)
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=3_000, at=moment("2026-09-15T10:00"))
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T10:00")

    taken = close_through(world, "2026-10")

    assert taken[expires_with(month_named("2026-09"), 1)] == 30
    with world.office.store.transaction():
        assert world.office.store.members.tiers()[AccountId(1)] == "l30"
    world.office.store.close()
    site.node.store.close()


def test_g02_a_ticket_earns_once_at_its_station_and_the_same_number_elsewhere_is_another(world, site):
    other = world.pair("E2")
    site.sell(ANA, "A-1")
    other.sell(ANA, "A-1")
    with pytest.raises(DocumentAlreadyClaimed):
        site.sell(ANA, "A-1")
    world.carry_in("E1", "E2")
    assert world.balance(1) == 200


def test_g03_a_ticket_that_is_sent_again_earns_once(world, site):
    site.sell(ANA, "A-1")
    first = world.bundle("E1")
    site.sell(ANA, "A-2")
    world.merge(first)
    world.merge(first, world.bundle("E1"))
    assert world.balance(1) == 200


def test_g04_and_g06_two_members_are_one_and_two_again(world, site):
    site.sell(ANA, "A-1", amount=10_000)
    site.sell(BRUNO, "B-1", amount=20_000)
    world.carry_in("E1")
    before = [(c.card, c.account) for c in cards(world)]

    merge_members(world.office, AccountId(2), AccountId(1), "the same person")
    world.carry_out("E1")
    together = [site.desk.member(card).balance for card in (ANA, BRUNO)]
    unmerge_member(world.office, AccountId(2), "two persons after all")
    world.carry_out("E1")

    assert together == [300, 300]
    assert [site.desk.member(card).balance for card in (ANA, BRUNO)] == [100, 200]
    assert [(c.card, c.account) for c in cards(world)] == before


def cards(world):
    with world.office.store.transaction():
        return world.office.store.members.cards()


def test_h03_a_station_that_missed_every_feed_but_the_last_knows_all(world, site):
    other = world.pair("E2")
    for number in ("A-1", "A-2", "A-3"):
        site.sell(ANA, number)
        world.carry_in("E1")
        world.feed("E2")
    world.carry_out("E2")
    assert other.desk.member(ANA).balance == 300


def test_h09_with_no_link_a_balance_is_told_with_the_day_it_is_of(world, site):
    told = world.clock.moment
    world.clock.moment = moment("2026-10-20T10:00")
    site.sell(ANA, "A-1")
    known = site.desk.member(ANA)
    assert (known.balance, known.as_of, site.desk.link().days) == (100, told, 5)


def test_a_ticket_of_pieces_and_fuel_is_credited_as_the_till_states_it(site):
    """MercadoPago's sample multiplies 11.2 by 62.24 and states 500: an amount is taken as stated, never computed."""
    read, number = CardRead(ANA, "swipe"), DocumentNumber("A-1")
    receipt = site.desk.sell(read, EVA.number, number, (line(quantity=11_200, amount=50_000),))
    assert receipt.points == 500
