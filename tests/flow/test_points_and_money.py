"""Prizes for points and money, and where ordered ones go: from the counter to central's lists (PRZ-3, PRZ-7)."""

import pytest

from suite.central import people
from suite.central.adjustments import cancel_order
from suite.central.documents import issue_slip
from suite.central.merge import NotMerged
from suite.domain.events.station import PrizeRequested
from suite.domain.ids import AccountId, PrizeCode
from suite.domain.personal import DeliveryPlace
from suite.domain.redemption import Terms
from suite.runtime.config import read_programme
from suite.runtime.errors import REFUSED, BadInput
from suite.station.app import StationApp
from suite.station.desk import Attendant, CardRead
from suite.station.returns import bring_prize_back
from suite.station.shifts import open_shift, sums_so_far
from suite.station.slips import paper_of
from tests.factories import ANA, BRUNO, TOML, World
from tests.flow.network import Network
from tests.station.screens import shown, swipe, type_keys
from tests.station.test_plain import lived

MIXED = """
[[prizes]]
code = "KIT"
name = "Kit de mate"
points = 900
money = "1500.50"
deliveries = ["immediate", "scheduled"]

[[prizes.choices]]
points = 300
money = 6000
"""
PROGRAMME = TOML.replace("[[stations]]", f"{MIXED}\n[[stations]]", 1)
EVA = Attendant("01", "Eva", True)
HOME = DeliveryPlace("Calle Falsa 123, Rosario", "0341-5550001")


@pytest.fixture
def world(tmp_path):
    """Ana has 1000 points at E1, where three kits lie."""
    world = World(tmp_path, toml=PROGRAMME)
    site = world.pair("E1")
    world.stock_up("E1", "KIT", 3)
    site.sell(ANA, "A-1", amount=100_000)
    return world


def kit(world, delivery="immediate", terms=Terms()):  # noqa: B008 -- a value
    return world.sites["E1"].desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("KIT"), delivery, "", terms)


def order(world):
    with world.office.store.transaction():
        return world.office.store.shelf.orders()[-1]


def held(world):
    with world.office.store.transaction():
        return [(r.station, r.prize, r.taken, r.given_back) for r in world.office.store.shelf.prize_money()]


def test_the_slip_the_shift_and_central_state_the_money_of_the_chosen_price(world):
    site = world.sites["E1"]
    (offer,) = [offer for offer in site.desk.prizes(site.desk.member(ANA)) if offer.prize.code == "KIT"]
    assert (offer.choices, offer.deliveries) == ((1, 2), ("immediate", "scheduled"))
    open_shift(site.desk, "01")
    assert (kit(world).points, site.desk.member(ANA).balance) == (900, 100)
    assert [offer.choices for offer in site.desk.prizes(site.desk.member(ANA)) if offer.prize.code == "KIT"] == [()]
    handed = site.node.store.tip().seq
    assert (paper_of(site.desk, handed).money, paper_of(site.desk, handed).currency) == (150_050, "ARS")
    receipt = bring_prize_back(site.desk, handed, EVA)
    assert (receipt.points, receipt.money) == (900, 150_050)
    assert paper_of(site.desk, site.node.store.tip().seq).money == -150_050
    voucher = kit(world, "scheduled", Terms(2))
    assert (voucher.points, voucher.money, voucher.balance) == (300, 600_000, 700)
    sums = sums_so_far(site.desk, "01")
    assert (sums.money, sums.money_back, sums.spent) == (750_050, 150_050, 1200)
    world.carry_in("E1")
    assert held(world) == [("E1", "KIT", 750_050, 150_050)]
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


def test_a_cancelled_order_says_what_its_station_gives_back(world):
    kit(world, "scheduled")
    world.carry_in("E1")
    was = cancel_order(world.office, order(world).order, "no longer made")
    assert (was.points, was.station, was.money) == (900, "E1", 150_050)
    assert held(world) == [("E1", "KIT", 150_050, 150_050)]
    world.carry_out("E1")
    (told,) = world.sites["E1"].node.store.orders("E1")
    assert (told.state, told.money) == ("cancelled", 150_050)
    web = world.pair_portal("P1")
    assert [offer.prize for offer in web.lobby.offers()] == ["BIKE"], "a portal takes no money"


# Where it goes (PRZ-3)


def test_the_address_that_was_said_travels_beside_the_journal_and_stands_on_the_slip(world):
    site = world.sites["E1"]
    kit(world, "scheduled", Terms(place=HOME))
    bodies = b"".join(entry.body for entry in site.node.store.entries())
    assert b"Falsa" not in bodies
    world.pair_warehouse("W1")
    world.carry_in("E1")
    world.carry_out("E1")
    assert site.node.store._db.execute("SELECT count(*) FROM blob").fetchone() == (0,)
    slip = issue_slip(world.office, order(world).order, "W1")
    assert (slip.address, slip.phone) == (HOME.address, HOME.phone)
    world.carry_out("W1")
    (given,) = world.depots["W1"].depot.slips([])
    assert (given.member, given.address) == ("García, Ana", HOME.address)
    site.sell(ANA, "A-2", amount=100_000)
    kit(world, "scheduled", Terms(here=True))
    world.carry_in("E1")
    slip = issue_slip(world.office, order(world).order)
    assert (slip.member, slip.address) == ("García, Ana", "Estación Uno")


