"""The rarer tasks with real keys: members, taking back, the shift, the shelf; in both languages, on 80 × 24."""

import pytest

from suite.domain.documents import ReceiptNotHere
from suite.domain.errors import ManagerNeeded, UnknownPrize, UnknownProduct
from suite.domain.events.station import Dispensed, PrizeCount, ShiftClosed
from suite.domain.shift import NoShiftOpen, ShiftIsOpen
from suite.runtime.texts import say, set_language
from suite.station.app import StationApp
from suite.station.desk import Attendant, CardRead
from suite.station.shelf import count_stock, receive
from suite.station.shifts import close_shift, in_short, open_shift, shift_report, sums_so_far
from tests.factories import ANA
from tests.station.screens import screen_text, shown, swipe, type_keys

NEW = "600009"


@pytest.fixture
def site(world):
    station = world.pair("E1")
    world.stock_up("E1")
    return station


async def begin(app, pilot, site, key):
    """A function key, and the attendant's code."""
    await shown(app, pilot, say("SWIPE THE CARD"))
    await pilot.press(key)
    await shown(app, pilot, say("ATTENDANT CODE AND PIN"))
    await type_keys(app, pilot, site.code)


async def answer(app, pilot, *pairs):
    for question, typed in pairs:
        await shown(app, pilot, question)
        await type_keys(app, pilot, typed)


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_member_is_enrolled_at_the_desk_and_earns_at_once(site, language):
    set_language(language)
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(app, pilot, site, "f7")
        await answer(app, pilot, (say("MEMBERS"), "1"))
        await shown(app, pilot, say("NEW CARD: swipe it or type its number"))
        await swipe(app, pilot, f";{NEW}=29121010000000000?")
        await answer(
            app,
            pilot,
            (say("SURNAME OR COMPANY"), "ñandú"),
            (say("FIRST NAME"), "Zoe"),
            (say("DOCUMENT"), "1"),
            (say("DOCUMENT NUMBER"), "30123456"),
            (say("TELEPHONE"), "2"),
            (say("ADDRESS"), "Mitre 12"),
            (say("NUMBER OF THE SIGNED FORM"), "77"),
            (say("OFFERS?"), "2"),
        )
        await shown(app, pilot, say("{member} is a member: the card earns from now on.", member="ñandú, Zoe"))
    assert site.sell(NEW, "A-1").points == 100
    assert site.desk.member(NEW).member == "Zoe ñ."
    assert any(b"Mitre 12" in content for (content,) in site.desk.store._db.execute("SELECT content FROM blob"))


async def test_bad_answers_are_asked_again_and_esc_records_nothing(site):
    before = site.desk.store.tip()
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(app, pilot, site, "f7")
        await answer(app, pilot, ("MEMBERS", "6"))
        await answer(app, pilot, ("Type a number from 1 to 5", "1"), ("NEW CARD", ANA))
        await answer(app, pilot, ("belongs to somebody already", NEW), ("SURNAME", ""))
        await answer(app, pilot, ("That is needed", "Paz"), ("FIRST NAME", ""), ("DOCUMENT", "2"), ("NUMBER", "123"))
        await shown(app, pilot, "is not a valid document")
        await pilot.press("escape")
        await shown(app, pilot, "SWIPE THE CARD")
    assert site.desk.store.tip() == before


