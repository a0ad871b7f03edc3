"""Taking what stations bring: verified, admitted, projected, all of a delivery in one transaction.

Repeats are counted, not errors: merging the same file twice changes nothing. A file that must be refused is refused
whole and the others of the same delivery are taken.
"""

from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from suite.central.beside import blobs_in, blobs_of
from suite.central.continuity import contradicts, digits_of, hear_mark, hear_request, readmit
from suite.central.jobs.contested import settle_claims
from suite.central.jobs.corrections import Corrected, correct
from suite.central.jobs.spending_audit import audit_spending, release_holds
from suite.central.jobs.transfers import miss_transfers
from suite.central.office import Office
from suite.central.portal import forget_refused
from suite.central.projector import Fact
from suite.central.store import Journal
from suite.domain.calendar import EARLIEST, LATEST
from suite.domain.dating import Bracket, doubted, with_doubts
from suite.domain.errors import N_
from suite.domain.events.base import Event, kind_of
from suite.domain.events.limits import is_possible, number_claimed
from suite.domain.events.member_desk import IncidentReported
from suite.domain.events.network import ClockDoubted, JournalForked, PastContradicted
from suite.domain.events.node import Genesis, Mark
from suite.domain.events.portal import Asked
from suite.domain.events.rights import OUTSIDE_KINDS, may_write
from suite.domain.events.shelf import PrizesTransferred
from suite.domain.events.station import MemberApplied, PrizeRequested
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched, PrizeReturned
from suite.domain.ids import NodeKind, StationCode
from suite.domain.personal import Consent, Person, Receipt
from suite.domain.quantities import Moment
from suite.journal.admission import Admitted, Line, Run, admit, missing_before, read_seal, run_from_bytes
from suite.journal.codec import UnknownFact, decode, decode_all, encode
from suite.journal.entry import commitment
from suite.runtime.errors import BundleRefused
from suite.sync.bundle import Receiver, open_bundle
from suite.sync.frames import CERTIFICATE, GOES_ON, RUN, Frame

STATION_BODY_MAX = 64 * 1024
"""The longest ticket with the day's sums of two hundred promotions is a third of it."""

STATION_PLAIN_MAX = 64 * 1024 * 1024
"""What one station's bundle may unfold to: twice a year of the busiest."""


class Merged(msgspec.Struct, frozen=True):
    """What one bundle brought."""

    name: str
    station: StationCode
    fresh: int
    known: int
    log: bytes = b""
    """The journal that spoke, and is to be answered."""
    held: int = 0
    """Entries that wait for a person's word: their PC asks to go on with a next journal."""
    asks: tuple[str, ...] = ()
    """The digits that such a PC shows."""


class NotMerged(msgspec.Struct, frozen=True):
    """A bundle that was refused, and why. `station` is whose seal was good all the same: it may be answered.

    `era`: it told that this central came back from a backup.
    """

    name: str
    refusal: BundleRefused
    station: StationCode | None = None
    log: bytes = b""
    era: bool = False


class Delivered(msgspec.Struct, frozen=True):
    """One delivery: a result for each bundle, and what closed months would have done otherwise."""

    results: list[Merged | NotMerged]
    corrected: Corrected
    beyond: int = 0
    """Prizes that left outside the limits of spending with no link (PRZ-6)."""
    contested: int = 0
    """Claims of invoices that another station's claim stands against (STA-10)."""


def merge(office: Office, bundles: Sequence[tuple[str, bytes]], *, despite_clock: bool = False) -> Delivered:
    """Merge (name, content) bundles. Each is taken whole or refused with its reason. Raises StorageTrouble.

    What came late is compensated in the same transaction.
    """
    with office.store.transaction():
        delivery = _Delivery(office, despite_clock=despite_clock)
        results = [delivery.take(name, content) for name, content in bundles]
        office.store.project(delivery.facts)
        forget_refused(office, delivery.facts)
        contested = settle_claims(office, delivery.facts)
        beyond = audit_spending(office, delivery.facts, delivery.told)
        release_holds(office, delivery.facts)
        miss_transfers(office)
        corrected = correct(office)
    return Delivered(results, corrected, beyond, contested)


