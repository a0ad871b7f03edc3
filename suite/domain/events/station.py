"""Facts of a station: what happened at the pump, in the shop and at its prize shelf."""

from typing import Literal

import msgspec

from suite.domain.earning import EarnedLine, SaleLine
from suite.domain.events.base import Event
from suite.domain.ids import (
    AccountId,
    AttendantNumber,
    CardNumber,
    DocumentNumber,
    PrizeCode,
    ShippingNote,
)
from suite.domain.quantities import Points

EntryMode = Literal["swipe", "barcode", "keyed", "paste", "file"]
"""How the card number came in; evidence against fraud, as in ISO 8583 field 22."""

IncidentKind = Literal["unknown-card", "document-conflict", "blocked-card"]


class SaleRecorded(Event, frozen=True, kw_only=True, tag="SaleRecorded.1"):
    """A ticket was credited. `version` is the programme's; `points` is the sum over the lines."""

    document: DocumentNumber
    card: CardNumber
    account: AccountId
    lines: tuple[EarnedLine, ...]
    points: Points
    version: int
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")


class PrizeRedeemed(Event, frozen=True, kw_only=True, tag="PrizeRedeemed.1"):
    """A prize was handed over from the station's consignment stock (PRZ-2). `document` names a written voucher."""

    card: CardNumber
    account: AccountId
    prize: PrizeCode
    points: Points
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")
    document: DocumentNumber = DocumentNumber("")


class PrizeRequested(Event, frozen=True, kw_only=True, tag="PrizeRequested.1"):
    """A prize was ordered for a later delivery (PRZ-3); its points are held from this moment on."""

    card: CardNumber
    account: AccountId
    prize: PrizeCode
    points: Points
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")


class PrizeCount(msgspec.Struct, frozen=True, array_like=True):
    """So many of one prize."""

    prize: PrizeCode
    quantity: int


class ShipmentReceived(Event, frozen=True, kw_only=True, tag="ShipmentReceived.1"):
    """Prizes of a shipment came onto the station's shelf (STK-3)."""

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


StationEvent = (
    SaleRecorded | PrizeRedeemed | PrizeRequested | ShipmentReceived | IncidentOpened | PinRefused | AttendantUnlocked
)
