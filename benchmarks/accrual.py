"""PTS-2 at its widest: a ticket of three lines decided with 200 promotions published, beside the same with none.

The promotions ask for everything a promotion can ask for. The buyer meets a part of it, as on a real day: most of the
promotions fail on one condition or another, some give points, others are outvoted.
"""

from datetime import datetime

import msgspec

from benchmarks.measuring import RUNS, interleaved, seconds, show
from suite.domain.earning import earn
from suite.domain.ids import PromotionCode, SegmentCode, StationCode, TierCode
from suite.domain.programme import Add, Minimum, Multiply, Programme, Promotion, Replace
from suite.domain.promotions import Buyer, DaySum, PersonalRate, Setting
from suite.domain.quantities import Points, Rate
from tests.factories import line, programme, rule

FEW, PROMOTIONS, TICKETS = 20, 200, 200
EFFECTS = (
    Multiply(Rate(2)),
    Add(Points(50)),
    Replace("amount", Rate(3, 2)),
    Multiply(Rate(3, 2)),
    Add(Points(5), each=5_000),
    Replace("quantity", Rate(2), whole_steps=True),
    Replace("amount", Rate(0), personal=True),
)
CONDITIONS = (
    {},
    {"from_day": "2026-10-01", "until_day": "2026-10-31"},
    {"from_day": "2026-11-01"},
    {"until_day": "2026-09-30"},
    {"weekdays": (1, 2, 3, 4, 5)},
    {"weekdays": (6, 7)},
    {"from_minute": 7 * 60, "until_minute": 12 * 60},
    {"from_minute": 22 * 60, "until_minute": 6 * 60},
    {"products": ("cafe",)},
    {"groups": ("fuel",)},
    {"groups": ("other",)},
    {"stations": ("E1", "E2")},
    {"stations": ("E3",)},
    {"tiers": ("gold",)},
    {"tiers": ("silver",)},
    {"segments": ("taxi",)},
    {"segments": ("new",)},
    {"card_days": 30},
    {"card_days": 3},
    {"first_use": True},
    {"after_first": True},
    {"minimum": Minimum(2_000)},
    {"minimum": Minimum(10_000_000)},
    {"minimum": Minimum(30_000, over="day")},
    {"minimum": Minimum(20_000, "quantity"), "weekdays": (4,), "tiers": ("gold",), "products": ("2",)},
)
TICKET = (line(quantity=42_137, amount=53_387), line("cafe", 2_000, 64_000), line("2", 10_000, 12_670))


def promotions(count: int) -> tuple[Promotion, ...]:
    """Every condition with every effect: their numbers have no common divisor."""
    return tuple(
        Promotion(
            PromotionCode(f"P{n:03d}"),
            f"Promotion {n}",
            EFFECTS[n % len(EFFECTS)],
            priority=n % 10,
            **CONDITIONS[n % len(CONDITIONS)],
        )
        for n in range(count)
    )


def setting() -> Setting:
    """A Thursday morning: a golden taxi driver with a card of ten days, who was here before."""
    codes = [PromotionCode(f"P{n:03d}") for n in range(PROMOTIONS)]
    buyer = Buyer(
        tier=TierCode("gold"),
        segments=(SegmentCode("taxi"),),
        card_age=10,
        started=tuple(codes[::40]),
        rates=tuple(PersonalRate(code, Rate(5, 4)) for code in codes[6::28]),
    )
    today = tuple(DaySum(code, 12_000, 0, 0) for code in codes[4::70])
    return Setting(datetime.fromisoformat("2026-10-15T10:00-03:00"), StationCode("E1"), buyer, today)


def a_ticket(rules: Programme, where: Setting) -> float:
    """Seconds a ticket, over many."""

    def decide() -> None:
        for _ in range(TICKETS):
            earn(rules, TICKET, where)

    return seconds(decide) / TICKETS


def main() -> None:
    bare, where = programme(rule()), setting()
    few, many = (msgspec.structs.replace(bare, promotions=promotions(n)) for n in (FEW, PROMOTIONS))
    published = {"none": bare, f"{FEW} promotions": few}
    for stacking in ("best", "add", "multiply"):
        name = f"{PROMOTIONS} promotions, stacking by {stacking}"
        published[name] = msgspec.structs.replace(many, stacking=stacking)
    found = interleaved({name: lambda rules=rules: a_ticket(rules, where) for name, rules in published.items()})
    floor, tried = found.pop("none"), earn(many, TICKET, where).tried
    met = sum(not one.why_not or one.why_not == "outvoted" for one in tried)
    show(
        f"A ticket of {len(TICKET)} lines decided: of {PROMOTIONS} promotions it meets {met}, and "
        f"{sum(one.points > 0 for one in tried)} give points (median of {RUNS} × {TICKETS} tickets)",
        [
            ("floor: no promotion published", f"{floor * 1e6:,.1f} µs", "1.00"),
            *((name, f"{spent * 1e6:,.1f} µs", f"{spent / floor:.1f} × the floor") for name, spent in found.items()),
        ],
    )