class _Delivery:
    """The bundles of one transaction, each taken whole or undone; their facts wait to be projected together."""

    def __init__(self, office: Office, *, despite_clock: bool) -> None:
        self._office = office
        self._store = office.store
        self._despite_clock = despite_clock
        secrets = office.secrets
        self._receiver = Receiver(
            office.programme().network,
            office.log(),
            secrets.box,
            office.clock.now(),
            STATION_PLAIN_MAX,
            secrets.former,
        )
        self.facts: list[Fact] = []
        self.told: dict[int, int] = {}
        """For each journal the feed that it decided upon before these facts."""

    def take(self, name: str, content: bytes) -> Merged | NotMerged:
        bundle: _Bundle | None = None
        try:
            _, frames = open_bundle(content, self._receiver, despite_clock=self._despite_clock)
            bundle = _Bundle(self._office, self._receiver.now, frames)
            with self._store.or_nothing():
                bundle.admit()
        except BundleRefused as refusal:
            era = bundle is not None and refusal.heard and hear_mark(self._office, bundle.station, refusal.heard)
            if bundle is None or refusal.family != "history":
                return NotMerged(name, refusal, era=bool(era))
            return NotMerged(name, refusal, bundle.station, bundle.log, bool(era))
        self.facts += bundle.facts
        for journal, count in bundle.told.items():
            self.told.setdefault(journal, count)
        return bundle.result(name)


