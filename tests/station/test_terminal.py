"""Real keys through the real app over a real store: the whole way of a swipe, and what an attendant can do wrong."""

import gc
import inspect
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import pytest

from suite.domain.ids import PrizeCode
from suite.runtime.texts import set_language
from suite.station.app import StationApp
from suite.station.interview import Question
from tests.factories import ANA, TOML, World
from tests.station.screens import screen_text, shown, swipe, type_keys

TRACK_1 = "%B600001^GARCIA/ANA^29121010000000000?"
TRACK_2 = ";600001=29121010000000000?"


@pytest.fixture
def site(world):
    station = world.pair("E1")
    world.stock_up("E1")
    return station


async def to_member(app, pilot, site, raw=TRACK_2):
    await shown(app, pilot, "SWIPE THE CARD")
    await swipe(app, pilot, raw)
    await shown(app, pilot, "ATTENDANT CODE AND PIN")
    await type_keys(app, pilot, site.code)
    return await shown(app, pilot, "BALANCE IN POINTS")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(TRACK_1, id="track 1"),
        pytest.param(TRACK_2, id="track 2"),
        pytest.param(TRACK_1 + TRACK_2, id="both tracks"),
        pytest.param("ñ600001¿29121010000000000_", id="track 2 on a Latin American keyboard"),
        pytest.param("600001", id="barcode"),
    ],
)
async def test_a_swipe_leads_to_the_member(site, raw):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "Ana G." in await to_member(app, pilot, site, raw)


async def test_a_sale_typed_on_the_number_pad_is_on_disk_when_it_says_ok(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_member(app, pilot, site)
        await type_keys(app, pilot, "1")
        for answer in ("1", "40,5", "51300", "2", "1", "2500,50", "", "F-0001"):
            await type_keys(app, pilot, answer)
        text = await shown(app, pilot, "OK, recorded")
        assert "new balance 53,800" in text
        assert site.desk.member(ANA).balance == 53_800
        assert site.desk.movements(ANA)[0].reference == "F-0001"
        await type_keys(app, pilot, "")
        assert "Last operation" in await shown(app, pilot, "SWIPE THE CARD")


async def test_a_prize_is_handed_over_after_one_confirmation(site):
    site.sell(ANA, "A-1", amount=25_000)
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_member(app, pilot, site)
        await type_keys(app, pilot, "2")
        await shown(app, pilot, "Taza")
        await type_keys(app, pilot, "1")
        await shown(app, pilot, "HAND OVER THIS PRIZE?")
        await type_keys(app, pilot, "")
        assert site.node.store.on_hand(PrizeCode("MUG")) == 10
        await type_keys(app, pilot, "1")
        await shown(app, pilot, "OK, recorded")
        assert site.node.store.on_hand(PrizeCode("MUG")) == 9
        assert site.desk.member(ANA).balance == 150


async def test_the_last_movements_are_shown_and_lead_back_to_the_member(site):
    for n in range(20):
        site.sell(ANA, f"A-{n:02d}")
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_member(app, pilot, site)
        await pilot.press("f4")
        assert "A-19" in await shown(app, pilot, "A-05")
        await type_keys(app, pilot, "")
        assert "A-05" not in await shown(app, pilot, "A-00")
        await type_keys(app, pilot, "")
        await shown(app, pilot, "BALANCE IN POINTS")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        pytest.param(";E?", "could not be read", id="unreadable track"),
        pytest.param(";60000129121010000", "could not be read", id="half a track"),
    ],
)
async def test_a_bad_swipe_says_so_and_asks_nothing(site, raw, words):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, raw)
        text = await shown(app, pilot, words)
        assert "ATTENDANT" not in text


async def test_a_payment_card_is_refused_and_written_nowhere(tmp_path):
    ours = World(tmp_path, toml=TOML + '[cards]\nprefixes = ["60"]\n')
    site = ours.pair("E1")
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, ";4111111111111111=29121010000000000?")
        await shown(app, pilot, "not a card number")
    assert all(b"4111111111111111" not in entry.body for entry in site.node.store.entries())


async def test_a_ticket_of_an_unknown_card_is_kept(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, ";999999=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "not known here")
        for answer in ("1", "10", "1000", "", "F-9"):
            await type_keys(app, pilot, answer)
        assert "SWIPE THE CARD" in await shown(app, pilot, "kept for central")
    assert [(i.kind, i.document) for i in site.desk.incidents()] == [("unknown-card", "F-9")]


async def test_five_wrong_pins_lock_and_send_back_to_the_swipe(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, TRACK_2)
        for left in (4, 3, 2, 1):
            await type_keys(app, pilot, "01000001")
            await shown(app, pilot, f"{left} tries are left")
        await type_keys(app, pilot, "01000001")
        text = await shown(app, pilot, "is locked")
        assert "SWIPE THE CARD" in text


async def test_the_pin_is_never_on_the_screen(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, TRACK_2)
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code[:6], enter=None)
        assert "••••••" in await shown(app, pilot, "••••••")
        assert site.code[2:6] not in screen_text(app)


