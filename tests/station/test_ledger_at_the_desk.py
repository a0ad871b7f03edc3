"""The ledger's rules at the desk, over a real encrypted file: promotions and their explanation, returns, enrolments."""

import pytest

from suite.central import people
from suite.domain.errors import (
    DocumentAlreadyClaimed,
    ManagerNeeded,
    NothingToReverse,
    PrizeReserved,
    RedemptionNotHere,
    ReturnTooLarge,
    TicketNotHere,
)
from suite.domain.events.members import MemberRate
from suite.domain.ids import PrizeCode
from suite.domain.quantities import Centavos, Rate
from suite.station.desk import Attendant, CardRead
from suite.station.imports import import_returns
from suite.station.returns import bring_prize_back, return_without_ticket, reverse_sale
from tests.central.ledger_checks import check
from tests.factories import ANA, BRUNO, TOML, World, line, moment

EVA = Attendant("01", "Eva", True)
LUIS = Attendant("02", "Luis", False)
ANAS = CardRead(ANA, "swipe")


@pytest.fixture
def build(tmp_path):
    """A network whose programme has these tables beside the usual ones; Ana's card was issued on 15 October."""
    worlds = []

    def make(extra, points=""):
        world = World(tmp_path / str(len(worlds)), toml=TOML.replace("[points]", f"[points]\n{points}") + extra)
        worlds.append(world)
        return world, world.pair("E1")

    return make


def tried(receipt, desk, document):
    return {t.promotion: t.why_not or t.points for t in desk.explain(document).earned.tried}


def test_triple_in_the_first_thirty_days_on_the_first_use(build):
    world, site = build(
        '\n[[promotions]]\ncode = "welcome"\nname = "Bienvenida"\nmultiply = 3\ncard_days = 30\nfirst_use = true\n'
    )
    world.clock.moment = moment("2026-11-13T23:59")
    assert site.sell(ANA, "A-1").points == 300, "the thirtieth day counts"
    assert site.sell(ANA, "A-2").points == 100
    assert tried(None, site.desk, "A-1") == {"welcome": 200}
    assert tried(None, site.desk, "A-2") == {"welcome": "not-first-use"}
    world.clock.moment = moment("2026-11-14T00:00")
    assert site.sell(BRUNO, "B-1").points == 100
    assert tried(None, site.desk, "B-1") == {"welcome": "card-too-old"}


def test_the_first_use_is_known_at_the_next_station_too(build):
    world, site = build('\n[[promotions]]\ncode = "w"\nname = "W"\nmultiply = 3\nfirst_use = true\n')
    assert site.sell(ANA, "A-1").points == 300
    world.carry_in("E1")
    assert world.pair("E2").sell(ANA, "B-1").points == 100


def test_double_for_a_product_between_two_dates(build):
    world, site = build(
        '\n[[promotions]]\ncode = "premium"\nname = "Premium"\nmultiply = 2\nproducts = ["2"]\n'
        "from_day = 2026-10-20\nuntil_day = 2026-10-21\n"
    )
    sold = []
    for n, when in enumerate(("2026-10-19T23:59", "2026-10-20T00:00", "2026-10-21T23:59", "2026-10-22T00:00")):
        world.clock.moment = moment(when)
        sold.append(site.sell(ANA, f"A-{n}").points)
    assert sold == [100, 200, 200, 100]
    world.clock.moment = moment("2026-10-20T10:00")
    coffee = site.desk.sell(ANAS, "01", "C-1", (line(), line("cafe")))
    assert [earned.points for earned in coffee.lines] == [200, 100]


