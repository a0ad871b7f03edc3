"""Taking what stations bring: verified, admitted, projected, all of a delivery in one transaction.

Repeats are counted, not errors: merging the same file twice changes nothing. A file that must be refused is refused
whole and the others of the same delivery are taken.
"""

from collections.abc import Iterable, Sequence

import msgspec

from suite.central.office import Office
from suite.central.projections import Fact
from suite.central.store import Journal
from suite.domain.calendar import EARLIEST, LATEST
from suite.domain.errors import N_
from suite.domain.events.base import Event
from suite.domain.ids import StationCode
from suite.journal.admission import Admitted, Run, admit, read_seal, run_from_bytes
from suite.journal.codec import STATION_KINDS, UnknownFact, decode_all
from suite.journal.entry import Tip
from suite.runtime.errors import BundleRefused
from suite.sync.bundle import Receiver, open_bundle
from suite.sync.frames import RUN, Frame

STATION_TYPES = frozenset(STATION_KINDS)

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


def merge(
    office: Office, bundles: Sequence[tuple[str, bytes]], *, despite_clock: bool = False
) -> list[Merged | NotMerged]:
    """Merge (name, content) bundles. Each is taken whole or refused with its reason. Raises StorageTrouble."""
    with office.store.transaction():
        delivery = _Delivery(office, despite_clock=despite_clock)
        results = [delivery.take(name, content) for name, content in bundles]
        office.store.project(delivery.facts)
    return results


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

    def take(self, name: str, content: bytes) -> Merged | NotMerged:
        try:
            _, frames = open_bundle(content, self._receiver, despite_clock=self._despite_clock)
            journal, runs = self._runs(frames)
            checked = list(self._checked(journal, runs))
        except BundleRefused as refusal:
            return NotMerged(name, refusal)
        fresh = sum(self._admit(journal, *run) for run in checked)
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
        tip = self._tips.get(journal.number) or self._store.tip_of(journal)
        for run in runs:
            admitted = admit(run, known=tip, public=journal.sign, head_at=lambda seq: self._store.head_at(journal, seq))
            if admitted is None:
                continue
            if admitted.first == 1 and admitted.bodies[0] != journal.genesis:
                raise BundleRefused(N_("This journal does not begin as the approved one does. Call the station."))
            yield run, admitted, _facts(journal, admitted.first, admitted.bodies)
            tip = admitted.tip

    def _admit(self, journal: Journal, run: Run, admitted: Admitted, facts: list[Fact]) -> int:
        self._store.admit(journal, run, admitted, count=self._count, received=self._receiver.now)
        self._count += len(facts)
        self._tips[journal.number] = admitted.tip
        self.facts += facts
        return len(facts)


def _facts(journal: Journal, first: int, bodies: list[bytes]) -> list[Fact]:
    """The decoded entries of a station. Raises BundleRefused for what a station may not write."""
    number, station = journal.number, journal.station
    facts = []
    for seq, event in enumerate(decode_all(bodies), start=first):
        if type(event) not in STATION_TYPES:
            raise _not_a_stations(event)
        assert isinstance(event, Event), "the kinds of a station are events"
        if not EARLIEST <= event.at < LATEST:
            raise BundleRefused(
                N_("This station wrote a fact with an impossible date. Nothing was taken; call support.")
            )
        facts.append(Fact(number, station, seq, event))
    return facts


def _not_a_stations(event: Event | UnknownFact) -> BundleRefused:
    if isinstance(event, UnknownFact):
        return BundleRefused(
            N_("This station runs a newer Canje ({kind}). Update central first; nothing is lost."), kind=event.kind
        )
    return BundleRefused(N_("This station wrote what only central may write. Nothing was taken; call the station."))
