"""Spending with no link (PRZ-6): what a station may hand out on its own word, so that overdrafts have a bound.

`decide` is asked by a station before a prize leaves, and again by central when the fact arrives. If all stations obey,
no account ends below −(m − 1) × F, with m parties that spent it (central's telephone counts as one) and F the largest
cap of the policy; what the whole network has handed out and central does not know yet is at most the sum of the
stations' risks. No clock is in the proof (docs/protocol.md); `tests/domain/test_spending_model.py` tries every order.
"""

import msgspec

from suite.domain.errors import (
    GrantNeeded,
    NotEnoughPoints,
    OfflineAccountLimit,
    OfflineCountLimit,
    OfflineDataInexact,
    OfflineDataOld,
    OfflineStationLimit,
    Refusal,
)
from suite.domain.ids import StationCode
from suite.domain.quantities import Moment, Points

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS

TELEPHONE = (
    GrantNeeded,
    OfflineAccountLimit,
    OfflineCountLimit,
    OfflineDataInexact,
    OfflineDataOld,
    OfflineStationLimit,
)
"""Refusals that central can lift by telephone, for it knows what the station does not."""


class AgeStep(msgspec.Struct, frozen=True, array_like=True):
    """With data of at most so many hours, a member may spend so many points here that central has not confirmed."""

    hours: int
    points: Points


class StationRisk(msgspec.Struct, frozen=True, array_like=True):
    """A station's own risk budget, in the place of the policy's."""

    station: StationCode
    risk: Points


class OfflinePolicy(msgspec.Struct, frozen=True):
    """The limits of a network. `steps` by rising age and falling points; `risk` is a station's budget for all members.

    `redemptions` is how many one member may have here that central has not confirmed.
    """

    steps: tuple[AgeStep, ...] = (AgeStep(24, Points(5000)), AgeStep(72, Points(2000)), AgeStep(168, Points(500)))
    risk: Points = Points(20_000)
    redemptions: int = 5
    grants_required: bool = False
    """Only points that central granted for this station and member are spent: no overdraft at all."""
    stations: tuple[StationRisk, ...] = ()

    def cap(self, age: int) -> Points:
        """F: what a member may spend unconfirmed on data so many milliseconds old; 0 when it is too old."""
        if self.grants_required:
            return Points(0)
        return next((step.points for step in self.steps if age <= step.hours * HOUR_MS), Points(0))

    def largest_cap(self) -> Points:
        """The F of the bound: what holds for the freshest data."""
        return self.cap(0)

    def risk_of(self, station: StationCode) -> Points:
        """R: what the station may hand out unconfirmed, to all members together and beyond their grants."""
        return next((own.risk for own in self.stations if own.station == station), self.risk)


class FeedSeen(msgspec.Struct, frozen=True, array_like=True):
    """The feed a station decided upon: its count of facts, and central's clock when it was made."""

    count: int
    at: Moment


class Authorisation(msgspec.Struct, frozen=True, array_like=True):
    """Which of central's telephone authorisations was used: the day it was for, ISO 8601, and its number.

    Station, card and points are those of the redemption; the number tells equal ones of a day apart.
    """

    day: str
    number: int


class Known(msgspec.Struct, frozen=True):
    """What a station knows when a member asks for a prize.

    `exact` is whether the acknowledged entries are for certain those that the balance includes; `age` is of the feed,
    in milliseconds. `spent` and `redemptions` are the member's own here, not acknowledged and not authorised, `granted`
    what central set aside for them here, `others` what all other members spent here beyond their grants.
    """

    exact: bool
    age: int
    balance: Points
    spent: Points = Points(0)
    redemptions: int = 0
    granted: Points = Points(0)
    others: Points = Points(0)


def decide(policy: OfflinePolicy, station: StationCode, known: Known, points: Points) -> Refusal | None:
    """Why a station may not hand out a prize of so many points on its own word; None when it may."""
    if not known.exact:
        return OfflineDataInexact()
    if points > known.balance:
        return NotEnoughPoints(balance=known.balance, price=points)
    beyond = max(0, known.spent + points - known.granted)
    return _limit(policy, station, known, points, beyond) if beyond else None


def _limit(policy: OfflinePolicy, station: StationCode, known: Known, points: Points, beyond: int) -> Refusal | None:
    """The first limit that so many points beyond the grant would pass."""
    cap, risk = policy.cap(known.age), policy.risk_of(station)
    limits: tuple[tuple[bool, Refusal], ...] = (
        (policy.grants_required, GrantNeeded(left=max(0, known.granted - known.spent), points=points)),
        (not cap, OfflineDataOld(days=known.age // DAY_MS)),
        (beyond > cap, OfflineAccountLimit(limit=cap, spent=known.spent)),
        (known.others + beyond > risk, OfflineStationLimit(limit=risk)),
        (known.redemptions >= policy.redemptions, OfflineCountLimit(limit=policy.redemptions)),
    )
    return next((refusal for passed, refusal in limits if passed), None)


def age_of(feed: Moment, at: Moment, newest: Moment) -> int:
    """The age of a feed at a moment, in milliseconds: a clock set back behind the newest entry helps nobody."""
    return max(0, max(at, newest) - feed)
