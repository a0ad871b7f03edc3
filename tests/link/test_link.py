"""A station and central over real sockets: everything arrives, whatever the network does to it, and nothing twice."""

import pytest

from suite.runtime.errors import BundleRefused, LinkTrouble
from suite.station import courier
from suite.sync import link as client
from suite.sync.link import Link
from tests.factories import ANA
from tests.link.doors import Proxy, Recorded, door_of, exchange_with, raw, try_exchange


@pytest.fixture
def site(world):
    return world.pair("E1")


def test_what_was_sold_is_at_central_and_its_word_is_back(world, site):
    site.sell(ANA, "A-1", amount=20_000)
    with door_of(world) as door:
        done = exchange_with(world, "E1", door.url)
    assert (done.sent, done.news, done.pending) == (3, True, 0)
    assert world.balance(1) == 200
    assert site.node.store.feed_state().ack == site.node.store.tip()


def test_a_station_with_nothing_to_say_writes_nothing_and_hears_what_is_new(world, site):
    with door_of(world) as door:
        exchange_with(world, "E1", door.url)
        tip, count = site.node.store.tip(), site.node.store.feed_state().count
        assert not exchange_with(world, "E1", door.url).news
        world.pair("E2")
        done = exchange_with(world, "E1", door.url)
    assert (done.sent, done.news) == (0, True)
    assert site.node.store.feed_state().count > count
    assert site.node.store.tip() == tip


def test_the_same_feed_is_sent_once_a_day(world, site):
    with door_of(world) as door:
        exchange_with(world, "E1", door.url)
        at = site.node.store.feed_state().at
        assert not exchange_with(world, "E1", door.url).news
        world.clock.moment += 24 * 3600 * 1000
        assert exchange_with(world, "E1", door.url).news
    assert site.node.store.feed_state().at > at


def test_a_desk_that_goes_on_selling_does_not_keep_the_exchange_going(world, site, monkeypatch):
    from suite.node import exchange as module

    site.sell(ANA, "A-0")
    asked = []

    def sell_and_ask(*arguments):
        asked.append(site.sell(ANA, f"B-{len(asked)}"))
        return client.exchange(*arguments)

    monkeypatch.setattr(module, "exchange", sell_and_ask)
    with door_of(world) as door:
        done = exchange_with(world, "E1", door.url)
    assert (len(asked), done.pending) == (1, 1)


def test_a_long_journal_goes_in_parts(world, site, monkeypatch):
    monkeypatch.setattr("suite.node.exchange.BODY_MAX", 1500)
    for n in range(150):
        site.sell(ANA, f"A-{n}", amount=1_000 + 37 * n)
    with door_of(world) as door:
        done = exchange_with(world, "E1", door.url)
    assert done.sent > 152, "each part but the first tells which feed it stands on"
    assert done.pending == 0
    assert len(door.door.lines) > 2
    assert world.balance(1) == site.desk.member(ANA).balance


@pytest.fixture
def long_feed(monkeypatch):
    """Every feed is too long for the answer."""
    monkeypatch.setattr("suite.central.door.exchange.BODY_MAX", 64 * 1024)
    monkeypatch.setattr("suite.central.door.exchange.Door._feed", _always_a_blob)


def _always_a_blob(door, station, count, day):
    from suite.central.door.exchange import _announced

    return _announced(door._blob(station, count, day))


def test_a_long_feed_comes_as_a_blob(world, site, long_feed):
    site.sell(ANA, "A-1")
    with door_of(world) as door:
        done = exchange_with(world, "E1", door.url)
    assert (done.news, done.pending) == (True, 0)
    assert list(site.home.out.iterdir()) == []


def test_a_long_feed_goes_on_where_it_was_cut(world, site, long_feed):
    site.sell(ANA, "A-1")
    sizes = []
    with door_of(world) as door:
        with Proxy(door.port, down=700) as proxy:
            for _ in range(60):
                trouble = try_exchange(world, "E1", proxy.url)
                sizes += [p.stat().st_size for p in site.home.out.glob("*.part")]
                if trouble is None:
                    break
        assert trouble is None
        assert proxy.passed["down"] < 8_000, "a piece that was there already was fetched again"
    assert site.node.store.pending() == 0


def test_every_cut_of_the_answer_loses_nothing(world, site):
    site.sell(ANA, "A-1")
    with door_of(world) as door:
        with Proxy(door.port) as whole:
            exchange_with(world, "E1", whole.url)
        length = whole.passed["down"]
        door.door._addresses.wait_ms = door.door._stations.wait_ms = lambda *_: 0
        site.sell(ANA, "B-1")
        before = site.node.store.feed_state()
        for n in range(1, length, 61):
            with Proxy(door.port, down=n) as proxy:
                trouble = try_exchange(world, "E1", proxy.url)
            assert site.node.store.feed_state() == before, n
            assert trouble is not None, n
        exchange_with(world, "E1", door.url)
    assert world.balance(1) == site.desk.member(ANA).balance
    assert site.node.store.pending() == 0


