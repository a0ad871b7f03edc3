"""Central's word to one station, cut from the projections: balances and acknowledgement of the same moment."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec

from suite.central.continuity import certificate
from suite.central.directory import StationState
from suite.central.office import Office
from suite.central.outpost_feeds import portal_pages, warehouse_pages
from suite.central.store import Journal
from suite.central.telling import bring_up_to_date
from suite.central.told import NETWORK, ToldRows
from suite.domain.errors import N_, NotThere, Phrase, StationNotPaired
from suite.domain.ids import CENTRAL, StationCode
from suite.journal.entry import START, Tip
from suite.runtime.files import write_whole
from suite.runtime.secrets import derive, random_bytes
from suite.sync.bundle import FORMAT, Core, close_bundle, file_name
from suite.sync.digest import Digest
from suite.sync.feed import (
    TABLES,
    Ack,
    CardRow,
    FeedHeader,
    GoneRow,
    Progress,
    decode_key,
    feed_frames,
    in_pages,
    in_silence,
    name_of_feed,
)
from suite.sync.frames import Frame
from suite.sync.hot_list import HotList, hot_frame
from suite.sync.registry import registry_frames
from suite.sync.sealing import KEY_BYTES

NOTICE_MS = 90 * 24 * 3600 * 1000
"""How long after its last word a PC with an earlier key is told that another one followed."""

BASES_MAX = 64
"""How many feeds a delta names that it builds on: what a station was told since it said which one it has."""

FROM_THE_FIRST = -1


class FeedFile(msgspec.Struct, frozen=True):
    file_name: str
    content: bytes
    log: bytes
    """The journal to which it is sealed."""


def export_feed(office: Office, code: StationCode, progress: Progress = in_silence) -> FeedFile:
    """The bundle that tells a station what it lacks of all it may know. Raises NotThere, StationNotPaired."""
    with office.store.transaction():
        journal, name = _receiver(office, code)
        return _feed_for(office, journal, name, progress=progress)


def export_answer(office: Office, log: bytes) -> FeedFile | None:
    """The bundle for the very journal that spoke; None for one that is not approved, or not believed any more.

    A journal that another one of its station followed is told only that: its PC was copied, and must ask.
    """
    with office.store.transaction():
        lines = office.store.lines_of(log)
        if not lines or lines[0].revoked:
            return None
        journal, name = _receiver(office, lines[0].station)
        return _feed_for(office, lines[0], name, notice=journal.log != log)


def export_notices(office: Office, code: StationCode) -> list[FeedFile]:
    """Bundles for PCs that may still write the station's earlier journals: small, and disposable.

    None once a journal was silent for `NOTICE_MS`. Raises NotThere, StationNotPaired.
    """
    with office.store.transaction():
        journal, name = _receiver(office, code)
        since, heard = office.clock.now() - NOTICE_MS, office.store.lineage.heard
        earlier = [line for line in office.store.lines_at(code) if not line.parent and line.number != journal.number]
        alive = [line for line in earlier if not line.revoked and not 0 < heard(line.number) <= since]
        return [_feed_for(office, line, name, notice=True) for line in alive]


def _feed_for(
    office: Office, journal: Journal, name: str, *, notice: bool = False, progress: Progress = in_silence
) -> FeedFile:
    """The feed of a journal; as a notice, its header alone. Call inside a transaction."""
    now, code = office.clock.now(), journal.station
    rows = Cut() if notice else _rows_for(office, journal, progress)
    header = FeedHeader(
        log=journal.log.hex(),
        station=code,
        station_name=name,
        to=office.store.count(),
        at=now,
        ack=_ack(office.store.tip_of(journal) if _is_heard(office, journal) else START),
        pages=(),
        number=journal.number,
        era=office.store.lineage.era(),
        forked=notice or len(office.store.lines_of(journal.log)) > 1,
        others=_other_ends(office, journal),
        witness=_ack(office.store.tip()),
        bases=rows.bases,
        digests=rows.digests,
        withdrawal=withdrawal_key(office, code).hex(),
    )
    frames = feed_frames(header, rows.pages, office.signer)
    frames.append(certificate(office, journal))
    if not notice:
        office.store.lineage.issue(name_of_feed(frames[0].content), journal.number, header.to, rows.serial, now)
    core = _core(office, journal, code)
    frames = [*_registry(office), *frames]
    content = close_bundle(core, frames, to_box=journal.box, file_key=random_bytes(KEY_BYTES))
    return FeedFile(f"{'notice-' * notice}{file_name(core, seq=header.to)}", content, journal.log)


def withdrawal_key(office: Office, code: StationCode) -> bytes:
    """What binds withdrawal codes (PRZ-8), for stations; empty for a node of another kind."""
    kind = office.store.directory.kind_of(code)
    return derive(office.secrets.root, b"withdrawal") if kind == "station" else b""


class Cut(msgspec.Struct, frozen=True):
    """What a feed tells: pages, the feeds that they build on (none: they are whole), what they come to."""

    pages: Iterable[bytes] = ()
    bases: tuple[str, ...] = ()
    digests: tuple[Digest, ...] = ()
    serial: int = 0


def _rows_for(office: Office, journal: Journal, progress: Progress) -> Cut:
    """No more than a node of its kind needs."""
    kind = office.store.directory.kind_of(journal.station)
    if kind == "station":
        return cut_for(office, journal, progress)
    pages = warehouse_pages if kind == "warehouse" else portal_pages
    return Cut(pages(office, journal.station))


def cut_for(office: Office, journal: Journal, progress: Progress = in_silence) -> Cut:
    """The rows that a station lacks, by its own last word; all of them when nobody can tell, or they are no more.

    Call inside a transaction.
    """
    told, lineage, code = office.store.told, office.store.lineage, journal.station
    state = bring_up_to_date(office.store, office.clock.now(), code, progress)
    digests = digests_told(told, code)
    marked = lineage.marked(journal.number)
    since = lineage.serial_of(marked, journal.number)
    if since is None or since < state.floor:
        return Cut(_whole(told, code), (), digests, state.serial)
    changed = told.changed(NETWORK, since) + told.changed(code, since)
    if changed >= sum(digest.rows for digest in digests):
        return Cut(_whole(told, code), (), digests, state.serial)
    bases = dict.fromkeys([marked, *lineage.issued_from(since, journal.number, BASES_MAX)])
    return Cut(_delta(told, code, since), tuple(bases), digests, state.serial)


def digests_told(told: ToldRows, code: StationCode) -> tuple[Digest, ...]:
    """What all rows that a station is told come to. Call inside a transaction."""
    return tuple(sorted((*told.digests(NETWORK), *told.digests(code)), key=lambda digest: digest.table))


def _whole(told: ToldRows, code: StationCode) -> Iterator[bytes]:
    for table in TABLES:
        yield from in_pages(table, told.rows(NETWORK, table))
    yield from _there(told, code, FROM_THE_FIRST)


def _delta(told: ToldRows, code: StationCode, since: int) -> Iterator[bytes]:
    """First what is gone, then what came: a key may have changed hands."""
    for scope in (NETWORK, code):
        gone = (GoneRow(table, decode_key(key)) for table, key, content in told.rows_since(scope, since) if not content)
        yield from in_pages("gone", map(msgspec.json.encode, gone))
    for scope in (NETWORK, code):
        yield from _there(told, scope, since)


def _there(told: ToldRows, scope: StationCode, since: int) -> Iterator[bytes]:
    there = ((table, content) for table, _, content in told.rows_since(scope, since) if content)
    for table, rows in groupby(there, key=itemgetter(0)):
        yield from in_pages(table, map(itemgetter(1), rows))


def addressee(office: Office, code: StationCode) -> tuple[Journal, str]:
    """A station's journal of today and its name. Raises NotThere, StationNotPaired."""
    return _paired(office, code, office.store.directory.station(code))


