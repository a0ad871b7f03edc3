"""Real keys: a sale of the POS taken with one digit, in both languages, on 80 × 24 cells."""

import pytest

from suite.domain.errors import DocumentAlreadyClaimed
from suite.runtime.texts import set_language
from suite.station.app import StationApp
from suite.station.courier import open_station
from suite.station.desk import Desk
from suite.station.pos.watching import PosWatch
from tests.factories import ANA
from tests.station.pos.files import event, fuel, item, journal, prepay
from tests.station.screens import screen_text, shown, swipe, type_keys

TRACK = ";600001=29121010000000000?"


async def to_list(app, pilot, site, words="WHICH SALE?", raw=TRACK):
    await swipe(app, pilot, raw)
    await shown(app, pilot, "ATTENDANT CODE AND PIN" if words == "WHICH SALE?" else "CÓDIGO DE PLAYERO Y PIN")
    await type_keys(app, pilot, site.code)
    await shown(app, pilot, "BALANCE IN POINTS" if words == "WHICH SALE?" else "SALDO EN PUNTOS")
    await type_keys(app, pilot, "1")
    return await shown(app, pilot, words)


@pytest.fixture
def sales(pos):
    pos.take(
        event("509657", fuel(litres="19.463", amount="30150.50", pump="4"), at="2026-10-15T09:12:00"),
        event("509660", fuel(litres="40.000", amount="51300.00", pump="12"), item(), at="2026-10-15T09:15:00"),
        event("509661", prepay(), at="2026-10-15T09:16:00"),
    )
    return pos


async def test_a_sale_is_taken_with_its_digit_and_is_on_disk_when_it_says_ok(sales):
    app = StationApp(sales.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "2 sales of the POS wait" in await shown(app, pilot, "SWIPE THE CARD")
        text = await to_list(app, pilot, sales.site)
        assert "1  09:15  509660         pump 12     Nafta súper, Café        40  51,350.00" in text
        assert "2  09:12  509657         pump 4      Nafta súper          19.463  30,150.50" in text
        await type_keys(app, pilot, "2")
        text = await shown(app, pilot, "OK, recorded")
        assert "19.463 × Nafta súper  30,150.50" in text
        assert sales.desk.member(ANA).balance == 30_150
        await type_keys(app, pilot, "")
        assert "1 sale of the POS waits" in await shown(app, pilot, "SWIPE THE CARD")


async def test_the_list_stands_still_while_a_digit_is_typed(sales):
    app = StationApp(sales.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await to_list(app, pilot, sales.site)
        sales.take(event("509662", fuel(amount="9.00"), at="2026-10-15T09:20:00"), name="b.xml")
        await type_keys(app, pilot, "1")
        assert "509660" in await shown(app, pilot, "OK, recorded")


async def test_enter_looks_again_a_wrong_digit_says_so_and_0_types_by_hand(sales):
    app = StationApp(sales.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await to_list(app, pilot, sales.site)
        await type_keys(app, pilot, "7")
        await shown(app, pilot, "no sale '7'")
        sales.take(event("509662", fuel(amount="9.00"), at="2026-10-15T09:20:00"), name="b.xml")
        await type_keys(app, pilot, "")
        assert "no sale" not in await shown(app, pilot, "509662")
        await type_keys(app, pilot, "0")
        await shown(app, pilot, "WHICH PRODUCT?")
        await pilot.press("escape")
        await shown(app, pilot, "BALANCE IN POINTS")


async def test_a_sale_that_went_meanwhile_is_refused_and_the_list_shows_what_is_left(sales):
    app = StationApp(sales.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await to_list(app, pilot, sales.site)
        sales.site.sell(ANA, "509660")
        await type_keys(app, pilot, "1")
        text = await shown(app, pilot, "already credited")
        assert "509657" in text
        assert sales.desk.member(ANA).balance == 100


async def test_an_unknown_card_takes_a_sale_of_the_pos_too(sales):
    app = StationApp(sales.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, ";999999=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, sales.site.code)
        assert "not known" in await shown(app, pilot, "WHICH SALE?")
        await type_keys(app, pilot, "1")
        await shown(app, pilot, "kept for central")
    assert [(each.kind, each.document) for each in sales.desk.incidents()] == [("unknown-card", "509660")]


async def test_without_a_sale_that_waits_nothing_is_in_the_way(pos):
    app = StationApp(pos.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "POS" not in await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, TRACK)
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, pos.site.code)
        await shown(app, pilot, "BALANCE IN POINTS")
        await type_keys(app, pilot, "1")
        await shown(app, pilot, "WHICH PRODUCT?")


async def test_in_spanish_the_same_way_fits_the_screen(sales):
    set_language("es")
    app = StationApp(sales.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Esperan 2 cargas de la caja")
        text = await to_list(app, pilot, sales.site, "¿QUÉ CARGA?")
        assert "surtidor 12" in text
        assert "51.350,00" in text
        assert max(map(len, screen_text(app).splitlines())) <= 80
        await type_keys(app, pilot, "1")
        await shown(app, pilot, "40 × Nafta súper")
    with pytest.raises(DocumentAlreadyClaimed):
        sales.site.sell(ANA, "509660")


async def test_files_that_come_beside_the_screen_are_shown_and_refused_ones_said(pos, monkeypatch):
    monkeypatch.setattr("suite.station.app.LOOK_SECONDS", 0.05)
    monkeypatch.setattr("suite.station.pos.watching.LOOK_SECONDS", 0.02)
    watch = PosWatch(pos.site.home, lambda home: Desk(pos.desk.station, open_station(home).store, pos.desk.clock))
    app = StationApp(pos.desk, pos=watch)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        pos.write("a.xml", journal(event("1", fuel())))
        await shown(app, pilot, "1 sale of the POS waits")
        pos.write("b.xml", b"<html/>")
        await shown(app, pilot, "b.xml: It begins with 'html'")
    assert pos.names() == ["refused/b.xml", "refused/b.xml.why.txt", "taken/a.xml"]
