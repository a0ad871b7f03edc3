"""The ladder of tiers (PTS-3): reached with points earned in a rolling window, decided at each month close.

Tiers look at what was earned, never at a balance. Between closes a member can only climb; what was assigned by hand
is a floor until its last day.
"""

import msgspec

from suite.domain.ids import NO_TIER, TierCode
from suite.domain.programme import Tier
from suite.domain.quantities import Points

Ladder = tuple[Tier, ...]
"""Lowest tier first."""


class Assignment(msgspec.Struct, frozen=True, array_like=True):
    """A tier given by hand; `until` is its last day, ISO 8601."""

    tier: TierCode
    until: str


class NextTier(msgspec.Struct, frozen=True):
    """The tier that comes next, and the points still missing for it (PTS-10)."""

    tier: Tier
    missing: Points


def rank(ladder: Ladder, code: TierCode) -> int:
    """The place of a tier, from 1; 0 for no tier and for one that the ladder no longer has."""
    return next((place for place, tier in enumerate(ladder, start=1) if tier.code == code), 0)


def reached(ladder: Ladder, points: int) -> TierCode:
    """The highest tier that so many points reach."""
    return next((tier.code for tier in reversed(ladder) if max(points, 0) >= tier.points), NO_TIER)


def highest(ladder: Ladder, *codes: TierCode) -> TierCode:
    """The highest of some tiers; no tier when the ladder has none of them."""
    best = max((rank(ladder, code) for code in codes), default=0)
    return ladder[best - 1].code if best else NO_TIER


def standing_tier(
    ladder: Ladder, *, decided: TierCode, points: int, assigned: Assignment | None, today: str
) -> TierCode:
    """The tier that holds today: the one decided at the last close, one reached since, or one assigned by hand.

    `points` were earned in the window that ends with the open month; `today` is an ISO 8601 day.
    """
    floor = assigned.tier if assigned and today <= assigned.until else NO_TIER
    return highest(ladder, decided, reached(ladder, points), floor)


def next_tier(ladder: Ladder, holds: TierCode, points: int) -> NextTier | None:
    """What comes after the tier that a member holds, and how far it is; None at the top."""
    place = rank(ladder, holds)
    if place >= len(ladder):
        return None
    tier = ladder[place]
    return NextTier(tier, Points(max(0, tier.points - points)))