def test_a_members_own_percentage_after_the_first_purchase_in_an_interval(build):
    world, site = build(
        '\n[[promotions]]\ncode = "own"\nname = "Propio"\npersonal = true\nproducts = ["2"]\n'
        "from_day = 2026-10-01\nafter_first = true\n"
    )
    people.set_rates(world.office, "own", [MemberRate(1, Rate(25, 1000))])
    world.carry_out("E1")
    amount = 100_000
    assert site.sell(ANA, "A-1", amount).points == 1000, "the first purchase opens the interval"
    assert site.sell(ANA, "A-2", amount).points == 1000, "and the rest of that day is the first purchase"
    world.clock.moment = moment("2026-10-16T10:00")
    assert site.sell(ANA, "A-3", amount).points == 25, "2.5 % of a thousand"
    assert site.desk.sell(ANAS, "01", "C-1", (line("cafe", amount=amount),)).points == 1000, "another product set"
    assert site.sell(BRUNO, "B-1", amount).points == 1000
    world.carry_in("E1")
    two = world.pair("E2")
    assert two.sell(ANA, "D-1", amount).points == 25, "the first purchase was at another station"
    world.clock.moment = moment("2026-10-17T10:00")
    assert site.sell(BRUNO, "B-2", amount).points == 1000
    assert tried(None, site.desk, "B-2") == {"own": "no-personal-rate"}


def test_a_bonus_counts_on_the_day_and_not_on_the_ticket(build):
    world, site = build('\n[[promotions]]\ncode = "b"\nname = "B"\nadd = 50\nmin_amount = 150\n')
    assert [site.sell(ANA, f"A-{n}").points for n in range(4)] == [100, 150, 100, 100]
    world.clock.moment = moment("2026-10-16T00:00")
    assert [site.sell(ANA, f"B-{n}").points for n in range(2)] == [100, 150]
    world.carry_in("E1")
    check(world.office)


def test_the_days_points_raise_what_a_member_may_have_and_not_what_the_day_earns(build):
    world, site = build(
        '\n[[tiers]]\ncode = "gold"\nname = "Oro"\npoints = 100\n'
        '[[promotions]]\ncode = "gold2"\nname = "Oro doble"\nmultiply = 2\ntiers = ["gold"]\n'
        '[[prizes]]\ncode = "GOLD"\nname = "Reservado"\npoints = 10\ntiers = ["gold"]\ndeliveries = ["scheduled"]\n'
    )
    with pytest.raises(PrizeReserved):
        site.desk.redeem(ANAS, "01", PrizeCode("GOLD"), "scheduled")
    assert [site.sell(ANA, f"A-{n}").points for n in range(2)] == [100, 100]
    assert site.desk.member(ANA).tier == "gold"
    site.desk.redeem(ANAS, "01", PrizeCode("GOLD"), "scheduled")
    world.clock.moment = moment("2026-10-16T08:00")
    assert site.sell(ANA, "B-1").points == 200


def test_a_ticket_explains_itself_by_the_rules_of_its_day(build):
    from suite.runtime.config import read_programme

    world, site = build('\n[[promotions]]\ncode = "p"\nname = "Promo"\nmultiply = 2\n')
    site.sell(ANA, "A-1")
    world.office.publish(lambda version: read_programme(TOML, name="next.toml", version=version))
    world.carry_out("E1")
    assert site.sell(ANA, "A-2").points == 100
    found = site.desk.explain("A-1")
    assert (found.earned.points, found.sale.points, found.programme.version) == (200, 200, 1)
    with pytest.raises(TicketNotHere):
        site.desk.explain("A-9")


# Taking back


def test_a_ticket_comes_back_in_parts_and_never_more_than_whole(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=10_000)
    assert reverse_sale(site.desk, "A-1", EVA, Centavos(3_333)).points == 33
    assert reverse_sale(site.desk, "A-1", EVA, Centavos(3_333)).points == 33
    with pytest.raises(ReturnTooLarge):
        reverse_sale(site.desk, "A-1", EVA, Centavos(3_335))
    assert reverse_sale(site.desk, "A-1", EVA).points == 34
    with pytest.raises(NothingToReverse):
        reverse_sale(site.desk, "A-1", EVA)
    with pytest.raises(TicketNotHere):
        reverse_sale(site.desk, "A-9", EVA)
    world.carry_in("E1")
    assert (world.balance(1), site.desk.member(ANA).balance) == (0, 0)
    check(world.office)