class _Bundle:
    """One opened bundle: its runs by journal, admitted one after the other.

    What it asks, and what central itself certified, is kept even when its runs are refused.
    """

    def __init__(self, office: Office, now: Moment, frames: list[Frame]) -> None:
        self._office, self._store, self._now, self._frames = office, office.store, now, frames
        self._runs = [run_from_bytes(frame.content) for frame in frames if frame.kind == RUN]
        for frame in frames:
            if frame.kind == CERTIFICATE:
                readmit(office, frame)
        asked = {hear_request(office, frame) for frame in frames if frame.kind == GOES_ON}
        self._lines = {log: self._store.lines_of(log) for log in sorted({_log_of(run) for run in self._runs} | asked)}
        self._waits = [log for log, lines in self._lines.items() if not lines and self._store.lineage.asked(log)]
        stations = {line.station for lines in self._lines.values() for line in lines}
        stations |= {self._store.lineage.asked_by(log) for log in self._waits}
        if len(stations) != 1 or any(not lines and log not in self._waits for log, lines in self._lines.items()):
            raise BundleRefused(
                N_("This bundle comes from a station that this central never approved. Nothing of it was taken."),
                "stranger",
            )
        if any(line.revoked for lines in self._lines.values() for line in lines):
            raise BundleRefused(
                N_("The key of this station's journal was revoked here. Nothing was taken; keep the file."),
                "stranger",
            )
        (self.station,) = stations
        self._kind = self._store.directory.kind_of(self.station)
        self._numbers = frozenset(line.number for line in self._store.lines_at(self.station))
        self._others = frozenset(self._store.journals()) - self._numbers
        self.log = _log_of(self._runs[-1]) if self._runs else b""
        self._held = 0
        self.facts: list[Fact] = []
        self.told: dict[int, int] = {}

    def admit(self) -> None:
        """Admit what is new. Raises BundleRefused; the caller undoes what was written."""
        for run in self._runs:
            if _log_of(run) in self._waits:
                self._held += len(run.bodies)
            else:
                self._admit(run)
        self._check_orders()
        self._check_numbers()
        for salt, blob in blobs_in(self._frames, self._promised()):
            if self._store.kept(commitment(salt, blob)) is None:
                self._store.keep(blob, salt)
        for fact in self.facts:
            if isinstance(fact.event, Mark):
                self._hear(fact.event)

    def _admit(self, run: Run) -> None:
        journals = {line.number: line for line in self._lines[_log_of(run)]}
        known = [
            Line(number, self._store.tip_of(line), partial(self._store.head_at, line))
            for number, line in journals.items()
        ]
        first = next(iter(journals.values()))
        admitted = admit(run, public=first.sign, lines=known)
        if admitted is None:
            return
        if admitted.first == first.start + 1 and admitted.bodies[0] != first.genesis:
            raise BundleRefused(
                N_("This journal does not begin as the approved one does. Call the station."), "history"
            )
        if admitted.first == first.start + 1 and not self._holds_before(first):
            refusal = missing_before(first.start)
            refusal.heard = run.bodies[-1]
            raise refusal
        line = journals[admitted.line.number]
        if admitted.parts:
            line = self._parted(line, admitted)
        events = self._dated(line, admitted.first, _events(self._kind, admitted.bodies, self._numbers_for))
        count = self._store.count()
        facts = [
            Fact(line.number, line.station, admitted.first + place, event, count + place + 1)
            for place, event in enumerate(events)
        ]
        self._store.admit(line, run, admitted, count=count, received=self._now)
        self.told.setdefault(line.number, self._store.feed_of(line))
        self.facts += facts

    def _numbers_for(self, claimed: int) -> frozenset[int]:
        """The numbers of its journals, with the one that a fact claims if it may have been told it; 0 claims none."""
        return self._numbers | self._before(claimed) if claimed else self._numbers

    def _before(self, number: int) -> set[int]:
        """The number, where a central that came back from a backup may have told it to this station before.

        Another station's it is not, nor will it be: the fact of its place is admitted, and paired nobody.
        """
        return {number} - self._others if 0 < number <= self._store.count() else set()

    def _dated(self, line: Journal, first: int, events: list[Event]) -> list[Event]:
        """The events as central counts them; a wrong clock of the station is written down before them."""
        told = self._store.lineage.told_at(line.number, self._store.feed_of(line))
        wrong = doubted(events, Bracket(told, self._now))
        if wrong is None:
            return events
        begin, end = wrong
        doubt = ClockDoubted(
            at=self._now,
            by=self._office.operator,
            journal=line.number,
            first=first + begin,
            last=first + end,
            earliest=told,
            latest=self._now,
        )
        self._store.append([doubt])
        return with_doubts(events, line.number, first, [doubt])

    def _holds_before(self, journal: Journal) -> bool:
        """Whether central has what a journal goes on from: else the station brings that first."""
        genesis = decode(journal.genesis)
        if not isinstance(genesis, Genesis) or genesis.prev is None:
            return True
        before = self._store.lines_of(bytes.fromhex(genesis.prev.log))
        return any(self._store.head_at(line, journal.start) == journal.start_head for line in before if self._tip(line))

    def _tip(self, line: Journal) -> bool:
        return self._store.tip_of(line).seq > line.start

    def _parted(self, line: Journal, admitted: Admitted) -> Journal:
        """A new line beside the one it parts from: what a restored or copied disk wrote stays, and is looked into."""
        seq, head = admitted.first - 1, admitted.prev.hex()
        self._office.record(lambda at, by: JournalForked(at=at, by=by, journal=line.number, seq=seq, head=head))
        self._lines[line.log] = self._store.lines_of(line.log)
        return self._lines[line.log][-1]

    def _check_orders(self) -> None:
        """A warehouse speaks of the orders that were given to it. Raises BundleRefused.

        A central that came back from a backup may have lost that it gave one away: it takes the warehouse's word.
        """
        for fact in self.facts:
            if not isinstance(fact.event, PrizeDispatched | PrizeDelivered | PrizeReturned):
                continue
            order = self._store.shelf.order(fact.event.order)
            given = order.warehouse if order else ""
            if given != self.station and (given or not self._store.lineage.era()):
                refusal = BundleRefused(
                    N_("{node} wrote about order {order}, which is not its own. Nothing was taken; call there."),
                    node=self.station,
                    order=fact.event.order,
                )
                refusal.heard = self._proof_of_loss()
                raise refusal

    def _check_numbers(self) -> None:
        """A station numbers its notes and a portal its requests by their places; nobody commits to what is kept.

        Raises BundleRefused.
        """
        for fact in self.facts:
            event = fact.event
            number: str | None = event.request if isinstance(event, Asked) else None
            number = event.note if isinstance(event, PrizesTransferred) else number
            if number is not None and not number.startswith(f"{self.station}-{fact.seq}."):
                raise _meant_by_nobody()
            if isinstance(event, Asked | IncidentReported | PrizeRequested) and any(
                self._store.kept(name) is not None for name, _ in blobs_of(event)
            ):
                raise _meant_by_nobody()

    def _proof_of_loss(self) -> bytes | None:
        """A mark among the new facts that names a feed which this central does not know it told."""
        marks = [fact.event for fact in self.facts if isinstance(fact.event, Mark) and fact.event.feed]
        return next((encode(mark) for mark in marks if not self._store.lineage.was_issued(mark.feed)), None)

    def _promised(self) -> set[tuple[str, type]]:
        """What the new facts commit to, and the shape it has; not of members who left meanwhile."""
        promised = set[tuple[str, type]]()
        for fact in self.facts:
            if isinstance(fact.event, MemberApplied):
                promised |= {(fact.event.personal, Person), (fact.event.consent, Consent)}
            elif isinstance(fact.event, PrizeDelivered):
                order = self._store.shelf.order(fact.event.order)
                if order is None or order.account not in self._store.members.gone():
                    promised.add((fact.event.receipt, Receipt))
            elif isinstance(fact.event, IncidentReported):
                card = self._store.members.card(fact.event.card)
                if card is None or card.account not in self._store.members.gone():
                    promised |= blobs_of(fact.event)
            elif (
                isinstance(fact.event, Asked | PrizeRequested) and fact.event.account not in self._store.members.gone()
            ):
                promised |= blobs_of(fact.event)
        return promised

    def _hear(self, mark: Mark) -> None:
        if hear_mark(self._office, self.station, encode(mark)) or not contradicts(self._office, mark):
            return
        if not self._store.shelf.has_open_incident("central-history", self.station):
            seq = mark.witnessed.seq if mark.witnessed else 0
            self._office.record(lambda at, by: PastContradicted(at=at, by=by, station=self.station, seq=seq))

    def result(self, name: str) -> Merged:
        total, fresh = sum(len(run.bodies) for run in self._runs), len(self.facts)
        waits = tuple(digits_of(genesis) for log in self._waits if (genesis := self._store.lineage.asked(log)))
        return Merged(name, self.station, fresh, total - fresh - self._held, self.log, self._held, waits)


