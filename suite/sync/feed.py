"""Central's word to one station: state, not history. Header signed, pages hashed into it, taken as one unit.

The balances and the acknowledgement they include travel in one header (protocol, rule 4): a station adds to a
balance exactly those of its own entries that come after `ack`.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from suite.domain.errors import N_
from suite.domain.ids import (
    NO_TIER,
    AccountId,
    AttendantNumber,
    CardNumber,
    PrizeCode,
    PromotionCode,
    SegmentCode,
    ShippingNote,
    StationCode,
    TierCode,
)
from suite.domain.lots import Expiring
from suite.domain.programme import CardRole, CardStatus, Programme
from suite.domain.promotions import PersonalRate
from suite.domain.quantities import Moment, Points
from suite.domain.tiers import Assignment
from suite.journal.entry import Tip
from suite.journal.keys import Signer, signed_by
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.sync.frames import FEED, HOT, PAGE, Frame
from suite.sync.outpost_pages import DeliveryPage, NetworkPage

ROWS_A_PAGE = 5000


class AccountRow(msgspec.Struct, frozen=True, array_like=True):
    """A member's account as central knows it; `greeting` is all a station is told of the person.

    `qualifying` are the points of the tier's window, `expiring` what goes at the next closes, `assigned` a tier by hand
    that ends on its day, whether or not the station hears of it.
    """

    account: AccountId
    balance: Points
    greeting: str
    tier: TierCode = NO_TIER
    qualifying: int = 0
    segments: tuple[SegmentCode, ...] = ()
    expiring: tuple[Expiring, ...] = ()
    rates: tuple[PersonalRate, ...] = ()
    assigned: Assignment | None = None


class CardRow(msgspec.Struct, frozen=True, array_like=True):
    """A card; `account` is 0 while it belongs to nobody. `used` says that it earned once."""

    card: CardNumber
    account: AccountId
    status: CardStatus = "active"
    role: CardRole = "holder"
    issued: str = ""
    used: bool = False


class AliasRow(msgspec.Struct, frozen=True, array_like=True):
    """An account that is another one's since they were merged."""

    account: AccountId
    root: AccountId


class FirstPurchaseRow(msgspec.Struct, frozen=True, array_like=True):
    """The day of an account's first purchase in the interval of a promotion that asks for one."""

    promotion: PromotionCode
    account: AccountId
    day: str


class AttendantRow(msgspec.Struct, frozen=True, array_like=True):
    """`issue` is the entry at central that gave out the PIN: a newer one gives the tries back."""

    attendant: AttendantNumber
    name: str
    verifier: str
    manager: bool
    issue: int


class ShipmentRow(msgspec.Struct, frozen=True, array_like=True):
    note: ShippingNote
    prize: PrizeCode
    quantity: int


class MovementRow(msgspec.Struct, frozen=True, array_like=True):
    """A movement made elsewhere, of an account that is known at this station."""

    account: AccountId
    at: Moment
    station: str
    kind: str
    points: Points
    reference: str


class ProgrammePage(msgspec.Struct, frozen=True, tag="programme"):
    rows: tuple[Programme, ...]


class AccountPage(msgspec.Struct, frozen=True, tag="account"):
    rows: tuple[AccountRow, ...]


class CardPage(msgspec.Struct, frozen=True, tag="card"):
    rows: tuple[CardRow, ...]


class AttendantPage(msgspec.Struct, frozen=True, tag="attendant"):
    rows: tuple[AttendantRow, ...]


class ShipmentPage(msgspec.Struct, frozen=True, tag="shipment"):
    rows: tuple[ShipmentRow, ...]


class MovementPage(msgspec.Struct, frozen=True, tag="movement"):
    rows: tuple[MovementRow, ...]


class AliasPage(msgspec.Struct, frozen=True, tag="alias"):
    rows: tuple[AliasRow, ...]


class FirstPurchasePage(msgspec.Struct, frozen=True, tag="first-purchase"):
    rows: tuple[FirstPurchaseRow, ...]


class HoldRow(msgspec.Struct, frozen=True, array_like=True):
    """Points of a member that central holds for an authorisation at this station; the balances are without them."""

    card: CardNumber
    points: Points
    day: str
    number: int
    account: AccountId


class HoldPage(msgspec.Struct, frozen=True, tag="hold"):
    rows: tuple[HoldRow, ...]


class GrantRow(msgspec.Struct, frozen=True, array_like=True):
    """What is left of the points that central granted a member for this station; the balance holds them."""

    account: AccountId
    points: Points


class GrantPage(msgspec.Struct, frozen=True, tag="grant"):
    rows: tuple[GrantRow, ...]


Page = (
    ProgrammePage
    | AccountPage
    | CardPage
    | AttendantPage
    | ShipmentPage
    | MovementPage
    | AliasPage
    | FirstPurchasePage
    | HoldPage
    | GrantPage
    | NetworkPage
    | DeliveryPage
)
_pages = msgspec.json.Decoder(Page)


