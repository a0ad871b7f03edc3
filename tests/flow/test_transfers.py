"""Prizes from one station's shelf to another's: with a link or without, heard of in any order (STK-1)."""

import asyncio
import os
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from suite.central.jobs.transfers import MISSED_MS, miss_transfers
from suite.central.merge import NotMerged
from suite.domain.errors import ManagerNeeded, Refusal, UnknownPrize
from suite.domain.events.shelf import PrizesTransferred
from suite.domain.events.station import PrizeCount
from suite.domain.transfers import (
    OwnTransfer,
    TransferAlreadyReceived,
    UnknownTransfer,
)
from suite.runtime.errors import BadInput
from suite.station.desk import Attendant, CardRead
from suite.station.plain import PlainDesk
from suite.station.printing import Queue
from suite.station.shelf import count_stock
from suite.station.slips import newest_paper
from suite.station.transfers import receive_transfer, send_prizes, typed_note
from tests.factories import ANA, World

EVA = Attendant("01", "Eva", manager=True)
LEO = Attendant("02", "Leo", manager=False)
DIFFERS = ["transfer-difference"]


@pytest.fixture
def world(tmp_path):
    """Two stations that have heard of each other; ten mugs at E1."""
    world = World(tmp_path)
    for code in ("E1", "E2"):
        world.pair(code)
    world.stock_up("E1")
    world.carry_out("E2")
    return world


def desk(world, code):
    return world.sites[code].desk


def on_hand(world, code):
    return desk(world, code).store.on_hand("MUG")


def at_central(world):
    """Shelves, what is on its way or was lost there, and what waits for a person, as central has it."""
    with world.office.store.transaction():
        shelf = world.office.store.shelf
        stock = {station: count for station, prize, count in shelf.stock() if prize == "MUG"}
        away = sum(sent - came for note in shelf.transfers() for _, sent, came in note.lines)
        return stock, away, [(each.kind, each.station, each.document) for each in shelf.open_incidents()]


def is_rebuilt(world):
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    return world.tables() == before


def test_prizes_go_from_shelf_to_shelf_and_central_tells_the_receiver(world):
    sent = send_prizes(desk(world, "E1"), "E2", {"MUG": 3}, EVA)
    slip = newest_paper(desk(world, "E1"))
    assert (slip.kind, slip.document, slip.other) == ("transfer", sent.note, "E2 Estación Dos")
    assert (slip.reference, slip.shelf[0].prize, slip.shelf[0].counted) == (sent.reference, "Taza", 3)
    assert (on_hand(world, "E1"), sent.other_name) == (7, "Estación Dos")
    world.carry_in("E1")
    assert at_central(world) == ({"E1": 7}, 3, [])
    world.carry_out("E2")
    assert desk(world, "E2").store.consignment.under_way() == [sent.note]
    arrived = receive_transfer(desk(world, "E2"), sent.note, EVA)
    assert (arrived.other, arrived.lines, on_hand(world, "E2")) == ("E1", (PrizeCount("MUG", 3),), 3)
    slip = newest_paper(desk(world, "E2"))
    assert (slip.kind, slip.other, slip.shelf[0].counted) == ("transfer-received", "E1 Estación Uno", 3)
    assert desk(world, "E2").store.consignment.under_way() == []
    with pytest.raises(TransferAlreadyReceived):
        receive_transfer(desk(world, "E2"), sent.note, EVA)
    world.carry_in("E2")
    assert at_central(world) == ({"E1": 7, "E2": 3}, 0, [])
    world.carry_out("E2")
    assert desk(world, "E2").store.consignment.told(sent.note) == (), "central has heard of it"
    with pytest.raises(TransferAlreadyReceived):
        receive_transfer(desk(world, "E2"), sent.note, EVA, {"MUG": 3})
    for code in ("E1", "E2"):
        before = on_hand(world, code)
        desk(world, code).store.rebuild()
        assert on_hand(world, code) == before
    assert is_rebuilt(world)


