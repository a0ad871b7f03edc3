"""What a sale earns (PTS-1). Rounded down, once, on the line or on the ticket, as the rule names."""

from itertools import groupby

import msgspec

from suite.domain.errors import AmountOutOfRange, EmptySale, TooManyLines
from suite.domain.ids import ProductCode, RuleCode
from suite.domain.programme import LINE_AMOUNT_MAX, AccrualRule, Programme
from suite.domain.quantities import Centavos, Millis, Points, Rate, floor_of, share_out

LINES_MAX = 200
"""The longest shop ticket we have seen, four times over."""

CENTAVOS_PER_UNIT = 100
MILLIS_PER_UNIT = 1000


class SaleLine(msgspec.Struct, frozen=True):
    """One line of a ticket as sold: quantity in thousandths, the line's total in centavos after discounts."""

    product: ProductCode
    quantity: Millis
    amount: Centavos


class EarnedLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A line with the decision: the points it earned and the rule that gave them ('' when none did)."""

    product: ProductCode
    quantity: Millis
    amount: Centavos
    points: Points
    rule: RuleCode


def earn(programme: Programme, lines: tuple[SaleLine, ...]) -> tuple[EarnedLine, ...]:
    """Every line with its points. Splitting a ticket never earns more than the whole, as floors never do.

    Raises EmptySale, TooManyLines, AmountOutOfRange, UnknownProduct.
    """
    check(lines)
    served = [programme.rule_for(programme.product(line.product)) for line in lines]
    points = [0] * len(lines)
    by_rule = sorted(
        (i for i, rule in enumerate(served) if rule), key=lambda i: programme.rules.index(_rule(served[i]))
    )
    for rule, indexes in groupby(by_rule, key=lambda i: _rule(served[i])):
        places = list(indexes)
        for place, earned in zip(places, points_of(rule, [lines[i] for i in places]), strict=True):
            points[place] = earned
    return tuple(
        EarnedLine(line.product, line.quantity, line.amount, Points(earned), rule.code if rule else RuleCode(""))
        for line, earned, rule in zip(lines, points, served, strict=True)
    )


def check(lines: tuple[SaleLine, ...]) -> None:
    """Raises a Refusal for a ticket no till would print: empty, endless, negative or absurd."""
    if len(lines) > LINES_MAX:
        raise TooManyLines(limit=LINES_MAX)
    if any(not 0 <= number < LINE_AMOUNT_MAX for line in lines for number in (line.amount, line.quantity)):
        raise AmountOutOfRange(limit=LINE_AMOUNT_MAX // CENTAVOS_PER_UNIT)
    if not any(line.amount or line.quantity for line in lines):
        raise EmptySale


def points_of(rule: AccrualRule, lines: list[SaleLine]) -> list[int]:
    """The points of one ticket's lines that one rule serves, line by line."""
    amounts: list[int] = [line.amount if rule.basis == "amount" else line.quantity for line in lines]
    step = CENTAVOS_PER_UNIT if rule.basis == "amount" else MILLIS_PER_UNIT
    if rule.whole_steps:
        return [floor_of(whole, rule.per) for whole in _rounded(amounts, Rate(1, step), rule)]
    return _rounded(amounts, Rate(rule.per.numerator, rule.per.denominator * step), rule)


def _rounded(amounts: list[int], rate: Rate, rule: AccrualRule) -> list[int]:
    if rule.rounding == "ticket":
        return share_out(amounts, rate, half_up=False)
    return [floor_of(amount, rate) for amount in amounts]


def _rule(rule: AccrualRule | None) -> AccrualRule:
    assert rule is not None
    return rule
