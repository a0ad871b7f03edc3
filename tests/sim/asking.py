"""A network with a member portal, lived by a seed: what is asked for is answered once, whatever becomes of disks."""

from suite.central import portal
from suite.domain.events.portal import Asked
from suite.domain.ids import StationCode
from suite.domain.personal import DeliveryPlace, Profile
from suite.domain.requests import KINDS
from suite.journal.codec import decode
from suite.portal.lobby import Lobby, open_portal
from tests.sim.network import CARDS
from tests.sim.outposts import WithOutpost

P1 = StationCode("P1")


class Asking(WithOutpost):
    """Members ask at a portal, which is restored and copied like a station; the office answers as it likes."""

    CODE = P1

    def paired(self):
        return self.world.pair_portal(P1)

    def open_outpost(self, home):
        return open_portal(home, self.clock)

    def begin(self):
        for card in CARDS:
            portal.grant_access(self.world.office, card)
        self.back_up_central()
        self.world.carry_out(P1)

    def deeds(self):
        weights = {self.sell: 4, self.redeem: 2, self.send_up: 24, self.arrive_up: 24, self.arrive_down: 20}
        return [
            *((deed, weights.get(deed, weight)) for deed, weight in super().deeds()),
            (self.ask, 30),
            (self.answer, 24),
            (self.open_or_close, 10),
        ]

    # What happens

    def ask(self):
        machine, card, fate = self.dice.choice(self.stores()), self.dice.choice(list(CARDS)), self.dice.random()
        lobby = Lobby(P1, machine.node.store, self.clock)
        if fate < 0.7:
            self.tried("asked", lambda: lobby.ask_prize(card, "BIKE", DeliveryPlace("Calle Falsa 123")))
        elif fate < 0.9:
            self.tried("asked", lambda: lobby.change_profile(card, Profile(phone=f"0341-{self.dice.randrange(10**6)}")))
        else:
            self.tried("asked", lambda: lobby.ask_leave(card))

    def answer(self):
        for wish in portal.wishes(self.world.office)[:3]:
            request = wish.request
            if request.kind == "leave" or self.dice.random() < 0.3:
                self.tried("rejected", lambda number=request.request: portal.reject(self.world.office, number, "no"))
            else:
                self.tried("accepted", lambda number=request.request: portal.accept(self.world.office, number, "yes"))

    def open_or_close(self):
        card = self.dice.choice(list(CARDS))
        if self.dice.random() < 0.5:
            self.tried("closed", lambda: portal.withdraw_access(self.world.office, card, "asked"))
        else:
            self.tried("opened", lambda: portal.grant_access(self.world.office, card))

    # What must be true

    def with_access(self):
        with self.world.office.store.transaction():
            return set(self.world.office.store.requests.with_access())

    def requests(self):
        with self.world.office.store.transaction():
            return {request.request: request for request in self.world.office.store.requests.every()}

    def agrees(self, machine):
        """A portal shows what central has: pages of members with access, and what became of what it was asked."""
        if machine.station != P1:
            super().agrees(machine)
            return
        store, central = machine.node.store, self.requests()
        shown = {a: store.member(card).balance for card, a in CARDS.items() if store.member(card)}
        assert shown == {a: self.world.balance(a) for a in self.with_access()}, (machine.name, "shows other pages")
        for own in store.requests():
            known = central[own.request]
            assert own.state in (known.state, "closed"), (machine.name, own.request, own.state, known.state)

    def settled(self):
        super().settled()
        central = self.requests()
        for machine in self.stores():
            for entry in machine.node.store.entries():
                event = decode(entry.body)
                if isinstance(event, Asked):
                    known = central.get(event.request)
                    assert known, (machine.name, event.request, "was asked for, and central does not know")
                    same = (known.kind, known.account, known.at) == (KINDS[type(event)], event.account, event.at)
                    assert same, (event.request, "is another's")
                    if known.state == "refused":
                        self.seen[known.reason] += 1
        accepted = {n for n, r in central.items() if (r.kind, r.state) == ("prize", "accepted")}
        with self.world.office.store.transaction():
            orders = {order.order for order in self.world.office.store.shelf.orders() if order.station == P1}
        assert orders == accepted, "an order is an accepted request, and the other way round"
