"""What stations say about themselves and about central: going on under a new key, feeds never told, a past rewritten.

Heard only in signed words: a request to go on is signed by the key before, a mark by its journal (SYN-3).
"""

import msgspec

from suite.central.office import Office
from suite.central.store import Journal
from suite.domain.errors import N_, NotThere, Phrase
from suite.domain.events.central import StationPaired
from suite.domain.events.network import ContinuationAsked, EraBegun, JournalRevoked
from suite.domain.events.node import Genesis, Mark
from suite.domain.ids import CENTRAL, StationCode
from suite.domain.quantities import Moment
from suite.journal.codec import UnknownFact, decode
from suite.journal.entry import journal_id
from suite.journal.keys import signed_by
from suite.runtime.errors import BundleRefused
from suite.sync.enrolment import compare_digits
from suite.sync.frames import CERTIFICATE, Frame, signed_frame, signed_parts

WAITING_MAX = 8
"""Requests of one station that may wait: more PCs than anybody clones, and no journal grows by a hostile one's."""


class Asking(msgspec.Struct, frozen=True):
    """A PC that asks to go on with a next journal, and the digits that its own screen shows."""

    station: StationCode
    log: str
    digits: str
    at: Moment


# What this central approved (protocol 3.5)


def certificate(office: Office, journal: Journal) -> Frame:
    """Central's word that it approved a journal: its station carries it, for a central that came back from a backup."""
    return signed_frame(CERTIFICATE, journal.genesis, office.signer.sign(b"cert", journal.genesis))


def readmit(office: Office, frame: Frame) -> None:
    """Approve again what this central approved before it came back from a backup. Call inside a transaction."""
    body, signature = signed_parts(frame)
    genesis = decode(body)
    own = isinstance(genesis, Genesis) and signed_by(office.signer.public, b"cert", body, signature)
    if not own or office.store.lines_of(journal_id(body)):
        return
    assert isinstance(genesis, Genesis)
    station = genesis.station
    if office.store.directory.node(station) is not None:
        office.record(lambda at, by: StationPaired(at=at, by=by, station=station, invitation="", genesis=body.decode()))


# A next incarnation (protocol 3.6)


def hear_request(office: Office, frame: Frame) -> bytes:
    """Keep a request to go on, once. Returns the id of the journal that it would begin. Raises BundleRefused.

    Call inside a transaction.
    """
    body, signature = signed_parts(frame)
    genesis, log = decode(body), journal_id(body)
    if not isinstance(genesis, Genesis) or genesis.prev is None:
        raise _no_request()
    before = _key_before(office, genesis)
    if before is None or not signed_by(before, b"next", body, signature):
        raise _no_request()
    lineage, station = office.store.lineage, genesis.station
    if not office.store.lines_of(log) and lineage.asked(log) is None and lineage.waiting(station) < WAITING_MAX:
        office.record(lambda at, by: ContinuationAsked(at=at, by=by, station=station, genesis=body.decode()))
    return log


def _key_before(office: Office, genesis: Genesis) -> bytes | None:
    """The key of the journal that a request continues, if that is this station's in this network."""
    assert genesis.prev is not None
    try:
        log = bytes.fromhex(genesis.prev.log)
    except ValueError:
        return None
    if genesis.network != office.programme().network:
        return None
    if genesis.kind != office.store.directory.kind_of(genesis.station):
        return None
    lines = office.store.lines_of(log)
    if lines:
        return lines[0].sign if lines[0].station == genesis.station and not lines[0].revoked else None
    waiting = office.store.lineage.asked(log)
    before = decode(waiting) if waiting else None
    return bytes.fromhex(before.sign) if isinstance(before, Genesis) and before.station == genesis.station else None


def _no_request() -> BundleRefused:
    return BundleRefused(
        N_("A PC asks to go on as a station, and the key of the journal before did not sign it. Nothing was taken.")
    )


def digits_of(genesis: bytes) -> str:
    """What both sides of a continuation show and two people compare by telephone."""
    begun = decode(genesis)
    assert isinstance(begun, Genesis)
    return compare_digits(begun.prev.log if begun.prev else "", genesis.decode())


def asking(office: Office) -> list[Asking]:
    """The PCs that wait for a person's word."""
    with office.store.transaction():
        rows = office.store.lineage.all_asked()
    return [Asking(station, log.hex(), digits_of(genesis), at) for log, station, at, genesis in rows]


def let_continue(office: Office, station: StationCode, digits: str) -> Asking:
    """A person compared the digits: that PC is the station from here on. Raises NotThere."""
    with office.store.transaction():
        waiting = [row for row in office.store.lineage.all_asked() if row[1] == station and digits_of(row[3]) == digits]
        if not waiting:
            raise NotThere(what=Phrase(N_("request to go on")), name=f"{station} {digits}")
        log, _, at, genesis = waiting[0]
        office.record(
            lambda now, by: StationPaired(at=now, by=by, station=station, invitation="", genesis=genesis.decode())
        )
    return Asking(station, log.hex(), digits, at)


def revoke(office: Office, station: StationCode, reason: str) -> Journal:
    """The key of a station's journal of today is not believed any more. Raises NotThere."""
    with office.store.transaction():
        journal = office.store.journal_at(station)
        if journal is None or journal.revoked:
            raise NotThere(what=Phrase(N_("journal")), name=station)
        log = journal.log.hex()
        office.record(lambda at, by: JournalRevoked(at=at, by=by, station=station, log=log, reason=reason))
    return journal


# Marks: what a station says it was told (protocol 3.4)


def hear_mark(office: Office, station: StationCode, body: bytes) -> bool:
    """A station's signed statement, also from a run that could not be admitted. True when it began another era.

    It names a feed that this central never told: this central came back from a backup. Call inside a transaction.
    """
    mark = decode(body)
    if isinstance(mark, UnknownFact) or not isinstance(mark, Mark) or not mark.feed:
        return False
    store = office.store
    if (
        store.lineage.was_issued(mark.feed)
        or mark.era < store.lineage.era()
        or mark.feed_count <= store.lineage.issued_since()
    ):
        return False
    era = max(store.lineage.era(), mark.era) + 1
    office.record(lambda at, by: EraBegun(at=at, by=by, era=era, station=station, feed_count=mark.feed_count))
    return True


def begin_era(office: Office) -> None:
    """A person restored this central: no station has to prove it. Call inside a transaction."""
    era = office.store.lineage.era() + 1
    office.record(lambda at, by: EraBegun(at=at, by=by, era=era, station=CENTRAL, feed_count=0))


def contradicts(office: Office, mark: Mark) -> bool:
    """Whether a station was told another past of central's own journal than the one that stands here (T25).

    Call inside a transaction. A mark of an era before this one speaks of a past that a restore took.
    """
    if mark.witnessed is None or mark.era < office.store.lineage.era():
        return False
    head = office.store.own_head_at(mark.witnessed.seq)
    return head is None or head.hex() != mark.witnessed.head
