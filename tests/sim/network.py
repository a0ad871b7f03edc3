"""A network lived by a seed: real stations and a real central on real files, and weather.

Bundles are lost, repeated, swapped, cut and flipped; stations are restored, copied and given new keys; central comes
back from backups. Clock, keys, sticks and weather come from the seed, so that a seed lives the same life again.
"""

import gc
import shutil
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from suite.central import continuity
from suite.central.feeds import digests_told, export_answer
from suite.central.merge import Merged
from suite.central.office import open_office
from suite.central.telling import bring_up_to_date
from suite.domain.errors import Refusal
from suite.domain.events.central import PointsAdjusted
from suite.domain.events.node import Genesis, Mark
from suite.domain.events.station import PrizeRedeemed, PrizeRequested, SaleRecorded
from suite.domain.ids import AttendantNumber, DocumentNumber, PrizeCode, StationCode
from suite.journal.chain import heads
from suite.journal.codec import decode
from suite.journal.entry import Tip
from suite.runtime.errors import BundleRefused
from suite.runtime.paths import Home
from suite.station import courier
from suite.station.desk import CardRead, Desk
from suite.station.feed_tables import digests_of
from suite.sync.frames import zstd
from tests.central.ledger_checks import check
from tests.factories import ANA, BRUNO, TOML, World, line

CARDS = {ANA: 1, BRUNO: 2}
HOUR = 3_600_000


class SeededRandom:
    """What `runtime.secrets` draws from, out of the seed."""

    def __init__(self, dice):
        self._dice = dice

    def token_bytes(self, count):
        return self._dice.randbytes(count)

    def choice(self, things):
        return self._dice.choice(things)


@dataclass
class Machine:
    """A PC of a station: its folder, what it holds, the backups made of it."""

    name: str
    station: StationCode
    home: Home
    node: courier.Station
    backups: list = field(default_factory=list)

    @property
    def desk(self):
        return Desk(self.station, self.node.store, self.clock)

    clock: object = None


@dataclass
class Told:
    """What central knew when it cut a feed: balances, and the heads of all entries they hold."""

    content: bytes
    balances: dict
    admitted: frozenset
    digests: tuple


