"""A disk that fills up: the ticket at hand is recorded, people are told, prizes wait (R6); the examination (R9)."""

import pytest

from suite.domain.errors import DiskAlmostFull, WrongPin
from suite.domain.events.station import DiskFilled
from suite.domain.keeping import DAY_MS
from suite.runtime.ballast import EARN_ONLY_BELOW, WARN_BELOW, Reserve
from suite.runtime.db import DatabaseError
from suite.runtime.errors import StorageTrouble
from suite.runtime.machine_notes import Health, health_of, note_health
from suite.station.app import StationApp, run_screen
from suite.station.collecting import collect
from suite.station.desk import CardRead
from suite.station.guarded import GuardedDesk
from suite.station.handover import hand_over_order
from tests.factories import ANA, line
from tests.station.screens import shown

SIZE = 64 * 1024
PLENTY = 10**12


class SmallDisk(Reserve):
    """A disk on which the database cannot grow until the reserve is given up."""

    def __init__(self, path, connection, free=PLENTY):
        super().__init__(path, size=SIZE, free=lambda _: free)
        self._db = connection

    def fill(self):
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        pages = self._db.execute("PRAGMA page_count").fetchone()[0]
        self._db.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    def release(self):
        given = super().release()
        if given:
            self._db.execute("PRAGMA max_page_count = 1000000").fetchone()
        return given


@pytest.fixture
def desk(world):
    site = world.pair("E1")
    world.stock_up("E1")
    desk = guarded(site, PLENTY)
    desk.reserve.keep()
    return desk


def guarded(site, free):
    reserve = SmallDisk(site.home.ballast, site.node.store._db, free)
    return GuardedDesk(site.desk.station, site.node.store, site.desk.clock, site.home, reserve)


def sell(desk, document, lines=1):
    return desk.sell(CardRead(ANA, "swipe"), "01", document, tuple(line(amount=1000 + n) for n in range(lines)))


def fill_until_full(desk):
    """Sell on the full disk until a sale needs the reserve; the documents that were confirmed."""
    desk.reserve.fill()
    confirmed = []
    while desk.reserve.is_there():
        confirmed.append(f"F-{len(confirmed)}")
        sell(desk, confirmed[-1], lines=50)
        assert len(confirmed) < 200, "the disk never filled"
    return confirmed


def test_the_sale_that_fills_the_disk_is_recorded_and_told(desk, world):
    confirmed = fill_until_full(desk)

    store = desk.store
    assert all(store.ticket(document) is not None for document in confirmed)
    (incident,) = store.open_incidents()
    assert (incident.kind, incident.document, incident.card) == ("disk-full", confirmed[-1], ANA)
    assert isinstance(store.event_at(store.tip().seq), DiskFilled)
    assert "reserve is used up" in desk.warning()
    store.verify()
    world.carry_in("E1")
    with world.office.store.transaction():
        (told,) = world.office.store.shelf.open_incidents()
    assert (told.kind, told.document) == ("disk-full", confirmed[-1])
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


def test_without_a_reserve_a_full_disk_says_so_and_records_nothing(desk):
    desk.reserve.path.unlink()
    desk.reserve.fill()
    confirmed, tips = [], [desk.store.tip()]

    def sell_on():
        for n in range(200):
            sell(desk, f"F-{n}", lines=50)
            confirmed.append(f"F-{n}")
            tips.append(desk.store.tip())

    with pytest.raises((StorageTrouble, DatabaseError), match="full"):
        sell_on()
    assert desk.store.tip() == tips[-1]
    assert all(desk.store.ticket(document) for document in confirmed)
    assert desk.store.ticket(f"F-{len(confirmed)}") is None


def test_a_pin_is_checked_on_a_full_disk_too(desk):
    desk.reserve.fill()
    left = []
    while desk.reserve.is_there():
        with pytest.raises(WrongPin) as refused:
            desk.check_pin("01000000")
        left.append(refused.value.numbers["left"])
        if left[-1] == 1:
            desk.store.set_tries("01", desk.store.attendant("01").issue, 5)
        assert len(left) < 500, "the disk never filled"
    assert desk.store.open_incidents()[0].document == ""


