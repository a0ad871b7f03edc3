"""A network that trades, lived by a seed: notes between shelves, codes collected elsewhere, new rules, closed months.

People do as they like: a note is received from its paper, twice, or with a piece too few; a code is tried at any
station, again too. Months are closed while bundles are under way, rules change while old ones hold.
"""

from collections import Counter
from contextlib import suppress

from suite.central.adjustments import cancel_order
from suite.central.jobs.month_close import close_month, due_months
from suite.domain.calendar import month_of
from suite.domain.errors import Refusal
from suite.domain.events.central import ExpiryCorrected, PointsExpired
from suite.domain.events.shelf import PrizesTransferred, TransferReceived
from suite.domain.events.station import PrizeRedeemed, PrizeWithdrawn, SaleRecorded, ShipmentReceived
from suite.domain.ids import AttendantNumber, PrizeCode
from suite.domain.transfers import sender_of
from suite.runtime.config import read_programme
from suite.station.collecting import collect
from suite.station.desk import Attendant, CardRead
from suite.station.transfers import receive_transfer, send_prizes
from tests.factories import TOML
from tests.sim.network import CARDS, Life

EVA = Attendant("01", "Eva", manager=True)
MUG = PrizeCode("MUG")
POINTS_A_UNIT = (2, 1)
"""Of money: under even versions of the rules, and under odd ones."""
OF_THE_FIRST = TOML.replace("points = 100", 'points = 100\ndeliveries = ["immediate", "withdrawal"]', 1).replace(
    "expire_after_months = 12", "expire_after_months = 1"
)


def rules(version):
    """The programme of a version: the same again when a restored central publishes it again."""
    toml = OF_THE_FIRST.replace('per_amount = "1"', f'per_amount = "{POINTS_A_UNIT[version % 2]}"')
    return read_programme(toml, name="programme.toml", version=version)