def test_who_leaves_is_forgotten_with_the_address_and_nobody_elses_data_can_be_named(world):
    kit(world, "scheduled", Terms(place=HOME))
    world.carry_in("E1")
    place = order(world).place
    with world.office.store.transaction():
        assert b"Falsa" in world.office.store.kept(place)
    people.remove_member(world.office, AccountId(1), "asked for it")
    with world.office.store.transaction():
        assert world.office.store.kept(place) is None
    site = world.sites["E1"]
    with world.office.store.transaction():
        personal = world.office.store.directory.account(AccountId(2))[0]
    with site.node.store.writing():
        event = PrizeRequested(
            at=world.clock.now(), card=BRUNO, account=AccountId(2), prize="KIT", points=900, place=personal
        )
        site.node.store.append(event)
    (result,) = world.carry_in("E1")
    assert isinstance(result, NotMerged)
    assert "no station can mean" in str(result.refusal)


# At the desk, line by line and on the screen

ORDERED = ("2", "2", "2", "3", "Calle Falsa 123", "", "1")
"""A prize; the kit to order; its second price; another address; no telephone; confirmed."""


def test_line_by_line_the_price_and_the_place_are_asked(world):
    site = world.sites["E1"]
    said = lived(site, ANA, site.code, *ORDERED)
    assert "300 points and 6,000.00 ARS" in said
    assert "Taken in money: 6,000.00 ARS" in said
    event = site.node.store.event_at(site.node.store.tip().seq)
    assert isinstance(event, PrizeRequested)
    assert (event.points, event.money, event.here, bool(event.place)) == (300, 600_000, False, True)


async def test_on_the_screen_as_well_and_leaving_records_nothing(world):
    site = world.sites["E1"]
    tip, app = site.node.store.tip(), StationApp(site.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "BALANCE IN POINTS")
        await type_keys(app, pilot, "2")
        assert "2 prices" in await shown(app, pilot, "WHICH PRIZE?")
        await type_keys(app, pilot, "2")
        await shown(app, pilot, "HOW IS IT PAID?")
        await pilot.press("escape")
        await shown(app, pilot, "BALANCE IN POINTS")
        assert site.node.store.tip() == tip
        for typed in ORDERED[:3]:
            await type_keys(app, pilot, typed)
        await shown(app, pilot, "WHERE IS IT TO GO?")
        await type_keys(app, pilot, "1")
        assert "Take 6,000.00 ARS first." in await shown(app, pilot, "ORDER THIS PRIZE?")
        await type_keys(app, pilot, "1")
        assert "Taken in money: 6,000.00 ARS" in await shown(app, pilot, "OK")
    assert site.node.store.event_at(site.node.store.tip().seq).here


# By command


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    return Network(tmp_path, capsys, monkeypatch, PROGRAMME).paired()


def test_by_command(network):
    code = network.code
    network.answer("E1", "sale", "--card", ANA, "--document", "A-1", "--line", "2:1:1000", code=code)
    given = network.answer("E1", "redeem", "--card", ANA, "--prize", "KIT", "--scheduled", "--choice", "2", "--here")
    assert (given["points"], given["money"], given["balance"]) == (300, 600_000, 700)
    refused, _ = network.call("E1", "redeem", "--card", ANA, "--prize", "KIT", "--choice", "3", expected=REFUSED)
    assert refused["error"] == "no-such-price"
    nowhere = ("redeem", "--card", ANA, "--prize", "KIT", "--address", "Calle 1")
    network.call("E1", *nowhere, expected=BadInput.exit_code)
    network.call("E1", *nowhere, "--scheduled", "--here", expected=BadInput.exit_code)
    assert network.answer("E1", "orders")[0]["money"] == 600_000
    network.exchange()
    (row,) = network.answer("central", "prize-money", "2026-10")
    assert row == {"station": "E1", "month": "2026-10", "prize": "KIT", "taken": 600_000, "given_back": 0}
    assert network.answer("central", "prize-money", "2026-09") == []
    order = network.answer("central", "orders")[0]["order"]
    cancelled = network.answer("central", "cancel-order", order, "--reason", "no longer made")
    assert (cancelled["money"], cancelled["station"]) == (600_000, "E1")


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        pytest.param("points = 300", "points = 0", "prizes[2].choices[0].points", id="a choice for nothing"),
        pytest.param("points = 300", "points = 900", "prizes[2].choices[0]", id="no fewer points"),
        pytest.param("money = 6000", "money = 1500", "prizes[2].choices[0]", id="no more money"),
        pytest.param('"1500.50"', '"1500.505"', "prizes[2].money", id="finer than a centavo"),
        pytest.param("money = 6000", "money = 1e10", "prizes[2].choices[0].money", id="too much"),
        pytest.param("money = 6000", "mony = 6000", "prizes[2].choices[0].mony", id="misspelt"),
    ],
)
def test_a_mistake_in_a_price_is_named_by_line_and_key(before, after, key):
    text = PROGRAMME.replace(before, after, 1)
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if row.startswith("[[prizes.choices"))
    with pytest.raises(BadInput) as refused:
        read_programme(text, name="programme.toml", version=1)
    assert refused.value.facts["key"] == key
    assert abs(int(refused.value.facts["line"]) - line) <= 4


def test_the_prices_of_a_file_are_those_of_the_prize():
    (*_, prize) = read_programme(PROGRAMME, name="programme.toml", version=1).programme.prizes
    assert [(p.points, p.money) for p in prize.prices] == [(900, 150_050), (300, 600_000)]