def test_another_trouble_than_a_full_disk_leaves_the_reserve_alone(desk):
    desk.store._db.execute("PRAGMA query_only = 1")
    with pytest.raises((StorageTrouble, DatabaseError)):
        sell(desk, "F-1")
    assert desk.reserve.is_there()


@pytest.mark.parametrize(
    ("free", "room"),
    [
        (WARN_BELOW, "enough"),
        (WARN_BELOW - 1, "low"),
        (EARN_ONLY_BELOW, "low"),
        (EARN_ONLY_BELOW - 1, "scarce"),
    ],
)
def test_little_room_is_told_and_very_little_keeps_prizes_back(desk, world, free, room):
    sell(desk, "A-1", lines=20)
    tight = guarded(world.sites["E1"], free)

    assert tight.reserve.room() == room
    assert ("MiB free" in tight.warning()) is (room != "enough")
    assert sell(tight, "A-2").points > 0
    if room == "scarce":
        with pytest.raises(DiskAlmostFull):
            tight.redeem(CardRead(ANA, "swipe"), "01", "MUG", "immediate")
        with pytest.raises(DiskAlmostFull):
            collect(tight, CardRead(ANA, "swipe"), "1-1-1111-1111-1111-1111", "01")
        with pytest.raises(DiskAlmostFull):
            hand_over_order(tight, CardRead(ANA, "swipe"), "01", "1")
        assert tight.store.on_hand("MUG") == 10
    else:
        tight.redeem(CardRead(ANA, "swipe"), "01", "MUG", "immediate")
        assert tight.store.on_hand("MUG") == 9


@pytest.mark.parametrize(("free", "made"), [(EARN_ONLY_BELOW + SIZE, True), (EARN_ONLY_BELOW + SIZE - 1, False)])
def test_the_reserve_is_made_where_the_disk_has_room_for_it(tmp_path, free, made):
    reserve = Reserve(tmp_path / "ballast", size=SIZE, free=lambda _: free)
    assert reserve.keep() is made
    assert reserve.is_there() is made
    assert reserve.release() is made
    assert not reserve.release()


def test_a_reserve_of_holes_is_none(tmp_path):
    path = tmp_path / "ballast"
    with path.open("wb") as file:
        file.truncate(SIZE)
    reserve = Reserve(path, size=SIZE, free=lambda _: PLENTY)
    assert not reserve.is_there()
    assert reserve.keep()
    assert path.stat().st_blocks * 512 >= SIZE


# The screen


@pytest.fixture
def at_once(monkeypatch):
    """The day's examination begins with the screen."""
    monkeypatch.setattr("suite.station.app.EXAMINE_AFTER_SECONDS", 0.01)


async def test_the_screen_examines_once_a_day_and_says_what_it_found(desk, at_once):
    app = StationApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Journal and tables examined: nothing is wrong.")
    examined = health_of(desk._home)
    assert (examined.examined, examined.findings) == (desk.clock.now(), 0)


@pytest.mark.parametrize(("age", "due"), [(DAY_MS, True), (DAY_MS - 1, False)])
def test_an_examination_is_due_after_a_day(desk, age, due):
    note_health(desk._home, Health(examined=desk.clock.now() - age))
    assert desk.examination_is_due() is due


async def test_a_table_that_is_not_what_the_journal_says_reaches_the_screen(desk, at_once):
    desk.store._db.execute("UPDATE stock SET on_hand = 77")
    app = StationApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "The last examination found 1 fault.")


async def test_little_room_stands_on_the_screen(world):
    site = world.pair("E1")
    desk = guarded(site, WARN_BELOW - 1)
    desk.reserve.keep()
    note_health(site.home, Health(examined=desk.clock.now()))
    app = StationApp(desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "Only 199 MiB free on this disk.")


def test_a_screen_does_not_open_on_a_damaged_file(desk):
    connection = desk.store._db
    connection.execute("PRAGMA writable_schema = 1")
    connection.execute("UPDATE sqlite_master SET rootpage = 2 WHERE name = 'incident_document'")
    connection.execute("PRAGMA writable_schema = RESET")
    with pytest.raises((StorageTrouble, DatabaseError), match=r"damaged|malformed"):
        run_screen(desk)
