"""What a node of one kind may write, held at central's door: every kind of fact there is, from every kind of node."""

from pathlib import Path

import msgspec
import pytest

from suite.central.documents import issue_slip
from suite.central.merge import NotMerged
from suite.domain.events.rights import RIGHTS
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched
from suite.domain.ids import StationCode
from suite.journal.codec import KINDS, encode
from suite.node.courier import _bundle
from suite.station.desk import CardRead
from tests.factories import ANA, BRUNO, World

VECTORS = Path(__file__).parent.parent / "vectors" / "events"
CODES = {"station": "E1", "warehouse": "W1", "portal": "P1"}
FOREIGN = [
    pytest.param(node, kind, id=f"{node} {kind}")
    for node in RIGHTS
    for kind, fact in sorted(KINDS.items())
    if fact not in RIGHTS[node]
]


def forged(world, code, body):
    """The bundle of a node that wrote a body of its own choice; its file is then as before."""
    node = world.place(code).node
    connection = node.store._db
    connection.execute("SAVEPOINT forged")
    try:
        node.store.append_body(body)
        return _bundle(node, world.clock, node.store.feed_state().ack, node.store.tip().seq)[0]
    finally:
        connection.execute("ROLLBACK TO forged")
        connection.execute("RELEASE forged")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("rights"))
    world.pair("E1")
    world.pair_warehouse("W1")
    world.pair_warehouse("W2")
    world.pair_portal("P1")
    site = world.sites["E1"]
    for card in (ANA, BRUNO):
        site.sell(card, f"A-{card}", amount=50_000)
        site.desk.redeem(CardRead(card, "swipe"), "01", "BIKE", "scheduled")
    world.carry_in("E1", "W1", "W2", "P1")
    for code in ("E1", "W1", "W2", "P1"):
        world.carry_out(code)
    return world


@pytest.mark.parametrize(("node", "kind"), FOREIGN)
def test_a_bundle_with_a_fact_of_others_is_refused_whole(world, node, kind):
    before = world.tables()
    (result,) = world.merge(forged(world, CODES[node], (VECTORS / f"{kind}.json").read_bytes().rstrip(b"\n")))
    assert isinstance(result, NotMerged)
    assert "may not write" in result.refusal.text or "only central may write" in result.refusal.text
    assert world.tables() == before


def about(order, at):
    return PrizeDispatched(at=at, order=order, slip=1), PrizeDelivered(
        at=at, order=order, day="2026-10-15", receipt="0" * 64
    )


def test_a_warehouse_writes_about_its_own_orders_and_no_others(world):
    with world.office.store.transaction():
        mine, others = (order.order for order in world.office.store.shelf.orders())
    issue_slip(world.office, mine, StationCode("W1"))
    issue_slip(world.office, others, StationCode("W2"))
    for fact in (*about(others, world.clock.now()), *about("E1-999", world.clock.now())):
        (result,) = world.merge(forged(world, "W1", encode(fact)))
        assert isinstance(result, NotMerged)
        assert "not its own" in result.refusal.text
    with world.office.store.transaction():
        assert {order.state for order in world.office.store.shelf.orders()} == {"confirmed"}
    (result,) = world.merge(forged(world, "W1", encode(about(mine, world.clock.now())[0])))
    assert result.fresh == 1


@pytest.mark.parametrize(
    "changes",
    [{"order": "E1"}, {"order": "E1-1\n"}, {"order": "E1-" + "9" * 40}, {"receipt": "abc"}, {"day": "tomorrow"}],
    ids=lambda changes: f"{changes}",
)
def test_a_receipt_that_nobody_can_mean_is_refused(world, changes):
    delivered = PrizeDelivered(at=world.clock.now(), order="E1-1", day="2026-10-15", receipt="0" * 64)
    (result,) = world.merge(forged(world, "W1", encode(msgspec.structs.replace(delivered, **changes))))
    assert isinstance(result, NotMerged)
    assert "can mean" in result.refusal.text
