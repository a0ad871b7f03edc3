"""Scenarios that peers' tests and documents state, by the id of docs/peers.md: earning, redeeming, returning, tiers.

Only facts and figures are theirs. Where our rule is another, the test states ours. Scenarios of lots are in
`test_cases_lots`, those that need a network of nodes in `test_cases_network`.
"""

import pytest
from msgspec.structs import replace

from suite.domain.earning import EarnedLine, earn
from suite.domain.errors import (
    BlockedCard,
    NoStock,
    NotEnoughPoints,
    NothingToReverse,
    OrderAlreadyServed,
    ReturnTooLarge,
    UnknownPrize,
)
from suite.domain.events.station import SaleRecorded
from suite.domain.ids import AccountId, DocumentNumber, GroupCode, ProductCode, RuleCode, TierCode
from suite.domain.programme import Add, Minimum, Multiply, Product, ProductGroup, Replace, Tier
from suite.domain.quantities import Centavos, Points, Rate
from suite.domain.redemption import Occasion, redeem
from suite.domain.reversal import Return, TakenBack, reverse
from suite.domain.sales import Ticket, keep_as_incident, record_sale
from suite.domain.tiers import Assignment, reached, standing_tier
from tests.domain.shops import at, promotion, setting, shop, sold, tried
from tests.factories import a_prize, moment, programme, rule, standing

NOTHING = rule(per=Rate(0))
NOW = Occasion(at=moment("2026-10-15T10:00"), entry="swipe")

# A. Earning and rounding


def points(programme_, *lines, of=setting()):  # noqa: B008 -- a frozen value
    return earn(programme_, lines, of).points


def test_a02_points_for_each_unit_of_currency():
    assert points(shop(rules=(rule(per=Rate(3)),)), sold(amount=4_000)) == 120


def test_a03_no_rule_and_a_rate_of_nothing_earn_nothing_and_nothing_is_divided_by_zero():
    assert points(shop(rules=(rule(products=("2",)),)), sold("1")) == 0
    assert points(shop(rules=(NOTHING,)), sold()) == 0
    with pytest.raises(ValueError, match="fraction"):
        Rate(1, 0)


def test_a04_a_fixed_number_of_points_for_each_piece():
    by_piece = shop(rules=(rule(basis="quantity", per=Rate(100)),))
    assert [points(by_piece, sold("cafe", quantity=pieces * 1000)) for pieces in (1, 3)] == [100, 300]


@pytest.mark.parametrize("priorities", [(5, 20), (20, 5)], ids=["the better one first", "the better one last"])
def test_a07_of_two_fixed_bonuses_the_better_one_is_given_whatever_its_priority(priorities):
    bonuses = [
        promotion(Add(Points(given)), f"p{given}", priority=priority)
        for given, priority in zip((50, 200), priorities, strict=True)
    ]
    assert points(shop(*bonuses, rules=(NOTHING,)), sold()) == 200


def test_a08_a_base_is_doubled():
    assert points(shop(promotion(Multiply(Rate(2)))), sold(amount=1_900)) == 38


def test_a09_a_half_point_is_rounded_down_once_on_the_multiplied_total():
    assert points(shop(promotion(Multiply(Rate(3, 2)))), sold(amount=1_900)) == 28


def test_a10_what_begins_later_gives_nothing():
    assert tried(shop(promotion(from_day="2026-10-16")), [sold()], setting()) == {"promo": "not-yet"}


BASKET = (sold("123", 1_200), sold("000", 10_000), sold("0001", 4_000))
RED, BLUE, DELIVERY = (GroupCode(name) for name in ("red", "blue", "delivery"))


def market(*promotions, **served):
    """Three products of three groups at four points a unit of currency, for those that the rule serves."""
    products = tuple(
        Product(ProductCode(code), code, group) for code, group in (("123", RED), ("000", BLUE), ("0001", DELIVERY))
    )
    return programme(
        rule(per=Rate(4), **served),
        products=products,
        groups=tuple(ProductGroup(group, group) for group in (RED, BLUE, DELIVERY)),
        promotions=promotions,
    )


@pytest.mark.parametrize(
    ("served", "expected"),
    [
        pytest.param({}, 608, id="a13 everything"),
        pytest.param({"products": ("123", "0001")}, 208, id="a14 all but one product"),
        pytest.param({"groups": (BLUE, DELIVERY)}, 560, id="a15 all but one group"),
        pytest.param({"groups": (BLUE,)}, 400, id="a16 all but a group and the delivery"),
    ],
)
def test_a13_to_a16_a_rule_serves_the_products_and_groups_it_names(served, expected):
    assert points(market(**served), *BASKET) == expected


