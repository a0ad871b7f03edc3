"""Taking points back: as posted, in proportion to money, to the point (PTS-5, PRZ-4)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.central.enrolment_files import load_cards
from suite.domain.earning import EarnedLine, earn
from suite.domain.errors import EmptySale, NothingToReverse, ReturnTooLarge, UnknownProduct
from suite.domain.events.station import PrizeRedeemed, SaleRecorded
from suite.domain.ids import AccountId, AttendantNumber, CardNumber, DocumentNumber, PrizeCode, ProductCode, RuleCode
from suite.domain.programme import Add
from suite.domain.quantities import Centavos, Points, Rate
from suite.domain.reversal import Return, TakenBack, bring_back, return_goods, reverse, worth
from suite.station.desk import Attendant
from suite.station.returns import reverse_sale
from tests.domain.examples import examples
from tests.domain.shops import promotion, setting, shop
from tests.factories import ANA, TOML, World, line, moment, programme, rule, standing

SOLD_AT, BACK_AT = moment("2026-10-15T10:00"), moment("2026-11-02T09:00")


def sale(*lines):
    """A recorded sale of (amount, points) lines, products `a`, `b`, and so on."""
    rows = tuple(
        EarnedLine(ProductCode(chr(ord("a") + i)), 1000, Centavos(amount), Points(points), RuleCode("r"))
        for i, (amount, points) in enumerate(lines)
    )
    return sale_of(rows)


def sale_of(lines):
    return SaleRecorded(
        at=SOLD_AT,
        document=DocumentNumber("A-1"),
        card=ANA,
        account=AccountId(1),
        lines=lines,
        points=Points(sum(row.points for row in lines)),
        version=1,
    )


def take_back(recorded, amount=None, *, before=TakenBack(), policy="debt", balance=0):  # noqa: B008 -- a frozen value
    back = Return(BACK_AT, DocumentNumber("NC-1"), AttendantNumber("01"), amount)
    return reverse(recorded, before, back, policy=policy, balance=balance)


def after(before, event):
    """What a station remembers of earlier returns."""
    return TakenBack(before.amount + event.amount, before.points + event.points + event.shortfall)


# Sales


def test_a_whole_return_takes_back_all_points_as_they_were_posted():
    event = take_back(sale((1_000, 10), (2_000, 25)))
    assert (event.points, event.amount, event.shortfall) == (35, 3_000, 0)
    assert [(row.product, row.points) for row in event.lines] == [("a", 10), ("b", 25)]


def test_a_return_names_the_sale_and_stays_beside_it():
    event = take_back(sale((1_000, 10)))
    assert (event.document, event.card, event.account) == ("A-1", ANA, 1)
    assert (event.sold_at, event.at, event.note, event.attendant) == (SOLD_AT, BACK_AT, "NC-1", "01")


@pytest.mark.parametrize(
    ("amount", "points"),
    [
        pytest.param(1, 0, id="a centavo is no point"),
        pytest.param(399, 3, id="a centavo short of the fourth"),
        pytest.param(400, 4, id="the fourth point"),
        pytest.param(999, 9, id="all but a centavo"),
        pytest.param(1_000, 10, id="everything"),
    ],
)
def test_a_part_takes_its_part_of_the_points_rounded_down(amount, points):
    assert take_back(sale((1_000, 10)), amount).points == points


def test_the_part_is_of_the_whole_ticket_and_not_of_the_goods_own_points():
    basket = sale((1_000, 10 + 10), (1_000, 20 + 10), (2_000, 0 + 20))
    assert take_back(basket, 2_000).points == 35


def test_what_a_promotion_gave_is_taken_back_with_it():
    programme_ = shop(promotion(), promotion(Add(Points(50)), "bonus"))
    recorded = sale_of(earn(programme_, (line("1", amount=10_000),), setting()).lines)
    assert (recorded.points, take_back(recorded).points, take_back(recorded, 5_000).points) == (250, 250, 125)


def test_a_ticket_without_prices_is_measured_by_its_quantity():
    free = sale_of((EarnedLine(ProductCode("a"), 40_000, Centavos(0), Points(400), RuleCode("r")),))
    assert worth(free.lines) == 40_000
    assert take_back(free, 10_000).points == 100


def test_a_ticket_that_earned_nothing_can_be_taken_back():
    event = take_back(sale((1_000, 0)))
    assert (event.points, event.lines) == (0, ())


@pytest.mark.parametrize(
    ("before", "amount", "refusal"),
    [
        pytest.param(0, 1_001, ReturnTooLarge, id="a centavo more than was sold"),
        pytest.param(600, 401, ReturnTooLarge, id="a centavo more than is left"),
        pytest.param(0, 0, ReturnTooLarge, id="nothing"),
        pytest.param(0, -50, ReturnTooLarge, id="less than nothing"),
        pytest.param(1_000, None, NothingToReverse, id="twice the whole"),
        pytest.param(1_000, 1, NothingToReverse, id="a centavo after the whole"),
    ],
)
def test_no_more_comes_back_than_was_sold(before, amount, refusal):
    with pytest.raises(refusal):
        take_back(sale((1_000, 10)), amount, before=TakenBack(before, before // 100))


def test_the_last_centavo_can_be_taken_back():
    event = take_back(sale((1_000, 10)), 400, before=TakenBack(600, 6))
    assert (event.points, event.amount) == (4, 400)


def test_without_an_amount_all_that_is_left_comes_back():
    event = take_back(sale((1_000, 10)), before=TakenBack(650, 6))
    assert (event.points, event.amount) == (4, 350)


# Points that were spent already


@pytest.mark.parametrize(
    ("policy", "balance", "taken", "shortfall"),
    [
        pytest.param("debt", 0, 10, 0, id="a debt"),
        pytest.param("debt", -5, 10, 0, id="a larger debt"),
        pytest.param("cap", 11, 10, 0, id="more than enough"),
        pytest.param("cap", 10, 10, 0, id="just enough"),
        pytest.param("cap", 9, 9, 1, id="a point short"),
        pytest.param("cap", 0, 0, 10, id="nothing there"),
        pytest.param("cap", -5, 0, 10, id="a debt already: nothing is taken and nothing is given"),
    ],
)
def test_points_spent_already_become_a_debt_or_nobodys(policy, balance, taken, shortfall):
    event = take_back(sale((400, 4), (600, 6)), policy=policy, balance=balance)
    assert (event.points, event.shortfall) == (taken, shortfall)
    assert sum(row.points for row in event.lines) == taken


def test_what_was_due_and_not_taken_is_not_due_again():
    recorded = sale((1_000, 10))
    first = take_back(recorded, 500, policy="cap", balance=0)
    second = take_back(recorded, before=after(TakenBack(), first), policy="cap", balance=100)
    assert (first.points, first.shortfall, second.points, second.shortfall) == (0, 5, 5, 0)


# Many returns of one sale

sales = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 90)), min_size=1, max_size=5).filter(
    lambda rows: any(amount for amount, _ in rows)
)
amounts = st.lists(st.integers(1, 120), max_size=8)


def returns(recorded, parts, *, policy="debt", balance=0):
    """Every part that is still there, and then the rest."""
    before, events = TakenBack(), []
    for amount in [*parts, None]:
        left = worth(recorded.lines) - before.amount
        if left and (amount is None or amount <= left):
            event = take_back(recorded, amount, before=before, policy=policy, balance=balance)
            before, balance = after(before, event), balance - event.points
            events.append(event)
    return events


@examples(300)
@given(sales, amounts)
def test_several_returns_add_up_to_the_whole_to_the_point(rows, parts):
    recorded = sale(*rows)
    events = returns(recorded, parts)
    assert sum(event.points for event in events) == recorded.points
    assert sum(event.amount for event in events) == worth(recorded.lines)
    assert all(event.points >= 0 for event in events)
    assert all(sum(row.points for row in event.lines) == event.points for event in events)


@examples(300)
@given(sales, amounts)
def test_several_returns_take_from_each_product_what_it_gave(rows, parts):
    recorded = sale(*rows)
    taken = {row.product: 0 for row in recorded.lines}
    for event in returns(recorded, parts):
        for row in event.lines:
            taken[row.product] += row.points
    assert taken == {row.product: row.points for row in recorded.lines}


def test_two_halves_take_from_each_product_what_it_gave():
    halves = returns(sale((100, 1), (100, 1)), [100])
    assert sorted(row.product for event in halves for row in event.lines) == ["a", "b"]


@examples(300)
@given(sales, amounts, st.integers(-50, 400))
def test_a_cap_never_makes_a_debt_and_loses_count_of_nothing(rows, parts, balance):
    recorded = sale(*rows)
    events = returns(recorded, parts, policy="cap", balance=balance)
    taken = sum(event.points for event in events)
    assert taken + sum(event.shortfall for event in events) == recorded.points
    assert taken == min(recorded.points, max(0, balance))


def test_the_cap_of_a_truck_is_its_fleets_balance(tmp_path):
    world = World(tmp_path, toml=TOML.replace('value = "0.0375"', 'value = "0.0375"\nreturns = "cap"'))
    truck = tmp_path / "trucks.csv"
    truck.write_text("card,member,role\n600009,1,truck\n")
    load_cards(world.office, truck)
    site = world.pair("E1")
    site.sell(CardNumber("600009"), "A-1")

    receipt = reverse_sale(site.desk, DocumentNumber("A-1"), Attendant(AttendantNumber("01"), "Eva", manager=True))

    world.office.store.close()
    site.node.store.close()
    assert (receipt.points, receipt.shortfall) == (100, 0)


# Goods without their ticket


def test_goods_without_a_ticket_take_what_they_would_earn_today_without_promotions():
    doubled = shop(promotion(), version=7)
    back = Return(BACK_AT, DocumentNumber("NC-9"), AttendantNumber("01"))
    event = return_goods(doubled, standing(), back, (line("1", amount=10_050), line("cafe", amount=299)), balance=0)
    assert (event.points, event.shortfall, event.version) == (102, 0, 7)
    assert [(row.product, row.points, row.rule) for row in event.lines] == [
        ("1", 100, "everything"),
        ("cafe", 2, "everything"),
    ]
    assert (event.document, event.card, event.account, event.attendant) == ("NC-9", ANA, 1, "01")


@pytest.mark.parametrize(("balance", "taken", "shortfall"), [(101, 100, 0), (100, 100, 0), (99, 99, 1), (-3, 0, 100)])
def test_goods_without_a_ticket_keep_to_the_cap(balance, taken, shortfall):
    capped = programme(returns="cap")
    goods = (line(amount=4_000), line("cafe", amount=6_000))
    event = return_goods(capped, standing(), Return(BACK_AT), goods, balance=balance)
    assert (event.points, event.shortfall) == (taken, shortfall)
    assert sum(row.points for row in event.lines) == taken


def test_goods_that_no_rule_serves_take_nothing():
    event = return_goods(programme(rule(per=Rate(0))), standing(), Return(BACK_AT), (line(),), balance=100)
    assert (event.points, event.shortfall) == (0, 0)


@pytest.mark.parametrize(("goods", "refusal"), [((), EmptySale), ((line("nope"),), UnknownProduct)])
def test_goods_that_no_till_would_take_back_are_refused(goods, refusal):
    with pytest.raises(refusal):
        return_goods(programme(), standing(), Return(BACK_AT), goods, balance=100)


# Prizes


def test_a_prize_brought_back_gives_its_points_with_the_programmes_grace():
    prize = PrizeRedeemed(at=SOLD_AT, card=ANA, account=AccountId(1), prize=PrizeCode("MUG"), points=Points(100))
    event = bring_back(prize, 17, at=BACK_AT, attendant=AttendantNumber("01"), grace_months=3)
    assert (event.redemption, event.points, event.grace) == (17, 100, 3)
    assert (event.card, event.account, event.prize, event.at) == (ANA, 1, "MUG", BACK_AT)
