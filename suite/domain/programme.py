"""The programme a network runs: what is sold, what earns, what can be had. Published by central, versioned.

A `Programme` is one value that travels whole: central signs it, stations hold it, an entry names its version.
"""

from typing import Literal

import msgspec

from suite.domain.caps import Caps
from suite.domain.errors import UnknownPrize, UnknownProduct
from suite.domain.ids import (
    GroupCode,
    PrizeCode,
    ProductCode,
    PromotionCode,
    QuestionCode,
    RuleCode,
    SegmentCode,
    StationCode,
    TierCode,
)
from suite.domain.pricing import NoSuchPrice, Price
from suite.domain.quantities import Centavos, Points, Rate
from suite.domain.spending import OfflinePolicy

Basis = Literal["quantity", "amount"]
Rounding = Literal["line", "ticket"]
Delivery = Literal["immediate", "scheduled", "withdrawal"]
"""From this shelf at once; to order, sent later; or paid for here and collected at any station, with a code (PRZ-8)."""
Stacking = Literal["best", "add", "multiply"]
Returns = Literal["debt", "cap"]
"""What a return does to points that were spent already: a negative balance, or no more than the balance (PTS-5)."""


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


class Multiply(msgspec.Struct, frozen=True, tag="multiply"):
    """The line's points times `by`, at least 1; the one rounding comes after it."""

    by: Rate


class Add(msgspec.Struct, frozen=True, tag="add"):
    """A fixed bonus, never multiplied: once a day, or for each full `each` of the day's sum.

    Always counted on the sum of the account's day at this station, so that splitting a sale never pays.
    """

    points: Points
    basis: Basis = "amount"
    each: int = 0


class Replace(msgspec.Struct, frozen=True, tag="replace"):
    """Another rate in the place of the product's rule; with `personal`, the member's own when there is one."""

    basis: Basis
    per: Rate
    whole_steps: bool = False
    personal: bool = False


class Minimum(msgspec.Struct, frozen=True):
    """What must be bought: centavos or thousandths of a unit, on the ticket or on the account's day here."""

    at_least: int
    basis: Basis = "amount"
    over: Literal["ticket", "day"] = "ticket"


class Promotion(msgspec.Struct, frozen=True, omit_defaults=True):
    """When points are multiplied, added or replaced (PTS-2). A condition that is empty asks for nothing.

    Days are ISO 8601, both included; weekdays 1 (Monday) to 7; minutes count from midnight, and a `from_minute` after
    `until_minute` spans midnight. `card_days` asks for a card issued less than so many days ago, `first_use` for the
    card's first ticket, `after_first` for an earlier purchase of the same products on an earlier day of the interval.
    """

    code: PromotionCode
    name: str
    effect: Multiply | Add | Replace
    priority: int = 0
    from_day: str = ""
    until_day: str = ""
    weekdays: tuple[int, ...] = ()
    from_minute: int = 0
    until_minute: int = 24 * 60
    products: tuple[ProductCode, ...] = ()
    groups: tuple[GroupCode, ...] = ()
    stations: tuple[StationCode, ...] = ()
    tiers: tuple[TierCode, ...] = ()
    segments: tuple[SegmentCode, ...] = ()
    card_days: int = 0
    first_use: bool = False
    after_first: bool = False
    minimum: Minimum | None = None

    def serves(self, product: Product) -> bool:
        """Whether the product is in the promotion's set."""
        return (not self.products and not self.groups) or product.code in self.products or product.group in self.groups


class Tier(msgspec.Struct, frozen=True):
    """A step of the ladder: reached with `points` earned in the window (PTS-3)."""

    code: TierCode
    name: str
    points: Points


class Prize(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something points buy (PRZ-1). `deliveries` says how it can be had.

    `tiers` reserves it; empty means for everybody. `money` is paid beside the points; `choices` are further prices, and
    the member chooses one (PRZ-7).
    """

    code: PrizeCode
    name: str
    points: Points
    deliveries: tuple[Delivery, ...] = ("immediate",)
    tiers: tuple[TierCode, ...] = ()
    money: Centavos = Centavos(0)
    choices: tuple[Price, ...] = ()

    @property
    def prices(self) -> tuple[Price, ...]:
        """What it can be had for; a member chooses by the place, from 1."""
        return (Price(self.points, self.money), *self.choices)

    @property
    def fewest_points(self) -> Points:
        """With so many points it can be had, and money beside them perhaps."""
        return min(price.points for price in self.prices)

    def at_price(self, choice: int) -> "Prize":
        """The prize at one of its prices, and no other. Raises NoSuchPrice."""
        if not 1 <= choice <= len(self.prices):
            raise NoSuchPrice(prize=self.name, choice=choice, prices=len(self.prices))
        price = self.prices[choice - 1]
        return msgspec.structs.replace(self, points=price.points, money=price.money, choices=())

    def for_points(self) -> "Prize | None":
        """The prize for points alone, as it is had where nobody takes money; None when it cannot be."""
        found = [place for place, price in enumerate(self.prices, start=1) if not price.money]
        return self.at_price(found[0]) if found else None


CardStatus = Literal["active", "blocked", "lost", "replaced", "issued"]
"""`issued` is printed and belongs to nobody yet; `lost` and `replaced` still earn and can no longer spend (MEM-13)."""

CardRole = Literal["holder", "truck"]
"""A truck's card earns for its fleet and can neither redeem nor see (MEM-7)."""


class Question(msgspec.Struct, frozen=True):
    """A question of the consumption profile (MEM-11). An answer is named by its place, so answers only join the end."""

    code: QuestionCode
    text: str
    answers: tuple[str, ...]


class CardFormat(msgspec.Struct, frozen=True):
    """What this programme's cards look like. Anything else that is swiped is refused and never written down."""

    prefixes: tuple[str, ...] = ()
    lengths: tuple[int, ...] = ()
    luhn: bool = False
    cards_per_account: int = 3


class Programme(msgspec.Struct, frozen=True, omit_defaults=True):
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
    promotions: tuple[Promotion, ...] = ()
    stacking: Stacking = "best"
    tiers: tuple[Tier, ...] = ()
    """Lowest first."""
    tier_months: int = 12
    returns: Returns = "debt"
    grace_months: int = 1
    """Points of a reversed redemption live at least until the close so many months later (PTS-5)."""
    two_people_above: Points = Points(0)
    """Adjustments of more points need a second person (PTS-6, CEN-12); 0 asks for nobody."""
    holidays: tuple[str, ...] = ()
    """Days on which nobody works, ISO 8601, beside Saturdays and Sundays (CEN-4)."""
    offline: OfflinePolicy | None = None
    """What stations may hand out with no link (PRZ-6); None sets no limits."""
    caps: Caps | None = None
    """What one card may load (STA-11); None sets no limits."""
    questions: tuple[Question, ...] = ()
    """Asked in this order (MEM-11)."""

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

    def prize_name(self, code: PrizeCode) -> str:
        """What a prize is called; its code when it is no longer in the catalogue."""
        return next((prize.name for prize in self.prizes if prize.code == code), code)

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