async def test_a_lost_card_gives_way_to_one_of_the_box(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(app, pilot, site, "f7")
        await answer(app, pilot, ("MEMBERS", "2"), ("LOST CARD", ANA), ("A NEW CARD?", "1"), ("NEW CARD:", NEW))
        await shown(app, pilot, "Card 600009 takes over.")
    assert site.desk.member(ANA).status == "replaced"


async def test_part_of_a_ticket_is_taken_back(site):
    site.sell(ANA, "A-1")
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(app, pilot, site, "f8")
        await answer(app, pilot, ("TAKE BACK", "1"), ("TICKET NUMBER", "a-1"), ("AMOUNT THAT CAME BACK", "40"))
        await shown(app, pilot, "New balance 60")
    assert site.desk.member(ANA).balance == 60


async def test_goods_and_a_prize_are_taken_back_by_a_manager(site):
    site.sell(ANA, "A-1")
    site.sell(ANA, "A-2")
    voucher = site.desk.redeem(CardRead(ANA, "swipe"), "01", "MUG", "immediate")
    place = str(int(voucher.reference.split("-")[1]))
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(app, pilot, site, "f8")
        await answer(app, pilot, ("TAKE BACK", "3"), ("NUMBER ON THE VOUCHER", place))
        await shown(app, pilot, "New balance 200")
        await type_keys(app, pilot, "")
        await begin(app, pilot, site, "f8")
        await answer(app, pilot, ("TAKE BACK", "2"), ("CARD:", ANA), ("CREDIT NOTE", "NC-1"), ("WHICH PRODUCT", "1"))
        await answer(app, pilot, ("LITRES", "1"), ("AMOUNT", "50"), ("no more products", ""))
        await shown(app, pilot, "New balance 150")
    assert site.desk.store.on_hand("MUG") == 10


async def test_a_refusal_is_said_at_the_swipe_and_nothing_is_lost(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(app, pilot, site, "f8")
        await answer(app, pilot, ("TAKE BACK", "1"), ("TICKET NUMBER", "Z-9"), ("AMOUNT", ""))
        text = await shown(app, pilot, "SWIPE THE CARD")
        assert "Z-9" in text


async def test_a_shipment_is_received_with_what_is_missing_and_central_looks_into_it(site, world):
    note = world.office.ship("E1", (PrizeCount("MUG", 3),))
    world.carry_out("E1")
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await pilot.press("f6")
        await answer(app, pilot, ("receive, count or send", "1"), ("ATTENDANT CODE", site.code), ("PRIZES ON", "1"))
        await answer(app, pilot, ("NUMBER OF THE SHIPMENT", str(note)), ("HOW MANY CAME", "2"))
        await shown(app, pilot, "Received.")
    assert site.desk.store.on_hand("MUG") == 12
    world.carry_in("E1")
    assert incidents(world) == [("shipment-difference", str(note))]
    assert stock_at_central(world) == {"MUG": 12}


async def test_a_shipment_that_came_as_sent_is_no_incident(site, world):
    note = world.office.ship("E1", (PrizeCount("MUG", 3),))
    world.carry_out("E1")
    assert receive(site.desk, note) == (PrizeCount("MUG", 3),)
    world.carry_in("E1")
    assert incidents(world) == []


@pytest.mark.parametrize(
    ("found", "kinds"), [(10, []), (9, [("stock-difference", "")]), (0, [("stock-difference", "")])]
)
def test_what_a_manager_counts_is_the_shelf_here_and_at_central(site, world, found, kinds):
    (line,) = count_stock(site.desk, {"MUG": found}, Attendant("01", "Eva", manager=True))
    assert (line.counted, line.expected) == (found, 10)
    assert site.desk.store.on_hand("MUG") == found
    site.desk.store.rebuild()
    assert site.desk.store.on_hand("MUG") == found
    world.carry_in("E1")
    assert incidents(world) == kinds
    assert stock_at_central(world) == {"MUG": found}
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


def test_only_a_manager_counts_and_only_prizes_there_are(site, world):
    with pytest.raises(ManagerNeeded):
        count_stock(site.desk, {"MUG": 1}, Attendant("02", "Leo", manager=False))
    with pytest.raises(UnknownPrize):
        count_stock(site.desk, {"NOPE": 1}, Attendant("01", "Eva", manager=True))
    note = world.office.ship("E1", (PrizeCount("MUG", 3),))
    world.carry_out("E1")
    with pytest.raises(UnknownPrize):
        receive(site.desk, note, {"TERMO": 1})
    assert site.desk.store.on_hand("MUG") == 10


async def test_the_shelf_is_counted_from_its_screen(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await pilot.press("f6")
        await answer(app, pilot, ("receive, count or send", "1"), ("ATTENDANT CODE", site.code), ("PRIZES ON", "1"))
        for prize, _ in site.desk.stock():
            await answer(app, pilot, (f"SHELF: {prize.name}", "8" if prize.code == "MUG" else ""))
        await shown(app, pilot, "8 counted, 10 expected")
    assert site.desk.store.on_hand("MUG") == 8


def incidents(world):
    with world.office.store.transaction():
        return [(each.kind, each.document) for each in world.office.store.shelf.open_incidents()]


def stock_at_central(world):
    with world.office.store.transaction():
        return {prize: count for _, prize, count in world.office.store.shelf.stock()}


@pytest.mark.parametrize("language", ["es", "en"])
async def test_a_shift_is_opened_and_closed_against_pumps_and_shelf(site, language):
    set_language(language)
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await begin(app, pilot, site, "f9")
        await answer(app, pilot, (say("SHIFT"), "1"))
        await shown(app, pilot, say("Shift open. Close it when it is over."))
        await type_keys(app, pilot, "")
        site.sell(ANA, "A-1")
        await begin(app, pilot, site, "f9")
        await answer(app, pilot, (in_short(1, 100), "1"))
        await answer(app, pilot, (say("DISPENSED by the pumps: {product}", product="Nafta súper"), "9"))
        for prize in site.desk.programme().prizes:
            await answer(app, pilot, (say("HOW MANY ON THE SHELF: {prize}", prize=prize.name), ""))
        await shown(app, pilot, say("Shift closed."))
        assert say("{product}: more was credited than the pumps dispensed.", product="Nafta súper") in screen_text(app)


async def test_the_function_keys_wait_while_somebody_is_served(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE")
        for key in ("f6", "f7", "f8", "f9"):
            await pilot.press(key)
        await shown(app, pilot, "Finish this or press Esc")
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "BALANCE IN POINTS")


@pytest.mark.parametrize("language", ["es", "en"])
async def test_the_line_of_keys_fits_the_screen(site, language):
    set_language(language)
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, say("SWIPE THE CARD"))
        last = screen_text(app).splitlines()[-1]
    assert (last.split()[0], last.split()[-1]) == (f"F1{say('Help')}", f"F10{say('Leave')}")


# The shift itself


def test_a_shift_cannot_be_opened_twice_or_closed_unopened(site):
    with pytest.raises(NoShiftOpen):
        close_shift(site.desk, "01", (), ())
    open_shift(site.desk, "01")
    with pytest.raises(ShiftIsOpen):
        open_shift(site.desk, "01")
    open_shift(site.desk, "02")
    close_shift(site.desk, "01", (), ())
    with pytest.raises(NoShiftOpen):
        sums_so_far(site.desk, "01")
    assert [attendant for _, attendant, _ in site.desk.store.open_shifts()] == ["02"]


def test_what_a_shift_names_must_be_in_the_programme(site):
    open_shift(site.desk, "01")
    with pytest.raises(UnknownProduct):
        close_shift(site.desk, "01", (Dispensed("nope", 1),), ())
    with pytest.raises(UnknownPrize):
        close_shift(site.desk, "01", (), (PrizeCount("NOPE", 1),))
    assert site.desk.store.open_shift("01") is not None


def test_a_shift_holds_its_count_against_the_shelf_and_survives_a_rebuild(site, world):
    site.sell(ANA, "before")
    open_shift(site.desk, "01")
    site.sell(ANA, "A-1")
    report = close_shift(site.desk, "01", (Dispensed("2", 12_000),), (PrizeCount("MUG", 9),))
    site.sell(ANA, "after")
    assert (report.sales, report.points) == (1, 100)
    assert [(t.credited, t.dispensed) for t in report.products] == [(10_000, 12_000)]
    assert [(t.counted, t.expected) for t in report.counted] == [(9, 10)]
    seq = next(e.seq for e in site.desk.store.entries() if isinstance(site.desk.store.event_at(e.seq), ShiftClosed))
    site.desk.store.rebuild()
    assert shift_report(site.desk, seq) == report
    assert site.desk.store.open_shift("01") is None
    with pytest.raises(ReceiptNotHere):
        shift_report(site.desk, seq - 1)
    world.carry_in("E1")
