"""Facts of a station about prizes that come and go otherwise than by its own members (STK-1)."""

from typing import Literal

from suite.domain.events.base import Event
from suite.domain.events.station import EntryMode, PrizeCount
from suite.domain.ids import (
    AccountId,
    AttendantNumber,
    CardNumber,
    OrderNumber,
    PrizeCode,
    StationCode,
    TransferNote,
)

PIECES_MAX = 10**6 - 1
"""Of one prize at once: what somebody types in six digits."""


AdjustReason = Literal["broken", "stolen", "expired", "found"]
"""Why a shelf holds more or less than the journal says, as its manager knows."""


class PrizesTransferred(Event, frozen=True, kw_only=True, tag="PrizesTransferred.1"):
    """Prizes left this station's shelf for another station's, with a note (STK-1). A manager sent them."""

    note: TransferNote
    to: StationCode
    lines: tuple[PrizeCount, ...]
    attendant: AttendantNumber


class TransferReceived(Event, frozen=True, kw_only=True, tag="TransferReceived.1"):
    """Prizes of another station's note came onto this shelf (STK-1): `lines` are what came, less than was sent perhaps.

    The station may not have heard of the note but from its paper.
    """

    note: TransferNote
    lines: tuple[PrizeCount, ...]
    attendant: AttendantNumber


class OrderHandedOver(Event, frozen=True, kw_only=True, tag="OrderHandedOver.1"):
    """A prize that was ordered at this station had come there, and its member took it (PRZ-3). No points move."""

    order: OrderNumber
    card: CardNumber
    account: AccountId
    prize: PrizeCode
    entry: EntryMode = "swipe"
    attendant: AttendantNumber = AttendantNumber("")


class StockAdjusted(Event, frozen=True, kw_only=True, tag="StockAdjusted.1"):
    """A manager took prizes off the shelf for a reason, or put back what was found (STK-1)."""

    lines: tuple[PrizeCount, ...]
    reason: AdjustReason
    attendant: AttendantNumber

    @property
    def sign(self) -> int:
        """1 when the shelf has more of it, -1 when it has less."""
        return 1 if self.reason == "found" else -1


ShelfEvent = PrizesTransferred | TransferReceived | OrderHandedOver | StockAdjusted
