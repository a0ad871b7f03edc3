"""Closing and settling: in order, once, to the point and the centavo (CEN-3, CEN-4, PTS-4)."""

import pytest

from suite.central.documents import inquiry, issue_slip, statements
from suite.central.jobs.month_close import close_month, due_months
from suite.central.jobs.settlement import settle_month
from suite.central.reports import account_months, all_open_lots, sales_by
from suite.domain.calendar import month_named
from suite.domain.errors import (
    MonthAlreadyClosed,
    MonthAlreadySettled,
    MonthNotClosed,
    MonthNotOver,
    MonthNotSettled,
    MonthOutOfTurn,
    NotThere,
    OrderHeld,
    SettlementOutOfTurn,
)
from suite.domain.events.central import MonthClosed
from suite.domain.ids import AccountId, OrderNumber, PrizeCode
from suite.domain.quantities import Rate
from suite.runtime.config import read_programme
from suite.station.desk import CardRead
from tests.factories import ANA, BRUNO, TOML, moment

OCT25, SEP26, OCT26 = (month_named(name) for name in ("2025-10", "2026-09", "2026-10"))


@pytest.fixture
def year(world):
    """Ana earned 100 in October 2025 and 50 a month later; the programme's points live 12 months."""
    world.clock.moment = moment("2025-10-01T08:00")
    site = world.pair("E1")
    site.sell(ANA, "A-1", at=moment("2025-10-31T23:59"))
    site.sell(ANA, "A-2", amount=5_000, at=moment("2025-11-01T00:00"))
    world.carry_in("E1")
    world.clock.moment = moment("2026-12-02T09:00")
    return world


def close_through(world, last):
    return [close_month(world.office, month) for month in due_months(world.office, last)]


def test_points_live_to_the_close_of_their_last_month_and_not_a_close_longer(year):
    closes = close_through(year, OCT26 + 1)
    assert {c.month: c.points for c in closes if c.points} == {OCT26: 100, OCT26 + 1: 50}
    assert year.balance(1) == 0


def test_before_the_close_nothing_has_expired(year):
    close_through(year, SEP26)
    assert year.balance(1) == 150
    assert [(lot.earned, lot.remaining, lot.expires_at_close_of) for lot in all_open_lots(year.office)] == [
        ("2025-10", 100, "2026-10"),
        ("2025-11", 50, "2026-11"),
    ]


def test_points_spent_in_the_month_of_the_close_do_not_expire_again(year):
    year.stock_up("E1")
    year.clock.moment = moment("2026-10-31T23:59")
    year.sites["E1"].desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    year.carry_in("E1")
    year.clock.moment = moment("2026-12-02T09:00")
    assert sum(c.points for c in close_through(year, OCT26)) == 0
    assert year.balance(1) == 50


def test_a_rehearsal_says_the_same_and_records_nothing(year):
    close_through(year, SEP26)
    before = year.tables()
    rehearsed = close_month(year.office, OCT26, rehearse=True)
    assert (rehearsed.accounts, rehearsed.points) == (1, 100)
    assert year.tables() == before
    assert close_month(year.office, OCT26).points == rehearsed.points


def test_months_are_closed_in_order_and_once(year):
    with pytest.raises(MonthOutOfTurn):
        close_month(year.office, OCT25 + 1)
    close_month(year.office, OCT25)
    with pytest.raises(MonthAlreadyClosed):
        close_month(year.office, OCT25)
    with pytest.raises(MonthNotOver):
        close_month(year.office, month_named("2026-12"))


def test_a_month_is_over_at_midnight_on_the_networks_clock(year):
    close_through(year, SEP26)
    year.clock.moment = moment("2026-11-01T00:00") - 1
    with pytest.raises(MonthNotOver):
        close_month(year.office, OCT26)
    year.clock.moment = moment("2026-11-01T00:00")
    assert close_month(year.office, OCT26).points == 100


def test_a_close_names_the_stations_it_has_not_heard_of(year):
    year.pair("E2")
    close = close_month(year.office, OCT25)
    assert close.silent == ("E1", "E2")
    year.sites["E1"].sell(ANA, "A-3")
    year.carry_in("E1")
    assert close_month(year.office, OCT25 + 1).silent == ("E2",)