def test_points_that_were_spent_become_a_debt_that_the_next_sale_settles(world):
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=10_000)
    site.desk.redeem(ANAS, "01", PrizeCode("MUG"), "immediate")
    assert reverse_sale(site.desk, "A-1", EVA).balance == -100
    assert not any(offer.deliveries for offer in site.desk.prizes(site.desk.member(ANA)))
    assert site.sell(ANA, "A-2", amount=13_000).balance == 30
    world.carry_in("E1")
    check(world.office)


def test_with_the_cap_no_more_is_taken_than_there_is(build):
    world, site = build("", points='returns = "cap"')
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=15_000)
    site.desk.redeem(ANAS, "01", PrizeCode("MUG"), "immediate")
    back = reverse_sale(site.desk, "A-1", EVA)
    assert (back.points, back.shortfall, back.balance) == (50, 100, 0)
    world.carry_in("E1")
    check(world.office)


def test_goods_without_a_ticket_need_a_manager_and_their_credit_note_counts_once(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=20_000)
    with pytest.raises(ManagerNeeded):
        return_without_ticket(site.desk, ANAS, "NC-1", (line(),), LUIS)
    assert return_without_ticket(site.desk, ANAS, "NC-1", (line(),), EVA).balance == 100
    with pytest.raises(DocumentAlreadyClaimed):
        return_without_ticket(site.desk, ANAS, "NC-1", (line(),), EVA)
    world.carry_in("E1")
    check(world.office)


def test_a_prize_comes_back_once_with_its_points_and_to_its_shelf(world):
    site = world.pair("E1")
    world.stock_up("E1")
    site.sell(ANA, "A-1", amount=20_000)
    site.desk.redeem(ANAS, "01", PrizeCode("MUG"), "immediate")
    seq = site.desk.store.tip().seq
    with pytest.raises(ManagerNeeded):
        bring_prize_back(site.desk, seq, LUIS)
    assert bring_prize_back(site.desk, seq, EVA).balance == 200
    assert site.desk.store.on_hand(PrizeCode("MUG")) == 10
    with pytest.raises(NothingToReverse):
        bring_prize_back(site.desk, seq, EVA)
    for other in (seq - 1, 0, 999):
        with pytest.raises(RedemptionNotHere):
            bring_prize_back(site.desk, other, EVA)
    world.carry_in("E1")
    with world.office.store.transaction():
        assert world.office.store.shelf.stock() == [("E1", "MUG", 10)]
    check(world.office)


def test_a_file_of_returns_is_taken_once_by_ticket_or_as_goods(world):
    site = world.pair("E1")
    site.sell(ANA, "A-1", amount=10_000)
    site.sell(ANA, "A-2", amount=10_000)
    path = world.folder / "returns.csv"
    path.write_text(
        "document,moment,card,product,quantity,amount,ticket\n"
        f"NC-1,2026-10-15T09:00:00,{ANA},2,1,40.00,A-1\n"
        f"NC-2,2026-10-15T09:30:00,{ANA},2,1,30.00,\n"
        f"NC-3,2026-10-15T09:40:00,{ANA},2,1,30.00,A-9\n"
    )
    first = import_returns(site.desk, path, EVA)
    assert (first.taken, first.known, len(first.set_aside)) == (2, 0, 1)
    assert site.desk.member(ANA).balance == 130
    again = import_returns(site.desk, path, EVA)
    assert (again.taken, again.known, site.desk.member(ANA).balance) == (0, 2, 130)
    with pytest.raises(ManagerNeeded):
        import_returns(site.desk, path, LUIS)


def test_a_rebuilt_station_knows_the_same(build):
    _, site = build('\n[[promotions]]\ncode = "b"\nname = "B"\nadd = 50\nmin_amount = 150\n')
    site.sell(ANA, "A-1")
    reverse_sale(site.desk, "A-1", EVA, Centavos(5_000))
    before = site.desk.member(ANA)
    site.node.store.rebuild()
    assert site.desk.member(ANA) == before
    assert site.sell(ANA, "A-2").points == 150, "the day's sum is in the journal"
