"""Which promotions a ticket meets, and why not the others: every condition, one step to either side (PTS-2, PTS-11)."""

import pytest

from suite.domain.earning import LINES_MAX, earn
from suite.domain.ids import PromotionCode
from suite.domain.programme import Add, Minimum, Multiply, Replace
from suite.domain.promotions import PersonalRate
from suite.domain.quantities import Points, Rate
from tests.domain.shops import NOON, Day, at, promotion, setting, shop, sold, tried
from tests.factories import rule

OWN = PersonalRate(PromotionCode("promo"), Rate(5, 100))


def becomes(condition, *, of=setting(), lines=(sold(),)):  # noqa: B008 -- a frozen value
    """What becomes of a doubling promotion with that condition: 100 points, or the obstacle."""
    return tried(shop(promotion(**condition)), lines, of)["promo"]


# When


@pytest.mark.parametrize(
    ("condition", "when", "expected"),
    [
        pytest.param({"from_day": "2026-10-15"}, "14T23:59", "not-yet", id="the minute before the first day"),
        pytest.param({"from_day": "2026-10-15"}, "15T00:00", 100, id="the first minute of the first day"),
        pytest.param({"until_day": "2026-10-15"}, "15T23:59", 100, id="the last minute of the last day"),
        pytest.param({"until_day": "2026-10-15"}, "16T00:00", "over", id="the minute after the last day"),
        pytest.param({"from_day": "2026-10-15", "until_day": "2026-10-15"}, "15T12:00", 100, id="a single day"),
        pytest.param({"weekdays": (4,)}, "15T00:00", 100, id="a Thursday from its first minute"),
        pytest.param({"weekdays": (4,)}, "15T23:59", 100, id="a Thursday to its last minute"),
        pytest.param({"weekdays": (4,)}, "14T23:59", "other-weekday", id="the Wednesday before"),
        pytest.param({"weekdays": (4,)}, "16T00:00", "other-weekday", id="the Friday after"),
        pytest.param({"weekdays": (6, 7)}, "18T12:00", 100, id="one of several weekdays, Sunday being 7"),
    ],
)
def test_days_are_included_at_both_ends(condition, when, expected):
    assert becomes(condition, of=setting(at(when))) == expected


@pytest.mark.parametrize(
    ("hours", "when", "expected"),
    [
        pytest.param((360, 570), "15T05:59", "other-hour", id="the minute before"),
        pytest.param((360, 570), "15T06:00", 100, id="the first minute"),
        pytest.param((360, 570), "15T09:29", 100, id="the last minute"),
        pytest.param((360, 570), "15T09:30", "other-hour", id="the end itself"),
        pytest.param((1320, 360), "15T21:59", "other-hour", id="the minute before a night"),
        pytest.param((1320, 360), "15T22:00", 100, id="the first minute of a night"),
        pytest.param((1320, 360), "15T23:59", 100, id="before midnight"),
        pytest.param((1320, 360), "15T00:00", 100, id="midnight"),
        pytest.param((1320, 360), "15T05:59", 100, id="the last minute of a night"),
        pytest.param((1320, 360), "15T06:00", "other-hour", id="the end of a night"),
        pytest.param((1320, 1440), "15T23:59", 100, id="up to midnight"),
    ],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last(hours, when, expected):
    condition = {"from_minute": hours[0], "until_minute": hours[1]}
    assert becomes(condition, of=setting(at(when))) == expected


def test_the_seconds_of_the_last_minute_belong_to_it():
    last = at("15T09:29").replace(second=59, microsecond=999_000)
    assert becomes({"from_minute": 360, "until_minute": 570}, of=setting(last)) == 100


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        pytest.param("16T23:00", 100, id="the evening of the day"),
        pytest.param("17T01:00", "over", id="after midnight it is the next day"),
        pytest.param("16T01:00", 100, id="the small hours of the day itself"),
    ],
)
def test_a_night_that_spans_midnight_is_of_the_day_on_the_clock(when, expected):
    night = {"from_day": "2026-10-16", "until_day": "2026-10-16", "from_minute": 1320, "until_minute": 180}
    assert becomes(night, of=setting(at(when))) == expected


