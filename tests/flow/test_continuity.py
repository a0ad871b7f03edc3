"""A restored, copied or lost disk, a rotated key, a restored central: noticed, told, mended, and no sale is lost."""

import gc
import shutil

import msgspec
import pytest

from suite.central import continuity
from suite.central.merge import Merged, NotMerged
from suite.central.office import open_office
from suite.domain.errors import NotThere, PrizesOnHold, StationAlreadyPaired
from suite.domain.events.station import PrizeCount, PrizeRequested
from suite.domain.ids import AttendantNumber, PrizeCode, StationCode
from suite.journal.codec import decode
from suite.runtime.config import read_programme
from suite.runtime.errors import BundleRefused, StorageTrouble
from suite.runtime.paths import Home
from suite.station import courier
from suite.station.desk import CardRead, Desk
from suite.sync.frames import GOES_ON, Frame
from tests.central.ledger_checks import check
from tests.factories import ANA, BRUNO, TOML, Site, World

E1 = StationCode("E1")
DATABASE = ("canje.db", "canje.db-wal", "canje.db-shm")


def reopened(world, home, code="E1"):
    """The station in a folder, as its PC starts it."""
    node = courier.open_station(home, world.clock)
    site = Site(home, node, Desk(StationCode(code), node.store, world.clock))
    world.sites[code] = site
    return site


def closed(site):
    site.node.store.overwrite_traces()
    site.node.store.close()
    gc.collect()


def copied(site, folder, names=None):
    """What a backup of the folder, or of some of its files, holds."""
    if names is None:
        shutil.copytree(site.home.folder, folder, dirs_exist_ok=True)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            if (site.home.folder / name).exists():
                shutil.copy(site.home.folder / name, folder / name)
    return folder


def restored(site, folder):
    """Put a backup's files over those of a station."""
    for name in DATABASE:
        (site.home.folder / name).unlink(missing_ok=True)
    shutil.copytree(folder, site.home.folder, dirs_exist_ok=True)


def redeem(site, card=ANA):
    return site.desk.redeem(CardRead(card, "swipe"), AttendantNumber("01"), PrizeCode("MUG"), "immediate")


def approve_all(world, station=E1):
    for asking in continuity.asking(world.office):
        continuity.let_continue(world.office, station, asking.digits)


def settle_down(world, code="E1"):
    """Two exchanges with nothing lost: after them both sides know the same."""
    for _ in range(2):
        exported = courier.export(world.sites[code].node, world.clock)
        if exported:
            (result,) = world.merge(exported.content)
            assert isinstance(result, Merged), result
        world.clock.moment += 1
        world.carry_out(code)
    check(world.office)
    site = world.sites[code]
    assert site.node.store.pending() == 0
    assert site.node.store.is_exact()
    for card, account in ((ANA, 1), (BRUNO, 2)):
        assert site.desk.member(card).balance == world.balance(account)


@pytest.fixture
def lived(world):
    """A station that sold, exchanged, and has prizes."""
    site = world.pair("E1")
    world.stock_up("E1")
    for n in range(30):
        site.sell(ANA, f"A-{n}")
    world.carry_in("E1")
    world.carry_out("E1")
    return world


# A restored database


def test_a_restored_database_is_noticed_at_the_start_and_its_later_sales_are_not_lost(lived, tmp_path):
    site = lived.sites["E1"]
    site.node.store.overwrite_traces()
    backup = copied(site, tmp_path / "backup", DATABASE)
    for n in range(25):
        site.sell(ANA, f"B-{n}")
    assert isinstance(lived.carry_in("E1")[0], Merged)
    closed(site)
    restored(site, backup)
    again = reopened(lived, site.home)
    assert again.node.restored
    again.sell(BRUNO, "C-1")
    with pytest.raises(PrizesOnHold):
        redeem(again)
    (result,) = lived.carry_in("E1")
    assert (result.held > 0, result.asks) == (True, (again.node.identity.current.digits,))
    assert lived.balance(2) == 0, "nothing of the new journal is taken before a person compared the digits"
    approve_all(lived)
    assert isinstance(lived.carry_in("E1")[0], Merged)
    lived.carry_out("E1")
    assert (lived.balance(1), lived.balance(2)) == (5500, 100), "what central had of the lost file stays"
    settle_down(lived)
    redeem(again)


