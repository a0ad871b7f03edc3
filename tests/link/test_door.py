"""The door under strangers: a fixed status for everything, nothing left behind, and nobody keeps it from the others."""

import hashlib
import socket
import threading

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suite.central.door.blobs import Blobs
from suite.central.door.limits import Buckets, Rate
from suite.central.door.server import CONNECTIONS_EACH
from suite.journal.admission import run_to_bytes, seal_run
from suite.journal.entry import START, Tip
from suite.journal.keys import Signer
from suite.runtime import db
from suite.runtime.secrets import random_bytes
from suite.station import courier
from suite.sync.bundle import Core, close_bundle
from suite.sync.frames import RUN, Frame
from suite.sync.over_http import BODY_MAX, DESCRIPTION_PATH
from suite.sync.sealing import public_box_key
from tests.factories import ANA
from tests.link.doors import door_of, exchange_with, post, raw, status_of


@pytest.fixture
def site(world):
    return world.pair("E1")


@pytest.fixture
def door(world, site):
    with door_of(world) as server:
        server.door._addresses.wait_ms = lambda *_: 0
        yield server


def problem(body):
    return msgspec.json.decode(body)


# What a bundle is answered


def test_a_bundle_is_answered_with_its_senders_feed(world, site, door):
    site.sell(ANA, "A-1")
    status, body = post(door, world.bundle("E1"))
    assert status == 200
    assert courier.take(site.node, body, world.clock.now()).news
    assert world.balance(1) == 100


def test_the_same_request_twice_is_taken_once(world, site, door):
    site.sell(ANA, "A-1")
    bundle = world.bundle("E1")
    before = [post(door, bundle)[0], world.tables()]
    assert [post(door, bundle)[0], world.tables()] == before


