"""A prize that was ordered, came to its station by the warehouse's slip, and is handed to its member (PRZ-3)."""

import asyncio

import pytest

from suite.central.adjustments import cancel_order
from suite.central.documents import issue_slip
from suite.domain.deliveries import OrderIsCancelled, OrderNotConfirmed, OrderOfAnother, UnknownOrder
from suite.domain.errors import OrderAlreadyDelivered
from suite.domain.events.shelf import OrderHandedOver
from suite.domain.ids import AttendantNumber, StationCode
from suite.domain.personal import Receipt
from suite.runtime.texts import set_language
from suite.station.app import StationApp
from suite.station.desk import Attendant, CardRead
from suite.station.handover import hand_over_order, waiting_for
from suite.station.handover_tasks import HandOvers
from suite.station.interview import Interview
from suite.station.plain import PlainDesk
from suite.station.printing import Queue
from suite.station.slips import newest_paper
from tests.factories import ANA, BRUNO, World
from tests.station.screens import shown, swipe, type_keys

BIKE = 50_000
EVA = Attendant("01", "Eva", manager=True)


@pytest.fixture
def world(tmp_path):
    """Ana and Bruno ordered a bicycle each at E1; both went to the warehouse, and the station heard of it."""
    world = World(tmp_path)
    site = world.pair("E1")
    world.pair_warehouse("W1")
    for card in (ANA, BRUNO):
        site.sell(card, f"A-{card}", amount=BIKE)
        site.desk.redeem(CardRead(card, "swipe"), "01", "BIKE", "scheduled")
    world.carry_in("E1")
    for order in orders(world).values():
        issue_slip(world.office, order.order, StationCode("W1"))
    world.carry_out("W1")
    world.carry_out("E1")
    return world


def orders(world):
    with world.office.store.transaction():
        return {order.card: order for order in world.office.store.shelf.orders()}


def incidents(world):
    with world.office.store.transaction():
        return [(each.kind, each.station) for each in world.office.store.shelf.open_incidents()]


def hand_over(world, written, card=ANA, station="E1"):
    return hand_over_order(world.sites[station].desk, CardRead(card, "swipe"), AttendantNumber("01"), written)


def nothing_to_hand_over(desk):
    """What is said when it was taken while the member's screen was open; nobody is asked anything."""
    tasks = HandOvers(Interview(desk, put=None))
    return " ".join(asyncio.run(tasks.to_member(CardRead(ANA, "swipe"), desk.member(ANA), EVA)))


def is_rebuilt(world):
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    return world.tables() == before


@pytest.mark.parametrize(("way", "dispatched"), [("slip", "heard"), ("order", "late"), ("slip", "never")])
def test_its_member_takes_it_and_central_knows_it_is_delivered(world, way, dispatched):
    order = orders(world)[ANA]
    depot, desk = world.depots["W1"].depot, world.sites["E1"].desk
    if dispatched != "never":
        depot.dispatch([order.order])
    if dispatched == "heard":
        world.carry_in("W1")
        world.carry_out("E1")
    before = world.balance(1)
    done = hand_over(world, str(order.slip) if way == "slip" else order.order)
    assert (done.member, done.prize, done.order) == ("Ana G.", "Bicicleta", order.order)
    assert waiting_for(desk, desk.member(ANA)) == []
    assert "waits any more" in nothing_to_hand_over(desk)
    world.carry_in("E1")
    if dispatched == "late":
        world.carry_in("W1")
    delivered = orders(world)[ANA]
    assert (delivered.state, delivered.delivered, delivered.warehouse) == ("delivered", "2026-10-15", "W1")
    assert (delivered.dispatched is None) == (dispatched == "never")
    assert (world.balance(1), incidents(world)) == (before, [])
    world.carry_out("W1")
    assert [given.row.order for given in depot.store.orders()] == [orders(world)[BRUNO].order]
    world.carry_out("E1")
    with pytest.raises(OrderAlreadyDelivered):
        hand_over(world, order.order)
    states = [each.state for each in desk.store.orders("E1")]
    desk.store.rebuild()
    assert [each.state for each in desk.store.orders("E1")] == states
    assert is_rebuilt(world)


