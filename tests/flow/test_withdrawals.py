"""Ordered at one station, collected at another, with no link between them (PRZ-8)."""

import pytest

from suite.central.adjustments import cancel_order
from suite.central.documents import issue_slip
from suite.central.feeds import withdrawal_key
from suite.domain.errors import NoStock, OrderAlreadyServed
from suite.domain.events.station import PrizeWithdrawn
from suite.domain.ids import PrizeCode, StationCode
from suite.domain.spending import DAY_MS
from suite.domain.withdrawal import (
    AlreadyCollected,
    OrderIsCollected,
    WithdrawalCancelled,
    WithdrawalExpired,
    WrongWithdrawalCode,
)
from suite.station.app import StationApp
from suite.station.collecting import collect
from suite.station.desk import CardRead
from suite.station.slips import paper_of
from tests.factories import ANA, BRUNO, TOML, World
from tests.flow.network import Network
from tests.station.screens import shown, swipe, type_keys
from tests.station.test_plain import lived

PROGRAMME = TOML.replace("points = 100", 'points = 100\ndeliveries = ["immediate", "withdrawal"]', 1)


@pytest.fixture
def world(tmp_path):
    """Ana has points at E1, where no mug is; two lie at E2."""
    world = World(tmp_path, toml=PROGRAMME + '\n[[stations]]\ncode = "E3"\nname = "Estación Tres"\n')
    for code in ("E1", "E2"):
        world.pair(code)
    world.stock_up("E2", quantity=2)
    world.sites["E1"].sell(ANA, "A-1", amount=25_000)
    return world


@pytest.fixture
def third(world):
    """One mug lies at E3."""
    world.pair("E3")
    world.stock_up("E3", quantity=1)
    return world


def ordered(world, code="E1", card=ANA):
    return world.sites[code].desk.redeem(CardRead(card, "swipe"), "01", PrizeCode("MUG"), "withdrawal")


def collected(world, code, digits, card=ANA):
    return collect(world.sites[code].desk, CardRead(card, "swipe"), digits, "01")


def order(world):
    with world.office.store.transaction():
        return world.office.store.shelf.orders()[-1]


def incidents(world):
    with world.office.store.transaction():
        return [(i.station, i.kind) for i in world.office.store.shelf.open_incidents()]


def stock(world):
    with world.office.store.transaction():
        return {station: count for station, _, count in world.office.store.shelf.stock()}


def is_rebuilt_the_same(world):
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    return world.tables() == before


def test_the_slip_carries_the_code_and_another_station_honours_it_with_no_link(world):
    voucher, site = ordered(world), world.sites["E1"]
    slip = paper_of(site.desk, site.node.store.tip().seq)
    assert (slip.code, slip.until.isoformat()) == (voucher.code, "2026-12-14")
    assert (voucher.points, voucher.balance) == (100, 150)
    with pytest.raises(WrongWithdrawalCode):
        collected(world, "E2", voucher.code, BRUNO)
    with pytest.raises(WrongWithdrawalCode):
        collected(world, "E2", voucher.code[:-1] + str((int(voucher.code[-1]) + 1) % 10))
    with pytest.raises(NoStock):
        collected(world, "E1", voucher.code)
    assert not any(isinstance(e, PrizeWithdrawn) for code in world.sites for e in events(world, code))
    done = collected(world, "E2", voucher.code)
    assert (done.member, done.prize) == ("Ana G.", "Taza")
    two = world.sites["E2"].node.store
    assert two.on_hand(PrizeCode("MUG")) == 1
    assert paper_of(world.sites["E2"].desk, two.tip().seq).kind == "withdrawal"
    world.office.add_node(StationCode("W1"), "Depósito", "warehouse")
    with world.office.store.transaction():
        keys = [withdrawal_key(world.office, StationCode(code)) for code in ("E1", "E2", "W1")]
    assert keys == [two.withdrawal_key()[0], two.withdrawal_key()[0], b""]


@pytest.mark.parametrize("first", ["E1", "E2"])
def test_central_settles_stock_and_order_in_any_order_of_arrival(world, first):
    collected(world, "E2", ordered(world).code)
    for code in sorted(("E1", "E2"), key=lambda code: code != first):
        world.carry_in(code)
    found = order(world)
    assert (found.state, found.collected_at, world.balance(1)) == ("collected", "E2", 150)
    assert (stock(world)["E2"], incidents(world)) == (1, [])
    with world.office.store.transaction():
        (row,) = world.office.store.shelf.withdrawals()
    assert row.order == found.order
    assert is_rebuilt_the_same(world)
    world.carry_out("E1")
    (told,) = world.sites["E1"].node.store.orders("E1")
    assert told.state == "collected"
    with pytest.raises(OrderAlreadyServed):
        cancel_order(world.office, found.order, "too late")


