"""What promotions do: multiply, replace, add; how they stack; what is said and recorded of it (PTS-2, PTS-11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from suite.domain.calendar import moment_of
from suite.domain.earning import earn
from suite.domain.ids import GroupCode, PromotionCode
from suite.domain.programme import Add, Minimum, Multiply, Replace
from suite.domain.promotions import Buyer, DaySum, PersonalRate, Setting, relevant
from suite.domain.quantities import Points, Rate
from suite.domain.sales import Ticket, explain, record_sale
from suite.journal.codec import decode, encode
from tests.domain.examples import examples
from tests.domain.shops import (
    CODES,
    NOON,
    Day,
    at,
    buyers,
    near,
    programmes,
    promotion,
    setting,
    shop,
    sold,
    tickets,
    tried,
)
from tests.factories import rule, standing


def points(programme, *lines, of=setting()):  # noqa: B008 -- a frozen value
    return earn(programme, lines, of).points


NOTHING = rule(per=Rate(0))
ONE_PERCENT = rule(per=Rate(1, 100))

# Multiplying


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        pytest.param(1_899, 28, id="a centavo short of twenty-eight and a half"),
        pytest.param(1_900, 28, id="twenty-eight and a half"),
        pytest.param(1_934, 29, id="just twenty-nine"),
        pytest.param(1_933, 28, id="a centavo short of twenty-nine"),
    ],
)
def test_a_multiplied_line_is_rounded_down_once_after_the_multiplier(amount, expected):
    assert points(shop(promotion(Multiply(Rate(3, 2)))), sold(amount=amount)) == expected


def test_whole_steps_are_counted_before_the_multiplier():
    litres = rule(basis="quantity", per=Rate(2), whole_steps=True)
    assert points(shop(promotion(Multiply(Rate(3))), rules=(litres,)), sold(quantity=10_999)) == 60


def test_whole_steps_of_a_ticket_are_those_of_its_sum():
    litres = rule(basis="quantity", per=Rate(1), whole_steps=True, rounding="ticket")
    halves = (sold(quantity=1_500), sold("2", quantity=1_500))
    assert points(shop(promotion(Multiply(Rate(3))), rules=(litres,)), *halves) == 9
    assert points(shop(promotion(Multiply(Rate(3)), products=("1",)), rules=(litres,)), *halves) == 3 + 2 * 1


def test_a_ticket_rule_rounds_once_after_the_multipliers_of_its_lines():
    by_ticket = rule(per=Rate(1), rounding="ticket")
    doubled = shop(promotion(products=("1",)), rules=(by_ticket,))
    assert points(doubled, sold(amount=75), sold("2", amount=50)) == 2
    assert points(doubled, sold(amount=75), sold("2", amount=49)) == 1


# Stacking


@pytest.mark.parametrize(
    ("stacking", "expected"),
    [pytest.param("best", 300), pytest.param("add", 450), pytest.param("multiply", 750)],
)
def test_multipliers_stack_as_the_programme_says(stacking, expected):
    both = shop(promotion(Multiply(Rate(5, 2)), "a"), promotion(Multiply(Rate(3)), "b"), stacking=stacking)
    assert points(both, sold()) == expected


def test_the_best_multiplier_is_the_best_of_each_line():
    programme = shop(
        promotion(Multiply(Rate(2)), "all"),
        promotion(Multiply(Rate(3)), "fuel", groups=("fuel",)),
    )
    earned = earn(programme, (sold("1"), sold("cafe")), setting())
    assert [line.points for line in earned.lines] == [300, 200]
    assert [(row.promotion, row.points, row.lines) for row in earned.tried][1] == ("fuel", 200, (0,))


def test_of_equal_multipliers_the_one_of_higher_priority_is_named_and_then_the_first_of_the_file():
    equal = (promotion(code="a"), promotion(code="b"), promotion(code="c", priority=1))
    assert tried(shop(*equal), [sold()], setting()) == {"a": "outvoted", "b": "outvoted", "c": 100}
    assert tried(shop(*equal[:2]), [sold()], setting()) == {"a": 100, "b": "outvoted"}


def test_priority_does_not_make_a_smaller_multiplier_win():
    programme = shop(promotion(Multiply(Rate(2)), "a", priority=9), promotion(Multiply(Rate(3)), "b"))
    assert tried(programme, [sold()], setting()) == {"a": "outvoted", "b": 200}


# Replacing


def test_the_replacing_promotion_of_the_highest_priority_serves_a_line():
    programme = shop(
        promotion(Replace("amount", Rate(9)), "low"),
        promotion(Replace("amount", Rate(2)), "high", priority=1),
    )
    earned = earn(programme, (sold(),), setting())
    assert (earned.points, earned.lines[0].rule) == (200, "high")
    assert tried(programme, [sold()], setting()) == {"low": "outvoted", "high": 100}


def test_of_equal_priorities_the_first_of_the_file_replaces():
    programme = shop(promotion(Replace("amount", Rate(2)), "a"), promotion(Replace("amount", Rate(9)), "b"))
    assert tried(programme, [sold()], setting()) == {"a": 100, "b": "outvoted"}


def test_a_replacing_promotion_that_gave_way_on_one_line_serves_the_others():
    programme = shop(
        promotion(Replace("amount", Rate(5)), "all"),
        promotion(Replace("amount", Rate(2)), "fuel", priority=1, groups=("fuel",)),
    )
    earned = earn(programme, (sold("1"), sold("cafe")), setting())
    assert [(line.rule, line.points) for line in earned.lines] == [("fuel", 200), ("all", 500)]


def test_a_replacing_rate_may_be_by_litre_and_by_whole_litre():
    by_litre = promotion(Replace("quantity", Rate(10)))
    whole = promotion(Replace("quantity", Rate(10), whole_steps=True))
    assert points(shop(by_litre), sold(quantity=10_990)) == 109
    assert points(shop(whole), sold(quantity=10_990)) == 100


def test_a_multiplier_multiplies_the_replaced_rate():
    programme = shop(promotion(Replace("amount", Rate(2)), "rate"), promotion(Multiply(Rate(3)), "triple"))
    assert tried(programme, [sold()], setting()) == {"rate": 100, "triple": 400}
    assert points(programme, sold()) == 600


def test_a_product_that_no_rule_serves_earns_by_a_replacing_rate():
    programme = shop(promotion(Replace("amount", Rate(2))), rules=(rule(groups=(GroupCode("shop"),)),))
    assert points(programme, sold()) == 200


# Adding


def test_a_fixed_bonus_is_never_multiplied():
    programme = shop(promotion(Multiply(Rate(3)), "triple"), promotion(Add(Points(50)), "bonus"))
    assert points(programme, sold()) == 350
    for stacking in ("add", "multiply"):
        assert points(replace(programme, stacking=stacking), sold()) == 350


def test_a_bonus_is_given_once_a_day():
    day = Day(shop(promotion(Add(Points(50))), rules=(NOTHING,)), Buyer())
    assert [day.sell([sold()]) for _ in range(3)] == [50, 0, 0]


@pytest.mark.parametrize(
    ("amounts", "given"),
    [
        pytest.param([9_999], [0], id="a centavo short of a step"),
        pytest.param([10_000], [10], id="a step"),
        pytest.param([19_999], [10], id="a centavo short of two"),
        pytest.param([20_000], [20], id="two steps at once"),
        pytest.param([9_999, 1], [0, 10], id="a step of two tickets"),
        pytest.param([10_000, 9_999, 1], [10, 0, 10], id="the second step of three tickets"),
    ],
)
def test_a_bonus_for_each_full_step_counts_the_sum_of_the_day(amounts, given):
    day = Day(shop(promotion(Add(Points(10), each=10_000)), rules=(NOTHING,)), Buyer())
    assert [day.sell([sold(amount=amount)]) for amount in amounts] == given


def test_a_bonus_may_count_litres():
    litres = shop(promotion(Add(Points(5), "quantity", 20_000)), rules=(NOTHING,))
    assert [points(litres, sold(quantity=q)) for q in (19_999, 20_000, 40_000)] == [0, 5, 10]


@pytest.mark.parametrize(("amounts", "given"), [([4_999, 1], [0, 10]), ([5_000, 5_000], [10, 0])])
def test_a_bonus_with_a_minimum_is_given_when_the_day_reaches_it(amounts, given):
    for over in ("ticket", "day"):
        day = Day(shop(promotion(Add(Points(10)), minimum=Minimum(5_000, over=over)), rules=(NOTHING,)), Buyer())
        assert [day.sell([sold(amount=amount)]) for amount in amounts] == given


def test_a_bonus_counts_its_own_products_only():
    fuel = shop(promotion(Add(Points(10), each=10_000), groups=("fuel",)), rules=(NOTHING,))
    assert points(fuel, sold("1", 6_000), sold("cafe", 90_000), sold("2", 4_000)) == 10
    assert points(fuel, sold("1", 6_000), sold("cafe", 90_000), sold("2", 3_999)) == 0


def test_the_best_bonus_is_given_or_all_of_them_as_the_programme_says():
    bonuses = (promotion(Add(Points(50)), "a"), promotion(Add(Points(200)), "b"))
    assert tried(shop(*bonuses), [sold()], setting()) == {"a": "outvoted", "b": 200}
    for stacking in ("add", "multiply"):
        assert tried(shop(*bonuses, stacking=stacking), [sold()], setting()) == {"a": 50, "b": 200}


def test_a_better_bonus_later_in_the_day_gives_what_it_is_better_by():
    bonuses = (promotion(Add(Points(50)), "once"), promotion(Add(Points(30), each=10_000), "steps"))
    day = Day(shop(*bonuses, rules=(NOTHING,)), Buyer())
    assert [day.sell([sold(amount=amount)]) for amount in (9_999, 10_001)] == [50, 10]


def test_the_lines_hold_their_shares_of_a_bonus_and_nothing_is_lost():
    programme = shop(promotion(Add(Points(10)), groups=("fuel",)), rules=(NOTHING,))
    earned = earn(programme, (sold("1", 1), sold("cafe", 5), sold("2", 2)), setting())
    assert [line.points for line in earned.lines] == [3, 0, 7]


# What is said of it


def test_every_promotion_is_named_in_the_order_of_the_file_with_what_it_gave_or_why_not():
    programme = shop(
        promotion(Multiply(Rate(2)), "double"),
        promotion(Multiply(Rate(3)), "premium", tiers=("PREMIUM",)),
        promotion(Add(Points(7)), "bonus"),
        promotion(Replace("amount", Rate(5)), "oil", products=("2",)),
    )
    found = earn(programme, (sold(),), setting()).tried
    assert [(row.promotion, row.points, row.lines, row.why_not) for row in found] == [
        ("double", 100, (0,), None),
        ("premium", 0, (), "other-tier"),
        ("bonus", 7, (0,), None),
        ("oil", 0, (), "other-product"),
    ]


def test_stacked_multipliers_do_not_each_claim_the_points_of_both():
    both = (promotion(Multiply(Rate(2)), "a"), promotion(Multiply(Rate(3)), "b"))
    assert points(shop(*both, stacking="add"), sold()) == 400
    assert sum(tried(shop(*both, stacking="add"), [sold()], setting()).values()) == 300


def test_what_a_multiplier_gave_is_said_also_where_the_points_are_rounded_on_the_ticket():
    programme = shop(promotion(Multiply(Rate(3, 2)), products=("1",)), rules=(rule(rounding="ticket"),))
    ticket = (sold("1", 20), sold("2", 70))
    assert (points(programme, *ticket), earn(programme, ticket).points) == (1, 0)
    assert tried(programme, ticket, setting()) == {"promo": 1}


def test_a_bonus_already_given_today_is_not_said_to_have_given_way_to_a_better_one():
    again = setting(today=[("promo", 10_000, 0, 0)])
    assert tried(shop(promotion(Add(Points(10)))), [sold()], again) != {"promo": "outvoted"}


@examples(300)
@given(programmes(), buyers, tickets)
def test_each_promotion_is_explained_once_and_gives_points_or_has_an_obstacle(programme, buyer, ticket):
    found = earn(programme, tuple(ticket), Setting(NOON, "E1", buyer)).tried
    assert [row.promotion for row in found] == [p.code for p in programme.promotions]
    assert all(not row.points and not row.lines for row in found if row.why_not)
    assert all(row.lines for row in found if not row.why_not)


@examples(300)
@given(programmes(), buyers, tickets)
def test_with_the_best_of_each_kind_the_explanation_adds_up_to_the_points(programme, buyer, ticket):
    by_line = replace(programme, stacking="best", rules=tuple(replace(r, rounding="line") for r in programme.rules))
    earned = earn(by_line, tuple(ticket), Setting(NOON, "E1", buyer))
    assert earned.points == earn(by_line, tuple(ticket)).points + sum(row.points for row in earned.tried)


# What is recorded


def test_no_more_of_the_member_is_recorded_than_the_promotions_ask_for():
    whole = Buyer(
        tier="gold",
        segments=("taxi", "club"),
        card_age=12,
        first_use=True,
        started=("promo", "old"),
        rates=(PersonalRate(PromotionCode("promo"), Rate(1)), PersonalRate(PromotionCode("old"), Rate(2))),
    )
    cases = (
        (
            promotion(Replace("amount", Rate(0), personal=True), after_first=True),
            Buyer(started=("promo",), rates=whole.rates[:1]),
        ),
        (promotion(code="new"), None),
        (promotion(code="new", tiers=("silver",)), Buyer(tier="gold")),
        (promotion(code="new", segments=("club",)), Buyer(segments=("club",))),
        (promotion(code="new", card_days=30), Buyer(card_age=12)),
        (promotion(code="new", first_use=True), Buyer(first_use=True)),
    )
    for asked, recorded in cases:
        assert relevant(shop(asked), whole) == recorded
    assert relevant(shop(), whole) is None


@pytest.mark.parametrize("kept", ["started", "rates"])
def test_a_promotion_that_does_not_ask_for_it_records_no_earlier_purchase_and_no_personal_rate(kept):
    whole = Buyer(started=("promo",), rates=(PersonalRate(PromotionCode("promo"), Rate(1)),))
    found = relevant(shop(promotion()), whole)
    assert found is None or not getattr(found, kept)


def test_a_sale_records_what_its_promotions_were_decided_on():
    programme = shop(promotion(tiers=("gold",)), promotion(Add(Points(10), each=8_000), "each"))
    sale = record(programme, (sold(),), setting(tier="gold", segments=("taxi",), today=[("each", 7_000, 0, 0)]))
    assert sale.buyer == Buyer(tier="gold")
    assert sale.sums == (DaySum(PromotionCode("each"), 7_000, 10_000, 20),)


def record(programme, lines, of):
    ticket = Ticket(at=moment_of(of.when), document="A-1", card=standing().card, lines=lines, entry="swipe")
    return record_sale(programme, standing(), ticket, of).sale


sums = st.lists(
    st.builds(lambda code, before: DaySum(code, before, 0, 0), st.sampled_from(CODES), near),
    max_size=3,
    unique_by=lambda row: row.promotion,
).map(tuple)


@examples(400)
@given(programmes(), buyers, tickets, sums, st.sampled_from(["15T12:00", "15T23:59", "15T00:00"]))
def test_a_recorded_sale_explains_itself_with_the_same_decision(programme, buyer, ticket, today, when):
    of = Setting(at(when), "E1", buyer, today)
    earned = earn(programme, tuple(ticket), of)
    sale = decode(encode(record(programme, tuple(ticket), of)))

    again = explain(programme, sale, "E1")

    assert again == earned
    assert (sale.lines, sale.points, sale.sums) == (earned.lines, earned.points, earned.sums)