async def test_a_second_swipe_during_a_task_is_not_obeyed(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_member(app, pilot, site)
        await swipe(app, pilot, ";600002=29121010000000000?")
        assert "Ana G." in await shown(app, pilot, "before the next card")


async def test_a_card_can_be_typed_and_is_recorded_as_typed(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await type_keys(app, pilot, "600001")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code, enter="ctrl+j")
        await shown(app, pilot, "BALANCE IN POINTS")
        await pilot.press("f2")
        for answer in ("1", "10", "1000", "", "F-1"):
            await type_keys(app, pilot, answer)
        await shown(app, pilot, "OK, recorded")
    assert b'"entry":"keyed"' in list(site.node.store.entries())[-1].body


async def test_wrong_answers_ask_again_and_lose_nothing(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_member(app, pilot, site)
        await type_keys(app, pilot, "9")
        await shown(app, pilot, "Type 1, 2 or 3")
        await type_keys(app, pilot, "1")
        await type_keys(app, pilot, "7")
        await shown(app, pilot, "There is no product '7'")
        await type_keys(app, pilot, "1")
        await type_keys(app, pilot, "1,2345")
        await shown(app, pilot, "at most 3 decimals")
        await type_keys(app, pilot, "40")
        await type_keys(app, pilot, "diez")
        await shown(app, pilot, "at most 2 decimals")
        await type_keys(app, pilot, "100")
        assert "40 × Nafta súper" in await shown(app, pilot, "no more products")


async def test_help_and_shelf_are_one_key_away_and_esc_comes_back(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await pilot.press("f1")
        await shown(app, pilot, "HELP")
        await pilot.press("escape")
        await shown(app, pilot, "SWIPE THE CARD")
        await pilot.press("f6")
        assert "10  Taza" in await shown(app, pilot, "PRIZES ON THE SHELF")
        await pilot.press("escape")
        await shown(app, pilot, "SWIPE THE CARD")


async def test_the_station_speaks_spanish(site):
    set_language("es")
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        text = await shown(app, pilot, "TARJETA")
        assert "SWIPE" not in text


async def test_the_top_line_tells_the_age_of_the_data_and_what_is_pending(world, site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "DATA OF TODAY · 1 pending")
    site.sell(ANA, "A-1")
    world.clock.moment += 3 * 24 * 3600 * 1000
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "DATA OF 3 DAYS · 2 pending")


async def test_a_database_that_fails_under_the_screen_is_a_sentence(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, TRACK_2)
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        site.node.store._db.execute("DROP TABLE feed_card")
        await type_keys(app, pilot, site.code)
        assert "SWIPE THE CARD" in await shown(app, pilot, "The disk or the database failed")


EVIL = "Ana[@click=app.quit]X[/] [red]"


async def test_a_hostile_name_is_only_text(world):
    members = world.folder / "evil.csv"
    members.write_text(f'member,surname,name\n9,\x1b]0;pwned\x07Boss,"{EVIL}\x1b[2J"\n', encoding="utf-8")
    cards = world.folder / "evil-cards.csv"
    cards.write_text("card,member\n600009,9\n")
    from suite.central.enrolment_files import load_cards, load_members

    load_members(world.office, members)
    load_cards(world.office, cards)
    site = world.pair("E1")
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        text = await to_member(app, pilot, site, ";600009=29121010000000000?")
        assert EVIL in text
        assert "\x1b" not in text


@pytest.mark.parametrize("typed", ["", "\n".join(f"line {n}" for n in range(30))])
async def test_a_question_with_more_lines_than_the_screen_keeps_its_field_in_sight(site, typed):
    lines = tuple(typed.split("\n"))
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        for so_far in ((), lines):
            app._question.ask(Question("WHICH?", str, lines, so_far=so_far))
            app.push_screen(app._question)
            text = await shown(app, pilot, "WHICH?")
            assert app._question.query_one("#answer").region.bottom <= 21, text
            assert app._question.query_one("#question").region.y >= 1, text
            app.pop_screen()
            await shown(app, pilot, "SWIPE THE CARD")


async def test_what_is_typed_ahead_waits_for_its_question(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await app._type(f"{ANA}\r{site.code}\r1\r1\r40,5\r51300\r\rF-0001\r\r")
        await shown(app, pilot, "OK, recorded")
        assert site.desk.movements(ANA)[0].reference == "F-0001"
        await pilot.pause(0.1)
        assert "OK, recorded" in screen_text(app)  # an Enter too many does not take the result away unseen


async def test_what_was_typed_ahead_of_a_refusal_is_forgotten(site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_member(app, pilot, site)
        await app._type("1\r77\r1\r")
        await shown(app, pilot, "There is no product '77'")
        await pilot.pause(0.1)
        assert "WHICH PRODUCT?" in screen_text(app)
        await type_keys(app, pilot, "1")
        await shown(app, pilot, "LITRES")


class Watched(StationApp):
    """Remembers which screens were painted."""

    CSS_PATH = Path(inspect.getfile(StationApp)).parent / StationApp.CSS_PATH

    def __init__(self, desk):
        super().__init__(desk)
        self.painted = []

    def _display(self, screen, renderable):
        self.painted.append(type(screen).__name__)
        super()._display(screen, renderable)


async def test_between_two_questions_nothing_else_is_painted(site):
    app = Watched(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await to_member(app, pilot, site)
        app.painted.clear()
        for answer in ("1", "1", "40,5", "51300", "", "F-0001"):
            await type_keys(app, pilot, answer)
        await shown(app, pilot, "OK, recorded")
        in_turn = [name for name, _ in groupby(app.painted)]
    assert in_turn == ["MemberScreen", "QuestionScreen", "ResultScreen"]


@contextmanager
def no_collector() -> Iterator[None]:
    """Python's own collector of garbage rests meanwhile."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Ring:
    """Garbage as a screen leaves it: it holds itself."""

    def __init__(self) -> None:
        self.itself = self


async def test_what_a_visit_left_behind_is_swept_when_it_is_over(site):
    app = StationApp(site.desk, sweep=gc.collect)
    async with app.run_test(size=(80, 24)) as pilot:
        with no_collector():
            await to_member(app, pilot, site)
            left = weakref.ref(Ring())
            await pilot.press("escape")
            await shown(app, pilot, "SWIPE THE CARD")
            await pilot.pause()
            assert left() is None
