"""The prizes on a station's shelf: shipments that come in, and what a count finds (STK-1, STK-3)."""

from collections.abc import Mapping

from suite.domain.errors import ManagerNeeded, ShipmentAlreadyReceived, UnknownPrize
from suite.domain.events.shelf import AdjustReason
from suite.domain.events.station import PrizeCount, ShipmentReceived, StockCounted, Tally
from suite.domain.ids import PrizeCode, ShippingNote
from suite.domain.stock import adjust
from suite.station.desk import Attendant, Desk

NOTHING: Mapping[PrizeCode, int] = {}


def receive(desk: Desk, note: ShippingNote, came: Mapping[PrizeCode, int] = NOTHING) -> tuple[PrizeCount, ...]:
    """Put a shipment's prizes on the shelf: as they were sent, but for what `came` otherwise. Central is told of it.

    Raises UnknownShipment, ShipmentAlreadyReceived, UnknownPrize for a prize that the shipment does not have.
    """
    store = desk.store
    with store.writing():
        if store.is_received(note):
            raise ShipmentAlreadyReceived(note=note)
        sent = store.shipment(note)
        for prize in came.keys() - {line.prize for line in sent}:
            raise UnknownPrize(prize=prize)
        lines = tuple(PrizeCount(line.prize, came.get(line.prize, line.quantity)) for line in sent)
        store.append(ShipmentReceived(at=desk.clock.now(), note=note, lines=lines))
    return lines


def count_stock(desk: Desk, counted: Mapping[PrizeCode, int], manager: Attendant) -> tuple[Tally, ...]:
    """Make the shelf what was counted, prize by prize. Central is told.

    Raises ManagerNeeded, UnknownPrize.
    """
    if not manager.manager:
        raise ManagerNeeded
    programme = desk.programme()
    for prize in counted:
        programme.prize(prize)
    with desk.store.writing():
        lines = tuple(Tally(prize, count, desk.store.on_hand(prize)) for prize, count in sorted(counted.items()))
        desk.store.append(StockCounted(at=desk.clock.now(), lines=lines, attendant=manager.number))
    return lines


def adjust_stock(
    desk: Desk, reason: AdjustReason, pieces: Mapping[PrizeCode, int], manager: Attendant
) -> tuple[PrizeCount, ...]:
    """Take prizes off the shelf for a reason, or put back what was found. Central is told.

    Raises ManagerNeeded, UnknownPrize, NothingChosen, ShelfTooShort.
    """
    if not manager.manager:
        raise ManagerNeeded
    programme, store = desk.programme(), desk.store
    for prize in pieces:
        programme.prize(prize)
    with store.writing():
        on_hand = {prize: store.on_hand(prize) for prize in pieces}
        event = adjust(reason, pieces, on_hand=on_hand, attendant=manager.number, now=desk.clock.now())
        store.append(event)
    return event.lines
