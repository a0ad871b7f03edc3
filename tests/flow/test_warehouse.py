"""A prize that was ordered at a station, on its way through a warehouse to its member (PRZ-3, SYN-2)."""

import shutil
import threading
import time

import pytest

from suite.central import people
from suite.central.adjustments import cancel_order
from suite.central.documents import issue_slip
from suite.central.merge import Merged
from suite.central.office import open_office
from suite.domain.errors import NotThere, OrderAlreadyDelivered, OrderAlreadyServed, OrderNotDispatched
from suite.domain.events.warehouse import PrizeReturned
from suite.domain.ids import AccountId, StationCode
from suite.domain.personal import Receipt
from suite.node import rounds
from suite.node.exchange import Ways, save_ways
from suite.runtime.files import write_whole
from suite.runtime.paths import Home
from suite.station.desk import CardRead
from suite.sync.link import Link
from suite.warehouse import depot
from tests.factories import ANA, BRUNO, World
from tests.flow.test_erasure import pages_of
from tests.link.doors import door_of, exchange_with

BIKE = 50_000


@pytest.fixture
def world(tmp_path):
    """Ana and Bruno ordered a bicycle each; only Ana's was given to the warehouse."""
    world = World(tmp_path)
    site = world.pair("E1")
    world.pair_warehouse("W1")
    for card in (ANA, BRUNO):
        site.sell(card, f"A-{card}", amount=BIKE)
        site.desk.redeem(CardRead(card, "swipe"), "01", "BIKE", "scheduled")
    world.carry_in("E1")
    return world


def orders(world):
    with world.office.store.transaction():
        return {order.card: order for order in world.office.store.shelf.orders()}


def given(world, card=ANA, code="W1"):
    """The order of a card, given to a warehouse and known there."""
    number = orders(world)[card].order
    issue_slip(world.office, number, StationCode(code))
    world.carry_out(code)
    return number


def state(world, card=ANA):
    return orders(world)[card].state


def at(world, code="W1"):
    return world.depots[code].depot


def test_an_order_is_requested_confirmed_dispatched_and_delivered(world):
    assert state(world) == "requested"
    number = given(world)
    assert state(world) == "confirmed"
    (slip,) = at(world).slips([])
    assert (slip.order, slip.member, slip.prize, slip.slip) == (number, "García, Ana", "Bicicleta", 1)
    at(world).dispatch([number])
    world.carry_in("W1")
    assert state(world) == "dispatched"
    world.carry_out("W1")
    at(world).deliver(number, Receipt("Ana García", "12345678"))
    world.carry_in("W1")
    order = orders(world)[ANA]
    assert (order.state, order.delivered, order.warehouse) == ("delivered", "2026-10-15", "W1")
    with world.office.store.transaction():
        assert b"12345678" in world.office.store.kept(order.receipt)
    world.carry_out("W1")
    assert at(world).store.orders() == []


def test_it_also_goes_without_an_exchange_in_between_and_however_often_a_bundle_comes(world):
    number = given(world)
    at(world).dispatch([number])
    early = world.bundle("W1")
    at(world).deliver(number, Receipt("Ana García"))
    late = world.bundle("W1")
    results = world.merge(late, early, late)
    assert all(isinstance(result, Merged) for result in results)
    assert state(world) == "delivered"
    before = world.tables()
    with world.office.store.transaction():
        assert not world.office.store.shelf.open_incidents()
        world.office.store.rebuild()
    assert world.tables() == before


def told(world, code="E1"):
    """How far the orders of a station are, as it knows."""
    store = world.sites[code].node.store
    return {order.member: order.state for order in store.orders(code)}


def test_the_station_that_took_an_order_is_told_how_far_it_is(world):
    site = world.sites["E1"]
    world.carry_out("E1")
    assert told(world) == {"Ana G.": "requested", "Bruno B.": "requested"}
    number = given(world)
    at(world).dispatch([number])
    world.carry_in("W1")
    cancel_order(world.office, orders(world)[BRUNO].order, "not wanted any more")
    world.carry_out("E1")
    assert told(world) == {"Ana G.": "dispatched", "Bruno B.": "cancelled"}
    at(world).deliver(number, Receipt("Ana García"))
    world.carry_in("W1")
    world.pair("E2")
    world.carry_out("E1")
    assert told(world) == {"Ana G.": "delivered", "Bruno B.": "cancelled"}
    assert told(world, "E2") == {}
    site.sell(ANA, "A-9", amount=BIKE)
    site.desk.redeem(CardRead(ANA, "swipe"), "01", "BIKE", "scheduled")
    (new,) = [order for order in site.node.store.orders("E1") if order.state == "requested"]
    world.carry_in("E1")
    world.carry_out("E1")
    assert new in site.node.store.orders("E1"), "under the number it was shown with"
    world.clock.moment += 100 * 24 * 3600 * 1000
    world.carry_out("E1")
    assert [order.order for order in site.node.store.orders("E1")] == [new.order], "what is over is told for a while"


