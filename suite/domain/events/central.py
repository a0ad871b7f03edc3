"""Facts of the office: who belongs, what holds, what was shipped, closed, settled and printed.

Personal data and PIN verifiers are never in a fact: it holds the commitment of a blob kept apart (forgettable
payload), so that erasing the blob leaves the journal provable (design.md 3).
"""

import msgspec

from suite.domain.calendar import Month
from suite.domain.events.base import CentralEvent
from suite.domain.events.station import PrizeCount
from suite.domain.ids import (
    AccountId,
    AttendantNumber,
    CardNumber,
    GroupCode,
    OrderNumber,
    ShippingNote,
    StationCode,
)
from suite.domain.programme import Programme
from suite.domain.quantities import Centavos, Points, Rate


class ProgrammePublished(CentralEvent, frozen=True, kw_only=True, tag="ProgrammePublished.1"):
    """The rules that hold from here on, whole."""

    programme: Programme


class StationAdded(CentralEvent, frozen=True, kw_only=True, tag="StationAdded.1"):
    """A station joined the network; `point_value` replaces the programme's when it is given."""

    station: StationCode
    name: str
    point_value: Rate | None = None


class StationInvited(CentralEvent, frozen=True, kw_only=True, tag="StationInvited.1"):
    """An invitation with a one-time code went out; `secret` commits to the key the code derives."""

    station: StationCode
    invitation: str
    secret: str


class StationPaired(CentralEvent, frozen=True, kw_only=True, tag="StationPaired.1"):
    """A station's journal is accepted from here on; `genesis` is that journal's first entry as written."""

    station: StationCode
    invitation: str
    genesis: str


class MemberEnrolled(CentralEvent, frozen=True, kw_only=True, tag="MemberEnrolled.1"):
    """A member and the account they own (MEM-1). `personal` commits to name and document."""

    account: AccountId
    personal: str


class CardIssued(CentralEvent, frozen=True, kw_only=True, tag="CardIssued.1"):
    """A card adds to and spends that account (MEM-5, MEM-6)."""

    card: CardNumber
    account: AccountId


class CardBlocked(CentralEvent, frozen=True, kw_only=True, tag="CardBlocked.1"):
    """A card may neither earn nor redeem from here on (MEM-5)."""

    card: CardNumber


class AttendantAppointed(CentralEvent, frozen=True, kw_only=True, tag="AttendantAppointed.1"):
    """An attendant works at a station (CEN-2). `personal` commits to the name, `verifier` to the PIN's verifier."""

    station: StationCode
    attendant: AttendantNumber
    personal: str
    verifier: str
    manager: bool = False


class AttendantPinSet(CentralEvent, frozen=True, kw_only=True, tag="AttendantPinSet.1"):
    """A new PIN was given out; the attendant's tries start anew."""

    station: StationCode
    attendant: AttendantNumber
    verifier: str


class PrizesShipped(CentralEvent, frozen=True, kw_only=True, tag="PrizesShipped.1"):
    """Prizes left for a station on consignment (STK-1)."""

    station: StationCode
    note: ShippingNote
    lines: tuple[PrizeCount, ...]


class ExpiredPoints(msgspec.Struct, frozen=True, array_like=True):
    """The points one account lost at a close."""

    account: AccountId
    points: Points


class PointsExpired(CentralEvent, frozen=True, kw_only=True, tag="PointsExpired.1"):
    """Accounts that lost points at the close of a month (PTS-4); a close writes as many of these as it needs."""

    month: Month
    accounts: tuple[ExpiredPoints, ...]


class MonthClosed(CentralEvent, frozen=True, kw_only=True, tag="MonthClosed.1"):
    """A month is closed for ever (CEN-3), with what expired in all."""

    month: Month
    accounts: int
    points: Points


class SettlementLine(msgspec.Struct, frozen=True, array_like=True):
    """Points of one product group, earned in `month`, and their value; the group by its name of that day."""

    month: Month
    group: GroupCode
    name: str
    points: Points
    amount: Centavos


class StationSettled(CentralEvent, frozen=True, kw_only=True, tag="StationSettled.1"):
    """What one station owes for the points it gave (CEN-4). Lines of an earlier month came late.

    All that its paper shows is in it, as of `day`, so that printing it again in ten years gives the same.
    """

    month: Month
    station: StationCode
    station_name: str
    network: str
    currency: str
    day: str
    point_value: Rate
    lines: tuple[SettlementLine, ...]
    points: Points
    amount: Centavos


class MonthSettled(CentralEvent, frozen=True, kw_only=True, tag="MonthSettled.1"):
    """All stations of a month are settled together."""

    month: Month
    stations: int
    points: Points
    amount: Centavos


class DeliverySlipIssued(CentralEvent, frozen=True, kw_only=True, tag="DeliverySlipIssued.1"):
    """A scheduled prize was confirmed and its slip numbered (PRZ-3)."""

    order: OrderNumber
    slip: int
    prize_name: str


CentralFact = (
    ProgrammePublished
    | StationAdded
    | StationInvited
    | StationPaired
    | MemberEnrolled
    | CardIssued
    | CardBlocked
    | AttendantAppointed
    | AttendantPinSet
    | PrizesShipped
    | PointsExpired
    | MonthClosed
    | StationSettled
    | MonthSettled
    | DeliverySlipIssued
)
