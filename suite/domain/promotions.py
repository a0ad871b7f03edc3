"""Which promotions a ticket meets, and why not the others (PTS-2, PTS-11).

The inputs of that decision are a `Buyer`: what the desk knows of the member and the card. They are recorded with the
sale, so that central, or anybody in ten years, can decide again from the journal alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from suite.domain.ids import NO_TIER, PromotionCode, SegmentCode, StationCode, TierCode
from suite.domain.programme import Minimum, Product, Programme, Promotion, Replace
from suite.domain.quantities import Rate

Obstacle = Literal[
    "not-yet",
    "over",
    "other-weekday",
    "other-hour",
    "other-station",
    "other-tier",
    "other-segment",
    "card-too-old",
    "not-first-use",
    "no-earlier-purchase",
    "no-personal-rate",
    "below-minimum",
    "other-product",
    "outvoted",
    "given-today",
]
"""Why a promotion gave nothing. Codes never change; `suite.runtime.words` says them."""


class PersonalRate(msgspec.Struct, frozen=True, array_like=True):
    """The rate that one member has in a promotion."""

    promotion: PromotionCode
    rate: Rate


class DaySum(msgspec.Struct, frozen=True, array_like=True):
    """What a promotion counted for an account: earlier today, on this ticket, and the points it gave on it."""

    promotion: PromotionCode
    before: int
    counted: int
    points: int


class Buyer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is known of who buys. `card_age` is in days since the card's issue; None when nobody knows.

    `started` names the promotions in whose interval this account bought their products on an earlier day.
    """

    tier: TierCode = NO_TIER
    segments: tuple[SegmentCode, ...] = ()
    card_age: int | None = None
    first_use: bool = False
    started: tuple[PromotionCode, ...] = ()
    rates: tuple[PersonalRate, ...] = ()

    def rate_in(self, promotion: PromotionCode) -> Rate | None:
        """The member's own rate in a promotion."""
        return next((own.rate for own in self.rates if own.promotion == promotion), None)


NOBODY = Buyer()


class Setting(msgspec.Struct, frozen=True):
    """Where and when a ticket is sold, on the programme's wall clock, to whom, and what the day brought before."""

    when: datetime
    station: StationCode
    buyer: Buyer = NOBODY
    today: tuple[DaySum, ...] = ()

    @property
    def day(self) -> str:
        """The day as ISO 8601."""
        return self.when.date().isoformat()

    def before(self, promotion: PromotionCode) -> int:
        """What a promotion counted earlier today."""
        return next((s.before for s in self.today if s.promotion == promotion), 0)


def relevant(programme: Programme, buyer: Buyer) -> Buyer | None:
    """The buyer cut down to what this programme's promotions ask for; None when they ask for nothing.

    What is recorded with a sale: no more of the member than the decision needs.
    """
    asked = programme.promotions
    started = {p.code for p in asked if p.after_first}
    personal = {p.code for p in asked if isinstance(p.effect, Replace) and p.effect.personal}
    cut = Buyer(
        tier=buyer.tier if any(p.tiers for p in asked) else NO_TIER,
        segments=tuple(s for s in buyer.segments if any(s in p.segments for p in asked)),
        card_age=buyer.card_age if any(p.card_days for p in asked) else None,
        first_use=buyer.first_use and any(p.first_use for p in asked),
        started=tuple(code for code in buyer.started if code in started),
        rates=tuple(own for own in buyer.rates if own.promotion in personal),
    )
    return None if cut == NOBODY else cut


def obstacle(promotion: Promotion, setting: Setting) -> Obstacle | None:
    """The first condition of the ticket as a whole that a promotion does not find; None when it finds all."""
    buyer, minute = setting.buyer, setting.when.hour * 60 + setting.when.minute
    met: Sequence[tuple[bool, Obstacle]] = (
        (not promotion.from_day or setting.day >= promotion.from_day, "not-yet"),
        (not promotion.until_day or setting.day <= promotion.until_day, "over"),
        (not promotion.weekdays or setting.when.isoweekday() in promotion.weekdays, "other-weekday"),
        (_within(minute, promotion.from_minute, promotion.until_minute), "other-hour"),
        (not promotion.stations or setting.station in promotion.stations, "other-station"),
        (not promotion.tiers or buyer.tier in promotion.tiers, "other-tier"),
        (not promotion.segments or any(s in promotion.segments for s in buyer.segments), "other-segment"),
        (not promotion.card_days or _younger(buyer.card_age, promotion.card_days), "card-too-old"),
        (not promotion.first_use or buyer.first_use, "not-first-use"),
        (not promotion.after_first or promotion.code in buyer.started, "no-earlier-purchase"),
        (not _needs_own_rate(promotion) or buyer.rate_in(promotion.code) is not None, "no-personal-rate"),
    )
    return next((why for found, why in met if not found), None)


def _within(minute: int, start: int, end: int) -> bool:
    return start <= minute < end if start < end else minute >= start or minute < end


def _younger(age: int | None, days: int) -> bool:
    return age is not None and 0 <= age < days


def _needs_own_rate(promotion: Promotion) -> bool:
    return isinstance(promotion.effect, Replace) and promotion.effect.personal and not promotion.effect.per.numerator


def counted(promotion: Promotion, lines: Sequence[tuple[Product, int, int]], basis: str) -> int:
    """The sum of a promotion's products among (product, quantity, amount) lines, in thousandths or centavos."""
    return sum(
        amount if basis == "amount" else quantity for product, quantity, amount in lines if promotion.serves(product)
    )


def reaches(minimum: Minimum | None, on_ticket: int, earlier: int) -> bool:
    """Whether a minimum is reached by the ticket, or by the day with the ticket in it."""
    if minimum is None:
        return True
    return on_ticket + (earlier if minimum.over == "day" else 0) >= minimum.at_least
