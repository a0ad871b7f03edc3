"""A shelf put right by its manager, with the reason (STK-1). What is merely counted is `StockCounted`."""

from collections.abc import Mapping

from suite.domain.events.shelf import AdjustReason, StockAdjusted
from suite.domain.events.station import PrizeCount
from suite.domain.ids import AttendantNumber, PrizeCode
from suite.domain.quantities import Moment
from suite.domain.transfers import NothingChosen, ShelfTooShort


def adjust(
    reason: AdjustReason,
    pieces: Mapping[PrizeCode, int],
    *,
    on_hand: Mapping[PrizeCode, int],
    attendant: AttendantNumber,
    now: Moment,
) -> StockAdjusted:
    """So many of each prize are gone for a reason, or were found. Raises NothingChosen, ShelfTooShort."""
    lines = tuple(PrizeCount(prize, count) for prize, count in sorted(pieces.items()) if count)
    if not lines:
        raise NothingChosen
    event = StockAdjusted(at=now, lines=lines, reason=reason, attendant=attendant)
    for line in lines:
        if event.sign < 0 and line.quantity > on_hand.get(line.prize, 0):
            raise ShelfTooShort(prize=line.prize, count=on_hand.get(line.prize, 0), asked=line.quantity)
    return event
