"""A network whose central gets new keys now and then, lived by a seed: also a central that comes back with old ones."""

import msgspec

from suite.central.keyring import change_roots, keys_of_network, retire, rotate
from suite.central.root_keys import Root, make_root
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.secrets import Secret
from suite.sync.registry import read_versions, write_versions
from tests.sim.network import Life


class Rotating(Life):
    """The root key lies on a stick: what it remembers is never restored with central's folder."""

    def __init__(self, folder, seed, stations=2, mishaps=1):
        super().__init__(folder, seed, stations, mishaps)
        self.root = make_root(folder / "office.canje-root", Secret("five words are good enough"))
        change_roots(self.world.office, self.home(), [self.root], threshold=1, signed_by=[])

    def home(self):
        return Home(self.folder / "world" / "central")

    def deeds(self):
        return [*super().deeds(), (self.new_keys, 4), (self.end_of_old_keys, 3)]

    # What happens

    def new_keys(self):
        file = msgspec.json.decode(self.root.path.read_bytes(), type=type(self.root.file))
        rotate(self.world.office, self.home(), [Root(self.root.path, file, self.root.signer)])
        self.seen["new keys"] += 1

    def end_of_old_keys(self):
        try:
            retire(self.world.office, self.home(), anyway=self.dice.random() < 0.3)
            self.seen["old keys gone"] += 1
        except BadInput:
            self.seen["old keys stay"] += 1

    def by_hand(self):
        """A central that lost its keys and a journal cannot read who asks: then the registry goes there in a file."""
        file = write_versions(text.encode() for text in self.world.office.secrets.registries)
        for machine in self.machines:
            machine.node.trust.keep(machine.node.trust.following(read_versions(file))[0])

    # What must be true

    def calm(self, rounds=8):
        """A person sees that nodes refuse central's word, and gives it new keys: then all agree as ever."""
        before = {machine.name: machine.node.trust.current().version for machine in self.machines}
        self.new_keys()
        self.by_hand()
        super().calm(rounds)
        newest = keys_of_network(self.world.office).registries[-1].version
        assert newest > max(before.values()), "a version of the registry stands for two sets of keys"
        for machine in self.machines:
            with self.world.office.store.transaction():
                journal = self.world.office.store.journal_at(machine.station)
            if journal and journal.log == machine.node.store.log:
                assert machine.node.trust.current().version == newest, (machine.name, "never heard of the new keys")
