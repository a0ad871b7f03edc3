"""Facts of the office about people: members, their cards, who is one with whom, who left."""

import msgspec

from suite.domain.events.base import CentralEvent
from suite.domain.ids import AccountId, CardNumber, PromotionCode, SegmentCode, StationCode
from suite.domain.programme import CardRole, CardStatus
from suite.domain.quantities import Rate


class MemberEnrolled(CentralEvent, frozen=True, kw_only=True, tag="MemberEnrolled.1"):
    """A member and the account they own (MEM-1). `personal` commits to name and document.

    A `fleet` is the account of the fleet's owner, for which its trucks' cards earn (MEM-7).
    """

    account: AccountId
    personal: str
    fleet: bool = False


class ProfileChanged(CentralEvent, frozen=True, kw_only=True, tag="ProfileChanged.1"):
    """A member's own data is other than it was (WEB-3): `personal` commits to all of it, in the earlier's place."""

    account: AccountId
    personal: str


class ConsentGiven(CentralEvent, frozen=True, kw_only=True, tag="ConsentGiven.1"):
    """A member's signed authorisation was filed (MEM-4); `consent` commits to it."""

    account: AccountId
    consent: str


class CardsPrinted(CentralEvent, frozen=True, kw_only=True, tag="CardsPrinted.1"):
    """Cards that belong to nobody yet went to a station's box (MEM-5, MEM-13)."""

    station: StationCode
    cards: tuple[CardNumber, ...]


class CardIssued(CentralEvent, frozen=True, kw_only=True, tag="CardIssued.1"):
    """A card adds to and spends that account (MEM-5, MEM-6); a truck's card only adds (MEM-7).

    `issued` is the day of the card's issue, ISO 8601, where it is not the day of this entry.
    """

    card: CardNumber
    account: AccountId
    role: CardRole = "holder"
    issued: str = ""
    replaces: CardNumber = CardNumber("")
    """The card that gave way: its successor is no new card to any promotion."""


class CardBlocked(CentralEvent, frozen=True, kw_only=True, tag="CardBlocked.1"):
    """A card may neither earn nor redeem from here on (MEM-5)."""

    card: CardNumber


class CardMarked(CentralEvent, frozen=True, kw_only=True, tag="CardMarked.1"):
    """A card is active, blocked, lost or replaced from here on (MEM-5)."""

    card: CardNumber
    status: CardStatus


class AccountsMerged(CentralEvent, frozen=True, kw_only=True, tag="AccountsMerged.1"):
    """Two accounts are one member's from here on (MEM-10); each keeps its own movements."""

    account: AccountId
    into: AccountId
    reason: str


class AccountsUnmerged(CentralEvent, frozen=True, kw_only=True, tag="AccountsUnmerged.1"):
    """A merged account is a member of its own again, with its own points and tier."""

    account: AccountId
    reason: str


class ApplicationRejected(CentralEvent, frozen=True, kw_only=True, tag="ApplicationRejected.1"):
    """An enrolment at a station was not accepted; its account is closed like a removed member's."""

    account: AccountId
    reason: str


class MemberRemoved(CentralEvent, frozen=True, kw_only=True, tag="MemberRemoved.1"):
    """A member left (MEM-9): cards are blocked, personal data is erased, what is left of the points is cancelled."""

    account: AccountId
    reason: str


class SegmentChanged(CentralEvent, frozen=True, kw_only=True, tag="SegmentChanged.1"):
    """Members came into a segment or left it."""

    segment: SegmentCode
    added: tuple[AccountId, ...] = ()
    removed: tuple[AccountId, ...] = ()


class MemberRate(msgspec.Struct, frozen=True, array_like=True):
    """One member's own rate."""

    account: AccountId
    rate: Rate


class PersonalRatesSet(CentralEvent, frozen=True, kw_only=True, tag="PersonalRatesSet.1"):
    """The rates that members have in a promotion of their own (PTS-2)."""

    promotion: PromotionCode
    rates: tuple[MemberRate, ...]


MemberFact = (
    MemberEnrolled
    | ProfileChanged
    | ConsentGiven
    | CardsPrinted
    | CardIssued
    | CardBlocked
    | CardMarked
    | AccountsMerged
    | AccountsUnmerged
    | ApplicationRejected
    | MemberRemoved
    | SegmentChanged
    | PersonalRatesSet
)