def _log_of(run: Run) -> bytes:
    try:
        return bytes.fromhex(read_seal(run).log)
    except ValueError:
        return b""


def _plain(body: bytes) -> bool:
    """A station writes codes, numbers and digits: nothing escaped, no letter beyond ASCII, no book."""
    return len(body) <= STATION_BODY_MAX and body.isascii() and b"\\" not in body


def _events(kind: NodeKind, bodies: list[bytes], numbers_for: Callable[[int], frozenset[int]]) -> list[Event]:
    """A node's entries decoded. Raises BundleRefused for what its kind may not write.

    `numbers_for` gives those of all its journals, in which it may have given out provisional accounts.
    """
    events = list[Event]()
    for event, body in zip(decode_all(bodies), bodies, strict=True):
        if isinstance(event, UnknownFact) or not may_write(kind, type(event)):
            raise _not_its_own(event)
        if not EARLIEST <= event.at < LATEST:
            raise BundleRefused(
                N_("This station wrote a fact with an impossible date. Nothing was taken; call support.")
            )
        if not is_possible(event, numbers_for(number_claimed(event))) or not _plain(body):
            raise _meant_by_nobody()
        events.append(event)
    return events


def _meant_by_nobody() -> BundleRefused:
    return BundleRefused(N_("This station wrote a fact that no station can mean. Nothing was taken; call support."))


def _not_its_own(event: Event | UnknownFact) -> BundleRefused:
    if isinstance(event, UnknownFact):
        return BundleRefused(
            N_("This station runs a newer Canje ({kind}). Update central first; nothing is lost."),
            "newer",
            kind=event.kind,
        )
    if type(event) in OUTSIDE_KINDS:
        return BundleRefused(
            N_("This node wrote what its kind of node may not write ({kind}). Nothing was taken; call there."),
            kind=kind_of(event),
        )
    return BundleRefused(N_("This station wrote what only central may write. Nothing was taken; call the station."))
