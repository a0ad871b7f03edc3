"""Sticks: found by themselves, read in any order, never believed, never left worse than they were."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from suite.central.sticks import over_stick as central_over_stick
from suite.domain.ids import CODE_PATTERN
from suite.journal.entry import Tip
from suite.node import courier as node_courier
from suite.node.exchange import over_stick
from suite.runtime.errors import BadInput, StorageTrouble
from suite.sync import sticks
from suite.sync.sticks import linux_volumes, mac_volumes, windows_volumes
from tests.factories import ANA

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
proc /proc proc rw 0 0
/dev/sdb1 /media/eva/CANJE\\0401 vfat rw 0 0
/dev/sdc1 /run/media/eva/\\303\\241 exfat rw 0 0
/dev/sdd1 /mnt/usb ext4 rw 0 0
/dev/sde1 /mntx ext4 rw 0 0
/dev/sdf1 /media vfat rw 0 0
/dev/sdb1 /media/eva/CANJE\\0401 vfat rw 0 0
server:/share /mnt/share nfs4 rw 0 0
tmpfs /media/ram tmpfs rw 0 0
/dev/vda1 /mnt/machine/deep/python ext4 ro 0 0
short
"""


def test_volumes_are_found_where_each_system_puts_sticks():
    found = [str(path) for path in linux_volumes(MOUNTS)]
    assert found[0] == "/media/eva/CANJE 1"
    assert found[1] == "/mnt/usb"
    assert len(found) == 3
    assert [str(p) for p in windows_volumes([("C", 3), ("E", 2), ("D", 5)])] == ["E:\\"]
    assert mac_volumes([("Macintosh HD", True), ("STICK", False), (".hidden", False)]) == [Path("/Volumes/STICK")]


@pytest.fixture
def plugged(monkeypatch, tmp_path):
    """Volumes that are there: a function that makes them."""
    found = []

    def plug(*names):
        found[:] = [tmp_path / "volumes" / name for name in names]
        for path in found:
            path.mkdir(parents=True, exist_ok=True)
        return found

    monkeypatch.setattr(sticks, "volumes", lambda: found)
    return plug


def test_the_one_stick_is_found_and_one_of_ours_before_others(plugged):
    with pytest.raises(BadInput, match="No stick was found"):
        sticks.the_stick(None)
    [only] = plugged("A")
    assert sticks.the_stick(None) == only
    both = plugged("A", "B")
    with pytest.raises(BadInput, match="several sticks"):
        sticks.the_stick(None)
    (both[1] / "CANJE").mkdir()
    assert sticks.the_stick(None) == both[1]
    with pytest.raises(BadInput, match="no stick at"):
        sticks.the_stick(both[0] / "absent")


@pytest.fixture
def stick(tmp_path):
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def site(world):
    return world.pair("E1")


def names(stick):
    return sorted(str(p.relative_to(stick)) for p in stick.rglob("*") if p.is_file())


def at_station(world, stick, code="E1"):
    return over_stick(world.sites[code].node, stick, world.clock)


def at_central(world, stick, everyone=False):
    return central_over_stick(world.office, stick, everyone=everyone)


def test_a_stick_goes_round_and_is_clean_at_the_end(world, site, stick):
    site.sell(ANA, "A-1")
    assert at_station(world, stick).sent == 3
    assert [r.fresh for r in at_central(world, stick).results] == [3]
    done = at_station(world, stick)
    assert (done.sent, done.news, done.pending, done.troubles) == (0, True, 0, ())
    log = site.node.store.log.hex()[:6]
    [left] = names(stick)
    assert left.startswith(f"CANJE/a-E1/central-to-E1-{log}-"), "what central confirmed is not on the stick any more"
    assert world.balance(1) == 100


def test_an_older_bundle_of_ours_gives_way_to_the_one_that_says_all_of_it(world, site, stick):
    for n in range(3):
        site.sell(ANA, f"A-{n}")
        at_station(world, stick)
        world.clock.moment += 1000
    assert len(names(stick)) == 1
    at_central(world, stick)
    assert world.balance(1) == 300
    at_central(world, stick)
    assert len(names(stick)) == 2


def test_a_couriers_stick_serves_many_stations_in_any_order(world, site, stick):
    """Bundles that continue each other lie under names that sort the wrong way round."""
    world.pair("E2")
    site.sell(ANA, "A-1")
    first = world.bundle("E1")
    world.merge(first)
    world.carry_out("E1")
    site.sell(ANA, "A-2")
    second = world.bundle("E1")
    world.sites["E2"].sell(ANA, "B-1")
    at_station(world, stick, "E2")
    box = stick / "CANJE" / "a-central"
    (box / "z-first.CSB").write_bytes(first)
    (box / "a-second.csb").write_bytes(second)
    (box / "foreign.csb").write_bytes(b"CSB1 nonsense")
    (box / "for-another.csb").write_bytes(world.feed("E2"))
    done = at_central(world, stick)
    assert sorted(type(r).__name__ for r in done.results) == ["Merged"] * 3 + ["NotMerged"]
    assert {path.parent.name for path in done.left} == {"a-E1", "a-E2"}
    assert world.balance(1) == 300