def test_a_close_is_one_fact_and_its_expiries(year):
    close_through(year, OCT26)
    with year.office.store.transaction():
        tip = year.office.store.tip()
        _, event = year.office.store.own_event(tip.seq)
    assert isinstance(event, MonthClosed)
    assert (event.month, event.accounts, event.points) == (OCT26, 1, 100)


def test_every_account_and_month_adds_up(year):
    close_through(year, OCT26 + 1)
    rows = [(r.month, r.earned, r.spent, r.expired, r.balance) for r in account_months(year.office)]
    assert rows == [
        ("2025-10", 100, 0, 0, 100),
        ("2025-11", 50, 0, 0, 150),
        ("2026-10", 0, 0, 100, 50),
        ("2026-11", 0, 0, 50, 0),
    ]


# Settlement


def test_all_stations_settle_together_each_at_its_own_value(world):
    one, two = world.pair("E1"), world.pair("E2")
    one.sell(ANA, "A-1", amount=139_500)
    two.sell(ANA, "B-1", amount=139_500)
    world.carry_in("E1", "E2")
    world.clock.moment = moment("2026-11-02T09:00")
    close_month(world.office, OCT26)
    settled = settle_month(world.office, OCT26)
    assert (settled.stations, settled.points, settled.amount) == (2, 2790, 5231 + 5580)
    found = statements(world.office, OCT26)
    assert [(s.station, s.amount, [line.group for line in s.lines]) for s in found] == [
        ("E1", 5231, ["Combustibles"]),
        ("E2", 5580, ["Combustibles"]),
    ]


