"""Taking what stations bring: verified, admitted, projected, all of a delivery in one transaction.

Repeats are counted, not errors: merging the same file twice changes nothing. A file that must be refused is refused
whole and the others of the same delivery are taken.
"""

from collections.abc import Iterable, Sequence

import msgspec

from suite.central.jobs.corrections import Corrected, correct
from suite.central.jobs.spending_audit import audit_spending, release_holds
from suite.central.office import Office
from suite.central.projector import Fact
from suite.central.store import Journal
from suite.domain.calendar import EARLIEST, LATEST
from suite.domain.errors import N_
from suite.domain.events.base import Event
from suite.domain.events.limits import is_possible
from suite.domain.events.station import MemberApplied
from suite.domain.ids import StationCode
from suite.domain.personal import Consent, Person
from suite.journal.admission import Admitted, Run, admit, read_seal, run_from_bytes
from suite.journal.codec import STATION_KINDS, UnknownFact, decode_all
from suite.journal.entry import Tip, commitment
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.safe_text import safe_text
from suite.sync.bundle import Receiver, open_bundle
from suite.sync.frames import BLOB, RUN, Frame, open_blob

STATION_TYPES = frozenset(STATION_KINDS)

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


class NotMerged(msgspec.Struct, frozen=True):
    """A bundle that was refused, and why."""

    name: str
    refusal: BundleRefused


class Delivered(msgspec.Struct, frozen=True):
    """One delivery: a result for each bundle, and what closed months would have done otherwise."""

    results: list[Merged | NotMerged]
    corrected: Corrected
    beyond: int = 0
    """Prizes that left outside the limits of spending with no link (PRZ-6)."""


def merge(office: Office, bundles: Sequence[tuple[str, bytes]], *, despite_clock: bool = False) -> Delivered:
    """Merge (name, content) bundles. Each is taken whole or refused with its reason. Raises StorageTrouble.

    What came late is compensated in the same transaction.
    """
    with office.store.transaction():
        delivery = _Delivery(office, despite_clock=despite_clock)
        results = [delivery.take(name, content) for name, content in bundles]
        office.store.project(delivery.facts)
        beyond = audit_spending(office, delivery.facts, delivery.told)
        release_holds(office, delivery.facts)
        corrected = correct(office)
    return Delivered(results, corrected, beyond)


class _Delivery:
    """The bundles of one transaction: tips move as runs are admitted, facts wait to be projected together."""

    def __init__(self, office: Office, *, despite_clock: bool) -> None:
        self._office = office
        self._store = office.store
        self._despite_clock = despite_clock
        self._receiver = Receiver(
            office.programme().network, office.log(), office.secrets.box, office.clock.now(), STATION_PLAIN_MAX
        )
        self._count = office.store.count()
        self._tips: dict[int, Tip] = {}
        self.facts: list[Fact] = []
        self.told: dict[int, int] = {}
        """For each journal the feed that it decided upon before these facts."""

    def take(self, name: str, content: bytes) -> Merged | NotMerged:
        try:
            _, frames = open_bundle(content, self._receiver, despite_clock=self._despite_clock)
            journal, runs = self._runs(frames)
            checked = list(self._checked(journal, runs))
            blobs = list(_blobs(frames, checked))
        except BundleRefused as refusal:
            return NotMerged(name, refusal)
        fresh = sum(self._admit(journal, *run) for run in checked)
        for salt, blob in blobs:
            if self._store.kept(commitment(salt, blob)) is None:
                self._store.keep(blob, salt)
        total = sum(len(run.bodies) for run in runs)
        return Merged(name, journal.station, fresh, total - fresh)

    def _runs(self, frames: list[Frame]) -> tuple[Journal, list[Run]]:
        runs = [run_from_bytes(frame.content) for frame in frames if frame.kind == RUN]
        logs = {read_seal(run).log for run in runs}
        journal = self._journal(logs)
        if journal is None:
            raise BundleRefused(
                N_("This bundle comes from a station that this central never approved. Nothing of it was taken.")
            )
        return journal, runs

    def _journal(self, logs: set[str]) -> Journal | None:
        if len(logs) != 1:
            return None
        try:
            return self._store.journal_of(bytes.fromhex(logs.pop()))
        except ValueError:
            return None

    def _checked(self, journal: Journal, runs: list[Run]) -> Iterable[tuple[Run, Admitted, list[Fact]]]:
        """Each run verified and decoded before anything of the bundle is written."""
        tip, count = self._tips.get(journal.number) or self._store.tip_of(journal), self._count
        for run in runs:
            admitted = admit(run, known=tip, public=journal.sign, head_at=lambda seq: self._store.head_at(journal, seq))
            if admitted is None:
                continue
            if admitted.first == 1 and admitted.bodies[0] != journal.genesis:
                raise BundleRefused(N_("This journal does not begin as the approved one does. Call the station."))
            yield run, admitted, _facts(journal, admitted.first, admitted.bodies, count)
            tip, count = admitted.tip, count + len(admitted.bodies)

    def _admit(self, journal: Journal, run: Run, admitted: Admitted, facts: list[Fact]) -> int:
        self._store.admit(journal, run, admitted, count=self._count, received=self._receiver.now)
        self.told.setdefault(journal.number, self._store.feed_of(journal))
        self._count += len(facts)
        self._tips[journal.number] = admitted.tip
        self.facts += facts
        return len(facts)


