"""Sales, programmes and ways to split, thrown with dice: a hundred times as many a second as Hypothesis draws.

What it finds is reproduced by its seed; Hypothesis is there to make it small.
"""

from random import Random

from suite.domain.earning import SaleLine
from suite.domain.ids import ProductCode, PromotionCode, RuleCode, SegmentCode, StationCode, TierCode
from suite.domain.programme import AccrualRule, Add, Minimum, Multiply, Programme, Promotion, Replace
from suite.domain.promotions import Buyer, DaySum, PersonalRate
from suite.domain.quantities import Points, Rate
from tests.domain.shops import CODES, GROUPS, PRODUCTS, shop

LIMITS = (1, 2, 7, 49, 50, 51, 99, 100, 101, 150, 999, 1000, 1001, 2000, 2500)


class Dice:
    """Everything a hostile buyer could choose, from one seed."""

    def __init__(self, seed: int) -> None:
        self.roll = Random(seed)

    def number(self) -> int:
        """Small, or near a limit where a floor bites."""
        if self.roll.random() < 0.5:
            return self.roll.choice(LIMITS) * self.roll.randint(1, 3) + self.roll.randint(-1, 1)
        return self.roll.randint(0, 3000 if self.roll.random() < 0.3 else 40)

    def rate(self, least: int = 0) -> Rate:
        denominator = self.roll.choice((1, 1, 2, 3, 7, 10, 100))
        return Rate(least * denominator + self.roll.randint(0, 3 * denominator), denominator)

    def some(self, values, chance=0.5):
        """Two of the values at most, mostly none."""
        return tuple(self.roll.sample(values, self.roll.randint(1, 2))) if self.roll.random() < chance else ()

    def maybe(self, value, otherwise, chance=0.15):
        return value if self.roll.random() < chance else otherwise

    def rule(self, number: int) -> AccrualRule:
        return AccrualRule(
            RuleCode(f"rule{number}"),
            self.roll.choice(("amount", "quantity")),
            self.rate(),
            self.some([p.code for p in PRODUCTS], 0.2),
            self.some([g.code for g in GROUPS], 0.2),
            self.roll.choice(("line", "ticket")),
            self.roll.random() < 0.5,
        )

    def promotion(self, code: PromotionCode) -> Promotion:
        basis, kind = (
            self.roll.choice(("amount", "quantity")),
            self.roll.choice(("multiply", "multiply", "add", "replace")),
        )
        asked = None
        if kind != "replace" and self.roll.random() < 0.4:
            asked = Minimum(max(1, self.number()), basis, self.roll.choice(("ticket", "day", "day")))
        return Promotion(
            code,
            code,
            self.effect(kind, basis),
            priority=self.roll.randint(0, 2),
            from_minute=self.maybe(720, 0),
            until_minute=self.maybe(780, 1440),
            products=self.some([p.code for p in PRODUCTS], 0.4),
            groups=self.some([g.code for g in GROUPS], 0.2),
            stations=self.maybe((StationCode("E1"),), ()),
            tiers=self.maybe((TierCode("gold"),), ()),
            segments=self.maybe((SegmentCode("taxi"),), ()),
            card_days=self.maybe(30, 0),
            first_use=kind != "replace" and self.maybe(value=True, otherwise=False),
            after_first=self.maybe(value=True, otherwise=False),
            minimum=asked,
        )

    def effect(self, kind: str, basis: str) -> Multiply | Add | Replace:
        if kind == "multiply":
            return Multiply(self.rate(least=1))
        if kind == "add":
            return Add(Points(self.roll.randint(1, 50)), basis, self.maybe(max(1, self.number()), 0, 0.6))
        return Replace(basis, self.rate(), self.roll.random() < 0.5, self.roll.random() < 0.3)

    def programme(self) -> Programme:
        promotions = [self.promotion(code) for code in CODES[: self.roll.randint(1, 5)]]
        rules = [self.rule(number) for number in range(self.roll.randint(1, 3))]
        return shop(*promotions, rules=rules, stacking=self.roll.choice(("best", "add", "multiply")))

    def buyer(self) -> Buyer:
        rates = tuple(PersonalRate(code, self.rate()) for code in self.some(CODES, 0.3))
        return Buyer(
            self.roll.choice((TierCode("gold"), TierCode(""))),
            self.roll.choice(((SegmentCode("taxi"),), ())),
            self.roll.choice((0, 29, 30, None)),
            self.roll.random() < 0.5,
            self.roll.choice((CODES, ())),
            rates,
        )

    def today(self) -> tuple[DaySum, ...]:
        return tuple(DaySum(code, self.number(), 0, 0) for code in self.some(CODES, 0.4))

    def ticket(self) -> list[SaleLine]:
        found = [
            SaleLine(ProductCode(self.roll.choice(PRODUCTS).code), max(0, self.number()), max(0, self.number()))
            for _ in range(self.roll.randint(1, 4))
        ]
        return found if any(line.amount or line.quantity for line in found) else self.ticket()

    def cut(self, whole: int, pieces: int) -> list[int]:
        places = sorted(self.roll.randint(0, whole) for _ in range(pieces - 1))
        return [end - start for start, end in zip([0, *places], [*places, whole], strict=True)]

    def split(self, ticket: list[SaleLine]) -> list[list[SaleLine]]:
        """The tickets that a sale was split into: each line in pieces, each piece on any of them."""
        parts = [[] for _ in range(self.roll.randint(2, 4))]
        for line in ticket:
            pieces = self.roll.randint(1, 4)
            cuts = zip(self.cut(line.quantity, pieces), self.cut(line.amount, pieces), strict=True)
            for quantity, amount in cuts:
                self.roll.choice(parts).append(SaleLine(line.product, quantity, amount))
        return parts
