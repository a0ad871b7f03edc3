"""Founding, publishing, loading: what the office sets up, and what it refuses."""

import pytest

from suite.central.cards import mark_card
from suite.central.enrolment_files import load_cards, load_members
from suite.central.feeds import export_feed
from suite.central.office import found_network, open_office
from suite.central.store import CentralStore
from suite.domain.errors import AlreadyThere, NotThere, StationNotPaired, TicketKept, UnknownPrize
from suite.domain.events.station import PrizeCount
from suite.domain.ids import AttendantNumber, CardNumber, PrizeCode, StationCode
from suite.domain.quantities import Rate
from suite.runtime.config import read_programme
from suite.runtime.errors import BadInput, JournalBroken, NotSetUp, StorageTrouble
from suite.runtime.paths import Home
from tests.factories import ANA, TOML, World


def stations(world):
    with world.office.store.transaction():
        return {s.code: s for s in world.office.store.directory.stations()}


def test_a_network_is_founded_with_its_stations(world):
    found = stations(world)
    assert {code: (s.name, s.point_value, s.paired) for code, s in found.items()} == {
        "E1": ("Estación Uno", None, False),
        "E2": ("Estación Dos", Rate(1, 25), False),
    }


def test_a_folder_holds_one_central(world):
    assert world.office
    with pytest.raises(NotSetUp):
        World(world.folder, fresh=True)
    with pytest.raises(NotSetUp):
        open_office(Home(world.folder / "nowhere"), world.clock, "tester")
    world.pair("E1")
    with pytest.raises(NotSetUp, match="holds a station"):
        open_office(world.sites["E1"].home, world.clock, "tester")


def test_a_published_programme_reaches_stations_and_adds_its_new_stations(world):
    site = world.pair("E1")
    changed = TOML.replace('per_amount = "1"', 'per_amount = "2"') + '[[stations]]\ncode = "E3"\nname = "Tres"\n'
    world.office.publish(lambda version: read_programme(changed, name="p.toml", version=version))
    assert set(stations(world)) == {"E1", "E2", "E3"}
    assert site.sell(ANA, "A-1").points == 100
    world.carry_out("E1")
    assert site.sell(ANA, "A-2").points == 200
    assert b'"version":2' in list(site.node.store.entries())[-1].body


def test_a_founding_that_failed_can_be_tried_again(tmp_path, world):
    home = Home(tmp_path / "again")
    read = lambda version: read_programme(TOML, name="p.toml", version=version)  # noqa: E731 -- a reader in one line

    def full_disk(*_):
        raise StorageTrouble("full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CentralStore, "append", full_disk)
        with pytest.raises(StorageTrouble):
            found_network(home, read, world.clock, "tester")
    found_network(home, read, world.clock, "tester").store.close()
    open_office(home, world.clock, "tester").store.close()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('code = "test"', 'code = "other"'),
        ('code = "E2"', 'code = "e1"'),
        ('code = "E2"', 'code = "Central"'),
        ('"Red de prueba"', '" "'),
        ('"ARS"', '"ARS-demasiado"'),
        ('"Taza"', '""'),
        ('value = "0.0375"', "value = 1e-99999999999999999999999"),
        ("points = 100", "points = " + "9" * 5000),
        ("points = 100", "points = " + "[" * 5000),
    ],
)
def test_a_programme_that_would_do_harm_is_refused(world, before, after):
    changed = TOML.replace(before, after, 1)
    assert changed != TOML
    with pytest.raises(BadInput):
        world.office.publish(lambda version: read_programme(changed, name="p.toml", version=version))


def test_a_programme_too_large_to_travel_is_refused():
    products = "".join(f'[[products]]\ncode = "P{n}"\nname = "{"x" * 60}"\ngroup = "fuel"\n' for n in range(3000))
    with pytest.raises(BadInput, match="too large"):
        read_programme(TOML.replace("[[rules]]", products + "[[rules]]", 1), name="p.toml", version=1)


@pytest.mark.parametrize("code", ["E1", "e1", "central", "CENTRAL"])
def test_two_stations_differ_by_more_than_their_case(world, code):
    with pytest.raises(AlreadyThere):
        world.office.add_station(StationCode(code), "Otra", None)