# What


@pytest.mark.parametrize(
    ("condition", "product", "expected"),
    [
        pytest.param({"products": ("1",)}, "1", 100, id="its product"),
        pytest.param({"products": ("1",)}, "2", "other-product", id="another product of the group"),
        pytest.param({"groups": ("fuel",)}, "2", 100, id="its group"),
        pytest.param({"groups": ("fuel",)}, "cafe", "other-product", id="another group"),
        pytest.param({"products": ("cafe",), "groups": ("fuel",)}, "cafe", 100, id="product or group: the product"),
        pytest.param({"products": ("cafe",), "groups": ("fuel",)}, "1", 100, id="product or group: the group"),
        pytest.param({}, "cafe", 100, id="no set is every product"),
    ],
)
def test_a_promotion_serves_its_products_and_groups(condition, product, expected):
    assert becomes(condition, lines=(sold(product),)) == expected


def test_on_a_mixed_ticket_only_its_lines_are_served():
    earned = earn(shop(promotion(products=("1",))), (sold("cafe"), sold("1"), sold("2")), setting())
    assert [line.points for line in earned.lines] == [100, 200, 100]
    assert (earned.tried[0].points, earned.tried[0].lines) == (100, (1,))


def test_the_longest_ticket_can_be_served():
    earned = earn(shop(promotion()), (sold(),) * LINES_MAX, setting())
    assert earned.tried[0].lines == tuple(range(LINES_MAX))


# Where and who


@pytest.mark.parametrize(
    ("condition", "who", "expected"),
    [
        pytest.param({"stations": ("E1", "E3")}, {"station": "E3"}, 100, id="one of its stations"),
        pytest.param({"stations": ("E1", "E3")}, {"station": "E2"}, "other-station", id="another station"),
        pytest.param({"tiers": ("gold", "premium")}, {"tier": "premium"}, 100, id="one of its tiers"),
        pytest.param({"tiers": ("gold",)}, {"tier": "silver"}, "other-tier", id="another tier"),
        pytest.param({"tiers": ("gold",)}, {}, "other-tier", id="no tier"),
        pytest.param({"segments": ("a", "b")}, {"segments": ("z", "b")}, 100, id="one segment in common"),
        pytest.param({"segments": ("a", "b")}, {"segments": ("z",)}, "other-segment", id="other segments"),
        pytest.param({"segments": ("a",)}, {}, "other-segment", id="no segment"),
        pytest.param({"card_days": 30}, {"card_age": 0}, 100, id="the day of the card's issue"),
        pytest.param({"card_days": 30}, {"card_age": 29}, 100, id="the thirtieth day"),
        pytest.param({"card_days": 30}, {"card_age": 30}, "card-too-old", id="the day after"),
        pytest.param({"card_days": 30}, {"card_age": -1}, "card-too-old", id="a card issued tomorrow"),
        pytest.param({"card_days": 30}, {}, "card-too-old", id="nobody knows the card's age"),
        pytest.param({"first_use": True}, {"first_use": True}, 100, id="the first use"),
        pytest.param({"first_use": True}, {}, "not-first-use", id="a later use"),
        pytest.param({"after_first": True}, {"started": ("promo",)}, 100, id="bought before"),
        pytest.param({"after_first": True}, {"started": ("other",)}, "no-earlier-purchase", id="in another interval"),
        pytest.param({"after_first": True}, {}, "no-earlier-purchase", id="never bought"),
    ],
)
def test_a_promotion_asks_where_and_who(condition, who, expected):
    assert becomes(condition, of=setting(**who)) == expected


def test_all_conditions_have_to_hold_and_the_first_that_does_not_is_named():
    both = {"tiers": ("gold",), "stations": ("E2",)}
    assert becomes(both, of=setting(tier="gold")) == "other-station"
    assert becomes(both, of=setting(station="E2")) == "other-tier"
    assert becomes(both, of=setting(station="E2", tier="gold")) == 100