def _plain(body: bytes) -> bool:
    """A station writes codes, numbers and digits: nothing escaped, no letter beyond ASCII, no book."""
    return len(body) <= STATION_BODY_MAX and body.isascii() and b"\\" not in body


def _blobs(frames: list[Frame], checked: list[tuple[Run, Admitted, list[Fact]]]) -> Iterable[tuple[bytes, bytes]]:
    """The (salt, blob) pairs beside the journal that a new fact commits to. Raises BundleRefused."""
    applied = [f.event for _, _, facts in checked for f in facts if isinstance(f.event, MemberApplied)]
    shapes = {(event.personal, Person) for event in applied} | {(event.consent, Consent) for event in applied}
    for frame in frames:
        if frame.kind != BLOB:
            continue
        salt, blob = open_blob(frame)
        name = commitment(salt, blob)
        meant = [shape for shape in (Person, Consent) if (name, shape) in shapes]
        for shape in meant:
            _check_blob(blob, shape)
        if meant:
            yield salt, blob


def _check_blob(blob: bytes, shape: type) -> None:
    """Personal data of a station is as hostile as any text from outside."""
    try:
        value: msgspec.Struct = msgspec.json.decode(blob, type=shape)
    except HOSTILE_JSON as error:
        raise BundleRefused(N_("This station wrote personal data that nobody can read. Nothing was taken.")) from error
    texts = [text for text in msgspec.structs.astuple(value) if isinstance(text, str)]
    if any(text != safe_text(text, len(text)) for text in texts):
        raise BundleRefused(N_("This station wrote personal data with control characters. Nothing was taken."))


def _facts(journal: Journal, first: int, bodies: list[bytes], count: int) -> list[Fact]:
    """A station's entries decoded, numbered from `count` on. Raises BundleRefused for what it may not write."""
    number, station = journal.number, journal.station
    facts = list[Fact]()
    for seq, event in enumerate(decode_all(bodies), start=first):
        if type(event) not in STATION_TYPES:
            raise _not_a_stations(event)
        assert isinstance(event, Event), "the kinds of a station are events"
        if not EARLIEST <= event.at < LATEST:
            raise BundleRefused(
                N_("This station wrote a fact with an impossible date. Nothing was taken; call support.")
            )
        if not is_possible(event, number) or not _plain(bodies[seq - first]):
            raise BundleRefused(
                N_("This station wrote a fact that no station can mean. Nothing was taken; call support.")
            )
        facts.append(Fact(number, station, seq, event, count + len(facts) + 1))
    return facts


def _not_a_stations(event: Event | UnknownFact) -> BundleRefused:
    if isinstance(event, UnknownFact):
        return BundleRefused(
            N_("This station runs a newer Canje ({kind}). Update central first; nothing is lost."), kind=event.kind
        )
    return BundleRefused(N_("This station wrote what only central may write. Nothing was taken; call the station."))
