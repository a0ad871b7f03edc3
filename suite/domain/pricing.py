"""What a prize costs: points, and money beside them; the member chooses how much to redeem (PRZ-7)."""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.quantities import Centavos, Points

PRICES_MAX = 9
"""Prices of one prize: chosen with one digit at the desk."""

MONEY_MAX = Centavos(10**11)
"""A thousand million currency units, as a line of a ticket; more is a typing error."""


class NoSuchPrice(Refusal):
    code = "no-such-price"
    text = N_("{prize} has no price number {choice}: it has {prices}. Nothing was recorded.")


class Price(msgspec.Struct, frozen=True, array_like=True):
    """Points, and centavos paid beside them: both are charged."""

    points: Points
    money: Centavos = Centavos(0)


def is_ladder(prices: Sequence[Price]) -> bool:
    """Whether each price with fewer points asks for more money: else nobody would choose one of them."""
    ordered = sorted(prices, key=lambda price: -price.points)
    return all(a.points > b.points and a.money < b.money for a, b in pairwise(ordered))
