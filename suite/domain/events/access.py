"""Facts of the office about portals: whose page they hold, and what became of what members asked for there."""

from suite.domain.events.base import CentralEvent
from suite.domain.ids import AccountId, CardNumber, OrderNumber, PrizeCode, RequestNumber, StationCode
from suite.domain.quantities import Points


class PortalAccessGranted(CentralEvent, frozen=True, kw_only=True, tag="PortalAccessGranted.1"):
    """The network's portals hold this member's page from here on (WEB-2)."""

    account: AccountId


class PortalAccessWithdrawn(CentralEvent, frozen=True, kw_only=True, tag="PortalAccessWithdrawn.1"):
    """No portal holds this member's page any more."""

    account: AccountId
    reason: str


class PrizeOrdered(CentralEvent, frozen=True, kw_only=True, tag="PrizeOrdered.1"):
    """A prize that a member asked for at the portal `station` is ordered; its points are held from this moment on."""

    order: OrderNumber
    station: StationCode
    account: AccountId
    card: CardNumber
    prize: PrizeCode
    points: Points


class RequestAccepted(CentralEvent, frozen=True, kw_only=True, tag="RequestAccepted.1"):
    """What a member asked for was done, by the facts just before this one."""

    request: RequestNumber
    reason: str


class RequestRejected(CentralEvent, frozen=True, kw_only=True, tag="RequestRejected.1"):
    """What a member asked for is not done."""

    request: RequestNumber
    reason: str


AccessFact = PortalAccessGranted | PortalAccessWithdrawn | PrizeOrdered | RequestAccepted | RequestRejected
