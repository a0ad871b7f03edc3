"""A node joins over the link: three calls in place of three files, and nobody is let in who could not be by stick."""

import msgspec
import pytest

from suite.central.door.hall import Hall
from suite.cli import canje
from suite.domain.ids import StationCode
from suite.domain.quantities import Moment
from suite.runtime import console
from suite.runtime.errors import BadInput, BundleRefused, LinkTrouble
from suite.runtime.paths import Home
from suite.runtime.secrets import invitation_name, whole_code
from suite.station import courier
from suite.sync.enrolment import VALID_MS
from suite.sync.link import Link, fetch_invitation, hand_in
from tests.link.doors import door_of, post_to, raw, status_of

E1 = StationCode("E1")


@pytest.fixture
def hall(world):
    return Hall(world.office, Home(world.folder / "central").joining)


@pytest.fixture
def code(world, hall):
    invited = world.office.invite(E1)
    hall.offer(invited.content, invited.code)
    return invited.code.reveal()


def answer_at(world, url, code, folder="E1"):
    """A PC fetches the invitation of the code and answers it."""
    link = Link(url)
    invitation = fetch_invitation(link, invitation_name(whole_code(code)))
    joined = courier.join(Home(world.folder / folder), invitation, code, world.clock)
    hand_in(link, joined.content)
    return joined


def files(world):
    return sorted(path.name for path in (world.folder / "central" / "joining").glob("*.csr"))


@pytest.fixture
def run(world, capsys, monkeypatch):
    """A command at a node, at the world's moment: its exit code, and its JSON."""
    monkeypatch.setenv("CANJE_CLOCK", "2026-10-15T10:00:00-03:00")

    def at(node, *arguments):
        left = console.run(canje, [*arguments[:1], "--home", str(world.folder / node), *arguments[1:], "--json"])
        return left, msgspec.json.decode(capsys.readouterr().out or b"null")

    return at


def test_a_station_joins_with_an_address_and_a_code(world, code, run):
    home, office = "E1", "central"
    with door_of(world) as door:
        _, joined = run(home, "station", "join", "--link", door.url, "--code", code)
        assert run(home, "station", "sync")[0] != 0, "nobody said yes yet"
        _, waiting = run(office, "central", "joining")
        assert [(each["station"], each["digits"], each["rivals"]) for each in waiting] == [("E1", joined["digits"], 0)]
        assert run(office, "central", "approve", "--station", "E1")[1]["digits"] == joined["digits"]
        assert run(office, "central", "joining") == (0, [])
        assert run(home, "station", "sync")[1]["news"]


def test_a_cut_after_any_call_is_made_good_by_doing_the_same_again(world, hall, code):
    with door_of(world) as door:
        first = answer_at(world, door.url, code)
        assert answer_at(world, door.url, code) == first
        assert len(files(world)) == 1
        world.office.approve(hall.request_of(E1))
        assert answer_at(world, door.url, code) == first


@pytest.mark.parametrize("name", ["0" * 64, "0" * 63, "../keys/node.key", "%2e%2e/x", "F" * 64, ""])
def test_without_the_code_there_is_no_invitation(world, code, name):
    with door_of(world) as door, pytest.raises(LinkTrouble):
        fetch_invitation(Link(door.url), name)


def test_another_code_finds_nothing_and_says_so(world, code):
    with door_of(world) as door, pytest.raises(LinkTrouble, match="has no invitation here"):
        answer_at(world, door.url, "0000-0000-0000-0000")


def test_a_request_written_without_the_code_is_not_kept(world, code):
    with door_of(world) as door:
        joined = answer_at(world, door.url, code)
        kept = files(world)
        payload = joined.content.partition(b"\n")[0]
        for forged in (b"", b"{}", payload, payload + b"\n" + b"0" * 64 + b"\n", joined.content[:-3]):
            assert post_to(door, "/v1/join", forged)[0] == 400
        assert post_to(door, "/v1/join", b"x" * (64 * 1024 + 1))[0] == 413
    assert files(world) == kept


def test_two_who_have_the_code_are_both_seen_and_a_third_is_not(world, hall, code, run):
    with door_of(world) as door:
        first = answer_at(world, door.url, code, "one")
        second = answer_at(world, door.url, code, "two")
        assert first.digits != second.digits
        assert [each.rivals for each in hall.waiting()] == [1, 1]
        with pytest.raises(LinkTrouble, match="Two other PCs"):
            answer_at(world, door.url, code, "three")
    with pytest.raises(BadInput, match="Two PCs"):
        hall.request_of(E1)
    [right] = [each.request for each in hall.waiting() if each.digits == first.digits]
    exit_code, paired = run("central", "central", "approve", right)
    assert (exit_code, paired["digits"]) == (0, first.digits)
    assert hall.waiting() == []


def test_nobody_waits_for_a_station_that_did_not_ask(world, hall, code):
    with pytest.raises(BadInput, match="No request of E2"):
        hall.request_of(StationCode("E2"))


def test_an_invitation_that_expired_goes_with_its_requests(world, hall, code):
    with door_of(world) as door:
        answer_at(world, door.url, code)
    world.clock.moment = Moment(world.clock.now() + VALID_MS + 1)
    invited = world.office.invite(StationCode("E2"))
    hall.offer(invited.content, invited.code)
    assert files(world) == []
    assert hall.invitation(invitation_name(whole_code(code))) is None
    assert hall.invitation(invitation_name(whole_code(invited.code.reveal()))) == invited.content


def test_the_door_lets_nobody_in_by_itself(world, code):
    """What a thief of the code gets is a place on a person's list."""
    with door_of(world) as door:
        answer_at(world, door.url, code)
        node = courier.open_station(Home(world.folder / "E1"))
        bundle = courier.export(node, world.clock)
        assert bundle is not None
        assert post_to(door, "/v1/sync", bundle.content)[0] == 403
        node.store.close()


def test_a_request_for_another_network_is_refused(world, hall, code):
    with door_of(world) as door:
        joined = answer_at(world, door.url, code)
    with pytest.raises(BundleRefused):
        hall.take(joined.content.replace(b'"test"', b'"tess"'))


def test_the_paths_take_their_methods_only(world, code):
    with door_of(world) as door:
        assert status_of(raw(door, b"GET /v1/join HTTP/1.1\r\n\r\n")) == 405
        assert status_of(raw(door, b"POST /v1/invitation/x HTTP/1.1\r\nContent-Length: 0\r\n\r\n")) == 405
