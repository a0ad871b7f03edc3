"""Programmes with promotions, and tickets that a hostile buyer might bring: what the promotion tests are tried on."""

from datetime import datetime

from hypothesis import strategies as st
from msgspec.structs import replace

from suite.domain.earning import SaleLine, earn
from suite.domain.ids import (
    GroupCode,
    ProductCode,
    PromotionCode,
    RuleCode,
    SegmentCode,
    StationCode,
    TierCode,
)
from suite.domain.programme import (
    AccrualRule,
    Add,
    Minimum,
    Multiply,
    Product,
    ProductGroup,
    Programme,
    Promotion,
    Replace,
)
from suite.domain.promotions import Buyer, DaySum, PersonalRate, Setting
from suite.domain.quantities import Points, Rate
from tests.factories import programme

PRODUCTS = (
    Product(ProductCode("1"), "Super", GroupCode("fuel")),
    Product(ProductCode("2"), "Premium", GroupCode("fuel")),
    Product(ProductCode("cafe"), "Coffee", GroupCode("shop"), "piece"),
)
GROUPS = (ProductGroup(GroupCode("fuel"), "Fuel"), ProductGroup(GroupCode("shop"), "Shop"))
NOON = datetime.fromisoformat("2026-10-15T12:00:00-03:00")
"""A Thursday."""


def at(text):
    """A moment of October 2026 on the programme's wall clock, written `15T10:00`."""
    return datetime.fromisoformat(f"2026-10-{text}:00-03:00")


def setting(when=NOON, *, station="E1", today=(), **buyer):
    return Setting(when, StationCode(station), Buyer(**buyer), tuple(DaySum(*row) for row in today))


def promotion(effect=Multiply(Rate(2)), code="promo", **changes):  # noqa: B008 -- a frozen value
    return Promotion(PromotionCode(code), code.title(), effect, **changes)


def shop(*promotions, rules=(), **changes):
    """Three products, a point a currency unit unless `rules` say otherwise, and those promotions."""
    values = {"products": PRODUCTS, "groups": GROUPS, "promotions": promotions, **changes}
    return programme(*rules, **values)


def sold(product="1", amount=10_000, quantity=10_000):
    return SaleLine(ProductCode(product), quantity, amount)


def tried(programme_, lines, setting_):
    """What became of each promotion: the points it gave, or the obstacle."""
    found = earn(programme_, tuple(lines), setting_).tried
    return {row.promotion: row.why_not or row.points for row in found}


class Day:
    """Tickets of one account at one station on one day, as the desk sells them: the sums go from ticket to ticket."""

    def __init__(self, programme_: Programme, buyer: Buyer, today=()):
        self.programme, self.buyer = programme_, buyer
        self.sums = {row.promotion: row.before for row in today}
        self.points = 0
        self.used = False

    def sell(self, lines, when=NOON):
        """Sell one ticket. Returns its points; a ticket of nothing is not sold."""
        if not any(line.amount or line.quantity for line in lines):
            return 0
        buyer = replace(self.buyer, first_use=self.buyer.first_use and not self.used)
        today = tuple(DaySum(code, total, 0, 0) for code, total in self.sums.items())
        earned = earn(self.programme, tuple(lines), Setting(when, StationCode("E1"), buyer, today))
        for row in earned.sums:
            self.sums[row.promotion] = row.before + row.counted
        self.used = True
        self.points += earned.points
        return earned.points


# Strategies. Amounts are small and near the limits where a floor bites.

near = st.one_of(
    st.integers(0, 30),
    st.integers(0, 2_500),
    st.builds(
        lambda n, by, off: max(0, n * by + off), st.integers(0, 6), st.sampled_from([50, 100, 1000]), st.integers(-2, 2)
    ),
)
lines = st.builds(SaleLine, st.sampled_from([p.code for p in PRODUCTS]), near, near)
tickets = st.lists(lines, min_size=1, max_size=4).filter(lambda found: any(x.amount or x.quantity for x in found))

bases = st.sampled_from(["amount", "quantity"])
rates = st.one_of(
    st.builds(Rate, st.integers(0, 12), st.integers(1, 12)),
    st.sampled_from([Rate(1), Rate(10), Rate(1, 100), Rate(3, 2), Rate(999, 1000), Rate(101, 100)]),
)
factors = st.one_of(
    st.builds(lambda n, d: Rate(n + d, d), st.integers(0, 12), st.integers(1, 9)),
    st.sampled_from([Rate(1), Rate(2), Rate(3), Rate(3, 2), Rate(101, 100)]),
)
product_sets = st.lists(st.sampled_from([p.code for p in PRODUCTS]), max_size=2, unique=True).map(tuple)
group_sets = st.lists(st.sampled_from([g.code for g in GROUPS]), max_size=1).map(tuple)
rules = st.builds(
    lambda number, per, basis, rounding, whole, products, groups: AccrualRule(
        RuleCode(f"rule{number}"), basis, per, products, groups, rounding, whole
    ),
    st.integers(0, 9),
    rates,
    bases,
    st.sampled_from(["line", "ticket"]),
    st.booleans(),
    product_sets,
    group_sets,
)