def test_a_ticket_typed_again_after_a_restore_counts_once(lived, tmp_path):
    site = lived.sites["E1"]
    site.node.store.overwrite_traces()
    backup = copied(site, tmp_path / "backup", DATABASE)
    for n in range(25):
        site.sell(ANA, f"B-{n}")
    lived.carry_in("E1")
    closed(site)
    restored(site, backup)
    again = reopened(lived, site.home)
    again.sell(ANA, "B-3")
    lived.carry_in("E1")
    approve_all(lived)
    lived.carry_in("E1")
    assert lived.balance(1) == 5500
    with lived.office.store.transaction():
        kinds = [i.kind for i in lived.office.store.shelf.open_incidents()]
    assert kinds == ["document-conflict"]
    lived.carry_out("E1")
    settle_down(lived)
    before = lived.tables()
    with lived.office.store.transaction():
        lived.office.store.verify()
        lived.office.store.rebuild()
    assert lived.tables() == before


def test_a_whole_folder_restored_is_noticed_by_central_and_both_histories_stay(lived, tmp_path):
    site = lived.sites["E1"]
    site.node.store.overwrite_traces()
    backup = copied(site, tmp_path / "backup")
    site.sell(ANA, "B-1")
    lived.carry_in("E1")
    closed(site)
    restored(site, backup)
    again = reopened(lived, site.home)
    assert not again.node.restored, "anchor and database agree: the PC cannot know"
    again.sell(BRUNO, "C-1")
    assert isinstance(lived.carry_in("E1")[0], Merged)
    assert (lived.balance(1), lived.balance(2)) == (3100, 100)
    with lived.office.store.transaction():
        assert [i.kind for i in lived.office.store.shelf.open_incidents()] == ["journal-forked"]
    lived.clock.moment += 1
    with pytest.raises(BundleRefused, match="restored or copied"):
        lived.carry_out("E1")
    again.sell(BRUNO, "C-2")
    lived.carry_in("E1")
    approve_all(lived)
    lived.carry_in("E1")
    lived.carry_out("E1")
    assert (lived.balance(1), lived.balance(2)) == (3100, 200)
    settle_down(lived)


def test_a_restored_pc_that_sold_nothing_since_learns_it_from_the_feed(lived, tmp_path):
    site = lived.sites["E1"]
    site.node.store.overwrite_traces()
    backup = copied(site, tmp_path / "backup")
    site.sell(ANA, "B-1")
    lived.carry_in("E1")
    closed(site)
    restored(site, backup)
    again = reopened(lived, site.home)
    with pytest.raises(BundleRefused, match="restored or copied"):
        lived.carry_out("E1")
    lived.carry_in("E1")
    approve_all(lived)
    lived.carry_out("E1")
    assert again.desk.member(ANA).balance == lived.balance(1) == 3100
    settle_down(lived)


def test_a_database_whose_keys_are_not_here_is_refused_and_untouched(lived, tmp_path):
    site = lived.sites["E1"]
    old_keys = copied(site, tmp_path / "old")
    site.node.identity.begin_next(site.node.store, lived.clock.now())
    site.sell(ANA, "B-1")
    closed(site)
    shutil.rmtree(site.home.folder / "keys")
    shutil.copytree(old_keys / "keys", site.home.folder / "keys")
    with pytest.raises(StorageTrouble, match="a key that is not here"):
        reopened(lived, site.home)


# A cloned disk


def test_of_two_pcs_with_one_key_both_are_heard_and_both_must_ask(lived, tmp_path):
    first = lived.sites["E1"]
    first.node.store.overwrite_traces()
    twin = reopened(lived, Home(copied(first, tmp_path / "twin")))
    lived.sites["E1"] = first
    first.sell(ANA, "B-1")
    twin.sell(BRUNO, "C-1")
    bundles = [courier.export(site.node, lived.clock).content for site in (first, twin)]
    assert all(isinstance(r, Merged) for r in lived.merge(*bundles))
    assert (lived.balance(1), lived.balance(2)) == (3100, 100)
    feed = lived.feed("E1")
    digits = []
    for site in (first, twin):
        with pytest.raises(BundleRefused, match="restored or copied"):
            courier.take(site.node, feed, lived.clock.now())
        site.sell(ANA, f"D-{len(digits)}")
        digits.append(site.node.identity.current.digits)
        (result,) = lived.merge(courier.export(site.node, lived.clock).content)
        assert result.asks == (digits[-1],)
    assert {a.digits for a in continuity.asking(lived.office)} == set(digits)
    continuity.let_continue(lived.office, E1, digits[0])
    settle_down(lived)
    (held,) = lived.merge(courier.export(twin.node, lived.clock).content)
    assert held.held > 0, "the other one is not believed before a person says so"
    assert lived.balance(1) == 3200


# A new key, a lost PC, a stolen key


def test_a_key_is_rotated_and_nothing_stops_but_the_prizes(lived):
    site = lived.sites["E1"]
    site.sell(ANA, "B-1")
    old = site.node.identity.current
    site.node.identity.begin_next(site.node.store, lived.clock.now())
    site.sell(ANA, "B-2")
    closed(site)
    again = reopened(lived, site.home)
    assert (again.node.restored, again.node.identity.current.log != old.log) == (False, True)
    lived.carry_in("E1")
    approve_all(lived)
    lived.carry_out("E1")
    assert again.desk.member(ANA).balance == 3200
    lived.carry_in("E1")
    lived.clock.moment += 1
    lived.carry_out("E1")
    settle_down(lived)
    redeem(again)