def test_what_is_there_is_not_added_again(world):
    with pytest.raises(AlreadyThere):
        world.office.add_station(StationCode("E1"), "Otra", None)
    world.office.appoint(StationCode("E1"), AttendantNumber("01"), "Eva", manager=True)
    with pytest.raises(AlreadyThere):
        world.office.appoint(StationCode("E1"), AttendantNumber("01"), "Leo", manager=False)


def test_what_is_not_there_is_said(world):
    for refused in (
        lambda: world.office.invite(StationCode("E9")),
        lambda: world.office.appoint(StationCode("E9"), AttendantNumber("01"), "Eva", manager=True),
        lambda: world.office.new_pin(StationCode("E1"), AttendantNumber("09")),
        lambda: mark_card(world.office, CardNumber("999999"), "blocked"),
        lambda: world.office.ship(StationCode("E9"), (PrizeCount(PrizeCode("MUG"), 1),)),
        lambda: export_feed(world.office, StationCode("E9")),
    ):
        with pytest.raises(NotThere):
            refused()
    with pytest.raises(StationNotPaired):
        export_feed(world.office, StationCode("E1"))
    with pytest.raises(UnknownPrize):
        world.office.ship(StationCode("E1"), (PrizeCount(PrizeCode("YACHT"), 1),))


def test_a_blocked_card_is_blocked_where_the_feed_has_come(world):
    site = world.pair("E1")
    mark_card(world.office, ANA, "blocked")
    assert site.sell(ANA, "A-1").points == 100
    world.carry_out("E1")
    with pytest.raises(TicketKept):
        site.sell(ANA, "A-2")


def test_members_and_cards_are_loaded_once(world, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("member,surname\n7,Nuevo\n1,García\n7,Nuevo\n")
    loaded = load_members(world.office, path)
    assert (loaded.taken, loaded.known, loaded.set_aside) == (1, 2, ())


@pytest.mark.parametrize(
    "row",
    ["x,Nuevo", "0,Nuevo", ",Nuevo", "1234567890123456,Nuevo", "8,", "8, \x07 ", "8,a,b"],
)
def test_a_wrong_member_row_is_set_aside(world, tmp_path, row):
    path = tmp_path / "m.csv"
    path.write_text(f"member,surname\n{row}\n9,Bueno\n")
    loaded = load_members(world.office, path)
    assert (loaded.taken, [r.line for r in loaded.set_aside]) == (1, [2])


def test_cards_go_to_known_members_up_to_the_limit(world, tmp_path):
    path = tmp_path / "c.csv"
    rows = ["700001,1", "700002,1", "700003,1", "700001,2", "600002,2", "700009,99", "70x,2"]
    path.write_text("card,member\n" + "\n".join(rows) + "\n")
    loaded = load_cards(world.office, path)
    assert (loaded.taken, loaded.known) == (2, 1)
    assert [r.line for r in loaded.set_aside] == [4, 5, 7, 8]


def test_personal_text_passes_the_sanitiser(world, tmp_path):
    path = tmp_path / "m.csv"
    path.write_text('member,surname,name\n9,"Pérez\x1b[2J",\u202e"Ana\u0000"\n', encoding="utf-8")
    load_members(world.office, path)
    from suite.central.documents import inquiry
    from suite.domain.ids import AccountId

    assert inquiry(world.office, account=AccountId(9), card=None).name.isprintable()


def test_an_edited_journal_of_central_is_found(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    with world.office.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE own_entry SET body = CAST('{}' AS BLOB) WHERE seq = 3")
        with pytest.raises(JournalBroken):
            world.office.store.verify()


def test_an_edited_block_of_a_station_is_found(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    with world.office.store.transaction() as connection:
        from suite.sync.frames import zstd

        (bodies,) = connection.exec_driver_sql("SELECT bodies FROM run").fetchone()
        forged = zstd.compress(zstd.decompress(bodies).replace(b'"points":100', b'"points":900'))
        connection.exec_driver_sql("UPDATE run SET bodies = ?", (forged,))
        with pytest.raises(JournalBroken):
            world.office.store.verify()