class Trading(Life):
    """Two or three stations that send each other prizes and hand over what was ordered elsewhere."""

    TOML = OF_THE_FIRST
    STEPS = 200

    def __init__(self, folder, seed, stations=2, mishaps=1):
        super().__init__(folder, seed, stations, mishaps)
        self.notes, self.codes = [], []
        self.give(20_000)
        for machine in self.machines:
            self.world.carry_out(machine.station)

    def deeds(self):
        """Less selling than elsewhere, and more on the way."""
        weights = {
            self.sell: 14,
            self.redeem: 4,
            self.send_up: 26,
            self.arrive_up: 26,
            self.send_down: 20,
            self.arrive_down: 24,
        }
        return [
            *((deed, weights.get(deed, weight)) for deed, weight in super().deeds()),
            (self.send, 14),
            (self.receive, 10),
            (self.order_with_code, 8),
            (self.collect, 12),
            (self.cancel, 2),
            (self.publish, 4),
            (self.close, 6),
        ]

    def tried(self, what, deed):
        """What it gave, or None where the business said no."""
        try:
            done = deed()
        except Refusal as refusal:
            self.seen[refusal.code] += 1
            return None
        self.seen[what] += 1
        return done

    # What happens

    def send(self):
        machine = self.desk()
        others = sorted({each.station for each in self.machines} - {machine.station})
        to, count = self.dice.choice(others), self.dice.randrange(1, 4)
        sent = self.tried("prizes sent", lambda: send_prizes(machine.desk, to, {MUG: count}, EVA))
        if sent:
            self.notes.append((sent.note, to, count))

    def receive(self):
        """By central's word, or from the paper: at the station that it is for or another one, once or again."""
        machine = self.desk()
        told = machine.node.store.consignment.under_way()
        if told and self.dice.random() < 0.7:
            note = self.dice.choice(told)
            self.tried("received by central's word", lambda: receive_transfer(machine.desk, note, EVA))
        elif self.notes:
            place = self.dice.randrange(len(self.notes))
            note, to, count = self.notes[place] if self.dice.random() < 0.3 else self.notes.pop(place)
            here = [each for each in self.machines if each.station == to]
            machine = self.dice.choice(here if self.dice.random() < 0.8 else self.machines)
            came = {MUG: count - (self.dice.random() < 0.1)}
            self.tried("received from its paper", lambda: receive_transfer(machine.desk, note, EVA, came))

    def order_with_code(self):
        machine, card = self.desk(), self.dice.choice(list(CARDS))
        read = CardRead(card, "swipe")
        ordered = self.tried(
            "ordered with a code", lambda: machine.desk.redeem(read, AttendantNumber("01"), MUG, "withdrawal")
        )
        if ordered:
            self.codes.append((ordered.code, card, machine.station))

    def collect(self):
        if not self.codes:
            return
        place = self.dice.randrange(len(self.codes))
        code, card, ordered_at = self.codes[place] if self.dice.random() < 0.4 else self.codes.pop(place)
        machine = self.desk()
        what = "collected elsewhere" if machine.station != ordered_at else "collected where it was ordered"
        self.tried(what, lambda: collect(machine.desk, CardRead(card, "swipe"), code, AttendantNumber("01")))

    def cancel(self):
        with self.world.office.store.transaction():
            orders = self.world.office.store.shelf.orders()
        if orders:
            number = self.dice.choice(orders).order
            self.tried("order cancelled", lambda: cancel_order(self.world.office, number, "not wanted"))

    def publish(self):
        self.world.office.publish(rules)
        self.seen["rules changed"] += 1

    def close(self):
        """The oldest month that is over, whatever bundles of it are still under way."""
        office = self.world.office
        with suppress(Refusal):
            for month in due_months(office, month_of(self.clock.moment, self.machines[0].desk.zone()))[:1]:
                close_month(office, month)
                self.seen["month closed"] += 1
                self.seen["bundles under way at a close"] += bool(self.up)

    # What must be true

    def facts(self):
        """Every admitted fact."""
        store = self.world.office.store
        with store.transaction():
            return [fact for batch in store.history.facts() for fact in batch]

    def agrees(self, machine):
        super().agrees(machine)
        office = self.world.office
        with office.store.transaction():
            version = office.programme().version
        assert machine.node.store.programme().version == version, (machine.name, "has other rules")
        known = [fact for fact in self.facts() if fact.station == machine.station]
        if len(known) == machine.node.store.tip().seq:  # no other PC of the station ever wrote anything
            with office.store.transaction():
                shelf = {(s, prize): count for s, prize, count in office.store.shelf.stock()}
            assert machine.node.store.on_hand(MUG) == shelf[machine.station, MUG], (machine.name, "has another shelf")
            self.seen["a shelf compared"] += 1

    def settled(self):
        super().settled()
        facts = self.facts()
        self.no_piece_is_made_or_lost(facts)
        self.once_or_looked_into(facts)
        for fact in facts:
            event = fact.event
            if isinstance(event, SaleRecorded):
                rate = POINTS_A_UNIT[event.version % 2]
                assert event.points == sum(line.amount for line in event.lines) * rate // 100, (event, "by other rules")
                self.seen[f"sold under {'odd' if event.version % 2 else 'even'} rules"] += 1
            self.seen["expired"] += isinstance(event, PointsExpired)
            self.seen["expiry corrected"] += isinstance(event, ExpiryCorrected)

    def no_piece_is_made_or_lost(self, facts):
        """On shelves, under way or missed there, and handed over: what was shipped, piece by piece."""
        with self.world.office.store.transaction():
            shelf = self.world.office.store.shelf
            on_shelves = sum(count for _, prize, count in shelf.stock() if prize == MUG)
            away = sum(sent - came for note in shelf.transfers() for _, sent, came in note.lines)
        events = [fact.event for fact in facts]
        shipped = sum(pieces(event) for event in events if isinstance(event, ShipmentReceived))
        handed_over = sum(isinstance(event, PrizeRedeemed | PrizeWithdrawn) for event in events)
        assert on_shelves + away + handed_over == shipped, "a piece was made or lost"
        sent = sum(pieces(event) for event in events if isinstance(event, PrizesTransferred))
        came = sum(pieces(event) for event in events if isinstance(event, TransferReceived))
        assert away == sent - came, "notes tell of other pieces than were sent and came"

    def once_or_looked_into(self, facts):
        """A code is collected once and a note received once; every other time is an incident of its own."""
        with self.world.office.store.transaction():
            found = Counter(each.kind for each in self.world.office.store.shelf.open_incidents())
            collected = {(row.issuer, row.seq) for row in self.withdrawals()}
        codes = Counter((f.event.issuer, f.event.order) for f in facts if isinstance(f.event, PrizeWithdrawn))
        notes = Counter(f.event.note for f in facts if isinstance(f.event, TransferReceived))
        assert collected == set(codes), "central counts other codes as collected"
        for kind, times in (("withdrawn-twice", codes), ("transfer-twice", notes)):
            assert found[kind] == sum(n - 1 for n in times.values()), (kind, "once too often, and nobody is told")
            self.seen[kind] += found[kind]
        strange = {note for note in notes if sender_of(note) not in {m.station for m in self.machines}}
        assert not strange, strange

    def withdrawals(self):
        """Call inside a transaction."""
        from sqlalchemy import select

        from suite.central import schema

        return self.world.office.store._db.execute(select(schema.withdrawal)).all()


def pieces(event):
    return sum(line.quantity for line in event.lines)