def leaks(world, *words, code="W1"):
    home = world.depots[code].home
    pages = b"".join(pages_of(home)) + b"".join(p.read_bytes() for p in home.out.glob("*"))
    return {word for word in words if word.encode() in pages}


def test_a_warehouse_holds_its_own_orders_people_and_nobody_elses(world):
    given(world)
    assert leaks(world, "García", "Bravo", "Bruno", BRUNO, ANA, "12345678", "Nafta") == {"García"}
    world.pair_warehouse("W2")
    given(world, BRUNO, "W2")
    world.carry_out("W1")
    assert leaks(world, "García", "Bravo", code="W1") == {"García"}
    assert leaks(world, "García", "Bravo", code="W2") == {"Bravo"}


def test_when_the_delivery_is_acknowledged_nothing_of_the_member_or_the_receipt_is_left(world):
    number = given(world)
    write_whole(world.depots["W1"].home.out / "slips-000001.pdf", "García".encode())
    at(world).dispatch([number])
    at(world).deliver(number, Receipt("Tía Eulogia", "9999111"))
    assert leaks(world, "García", "Eulogia", "9999111") == {"García", "Eulogia", "9999111"}
    world.carry_in("W1")
    world.carry_out("W1")
    assert leaks(world, "García", "Eulogia", "9999111") == set()
    assert at(world).store.verify() > 0


def test_a_member_who_left_is_nobody_at_the_warehouse_and_the_order_is_stopped(world):
    given(world)
    people.remove_member(world.office, AccountId(1), "asked by letter")
    assert state(world) == "cancelled"
    world.carry_out("W1")
    assert at(world).store.orders() == []
    assert leaks(world, "García") == set()


def test_what_is_under_way_to_somebody_who_left_can_be_acknowledged_without_a_name(world):
    number = given(world)
    at(world).dispatch([number])
    world.carry_in("W1")
    people.remove_member(world.office, AccountId(1), "asked by letter")
    world.carry_out("W1")
    assert leaks(world, "García") == set()
    with pytest.raises(NotThere):
        at(world).slips([number])
    at(world).deliver(number, Receipt("Ana García", "12345678"))
    (merged,) = world.carry_in("W1")
    assert merged.fresh > 0
    order = orders(world)[ANA]
    with world.office.store.transaction():
        assert (order.state, world.office.store.kept(order.receipt)) == ("delivered", None)


def test_removing_a_member_erases_who_received_their_prizes(world):
    number = given(world)
    at(world).dispatch([number])
    at(world).deliver(number, Receipt("Tía Eulogia"))
    world.carry_in("W1")
    people.remove_member(world.office, AccountId(1), "asked by letter")
    with world.office.store.transaction():
        assert world.office.store.kept(orders_of(world)[ANA].receipt) is None


def orders_of(world):
    """As `orders`, inside a transaction."""
    return {order.card: order for order in world.office.store.shelf.orders()}


def test_a_cancelled_order_is_no_longer_there(world):
    number = given(world)
    cancel_order(world.office, number, "not wanted any more")
    world.carry_out("W1")
    with pytest.raises(NotThere):
        at(world).dispatch([number])
    assert world.balance(1) == BIKE // 100
    with pytest.raises(OrderAlreadyServed):
        issue_slip(world.office, number)


def test_a_prize_that_left_before_the_cancelling_was_heard_is_looked_into(world):
    number = given(world)
    at(world).dispatch([number])
    cancel_order(world.office, number, "not wanted any more")
    world.carry_in("W1")
    with world.office.store.transaction():
        (incident,) = world.office.store.shelf.open_incidents()
    assert (incident.kind, incident.document, incident.station) == ("dispatched-cancelled", number, "W1")
    assert state(world) == "cancelled"


def test_what_has_left_can_no_longer_be_cancelled(world):
    number = given(world)
    at(world).dispatch([number])
    world.carry_in("W1")
    with pytest.raises(OrderAlreadyServed):
        cancel_order(world.office, number, "too late")