@pytest.mark.parametrize(("first", "came", "kinds"), [("E1", 2, DIFFERS), ("E2", 3, [])])
def test_from_its_paper_a_note_is_received_before_anybody_heard_of_it(world, first, came, kinds):
    sent = send_prizes(desk(world, "E1"), "E2", {"MUG": 3}, EVA)
    with pytest.raises(UnknownTransfer):
        receive_transfer(desk(world, "E2"), sent.note, EVA)
    receive_transfer(desk(world, "E2"), typed_note(desk(world, "E2"), f" {sent.note.lower()} "), EVA, {"MUG": came})
    world.carry_in(first)
    world.carry_in("E2" if first == "E1" else "E1")
    note = [(kind, "E2", sent.note) for kind in kinds]
    assert at_central(world) == ({"E1": 7, "E2": came}, 3 - came, note), "whichever side was heard first"
    world.carry_out("E2")
    assert desk(world, "E2").store.consignment.under_way() == []
    assert is_rebuilt(world)


def test_a_side_that_is_not_heard_of_for_a_month_is_looked_into_until_it_is(world):
    lost = send_prizes(desk(world, "E1"), "E2", {"MUG": 3}, EVA).note
    world.carry_in("E1")
    unheard = send_prizes(desk(world, "E1"), "E2", {"MUG": 1}, EVA).note
    receive_transfer(desk(world, "E2"), unheard, EVA, {"MUG": 1})
    world.carry_in("E2")
    world.clock.moment += MISSED_MS
    for later, found in ((0, []), (1, [("transfer-missing", "E1", lost), ("transfer-unknown", "E2", unheard)])):
        world.clock.moment += later
        world.sites["E2"].sell(ANA, f"A-{later}")
        world.carry_in("E2")
        assert at_central(world)[2] == found
    with world.office.store.transaction():
        assert miss_transfers(world.office) == 0, "it is told once"
    assert is_rebuilt(world)
    receive_transfer(desk(world, "E2"), lost, EVA, {"MUG": 3})
    world.carry_in("E1", "E2")
    assert at_central(world) == ({"E1": 6, "E2": 4}, 0, [])
    assert is_rebuilt(world)


def test_what_another_station_receives_is_looked_into_and_the_right_one_still_can(world):
    world.office.add_station("E3", "Estación Tres", None)
    world.pair("E3")
    sent = send_prizes(desk(world, "E1"), "E2", {"MUG": 3}, EVA)
    receive_transfer(desk(world, "E3"), sent.note, EVA, {"MUG": 3})
    world.carry_in("E3", "E1")
    assert at_central(world) == ({"E1": 7, "E3": 3}, 0, [("transfer-difference", "E3", sent.note)])
    world.carry_out("E2")
    receive_transfer(desk(world, "E2"), sent.note, EVA)
    world.carry_in("E2")
    stock, away, incidents = at_central(world)
    assert (stock, away) == ({"E1": 7, "E2": 3, "E3": 3}, -3)
    assert ("transfer-twice", "E2", sent.note) in incidents
    assert is_rebuilt(world)


def test_only_a_manager_sends_and_receives_and_central_takes_no_note_of_another_place(world):
    with pytest.raises(ManagerNeeded):
        send_prizes(desk(world, "E1"), "E2", {"MUG": 1}, LEO)
    with pytest.raises(ManagerNeeded):
        receive_transfer(desk(world, "E2"), "E1-9.123456", LEO, {"MUG": 1})
    sent = send_prizes(desk(world, "E1"), "E2", {"MUG": 1}, EVA)
    with pytest.raises(OwnTransfer):
        receive_transfer(desk(world, "E1"), sent.note, EVA, {"MUG": 1})
    with pytest.raises(UnknownPrize):
        receive_transfer(desk(world, "E2"), sent.note, EVA, {"NOPE": 1})
    for written in ("", "E1-9", "9.123456", "E1-9.12345", "E1-9.1234567", "E1-x.123456", "\x1b[31m-1.123456"):
        with pytest.raises(BadInput):
            typed_note(desk(world, "E1"), written)
    store = desk(world, "E1").store
    with store.writing():
        lines = (PrizeCount("MUG", 1),)
        store.append(PrizesTransferred(at=world.clock.now(), note="E2-3.123456", to="E2", lines=lines, attendant="01"))
    (result,) = world.carry_in("E1")
    assert isinstance(result, NotMerged)
    assert "no station can mean" in result.refusal.text


