"""What paper and pages show: plain values, ready to draw, without a rule or a query in them."""

from datetime import date, datetime
from typing import Literal

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.ids import AccountId, CardNumber, OrderNumber, StationCode
from suite.domain.lots import Expiring
from suite.domain.quantities import Centavos, Millis, Moment, Points, Rate


class StatementLine(msgspec.Struct, frozen=True):
    """One row of a settlement: a product group, and the month its points were earned in."""

    group: str
    month: str
    points: Points
    amount: Centavos
    late: bool


class Statement(msgspec.Struct, frozen=True):
    """One station's settlement as printed (CEN-4). `settled_on` is the day it was made, not of printing."""

    network: str
    currency: str
    month: str
    station: StationCode
    station_name: str
    point_value: Rate
    lines: tuple[StatementLine, ...]
    points: Points
    amount: Centavos
    settled_on: date
    entry: str
    """Where the fact stands: `central SEQ HEAD`, the first 12 hexadecimal digits of the entry's head."""


class DeliverySlip(msgspec.Struct, frozen=True):
    """The slip that goes with a scheduled prize (PRZ-3), the member's data on it."""

    network: str
    slip: int
    order: OrderNumber
    requested_at: datetime
    issued_on: date
    station: StationCode
    station_name: str
    member: str
    document: str
    phone: str
    address: str
    card: CardNumber
    prize_code: str
    prize: str
    points: Points


class EnrolmentForm(msgspec.Struct, frozen=True):
    """The application that a member signs (MEM-1), or the copy of what was signed (MEM-4).

    `form` numbers the paper; `signed_on` is empty on a form that is still to be signed; `signature` is a PNG image or
    nothing. `terms` is the version of the programme whose terms were shown.
    """

    network: str
    form: str
    station_name: str
    printed_on: date
    account: AccountId
    provisional: bool
    member: str
    document: str
    phone: str
    address: str
    card: CardNumber
    marketing: bool
    terms: int
    signed_on: str = ""
    signature: bytes = b""


class ReceiptNotHere(Refusal):
    code = "receipt-not-here"
    text = N_("{reference} is nothing that a receipt was printed for at this station.")


class MoveLine(msgspec.Struct, frozen=True):
    """A movement on a receipt: the station's wall clock, its kind in words, points."""

    at: datetime
    kind: str
    points: Points


class SoldLine(msgspec.Struct, frozen=True):
    """One line of a ticket on its receipt. `piece` says that the quantity counts pieces, else litres."""

    product: str
    piece: bool
    quantity: Millis
    amount: Centavos
    points: Points


SlipKind = Literal[
    "sale",
    "redemption",
    "request",
    "reversal",
    "return",
    "redemption-reversal",
    "withdrawal",
    "inquiry",
    "test",
    "transfer",
    "transfer-received",
    "hand-over",
]


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """What a member takes home from the counter (STA-3, STA-4, PRZ-2, PRZ-4), printed on a roll.

    And the note that goes with prizes to another station (STK-1): `other` is that station, `shelf` what went or came.

    `points` are negative for what was spent or taken back. `money` was paid beside the points of a prize (PRZ-7); it is
    negative when it is given back. `balance` is None for a card that may not see it, and on a
    `copy`, which is printed when the balance may be another. `said` are messages of the office (MEM-12), on no copy.
    """

    kind: SlipKind
    network: str
    station: StationCode
    station_name: str
    at: datetime
    reference: str
    card: CardNumber = CardNumber("")
    member: str = ""
    attendant: str = ""
    document: str = ""
    prize: str = ""
    sold: tuple[SoldLine, ...] = ()
    moves: tuple[MoveLine, ...] = ()
    points: Points = Points(0)
    balance: Points | None = None
    currency: str = ""
    said: tuple[str, ...] = ()
    copy: bool = False
    other: str = ""
    shelf: tuple["TallyLine", ...] = ()
    money: Centavos = Centavos(0)
    code: str = ""
    """The withdrawal code of an order (PRZ-8), good until the day `until`."""
    until: date | None = None


class ProductTotal(msgspec.Struct, frozen=True):
    """One product of a shift: credited to cards, and dispensed by the pumps where somebody told."""

    product: str
    piece: bool
    credited: Millis
    dispensed: Millis | None


class TallyLine(msgspec.Struct, frozen=True):
    """One sort of prize: counted on the shelf, and as the journal had it."""

    prize: str
    counted: int
    expected: int


class ShiftReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an attendant hands over at the end of a shift (STA-7, STA-12)."""

    network: str
    station: StationCode
    station_name: str
    reference: str
    attendant: str
    opened_at: datetime
    closed_at: datetime
    sales: int
    points: Points
    prizes: int
    spent: Points
    returns: int
    taken_back: Points
    products: tuple[ProductTotal, ...]
    counted: tuple[TallyLine, ...]
    copy: bool = False
    currency: str = ""
    money: Centavos = Centavos(0)
    money_back: Centavos = Centavos(0)


class MemberRow(msgspec.Struct, frozen=True):
    """A member as the office lists them (MEM-8). `status` is a word to translate."""

    account: AccountId
    name: str
    document: str
    tier: str
    balance: Points
    status: str


class MovementLine(msgspec.Struct, frozen=True):
    """One movement as a member sees it (STA-4, WEB-1). `points` is negative for what was spent or expired."""

    at: Moment
    station: str
    kind: str
    points: Points
    reference: str


class Inquiry(msgspec.Struct, frozen=True):
    """What the web inquiry shows of one member: no more than this leaves the office (WEB-1, WEB-5)."""

    account: AccountId
    name: str
    document: str
    balance: Points
    as_of: Moment
    movements: tuple[MovementLine, ...]
    tier: str = ""
    next_tier: str = ""
    missing: Points = Points(0)
    """Points to the next tier (PTS-10)."""
    expiring: tuple[Expiring, ...] = ()