class Ack(msgspec.Struct, frozen=True, array_like=True):
    """The last entry of the station's journal that these balances include: place and head in hexadecimal."""

    seq: int
    head: str

    @property
    def tip(self) -> Tip:
        return Tip(self.seq, bytes.fromhex(self.head))


class FeedHeader(msgspec.Struct, frozen=True):
    """What central signs. `to` counts every fact central had admitted; a feed with a lower count is older."""

    log: str
    station: StationCode
    station_name: str
    to: int
    at: Moment
    ack: Ack
    pages: tuple[str, ...]
    number: int = 0
    """The station's number in the network, for provisional accounts."""
    era: int = 0
    """How often central came back from a backup: a feed of a later era is newer whatever its count."""
    forked: bool = False
    """This journal went on in two ways under one key: its PC was restored or copied, and must begin a next one."""
    others: tuple[Ack, ...] = ()
    """Ends of this station's other journals, and the place where this one went on from them, if central has it."""
    witness: Ack = Ack(0, "")
    """How far central's own journal was: kept by stations and echoed in their marks."""


class Feed(msgspec.Struct, frozen=True):
    """A verified feed: its header, the hash that names it, and its pages in order."""

    header: FeedHeader
    name: str
    pages: tuple[Page, ...]


def in_pages(page: type[Page], rows: Iterable[object]) -> Iterable[Page]:
    """Rows cut into pages of a size that any machine can hold."""
    rest = iter(rows)
    while chunk := tuple(islice(rest, ROWS_A_PAGE)):
        yield page(chunk)  # type: ignore[arg-type]  # each table has its own row type


def feed_frames(header: FeedHeader, pages: Sequence[Page], signer: Signer) -> list[Frame]:
    """The frames of a feed; the header's page list is filled in here, then signed."""
    contents = [msgspec.json.encode(page) for page in pages]
    hashes = tuple(hashlib.sha256(content).hexdigest() for content in contents)
    payload = msgspec.json.encode(msgspec.structs.replace(header, pages=hashes))
    signature = signer.sign(b"feed", payload).hex().encode()
    return [Frame(FEED, payload + b"\n" + signature), *(Frame(PAGE, content) for content in contents)]


def feed_name(frame: Frame) -> str:
    """The hash that names a feed: of its header as signed."""
    return hashlib.sha256(frame.content.rpartition(b"\n")[0]).hexdigest()


class HotList(msgspec.Struct, frozen=True):
    """Cards whose state changed after the count `since`, up to `to`: the hot list as a delta (MEM-13).

    It says the same to every station of the network, so any stick may carry it on.
    """

    net: str
    since: int
    to: int
    at: Moment
    cards: tuple[CardRow, ...]


def hot_frame(hot: HotList, signer: Signer) -> Frame:
    """The hot list as central signs it."""
    payload = msgspec.json.encode(hot)
    return Frame(HOT, payload + b"\n" + signer.sign(b"hot", payload).hex().encode())


def read_hot(frame: Frame, *, net: str, central: bytes) -> HotList:
    """A hot list signed by this network's central. Raises BundleRefused."""
    try:
        payload, signature = _signed_parts(frame)
        hot = msgspec.json.decode(payload, type=HotList)
        if not signed_by(central, b"hot", payload, signature) or hot.net != net:
            raise ValueError(hot.net)
    except (*HOSTILE_JSON, ValueError) as error:
        raise _not_signed() from error
    return hot


def _signed_parts(frame: Frame) -> tuple[bytes, bytes]:
    payload, _, signature = frame.content.rpartition(b"\n")
    try:
        return payload, bytes.fromhex(signature.decode("ascii"))
    except ValueError as error:
        raise _not_signed() from error


def _not_signed() -> BundleRefused:
    return BundleRefused(
        N_("This bundle is not signed by this network's central. Nothing of it was taken; call central.")
    )


def read_feed(frames: list[Frame], *, log: bytes, central: bytes) -> Feed:
    """The feed in a bundle, signed by central for this very journal, all pages there. Raises BundleRefused."""
    if not frames or frames[0].kind != FEED:
        raise BundleRefused(N_("This bundle brings no data from central. Export one at central for this station."))
    payload, signature = _signed_parts(frames[0])
    contents = [frame.content for frame in frames[1:] if frame.kind == PAGE]
    try:
        signed = signed_by(central, b"feed", payload, signature)
        header = msgspec.json.decode(payload, type=FeedHeader)
        hashes = tuple(hashlib.sha256(content).hexdigest() for content in contents)
        if not signed or header.log != log.hex() or header.pages != hashes:
            raise ValueError(header.log)
        pages = tuple(_pages.decode(content) for content in contents)
    except (*HOSTILE_JSON, ValueError) as error:
        raise _not_signed() from error
    return Feed(header, feed_name(frames[0]), pages)