def test_a17_a_bonus_for_one_product_alone():
    only = market(promotion(Add(Points(200)), products=("000",)), products=("nothing",))
    assert points(only, *BASKET) == 200
    assert points(only, *BASKET[:1]) == 0


def test_a19_a_bonus_for_one_product_beside_the_rule():
    assert points(market(promotion(Add(Points(100)), products=("123",))), *BASKET) == 708


@pytest.mark.parametrize(("least", "expected"), [(10_000, 608), (15_200, 608), (15_201, 152), (30_000, 152)])
def test_a21_a_minimum_holds_back_a_promotion_and_never_the_rule(least, expected):
    fourfold = replace(market(promotion(Multiply(Rate(4)), minimum=Minimum(least))), rules=(rule(),))
    assert points(fourfold, *BASKET) == expected


def test_a25_a_discount_that_the_till_takes_off_the_ticket_does_not_reduce_a_line():
    one = shop(rules=(rule(products=("1",)),))
    assert points(one, sold("1", 10_000), sold("2", 5_000)) == 100


def test_a25_and_a26_a_discount_that_the_till_takes_off_a_line_reduces_what_it_earns():
    one = shop(rules=(rule(products=("1",)),))
    assert points(one, sold("1", 9_000), sold("2", 4_500)) == 90


def test_a27_how_a_ticket_is_paid_is_no_part_of_it():
    assert points(shop(), sold(amount=10_000)) == 100
    assert "payment" not in {*Ticket.__struct_fields__, *SaleRecorded.__struct_fields__}


def test_a28_a_prize_is_no_line_of_a_ticket_and_earns_nothing():
    by_piece = shop(rules=(rule(basis="quantity", per=Rate(1)),))
    earned = points(by_piece, sold("cafe", quantity=5_000))
    spent = redeem(standing(balance=earned), a_prize(points=Points(5)), on_hand=1, occasion=NOW).points
    assert (earned, spent, earned - spent) == (5, 5, 0)


def test_a29_a_bonus_for_a_segment_is_given_once_a_day_and_to_nobody_else():
    coded = shop(promotion(Add(Points(10)), segments=("code",)), rules=(NOTHING,))
    assert points(coded, sold()) == 0
    assert points(coded, sold(), of=setting(segments=("code",))) == 10
    assert points(coded, sold(), of=setting(segments=("code",), today=[("promo", 10_000, 0, 0)])) == 0


def test_a32_each_fuel_has_its_rate():
    by_fuel = shop(
        rules=(
            rule(code=RuleCode("petrol"), per=Rate(1, 55), products=("1",)),
            rule(code=RuleCode("diesel"), per=Rate(1, 100), products=("2",)),
        )
    )
    assert [points(by_fuel, sold("1", 55_000)), points(by_fuel, sold("2", 90_000))] == [10, 9]


def test_a33_a_blocked_card_earns_nothing_and_its_ticket_is_kept():
    ticket = Ticket(NOW.at, DocumentNumber("A-1"), standing().card, (sold(),), "swipe")
    with pytest.raises(BlockedCard):
        record_sale(shop(), standing(status="blocked"), ticket)
    assert keep_as_incident(ticket, "blocked-card").lines == ticket.lines


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"per": Rate(1), "whole_steps": True}, 10, id="a point for each full unit"),
        pytest.param({"per": Rate(1)}, 10, id="a point for each unit, and points are whole"),
        pytest.param({"per": Rate(10)}, 109, id="ten points for each unit count its tenths"),
        pytest.param({"per": Rate(10), "whole_steps": True}, 100, id="ten points for each full unit do not"),
    ],
)
def test_a35_fractions_of_a_unit_count_unless_the_rule_says_full_units(changes, expected):
    assert points(shop(rules=(rule(basis="quantity", **changes),)), sold(quantity=10_900)) == expected


def test_a36_ten_points_for_each_hundred_are_a_rate_and_not_a_step():
    assert points(shop(rules=(rule(per=Rate(10, 100)),)), sold(amount=25_000)) == 25
    assert points(shop(promotion(Add(Points(10), each=10_000)), rules=(NOTHING,)), sold(amount=25_000)) == 20


