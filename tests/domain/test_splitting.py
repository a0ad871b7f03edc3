"""Splitting a sale never earns more than the whole: every promotion, effect, condition, stacking and rounding (PTS-2).

A ticket's lines are cut into pieces, quantities and amounts each at any place, and the pieces sold as several tickets
of the day, one after another; the sums of the day go from ticket to ticket, and only the first is the card's first use.

A long run: `CANJE_LONG=100000 pytest tests/domain/test_splitting.py` tries each property on so many sales.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from suite.domain.earning import SaleLine
from suite.domain.ids import TierCode
from suite.domain.programme import Add, Minimum, Multiply, Replace, Tier
from suite.domain.promotions import Buyer, DaySum
from suite.domain.quantities import Points, Rate
from suite.domain.tiers import standing_tier
from tests.domain.dice import Dice
from tests.domain.examples import LONG, examples
from tests.domain.shops import (
    CODES,
    NOON,
    Day,
    at,
    buyers,
    daily_programmes,
    near,
    programmes,
    promotion,
    shop,
    sold,
    tickets,
)
from tests.factories import ANA, TOML, World, moment, rule


@st.composite
def cuts(draw, whole, pieces):
    """A number cut into so many parts, none negative."""
    places = sorted(draw(st.lists(st.integers(0, whole), min_size=pieces - 1, max_size=pieces - 1)))
    return [end - start for start, end in zip([0, *places], [*places, whole], strict=True)]


@st.composite
def splits(draw, ticket):
    """The tickets that a sale was split into: each line in up to four pieces, each piece on any of the tickets."""
    parts = [[] for _ in range(draw(st.integers(2, 4)))]
    for line in ticket:
        pieces = draw(st.integers(1, 4))
        quantities, amounts = draw(cuts(line.quantity, pieces)), draw(cuts(line.amount, pieces))
        for quantity, amount in zip(quantities, amounts, strict=True):
            parts[draw(st.integers(0, len(parts) - 1))].append(SaleLine(line.product, quantity, amount))
    return parts


@st.composite
def sales(draw):
    """A ticket and one way to split it."""
    ticket = draw(tickets)
    return ticket, draw(splits(ticket))


earlier = st.lists(
    st.builds(lambda code, before: DaySum(code, before, 0, 0), st.sampled_from(CODES), near),
    max_size=3,
    unique_by=lambda row: row.promotion,
).map(tuple)


@examples(150)
@given(programmes(), buyers, earlier, sales())
def test_splitting_a_sale_never_earns_more_than_the_whole(any_programme, buyer, today, sale):
    ticket, parts = sale
    whole, apart = Day(any_programme, buyer, today), Day(any_programme, buyer, today)
    whole.sell(ticket)
    for part in parts:
        apart.sell(part)
    assert apart.points <= whole.points


THROWS = LONG or 4_000


def test_splitting_does_not_pay_in_thousands_of_sales_thrown_with_dice():
    for seed in range(THROWS):
        dice = Dice(seed)
        any_programme, buyer, today, ticket = dice.programme(), dice.buyer(), dice.today(), dice.ticket()
        whole, apart = Day(any_programme, buyer, today), Day(any_programme, buyer, today)
        whole.sell(ticket)
        for part in dice.split(ticket):
            apart.sell(part)
        assert apart.points <= whole.points, f"seed {seed}"


def test_splitting_does_not_pay_in_thousands_of_days_thrown_with_dice():
    for seed in range(THROWS):
        dice = Dice(seed)
        any_programme, buyer = dice.programme(), dice.buyer()
        whole, apart = Day(any_programme, buyer), Day(any_programme, buyer)
        for hour in sorted(dice.roll.choices(range(24), k=dice.roll.randint(1, 4))):
            ticket, when = dice.ticket(), NOON.replace(hour=hour)
            whole.sell(ticket, when)
            for part in dice.split(ticket):
                apart.sell(part, when)
        assert apart.points <= whole.points, f"seed {seed}"


@st.composite
def days(draw):
    """Several tickets of a day at their hours, and one way to split each of them."""
    found = []
    for hour in sorted(draw(st.lists(st.integers(0, 23), min_size=1, max_size=3))):
        bought = draw(tickets)
        found.append((NOON.replace(hour=hour), bought, draw(splits(bought))))
    return found


@examples(100)
@given(programmes(), buyers, days())
def test_splitting_the_sales_of_a_day_never_makes_the_day_worth_more(any_programme, buyer, day):
    whole, apart = Day(any_programme, buyer), Day(any_programme, buyer)
    for when, ticket, parts in day:
        whole.sell(ticket, when)
        for part in parts:
            apart.sell(part, when)
    assert apart.points <= whole.points


centavos = st.lists(st.integers(1, 8), min_size=1, max_size=3)
MORNING, AFTERNOON = at("15T09:00"), at("15T15:00")


@examples(1000)
@given(daily_programmes(), st.lists(centavos, min_size=1, max_size=2), st.lists(centavos, max_size=2))
def test_nor_where_promotions_that_look_at_the_day_stand_in_each_others_way(any_programme, morning, afternoon):
    whole, apart = Day(any_programme, Buyer()), Day(any_programme, Buyer())
    for parts, when in [(parts, MORNING) for parts in morning] + [(parts, AFTERNOON) for parts in afternoon]:
        whole.sell([sold(amount=sum(parts))], when)
        for part in parts:
            apart.sell([sold(amount=part)], when)
    assert apart.points <= whole.points


@examples(500)
@given(daily_programmes(), centavos)
def test_the_bonuses_of_a_day_are_those_of_its_sum(any_programme, parts):
    bonuses = tuple(p for p in any_programme.promotions if isinstance(p.effect, Add))
    only = replace(any_programme, promotions=bonuses)
    many, one = Day(only, Buyer()), Day(only, Buyer())
    for part in parts:
        many.sell([sold(amount=part)], MORNING)
    one.sell([sold(amount=sum(parts))], MORNING)
    assert many.points == one.points


# The same, by hand


def test_a_ticket_on_which_a_minimum_of_the_day_was_outvoted_still_counts_for_the_day():
    whole, apart = (
        Day(
            shop(
                promotion(Multiply(Rate(2)), "double", minimum=Minimum(10_000, over="day")),
                promotion(Multiply(Rate(3)), "morning", until_minute=12 * 60),
            ),
            Buyer(),
        )
        for _ in range(2)
    )
    whole.sell([sold(amount=10_000)], MORNING)
    apart.sell([sold(amount=9_999)], MORNING)
    apart.sell([sold(amount=1)], MORNING)

    assert whole.sell([sold(amount=5_000)], AFTERNOON) == 100
    assert apart.sell([sold(amount=5_000)], AFTERNOON) == 100


def test_a_bonus_for_each_step_counts_the_tickets_on_which_no_step_was_reached():
    day = Day(shop(promotion(Add(Points(10), each=10_000)), rules=(rule(per=Rate(0)),)), Buyer())
    assert [day.sell([sold(amount=amount)]) for amount in (15_000, 3_000, 3_000)] == [10, 0, 10]


def test_a_bonus_that_was_outvoted_still_counts_for_the_day():
    day = Day(
        shop(
            promotion(Add(Points(30), each=10_000), "steps"),
            promotion(Add(Points(40)), "once"),
            rules=(rule(per=Rate(0)),),
        ),
        Buyer(),
    )
    assert [day.sell([sold(amount=10_000)]), day.sell([sold(amount=10_000)])] == [40, 20]


# Tiers

LADDER = (Tier(TierCode("silver"), "Silver", Points(100)), Tier(TierCode("gold"), "Gold", Points(200)))
FACTORS = (
    promotion(Multiply(Rate(2)), "silver", tiers=("silver",)),
    promotion(Multiply(Rate(3)), "gold", tiers=("gold",)),
)


def tier_with(points):
    return standing_tier(LADDER, decided=TierCode(""), points=points, assigned=None, today="2026-10-15")


@examples(150)
@given(st.integers(0, 250), sales())
def test_splitting_does_not_pay_through_the_tier_of_the_morning(earned_before, sale):
    ticket, parts = sale
    buyer = Buyer(tier=tier_with(earned_before))
    whole, apart = Day(shop(*FACTORS), buyer), Day(shop(*FACTORS), buyer)
    whole.sell(ticket)
    for part in parts:
        apart.sell(part)
    assert apart.points <= whole.points


def test_it_would_pay_through_the_tier_of_the_moment():
    programme_ = shop(*FACTORS)
    first = Day(programme_, Buyer(tier=tier_with(0))).sell([sold(amount=10_000)])
    second = Day(programme_, Buyer(tier=tier_with(first))).sell([sold(amount=10_000)])
    assert first + second > Day(programme_, Buyer(tier=tier_with(0))).sell([sold(amount=20_000)])


TIERS = """
[[tiers]]
code = "gold"
name = "Gold"
points = 100

