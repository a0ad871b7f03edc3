"""Central's keys are replaced while bundles are under way, nodes are away, and somebody has the old ones (T12, T24)."""

import shutil
from itertools import repeat
from pathlib import Path

import msgspec
import pytest

from suite.central.backup import back_up, restore
from suite.central.cards import mark_card
from suite.central.continuity import revoke
from suite.central.feeds import export_feed, export_hot_list
from suite.central.keyring import change_roots, keys_of_network, retire, rotate
from suite.central.merge import Merged, merge
from suite.central.office import open_office
from suite.central.root_keys import Root, make_root, open_root
from suite.central.spending import authorise
from suite.central.sticks import over_stick as central_over_stick
from suite.domain.errors import WrongAuthorisation
from suite.domain.events.network import KeysRetired, RegistryPublished
from suite.domain.ids import AttendantNumber, PrizeCode, StationCode
from suite.node.exchange import over_stick
from suite.node.trust import told_before
from suite.runtime.errors import BadInput, BundleRefused
from suite.runtime.paths import Home
from suite.runtime.secrets import Secret, load_node_secrets
from suite.station import courier
from suite.station.desk import CardRead, Desk
from suite.sync.frames import REGISTRY, Frame
from suite.sync.registry import VERSIONS_MAX
from tests.factories import ANA, BRUNO, line
from tests.link.doors import door_of, exchange_with

E1 = StationCode("E1")
HOUR = 3_600_000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Three root keys as they left the factory."""
    folder = tmp_path_factory.mktemp("roots")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("suite.runtime.secrets.WRAP_MEMORY_KIB", 1024)
        return [make_root(folder / f"{name}.canje-root", Secret("five words are good enough")) for name in "abc"]


@pytest.fixture
def roots(made, tmp_path):
    return [Root(tmp_path / each.path.name, each.file, each.signer) for each in made]


@pytest.fixture
def root(roots, site, world):
    """The network's one root key: from here on central's PC alone cannot name other keys."""
    change_roots(world.office, central(world), roots[:1], threshold=1, signed_by=[])
    return roots[0]


@pytest.fixture
def site(world):
    return world.pair("E1")


def central(world):
    return Home(world.folder / "central")


def rotated(world, root):
    """New keys, with the root key as it lies on its stick; returns the version."""
    world.clock.moment += HOUR
    return rotate(world.office, central(world), [reread(root)]).version


def reread(root):
    file = msgspec.json.decode(root.path.read_bytes(), type=type(root.file)) if root.path.exists() else root.file
    return Root(root.path, file, root.signer)


def merged(world, content):
    [result] = world.merge(content)
    assert isinstance(result, Merged), result
    return result.fresh


def believed(site):
    return site.node.trust.current().version


def unheard(world):
    return keys_of_network(world.office).unheard


def by_stick(world, code):
    over_stick(world.place(code).node, world.folder, world.clock)
    central_over_stick(world.office, world.folder, everyone=False)
    over_stick(world.place(code).node, world.folder, world.clock)


def by_link(world, code):
    with door_of(world) as door:
        exchange_with(world, code, door.url)


WAYS = pytest.mark.parametrize("exchange", [by_stick, by_link])


def test_nodes_of_every_kind_learn_new_keys_from_an_ordinary_bundle(world, site, root):
    nodes = [site, world.pair_warehouse(), world.pair_portal()]
    assert unheard(world) == ("E1", "P1", "W1")
    assert rotated(world, root) == 3
    before = world.office.signer.public.hex()
    for code in ("E1", "W1", "P1"):
        assert world.carry_out(code)
        world.carry_in(code)
    assert [believed(each) for each in nodes] == [3, 3, 3]
    assert {each.node.trust.current().sign for each in nodes} == {before}
    assert unheard(world) == ()
    assert retire(world.office, central(world)).former == 1
    site.sell(ANA, "A-1")
    assert merged(world, world.bundle("E1")) == 2
    with world.office.store.transaction():
        kinds = [type(world.office.store.own_event(n)[1]) for n in range(1, world.office.store.tip().seq + 1)]
    assert (kinds.count(RegistryPublished), kinds.count(KeysRetired)) == (2, 1)
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


@WAYS
def test_a_node_that_was_away_during_two_rotations_takes_them_one_after_the_other(world, site, root, exchange):
    site.sell(ANA, "A-1")
    rotated(world, root)
    rotated(world, root)
    exchange(world, "E1")
    assert (believed(site), site.node.store.pending(), world.balance(1)) == (4, 0, 100)
    exchange(world, "E1")
    assert unheard(world) == ()
    assert retire(world.office, central(world)).former == 2
    site.sell(ANA, "A-2")
    exchange(world, "E1")
    assert (site.node.store.pending(), world.balance(1)) == (0, 200)


def test_a_bundle_under_way_during_the_rotation_is_read_until_its_key_is_retired(world, site, root):
    site.sell(ANA, "A-1")
    under_way = world.bundle("E1")
    rotated(world, root)
    assert merged(world, under_way) == 3
    site.sell(ANA, "A-2")
    late = world.bundle("E1")
    with pytest.raises(BadInput, match="E1"):
        retire(world.office, central(world))
    retire(world.office, central(world), anyway=True)
    [refused] = world.merge(late)
    assert "damaged" in refused.refusal.text
    assert world.carry_out("E1")
    assert merged(world, world.bundle("E1")) > 0
    assert world.balance(1) == 200


@pytest.fixture
def thief(world, site, root):
    """Who copied central's PC before it was given new keys, and goes on from there."""
    world.office.store.overwrite_traces()
    shutil.copytree(central(world).folder, world.folder / "thief")
    office = open_office(Home(world.folder / "thief"), world.clock, "thief")
    yield office
    office.store.close()