@pytest.mark.parametrize(("when", "expected"), [("14T12:00", 10), ("18T12:00", 15)], ids=["Wednesday", "Sunday"])
def test_a37_rates_of_several_promotions_are_not_added(when, expected):
    washes = (
        promotion(Replace("quantity", Rate(10)), "every-day"),
        promotion(Replace("quantity", Rate(15)), "sunday", weekdays=(7,), priority=1),
    )
    assert points(shop(*washes), sold("cafe", quantity=1_000), of=setting(at(when))) == expected


def test_a40_a_segment_can_be_left_out():
    staff = shop(promotion(Replace("amount", Rate(0)), "staff", segments=("staff",)))
    assert points(staff, sold(), of=setting(segments=("staff",))) == 0
    assert points(staff, sold()) == 100


def test_a41_ten_points_a_piece_buy_a_piece_for_twenty():
    earned = points(shop(rules=(rule(basis="quantity", per=Rate(10)),)), sold("cafe", quantity=2_000))
    left = earned - redeem(standing(balance=earned), a_prize(points=Points(20)), on_hand=1, occasion=NOW).points
    assert (earned, left) == (20, 0)


# C. Redeeming


def hand_over(balance, price, times=1):
    """Balances after handing over a prize of that price so many times."""
    found = []
    for _ in range(times):
        balance -= redeem(
            standing(balance=Points(balance)), a_prize(points=Points(price)), on_hand=9, occasion=NOW
        ).points
        found.append(balance)
    return found


def test_c02_more_than_the_balance_is_refused_and_not_cut_to_it():
    with pytest.raises(NotEnoughPoints) as refusal:
        hand_over(700, 1_000)
    assert refusal.value.numbers == {"balance": 700, "price": 1_000}


def test_c10_a_prize_is_had_a_whole_number_of_times():
    assert hand_over(10, 3, times=3) == [7, 4, 1]
    with pytest.raises(NotEnoughPoints):
        hand_over(1, 3)


def test_c11_a_prize_of_two_pieces_is_paid_whole_for_a_fifth_piece():
    assert hand_over(50, 3, times=3)[-1] == 41


def test_c12_a_prize_costs_what_the_programme_says():
    assert hand_over(150, 5) == [145]
    assert "price" not in Occasion.__struct_fields__


def test_c13_a_point_short_is_refused():
    with pytest.raises(NotEnoughPoints):
        hand_over(3 + 1, 5)


def test_c14_points_are_whole_numbers_and_all_of_them_can_be_spent():
    assert hand_over(3_030, 3_030) == [0]


def test_c17_a_prize_is_no_price_cut_and_the_basis_is_what_was_sold():
    thousandth = shop(rules=(rule(per=Rate(1, 1000)),))
    first = points(thousandth, sold(amount=1_000_000))
    left = first - redeem(standing(balance=first), a_prize(points=Points(10)), on_hand=1, occasion=NOW).points
    assert left + points(thousandth, sold(amount=1_000_000)) == 10


def test_c19_each_reason_has_a_refusal_of_its_own():
    with pytest.raises(NoStock):
        redeem(standing(), a_prize(), on_hand=0, occasion=NOW)
    with pytest.raises(UnknownPrize):
        programme().prize("NOPE")
    assert len({refusal.code for refusal in (NoStock, UnknownPrize, OrderAlreadyServed, NotEnoughPoints)}) == 4


# D. Returning


def sale(*lines):
    rows = tuple(
        EarnedLine(ProductCode(f"p{i}"), 1_000, Centavos(amount), Points(given), RuleCode("r"))
        for i, (amount, given) in enumerate(lines)
    )
    given = Points(sum(row.points for row in rows))
    at_noon = moment("2026-10-15T12:00")
    return SaleRecorded(
        at=at_noon,
        document=DocumentNumber("A-1"),
        card=standing().card,
        account=AccountId(1),
        lines=rows,
        points=given,
        version=1,
    )


def give_back(recorded, amount=None, before=(0, 0), policy="debt", balance=0):
    back = Return(moment("2026-10-16T12:00"), amount=amount)
    return reverse(recorded, TakenBack(*before), back, policy=policy, balance=balance)


def test_d02_a_ticket_and_a_prize_taken_back_leave_the_balance_as_it_was():
    balance = 200 + 70 - 150
    event = give_back(sale((7_000, 70)), balance=balance)
    assert (balance, balance - event.points + 150) == (120, 200)


