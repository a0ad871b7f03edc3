"""Central's word to nodes that are no stations: no row more than each needs for its task."""

from collections.abc import Iterator

import msgspec

from suite.central.documents import person_of
from suite.central.office import Office
from suite.central.shelf import PrizeOrder
from suite.domain.ids import StationCode
from suite.domain.quantities import Moment
from suite.sync.feed import in_pages
from suite.sync.outpost_pages import DeliveryRow, NetworkRow

CARD_DIGITS_TOLD = 4
"""What a slip shows of a card."""


def warehouse_pages(office: Office, code: StationCode) -> Iterator[bytes]:
    """The orders that this warehouse has to deliver, until central knows that they are, as pages in JSON."""
    orders = [
        order
        for order in office.store.shelf.orders()
        if order.warehouse == code and order.state in ("confirmed", "dispatched")
    ]
    programme = office.programme()
    network = NetworkRow(programme.name, programme.zone)
    yield from in_pages("network", [msgspec.json.encode(network)])
    yield from in_pages("delivery", (msgspec.json.encode(_delivery_row(office, order)) for order in orders))


def _delivery_row(office: Office, order: PrizeOrder) -> DeliveryRow:
    person = person_of(office, order.account)
    return DeliveryRow(
        order=order.order,
        slip=order.slip or 0,
        requested=order.at,
        issued=order.issued or order.at,
        station=order.station,
        station_name=office.store.directory.station_name(order.station),
        prize=order.prize,
        prize_name=order.prize_name or order.prize,
        points=order.points,
        member=person.full_name,
        phone=person.phone,
        address=person.address,
        card=order.card[-CARD_DIGITS_TOLD:] if person.full_name else "",
        dispatched=order.dispatched or Moment(0),
    )