def test_what_a_replaced_key_says_after_the_rotation_is_refused_and_the_data_stays(world, site, root, thief):
    genuine = world.feed("E1")
    rotated(world, root)
    assert world.carry_out("E1")
    before = site.node.store.feed_state()
    mark_card(thief, ANA, "blocked")
    world.clock.moment += HOUR
    for _ in range(5):
        thief.add_station(StationCode(f"X{_}"), "X", None)
    with pytest.raises(BundleRefused, match="a key that central has replaced"):
        world.place("E1").node.take(export_feed(thief, E1).content, world.clock.now())
    with pytest.raises(BundleRefused, match="not signed by this network's central"):
        world.place("E1").node.take(export_hot_list(thief, E1).content, world.clock.now())
    assert site.node.store.feed_state() == before
    assert site.desk.store.cards.standing(ANA).status == "active"
    assert not site.node.take(genuine, world.clock.now()).news
    mark_card(world.office, BRUNO, "lost")
    assert site.node.take(export_hot_list(world.office, E1).content, world.clock.now()).news


def test_a_hot_list_brings_new_keys_too_and_the_next_bundle_says_so(world, site, root):
    world.carry_out("E1")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    rotated(world, root)
    mark_card(world.office, BRUNO, "lost")
    assert site.node.take(export_hot_list(world.office, E1).content, world.clock.now()).news
    assert believed(site) == 3
    assert merged(world, world.bundle("E1")) == 1
    assert unheard(world) == ()


def test_an_endless_list_of_versions_is_not_read_to_its_end():
    with pytest.raises(BundleRefused, match="not signed as it must be"):
        told_before(repeat(Frame(REGISTRY, b""), VERSIONS_MAX + 1))


def test_the_keys_of_centrals_pc_move_nobody(world, site, root, thief):
    """Neither new keys nor other root keys come of what a thief of the PC has: a root key has to sign."""
    home = Home(world.folder / "thief")
    stranger = make_root(world.folder / "x.canje-root", Secret("another passphrase"))
    for attempt in (
        lambda: rotate(thief, home, []),
        lambda: rotate(thief, home, [stranger]),
        lambda: change_roots(thief, home, [stranger], threshold=1, signed_by=[]),
    ):
        with pytest.raises(BadInput, match="not signed by enough root keys"):
            attempt()
    assert len(keys_of_network(thief).registries) == 2


def test_a_certificate_of_a_replaced_key_approves_nobody(world, site, root, thief):
    """Else a thief's own journal would be a station's, for a central that takes its own word for it."""
    invited = thief.invite(E1, replaces=True)
    home = Home(world.folder / "false")
    thief.approve(courier.join(home, invited.content, invited.code.reveal(), world.clock).content)
    false = courier.open_station(home)
    false.take(export_feed(thief, E1).content, world.clock.now())
    exported = courier.export(false, world.clock)
    false.store.close()
    rotated(world, root)
    [refused] = merge(world.office, [("false", exported.content)]).results
    assert "never approved" in refused.refusal.text


def test_a_backup_of_before_the_rotation_with_the_keys_of_today_is_the_central_that_nodes_know(world, site, root):
    copy = back_up(world.office, world.folder / "copies")
    rotated(world, root)
    world.carry_out("E1")
    site.sell(ANA, "A-1")
    secrets = load_node_secrets(central(world).keys)
    world.office.store.close()
    home = Home(world.folder / "anew")
    restore(home, copy.path, secrets, world.clock, "tester")
    world.office = open_office(home, world.clock, "tester")
    assert not keys_of_network(world.office).outdated
    with world.office.store.transaction():
        assert len(world.office.store.lineage.registries()) == 2, "the journal tells of what the copy did not know"
    assert world.carry_out("E1")
    assert merged(world, world.bundle("E1")) > 0
    assert (world.balance(1), unheard(world)) == (100, ())