def test_what_nobody_may_take_is_refused_and_nothing_is_recorded(world):
    site, (ana, bruno) = world.sites["E1"], (orders(world)[card] for card in (ANA, BRUNO))
    cancel_order(world.office, bruno.order, "not wanted")
    site.sell(ANA, "A-9", amount=BIKE)
    site.desk.redeem(CardRead(ANA, "swipe"), "01", "BIKE", "scheduled")
    world.carry_out("E1")
    (new,) = [each.order for each in site.desk.store.orders("E1") if each.state == "requested"]
    before = site.desk.store.tip()
    for written, card, refusal in (
        (ana.order, BRUNO, OrderOfAnother),
        (bruno.order, BRUNO, OrderIsCancelled),
        (new, ANA, OrderNotConfirmed),
        ("99", ANA, UnknownOrder),
        ("0", ANA, UnknownOrder),
        ("", ANA, UnknownOrder),
        ("9" * 40, ANA, UnknownOrder),
    ):
        with pytest.raises(refusal):
            hand_over(world, written, card)
    assert site.desk.store.tip() == before
    hand_over(world, ana.order)
    with pytest.raises(OrderAlreadyDelivered):
        hand_over(world, ana.order)


def test_who_says_it_second_is_looked_into(world):
    number, depot = orders(world)[ANA].order, world.depots["W1"].depot
    depot.dispatch([number])
    hand_over(world, number)
    depot.deliver(number, Receipt("Ana García"))
    world.carry_in("E1", "W1")
    assert incidents(world) == [("delivered-twice", "W1")]
    assert orders(world)[ANA].state == "delivered"
    assert is_rebuilt(world)


def test_a_cancelled_prize_and_one_of_another_station_are_looked_into(world):
    cancel_order(world.office, orders(world)[ANA].order, "not wanted")
    hand_over(world, orders(world)[ANA].order)
    world.carry_in("E1")
    assert incidents(world) == [("handed-over-cancelled", "E1")]
    store = world.pair("E2").desk.store
    with store.writing():
        store.append(
            OrderHandedOver(
                at=world.clock.now(),
                order=orders(world)[BRUNO].order,
                card=BRUNO,
                account=2,
                prize="BIKE",
                attendant="01",
            )
        )
    world.carry_in("E2")
    assert ("handed-over-unknown", "E2") in incidents(world)
    assert orders(world)[BRUNO].state == "confirmed"
    assert is_rebuilt(world)


def test_line_by_line_from_the_member_or_by_the_slip(world):
    site, said = world.sites["E1"], []
    typed = iter([ANA, site.code, "4", "1", "6", site.code, "4", str(orders(world)[BRUNO].slip), BRUNO])

    def read(_secret):
        line = next(typed, None)
        if line is None:
            raise EOFError
        return line

    asyncio.run(PlainDesk(site.desk, Queue(site.desk, site.home), read, said.append).run())
    assert [each.state for each in site.desk.store.orders("E1")] == ["delivered", "delivered"], said
    slip, number = newest_paper(site.desk), orders(world)[BRUNO].order
    assert (slip.kind, slip.member, slip.prize, slip.document) == ("hand-over", "Bruno B.", "Bicicleta", number)


async def test_the_members_screen_says_what_waits_and_hands_it_over(world):
    set_language("es")
    site = world.sites["E1"]
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, "PIN")
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "Bicicleta")
        await type_keys(app, pilot, "4")
        await shown(app, pilot, "000001")
        await type_keys(app, pilot, "1")
        await shown(app, pilot, "E1-")
    assert site.desk.store.orders("E1")[0].state == "delivered"