def test_a_request_signed_by_a_strangers_key_is_refused(lived):
    site = lived.sites["E1"]
    stranger = lived.pair("E2").node.identity
    site.node.identity.begin_next(site.node.store, lived.clock.now())
    (request,) = site.node.identity.requests(())
    body = request.content.rpartition(b"\n")[0]
    signature = stranger.current.signer.sign(b"next", body).hex().encode()
    with lived.office.store.transaction(), pytest.raises(BundleRefused, match="did not sign"):
        continuity.hear_request(lived.office, Frame(GOES_ON, body + b"\n" + signature))


def test_a_station_that_asks_without_end_is_heard_eight_times(lived):
    site = lived.sites["E1"]
    for _ in range(continuity.WAITING_MAX + 3):
        site.node.identity.begin_next(site.node.store, lived.clock.now())
    (result,) = lived.carry_in("E1")
    assert isinstance(result, NotMerged), "what begins after the eighth is nobody's"
    assert len(continuity.asking(lived.office)) == continuity.WAITING_MAX


def test_an_anchor_that_cannot_be_written_does_not_undo_a_sale(lived):
    site = lived.sites["E1"]
    site.home.anchor.unlink()
    site.home.anchor.mkdir()
    for n in range(25):
        assert site.sell(ANA, f"B-{n}").points == 100
    site.home.anchor.rmdir()


def test_a_lost_pc_is_replaced_and_late_bundles_of_the_old_one_still_count(lived, tmp_path):
    old = lived.sites["E1"]
    old.sell(ANA, "B-1")
    late = courier.export(old.node, lived.clock).content
    with pytest.raises(StationAlreadyPaired):
        lived.office.invite(E1)
    invited = lived.office.invite(E1, replaces=True)
    home = Home(tmp_path / "another")
    lived.office.approve(courier.join(home, invited.content, invited.code.reveal(), lived.clock).content)
    new = reopened(lived, home)
    lived.carry_out("E1")
    assert new.desk.member(ANA).balance == 3000
    new.sell(BRUNO, "C-1")
    lived.carry_in("E1")
    assert isinstance(lived.merge(late)[0], Merged)
    lived.clock.moment += 1
    lived.carry_out("E1")
    assert (new.desk.member(ANA).balance, new.desk.member(BRUNO).balance) == (3100, 100)
    settle_down(lived)
    new.sell(BRUNO, "B-1")
    lived.carry_in("E1")
    assert lived.balance(2) == 100, "the same ticket was credited on the PC before"


def test_a_stolen_key_is_not_believed_any_more(lived):
    site = lived.sites["E1"]
    continuity.revoke(lived.office, E1, "stolen")
    site.sell(ANA, "B-1")
    (result,) = lived.carry_in("E1")
    assert isinstance(result, NotMerged)
    assert "revoked" in str(result.refusal.text)
    site.node.identity.begin_next(site.node.store, lived.clock.now())
    (again,) = lived.carry_in("E1")
    assert isinstance(again, NotMerged), "nor may it name a key that follows it"
    with pytest.raises(NotThere):
        continuity.revoke(lived.office, E1, "twice")


# Central


def central_copied(world, folder):
    world.office.store.overwrite_traces()
    world.office.store.close()
    gc.collect()
    shutil.copytree(world.folder / "central", folder, dirs_exist_ok=True)
    world.office = open_office(Home(world.folder / "central"), world.clock, "tester")


def central_restored(world, folder):
    world.office.store.close()
    gc.collect()
    shutil.rmtree(world.folder / "central")
    shutil.copytree(folder, world.folder / "central")
    world.office = open_office(Home(world.folder / "central"), world.clock, "tester")


def test_a_central_that_came_back_from_a_backup_gets_everything_again(lived, tmp_path):
    site = lived.sites["E1"]
    central_copied(lived, tmp_path / "backup")
    for n in range(5):
        site.sell(ANA, f"B-{n}")
    lived.carry_in("E1")
    lived.clock.moment += 1
    lived.carry_out("E1")
    site.sell(ANA, "C-1")
    central_restored(lived, tmp_path / "backup")
    assert lived.balance(1) == 3000
    (result,) = lived.carry_in("E1")
    assert isinstance(result, NotMerged)
    assert result.era, "the mark was heard although its run could not be taken"
    with lived.office.store.transaction():
        assert lived.office.store.lineage.era() == 1
    lived.clock.moment += 1
    assert lived.carry_out("E1"), "a feed of a later era is news, whatever its count"
    assert site.desk.member(ANA).balance == 3600
    assert isinstance(lived.carry_in("E1")[0], Merged)
    assert lived.balance(1) == 3600
    settle_down(lived)