def test_a_central_that_lost_its_new_keys_goes_on_with_a_root_key(world, site, root):
    """What is left is a copy of before: the root key's file knows what the network was told since."""
    copy, secrets = back_up(world.office, world.folder / "copies"), load_node_secrets(central(world).keys)
    rotated(world, root)
    rotated(world, root)
    world.carry_out("E1")
    site.sell(ANA, "A-1")
    world.office.store.close()
    home = Home(world.folder / "anew")
    restore(home, copy.path, secrets, world.clock, "tester")
    world.office = open_office(home, world.clock, "tester")
    with pytest.raises(BundleRefused, match="has replaced"):
        world.carry_out("E1")
    with pytest.raises(BadInput, match="older than the registry"):
        change_roots(world.office, home, [reread(root)], threshold=1, signed_by=[])
    assert rotate(world.office, home, [reread(root)]).version == 5
    assert world.carry_out("E1")
    assert merged(world, world.bundle("E1")) > 0
    assert (believed(site), world.balance(1)) == (5, 100)


def test_a_pc_restored_whole_to_before_the_rotation_hears_of_it_with_what_it_lost(world, site, root):
    site.node.store.overwrite_traces()
    shutil.copytree(site.home.folder, world.folder / "copy")
    rotated(world, root)
    site.sell(ANA, "A-1")
    world.carry_out("E1")
    world.carry_in("E1")
    retire(world.office, central(world))
    restored = courier.open_station(Home(world.folder / "copy"))
    with pytest.raises(BundleRefused, match="restored or copied"):
        restored.take(world.feed("E1"), world.clock.now())
    assert restored.trust.current().version == 3
    restored.store.close()


def test_a_database_copied_back_believes_no_key_that_was_replaced(world, site, root, thief):
    site.node.store.overwrite_traces()
    shutil.copy(site.home.database, world.folder / "canje.db")
    rotated(world, root)
    world.carry_out("E1")
    site.node.store.close()
    for name in ("canje.db", "canje.db-wal", "canje.db-shm"):
        (site.home.folder / name).unlink(missing_ok=True)
    shutil.copy(world.folder / "canje.db", site.home.database)
    site.node = courier.open_station(site.home, world.clock)
    world.clock.moment += HOUR
    thief.add_station(StationCode("X1"), "X", None)
    with pytest.raises(BundleRefused, match="has replaced"):
        site.node.take(export_feed(thief, E1).content, world.clock.now())


def test_whoever_is_invited_after_a_rotation_begins_with_the_keys_of_today(world, site, root):
    rotated(world, root)
    later = world.pair("E2")
    assert later.node.trust.registries()[0].version == 3
    later.sell(BRUNO, "B-1")
    assert unheard(world) == ("E1", "E2")
    revoke(world.office, E1, "stolen")
    assert unheard(world) == ("E2",)
    retire(world.office, central(world), anyway=True)
    assert merged(world, world.bundle("E2")) > 0


def test_two_of_three_root_keys_replace_a_lost_one(world, site, root, roots):
    home = central(world)
    threshold = {"threshold": 2}
    change_roots(world.office, home, roots, **threshold, signed_by=[])
    lost, *kept = roots
    with pytest.raises(BadInput, match="2 of these"):
        rotate(world.office, home, [kept[0]])
    fresh = make_root(world.folder / "d.canje-root", Secret("yet another passphrase"))
    with pytest.raises(BadInput, match="not signed by enough"):
        change_roots(world.office, home, [kept[0], fresh], **threshold, signed_by=[])
    change_roots(world.office, home, [*kept, fresh], **threshold, signed_by=[])
    with pytest.raises(BadInput, match="not signed by enough"):
        rotate(world.office, home, [lost, kept[0]])
    assert rotate(world.office, home, [kept[1], fresh]).version == 5
    assert world.carry_out("E1")
    assert believed(site) == 5


def test_what_makes_no_sense_is_refused_before_anything_changes(world, site, roots, monkeypatch):
    home = central(world)
    with pytest.raises(BadInput, match="no root key outside this PC"):
        rotate(world.office, home, roots[:1])
    with pytest.raises(BadInput, match="nothing to retire"):
        retire(world.office, home)
    for some, threshold in (([], 1), (roots, 4), (roots, 0), ([roots[0]] * 2, 1)):
        with pytest.raises(BadInput, match="each once"):
            change_roots(world.office, home, some, threshold=threshold, signed_by=[])
    change_roots(world.office, home, roots[:1], threshold=1, signed_by=[])
    other = [*reread(roots[0]).registries]
    foreign = Root(roots[1].path, msgspec.structs.replace(roots[1].file, registries=tuple(other[1:])), roots[1].signer)
    with pytest.raises(BadInput, match="another network's"):
        rotate(world.office, home, [foreign])
    monkeypatch.setattr("suite.central.keyring.VERSIONS_MAX", 2)
    with pytest.raises(BadInput, match="at most"):
        rotate(world.office, home, roots[:1])
    assert VERSIONS_MAX > 2
    assert len(keys_of_network(world.office).registries) == 2