def _receiver(office: Office, code: StationCode) -> tuple[Journal, str]:
    """The same of any node."""
    return _paired(office, code, office.store.directory.node(code))


def _paired(office: Office, code: StationCode, node: StationState | None) -> tuple[Journal, str]:
    if node is None:
        raise NotThere(what=Phrase(N_("station")), name=code)
    journal = office.store.journal_at(code)
    if journal is None:
        raise StationNotPaired(station=code)
    return journal, node.name


def _ack(tip: Tip) -> Ack:
    return Ack(tip.seq, tip.head.hex())


def _is_heard(office: Office, journal: Journal) -> bool:
    """Whether any entry of a line is here: else its beginning says nothing about what central has."""
    return office.store.tip_of(journal).seq > journal.start


def _other_ends(office: Office, journal: Journal) -> tuple[Ack, ...]:
    """The ends of the station's other lines, and the place where this journal went on from one of them."""
    lines = [line for line in office.store.lines_at(journal.station) if line.number != journal.number]
    ends = {office.store.tip_of(line) for line in lines if _is_heard(office, line)}
    begins = journal.begins
    if begins.seq and any(
        office.store.head_at(line, begins.seq) == begins.head
        for line in lines
        if line.log != journal.log and _is_heard(office, line)
    ):
        ends.add(begins)
    return tuple(sorted((_ack(end) for end in ends), key=lambda ack: (ack.seq, ack.head)))


def _core(office: Office, journal: Journal, code: StationCode) -> Core:
    return Core(
        v=FORMAT,
        net=office.programme().network,
        sender=office.log().hex(),
        sender_name=CENTRAL,
        to=journal.log.hex(),
        to_name=code,
        created=office.clock.now(),
    )


def _registry(office: Office) -> list[Frame]:
    """What every bundle for a node begins with: the registry's versions but the first, for a PC that was away for long.

    A PC that was restored believes an older one than it said last, so nothing is left out.
    """
    return registry_frames(text.encode() for text in office.registries()[1:])


def save_feed(feed: FeedFile, folder: Path) -> Path:
    """Write the bundle's file, whole or not at all. Raises StorageTrouble."""
    path = folder / feed.file_name
    write_whole(path, feed.content)
    return path


def export_hot_list(office: Office, code: StationCode) -> FeedFile:
    """A small bundle: only the cards whose state changed since the feed that the station decides upon (MEM-13).

    Raises NotThere, StationNotPaired.
    """
    with office.store.transaction():
        journal, _ = addressee(office, code)
        since, to, now = office.store.feed_of(journal), office.store.count(), office.clock.now()
        groups = office.store.members.groups()
        cards = tuple(
            CardRow(c.card, groups.root_of(c.account), c.status, c.role, c.issued, c.used)
            for c in office.store.members.cards(since)
        )
        network = office.programme().network
        frames = [*_registry(office), hot_frame(HotList(network, since, to, now, cards), office.signer)]
        core = _core(office, journal, code)
    content = close_bundle(core, frames, to_box=journal.box, file_key=random_bytes(KEY_BYTES))
    return FeedFile(f"hot-{file_name(core, seq=to)}", content, journal.log)