def test_requests_at_the_same_time_are_each_answered(world, site, door):
    site.sell(ANA, "A-1")
    bundle, statuses = world.bundle("E1"), []
    asking = [threading.Thread(target=lambda: statuses.append(post(door, bundle)[0])) for _ in range(8)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert statuses == [200] * 8
    assert world.balance(1) == 100


def test_who_is_answered_is_decided_by_the_seal_not_by_the_envelope(world, site, door):
    """E2 puts its own name and journal on the envelope of a run that E1 sealed: the answer is E1's."""
    other = world.pair("E2")
    site.sell(ANA, "A-1")
    run = seal_run(site.node.identity.current.signer, site.node.store.log, *_genesis(site))
    envelope = _core(world, other.node.store.log.hex(), "E2")
    status, body = post(door, close_bundle(envelope, [Frame(RUN, run_to_bytes(run))], **_sealed(world)))
    assert status == 200
    with pytest.raises(courier.BundleRefused):
        courier.take(other.node, body, world.clock.now())
    assert msgspec.json.decode(body[12 : 12 + int.from_bytes(body[4:8], "big")])["to"] == site.node.store.log.hex()


def _genesis(site):
    return START, site.node.store.bodies_between(0, 1, 1)


def _core(world, sender, name, **changes):
    with world.office.store.transaction():
        log = world.office.log().hex()
    core = Core(1, "test", sender, name, log, "central", world.clock.now())
    return msgspec.structs.replace(core, **changes)


def _sealed(world):
    return {"to_box": public_box_key(world.office.secrets.box), "file_key": random_bytes(32)}


def stranger(world, **changes):
    """A bundle that opens, sealed by a key that nobody approved, or under an envelope of another kind."""
    signer, log = Signer(random_bytes(32)), random_bytes(32)
    run = seal_run(signer, log, START, [b'{"k":"x.1"}'])
    core = _core(world, log.hex(), "E1", **changes)
    return close_bundle(core, [Frame(RUN, run_to_bytes(run))], **_sealed(world))


def test_every_refusal_has_its_status_and_its_sentence(world, site, door):
    site.sell(ANA, "A-1")
    good = world.bundle("E1")
    expected = {
        b"": (400, "unreadable"),
        b"CSB1 but no more": (400, "unreadable"),
        good[:-1]: (400, "unreadable"),
        stranger(world): (403, "stranger"),
        stranger(world, net="another"): (403, "stranger"),
        stranger(world, to="00" * 32): (403, "stranger"),
        stranger(world, v=2): (426, "newer"),
        stranger(world, caps=("deltas",)): (426, "newer"),
        stranger(world, created=world.clock.now() + 10**9): (400, "unreadable"),
    }
    before = world.tables()
    for bundle, (status, title) in expected.items():
        answered, body = post(door, bundle)
        told = problem(body)
        assert (answered, told["title"], told["status"]) == (status, title, status), told
        assert told["detail"].endswith(".")
    assert world.tables() == before
    assert post(door, good)[0] == 200


def test_the_words_of_a_strangers_envelope_reach_no_terminal(world, door):
    status, body = post(door, stranger(world, net="\x1b]0;owned\x07\x1b[2J" + "x" * 5000))
    assert status == 403
    assert "\\u001b" not in body.decode()
    assert all(line.isprintable() and len(line) <= 400 for line in door.door.lines)


def test_a_gap_is_answered_409_with_the_feed(world, site, door):
    site.sell(ANA, "A-1")
    store = site.node.store
    site.sell(ANA, "A-2")
    run = seal_run(
        site.node.identity.current.signer, store.log, Tip(2, store.head_at(2)), store.bodies_between(2, 3, 1)
    )
    status, body = post(
        door, close_bundle(_core(world, "00" * 32, "E1"), [Frame(RUN, run_to_bytes(run))], **_sealed(world))
    )
    told = problem(body)
    assert (status, told["title"]) == (409, "history")
    answer = raw(door, f"GET /v1/blob/{told['blob']} HTTP/1.1\r\n\r\n".encode())
    feed = answer.partition(b"\r\n\r\n")[2]
    assert len(feed) == told["size"]
    assert courier.take(site.node, feed, world.clock.now()).header.ack.seq == 0
    assert world.balance(1) == 0


def test_a_gap_under_a_strangers_seal_gets_no_feed(world, site, door):
    run = seal_run(Signer(random_bytes(32)), site.node.store.log, Tip(5, bytes(32)), [b'{"k":"mark.1"}'])
    status, body = post(
        door, close_bundle(_core(world, "00" * 32, "E1"), [Frame(RUN, run_to_bytes(run))], **_sealed(world))
    )
    assert (status, "blob" in problem(body)) == (403, False)


def test_what_a_station_has_already_is_not_sent_again(world, site, door):
    site.sell(ANA, "A-1")
    bundle = world.bundle("E1")
    courier.take(site.node, post(door, bundle)[1], world.clock.now())
    state = site.node.store.feed_state()
    known = f'If-None-Match: "{state.count}-{state.at}"'.encode()
    assert post(door, bundle, known) == (204, b"")
    for other in (
        b"*",
        b'"1"',
        b'"x-y"',
        b'"%d-99999999999999999"' % state.count,
        b'"%d-%d"' % (state.count + 1, state.at),
    ):
        assert post(door, bundle, b"If-None-Match: " + other)[0] == 200


def test_a_busy_database_is_said_to_be_busy(world, site, door, monkeypatch):
    other = db.open_database(world.folder / "central" / "canje.db", world.office.secrets.database_key())
    world.office.store._engine.raw_connection().cursor().execute("PRAGMA busy_timeout = 50")
    site.sell(ANA, "A-1")
    bundle = world.bundle("E1")
    with db.writing(other):
        answer = raw(door, b"POST /v1/sync HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(bundle) + bundle)
    other.close()
    assert status_of(answer) == 503
    assert b"Retry-After: 5" in answer
    assert post(door, bundle)[0] == 200


# Requests that are none


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(b"POST /v1/sync HTTP/1.1\r\n\r\n", 411, id="no length"),
        pytest.param(b"POST /v1/sync HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 411, id="chunked"),
        pytest.param(
            b"POST /v1/sync HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 411, id="two lengths"
        ),
        pytest.param(b"POST /v1/sync HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, id="negative"),
        pytest.param(b"POST /v1/sync HTTP/1.1\r\nContent-Length: 1_0\r\n\r\n", 400, id="underscore"),
        pytest.param(b"POST /v1/sync HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_MAX + 1), 413, id="too long"),
        pytest.param(b"GET /v1/sync HTTP/1.1\r\n\r\n", 405, id="get"),
        pytest.param(b"DELETE /v1/blob/x HTTP/1.1\r\n\r\n", 405, id="delete"),
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", 404, id="nothing there"),
        pytest.param(b"GET /v1/blob/../../keys/node.key HTTP/1.1\r\n\r\n", 404, id="climbing"),
        pytest.param(b"GET /v1/blob/%2e%2e HTTP/1.1\r\n\r\n", 404, id="climbing, hidden"),
        pytest.param(b"GET http://[ HTTP/1.1\r\n\r\n", 400, id="no address"),
        pytest.param(b"G" * 70_000, 414, id="endless line"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", 431, id="endless head"),
        pytest.param(b"GET / HTTP/3.7\r\n\r\n", 505, id="another HTTP"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\r\n", 400, id="TLS at a plain door"),
        pytest.param(b"", 0, id="nothing"),
        pytest.param(b"POST /v1/sync HTTP/1.1\r\nContent-Length: 100\r\n\r\nshort", 0, id="cut body"),
    ],
)
def test_what_is_no_request_has_its_status(door, request_, status):
    assert status_of(raw(door, request_)) == status


def test_the_door_describes_itself(door):
    answer = raw(door, f"GET {DESCRIPTION_PATH} HTTP/1.1\r\n\r\n".encode())
    told = problem(answer.partition(b"\r\n\r\n")[2])
    assert set(told["paths"]) == {"/v1/sync", "/v1/blob/{sha256}", "/v1/invitation/{name}", "/v1/join"}
    assert set(told["paths"]["/v1/sync"]["post"]["responses"]) >= {
        "200",
        "204",
        "400",
        "403",
        "409",
        "413",
        "426",
        "429",
        "503",
    }


def test_a_body_is_invited_only_when_it_is_wanted(door):
    head = b"POST /v1/sync HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n"
    assert b"100 Continue" in raw(door, head % 4 + b"none")
    assert b"100 Continue" not in raw(door, head % (BODY_MAX + 1))


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS", "x", ""]),
    path=st.one_of(
        st.sampled_from(
            [
                "/v1/sync",
                "/v1/join",
                "/v1/invitation/" + "0" * 64,
                "/v1/blob/" + "0" * 64,
                "/v1/blob/",
                "/openapi.json",
                "*",
                "//x",
                "/v1/sync?to=E2",
            ]
        ),
        st.text(st.characters(codec="latin-1"), max_size=30),
    ),
    headers=st.lists(
        st.tuples(
            st.sampled_from(["Content-Length", "Range", "If-None-Match", "Expect", "Transfer-Encoding", "Host", "X"]),
            st.text(st.characters(codec="latin-1"), max_size=20),
        ),
        max_size=4,
    ),
    body=st.binary(max_size=300),
    said=st.booleans(),
)
def test_no_request_breaks_the_door(door, capfd, method, path, headers, body, said):
    head = "\r\n".join([f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)])
    length = f"\r\nContent-Length: {len(body)}" if said else ""
    answer = raw(door, f"{head}{length}\r\n\r\n".encode("latin-1") + body)
    assert status_of(answer) not in (500, 501), answer
    assert "Traceback" not in capfd.readouterr().err


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_altered_bundle_is_taken(world, site, door, capfd, data):
    if not hasattr(world, "good"):
        site.sell(ANA, "A-1")
        world.good, world.before = world.bundle("E1"), world.tables()
    place = data.draw(st.integers(0, len(world.good) - 1))
    altered = bytearray(world.good)
    altered[place] ^= data.draw(st.integers(1, 255))
    assert post(door, bytes(altered))[0] in (400, 403, 426)
    assert world.tables() == world.before
    assert "Traceback" not in capfd.readouterr().err


# Strangers that take their time


def test_a_head_that_drips_is_cut_and_others_are_served(world, site):
    with door_of(world, head_seconds=0.3) as door, socket.create_connection(("127.0.0.1", door.port)) as slow:
        slow.sendall(b"POST /v1/sync HT")
        assert status_of(raw(door, b"GET /openapi.json HTTP/1.1\r\n\r\n")) == 200
        slow.settimeout(10)
        assert slow.recv(100) == b""


def test_a_body_that_never_comes_is_cut(world, site):
    with door_of(world, whole_seconds=2) as door:
        with socket.create_connection(("127.0.0.1", door.port), timeout=10) as slow:
            slow.sendall(b"POST /v1/sync HTTP/1.1\r\nContent-Length: 1000\r\n\r\nabc")
            assert slow.recv(100) == b""
        site.sell(ANA, "A-1")
        assert exchange_with(world, "E1", door.url).pending == 0


def test_an_endless_body_is_not_read(world, site):
    with door_of(world) as door:
        head = b"POST /v1/sync HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % 10**12
        answer = raw(door, head + b"x" * (4 * 1024 * 1024))
        assert status_of(answer) in (413, 0)
        assert exchange_with(world, "E1", door.url).pending == 0


def test_one_address_does_not_take_all_places(world, site):
    with door_of(world) as door:
        held = [socket.create_connection(("127.0.0.1", door.port)) for _ in range(CONNECTIONS_EACH)]
        for one in held:
            one.sendall(b"GET")
        turned_away = raw(door, b"GET /openapi.json HTTP/1.1\r\n\r\n")
        for one in held:
            one.close()
        assert turned_away == b""
        assert door.verify_request(None, ("10.0.0.1", 1))


def test_who_asks_too_often_is_told_when_to_come_again(world, site):
    with door_of(world) as door:
        answers = [raw(door, b"GET /openapi.json HTTP/1.1\r\n\r\n") for _ in range(122)]
    assert {status_of(answer) for answer in answers[:120]} == {200}
    assert status_of(answers[-1]) == 429
    assert b"Retry-After: 1" in answers[-1]


def test_a_station_that_asks_too_often_does_not_hinder_another(world, site, door):
    world.pair("E2")
    site.sell(ANA, "A-1")
    bundle = world.bundle("E1")
    assert [post(door, bundle)[0] for _ in range(32)] == [200] * 30 + [429] * 2
    assert exchange_with(world, "E2", door.url).pending == 0


def test_a_bucket_fills_with_time_and_not_with_a_clock_set_back():
    buckets = Buckets(Rate(burst=2, every_ms=1000))
    assert [buckets.wait_ms("a", 0) for _ in range(3)] == [0, 0, 1000]
    assert buckets.wait_ms("b", 0) == 0
    assert [buckets.wait_ms("a", 400), buckets.wait_ms("a", 1000), buckets.wait_ms("a", 1000)] == [600, 0, 1000]
    assert [buckets.wait_ms("a", -(10**9)), buckets.wait_ms("a", 500 - 10**9), buckets.wait_ms("a", 1000 - 10**9)] == [
        1000,
        500,
        0,
    ]


def test_forgotten_names_cost_no_memory(monkeypatch):
    monkeypatch.setattr("suite.central.door.limits.NAMES_MAX", 10)
    buckets = Buckets(Rate(burst=1, every_ms=1000))
    for n in range(100):
        buckets.wait_ms(str(n), 0)
    assert len(buckets._held) == 10


# Long feeds


def test_a_blob_is_served_from_any_place(world, site, door):
    kept = door.door._blobs.keep("E1", 5, "20261015", b"0123456789")
    head = f"GET /v1/blob/{kept.blob} HTTP/1.1\r\nRange: ".encode()
    for span, status, content in (
        (b"bytes=4-", 206, b"456789"),
        (b"bytes=0-3", 206, b"0123"),
        (b"bytes=9-100", 206, b"9"),
        (b"bytes=-3", 200, b"0123456789"),
        (b"lines=1-2", 200, b"0123456789"),
    ):
        answer = raw(door, head + span + b"\r\n\r\n")
        assert (status_of(answer), answer.partition(b"\r\n\r\n")[2]) == (status, content)
    answer = raw(door, head + b"bytes=10-\r\n\r\n")
    assert status_of(answer) == 416
    assert b"Content-Range: bytes */10" in answer


def test_two_feeds_of_a_station_are_kept_and_none_older_than_the_day_before(tmp_path):
    blobs = Blobs(tmp_path / "feeds")
    for count in range(4):
        blobs.keep("E-1", count, "20261015", b"%d" % count)
    blobs.keep("E2", 9, "20261015", b"two")
    assert sorted(p.name.rsplit("-", 1)[0] for p in (tmp_path / "feeds").iterdir()) == [
        "E-1-2-20261015",
        "E-1-3-20261015",
        "E2-9-20261015",
    ]
    blobs.keep("E2", 9, "20261016", b"three")
    blobs.keep("E2", 9, "20261017", b"four")
    assert sorted(p.name.rsplit("-", 1)[0] for p in (tmp_path / "feeds").iterdir()) == [
        "E2-9-20261016",
        "E2-9-20261017",
    ]
    assert blobs.find(hashlib.sha256(b"four").hexdigest())
    assert blobs.find("../../keys/node.key") is None
