"""One invoice, one claim: two stations that never met credit the same one, and central finds out (STA-10)."""

from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suite.central.jobs.month_close import close_month, due_months
from suite.central.projections import rebuild
from suite.domain.calendar import month_named
from suite.domain.contest import Claim, falling, standing
from suite.domain.earning import SaleLine
from suite.domain.fiscal import FiscalNumber, fiscal_of
from suite.domain.sales import Ticket
from suite.runtime.typed_text import plain_document
from suite.station.desk import Attendant
from suite.station.returns import reverse_sale
from tests.central.ledger_checks import check, check_lots
from tests.factories import ANA, BRUNO, TOML, World, moment

INVOICE = "AR-30000000007-6-10-94"
EVA = Attendant("01", "Eva", manager=True)
THREE = TOML + '\n[[stations]]\ncode = "E3"\nname = "Estación Tres"\n'


@pytest.fixture
def network(tmp_path):
    world = World(tmp_path, toml=THREE)
    for code in ("E1", "E2", "E3"):
        world.pair(code)
    return world


def claim_at(world, code, card, at="2026-10-15T09:00", amount=10_000, pos=False):
    line = SaleLine("2", 10_000, amount)
    world.sites[code].desk.record(Ticket(moment(at), INVOICE, card, (line,), "swipe", "01", pos=pos))


def incidents_at(world, code):
    world.carry_out(code)
    return [(each.kind, each.document, each.other) for each in world.sites[code].desk.incidents()]


def told(world):
    with world.office.store.transaction() as connection:
        from suite.central import schema

        return connection.execute(schema.incident.select()).fetchall(), connection.execute(
            schema.accrual.select()
        ).fetchall()


@pytest.mark.parametrize("order", list(permutations(["E1", "E2", "E3"])), ids="-".join)
@pytest.mark.parametrize("together", [True, False], ids=["one delivery", "one by one"])
def test_one_claim_stands_whatever_the_order_of_arrival(network, order, together):
    claim_at(network, "E1", ANA, at="2026-10-15T09:02")
    claim_at(network, "E2", BRUNO, at="2026-10-15T09:01")
    claim_at(network, "E3", ANA, at="2026-10-15T09:03")
    for batch in [order] if together else [(code,) for code in order]:
        network.carry_in(*batch)
    assert (network.balance(1), network.balance(2)) == (0, 100)
    incidents, accruals = told(network)
    assert {row.station for row in incidents if row.kind == "ticket-contested"} == {"E1", "E3"}
    assert {row.station: row.points for row in accruals if row.points} == {"E2": 100}
    assert incidents_at(network, "E1") == [("ticket-contested", INVOICE, "E2")]
    assert ("ticket-upheld", INVOICE, "E1") in incidents_at(network, "E2")
    assert ("ticket-upheld", INVOICE, "E3") in incidents_at(network, "E2")
    check(network.office)


def test_what_a_pos_told_stands_before_what_somebody_typed(network):
    claim_at(network, "E1", ANA, at="2026-10-15T08:00")
    claim_at(network, "E2", BRUNO, at="2026-10-15T09:00", pos=True)
    network.carry_in("E1", "E2")
    assert (network.balance(1), network.balance(2)) == (0, 100)


def test_tickets_that_are_no_invoices_are_each_stations_own(network):
    for code in ("E1", "E2"):
        network.sites[code].sell(ANA, "A-1")
        network.sites[code].sell(ANA, "AR-1")
    network.carry_in("E1", "E2")
    assert network.balance(1) == 400


def test_merging_again_and_rebuilding_change_nothing(network):
    claim_at(network, "E1", ANA)
    claim_at(network, "E2", BRUNO, at="2026-10-15T09:30")
    bundles = [network.bundle("E1"), network.bundle("E2")]
    network.merge(*bundles)
    before = network.tables()
    network.merge(*bundles)
    with network.office.store.transaction() as connection:
        rebuild(connection, network.office.store.history.facts())
    assert network.tables() == before


@pytest.mark.parametrize("heard_before", [True, False], ids=["before the other claim", "after it fell"])
def test_a_claim_that_its_station_took_back_is_taken_once(network, heard_before):
    claim_at(network, "E1", ANA, at="2026-10-15T08:00")
    claim_at(network, "E2", BRUNO)
    network.carry_in("E2")
    if not heard_before:
        network.carry_in("E1")
    reverse_sale(network.sites["E2"].desk, INVOICE, EVA)
    network.carry_in("E2")
    network.carry_in("E1", "E2") if heard_before else None
    assert (network.balance(1), network.balance(2)) == (100, 0)
    _, accruals = told(network)
    assert {row.station: row.points for row in accruals if row.points} == {"E1": 100}
    check(network.office)


def test_a_claim_of_a_closed_month_falls_in_the_open_one(network):
    claim_at(network, "E2", BRUNO, at="2026-10-15T09:00")
    network.carry_in("E2")
    claim_at(network, "E1", ANA, at="2026-10-15T08:00")
    network.clock.moment = moment("2026-12-02T09:00")
    for month in due_months(network.office, month_named("2026-11")):
        close_month(network.office, month)
    network.carry_in("E1")
    assert (network.balance(1), network.balance(2)) == (100, 0)
    check_lots(network.office, check(network.office))
    with network.office.store.transaction():
        (october,) = [t for t in network.office.store.ledger.totals_of([2]) if t.month == month_named("2026-10")]
    assert (october.lot, october.qualifying) == (0, 0), "the points leave the lot and the tier's month of their sale"


CLAIMS = st.lists(
    st.tuples(st.sampled_from("ABCDE"), st.integers(0, 3), st.booleans(), st.integers(0, 9)),
    min_size=1,
    max_size=5,
    unique_by=lambda each: each[0],
)


@given(CLAIMS, st.randoms(use_true_random=False))
def test_the_standing_claim_does_not_depend_on_order_and_the_others_fall(rows, dice):
    claims = [Claim(INVOICE, s, 1, 1, at, pos, 1, ANA, {"2": points}) for s, at, pos, points in rows]
    shuffled = dice.sample(claims, len(claims))
    assert standing(shuffled) == standing(claims)
    assert {each.station for each in falling(shuffled)} == {
        each.station for each in claims if each.points and each != standing(claims)
    }


@given(st.integers(10**10, 10**11 - 1), st.integers(1, 999), st.integers(1, 99_999), st.integers(1, 99_999_999))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_an_invoice_has_one_spelling(cuit, kind, point, number):
    written = f" ar-{cuit}-{kind:03}-{point:05}-{number:08}"
    document = plain_document(written)
    assert document is not None
    assert fiscal_of(document) == FiscalNumber(cuit, kind, point, number)
    assert plain_document(document) == document
    assert len(document) <= 40