[[promotions]]
code = "gold"
name = "Gold doubles"
multiply = "2"
tiers = ["gold"]
"""


@pytest.fixture
def golden(tmp_path):
    """A network where gold doubles, and gold is a hundred points."""
    world = World(tmp_path, toml=TOML + TIERS)
    yield world, world.pair("E1")
    world.office.store.close()
    world.sites["E1"].node.store.close()


def test_at_the_desk_the_days_own_points_do_not_raise_what_the_next_ticket_earns(golden):
    world, site = golden
    assert [site.sell(ANA, number).points for number in ("A-1", "A-2")] == [100, 100]
    assert site.desk.member(ANA).tier == "gold"
    world.clock.moment = moment("2026-10-16T00:00")
    assert site.sell(ANA, "A-3").points == 200


def test_nor_do_they_when_central_has_heard_of_them_on_the_same_day(golden):
    world, site = golden
    site.sell(ANA, "A-1")
    world.carry_in("E1")
    world.carry_out("E1")
    assert site.sell(ANA, "A-2").points == 100


# Why programme.toml refuses some promotions


def test_a_replacing_rate_with_a_minimum_would_make_splitting_pay():
    half = promotion(Replace("amount", Rate(1, 2)), minimum=Minimum(10_000))
    whole, apart = Day(shop(half), Buyer()), Day(shop(half), Buyer())
    whole.sell([sold(amount=10_000)])
    for _ in range(2):
        apart.sell([sold(amount=5_000)])
    assert (whole.points, apart.points) == (50, 100)