class Life:
    """One network in one folder, driven by dice."""

    TOML = TOML
    STEPS = 100

    def __init__(self, folder, seed, stations=2, mishaps=1):
        self.dice = Random(seed)
        self.mishaps = mishaps
        self.folder = folder
        self.world = World(folder / "world", toml=self.TOML, fresh=True)
        self.clock = self.world.clock
        self.seen = Counter()
        self.machines = []
        self.up = []
        self.down = []
        self.central_backups = []
        self.tickets = {}
        self.copies = 0
        for n in range(stations):
            code = f"E{n + 1}"
            if n > 1:
                self.world.office.add_station(StationCode(code), code, None)
            site = self.world.pair(code)
            self.machines.append(Machine(code, StationCode(code), site.home, site.node, clock=self.clock))
            self.world.stock_up(code, quantity=1000)

    def give(self, points):
        """What it takes to ask for prizes again and again."""
        for account in CARDS.values():
            with self.world.office.store.transaction():
                self.world.office.record(
                    lambda at, by, to=account: PointsAdjusted(at=at, by=by, account=to, points=points, reason="a gift")
                )

    # What happens

    def step(self):
        """One thing that happens, by its weight."""
        deeds = self.deeds()
        (deed,) = self.dice.choices([d for d, _ in deeds], [w for _, w in deeds])
        self.clock.moment += self.dice.randrange(1, HOUR)
        deed()

    def deeds(self):
        return [
            (self.sell, 30),
            (self.redeem, 8),
            (self.send_up, 14),
            (self.arrive_up, 14),
            (self.send_down, 10),
            (self.arrive_down, 12),
            (self.wait, 6),
            (self.approve, 6),
            (self.back_up_station, 3 * self.mishaps),
            (self.restore_station, 2 * self.mishaps),
            (self.clone_station, 1 * self.mishaps),
            (self.rotate, 1 * self.mishaps),
            (self.back_up_central, 2 * self.mishaps),
            (self.restore_central, 1 * self.mishaps),
        ]

    def machine(self):
        return self.dice.choice(self.machines)

    def desk(self):
        """A machine at which members are served."""
        return self.machine()

    def opened(self, station, home):
        return courier.open_station(home, self.clock)

    def sell(self):
        machine, card = self.desk(), self.dice.choice(list(CARDS))
        printed = self.tickets.setdefault(machine.station, 0)
        again = printed and self.dice.random() < 0.15
        number = self.dice.randrange(printed) if again else printed
        self.tickets[machine.station] += not again
        try:
            machine.desk.sell(
                CardRead(card, "swipe"),
                AttendantNumber("01"),
                DocumentNumber(f"{machine.station}-{number}"),
                (line(amount=self.dice.randrange(100, 50_000)),),
            )
        except Refusal:
            self.seen["a ticket typed twice"] += 1

    def redeem(self):
        machine = self.desk()
        try:
            machine.desk.redeem(
                CardRead(self.dice.choice(list(CARDS)), "swipe"), AttendantNumber("01"), PrizeCode("MUG"), "immediate"
            )
            self.seen["prize"] += 1
        except Refusal as refusal:
            self.seen[refusal.code] += 1

    def send_up(self):
        machine = self.machine()
        exported = courier.export(machine.node, self.clock)
        if exported:
            self.up.append(self.weathered(exported.content))

    def send_down(self):
        machine = self.machine()
        with self.world.office.store.transaction():
            balances = {a: b for a, _, b in self.world.office.store.directory.accounts()}
            admitted = self.admitted()
        answer = export_answer(self.world.office, machine.node.store.log)
        if answer:
            digests = self.made_anew(machine.station)
            self.down.append((machine.station, Told(answer.content, balances, admitted, digests)))

    def weathered(self, content):
        """What becomes of a bundle on its way."""
        fate = self.dice.random()
        if fate < 0.05 and len(content) > 1:
            self.seen["cut"] += 1
            return content[: self.dice.randrange(len(content))]
        if fate < 0.1:
            self.seen["flipped"] += 1
            place = self.dice.randrange(len(content))
            return content[:place] + bytes([content[place] ^ (1 << self.dice.randrange(8))]) + content[place + 1 :]
        return content

    def picked(self, bag):
        """Any bundle on its way: swapped, kept for another time, or lost."""
        if not bag:
            return None
        place = self.dice.randrange(len(bag))
        fate = self.dice.random()
        if fate < 0.15:
            self.seen["lost"] += 1
            bag.pop(place)
            return None
        if fate < 0.3:
            self.seen["repeated"] += 1
            return bag[place]
        return bag.pop(place)

    def arrive_up(self):
        content = self.picked(self.up)
        if content is not None:
            self.take_up(content)

    def take_up(self, content):
        (result,) = self.world.merge(content)
        if isinstance(result, Merged):
            self.seen["merged"] += 1
            self.seen["held"] += bool(result.held)
        else:
            self.seen["refused"] += 1
            self.seen["era"] += result.era
        with self.world.office.store.transaction():
            for incident in self.world.office.store.shelf.open_incidents():
                self.seen[incident.kind] += 1

    def arrive_down(self):
        told = self.picked(self.down)
        if told:
            station, feed = told
            self.take_down(self.dice.choice([m for m in self.machines if m.station == station]), feed)

    def take_down(self, machine, told):
        """A feed reaches a PC; what it then shows must be what central told, and its own entries beside it.

        A feed is news once, and an older one never.
        """
        before = machine.node.store.feed_state()
        try:
            taken = machine.node.take(told.content, self.clock.now())
        except BundleRefused as refusal:
            taken, text = None, refusal.text
        if taken is None:
            assert "would not be what central says" not in text, (machine.name, "a delta gave other rows")
            why = "apart" if "restored or copied" in text else "feed refused"
            self.seen["delta refused" if "builds on data" in text else why] += 1
        elif taken.news:
            self.seen["delta" if taken.header.bases else "whole feed"] += 1
            after = machine.node.store.feed_state()
            assert not before or (after.era, after.count, after.at) > (before.era, before.count, before.at)
            self.compare(machine, told)

    def compare(self, machine, told):
        assert digests_of(machine.node.store._db) == told.digests, (machine.name, "holds other rows")
        if not machine.node.store.is_exact():
            self.seen["not exact"] += 1
            return
        own = Counter()
        for entry in machine.node.store.entries():
            event = decode(entry.body)
            if entry.head not in told.admitted and isinstance(event, SaleRecorded | PrizeRedeemed | PrizeRequested):
                own[event.account] += event.points if isinstance(event, SaleRecorded) else -event.points
        for card, account in CARDS.items():
            shown = machine.node.store.cards.standing(card).balance
            assert shown == told.balances[account] + own[account], (machine.name, account)

    def wait(self):
        self.clock.moment += self.dice.randrange(HOUR, 30 * 24 * HOUR)

    def approve(self):
        for asking in continuity.asking(self.world.office):
            self.seen["approved"] += 1
            continuity.let_continue(self.world.office, asking.station, asking.digits)

    # Disks

    def at_rest(self, machine):
        machine.node.store.overwrite_traces()

    def back_up_station(self):
        machine = self.machine()
        self.at_rest(machine)
        folder = self.folder / f"backup-{self.copies}"
        self.copies += 1
        shutil.copytree(machine.home.folder, folder)
        machine.backups.append(folder)

    def restore_station(self):
        """A backup over a PC: the database alone, or the whole folder with keys and anchor."""
        machine = self.machine()
        if not machine.backups:
            return
        folder, whole = self.dice.choice(machine.backups), self.dice.random() < 0.5
        machine.node.store.close()
        for name in ("canje.db", "canje.db-wal", "canje.db-shm"):
            (machine.home.folder / name).unlink(missing_ok=True)
        if whole:
            shutil.rmtree(machine.home.folder)
            shutil.copytree(folder, machine.home.folder)
            del machine.backups[machine.backups.index(folder) + 1 :]  # their keys are gone
        else:
            shutil.copy(folder / "canje.db", machine.home.folder / "canje.db")
        machine.node = self.opened(machine.station, machine.home)
        self.seen["restored"] += 1
        self.seen["restored, and known at once"] += machine.node.restored

    def clone_station(self):
        if len(self.machines) > 4:
            return
        machine = self.machine()
        self.at_rest(machine)
        home = Home(self.folder / f"clone-{self.copies}")
        self.copies += 1
        shutil.copytree(machine.home.folder, home.folder)
        node = self.opened(machine.station, home)
        self.machines.append(Machine(f"{machine.name}'", machine.station, home, node, clock=self.clock))
        self.seen["cloned"] += 1

    def rotate(self):
        machine = self.machine()
        machine.node.identity.begin_next(machine.node.store, self.clock.now())
        self.seen["rotated"] += 1

    def back_up_central(self):
        office = self.world.office
        office.store.overwrite_traces()
        folder = self.folder / f"central-{self.copies}"
        self.copies += 1
        shutil.copytree(self.folder / "world" / "central", folder)
        self.central_backups.append(folder)

    def restore_central(self):
        if not self.central_backups:
            return
        self.world.office.store.close()
        gc.collect()
        here = self.folder / "world" / "central"
        shutil.rmtree(here)
        shutil.copytree(self.dice.choice(self.central_backups), here)
        self.world.office = open_office(Home(here), self.clock, "tester")
        self.seen["central restored"] += 1

    # What must be true

    def admitted(self):
        """The heads of every entry that central holds. Call inside a transaction."""
        from sqlalchemy import select

        from suite.central import schema

        run = schema.run.c
        rows = self.world.office.store._db.execute(select(run.first, run.prev, run.bodies))
        return frozenset(
            head
            for first, prev, bodies in rows
            for head in heads(Tip(first - 1, prev), zstd.decompress(bodies).split(b"\n"))
        )

    def calm(self, rounds=8):
        """No more weather: within some exchanges all agree, nobody is stuck, and nothing that survives is missing."""
        self.up, self.down = [], []
        for turn in range(rounds):
            for machine in self.machines:
                self.clock.moment += 1
                exported = courier.export(machine.node, self.clock)
                if exported:
                    self.take_up(exported.content)
                if turn < rounds // 2:
                    self.approve()
                self.clock.moment += 1
                for known in self.answered(machine):
                    self.take_down(machine, known)
        self.settled()

    def answered(self, machine):
        """Central's word to the journal that this PC writes, if any."""
        store = self.world.office.store
        with store.transaction():
            balances = {a: b for a, _, b in store.directory.accounts()}
            admitted = self.admitted()
        answer = export_answer(self.world.office, machine.node.store.log)
        return [Told(answer.content, balances, admitted, self.made_anew(machine.station))] if answer else []

    def made_anew(self, station):
        """What all rows that a station may know come to, made without anything that was kept; then forgotten again."""
        store = self.world.office.store
        with store.transaction() as connection:
            nested = connection.begin_nested()
            store.told.drop()
            bring_up_to_date(store, self.clock.now(), station)
            rows = digests_told(store.told, station)
            nested.rollback()
        return rows

    def settled(self):
        check(self.world.office)
        with self.world.office.store.transaction():
            admitted = self.admitted()
            self.world.office.store.verify()
            newest = {m.station: self.world.office.store.journal_at(m.station) for m in self.machines}
        for machine in self.machines:
            missing = [e.seq for e in machine.node.store.entries() if e.head not in admitted]
            empty = [seq for seq in missing if isinstance(machine.node.store.event_at(seq), Mark | Genesis)]
            assert missing == empty, (machine.name, "entries that survive never came to central", missing)
            journal = newest[machine.station]
            if journal and journal.log == machine.node.store.log:
                self.agrees(machine)
        self.counted_once()
        before = self.world.tables()
        with self.world.office.store.transaction():
            self.world.office.store.rebuild()
        assert self.world.tables() == before, "a rebuild gives other tables"

    def agrees(self, machine):
        for card, account in CARDS.items():
            shown = machine.node.store.cards.standing(card).balance
            assert shown == self.world.balance(account), (machine.name, "differs from central")

    def counted_once(self):
        """No ticket of a station gives points on two of its lines."""
        with self.world.office.store.transaction() as connection:
            rows = connection.exec_driver_sql(
                """SELECT station, reference, count(*) FROM movement JOIN journal USING (journal)
                WHERE kind = 'sale' AND points > 0 GROUP BY station, reference HAVING count(*) > 1"""
            ).all()
        assert rows == [], rows


def live(folder, seed, steps, stations=2, mishaps=1, kind=Life):
    """One life, its weather, and its calm. Returns what was seen."""
    from suite.runtime import secrets

    before = secrets.system_random
    secrets.system_random = SeededRandom(Random(seed))
    try:
        life = kind(folder, seed, stations, mishaps)
        for n in range(steps):
            life.step()
            if n % 10 == 0:
                check(life.world.office)
        life.calm()
    finally:
        secrets.system_random = before
    return life.seen
