"""Facts of a station: what happened at the pump, in the shop and at its prize shelf."""

from typing import Literal

import msgspec

from suite.domain.earning import EarnedLine, SaleLine
from suite.domain.events.base import Event
from suite.domain.events.member_desk import MemberDeskEvent
from suite.domain.ids import (
    AccountId,
    AttendantNumber,
    CardNumber,
    DocumentNumber,
    PrizeCode,
    ProductCode,
    ShippingNote,
)
from suite.domain.programme import CardRole
from suite.domain.promotions import Buyer, DaySum
from suite.domain.quantities import Centavos, Millis, Moment, Points
from suite.domain.spending import Authorisation, FeedSeen

EntryMode = Literal["swipe", "barcode", "keyed", "paste", "file", "qr", "serial", "global"]
"""How the card number came in; evidence against fraud, as in ISO 8583 field 22.

`swipe` is a magnetic track, `barcode` and `qr` a code, all three typed by a reader in front of this program; `serial`
is a reader on a port of its own, `global` one heard while another program had the keyboard; `keyed` was typed by a
person, `paste` came out of the clipboard, `file` out of a till's file.
"""

IncidentKind = Literal["unknown-card", "document-conflict", "blocked-card", "unknown-product", "beyond-cap"]


class SaleRecorded(Event, frozen=True, kw_only=True, tag="SaleRecorded.1"):
    """A ticket was credited. `version` is the programme's; `points` is the sum over the lines.

    `buyer` and `sums` are what the promotions were decided on: with them and the version anybody decides again. `pos`:
    the lines are those of the POS, nobody typed them (STA-3).
    """

    document: DocumentNumber
    card: CardNumber
    account: AccountId
    lines: tuple[EarnedLine, ...]
    points: Points
    version: int
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")
    buyer: Buyer | None = None
    sums: tuple[DaySum, ...] = ()
    pos: bool = False


class ReversedLine(msgspec.Struct, frozen=True, array_like=True):
    """Points taken back, by the product that had given them."""

    product: ProductCode
    points: Points


class SaleReversed(Event, frozen=True, kw_only=True, tag="SaleReversed.1"):
    """Points of a credited ticket were taken back (PTS-5), from the lot that the sale of `sold_at` opened.

    `amount` is what came back, in the measure of the ticket; `shortfall` are points that were due and not taken.
    `note` is the number of the credit note, which is taken once.
    """

    document: DocumentNumber
    card: CardNumber
    account: AccountId
    sold_at: Moment
    amount: Centavos
    points: Points
    lines: tuple[ReversedLine, ...]
    note: DocumentNumber = DocumentNumber("")
    shortfall: Points = Points(0)
    attendant: AttendantNumber = AttendantNumber("")


class GoodsReturned(Event, frozen=True, kw_only=True, tag="GoodsReturned.1"):
    """Goods came back whose ticket nobody has: the points that they would earn that day were taken (PTS-5)."""

    document: DocumentNumber
    card: CardNumber
    account: AccountId
    lines: tuple[EarnedLine, ...]
    points: Points
    version: int
    shortfall: Points = Points(0)
    attendant: AttendantNumber = AttendantNumber("")


class PrizeRedeemed(Event, frozen=True, kw_only=True, tag="PrizeRedeemed.1"):
    """A prize was handed over from the station's consignment stock (PRZ-2). `document` names a written voucher.

    `feed` is what it was decided upon where the network limits spending with no link (PRZ-6), `authorisation` central's
    by telephone. `beyond` is the code of the limit that a voucher passed, found when it was typed in. `money` was paid
    beside the points (PRZ-7).
    """

    card: CardNumber
    account: AccountId
    prize: PrizeCode
    points: Points
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")
    document: DocumentNumber = DocumentNumber("")
    feed: FeedSeen | None = None
    authorisation: Authorisation | None = None
    beyond: str = ""
    money: Centavos = Centavos(0)


class RedemptionReversed(Event, frozen=True, kw_only=True, tag="RedemptionReversed.1"):
    """A prize came back (PRZ-4): to the shelf, and its points to their lots, alive for `grace` closes at least.

    `redemption` is the place of the hand-over in this journal. `money` was given back.
    """

    redemption: int
    card: CardNumber
    account: AccountId
    prize: PrizeCode
    points: Points
    grace: int
    attendant: AttendantNumber = AttendantNumber("")
    money: Centavos = Centavos(0)


class MemberApplied(Event, frozen=True, kw_only=True, tag="MemberApplied.1"):
    """Somebody enrolled at the station (MEM-1), with a provisional number until central confirms.

    `personal` and `consent` commit to blobs that travel beside the journal and can be forgotten.
    """

    account: AccountId
    card: CardNumber
    personal: str
    consent: str
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")


class CardReplaced(Event, frozen=True, kw_only=True, tag="CardReplaced.1"):
    """A lost card gave way to another of the same account (MEM-13); without a `new` one it is only reported.

    `role` is the lost card's, and so the new one's: a truck's card is replaced by a truck's card.
    """

    card: CardNumber
    account: AccountId
    new: CardNumber = CardNumber("")
    role: CardRole = "holder"
    attendant: AttendantNumber = AttendantNumber("")


