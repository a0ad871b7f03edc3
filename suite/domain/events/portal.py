"""Facts of a portal: what members asked for. Central decides; until then nothing else has happened (WEB-3, WEB-4)."""

from suite.domain.events.base import Event
from suite.domain.ids import AccountId, CardNumber, PrizeCode, RequestNumber
from suite.domain.quantities import Points


class Asked(Event, frozen=True, kw_only=True):
    """Something a member asked for at a portal, who holds that card."""

    request: RequestNumber
    account: AccountId
    card: CardNumber


class PrizeAsked(Asked, frozen=True, kw_only=True, tag="PrizeAsked.1"):
    """A member asked for a prize to be delivered (PRZ-3), at the price in points that the portal showed.

    `place` commits to where it is to go, a blob that travels beside the journal and can be forgotten.
    """

    prize: PrizeCode
    points: Points
    place: str


class ProfileChangeAsked(Asked, frozen=True, kw_only=True, tag="ProfileChangeAsked.1"):
    """A member asked for their own data to be changed. `profile` commits to what is to be other, a blob."""

    profile: str


class LeaveAsked(Asked, frozen=True, kw_only=True, tag="LeaveAsked.1"):
    """A member asked to leave the programme (MEM-9)."""


PortalEvent = PrizeAsked | ProfileChangeAsked | LeaveAsked
