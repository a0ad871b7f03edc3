"""Facts of a station about prizes that come and go otherwise than by its own members (STK-1)."""

from suite.domain.events.base import Event
from suite.domain.events.station import PrizeCount
from suite.domain.ids import AttendantNumber, StationCode, TransferNote

PIECES_MAX = 10**6 - 1
"""Of one prize at once: what somebody types in six digits."""


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


ShelfEvent = PrizesTransferred | TransferReceived
