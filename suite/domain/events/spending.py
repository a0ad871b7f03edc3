"""Facts of the office about spending with no link (PRZ-6): points held, granted, and what passed the limits."""

from suite.domain.events.base import CentralEvent
from suite.domain.ids import AccountId, CardNumber, PrizeCode, StationCode
from suite.domain.quantities import Points


class PointsAuthorised(CentralEvent, frozen=True, kw_only=True, tag="PointsAuthorised.1"):
    """Points are held for one prize at one station, on one day; then the digits were read out by telephone.

    `number` tells equal ones of a day apart.
    """

    station: StationCode
    account: AccountId
    card: CardNumber
    points: Points
    day: str
    number: int


class HoldReleased(CentralEvent, frozen=True, kw_only=True, tag="HoldReleased.1"):
    """Points that were held are free again: the station's journal went beyond the day without the prize.

    `hold` is the place of the authorisation in this journal.
    """

    hold: int


class PointsReleased(CentralEvent, frozen=True, kw_only=True, tag="PointsReleased.1"):
    """Points kept for a station that is lost are free again, by a person's word and for a `reason`.

    `hold` is the place of the authorisation in this journal, 0 for what was granted. A prize that left on them and
    comes in after all counts, and is disputed.
    """

    station: StationCode
    account: AccountId
    points: Points
    reason: str
    hold: int = 0


class PointsGranted(CentralEvent, frozen=True, kw_only=True, tag="PointsGranted.1"):
    """Points of a member that only this station may hand out prizes for, whatever it knows of others."""

    station: StationCode
    account: AccountId
    points: Points


class SpendingDisputed(CentralEvent, frozen=True, kw_only=True, tag="SpendingDisputed.1"):
    """A prize left outside the limits of spending with no link. `why` is the code of the limit.

    `journal` and `seq` say where it stands; it counts all the same.
    """

    journal: int
    seq: int
    station: StationCode
    card: CardNumber
    prize: PrizeCode
    points: Points
    why: str


SpendingFact = PointsAuthorised | HoldReleased | PointsReleased | PointsGranted | SpendingDisputed
