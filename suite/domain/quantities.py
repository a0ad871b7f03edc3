"""Integers with a unit, and the one place where a fraction becomes an integer."""

from typing import NewType

import msgspec

Points = NewType("Points", int)
Centavos = NewType("Centavos", int)
"""Hundredths of the programme's currency."""

Millis = NewType("Millis", int)
"""Thousandths of a product's unit: millilitres for fuel, thousandths of a piece in the shop."""

Moment = NewType("Moment", int)
"""Milliseconds since 1970-01-01T00:00Z."""

MAX_INTEGER = 2**53 - 1
"""Largest integer an event may hold, so that every JSON reader in the world reads it exactly."""


class Rate(msgspec.Struct, frozen=True, array_like=True):
    """An exact, non-negative fraction. 0.0375 is `Rate(375, 10000)`; nothing here is ever a float."""

    numerator: int
    denominator: int = 1

    def __post_init__(self) -> None:
        if self.numerator < 0 or self.denominator < 1:
            raise ValueError("a rate is a non-negative fraction")


def floor_of(amount: int, rate: Rate) -> int:
    """The whole part of amount × rate, rounded down; amount is not negative."""
    return amount * rate.numerator // rate.denominator


def half_up_of(amount: int, rate: Rate) -> int:
    """Amount × rate rounded to the nearest integer, halves away from zero: a debt rounds as the claim would."""
    size = (2 * abs(amount) * rate.numerator + rate.denominator) // (2 * rate.denominator)
    return size if amount >= 0 else -size


def share_out(amounts: list[int], rate: Rate, *, half_up: bool) -> list[int]:
    """One integer for each amount, summing exactly to the rounded total of amount × rate.

    Rounds the running sum and hands each amount the step it causes, so that the parts of a ticket or of a
    settlement always add up to its printed total.
    """
    rounded = half_up_of if half_up else floor_of
    parts, before, running = [], 0, 0
    for amount in amounts:
        running += amount
        after = rounded(running, rate)
        parts.append(after - before)
        before = after
    return parts
