"""Facts of the office: who belongs, what holds, what was shipped, closed, settled and printed.

Personal data and PIN verifiers are never in a fact: it holds the commitment of a blob kept apart (forgettable
payload), so that erasing the blob leaves the journal provable (design.md 3).
"""

import msgspec

from suite.domain.calendar import Month
from suite.domain.earning import EarnedLine
from suite.domain.events.access import AccessFact
from suite.domain.events.base import CentralEvent
from suite.domain.events.claims import TicketContested
from suite.domain.events.incidents import IncidentFact
from suite.domain.events.members import MemberFact
from suite.domain.events.messages import MessageFact
from suite.domain.events.network import NetworkFact
from suite.domain.events.spending import SpendingFact
from suite.domain.events.station import PrizeCount
from suite.domain.ids import (
    AccountId,
    AttendantNumber,
    CardNumber,
    DocumentNumber,
    GroupCode,
    OrderNumber,
    ShippingNote,
    StationCode,
    TierCode,
    TransferNote,
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


class AttendantCardDeclared(CentralEvent, frozen=True, kw_only=True, tag="AttendantCardDeclared.1"):
    """A card is an attendant's own or a relative's: its member is not served under that attendant's PIN (STA-11).

    `withdrawn`: it no longer is.
    """

    station: StationCode
    attendant: AttendantNumber
    card: CardNumber
    withdrawn: bool = False


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


class ExpiryCorrected(CentralEvent, frozen=True, kw_only=True, tag="ExpiryCorrected.1"):
    """What closed months would have expired had they known what came in late, less what they did (CEN-3).

    Written in `month`, the open one, for a closed month is never edited. Negative points are given back.
    """

    month: Month
    accounts: tuple[ExpiredPoints, ...]


class MemberTier(msgspec.Struct, frozen=True, array_like=True):
    """The tier that a close found for an account."""

    account: AccountId
    tier: TierCode


class TiersDecided(CentralEvent, frozen=True, kw_only=True, tag="TiersDecided.1"):
    """Accounts whose tier changed at the close of a month (PTS-3); a close writes as many of these as it needs."""

    month: Month
    accounts: tuple[MemberTier, ...]


class TierAssigned(CentralEvent, frozen=True, kw_only=True, tag="TierAssigned.1"):
    """A tier given by hand, a floor until its last day `until`, ISO 8601 (PTS-3)."""

    account: AccountId
    tier: TierCode
    until: str
    reason: str


class MonthClosed(CentralEvent, frozen=True, kw_only=True, tag="MonthClosed.1"):
    """A month is closed for ever (CEN-3), with what expired in all; lots up to `cutoff` were due.

    A `cutoff` of 0 was written before it was recorded: the programme's months of that day before the month.
    """

    month: Month
    accounts: int
    points: Points
    cutoff: Month = Month(0)


class AdjustmentProposed(CentralEvent, frozen=True, kw_only=True, tag="AdjustmentProposed.1"):
    """An adjustment above the limit waits for a second person (PTS-6, CEN-12). Its entry's place is its number."""

    account: AccountId
    points: Points
    reason: str


class PointsAdjusted(CentralEvent, frozen=True, kw_only=True, tag="PointsAdjusted.1"):
    """Points were given or taken by hand (PTS-6). `proposal` names what a first person had proposed, 0 for none."""

    account: AccountId
    points: Points
    reason: str
    proposal: int = 0


class OpeningLot(msgspec.Struct, frozen=True, array_like=True):
    """Points an account brought from another system, earned there in `month`."""

    account: AccountId
    month: Month
    points: Points


class OpeningLoaded(CentralEvent, frozen=True, kw_only=True, tag="OpeningLoaded.1"):
    """Opening balances, as lots of the months in which they were earned (MEM-14)."""

    lots: tuple[OpeningLot, ...]


class FleetInvoiceCredited(CentralEvent, frozen=True, kw_only=True, tag="FleetInvoiceCredited.1"):
    """An invoice issued to a fleet's owner earned, once, after its month's close (PTS-7)."""

    account: AccountId
    month: Month
    document: DocumentNumber
    lines: tuple[EarnedLine, ...]
    points: Points
    version: int


class PointsCancelled(CentralEvent, frozen=True, kw_only=True, tag="PointsCancelled.1"):
    """The points of an account that left, down or up to zero; what comes in late for it is cancelled too."""

    account: AccountId
    points: Points


class OrderCancelled(CentralEvent, frozen=True, kw_only=True, tag="OrderCancelled.1"):
    """A scheduled prize that did not leave is not delivered; its points go back, alive for `grace` closes at least.

    The station where it was ordered gives `money` back.
    """

    order: OrderNumber
    account: AccountId
    points: Points
    grace: int
    reason: str
    money: Centavos = Centavos(0)


class AccrualDisputed(CentralEvent, frozen=True, kw_only=True, tag="AccrualDisputed.1"):
    """A station's accrual is not what its ruleset gives (PTS-9). `journal` and `seq` say where it stands."""

    journal: int
    seq: int
    station: StationCode
    document: DocumentNumber
    claimed: Points
    derived: Points
    why: str


class AccrualsRechecked(CentralEvent, frozen=True, kw_only=True, tag="AccrualsRechecked.1"):
    """Every accrual admitted up to the count `through` was derived again (PTS-9)."""

    through: int
    checked: int
    disputed: int


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
    """A scheduled prize was confirmed, its slip numbered (PRZ-3). A `warehouse` delivers it, else the office."""

    order: OrderNumber
    slip: int
    prize_name: str
    warehouse: StationCode = StationCode("")


class TransferMissed(CentralEvent, frozen=True, kw_only=True, tag="TransferMissed.1"):
    """One side of a note between two stations was not heard of for long (STK-1).

    `journal`, `seq` and `station` say where the side that was heard stands; `came`: it is the receiver's.
    """

    note: TransferNote
    journal: int
    seq: int
    station: StationCode
    came: bool


class CentralRestored(CentralEvent, frozen=True, kw_only=True, tag="CentralRestored.1"):
    """Central was restored from a backup that held `count` facts: what it had recorded after them may be lost."""

    count: int


CentralFact = (
    MemberFact
    | NetworkFact
    | SpendingFact
    | AccessFact
    | MessageFact
    | IncidentFact
    | TicketContested
    | ProgrammePublished
    | StationAdded
    | StationInvited
    | StationPaired
    | AttendantAppointed
    | AttendantPinSet
    | AttendantCardDeclared
    | PrizesShipped
    | PointsExpired
    | ExpiryCorrected
    | TiersDecided
    | TierAssigned
    | MonthClosed
    | AdjustmentProposed
    | PointsAdjusted
    | OpeningLoaded
    | FleetInvoiceCredited
    | PointsCancelled
    | OrderCancelled
    | AccrualDisputed
    | AccrualsRechecked
    | StationSettled
    | MonthSettled
    | DeliverySlipIssued
    | TransferMissed
    | CentralRestored
)
