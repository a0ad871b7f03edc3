"""A network with one node that is no station, lived by a seed. Half of what happens to PCs happens to that node's."""

from suite.domain.errors import Refusal
from suite.station import courier
from tests.sim.network import Life, Machine


class WithOutpost(Life):
    """A life whose kind says which node that is, how it is paired and opened, and how it begins."""

    CODE = ""

    def __init__(self, folder, seed, stations=2, mishaps=1):
        super().__init__(folder, seed, stations, mishaps)
        place = self.paired()
        self.give(100_000)
        self.machines.append(Machine(self.CODE, self.CODE, place.home, place.node, clock=self.clock))
        self.begin()

    def machine(self):
        others = self.stores() if self.dice.random() < 0.5 else self.desks()
        return self.dice.choice(others)

    def desk(self):
        return self.dice.choice(self.desks())

    def desks(self):
        return [m for m in self.machines if m.station != self.CODE]

    def stores(self):
        """The PCs of the node that is no station."""
        return [m for m in self.machines if m.station == self.CODE]

    def opened(self, station, home):
        return self.open_outpost(home) if station == self.CODE else courier.open_station(home, self.clock)

    def tried(self, what, deed):
        try:
            deed()
            self.seen[what] += 1
        except Refusal as refusal:
            self.seen[refusal.code] += 1

    def compare(self, machine, told):
        if machine.station != self.CODE:
            super().compare(machine, told)