def test_the_telephone_speaks_with_the_keys_that_the_station_works_with(world, site, root):
    """Before it hears of the new ones, after, and when central has heard that: then with no other."""
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=200_000)
    world.carry_in("E1")
    world.carry_out("E1")
    mug = PrizeCode("MUG")

    def given_with(code):
        return site.desk.redeem(CardRead(ANA, "swipe"), AttendantNumber("01"), mug, "immediate", authorisation=code)

    rotated(world, root)
    given_with(authorise(world.office, E1, ANA, 100).code)
    unheard_of = authorise(world.office, E1, ANA, 100).code
    old = site.node.telephone_keys()
    world.carry_out("E1")
    given_with(unheard_of)
    world.carry_in("E1")
    world.carry_out("E1")
    [only] = site.node.telephone_keys()
    assert only not in old
    given_with(authorise(world.office, E1, ANA, 100).code)
    with pytest.raises(WrongAuthorisation):
        given_with("00000000")


def test_the_door_works_with_keys_that_were_changed_while_it_is_open(world, site, root):
    other = open_office(central(world), world.clock, "another program")
    with door_of(world) as door:
        exchange_with(world, "E1", door.url)
        world.clock.moment += HOUR
        rotate(other, central(world), [reread(root)])
        site.sell(ANA, "A-1")
        exchange_with(world, "E1", door.url)
        assert (believed(site), site.node.store.pending()) == (3, 0)
        site.sell(ANA, "A-2")
        exchange_with(world, "E1", door.url)
    other.store.close()
    assert world.balance(1) == 200
    assert unheard(world) == ()


def test_two_programs_that_change_keys_lose_none(world, site, root):
    other = open_office(central(world), world.clock, "another program")
    rotate(other, central(world), [reread(root)])
    site.sell(ANA, "A-1")
    site.node.take(export_feed(other, E1).content, world.clock.now())
    under_way = world.bundle("E1")
    other.store.close()
    assert rotated(world, root) == 4
    assert merged(world, under_way) > 0


def test_a_copy_of_the_station_that_missed_the_rotation_keeps_the_old_keys_alive(world, site, root):
    """Both PCs write one journal: as long as one of them may seal to the old key, it is not said to be unneeded."""
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    site.node.store.overwrite_traces()
    shutil.copytree(site.home.folder, world.folder / "clone")
    clone = courier.open_station(Home(world.folder / "clone"))
    rotated(world, root)
    world.carry_out("E1")
    world.carry_in("E1")
    assert unheard(world) == ()
    desk = Desk(E1, clone.store, world.clock)
    desk.sell(CardRead(ANA, "swipe"), AttendantNumber("01"), "C-1", (line(),))
    assert merged(world, courier.export(clone, world.clock).content) > 0
    clone.store.close()
    assert unheard(world) == ("E1",)


def test_the_file_of_the_registry_is_held_against_its_signatures(world, site, root):
    rotated(world, root)
    world.carry_out("E1")
    path = site.home.registries
    content = path.read_bytes()
    for damage in (content[:-3], b"[]x", content.replace(b'\\"version\\":3', b'\\"version\\":5')):
        path.write_bytes(damage)
        with pytest.raises(Exception, match="damaged") as trouble:
            site.node.trust.current()
        assert trouble.value.exit_code == 7
    path.write_bytes(content)
    assert believed(site) == 3
    assert Path(path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"{}", b'{"canje_root":1}', b"\xff" * 50, b"[" * 5000])
def test_a_file_that_is_no_root_key_is_said_to_be_none(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BadInput, match="no file of a root key"):
        open_root(tmp_path / "x", Secret("five words are good enough"))


def test_a_root_key_opens_with_its_own_passphrase_and_for_its_owner_only(tmp_path, monkeypatch):
    monkeypatch.setattr("suite.runtime.secrets.WRAP_MEMORY_KIB", 1024)
    path = tmp_path / "a.canje-root"
    made = make_root(path, Secret("five words are good enough"))
    assert open_root(path, Secret("five words are good enough")).signer.public == made.signer.public
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(BadInput, match="passphrase is another one"):
        open_root(path, Secret("five other words"))
    with pytest.raises(BadInput, match="exists already"):
        make_root(path, Secret("five words are good enough"))
    with pytest.raises(BadInput, match="at least 12"):
        make_root(tmp_path / "b.canje-root", Secret("short"))
    path.write_bytes(path.read_bytes().replace(made.signer.public.hex().encode(), b"ab" * 32))
    with pytest.raises(BadInput, match="does not open"):
        open_root(path, Secret("five words are good enough"))