def said_by(site, *lines):
    said, typed = [], iter(lines)

    def read(_secret):
        line = next(typed, None)
        if line is None:
            raise EOFError
        return line

    asyncio.run(PlainDesk(site.desk, Queue(site.desk, site.home), read, said.append).run())
    assert next(typed, None) is None, said
    return "\n".join(said)


def test_question_by_question_from_one_desk_to_the_other(world):
    one, two = world.sites["E1"], world.sites["E2"]
    said = said_by(one, "6", one.code, "2", "E1", "e2", "11", "4")
    assert "from 0 to 10" in said
    note = said.split("Write this number on the parcel: ")[1].split()[0]
    assert on_hand(world, "E1") == 6
    assert "prize by prize" not in said_by(two, "6", two.code, "3", note, "4", "")
    assert on_hand(world, "E2") == 4
    assert "already received" in said_by(two, "6", two.code, "3", note)
    assert "left from here" in said_by(one, "6", one.code, "3", note)
    assert "Prizes stolen" in said_by(two, "6", two.code, "5", "2", "1")
    assert on_hand(world, "E2") == 3
    world.carry_in("E1", "E2")
    stock, away, incidents = at_central(world)
    assert (stock, away, incidents) == ({"E1": 6, "E2": 3}, 0, [("stock-stolen", "E2", "1 MUG")])
    assert is_rebuilt(world)
    two.desk.store.rebuild()
    assert on_hand(world, "E2") == 3


class Between:
    """Two stations with five mugs each, and what left the network's shelves for good."""

    def __init__(self, folder):
        self.world = World(folder)
        for code in ("E1", "E2"):
            self.world.pair(code)
            self.world.stock_up(code, quantity=5)
        self.notes, self.gone, self.sold = [], 0, 0

    def sell(self, code):
        self.sold += 1
        self.world.sites[code].sell(ANA, f"A-{self.sold}")

    def send(self, here, there, count):
        self.notes.append((there, send_prizes(desk(self.world, here), there, {"MUG": count}, EVA).note))

    def receive(self, here, there, count, came=None):
        note = next((note for to, note in reversed(self.notes) if to == here), "E9-1.123456")
        receive_transfer(desk(self.world, here), note, EVA, came or {})

    def paper(self, here, there, count):
        self.receive(here, there, count, {"MUG": count})

    def redeem(self, here, there, count):
        self.sell(here)
        desk(self.world, here).redeem(CardRead(ANA, "swipe"), "01", "MUG", "immediate")
        self.gone += 1

    def count(self, here, there, count):
        (found,) = count_stock(desk(self.world, here), {"MUG": count}, EVA)
        self.gone += found.expected - found.counted

    def carry_in(self, here, there, count):
        self.sell(here)
        self.world.carry_in(here)

    def carry_out(self, here, there, count):
        self.world.carry_out(here)


DEEDS = [name for name in vars(Between) if not name.startswith("_") and name != "sell"]


@settings(
    max_examples=20 if os.environ.get("CANJE_LONG") else 1,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(st.lists(st.tuples(st.sampled_from(DEEDS), st.booleans(), st.integers(0, 5)), min_size=20, max_size=25))
def test_no_prize_appears_or_disappears_between_stations(tmp_path_factory, deeds):
    """I2: what was shipped = shelves + on their way or lost there + handed over + found missing at a count."""
    life = Between(tmp_path_factory.mktemp("between"))
    for deed, side, count in deeds:
        here, there = ("E1", "E2") if side else ("E2", "E1")
        with suppress(Refusal):
            getattr(life, deed)(here, there, count)
    for code in ("E1", "E2"):
        life.carry_in(code, code, 0)
    stock, away, _ = at_central(life.world)
    assert stock == {code: on_hand(life.world, code) for code in ("E1", "E2")}
    assert sum(stock.values()) + away + life.gone == 10
    assert is_rebuilt(life.world)
