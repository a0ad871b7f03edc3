"""What a sale earns (PTS-1, PTS-2): base rule or its replacement, times the multipliers, plus the day's bonuses.

Rounded down once, after the multipliers, on the line or on the ticket as the rule names. Splitting a sale never earns
more than the whole: floors only lose, conditions of a part are conditions of the whole, and bonuses count on the day's
sum (`tests/domain/test_splitting.py` is the proof that is run; the argument is in ADR 0009).
"""

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import msgspec

from suite.domain.errors import AmountOutOfRange, EmptySale, TooManyLines
from suite.domain.ids import ProductCode, PromotionCode, RuleCode
from suite.domain.programme import (
    LINE_AMOUNT_MAX,
    AccrualRule,
    Add,
    Multiply,
    Programme,
    Promotion,
    Replace,
    Stacking,
)
from suite.domain.promotions import DaySum, Obstacle, Setting, counted, obstacle, reaches
from suite.domain.quantities import Centavos, Millis, Points, Rate, share_out

LINES_MAX = 200
"""The longest shop ticket we have seen, four times over."""

POINTS_MAX = 10**12
"""More than any ticket earns by rules that somebody meant; a million such tickets still add up in 63 bits."""

CENTAVOS_PER_UNIT = 100
MILLIS_PER_UNIT = 1000
ONE = Rate(1)

COUNTED_ALL_THE_SAME = ("below-minimum", "outvoted", "given-today")
"""What held a promotion up on this ticket, and leaves the ticket in its sum of the day."""


class SaleLine(msgspec.Struct, frozen=True):
    """One line of a ticket as sold: quantity in thousandths, the line's total in centavos after discounts."""

    product: ProductCode
    quantity: Millis
    amount: Centavos


class EarnedLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line with the decision: the points it earned and the rule that gave them ('' when none did).

    The points hold the line's share of the bonuses, so that a product group settles all that it gave.
    """

    product: ProductCode
    quantity: Millis
    amount: Centavos
    points: Points
    rule: RuleCode


class Tried(msgspec.Struct, frozen=True):
    """One promotion held against a ticket: what it gave more than there would have been, or why it gave nothing.

    `lines` are the places of the lines it served, from 0.
    """

    promotion: PromotionCode
    points: int = 0
    lines: tuple[int, ...] = ()
    why_not: Obstacle | None = None


class Earned(msgspec.Struct, frozen=True):
    """A ticket decided: its lines, what each promotion did (`tried`, in file order), and the day's sums to keep."""

    lines: tuple[EarnedLine, ...]
    tried: tuple[Tried, ...]
    sums: tuple[DaySum, ...]

    @property
    def points(self) -> Points:
        """All the points of the ticket."""
        return Points(sum(line.points for line in self.lines))


def earn(programme: Programme, lines: tuple[SaleLine, ...], setting: Setting | None = None) -> Earned:
    """Every line with its points, and the whole explanation. Without a setting no promotion is tried.

    Raises EmptySale, TooManyLines, AmountOutOfRange, UnknownProduct.
    """
    check(lines)
    earned = _Ticket(programme, lines, setting).decide()
    if earned.points > POINTS_MAX:
        raise AmountOutOfRange(limit=POINTS_MAX)
    return earned


