"""The courier's rounds: by itself, over whichever way there is, and the desk does not notice."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from suite.node import rounds as module
from suite.node.exchange import Ways, save_ways
from suite.node.rounds import EVERY_SECONDS, FIRST_PAUSE_SECONDS, SOON_SECONDS, Rounds, Seen, is_due, pause_after
from suite.station import courier
from suite.station.app import StationApp
from suite.sync import sticks
from suite.sync.link import Link
from tests.factories import ANA
from tests.link.doors import door_of
from tests.station.screens import screen_text, shown, swipe

STICK = (Path("/media/a"),)


@pytest.mark.parametrize(
    ("seen", "waited", "pending", "stick", "due"),
    [
        pytest.param(Seen(), 0, 0, (), False, id="nothing is new"),
        pytest.param(Seen(), 900, 0, (), True, id="a quarter of an hour"),
        pytest.param(Seen(), SOON_SECONDS, 1, (), True, id="new entries"),
        pytest.param(Seen(), SOON_SECONDS - 1, 1, (), False, id="new entries, just now"),
        pytest.param(Seen(pending=3), SOON_SECONDS, 3, (), False, id="left on a stick already"),
        pytest.param(Seen(failures=1), SOON_SECONDS, 1, (), False, id="new entries and no link"),
        pytest.param(Seen(failures=1), 900, 1, (), True, id="after a failure"),
        pytest.param(Seen(failures=3), 0, 0, STICK, True, id="a stick is put in"),
        pytest.param(Seen(sticks=STICK), 0, 0, STICK, False, id="the stick is still in"),
    ],
)
def test_when_a_round_is_due(seen, waited, pending, stick, due):
    assert is_due(seen, waited, EVERY_SECONDS, pending, stick) is due


def test_pauses_grow_with_failures_and_spread():
    assert [pause_after(n, 0) for n in (1, 2, 3, 9, 1000)] == [30, 60, 120, EVERY_SECONDS, EVERY_SECONDS]
    assert pause_after(1, 1) == FIRST_PAUSE_SECONDS / 2
    assert EVERY_SECONDS * 0.75 == pause_after(0, 1) < pause_after(0, 0) == EVERY_SECONDS


@pytest.fixture
def site(world, monkeypatch):
    monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(sticks, "volumes", list)
    return world.pair("E1")


def eventually(question):
    """Ask until it is so, for ten seconds at most."""
    for _ in range(1000):
        if question():
            return True
        threading.Event().wait(0.01)
    return False


@pytest.fixture
def going(world, site):
    made = Rounds(courier.open_station, site.home, world.clock, lambda: 0.0)
    yield made
    made.stop()


def test_what_is_sold_is_at_central_by_itself_and_its_word_is_here(world, site, going, monkeypatch):
    monkeypatch.setattr(module, "SOON_SECONDS", 0.0)
    with door_of(world) as door:
        save_ways(site.home, Ways(Link(door.url)))
        going.start()
        for n in range(3):
            site.sell(ANA, f"A-{n}")
            assert eventually(lambda: site.node.store.pending() == 0)
            assert eventually(lambda n=n: going.made > n)
        going.stop()
    assert world.balance(1) == 300
    assert going.trouble == ""


def test_what_is_sold_during_a_round_goes_with_the_next_and_does_not_wait_for_the_clock(
    world, site, going, monkeypatch
):
    from suite.node import exchange as exchanging
    from suite.sync.link import exchange

    monkeypatch.setattr(module, "SOON_SECONDS", 0.0)
    sold = []

    def sell_once_and_exchange(*arguments):
        if not sold:
            sold.append(site.sell(ANA, "B-1"))
        return exchange(*arguments)

    monkeypatch.setattr(exchanging, "exchange", sell_once_and_exchange)
    site.sell(ANA, "A-1")
    with door_of(world) as door:
        save_ways(site.home, Ways(Link(door.url)))
        going.start()
        assert eventually(lambda: sold and site.node.store.pending() == 0)
        going.stop()
    assert world.balance(1) == 200


def test_without_a_link_the_stick_is_used_and_only_one_of_ours(world, site, going, tmp_path, monkeypatch):
    ours, private = tmp_path / "ours", tmp_path / "private"
    (ours / "CANJE").mkdir(parents=True)
    private.mkdir()
    monkeypatch.setattr(sticks, "volumes", lambda: [private, ours])
    save_ways(site.home, Ways(Link("http://127.0.0.1:1")))
    site.sell(ANA, "A-1")
    going.start()
    assert eventually(lambda: going.made)
    going.stop()
    [left] = (ours / "CANJE" / "a-central").iterdir()
    assert list(private.iterdir()) == []
    assert world.merge(left.read_bytes())[0].fresh == 3


def test_a_trouble_with_a_stick_is_said_and_the_rounds_go_on(world, site, going, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.0)
    (tmp_path / "s" / "CANJE").mkdir(parents=True)
    (tmp_path / "s" / "CANJE" / "a-E1").write_text("a file where a folder should be")
    monkeypatch.setattr(sticks, "volumes", lambda: [tmp_path / "s"])
    site.sell(ANA, "A-1")
    going.start()
    assert eventually(lambda: "is no folder" in going.trouble)
    (tmp_path / "s" / "CANJE" / "a-E1").unlink()
    assert eventually(lambda: going.trouble == "" and going.made)


def test_the_desk_sells_while_the_courier_waits_for_a_link_that_is_silent(world, site, going):
    """A door that accepts and says nothing: the exchange under way holds no lock."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        save_ways(site.home, Ways(Link(f"http://127.0.0.1:{silent.getsockname()[1]}")))
        site.sell(ANA, "A-1")
        going.start()
        silent.settimeout(10)
        connection, _ = silent.accept()
        connection.recv(100)
        site.node.store._db.execute("PRAGMA busy_timeout = 0")
        for n in range(20):
            site.sell(ANA, f"B-{n}")
        connection.close()
    assert site.node.store.pending() == 21