def test_without_a_setting_no_promotion_is_tried():
    assert earn(shop(promotion()), (sold(),)).tried == ()


# How much


@pytest.mark.parametrize(
    ("minimum", "lines", "today", "expected"),
    [
        pytest.param(Minimum(10_000), [sold()], [], 100, id="the minimum to the centavo"),
        pytest.param(Minimum(10_001), [sold()], [], "below-minimum", id="a centavo short"),
        pytest.param(Minimum(40_000, "quantity"), [sold(quantity=40_000)], [], 100, id="the minimum to the drop"),
        pytest.param(Minimum(40_000, "quantity"), [sold(quantity=39_999)], [], "below-minimum", id="a drop short"),
        pytest.param(Minimum(10_000), [sold(amount=6_000), sold(amount=4_000)], [], 100, id="over two lines"),
        pytest.param(Minimum(15_000), [sold()], [("promo", 5_000, 0, 0)], "below-minimum", id="the ticket alone"),
        pytest.param(Minimum(15_000, over="day"), [sold()], [("promo", 5_000, 0, 0)], 100, id="the day, just"),
        pytest.param(
            Minimum(15_000, over="day"),
            [sold()],
            [("promo", 4_999, 0, 0)],
            "below-minimum",
            id="the day, a centavo short",
        ),
        pytest.param(
            Minimum(15_000, over="day"), [sold()], [("other", 5_000, 0, 0)], "below-minimum", id="another's sum"
        ),
    ],
)
def test_a_minimum_is_reached_by_the_ticket_or_by_the_day(minimum, lines, today, expected):
    assert becomes({"minimum": minimum}, of=setting(today=today), lines=lines) == expected


def test_only_its_own_products_count_for_a_minimum():
    fuel = {"minimum": Minimum(10_000), "groups": ("fuel",)}
    assert becomes(fuel, lines=[sold(amount=9_999), sold("cafe", amount=50_000)]) == "below-minimum"
    assert becomes(fuel, lines=[sold(amount=10_000), sold("cafe", amount=1)]) == 100


def test_what_was_bought_below_the_minimum_counts_for_the_day():
    day = Day(shop(promotion(minimum=Minimum(10_000, over="day"))), setting().buyer)
    assert [day.sell([sold(amount=amount)]) for amount in (9_999, 1, 100)] == [99, 0, 2]


def test_what_was_bought_outside_the_hours_does_not_count_for_the_day():
    noon = shop(promotion(minimum=Minimum(10_000, over="day"), from_minute=720))
    day = Day(noon, setting().buyer)
    assert [day.sell([sold(amount=5_000)], at(hour)) for hour in ("15T11:59", "15T12:00", "15T12:01")] == [50, 50, 100]


# Rates of one's own


def test_a_personal_rate_is_the_members_and_nobody_elses():
    personal = shop(promotion(Replace("amount", Rate(0), personal=True)))
    assert tried(personal, [sold()], setting(rates=(OWN,))) == {"promo": 5 - 100}
    assert tried(personal, [sold()], setting()) == {"promo": "no-personal-rate"}
    other = PersonalRate(PromotionCode("other"), Rate(7))
    assert tried(personal, [sold()], setting(rates=(other,))) == {"promo": "no-personal-rate"}


def test_a_member_without_a_rate_of_their_own_has_the_promotions():
    personal = shop(promotion(Replace("amount", Rate(3), personal=True)))
    assert earn(personal, (sold(),), setting()).points == 300
    assert earn(personal, (sold(),), setting(rates=(OWN,))).points == 5


def test_a_promotion_without_personal_rates_does_not_look_at_them():
    assert earn(shop(promotion(Replace("amount", Rate(3)))), (sold(),), setting(rates=(OWN,))).points == 300