def check(lines: tuple[SaleLine, ...]) -> None:
    """Raises a Refusal for a ticket no till would print: empty, endless, negative or absurd."""
    if len(lines) > LINES_MAX:
        raise TooManyLines(limit=LINES_MAX)
    if any(not 0 <= number < LINE_AMOUNT_MAX for line in lines for number in (line.amount, line.quantity)):
        raise AmountOutOfRange(limit=LINE_AMOUNT_MAX // CENTAVOS_PER_UNIT)
    if not any(line.amount or line.quantity for line in lines):
        raise EmptySale


class _Ticket:
    """One ticket on its way to points."""

    def __init__(self, programme: Programme, lines: tuple[SaleLine, ...], setting: Setting | None) -> None:
        self._programme = programme
        self._lines = lines
        self._setting = setting
        self._products = [programme.product(line.product) for line in lines]
        self._rows = [(p, line.quantity, line.amount) for p, line in zip(self._products, lines, strict=True)]
        self._why: dict[PromotionCode, Obstacle] = {}
        self._served: dict[PromotionCode, tuple[int, ...]] = {}
        self._live = self._find_live() if setting else []

    def decide(self) -> Earned:
        rules = self._rules()
        multipliers, winners = self._multipliers()
        points = self._points(rules, multipliers)
        bonuses, given = self._bonuses()
        lines = tuple(
            EarnedLine(
                line.product, line.quantity, line.amount, Points(base + bonus), rule.code if rule else RuleCode("")
            )
            for line, base, bonus, rule in zip(self._lines, points, bonuses, rules, strict=True)
        )
        gains = {**self._gains(rules, multipliers, winners), **given}
        return Earned(lines, self._tried(gains), self._sums(given))

    # Which promotions hold

    def _find_live(self) -> list[Promotion]:
        live = []
        assert self._setting is not None, "promotions ask where and when"
        for promotion in self._programme.promotions:
            why = obstacle(promotion, self._setting) or self._obstacle_of_lines(promotion, self._setting)
            if why:
                self._why[promotion.code] = why
            else:
                live.append(promotion)
        return live

    def _obstacle_of_lines(self, promotion: Promotion, setting: Setting) -> Obstacle | None:
        places = tuple(i for i, product in enumerate(self._products) if promotion.serves(product))
        if not places:
            return "other-product"
        self._served[promotion.code] = places
        minimum = promotion.minimum
        if minimum and not reaches(
            minimum, counted(promotion, self._rows, minimum.basis), setting.before(promotion.code)
        ):
            return "below-minimum"
        return None

    def _of(self, kind: type[Multiply | Add | Replace]) -> list[Promotion]:
        return [p for p in self._live if isinstance(p.effect, kind)]

    # Base points

    def _rules(self) -> list[AccrualRule | None]:
        """The rule of each line: its product's, or the replacing promotion of the highest priority."""
        rules = [self._programme.rule_for(product) for product in self._products]
        replacing = sorted(self._of(Replace), key=lambda p: -p.priority)
        taken: set[int] = set()
        for promotion in replacing:
            free = [i for i in self._served[promotion.code] if i not in taken]
            if not free:
                self._why[promotion.code] = "outvoted"
            taken |= set(free)
            for i in free:
                rules[i] = self._replacement(promotion)
        return rules

    def _replacement(self, promotion: Promotion) -> AccrualRule:
        effect = promotion.effect
        assert isinstance(effect, Replace)
        assert self._setting is not None, "promotions ask where and when"
        own = self._setting.buyer.rate_in(promotion.code) if effect.personal else None
        return AccrualRule(RuleCode(promotion.code), effect.basis, own or effect.per, whole_steps=effect.whole_steps)

    def _multipliers(self) -> tuple[list[Rate], dict[PromotionCode, tuple[int, ...]]]:
        """The multiplier of each line, and the lines where each promotion had a part in it."""
        found, winners = [], dict[PromotionCode, list[int]]()
        multiplying = self._multiplying()
        for i in range(len(self._lines)):
            rate, parts = self._combined(i, multiplying)
            found.append(rate)
            for promotion in parts:
                winners.setdefault(promotion.code, []).append(i)
        for promotion in multiplying:
            if promotion.code not in winners:
                self._why[promotion.code] = "outvoted"
        return found, {code: tuple(places) for code, places in winners.items()}

    def _rate_by(
        self,
        place: int,
        promotions: Sequence[Promotion],
        multipliers: Sequence[Rate],
        winners: dict[PromotionCode, tuple[int, ...]],
    ) -> Rate:
        """The multiplier of a line with some of the promotions that had a part in the ticket."""
        if self._programme.stacking != "best":
            return self._combined(place, promotions)[0]
        return multipliers[place] if any(place in winners[p.code] for p in promotions) else ONE

    def _multiplying(self) -> list[Promotion]:
        return sorted(self._of(Multiply), key=lambda p: -p.priority)

    def _combined(self, place: int, promotions: Sequence[Promotion]) -> tuple[Rate, Sequence[Promotion]]:
        here = [p for p in promotions if place in self._served[p.code]]
        return combine(here, self._programme.stacking)

    def _points(self, rules: Sequence[AccrualRule | None], multipliers: Sequence[Rate]) -> list[int]:
        points = [0] * len(self._lines)
        places: dict[AccrualRule, list[int]] = {}
        for i, rule in enumerate(rules):
            if rule is not None:
                places.setdefault(rule, []).append(i)
        for rule, here in places.items():
            earned = points_of(rule, [self._lines[i] for i in here], [multipliers[i] for i in here])
            for i, number in zip(here, earned, strict=True):
                points[i] = number
        return points

    def _gains(
        self,
        rules: Sequence[AccrualRule | None],
        multipliers: Sequence[Rate],
        winners: dict[PromotionCode, tuple[int, ...]],
    ) -> dict[PromotionCode, int]:
        """What each replacing or multiplying promotion brought, one after the other: together they are the whole."""
        gains: dict[PromotionCode, int] = {}
        ones = [ONE] * len(self._lines)
        before = self._points(rules, ones)
        replaced = {p.code for p in self._of(Replace)} - self._why.keys()
        if replaced:
            usual = self._points([self._programme.rule_for(p) for p in self._products], ones)
            for code in replaced:
                here = [i for i, rule in enumerate(rules) if rule and rule.code == RuleCode(code)]
                gains[code] = sum(before[i] - usual[i] for i in here)
        so_far, taken = sum(before), list[Promotion]()
        for promotion in (p for p in self._multiplying() if p.code in winners):
            taken.append(promotion)
            rates = [self._rate_by(i, taken, multipliers, winners) for i in range(len(self._lines))]
            now = sum(self._points(rules, rates))
            gains[promotion.code], so_far = now - so_far, now
        return gains

    # Bonuses on the day's sum

    def _bonuses(self) -> tuple[list[int], dict[PromotionCode, int]]:
        """Each line's share of the bonuses, and what each adding promotion gave."""
        shares, given = [0] * len(self._lines), dict[PromotionCode, int]()
        adding = [p for p in self._programme.promotions if isinstance(p.effect, Add)] if self._setting else []
        before = {p.code: entitled(p, self._before(p)) for p in adding}
        after = {p.code: entitled(p, self._before(p) + self._counted_now(p)) for p in adding}
        if self._programme.stacking == "best":
            best = max(adding, key=lambda p: after[p.code], default=None)
            steps = {best.code: after[best.code] - max(before.values())} if best else {}
        else:
            steps = {p.code: after[p.code] - before[p.code] for p in adding}
        live = {p.code for p in self._live}
        for promotion in adding:
            step = steps.get(promotion.code, 0)
            if step > 0:
                given[promotion.code] = step
                self._why.pop(promotion.code, None)
                self._share(promotion, step, shares)
            elif promotion.code in live:
                given_before = after[promotion.code] == before[promotion.code] == max(after.values())
                outvoted: Obstacle = "given-today" if given_before else "outvoted"
                self._why[promotion.code] = outvoted if after[promotion.code] else "below-minimum"
        return shares, given

    def _before(self, promotion: Promotion) -> int:
        assert self._setting is not None, "promotions ask where and when"
        return self._setting.before(promotion.code)

    def _counted_now(self, promotion: Promotion) -> int:
        held_up = self._why.get(promotion.code)
        if held_up and held_up not in COUNTED_ALL_THE_SAME:
            return 0
        effect, minimum = promotion.effect, promotion.minimum
        basis = effect.basis if isinstance(effect, Add) else minimum.basis if minimum else "amount"
        return counted(promotion, self._rows, basis)

    def _share(self, promotion: Promotion, points: int, shares: list[int]) -> None:
        places = self._served[promotion.code]
        weights: list[int] = [self._lines[i].amount or self._lines[i].quantity for i in places]
        parts = share_out(weights, Rate(points, sum(weights)), half_up=False) if sum(weights) else [points]
        for i, part in zip(places, parts, strict=False):
            shares[i] += part

    # The explanation

    def _tried(self, gains: dict[PromotionCode, int]) -> tuple[Tried, ...]:
        if not self._setting:
            return ()
        return tuple(
            Tried(p.code, why_not=self._why[p.code])
            if p.code in self._why
            else Tried(p.code, gains.get(p.code, 0), self._served[p.code])
            for p in self._programme.promotions
        )

    def _sums(self, given: dict[PromotionCode, int]) -> tuple[DaySum, ...]:
        """What the promotions that look at the day must be told on its next ticket."""
        if not self._setting:
            return ()
        daily = [p for p in self._programme.promotions if looks_at_the_day(p)]
        rows = [DaySum(p.code, self._before(p), self._counted_now(p), given.get(p.code, 0)) for p in daily]
        return tuple(row for row in rows if row.before or row.counted)


def looks_at_the_day(promotion: Promotion) -> bool:
    """Whether a promotion counts on the sum of the account's day."""
    return isinstance(promotion.effect, Add) or (promotion.minimum is not None and promotion.minimum.over == "day")


def entitled(promotion: Promotion, day_sum: int) -> int:
    """The bonus that a day of so much deserves in all."""
    effect, minimum = promotion.effect, promotion.minimum
    assert isinstance(effect, Add)
    if day_sum < (minimum.at_least if minimum else 1):
        return 0
    return effect.points * (day_sum // effect.each if effect.each else 1)


def combine(promotions: Sequence[Promotion], stacking: Stacking) -> tuple[Rate, Sequence[Promotion]]:
    """The multiplier that some promotions make together, and those that had a part in it.

    `best` takes the largest (of equals the first), `add` adds what each is above one, `multiply` multiplies them.
    """
    if not promotions:
        return ONE, ()
    rates = [p.effect.by for p in promotions if isinstance(p.effect, Multiply)]
    if stacking == "best":
        place = max(range(len(rates)), key=lambda i: (Fraction(rates[i].numerator, rates[i].denominator), -i))
        return rates[place], (promotions[place],)
    numerator, denominator = 1, 1
    for rate in rates:
        if stacking == "multiply":
            numerator, denominator = numerator * rate.numerator, denominator * rate.denominator
        else:
            numerator = numerator * rate.denominator + (rate.numerator - rate.denominator) * denominator
            denominator *= rate.denominator
    return Rate(numerator, denominator), promotions


def points_of(rule: AccrualRule, lines: Sequence[SaleLine], multipliers: Sequence[Rate] = ()) -> list[int]:
    """The points of one ticket's lines that one rule serves, line by line.

    With whole steps the floor on whole units comes first and the multiplier after it ("triple the 2 points of each
    whole litre"); otherwise the one floor comes after the multiplier.
    """
    by = list(multipliers) or [ONE] * len(lines)
    common = lcm(*(rate.denominator for rate in by))
    factors = [rate.numerator * (common // rate.denominator) for rate in by]
    amounts: list[int] = [line.amount if rule.basis == "amount" else line.quantity for line in lines]
    step = CENTAVOS_PER_UNIT if rule.basis == "amount" else MILLIS_PER_UNIT
    scale = rule.per.denominator * common * (1 if rule.whole_steps else step)
    if rule.rounding == "line":
        counts = [amount // step if rule.whole_steps else amount for amount in amounts]
        return [n * f * rule.per.numerator // scale for n, f in zip(counts, factors, strict=True)]
    weights = [amount * factor for amount, factor in zip(amounts, factors, strict=True)]
    if not rule.whole_steps:
        return share_out(weights, Rate(rule.per.numerator, scale), half_up=False)
    total = _layers(amounts, factors, step) * rule.per.numerator // scale
    return share_out(weights, Rate(total, sum(weights) or 1), half_up=False)


def _layers(amounts: Sequence[int], factors: Sequence[int], step: int) -> int:
    """Whole steps times their factors over a ticket: each layer of the factor counts the lines that reach it.

    Steps of the ticket's sum where all factors are equal. Counted in layers it only loses when a ticket is split.
    """
    total, below = 0, 0
    for factor in sorted(set(factors)):
        reached = sum(amount for amount, f in zip(amounts, factors, strict=True) if f >= factor)
        total += (factor - below) * (reached // step)
        below = factor
    return total