def test_points_that_come_late_settle_in_the_next_month_marked_late(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T09:00")
    close_month(world.office, OCT26)
    settle_month(world.office, OCT26)
    site.sell(ANA, "A-2", amount=20_000, at=moment("2026-10-20T10:00"))
    site.sell(ANA, "A-3", amount=40_000)
    world.carry_in("E1")
    world.clock.moment = moment("2026-12-02T09:00")
    close_month(world.office, OCT26 + 1)
    settled = settle_month(world.office, OCT26 + 1)
    assert settled.points == 600
    lines = statements(world.office, OCT26 + 1)[0].lines
    assert [(line.month, line.points, line.late) for line in lines] == [("2026-10", 200, True), ("2026-11", 400, False)]
    assert statements(world.office, OCT26)[0].points == 100


def test_a_month_is_settled_after_its_close_and_once(world):
    world.pair("E1").sell(ANA, "A-1")
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T09:00")
    with pytest.raises(MonthNotClosed):
        settle_month(world.office, OCT26)
    with pytest.raises(MonthNotSettled):
        statements(world.office, OCT26)
    close_month(world.office, OCT26)
    settle_month(world.office, OCT26)
    with pytest.raises(MonthAlreadySettled):
        settle_month(world.office, OCT26)
    with pytest.raises(NotThere):
        statements(world.office, OCT26, "E9")


def test_months_are_settled_in_order_by_the_programme_of_their_time(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    site.sell(ANA, "A-2", at=moment("2026-09-15T10:00"))
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T09:00")
    dear = TOML.replace('value = "0.0375"', 'value = "99"').replace('"Combustibles"', '"Otra cosa"')
    world.office.publish(lambda version: read_programme(dear, name="p.toml", version=version))
    close_through(world, OCT26)
    with pytest.raises(SettlementOutOfTurn):
        settle_month(world.office, OCT26)
    assert settle_month(world.office, SEP26).amount == 375
    assert settle_month(world.office, OCT26).amount == 375
    found = statements(world.office, OCT26)[0]
    assert (found.point_value, [line.group for line in found.lines]) == (Rate(3, 80), ["Combustibles"])


def test_a_product_that_was_retired_settles_under_its_group(world):
    world.pair("E1").sell(ANA, "A-1")
    world.carry_in("E1")
    without = TOML.replace('code = "2"\nname = "Nafta súper"', 'code = "9"\nname = "Otra"')
    world.office.publish(lambda version: read_programme(without, name="p.toml", version=version))
    world.clock.moment = moment("2026-11-02T09:00")
    close_month(world.office, OCT26)
    settle_month(world.office, OCT26)
    assert [line.group for line in statements(world.office, OCT26)[0].lines] == ["Combustibles"]


def test_a_settlement_is_the_same_whenever_it_is_printed(world):
    world.pair("E1").sell(ANA, "A-1")
    world.carry_in("E1")
    world.clock.moment = moment("2026-11-02T09:00")
    close_month(world.office, OCT26)
    settle_month(world.office, OCT26)
    first = statements(world.office, OCT26)
    world.clock.moment = moment("2027-03-01T09:00")
    world.sites["E1"].sell(ANA, "A-9", at=moment("2026-10-02T10:00"))
    world.carry_in("E1")
    other = TOML.replace('"ARS"', '"USD"').replace('"Combustibles"', '"Otra cosa"').replace('"Red de prueba"', '"Otra"')
    other = other.replace("America/Argentina/Buenos_Aires", "Asia/Tokyo")
    world.office.publish(lambda version: read_programme(other, name="p.toml", version=version))
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert statements(world.office, OCT26) == first


# Paper and pages


@pytest.fixture
def ordered(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=60_000)
    site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("BIKE"), "scheduled")
    world.carry_in("E1")
    with world.office.store.transaction():
        (order,) = world.office.store.shelf.orders()
    return world, order.order


def test_a_slip_carries_the_members_data_and_the_same_number_for_ever(ordered):
    world, number = ordered
    slip = issue_slip(world.office, number)
    assert (slip.slip, slip.member, slip.document, slip.prize) == (1, "García, Ana", "DNI 12345678", "Bicicleta")
    world.clock.moment += 10**9
    assert issue_slip(world.office, number) == slip
    with pytest.raises(NotThere):
        issue_slip(world.office, OrderNumber("E1-999"))


def test_an_order_is_held_while_the_account_owes_points(ordered):
    world, number = ordered
    two = world.pair("E2")
    world.stock_up("E2")
    assert two.desk.member(ANA).balance == 100
    two.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    world.stock_up("E1")
    one = world.sites["E1"]
    one.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    world.carry_in("E1", "E2")
    assert world.balance(1) == -100
    with pytest.raises(OrderHeld):
        issue_slip(world.office, number)
    one.sell(ANA, "A-2", amount=10_000)
    world.carry_in("E1")
    assert issue_slip(world.office, number).slip == 1


def test_the_inquiry_shows_the_member_and_thirty_movements(world):
    site = world.pair("E1")
    for n in range(31):
        site.sell(ANA, f"A-{n:02d}", at=moment(f"2026-10-15T10:{n:02d}"))
    world.carry_in("E1")
    found = inquiry(world.office, account=None, card=ANA)
    assert (found.name, found.document, found.balance, len(found.movements)) == (
        "García, Ana",
        "DNI 12345678",
        3100,
        30,
    )
    assert (found.movements[0].reference, found.movements[0].station) == ("A-30", "Estación Uno")
    assert inquiry(world.office, account=AccountId(2), card=None).movements == ()
    with pytest.raises(NotThere):
        inquiry(world.office, account=AccountId(99), card=None)


def test_sales_are_summed_by_any_dimensions(world):
    one, two = world.pair("E1"), world.pair("E2")
    one.sell(ANA, "A-1")
    one.sell(BRUNO, "A-2", amount=5_050)
    two.sell(ANA, "B-1", amount=99)
    world.carry_in("E1", "E2")
    by_station = sales_by(world.office, ("station",))
    assert {key: (r.tickets, r.amount, r.points) for key, r in by_station.items()} == {
        ("E1",): (2, 15_050, 150),
        ("E2",): (1, 99, 0),
    }
    assert list(sales_by(world.office, ("account", "day"))) == [("1", "2026-10-15"), ("2", "2026-10-15")]
    assert sales_by(world.office, ("station",), SEP26) == {}


def test_personal_data_is_in_no_journal_and_no_stations_file(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    with world.office.store.transaction() as connection:
        from suite.central import schema

        bodies = b"".join(row.body for row in connection.execute(schema.own_entry.select()))
    bodies += b"".join(entry.body for entry in site.node.store.entries())
    for secret in ("García", "12345678", "Bravo", "87654321", "Eva"):
        assert secret.encode() not in bodies
    assert site.desk.member(ANA).member == "Ana G."
