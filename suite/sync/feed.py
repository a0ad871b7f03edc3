"""Central's word to one station: state, not history. Header signed, pages hashed into it, taken as one unit.

The balances and the acknowledgement they include travel in one header (protocol, rule 4): a station adds to a
balance exactly those of its own entries that come after `ack`.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice
from typing import get_args

import msgspec

from suite.domain.errors import N_
from suite.domain.ids import (
    NO_TIER,
    AccountId,
    AttendantNumber,
    CardNumber,
    PrizeCode,
    PromotionCode,
    QuestionCode,
    SegmentCode,
    ShippingNote,
    StationCode,
    TierCode,
)
from suite.domain.lots import Expiring
from suite.domain.messages import Shown
from suite.domain.programme import CardRole, CardStatus, Programme
from suite.domain.promotions import PersonalRate
from suite.domain.quantities import Moment, Points
from suite.domain.tiers import Assignment
from suite.journal.entry import Tip
from suite.journal.keys import Signer, signed_by
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.sync.desk_pages import DESK_KEYS, DeskPage
from suite.sync.digest import Digest
from suite.sync.frames import FEED, PAGE, Frame, signed_parts
from suite.sync.order_page import ClosedPage, OrderPage
from suite.sync.outpost_pages import DeliveryPage, MemberPage, NetworkPage, OfferPage, RequestPage
from suite.sync.shelf_pages import StationPage, TransferPage
from suite.sync.spending_pages import GrantPage, HoldPage

ROWS_A_PAGE = 5000

Progress = Callable[[int, int], None]
"""Told while something long goes on: how much is done, of how much."""


def in_silence(done: int, of: int) -> None:
    """Nobody watches."""


class AccountRow(msgspec.Struct, frozen=True, array_like=True):
    """A member's account as central knows it; `greeting` is all a station is told of the person.

    `qualifying` are the points of the tier's window, `expiring` what goes at the next closes, `assigned` a tier by hand
    that ends on its day, whether or not the station hears of it, `shown` how often which messages were said,
    `answered` the questions of the programme that have an answer.
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
    shown: tuple[Shown, ...] = ()
    answered: tuple[QuestionCode, ...] = ()


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


class GoneRow(msgspec.Struct, frozen=True, array_like=True):
    """A row that a delta takes away: the type of its page, and its key (`KEYS`)."""

    table: str
    key: tuple[int | str, ...]


class GonePage(msgspec.Struct, frozen=True, tag="gone"):
    rows: tuple[GoneRow, ...]


TablePage = (
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
    | OrderPage
    | ClosedPage
    | StationPage
    | TransferPage
    | DeskPage
)
Page = TablePage | GonePage | NetworkPage | DeliveryPage | MemberPage | OfferPage | RequestPage
_pages = msgspec.json.Decoder(Page)


TABLES: dict[str, type[TablePage]] = {page.__struct_config__.tag: page for page in get_args(TablePage)}
"""What a station keeps, by the type of its page."""

KEYS: dict[str, tuple[str, ...]] = {
    "programme": (),
    "account": ("account",),
    "card": ("card",),
    "attendant": ("attendant",),
    "shipment": ("note", "prize"),
    "movement": ("account", "at", "reference", "kind"),
    "alias": ("account",),
    "first-purchase": ("account", "promotion"),
    "hold": ("card", "points", "day", "number"),
    "grant": ("account",),
    "order": ("number",),
    "closed": ("issuer", "seq"),
    "station": ("station",),
    "transfer": ("note", "prize"),
    **DESK_KEYS,
}
"""By what a row of each table is known. There is one programme: the next one takes its place."""


def key_of(table: str, row: object) -> tuple[int | str, ...]:
    """The key of a row of a table."""
    return tuple(getattr(row, name) for name in KEYS[table])


def is_row_at(table: str, key: str, content: bytes, account: int | None) -> bool:
    """Whether a row in JSON has that key and, where one is named, is of that account. False for what is no row."""
    if table not in TABLES:
        return False
    (rows,) = msgspec.structs.fields(TABLES[table])
    try:
        row = msgspec.json.decode(content, type=get_args(rows.type)[0])
    except HOSTILE_JSON:
        return False
    return encode_key(table, row) == key and account in (None, getattr(row, "account", None))


def encode_key(table: str, row: object) -> str:
    """The key of a row, in JSON."""
    return msgspec.json.encode(key_of(table, row)).decode()


