"""What central tells nodes that are no stations: no more than each needs for its task (SYN-2)."""

from typing import Literal

import msgspec

from suite.domain.deliveries import OrderState
from suite.domain.ids import (
    NO_TIER,
    AccountId,
    CardNumber,
    OrderNumber,
    PrizeCode,
    RequestNumber,
    StationCode,
    TierCode,
)
from suite.domain.lots import Expiring
from suite.domain.quantities import Moment, Points
from suite.domain.requests import RequestState


class NetworkRow(msgspec.Struct, frozen=True, array_like=True):
    """The network as an outpost has to know it: its name on paper, and the zone of its clock."""

    name: str
    zone: str


class NetworkPage(msgspec.Struct, frozen=True, tag="network"):
    rows: tuple[NetworkRow, ...]


class DeliveryRow(msgspec.Struct, frozen=True, array_like=True):
    """An order that a warehouse has to deliver, and of its member what the slip needs: who, where, which telephone.

    `card` are the last digits of the member's card. All of them are empty for a member who left. `dispatched` is the
    moment at which central was told that it left, 0 for not yet.
    """

    order: OrderNumber
    slip: int
    requested: Moment
    issued: Moment
    station: StationCode
    station_name: str
    prize: PrizeCode
    prize_name: str
    points: Points
    member: str
    phone: str
    address: str
    card: str
    dispatched: Moment = Moment(0)


class DeliveryPage(msgspec.Struct, frozen=True, tag="delivery"):
    rows: tuple[DeliveryRow, ...]


class MemberRow(msgspec.Struct, frozen=True, array_like=True):
    """What a portal's page shows of a member: first name and initial, the end of the document, balance, what expires.

    `cards` are those with which they can ask for something.
    """

    account: AccountId
    cards: tuple[CardNumber, ...]
    greeting: str
    document: str
    balance: Points
    tier: TierCode = NO_TIER
    expiring: tuple[Expiring, ...] = ()


class MemberPage(msgspec.Struct, frozen=True, tag="member"):
    rows: tuple[MemberRow, ...]


class OfferRow(msgspec.Struct, frozen=True, array_like=True):
    """A prize that can be ordered; `tiers` reserves it."""

    prize: PrizeCode
    name: str
    points: Points
    tiers: tuple[TierCode, ...] = ()


class OfferPage(msgspec.Struct, frozen=True, tag="offer"):
    rows: tuple[OfferRow, ...]


class RequestRow(msgspec.Struct, frozen=True, array_like=True):
    """What became of a request of this portal. `reason` is the office's, or a code when `state` is `refused`.

    `order` is how far the prize is that was ordered upon it; empty for everything else.
    """

    request: RequestNumber
    state: RequestState
    reason: str = ""
    order: OrderState | Literal[""] = ""


class RequestPage(msgspec.Struct, frozen=True, tag="request"):
    rows: tuple[RequestRow, ...]
