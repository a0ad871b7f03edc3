"""Central's word to one station: state, not history. Header signed, pages hashed into it, taken as one unit.

The balances and the acknowledgement they include travel in one header (protocol, rule 4): a station adds to a
balance exactly those of its own entries that come after `ack`.
"""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import islice

import msgspec

from suite.domain.errors import N_
from suite.domain.ids import AccountId, AttendantNumber, CardNumber, PrizeCode, ShippingNote, StationCode
from suite.domain.programme import Programme
from suite.domain.quantities import Moment, Points
from suite.journal.entry import Tip
from suite.journal.keys import Signer, signed_by
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.sync.frames import FEED, PAGE, Frame

ROWS_A_PAGE = 5000


class AccountRow(msgspec.Struct, frozen=True, array_like=True):
    """An account as central knows it; `greeting` is all a station is told of the person."""

    account: AccountId
    balance: Points
    greeting: str


class CardRow(msgspec.Struct, frozen=True, array_like=True):
    card: CardNumber
    account: AccountId
    blocked: bool = False


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


Page = ProgrammePage | AccountPage | CardPage | AttendantPage | ShipmentPage | MovementPage
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


def read_feed(frames: list[Frame], *, log: bytes, central: bytes) -> Feed:
    """The feed in a bundle, signed by central for this very journal, all pages there. Raises BundleRefused."""
    if not frames or frames[0].kind != FEED:
        raise BundleRefused(N_("This bundle brings no data from central. Export one at central for this station."))
    payload, _, signature = frames[0].content.rpartition(b"\n")
    contents = [frame.content for frame in frames[1:] if frame.kind == PAGE]
    try:
        signed = signed_by(central, b"feed", payload, bytes.fromhex(signature.decode("ascii")))
        header = msgspec.json.decode(payload, type=FeedHeader)
        hashes = tuple(hashlib.sha256(content).hexdigest() for content in contents)
        if not signed or header.log != log.hex() or header.pages != hashes:
            raise ValueError(header.log)
        pages = tuple(_pages.decode(content) for content in contents)
    except (*HOSTILE_JSON, ValueError) as error:
        raise BundleRefused(
            N_("This bundle is not signed by this network's central. Nothing of it was taken; call central.")
        ) from error
    return Feed(header, hashlib.sha256(payload).hexdigest(), pages)