def test_a_bundle_that_continues_another_waits_for_it(world, site, stick):
    site.sell(ANA, "A-1")
    site.sell(ANA, "A-2")
    store = site.node.store
    whole, _ = node_courier._bundle(site.node, world.clock, Tip(0, bytes(32)), 2)
    rest, _ = node_courier._bundle(site.node, world.clock, Tip(2, store.head_at(2)), 3)
    box = stick / "CANJE" / "a-central"
    box.mkdir(parents=True)
    (box / "a.csb").write_bytes(rest)
    (box / "b.csb").write_bytes(whole)
    assert [r.fresh for r in at_central(world, stick).results] == [1, 2]
    assert world.balance(1) == 200


def test_a_refused_bundle_hinders_no_other_and_is_named(world, site, stick):
    at_central(world, stick)
    box = stick / "CANJE" / "a-E1"
    feed = next(box.iterdir()).read_bytes()
    (box / "0-cut.csb").write_bytes(feed[:-5])
    (box / "1-empty.csb").write_bytes(b"")
    world.clock.moment += 1000
    (box / "2-newer.csb").write_bytes(world.feed("E1"))
    done = at_station(world, stick)
    assert done.news
    assert [trouble.split(":")[0] for trouble in done.troubles] == ["0-cut.csb", "1-empty.csb"]


def test_links_are_not_followed(world, site, stick):
    site.sell(ANA, "A-1")
    secret = world.folder / "secret"
    secret.mkdir()
    (stick / "CANJE").symlink_to(secret)
    with pytest.raises(BadInput, match="is no folder but a link"):
        at_station(world, stick)
    (stick / "CANJE").unlink()
    (stick / "CANJE").mkdir()
    (stick / "CANJE" / "a-central").symlink_to(secret)
    with pytest.raises(BadInput, match="is no folder but a link"):
        at_station(world, stick)
    assert list(secret.iterdir()) == []
    (stick / "CANJE" / "a-central").unlink()
    at_station(world, stick)
    box = stick / "CANJE" / "a-central"
    [mine] = box.iterdir()
    kept = secret / "kept.csb"
    mine.rename(kept)
    (box / "link.csb").symlink_to(kept)
    assert at_central(world, stick).results == []
    (box / "..csb").mkdir()
    assert at_central(world, stick).results == []


def test_a_link_in_place_of_the_temporary_file_is_not_written_through(world, site, stick):
    site.sell(ANA, "A-1")
    at_station(world, stick)
    [mine] = (stick / "CANJE" / "a-central").iterdir()
    victim = world.folder / "victim"
    victim.write_text("precious")
    mine.with_name(f".{mine.name}.part").symlink_to(victim)
    with pytest.raises(StorageTrouble):
        at_station(world, stick)
    assert victim.read_text() == "precious"


def test_a_station_named_like_a_way_out_has_no_folder_outside():
    for name in ("../E1", "..", "/etc", "a/b", "a\\b", ""):
        assert not re.fullmatch(CODE_PATTERN, name)


def test_a_stick_that_is_read_only_says_so_and_keeps_what_it_has(world, site, stick):
    if os.geteuid() == 0 and not _mounted(stick, "size=1m"):
        pytest.skip("root may write to any folder, and nothing can be mounted here")
    try:
        site.sell(ANA, "A-1")
        at_station(world, stick)
        before = names(stick)
        _read_only(stick, on=True)
        site.sell(ANA, "A-2")
        with pytest.raises(StorageTrouble, match="could not be written"):
            at_station(world, stick)
        assert names(stick) == before
    finally:
        _read_only(stick, on=False)
        _unmount(stick)
    assert site.desk.member(ANA).balance == 200


def test_a_full_stick_says_so_and_keeps_what_it_has(world, site, stick):
    if not _mounted(stick, "size=64k"):
        pytest.skip("nothing can be mounted here: a small disk needs root")
    try:
        site.sell(ANA, "A-1")
        at_station(world, stick)
        before = {name: (stick / name).read_bytes() for name in names(stick)}
        filler = stick / "holiday.jpg"
        filler.write_bytes(bytes(60 * 1024))
        for n in range(5):
            site.sell(ANA, f"B-{n}", amount=1_000 + 91 * n)
        with pytest.raises(StorageTrouble, match="could not be written: No space left"):
            at_station(world, stick)
        assert {name: (stick / name).read_bytes() for name in before} == before
        assert len(names(stick)) == len(before) + 1
        filler.unlink()
        assert at_station(world, stick).sent > 5
    finally:
        _unmount(stick)


def _mounted(folder, options):
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=False, capture_output=True
    )
    return done.returncode == 0


def _unmount(folder):
    subprocess.run(["umount", str(folder)], check=False, capture_output=True)


def _read_only(folder, *, on):
    if os.path.ismount(folder):
        subprocess.run(["mount", "-o", f"remount,{'ro' if on else 'rw'}", str(folder)], check=True, capture_output=True)
    else:
        for path in [folder, *folder.rglob("*")]:
            if path.is_dir():
                path.chmod(0o500 if on else 0o700)


def test_this_machine_is_asked_without_trouble():
    assert all(path.is_absolute() for path in sticks.volumes())