def test_once_is_kept_as_far_as_it_is_known_and_central_looks_into_the_rest(third):
    world, twice, told = third, ordered(third).code, ordered(third).code
    collected(world, "E2", twice)
    with pytest.raises(AlreadyCollected, match="E2"):
        collected(world, "E2", twice)
    collected(world, "E3", twice)
    collected(world, "E2", told)
    for code in ("E1", "E2", "E3"):
        world.carry_in(code)
    assert incidents(world) == [("E3", "withdrawn-twice")]
    assert (stock(world)["E2"], stock(world)["E3"]) == (0, 0)
    assert order(world).collected_at == "E2"
    assert is_rebuilt_the_same(world)
    world.carry_out("E3")
    with pytest.raises(AlreadyCollected, match="E2"):
        collected(world, "E3", told)
    world.clock.moment += 61 * DAY_MS
    world.carry_out("E3")
    with pytest.raises(WithdrawalExpired):
        collected(world, "E3", told)
    assert world.sites["E3"].node.store._db.execute("SELECT count(*) FROM feed_closed").fetchone() == (0,)


def events(world, code):
    store = world.sites[code].node.store
    return [store.event_at(entry.seq) for entry in store.entries()]


def test_the_office_sends_no_such_order_and_may_cancel_it(world):
    code = ordered(world).code
    world.carry_in("E1")
    with world.office.store.transaction():
        assert world.office.store.shelf.pending_orders() == []
    with pytest.raises(OrderIsCollected):
        issue_slip(world.office, order(world).order)
    cancel_order(world.office, order(world).order, "not wanted")
    assert world.balance(1) == 250
    collected(world, "E2", code)
    other = ordered(world).code
    world.carry_in("E1", "E2")
    assert incidents(world) == [("E2", "withdrawn-cancelled")]
    cancel_order(world.office, order(world).order, "not wanted either")
    world.carry_out("E2")
    with pytest.raises(WithdrawalCancelled):
        collected(world, "E2", other)
    assert is_rebuilt_the_same(world)


def test_a_hand_over_that_fits_no_order_is_looked_into(world):
    ordered(world)
    place = world.sites["E1"].node.store.tip().seq
    issuer = events(world, "E1")[-1].issuer
    site = world.sites["E2"]
    with site.node.store.writing():
        forged = PrizeWithdrawn(
            at=world.clock.now(), issuer=issuer, order=place, card=BRUNO, account=2, prize="MUG", until="2026-12-14"
        )
        site.node.store.append(forged)
    world.carry_in("E2", "E1")
    assert [kind for _, kind in incidents(world)] == ["withdrawn-unordered"]


def test_line_by_line(world):
    site, two = world.sites["E1"], world.sites["E2"]
    said = lived(site, ANA, site.code, "2", "1", "1")
    code = next(line.split()[-1] for line in said.splitlines() if line.startswith("Withdrawal code"))
    world.carry_in("E1")
    world.carry_out("E2")
    assert "Hand over: Taza" in lived(two, ANA, two.code, "2", "0", code)
    assert "already" in lived(two, ANA, two.code, "2", "0", code, ".")
    assert two.node.store.on_hand(PrizeCode("MUG")) == 1


async def test_on_the_screen_with_no_points_left(world):
    two, code = world.sites["E2"], ordered(world).code
    app = StationApp(two.desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, f";{ANA}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, two.code)
        await shown(app, pilot, "BALANCE IN POINTS")
        await type_keys(app, pilot, "2")
        assert "0  Collect what was ordered" in await shown(app, pilot, "NO PRIZE FOR THIS BALANCE YET")
        await type_keys(app, pilot, "0")
        await shown(app, pilot, "WITHDRAWAL CODE")
        await type_keys(app, pilot, code)
        await shown(app, pilot, "Hand over: Taza")
    assert two.node.store.on_hand(PrizeCode("MUG")) == 1


def test_by_command(tmp_path, capsys, monkeypatch):
    network = Network(tmp_path, capsys, monkeypatch, PROGRAMME).paired()
    network.answer("E1", "receive", "1")
    network.answer("E1", "sale", "--card", ANA, "--document", "A-1", "--line", "2:1:1000", code=network.code)
    given = network.answer("E1", "redeem", "--card", ANA, "--prize", "MUG", "--with-code")
    done = network.answer("E1", "collect", "--card", ANA, given["code"])
    assert done["prize"] == "Taza"
    network.exchange()
    (row,) = network.answer("central", "withdrawals")
    assert (row["station"], row["prize"], row["order"]) == (
        "E1",
        "MUG",
        network.answer("central", "orders")[0]["order"],
    )
