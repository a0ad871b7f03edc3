"""A network with a warehouse, lived by a seed: what is ordered leaves and arrives, whatever becomes of disks."""

from suite.central.adjustments import cancel_order
from suite.central.documents import issue_slip
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched, PrizeReturned
from suite.domain.ids import AttendantNumber, PrizeCode, StationCode
from suite.domain.personal import Receipt
from suite.journal.codec import decode
from suite.station.desk import CardRead
from suite.warehouse.depot import Depot, open_warehouse
from tests.sim.network import CARDS
from tests.sim.outposts import WithOutpost

W1 = StationCode("W1")


class Deliveries(WithOutpost):
    """Stations take orders, the office gives them to one warehouse, which is restored and copied like they are."""

    CODE = W1

    def paired(self):
        return self.world.pair_warehouse(W1)

    def open_outpost(self, home):
        return open_warehouse(home, self.clock)

    def begin(self):
        """Some orders are with the warehouse already, and one backup of central is of before."""
        for machine in self.desks():
            self.world.carry_out(machine.station)
            for _ in range(4):
                self.order(machine)
            self.world.carry_in(machine.station)
        self.back_up_central()  # one that does not know to whom it gave them
        self.assign()
        self.world.carry_out(W1)

    def deeds(self):
        """Less selling than elsewhere, and more on the way."""
        weights = {self.sell: 4, self.redeem: 2, self.send_up: 24, self.arrive_up: 24, self.arrive_down: 20}
        return [
            *((deed, weights.get(deed, weight)) for deed, weight in super().deeds()),
            (self.order, 12),
            (self.assign, 12),
            (self.dispatch, 16),
            (self.deliver, 12),
            (self.come_back, 5),
            (self.cancel, 8),
        ]

    def order(self, machine=None):
        machine, card = machine or self.desk(), self.dice.choice(list(CARDS))
        read, prize = CardRead(card, "swipe"), PrizeCode("BIKE")
        self.tried("ordered", lambda: machine.desk.redeem(read, AttendantNumber("01"), prize, "scheduled"))

    def orders(self):
        with self.world.office.store.transaction():
            return self.world.office.store.shelf.orders()

    def assign(self):
        for order in self.orders():
            if order.state == "requested":
                self.tried("assigned", lambda number=order.order: issue_slip(self.world.office, number, W1))

    def cancel(self):
        if found := self.orders():
            number = self.dice.choice(found).order
            self.tried("order cancelled", lambda: cancel_order(self.world.office, number, "not wanted"))

    def at_work(self, state):
        """A PC of the warehouse, and one of its orders that stands so, if there is any."""
        machine = self.dice.choice(self.stores())
        found = [
            given.row.order
            for given in machine.node.store.orders()
            if not given.delivered and bool(given.dispatched) == (state == "dispatched")
        ]
        return Depot(machine.node.store, self.clock), self.dice.choice(found) if found else None

    def dispatch(self):
        depot, number = self.at_work("confirmed")
        if number:
            self.tried("sent off", lambda: depot.dispatch([number]))

    def deliver(self):
        depot, number = self.at_work("dispatched")
        if number:
            self.tried("handed over", lambda: depot.deliver(number, Receipt("Ana García")))

    def come_back(self):
        depot, number = self.at_work("dispatched")
        if number:
            self.tried("came back", lambda: depot.come_back(number, "absent"))

    # What must be true

    def agrees(self, machine):
        """A warehouse knows the orders that central has for it, as far as central is, and nothing of others."""
        if machine.station != W1:
            super().agrees(machine)
            return
        wanted = {o.order: o.state for o in self.orders() if o.warehouse and o.state in ("confirmed", "dispatched")}
        here = {g.row.order: "dispatched" if g.dispatched else "confirmed" for g in machine.node.store.orders()}
        assert here == wanted, (machine.name, "has other orders than central")

    def settled(self):
        super().settled()
        known = {order.order: order for order in self.orders()}
        back = self.came_back()
        for machine in self.stores():
            for entry in machine.node.store.entries():
                event = decode(entry.body)
                if isinstance(event, PrizeDispatched | PrizeDelivered) and event.order in known:
                    order = known[event.order]
                    left = order.dispatched is not None or order.order in back
                    assert left, (machine.name, order.order, "left, and central does not know")
                    assert order.delivered or isinstance(event, PrizeDispatched), (order.order, "arrived unknown")
                    kept = self.kept(order.receipt) or not order.delivered or self.seen["central restored"]
                    assert kept, (order.order, "its receipt is lost")

    def came_back(self):
        """The orders of which central heard that they came back; each time it did is an incident."""
        store = self.world.office.store
        with store.transaction():
            facts = [fact for batch in store.history.facts() for fact in batch]
            found = [each.kind for each in store.shelf.open_incidents()]
        back = [fact.event.order for fact in facts if isinstance(fact.event, PrizeReturned)]
        told = found.count("prize-returned") + found.count("returned-unknown")
        assert len(back) == told, "a prize came back, and nobody is told"
        self.seen["came back and heard of"] += len(back)
        return set(back)

    def kept(self, receipt):
        with self.world.office.store.transaction():
            return self.world.office.store.kept(receipt)
