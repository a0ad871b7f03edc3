"""The programme a network runs: what is sold, what earns, what can be had. Published by central, versioned.

A `Programme` is one value that travels whole: central signs it, stations hold it, an entry names its version.
"""

from typing import Literal

import msgspec

from suite.domain.errors import UnknownPrize, UnknownProduct
from suite.domain.ids import GroupCode, PrizeCode, ProductCode, RuleCode
from suite.domain.quantities import Centavos, Points, Rate

Basis = Literal["quantity", "amount"]
Rounding = Literal["line", "ticket"]
Delivery = Literal["immediate", "scheduled"]


class Product(msgspec.Struct, frozen=True):
    """Something sold. `unit` is what a quantity counts: `litre` or `piece`."""

    code: ProductCode
    name: str
    group: GroupCode
    unit: Literal["litre", "piece"] = "litre"


class ProductGroup(msgspec.Struct, frozen=True):
    code: GroupCode
    name: str


class AccrualRule(msgspec.Struct, frozen=True):
    """How lines earn (PTS-1): points = quantity or amount × rate, rounded down.

    `per` is points for one unit of the product, or for one unit of currency; 1 % of value is `Rate(1, 100)` of
    the amount. With `whole_steps` only whole units count: floor first, then multiply ("2 points for each whole
    litre"). `rounding` says where the one rounding happens: on each line, or once on the ticket's lines that
    this rule serves. `products` and `groups` empty means everything.
    """

    code: RuleCode
    basis: Basis
    per: Rate
    products: tuple[ProductCode, ...] = ()
    groups: tuple[GroupCode, ...] = ()
    rounding: Rounding = "line"
    whole_steps: bool = False


class Prize(msgspec.Struct, frozen=True):
    """Something points buy (PRZ-1). `deliveries` says how it can be had: from the station's stock, or to order."""

    code: PrizeCode
    name: str
    points: Points
    deliveries: tuple[Delivery, ...] = ("immediate",)


class CardFormat(msgspec.Struct, frozen=True):
    """What this programme's cards look like. Anything else that is swiped is refused and never written down."""

    prefixes: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    luhn: bool = False
    cards_per_account: int = 3


class Programme(msgspec.Struct, frozen=True):
    """Everything a station must know to decide. `version` counts publications from 1."""

    version: int
    network: str
    name: str
    currency: str
    zone: str
    expiry_months: int
    point_value: Rate
    products: tuple[Product, ...]
    groups: tuple[ProductGroup, ...]
    rules: tuple[AccrualRule, ...]
    prizes: tuple[Prize, ...] = ()
    cards: CardFormat = CardFormat()

    def product(self, code: ProductCode) -> Product:
        """The product of that code. Raises UnknownProduct."""
        for product in self.products:
            if product.code == code:
                return product
        raise UnknownProduct(product=code)

    def prize(self, code: PrizeCode) -> Prize:
        """The prize of that code. Raises UnknownPrize."""
        for prize in self.prizes:
            if prize.code == code:
                return prize
        raise UnknownPrize(prize=code)

    def rule_for(self, product: Product) -> AccrualRule | None:
        """The one rule that serves a product: its own before its group's before everybody's, then file order."""
        return (
            next((r for r in self.rules if product.code in r.products), None)
            or next((r for r in self.rules if product.group in r.groups), None)
            or next((r for r in self.rules if not r.products and not r.groups), None)
        )


LINE_AMOUNT_MAX = Centavos(10**11)
"""A line above a thousand million currency units is a typing error in any currency.

Times the largest rate (10,000) and the longest ticket (200 lines) it stays below `MAX_INTEGER`.
"""