def test_no_cut_of_an_answer_is_taken_for_an_answer(world, site):
    """Every single byte of it; the answer's bytes are a real door's."""
    site.sell(ANA, "A-1")
    bundle = world.bundle("E1")
    head = b"POST /v1/sync HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(bundle)
    with door_of(world) as door:
        answer = raw(door, head + bundle)
    with Recorded(answer) as recorded:
        assert client.exchange(Link(recorded.url), b"x", "").content == answer.partition(b"\r\n\r\n")[2]
        for n in range(len(answer)):
            recorded.answer = answer[:n]
            with pytest.raises(LinkTrouble, match="cut in the middle"):
                client.exchange(Link(recorded.url), b"x", "")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\nhtml", id="a web page"),
        pytest.param(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", id="elsewhere"
        ),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", id="no blob"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 27\r\n\r\n"
            b'{"blob":"../../x","size":1}',
            id="a blob that climbs",
        ),
        pytest.param(b"HTTP/1.1 401 No\r\nContent-Length: 5\r\n\r\nlogin", id="a portal"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 9_000_000, id="endless"),
    ],
)
def test_what_is_no_central_is_said_to_be_none(answer):
    with Recorded(answer) as recorded, pytest.raises(LinkTrouble, match="not a central"):
        client.exchange(Link(recorded.url), b"x", "")


def test_the_words_of_another_server_reach_no_terminal():
    told = b'{"title":"x","status":403,"detail":"\\u001b[2Jgone\\u0007"}'
    answer = b"HTTP/1.1 403 No\r\nContent-Length: %d\r\n\r\n" % len(told) + told
    with Recorded(answer) as recorded, pytest.raises(LinkTrouble) as caught:
        client.exchange(Link(recorded.url), b"x", "")
    assert str(caught.value).isprintable()


def test_every_cut_of_the_request_loses_nothing(world, site):
    site.sell(ANA, "A-1")
    with door_of(world) as door:
        door.door._addresses.wait_ms = lambda *_: 0
        with Proxy(door.port) as whole:
            exchange_with(world, "E1", whole.url)
        for n in [*range(1, 300, 17), *range(300, whole.passed["up"], 61)]:
            site.sell(ANA, f"B-{n}")
            known = world.balance(1)
            with Proxy(door.port, up=n) as proxy:
                assert try_exchange(world, "E1", proxy.url) is not None, n
            assert world.balance(1) == known, n
        exchange_with(world, "E1", door.url)
    assert world.balance(1) == site.desk.member(ANA).balance


def test_a_try_that_fails_leaves_one_mark_however_often_it_is_made(world, site):
    site.sell(ANA, "A-1")
    with door_of(world) as door:
        url = door.url
    for _ in range(5):
        assert "no link" in str(try_exchange(world, "E1", url))
    assert site.node.store.tip().seq == 3


def test_a_gap_is_answered_with_where_to_start_again(world, site, tmp_path):
    """Central was told of another feed than the one the station has: it starts where the answer says."""
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    older = world.feed("E1")
    site.sell(ANA, "A-2")
    with door_of(world) as door:
        bundle = courier.export(site.node, world.clock)
        assert bundle.first == 1
        courier.take(site.node, older, world.clock.now())
        site.sell(ANA, "A-3")
        done = exchange_with(world, "E1", door.url)
    assert done.pending == 0
    assert world.balance(1) == 300


def test_a_copied_disk_is_told_so_and_taken_nothing_of(world, site):
    import shutil

    site.node.store._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(site.home.folder, world.folder / "copy")
    from suite.runtime.paths import Home

    site.sell(ANA, "A-1")
    with door_of(world) as door:
        exchange_with(world, "E1", door.url)
        copy = courier.open_station(Home(world.folder / "copy"))
        world.sites["E1"].node, original = copy, site.node
        try:
            with pytest.raises(BundleRefused, match="restored or copied"):
                exchange_with(world, "E1", door.url)
        finally:
            world.sites["E1"].node = original
            copy.store.close()


def test_the_name_the_port_and_another_server_have_their_sentences(world, site):
    assert "was not found" in str(try_exchange(world, "E1", "http://nobody.invalid:1"))
    with door_of(world) as door, pytest.raises(LinkTrouble, match="There is nothing here"):
        exchange_with(world, "E1", f"{door.url}/elsewhere")
    with pytest.raises(LinkTrouble, match="no link"):
        exchange_with(world, "E1", door.url)


def test_the_systems_proxy_is_used(world, site, monkeypatch):
    site.sell(ANA, "A-1")
    with door_of(world) as door:
        monkeypatch.setenv("http_proxy", door.url)
        monkeypatch.setenv("no_proxy", "")
        done = exchange_with(world, "E1", "http://central.invalid:8443")
    assert done.pending == 0


def test_a_mirror_has_a_copy_and_hinders_nothing(world, site):
    site.sell(ANA, "A-1")
    mirror = world.folder / "mirror"
    mirror.mkdir()
    with door_of(world) as door:
        exchange_with(world, "E1", door.url, mirror=str(mirror))
        [copy] = mirror.iterdir()
        assert world.merge(copy.read_bytes())[0].known == 3
        site.sell(ANA, "A-2")
        done = exchange_with(world, "E1", door.url, mirror=str(copy))
    assert done.pending == 0
    assert "could not be written" in done.troubles[0]


@pytest.mark.parametrize(
    "url",
    [
        "central",
        "ftp://c",
        "https://",
        "http://central.example",
        "https://u:p@c",
        "https://c/?q",
        "https://c:x",
        "https://[",
        "https://c c",
    ],
)
def test_an_address_that_cannot_be_one_is_refused(url):
    with pytest.raises(client.BadInput):
        client.check_link(Link(url))