def test_d04_a_return_is_proportional_to_money_and_not_to_the_goods_own_points():
    basket = shop(
        promotion(Add(Points(40)), "total"),
        rules=(
            rule(code=RuleCode("a"), products=("1",)),
            rule(code=RuleCode("b"), per=Rate(2), products=("2",)),
        ),
    )
    earned = earn(basket, (sold("1", 1_000), sold("2", 1_000), sold("cafe", 2_000)), setting())
    assert earned.points == 70
    assert give_back(replace(sale(), lines=earned.lines, points=earned.points), 2_000).points == 35


def test_d08_a_return_is_taken_once():
    with pytest.raises(NothingToReverse):
        give_back(sale((15_000, 150)), before=(15_000, 150))


@pytest.mark.parametrize("amount", [999_900, -5_000])
def test_d09_a_return_of_more_than_was_sold_or_of_less_than_nothing_is_refused(amount):
    with pytest.raises(ReturnTooLarge):
        give_back(sale((15_000, 150)), amount)


@pytest.mark.parametrize(("policy", "taken"), [("debt", 150), ("cap", 60)])
def test_d10_a_return_makes_a_debt_or_keeps_within_the_balance(policy, taken):
    assert give_back(sale((15_000, 150)), policy=policy, balance=60).points == taken


def test_d12_a_return_takes_the_points_as_they_were_posted_whatever_the_rules_are_today():
    recorded = sale((10_000, 33), (10_000, 7))
    event = give_back(recorded)
    assert [row.points for row in event.lines] == [33, 7]


def test_d13_half_a_return_takes_half_the_points_however_the_ticket_was_paid():
    assert give_back(sale((1_000_000, 10_000)), 500_000).points == 5_000


def test_d13_the_second_half_takes_the_other_half_and_no_part_is_taken_twice():
    assert give_back(sale((1_000_000, 8_000)), 500_000).points == 4_000
    assert give_back(sale((1_000_000, 8_000)), before=(500_000, 4_000)).points == 4_000


def test_d15_one_of_two_pieces_takes_half():
    assert give_back(sale((2_000_000, 20)), 1_000_000).points == 10


def test_d16_a_return_is_another_fact_and_the_sale_stays():
    recorded = sale((10_000, 100))
    event = give_back(recorded)
    assert (event.document, event.sold_at, recorded.points) == (recorded.document, recorded.at, 100)


def test_d17_a_return_of_a_ticket_never_takes_the_points_of_a_prize():
    assert give_back(sale((10_000, 100)), balance=0).points == 100


# E. Tiers

METALS = tuple(
    Tier(TierCode(name), name, Points(least)) for name, least in (("Bronze", 0), ("Silver", 10_000), ("Gold", 20_000))
)


@pytest.mark.parametrize(
    ("before", "now", "tier"),
    [
        (0, 6_000, "Bronze"),
        (0, 15_000, "Silver"),
        (0, 25_000, "Gold"),
        (4_000, 500, "Bronze"),
        (8_000, 3_000, "Silver"),
        (18_000, 3_000, "Gold"),
        (22_000, 5_000, "Gold"),
    ],
)
def test_e01_and_e02_the_highest_tier_reached_with_the_sale_included(before, now, tier):
    assert reached(METALS, before + now) == tier


LEVELS = tuple(Tier(TierCode(f"l{least}"), str(least), Points(least)) for least in (0, 10, 20, 30))


@pytest.mark.parametrize(
    ("by_hand", "points_", "tier"),
    [pytest.param("l20", 0, "l20", id="e05 no lower than by hand"), pytest.param("l0", 21, "l20", id="e07 by points")],
)
def test_e05_and_e07_at_a_close_a_member_falls_to_the_points_or_to_the_tier_by_hand(by_hand, points_, tier):
    decided = reached(LEVELS, points_)
    assigned = Assignment(TierCode(by_hand), "2026-12-31")
    assert standing_tier(LEVELS, decided=decided, points=points_, assigned=assigned, today="2026-11-01") == tier


@pytest.mark.parametrize(("active", "tier"), [(5, "0"), (10, "10"), (30, "30")])
def test_e08_levels_are_reached_to_the_point(active, tier):
    steps = tuple(Tier(TierCode(str(least)), str(least), Points(least)) for least in (0, 10, 30, 100))
    assert reached(steps, active) == tier