class PrizeRequested(Event, frozen=True, kw_only=True, tag="PrizeRequested.1"):
    """A prize was ordered for a later delivery (PRZ-3); its points are held from this moment on.

    `feed`, `authorisation` and `money` are those of `PrizeRedeemed`. It goes to this station when it is `here`, else
    where the member said (`place` commits to that), else to the address of the member's application. With a day in
    `collect` it goes nowhere: until then any station hands it over for the code of journal `issuer` (PRZ-8).
    """

    card: CardNumber
    account: AccountId
    prize: PrizeCode
    points: Points
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")
    feed: FeedSeen | None = None
    authorisation: Authorisation | None = None
    money: Centavos = Centavos(0)
    place: str = ""
    here: bool = False
    collect: str = ""
    issuer: int = 0


class PrizeWithdrawn(Event, frozen=True, kw_only=True, tag="PrizeWithdrawn.1"):
    """What was ordered at place `order` of journal `issuer` was handed over here, from consignment stock (PRZ-8).

    No points move: the order took them. `until` is the last day that the code said.
    """

    issuer: int
    order: int
    card: CardNumber
    account: AccountId
    prize: PrizeCode
    until: str
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")


class PrizeCount(msgspec.Struct, frozen=True, array_like=True):
    """So many of one prize."""

    prize: PrizeCode
    quantity: int


class ShipmentReceived(Event, frozen=True, kw_only=True, tag="ShipmentReceived.1"):
    """Prizes of a shipment came onto the station's shelf (STK-3): `lines` are what came, less than was sent perhaps."""

    note: ShippingNote
    lines: tuple[PrizeCount, ...]


class IncidentOpened(Event, frozen=True, kw_only=True, tag="IncidentOpened.1"):
    """A ticket that could not be credited, kept whole so that nothing is dropped (STA-9)."""

    incident: IncidentKind
    document: DocumentNumber
    card: CardNumber
    lines: tuple[SaleLine, ...]


class PinRefused(Event, frozen=True, kw_only=True, tag="PinRefused.1"):
    """Somebody typed a wrong PIN for this attendant; so many tries were left."""

    attendant: AttendantNumber
    left: int


class AttendantUnlocked(Event, frozen=True, kw_only=True, tag="AttendantUnlocked.1"):
    """A manager gave a locked attendant its tries back."""

    attendant: AttendantNumber
    manager: AttendantNumber


class PinChosen(Event, frozen=True, kw_only=True, tag="PinChosen.1"):
    """An attendant chose a PIN in place of the code that central gave out (STA-2); what it is, no journal tells.

    `issue` is central's count of the codes given to this attendant.
    """

    attendant: AttendantNumber
    issue: int


class DiskFilled(Event, frozen=True, kw_only=True, tag="DiskFilled.1"):
    """The PC's disk was full, and its reserve was given up so that this ticket was still recorded.

    Without a ticket it was given up for checking a PIN.
    """

    document: DocumentNumber = DocumentNumber("")
    card: CardNumber = CardNumber("")


class ShiftOpened(Event, frozen=True, kw_only=True, tag="ShiftOpened.1"):
    """An attendant's shift began (STA-7). Its place in the journal is the shift's number."""

    attendant: AttendantNumber


class Dispensed(msgspec.Struct, frozen=True, array_like=True):
    """What the pumps counted of a product in a shift, in thousandths of its unit."""

    product: ProductCode
    quantity: Millis


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """Prizes of one sort on the shelf: as counted by hand, and as the journal had it at that moment."""

    prize: PrizeCode
    counted: int
    expected: int


class StockCounted(Event, frozen=True, kw_only=True, tag="StockCounted.1"):
    """A manager counted prizes on the shelf, and the shelf is as counted from here on (STK-1)."""

    lines: tuple[Tally, ...]
    attendant: AttendantNumber


class ShiftClosed(Event, frozen=True, kw_only=True, tag="ShiftClosed.1"):
    """An attendant's shift ended (STA-7, STA-12), with what the pumps dispensed and what lies on the shelf.

    `opened` is the place of its `ShiftOpened`. What was credited in between is in the journal itself.
    """

    attendant: AttendantNumber
    opened: int
    dispensed: tuple[Dispensed, ...] = ()
    counted: tuple[Tally, ...] = ()


StationEvent = (
    SaleRecorded
    | SaleReversed
    | GoodsReturned
    | PrizeRedeemed
    | RedemptionReversed
    | PrizeRequested
    | PrizeWithdrawn
    | MemberApplied
    | CardReplaced
    | ShipmentReceived
    | IncidentOpened
    | PinRefused
    | AttendantUnlocked
    | PinChosen
    | DiskFilled
    | ShiftOpened
    | ShiftClosed
    | StockCounted
    | MemberDeskEvent
)