async def test_the_top_line_tells_what_the_courier_achieved(world, site, monkeypatch):
    monkeypatch.setattr("suite.station.app.LOOK_SECONDS", 0.02)
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.0)
    site.sell(ANA, "A-1")
    with door_of(world) as door:
        app = StationApp(site.desk, Rounds(courier.open_station, site.home, world.clock, lambda: 0.0))
        async with app.run_test(size=(80, 24)) as pilot:
            await shown(app, pilot, "1 pending")
            save_ways(site.home, Ways(Link(door.url)))
            await shown(app, pilot, "DATA OF TODAY · 0 pending")


async def test_a_trouble_of_the_courier_is_said_where_nobody_is_served(world, site, tmp_path, monkeypatch):
    monkeypatch.setattr("suite.station.app.LOOK_SECONDS", 0.02)
    (tmp_path / "s" / "CANJE").mkdir(parents=True)
    (tmp_path / "s" / "CANJE" / "a-E1").write_text("a file where a folder should be")
    monkeypatch.setattr(sticks, "volumes", lambda: [tmp_path / "s"])
    app = StationApp(site.desk, Rounds(courier.open_station, site.home, world.clock, lambda: 0.0))
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "is no folder but a link")


async def test_what_the_pc_tells_by_itself_waits_until_an_answer_was_read(world, site):
    app = StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, ";E?")
        await shown(app, pilot, "could not be read")
        assert not app.screen.remark("Central's data is coming in: 5 %.")
        await pilot.pause()
        assert "could not be read" in screen_text(app)
        await pilot.press("escape")
        assert app.screen.remark("Central's data is coming in: 6 %.")
        assert app.screen.remark("Central's data is coming in: 7 %.")
        await shown(app, pilot, "7 %")


def test_the_courier_as_a_command_ends_when_it_is_told_to(world, site, tmp_path):
    site.node.store.close()
    going = subprocess.Popen(
        [sys.executable, "-m", "suite", "station", "--home", str(site.home.folder), "courier", "--json"],
        env={**os.environ, "CANJE_LANG": "en"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert going.stderr is not None
    assert "goes its rounds" in going.stderr.readline()
    going.send_signal(signal.SIGTERM)
    out, err = going.communicate(timeout=60)
    assert (going.returncode, out, err) == (0, '{"rounds":0}\n', "")
