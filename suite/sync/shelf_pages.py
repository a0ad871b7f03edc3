"""Pages of a feed about prizes between stations: who the others are, and what they sent here (STK-1)."""

import msgspec

from suite.domain.ids import PrizeCode, StationCode, TransferNote


class StationRow(msgspec.Struct, frozen=True, array_like=True):
    """A station of the network, to which prizes can be sent."""

    station: StationCode
    name: str


class StationPage(msgspec.Struct, frozen=True, tag="station"):
    """Rows by station, this one among them."""

    rows: tuple[StationRow, ...]


class TransferRow(msgspec.Struct, frozen=True, array_like=True):
    """One sort of prize that another station sent here, until central knows that it came."""

    note: TransferNote
    prize: PrizeCode
    quantity: int


class TransferPage(msgspec.Struct, frozen=True, tag="transfer"):
    """Rows by note and prize."""

    rows: tuple[TransferRow, ...]
