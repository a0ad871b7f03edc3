"""Spending with no link by its commands and on the screen: refused, authorised by telephone, granted, shown (PRZ-6)."""

import pytest

from suite.central.spending import authorise
from suite.domain.errors import OfflineAccountLimit
from suite.runtime.errors import REFUSED
from suite.station.app import StationApp
from tests.factories import ANA, TOML
from tests.flow.network import Network
from tests.station.screens import shown, swipe, type_keys
from tests.station.test_spending_at_the_desk import OFFLINE, mug, network

TIGHT = "\n[offline]\nsteps = [{hours = 24, points = 100}]\n"


@pytest.fixture
def net(tmp_path, capsys, monkeypatch):
    found = Network(tmp_path, capsys, monkeypatch, toml=TOML + TIGHT).paired()
    found.csv("opening.csv", "member,month,points\n1,2026-10,1000\n")
    found.answer("central", "load-opening", "opening.csv")
    found.carry_out()
    found.answer("E1", "receive", "1")
    monkeypatch.setenv("CANJE_CODE", found.code)
    return found


MUG = ("redeem", "--card", "600001", "--prize", "MUG")


def test_a_limit_the_telephone_and_a_grant_by_commands(net):
    assert net.answer("E1", *MUG)["balance"] == 900
    _, said = net.call("E1", *MUG, expected=REFUSED)
    assert "100 points here until the next exchange" in said
    assert "telephone" in said
    found = net.answer("central", "authorise", "E1", "600001", "100")
    assert (len(found["code"]), found["day"]) == (8, "2026-10-15")
    net.call("E1", *MUG, "--authorisation", "12345678", expected=REFUSED)
    assert net.answer("E1", *MUG, "--authorisation", found["code"])["balance"] == 800
    net.exchange()
    told = net.answer("central", "exposure")
    assert (told["parties"], told["account"], told["network"], told["account_value"]) == (2, 100, 20_000, 375)
    assert net.answer("central", "incidents") == []
    assert net.answer("central", "grant", "E1", "1", "300")["balance"] == 500
    assert net.answer("central", "exposure")["stations"][0]["granted"] == 300
    lost = ("release", "E1", "--reason", "burnt down")
    assert net.call("central", *lost, expected=REFUSED)[0]["error"] == "station-may-be-alive"
    net.clock("2026-10-22T10:00:00")
    found = net.answer("central", *lost)
    assert ([each["points"] for each in found["released"]], found["staying"]) == ([300], 0)
    found = net.answer("central", "exposure")["stations"][0]
    assert (found["granted"], found["released"], found["turned_up"]) == (0, 300, 0)


def test_vouchers_beyond_the_limit_are_told_on_both_sides(net):
    rows = "".join(f"2026-10-15 09:0{n},V-{n},600001,MUG\n" for n in range(3))
    net.csv("paper.csv", f"moment,document,card,prize\n{rows}")
    assert net.answer("E1", "import-vouchers", "paper.csv")["beyond"] == 2
    net.answer("E1", "export", "stick")
    assert net.answer("central", "import", "stick")["beyond"] == 2
    assert [i["kind"] for i in net.answer("central", "incidents")] == ["offline-account-limit"] * 2


def test_without_the_table_exposure_says_that_there_is_no_bound(tmp_path, capsys, monkeypatch):
    net = Network(tmp_path, capsys, monkeypatch).paired()
    told = net.answer("central", "exposure")
    assert (told["account"], told["network"], told["stations"][0]["risk"]) == (None, None, None)


async def test_the_screen_asks_for_the_digits_when_a_limit_says_no(tmp_path):
    world = network(tmp_path, OFFLINE)
    site = world.sites["E1"]
    mug(site)
    mug(site)
    with pytest.raises(OfflineAccountLimit):
        mug(site)
    digits = authorise(world.office, "E1", ANA, 100).code
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "BALANCE IN POINTS")
        await type_keys(app, pilot, "2")
        await shown(app, pilot, "WHICH PRIZE?")
        await type_keys(app, pilot, "1")
        await shown(app, pilot, "HAND OVER THIS PRIZE?")
        await type_keys(app, pilot, "1")
        asked = await shown(app, pilot, "AUTHORISATION FROM CENTRAL?")
        assert ANA in asked
        assert "100 points" in asked
        await type_keys(app, pilot, "00000000")
        await shown(app, pilot, "no authorisation of today")
        assert site.desk.member(ANA).balance == 9_800
        await type_keys(app, pilot, digits)
        await shown(app, pilot, "OK, recorded")
    assert site.desk.member(ANA).balance == 9_700