conditions = st.fixed_dictionaries(
    {
        "from_day": st.sampled_from(["", "", "2026-10-15", "2026-10-16"]),
        "until_day": st.sampled_from(["", "", "2026-10-15", "2026-10-14"]),
        "weekdays": st.sampled_from([(), (), (4,), (5,)]),
        "from_minute": st.sampled_from([0, 0, 720, 1320]),
        "until_minute": st.sampled_from([1440, 1440, 780, 600]),
        "stations": st.sampled_from([(), (), (StationCode("E1"),), (StationCode("E2"),)]),
        "tiers": st.sampled_from([(), (), (TierCode("gold"),)]),
        "segments": st.sampled_from([(), (), (SegmentCode("taxi"),)]),
        "card_days": st.sampled_from([0, 0, 30]),
        "after_first": st.sampled_from([False, False, True]),
    }
)


@st.composite
def promotions(draw, code):
    """Any promotion that programme.toml takes: a replacing rate has no minimum and no first use."""
    kind = draw(st.sampled_from(["multiply", "multiply", "add", "add", "replace"]))
    basis = draw(bases)
    limit = st.one_of(st.integers(1, 40), st.sampled_from([99, 100, 101, 999, 1000, 1001, 2000]))
    asked = None
    if kind != "replace" and draw(st.booleans()):
        asked = Minimum(draw(limit), basis, draw(st.sampled_from(["ticket", "day"])))
    if kind == "multiply":
        effect = Multiply(draw(factors))
    elif kind == "add":
        effect = Add(Points(draw(st.integers(1, 40))), basis, draw(st.one_of(st.just(0), limit)))
    else:
        personal = draw(st.booleans())
        effect = Replace(
            basis, Rate(0) if personal and draw(st.booleans()) else draw(rates), draw(st.booleans()), personal
        )
    more = draw(conditions) if draw(st.booleans()) else {}
    return Promotion(
        code,
        code,
        effect,
        priority=draw(st.integers(0, 2)),
        products=draw(product_sets),
        groups=draw(group_sets),
        first_use=kind != "replace" and draw(st.sampled_from([False, False, True])),
        minimum=asked,
        **more,
    )


CODES = tuple(PromotionCode(f"p{i}") for i in range(5))


@st.composite
def programmes(draw):
    found = [draw(promotions(code)) for code in CODES[: draw(st.integers(1, 5))]]
    base = draw(st.lists(rules, min_size=1, max_size=3))
    return shop(*found, rules=base, stacking=draw(st.sampled_from(["best", "add", "multiply"])))


LITTLE = st.integers(1, 8)
hours_of_a_day = st.sampled_from([(0, 1440), (0, 1440), (0, 720)])
daily_effects = st.one_of(
    st.tuples(st.builds(Multiply, st.integers(2, 4).map(Rate)), st.builds(Minimum, LITTLE, over=st.just("day"))),
    st.tuples(st.builds(Multiply, st.integers(2, 4).map(Rate)), st.none()),
    st.tuples(st.builds(Add, LITTLE, each=st.one_of(st.just(0), LITTLE)), st.none()),
)


@st.composite
def daily_programmes(draw):
    """A point a centavo, and promotions that look at the day: how they stand in each other's way, without a floor."""
    found = []
    for code, (effect, asked) in zip(CODES, draw(st.lists(daily_effects, min_size=1, max_size=3)), strict=False):
        start, end = draw(hours_of_a_day)
        found.append(Promotion(code, code, effect, minimum=asked, from_minute=start, until_minute=end))
    whole = AccrualRule(RuleCode("centavos"), "amount", Rate(100))
    return shop(*found, rules=(whole,), stacking=draw(st.sampled_from(["best", "best", "add", "multiply"])))


buyers = st.builds(
    Buyer,
    tier=st.sampled_from([TierCode(""), TierCode("gold")]),
    segments=st.sampled_from([(), (SegmentCode("taxi"),)]),
    card_age=st.sampled_from([None, 0, 29, 30]),
    first_use=st.booleans(),
    started=st.sampled_from([(), CODES, CODES[::2]]),
    rates=st.lists(st.builds(PersonalRate, st.sampled_from(CODES), rates), max_size=3).map(tuple),
)