def decode_key(text: str) -> tuple[int | str, ...]:
    """A key out of JSON."""
    return msgspec.json.decode(text, type=tuple[int | str, ...])


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
    bases: tuple[str, ...] = ()
    """The feeds, by name, of which this one builds on any; none: it is whole and builds on nothing."""
    digests: tuple[Digest, ...] = ()
    """What the station holds after this feed, table by table."""
    withdrawal: str = ""
    """The network's key of withdrawal codes, in hexadecimal; only stations are told (PRZ-8)."""


class Feed:
    """A feed whose header is verified: the hash that names it, the header as it was signed, pages as they are read."""

    def __init__(self, signed: bytes, header: FeedHeader, rest: Iterator[Frame], *, outdated: bool = False) -> None:
        self.signed = signed
        self.outdated = outdated
        """Signed with a key that central replaced: no news, or none of central's."""
        self.header = header
        self.name = name_of_feed(signed)
        self.beside: list[Frame] = []
        """What came beside the pages, once these were read."""
        self._rest = rest

    def pages(self, progress: Progress = in_silence) -> Iterator[Page]:
        """Each page in its place, one at a time; `progress` hears how many of how many.

        Raises BundleRefused, also at the end, when one is missing: what came before must be undone.
        """
        hashes, place = self.header.pages, 0
        for frame in self._rest:
            if frame.kind != PAGE:
                self.beside.append(frame)
                continue
            if place == len(hashes) or hashlib.sha256(frame.content).hexdigest() != hashes[place]:
                raise not_signed()
            try:
                page = _pages.decode(frame.content)
            except HOSTILE_JSON as error:
                raise not_signed() from error
            yield page
            place += 1
            progress(place, len(hashes))
        if place != len(hashes):
            raise not_signed()


def in_pages(table: str, rows: Iterable[bytes]) -> Iterator[bytes]:
    """Rows of one table, in JSON already, as pages of a size that any machine can hold."""
    rest, head = iter(rows), b'{"type":' + msgspec.json.encode(table) + b',"rows":['
    while chunk := list(islice(rest, ROWS_A_PAGE)):
        yield head + b",".join(chunk) + b"]}"


def feed_frames(header: FeedHeader, pages: Iterable[bytes], signer: Signer) -> list[Frame]:
    """The frames of a feed; the header's page list is filled in here, then signed."""
    contents = list(pages)
    hashes = tuple(hashlib.sha256(content).hexdigest() for content in contents)
    payload = msgspec.json.encode(msgspec.structs.replace(header, pages=hashes))
    signature = signer.sign(b"feed", payload).hex().encode()
    return [Frame(FEED, payload + b"\n" + signature), *(Frame(PAGE, content) for content in contents)]


def name_of_feed(signed: bytes) -> str:
    """The hash that names a feed: of its header as signed."""
    return hashlib.sha256(signed.rpartition(b"\n")[0]).hexdigest()


def signed_words(frame: Frame) -> tuple[bytes, bytes]:
    """What a frame of central's says, and the signature, unverified. Raises BundleRefused."""
    payload, _, signature = frame.content.rpartition(b"\n")
    try:
        return payload, bytes.fromhex(signature.decode("ascii"))
    except ValueError as error:
        raise not_signed() from error


def not_signed() -> BundleRefused:
    """The sentence for words that are not central's."""
    return BundleRefused(
        N_("This bundle is not signed by this network's central. Nothing of it was taken; call central.")
    )


def read_feed(frames: Iterator[Frame], *, log: bytes, central: bytes, replaced: Collection[bytes] = ()) -> Feed:
    """The feed in a bundle, signed by central for this very journal. Raises BundleRefused.

    `central` is the key that it works with, `replaced` those before: what one of them signed is said to be `outdated`.
    """
    first = next(frames, None)
    if first is None or first.kind != FEED:
        raise BundleRefused(N_("This bundle brings no data from central. Export one at central for this station."))
    payload, signature = signed_words(first)
    try:
        header = msgspec.json.decode(payload, type=FeedHeader)
        by = [key for key in (central, *replaced) if signed_by(key, b"feed", payload, signature)]
        if not by or header.log != log.hex():
            raise ValueError(header.log)
    except (*HOSTILE_JSON, ValueError) as error:
        raise not_signed() from error
    return Feed(first.content, header, frames, outdated=by[0] != central)


def header_of(signed: bytes) -> FeedHeader:
    """A header out of the bytes that were signed. Whether they are genuine was asked when they came."""
    return msgspec.json.decode(signed.rpartition(b"\n")[0], type=FeedHeader)


def read_header(signed: bytes, central: Collection[bytes]) -> FeedHeader | None:
    """A header out of the bytes that were signed; None when none of this central's keys signed them."""
    payload, signature = signed_parts(Frame(FEED, signed))
    if not any(signed_by(key, b"feed", payload, signature) for key in central):
        return None
    return header_of(signed)