def test_a_personal_rate_of_nothing_earns_nothing():
    nothing = PersonalRate(PromotionCode("promo"), Rate(0))
    assert (
        earn(shop(promotion(Replace("amount", Rate(3), personal=True))), (sold(),), setting(rates=(nothing,))).points
        == 0
    )


# The examples of the catalogue


TRIPLE = promotion(Multiply(Rate(3)), "triple", card_days=30, first_use=True)
DOUBLE = promotion(Multiply(Rate(2)), "double", tiers=("PREMIUM",), from_day="2026-10-10", until_day="2026-10-20")


@pytest.mark.parametrize(
    ("who", "points"),
    [
        pytest.param({"card_age": 29, "first_use": True}, 300, id="the first use, on the thirtieth day"),
        pytest.param({"card_age": 30, "first_use": True}, 100, id="the first use, a day too late"),
        pytest.param({"card_age": 0}, 100, id="the second use, on the first day"),
    ],
)
def test_triple_in_the_first_thirty_days_after_the_cards_issue_on_the_first_use(who, points):
    assert earn(shop(TRIPLE), (sold(),), setting(**who)).points == points


@pytest.mark.parametrize(
    ("when", "tier", "points"),
    [
        pytest.param("09T23:59", "PREMIUM", 100, id="the day before"),
        pytest.param("10T00:00", "PREMIUM", 200, id="the first day"),
        pytest.param("20T23:59", "PREMIUM", 200, id="the last day"),
        pytest.param("21T00:00", "PREMIUM", 100, id="the day after"),
        pytest.param("15T12:00", "GOLD", 100, id="another tier"),
    ],
)
def test_double_for_premium_between_two_dates(when, tier, points):
    assert earn(shop(DOUBLE), (sold(),), setting(at(when), tier=tier)).points == points


def test_triple_and_double_do_not_make_six_unless_it_is_wanted():
    premium = setting(tier="PREMIUM", card_age=3, first_use=True)
    for stacking, points in (("best", 300), ("add", 400), ("multiply", 600)):
        assert earn(shop(TRIPLE, DOUBLE, stacking=stacking), (sold(),), premium).points == points


def test_a_percentage_of_ones_own_after_the_first_purchase_of_the_products_in_the_interval():
    oils = promotion(
        Replace("amount", Rate(0), personal=True),
        "oils",
        from_day="2026-10-01",
        until_day="2026-10-31",
        products=("2",),
        after_first=True,
    )
    diesel = promotion(
        Replace("amount", Rate(0), personal=True), "diesel", from_day="2026-10-01", products=("1",), after_first=True
    )
    rates = (PersonalRate(PromotionCode("oils"), Rate(8, 100)), PersonalRate(PromotionCode("diesel"), Rate(12, 100)))
    programme = shop(oils, diesel, rules=(rule(per=Rate(1, 100)),))

    def percents(when=NOON, **who):
        earned = earn(programme, (sold("2", 100_000), sold("1", 100_000), sold("cafe", 100_000)), setting(when, **who))
        return [line.points // 10 for line in earned.lines]

    assert percents(rates=rates) == [1, 1, 1]
    assert percents(rates=rates, started=("oils",)) == [8, 1, 1]
    assert percents(rates=rates, started=("oils", "diesel")) == [8, 12, 1]
    assert percents(started=("oils", "diesel")) == [1, 1, 1]
    assert percents(at("31T23:59"), rates=rates, started=("oils",)) == [8, 1, 1]
    assert percents(at("01T00:00"), rates=rates, started=("oils",)) == [8, 1, 1]
    november = at("31T23:59").replace(month=11, day=1)
    assert percents(november, rates=rates, started=("oils",)) == [1, 1, 1]


def test_a_bonus_can_have_any_condition():
    bonus = promotion(Add(Points(50)), tiers=("gold",), weekdays=(4,))
    assert tried(shop(bonus), [sold()], setting(tier="gold")) == {"promo": 50}
    assert tried(shop(bonus), [sold()], setting(at("16T12:00"), tier="gold")) == {"promo": "other-weekday"}
