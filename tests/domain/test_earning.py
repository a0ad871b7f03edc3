"""What a sale earns: both sides of every rounding, and that splitting never pays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.earning import LINES_MAX, earn
from suite.domain.errors import AmountOutOfRange, EmptySale, TooManyLines, UnknownProduct
from suite.domain.ids import GroupCode, ProductCode, RuleCode
from suite.domain.programme import LINE_AMOUNT_MAX
from suite.domain.quantities import Rate
from tests.factories import line, programme, rule


def points(lines, *rules):
    return [earned.points for earned in earn(programme(*rules), tuple(lines)).lines]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        pytest.param(99, 0, id="one centavo short of a point"),
        pytest.param(100, 1, id="exactly one point"),
        pytest.param(199, 1, id="one centavo short of two"),
        pytest.param(0, 0, id="a free line with a quantity"),
    ],
)
def test_a_point_a_currency_unit_is_rounded_down(amount, expected):
    assert points([line(amount=amount)]) == [expected]


@pytest.mark.parametrize(
    ("millilitres", "expected"),
    [
        pytest.param(40_499, 404, id="under a half litre"),
        pytest.param(40_500, 405, id="forty and a half litres"),
        pytest.param(99, 0, id="a drop"),
    ],
)
def test_points_by_the_litre_count_fractions_of_a_litre(millilitres, expected):
    assert points([line(quantity=millilitres)], rule(basis="quantity", per=Rate(10))) == [expected]


def test_points_by_whole_litres_only_count_whole_litres():
    whole = rule(basis="quantity", per=Rate(10), whole_steps=True)
    assert points([line(quantity=10_999)], whole) == [100]


def test_one_percent_of_the_ticket_is_rounded_once_on_the_ticket():
    by_line = rule(per=Rate(1, 100))
    by_ticket = rule(per=Rate(1, 100), rounding="ticket")
    lines = [line(amount=15_000), line("cafe", amount=15_000)]
    assert points(lines, by_line) == [1, 1]
    assert points(lines, by_ticket) == [1, 2]


def test_the_most_specific_rule_serves_a_product():
    everybody = rule(code=RuleCode("all"))
    group = rule(code=RuleCode("group"), per=Rate(2), groups=(GroupCode("fuel"),))
    own = rule(code=RuleCode("own"), per=Rate(3), products=(ProductCode("2"),))
    assert [e.rule for e in earn(programme(everybody, group, own), (line(), line("cafe"))).lines] == ["own", "all"]
    assert [e.rule for e in earn(programme(everybody, group), (line(), line("cafe"))).lines] == ["group", "all"]


def test_a_product_without_a_rule_earns_nothing_and_says_so():
    only_fuel = rule(groups=(GroupCode("fuel"),))
    coffee = earn(programme(only_fuel), (line("cafe"),)).lines[0]
    assert (coffee.points, coffee.rule) == (0, "")


def test_a_rule_that_rounds_by_ticket_only_adds_its_own_lines():
    fuel = rule(code=RuleCode("fuel"), per=Rate(1), groups=(GroupCode("fuel"),), rounding="ticket")
    shop = rule(code=RuleCode("shop"), per=Rate(1), groups=(GroupCode("shop"),), rounding="ticket")
    lines = [line(amount=150), line("cafe", amount=150), line(amount=50), line("cafe", amount=40)]
    assert points(lines, fuel, shop) == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        pytest.param([], EmptySale, id="no lines"),
        pytest.param([line(quantity=0, amount=0)], EmptySale, id="nothing sold"),
        pytest.param([line()] * (LINES_MAX + 1), TooManyLines, id="one line too many"),
        pytest.param([line(amount=-1)], AmountOutOfRange, id="negative amount"),
        pytest.param([line(quantity=-1)], AmountOutOfRange, id="negative quantity"),
        pytest.param([line(amount=LINE_AMOUNT_MAX)], AmountOutOfRange, id="absurd amount"),
        pytest.param([line("nope")], UnknownProduct, id="unknown product"),
    ],
)
def test_a_ticket_no_till_would_print_is_refused(lines, refusal):
    with pytest.raises(refusal):
        earn(programme(), tuple(lines))


def test_the_longest_ticket_and_the_largest_amount_are_taken():
    assert len(earn(programme(), (line(),) * LINES_MAX).lines) == LINES_MAX
    assert points([line(amount=LINE_AMOUNT_MAX - 1)]) == [(LINE_AMOUNT_MAX - 1) // 100]


amounts = st.lists(st.integers(0, 10**7), min_size=1, max_size=8)
rates = st.builds(Rate, st.integers(0, 500), st.integers(1, 500))
rules = st.builds(
    lambda per, basis, rounding, whole: rule(per=per, basis=basis, rounding=rounding, whole_steps=whole),
    rates,
    st.sampled_from(["amount", "quantity"]),
    st.sampled_from(["line", "ticket"]),
    st.booleans(),
)


@given(amounts, rules)
def test_splitting_a_ticket_never_earns_more_than_the_whole(parts, any_rule):
    lines = [line(quantity=part + 1, amount=part + 1) for part in parts]
    whole = sum(points(lines, any_rule))
    apart = sum(sum(points([each], any_rule)) for each in lines)
    merged = sum(points([line(quantity=sum(x.quantity for x in lines), amount=sum(x.amount for x in lines))], any_rule))
    assert apart <= whole <= merged


@given(amounts, rates)
def test_ticket_rounding_adds_up_to_the_rounded_ticket(parts, per):
    lines = [line(amount=part + 1) for part in parts]
    total = sum(part + 1 for part in parts)
    by_ticket = points(lines, rule(per=per, rounding="ticket"))
    assert sum(by_ticket) == total * per.numerator // (per.denominator * 100)
    assert min(by_ticket) >= 0