def numbered(tmp_path):
    """A station of a restored central that ordered under a number which that central gave to nobody: both."""
    toml = TOML.replace("points = 100", 'points = 100\ndeliveries = ["immediate", "withdrawal"]', 1)
    world = World(tmp_path / "world", toml=toml)
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=90_000)
    world.carry_in("E1")
    central_copied(world, tmp_path / "backup")
    world.office.ship(E1, (PrizeCount(PrizeCode("MUG"), 1),))
    site.node.identity.begin_next(site.node.store, world.clock.now())
    world.carry_in("E1")
    approve_all(world)
    world.carry_out("E1")
    settle_down(world)
    code = site.desk.redeem(CardRead(ANA, "swipe"), AttendantNumber("01"), PrizeCode("MUG"), "withdrawal").code
    central_restored(world, tmp_path / "backup")
    world.carry_in("E1")
    world.clock.moment += 1
    world.carry_out("E1")
    with world.office.store.transaction():
        assert int(code.split("-")[0]) not in world.office.store.journals()
    return world, site


def test_what_was_numbered_before_central_forgot_is_taken_again(tmp_path):
    world, _ = numbered(tmp_path)
    for _ in range(3):
        world.office.ship(E1, (PrizeCount(PrizeCode("MUG"), 1),))  # it counts on
    settle_down(world)
    with world.office.store.transaction():
        (order,) = world.office.store.shelf.orders()
    assert (order.state, order.points) == ("requested", 100)


@pytest.mark.parametrize("of", ["another station", "nobody yet"])
def test_no_other_number_is_taken_after_a_restore_either(tmp_path, of):
    world, site = numbered(tmp_path)
    world.pair("E2")
    for _ in range(3):
        world.office.ship(E1, (PrizeCount(PrizeCode("MUG"), 1),))
    settle_down(world)
    with world.office.store.transaction():
        number = max(world.office.store.journals()) if of == "another station" else world.office.store.count() + 2
    ordered = next(e for e in map(decoded, site.node.store.entries()) if isinstance(e, PrizeRequested))
    with site.node.store.writing():
        site.node.store.append(msgspec.structs.replace(ordered, issuer=number))
    (answer,) = world.carry_in("E1")
    assert "no station can mean" in str(answer.refusal)


def decoded(entry):
    return decode(entry.body)


def test_the_rules_that_a_restored_central_forgot_hold_nowhere(lived, tmp_path):
    """Else a station goes by rules that are nobody's until as many are published again."""
    site = lived.sites["E1"]
    central_copied(lived, tmp_path / "backup")
    twice = TOML.replace('per_amount = "1"', 'per_amount = "2"')
    lived.office.publish(lambda version: read_programme(twice, name="programme.toml", version=version))
    lived.carry_out("E1")
    assert site.sell(ANA, "R-1").points == 200
    central_restored(lived, tmp_path / "backup")
    settle_down(lived)
    assert site.node.store.programme().version == 1
    assert site.sell(ANA, "R-2").points == 100
    assert site.desk.explain("R-1").sale.points == 200, "what nobody can explain any more is said all the same"
    settle_down(lived)


def test_a_central_that_came_back_and_lost_nothing_of_a_station_begins_no_era(lived, tmp_path):
    site = lived.sites["E1"]
    central_copied(lived, tmp_path / "backup")
    central_restored(lived, tmp_path / "backup")
    site.sell(ANA, "B-1")
    assert isinstance(lived.carry_in("E1")[0], Merged)
    with lived.office.store.transaction():
        assert lived.office.store.lineage.era() == 0
    settle_down(lived)


def test_a_past_of_central_that_was_written_anew_is_exposed_by_any_one_station(lived, tmp_path):
    from sqlalchemy import update

    from suite.central import schema

    site = lived.sites["E1"]
    (seq, head, _, _), *_ = site.node.store.witness.places()
    with lived.office.store.transaction():
        assert lived.office.store.own_head_at(seq) == head
    with lived.office.store.transaction() as connection:
        connection.execute(update(schema.own_entry).where(schema.own_entry.c.seq == seq).values(head=bytes(32)))
    site.sell(ANA, "B-1")
    assert isinstance(lived.carry_in("E1")[0], Merged)
    with lived.office.store.transaction():
        assert [i.kind for i in lived.office.store.shelf.open_incidents()] == ["central-history"]


def test_a_station_keeps_an_anchor_outside_its_database(lived):
    site = lived.sites["E1"]
    assert site.home.anchor.exists()
