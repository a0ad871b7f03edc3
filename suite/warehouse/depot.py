"""The depot: the use cases of a warehouse. Each reads, decides and records in one transaction."""

from zoneinfo import ZoneInfo

import msgspec

from suite.domain.calendar import local_time
from suite.domain.deliveries import Delivery, come_back, deliver, dispatch
from suite.domain.documents import DeliverySlip
from suite.domain.errors import N_, NotThere, Phrase
from suite.domain.events.warehouse import ReturnReason
from suite.domain.ids import CardNumber, OrderNumber
from suite.domain.personal import Receipt
from suite.domain.quantities import Moment
from suite.journal.entry import commitment
from suite.node import membership
from suite.node.courier import FeedTaken, open_parts
from suite.node.membership import Joined
from suite.node.outpost import Outpost
from suite.node.trust import Trust
from suite.runtime.clock import Clock
from suite.runtime.paths import Home
from suite.runtime.secrets import random_bytes
from suite.warehouse.store import GivenOrder, WarehouseStore

SLIPS = "slips-*.pdf"
"""What `canje warehouse slips` prints into the node's own folder."""


class Warehouse(Outpost, frozen=True, kw_only=True):
    """An opened warehouse, and where its papers are."""

    store: WarehouseStore
    home: Home

    def take(self, file: bytes, now: Moment, *, despite_clock: bool = False) -> FeedTaken:
        """Central's word; with news the slips printed here go too, for they name people. Raises as `Outpost.take`."""
        taken = super().take(file, now, despite_clock=despite_clock)
        if taken.news:
            for path in self.home.out.glob(SLIPS):
                path.unlink()
        return taken


def join(home: Home, invitation_file: bytes, code: str, clock: Clock) -> Joined:
    """Accept an invitation: make keys, begin the journal, answer. Raises BadInput, BundleRefused, NotSetUp."""
    joined = membership.join(home, invitation_file, code, clock, "warehouse")
    open_warehouse(home, clock).store.close()
    return joined


def open_warehouse(home: Home, clock: Clock) -> Warehouse:
    """The warehouse in that folder. Raises NotSetUp, StorageTrouble."""
    of, identity, store, restored = open_parts(home, clock, "warehouse", WarehouseStore)
    return Warehouse(
        membership=of, identity=identity, store=store, trust=Trust(home, of.invitation), restored=restored, home=home
    )


class Depot:
    """One opened warehouse at work."""

    def __init__(self, store: WarehouseStore, clock: Clock) -> None:
        self.store = store
        self.clock = clock

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.store.zone())

    def slips(self, numbers: list[OrderNumber]) -> list[DeliverySlip]:
        """The slips of orders, or of all that did not leave yet. Raises NotThere."""
        chosen = [self._given(number) for number in numbers] or [
            given for given in self.store.orders() if not given.dispatched and given.row.member
        ]
        return [self._slip(given) for given in chosen]

    def dispatch(self, numbers: list[OrderNumber]) -> None:
        """The prizes left the warehouse; all of them or none is recorded. Raises NotThere, OrderAlreadyDispatched."""
        with self.store.writing():
            for number in numbers:
                self.store.append(dispatch(self._standing(number), self.clock.now()))

    def come_back(self, number: OrderNumber, reason: ReturnReason) -> None:
        """A prize that left is here again. Raises NotThere, OrderNotDispatched, OrderAlreadyDelivered."""
        with self.store.writing():
            self.store.append(come_back(self._standing(number), reason, self.clock.now()))

    def deliver(self, number: OrderNumber, receipt: Receipt, day: str = "") -> str:
        """A prize was handed over on `day`, else today. Returns the day.

        Raises NotThere, OrderNotDispatched, OrderAlreadyDelivered, ImpossibleDeliveryDay.
        """
        now, salt, blob = self.clock.now(), random_bytes(), msgspec.json.encode(receipt)
        with self.store.writing():
            standing, today, promised = self._standing(number), self._day(now), commitment(salt, blob)
            event = deliver(standing, receipt, promised, day=day or today, today=today, now=now)
            self.store.keep(promised, salt, blob)
            self.store.append(event)
        return event.day

    def _day(self, moment: Moment) -> str:
        return local_time(moment, self.zone()).date().isoformat()

    def _given(self, number: OrderNumber) -> GivenOrder:
        given = self.store.order(number)
        if given is None:
            raise NotThere(what=Phrase(N_("order")), name=number)
        return given

    def _standing(self, number: OrderNumber) -> Delivery:
        given = self._given(number)
        left = self._day(given.dispatched) if given.dispatched else ""
        return Delivery(number, given.row.slip, left, given.delivered)

    def _slip(self, given: GivenOrder) -> DeliverySlip:
        row, zone = given.row, self.zone()
        if not row.member:
            raise NotThere(what=Phrase(N_("address left for order")), name=row.order)
        return DeliverySlip(
            network=self.store.network_name(),
            slip=row.slip,
            order=row.order,
            requested_at=local_time(row.requested, zone),
            issued_on=local_time(row.issued, zone).date(),
            station=row.station,
            station_name=row.station_name,
            member=row.member,
            document="",
            phone=row.phone,
            address=row.address,
            card=CardNumber(row.card),
            prize_code=row.prize,
            prize=row.prize_name,
            points=row.points,
        )