def test_without_a_warehouse_the_office_prints_as_ever_and_stops_nothing_that_has_a_slip(world):
    number = orders(world)[BRUNO].order
    assert issue_slip(world.office, number).slip == 1
    with pytest.raises(OrderAlreadyServed):
        cancel_order(world.office, number, "too late")
    with pytest.raises(OrderAlreadyServed):
        issue_slip(world.office, number, StationCode("W1"))
    with pytest.raises(NotThere):
        issue_slip(world.office, orders(world)[ANA].order, StationCode("E1"))


def test_a_warehouse_goes_its_rounds_by_itself(world, monkeypatch):
    """The courier is no screen's: a command runs it at an outpost, and at a station without a screen."""
    monkeypatch.setattr(rounds, "LOOK_SECONDS", 0.01)
    number, outpost = orders(world)[ANA].order, world.depots["W1"]
    issue_slip(world.office, number, StationCode("W1"))
    with door_of(world) as door:
        save_ways(outpost.home, Ways(Link(door.url)))
        going = rounds.Rounds(depot.open_warehouse, outpost.home, world.clock, lambda: 0.0)
        going.start()
        until = time.monotonic() + 30
        while not (known := outpost.node.store.orders()) and time.monotonic() < until:
            threading.Event().wait(0.01)
        going.stop()
    assert [given.row.order for given in known] == [number]


def test_a_warehouse_exchanges_over_the_link(world, tmp_path):
    number = given(world)
    at(world).dispatch([number])
    with door_of(world) as door:
        done = exchange_with(world, "W1", door.url)
        assert (done.sent > 0, done.news, done.pending) == (True, True, 0)
        at(world).deliver(number, Receipt("Ana García"))
        assert exchange_with(world, "W1", door.url).pending == 0
    assert (state(world), at(world).store.orders()) == ("delivered", [])


def test_a_central_that_forgot_that_it_gave_an_order_away_hears_of_it_and_believes(world, tmp_path):
    """Even when the warehouse took the restored central's word before it said upon which one it had acted."""
    before = tmp_path / "before"
    world.office.store.overwrite_traces()
    shutil.copytree(world.folder / "central", before)
    number = given(world)
    at(world).dispatch([number])
    world.office.store.close()
    shutil.rmtree(world.folder / "central")
    shutil.copytree(before, world.folder / "central")
    world.office = open_office(Home(world.folder / "central"), world.clock, "tester")
    for n in range(9):
        world.office.add_station(StationCode(f"X{n}"), "news", None)
    world.carry_out("W1")
    assert at(world).store.orders() == []
    (refused,) = world.carry_in("W1")
    assert "not its own" in refused.refusal.text
    assert refused.era
    (merged,) = world.carry_in("W1")
    assert merged.fresh > 0
    order = orders(world)[ANA]
    assert (order.state, order.warehouse, order.slip) == ("dispatched", "W1", 1)
    with world.office.store.transaction():
        assert [i.kind for i in world.office.store.shelf.open_incidents()] == ["dispatched-ungiven"]
    world.carry_out("W1")
    at(world).deliver(number, Receipt("Ana García"))
    world.carry_in("W1")
    assert state(world) == "delivered"


def incidents(world):
    with world.office.store.transaction():
        return [(each.kind, each.document) for each in world.office.store.shelf.open_incidents()]


def test_a_prize_that_came_back_can_leave_again_or_its_points_go_back(world):
    number, depot = given(world), at(world)
    with pytest.raises(OrderNotDispatched):
        depot.come_back(number, "absent")
    depot.dispatch([number])
    world.carry_in("W1")
    world.carry_out("W1")
    depot.come_back(number, "absent")
    assert depot.store.order(number).dispatched == 0, "this PC knows before central does"
    world.carry_in("W1")
    assert (state(world), incidents(world)) == ("confirmed", [("prize-returned", number)])
    world.carry_out("W1")
    depot.dispatch([number])
    depot.come_back(number, "refused")
    world.carry_in("W1")
    assert state(world) == "confirmed"
    cancel_order(world.office, number, "not wanted any more")
    assert world.balance(1) == BIKE // 100
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before
    depot.store.rebuild()
    assert depot.store.order(number).dispatched == 0


def test_what_did_not_leave_as_central_knows_cannot_come_back(world):
    number, depot = given(world), at(world)
    with depot.store.writing():
        depot.store.append(PrizeReturned(at=world.clock.now(), order=number, slip=1, reason="damaged"))
    world.carry_in("W1")
    assert (state(world), incidents(world)) == ("confirmed", [("returned-unknown", number)])
    depot.dispatch([number])
    depot.deliver(number, Receipt("Ana García"))
    with pytest.raises(OrderAlreadyDelivered):
        depot.come_back(number, "refused")
