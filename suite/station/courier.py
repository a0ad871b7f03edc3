"""The station's side of every exchange: joining the network, handing out its journal, taking central's feed."""

from itertools import chain, islice
from pathlib import Path

import msgspec

from suite.domain.errors import N_
from suite.domain.events.node import Genesis, Mark, Place
from suite.domain.ids import CENTRAL
from suite.domain.quantities import Moment
from suite.journal.admission import RUN_ENTRIES_MAX, run_to_bytes, seal_run
from suite.journal.codec import encode
from suite.journal.entry import START, Tip
from suite.journal.keys import Signer
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.db import open_database
from suite.runtime.errors import BadInput, BundleRefused, NotSetUp, StorageTrouble
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import Home
from suite.runtime.secrets import (
    clean_code,
    code_key,
    load_node_secrets,
    new_node_secrets,
    random_bytes,
    save_node_secrets,
)
from suite.station.feed_taking import MARKED_EVERY_MS, bring_in, not_taken, parted
from suite.station.identity import Identity, load_identity
from suite.station.store import FeedState, Refused, StationStore
from suite.station.witness import is_certificate
from suite.sync.bundle import FORMAT, Core, Receiver, close_bundle, file_name, opening_bundle
from suite.sync.enrolment import (
    REQUEST_SUFFIX,
    Invitation,
    Request,
    check_code,
    compare_digits,
    peek_invitation,
    write_authenticated,
)
from suite.sync.feed import FeedHeader, Progress, in_silence, read_feed
from suite.sync.frames import CERTIFICATE, HOT, RUN, Frame, blob_frame
from suite.sync.hot_list import read_hot
from suite.sync.sealing import KEY_BYTES, public_box_key, telephone_key


class Joined(msgspec.Struct, frozen=True):
    """A station's answer to its invitation: the file for central, and the digits to compare by telephone."""

    file_name: str
    content: bytes
    digits: str


class Membership(msgspec.Struct, frozen=True):
    """What this machine keeps beside its keys: whose invitation it accepted, and the first entry it wrote."""

    invitation: Invitation
    genesis: str


class Exported(msgspec.Struct, frozen=True):
    """A bundle for central: the entries `first`..`last` that it has not confirmed."""

    file_name: str
    content: bytes
    first: int
    last: int


class Outgoing(msgspec.Struct, frozen=True):
    """A bundle that answers for itself on the link: `fresh` entries that central has not confirmed, perhaps none.

    `more` says that not all of them fitted.
    """

    file_name: str
    content: bytes
    fresh: int
    more: bool


class Station(msgspec.Struct, frozen=True):
    """An opened station: who it is, its keys, its store. `restored`: it was found older than it should be just now.

    `progress` hears how far a feed is that comes in.
    """

    membership: Membership
    identity: Identity
    store: StationStore
    restored: bool = False
    progress: Progress = in_silence

    def telephone_key(self) -> bytes:
        """The key of the authorisations that central reads out for this station."""
        state = self.store.feed_state()
        own = self.identity.by_log(state.log) if state else None
        box = bytes.fromhex((own or self.identity.current).box)
        return telephone_key(box, bytes.fromhex(self.membership.invitation.box))


def join(home: Home, invitation_file: bytes, code: str, clock: Clock) -> Joined:
    """Accept an invitation: make keys, begin the journal, answer. Raises BadInput, BundleRefused, NotSetUp."""
    invitation = peek_invitation(invitation_file)
    whole = clean_code(code)
    if whole is None:
        raise BadInput(N_("That code was mistyped. It has 16 letters and digits, like K7QF-M2XR-9TBD-4HW3."))
    key = code_key(whole, invitation.id)
    check_code(invitation_file, key)
    if home.keys.exists():
        return _answer(_same_membership(home, invitation), key)
    if clock.now() > invitation.expires:
        raise BundleRefused(N_("This invitation has expired. Ask central for a new one."))
    secrets = new_node_secrets()
    genesis = encode(
        Genesis(
            at=clock.now(),
            network=invitation.network,
            station=invitation.station,
            incarnation=1,
            sign=Signer(secrets.sign).public.hex(),
            box=public_box_key(secrets.box).hex(),
            nonce=random_bytes().hex(),
        )
    )
    membership = Membership(invitation, genesis.decode())
    write_whole(home.invitation, msgspec.json.encode(membership), private=True)
    save_node_secrets(home.keys, secrets)
    open_station(home).store.close()
    return _answer(membership, key)


def _same_membership(home: Home, invitation: Invitation) -> Membership:
    """What this station answered before, so that a lost request can be written again. Raises NotSetUp."""
    membership = load_membership(home)
    if membership.invitation != invitation:
        raise NotSetUp(
            N_("There is a station in {folder} already. Choose another folder with --home."), folder=home.folder
        )
    return membership


def _answer(membership: Membership, key: bytes) -> Joined:
    invitation = membership.invitation
    request = Request(invitation.network, invitation.station, invitation.id, membership.genesis)
    return Joined(
        f"{invitation.station}{REQUEST_SUFFIX}",
        write_authenticated(request, key),
        compare_digits(invitation.id, membership.genesis),
    )


def load_membership(home: Home) -> Membership:
    """Whose station this folder is. Raises NotSetUp, StorageTrouble."""
    if not home.invitation.exists():
        raise NotSetUp(
            N_("The folder {folder} holds no station. Name a station's folder with --home."), folder=home.folder
        )
    try:
        return msgspec.json.decode(home.invitation.read_bytes(), type=Membership)
    except (*HOSTILE_JSON, OSError) as error:
        raise StorageTrouble(N_("The file {path} is damaged. Call support."), path=home.invitation) from error


def open_station(home: Home, clock: Clock | None = None, progress: Progress = in_silence) -> Station:
    """The station in that folder. Raises NotSetUp, StorageTrouble.

    A database that is older than its anchor was restored: it goes on under a new key, which central has to approve.
    """
    secrets = load_node_secrets(home.keys)
    membership = load_membership(home)
    identity = load_identity(home, membership.genesis, secrets)
    own = identity.current
    first = identity.incarnations[0].log
    store = StationStore(open_database(home.database, secrets.database_key()), first, identity.follow)
    if store.tip() == own.start and not store.holds(own.log):
        with store.writing():
            store.begin(own.log, own.genesis.encode())
    if any(identity.by_log(log) is None for log, _ in store.ends()):
        raise StorageTrouble(
            N_("The database {path} was written under a key that is not here. Put back the keys of the same copy."),
            path=home.database,
        )
    if restored := identity.is_rolled_back(store):
        identity.begin_next(store, (clock or clock_from_environment()).now())
    identity.anchor(store.tip())
    return Station(membership, identity, store, restored, progress)


def export(station: Station, clock: Clock) -> Exported | None:
    """What central has not confirmed, from its own word on; None when it has everything. Raises StorageTrouble.

    Nothing is marked as sent: the next export starts at the same place until central's feed says more.
    """
    store, state = station.store, station.store.feed_state()
    with store.writing():
        acknowledged = state.ack if state else START
        if not _something_to_say(station, acknowledged):
            return None
        _mark(store, state, clock.now())
        last = store.tip().seq
    content, name = _bundle(station, clock, acknowledged, last)
    return Exported(name, content, acknowledged.seq + 1, last)


def outgoing(station: Station, clock: Clock, limit: int) -> Outgoing:
    """What central has not confirmed, as much as fits in `limit` bytes, oldest first. Raises StorageTrouble.

    With nothing to say it holds the last confirmed entry again: its seal says who asks, and central knows it already.
    """
    store = station.store
    with store.writing():
        state = store.feed_state()
        before = state.ack if state else START
        fresh = _something_to_say(station, before)
        if fresh:
            _mark(store, state, clock.now())
            last = store.tip().seq
        else:
            last = before.seq
            before = Tip(last - 1, _head(store, last - 1))
    end = last
    content, name = _bundle(station, clock, before, last)
    while len(content) > limit and last - before.seq > 1:
        last = before.seq + (last - before.seq) // 2
        content, name = _bundle(station, clock, before, last)
    return Outgoing(name, content, last - before.seq if fresh else 0, last < end)


def _mark(store: StationStore, state: FeedState | None, now: Moment) -> None:
    """Tell central which feed this station decides upon, and what it told of its own journal.

    Not when the last entry says so: a link tries often. No feed is named when the rows here are not central's: nothing
    can be built on them.
    """
    name, tip = state.name if state and state.refused != "digest" else "", store.tip()
    last = store.event_at(tip.seq)
    heard = state is not None and state.refused and state.ack.seq == tip.seq
    if isinstance(last, Mark) and last.feed == name and not heard:
        return
    if state is None:
        store.append(Mark(at=now, feed="", feed_count=0))
        return
    seq, head, _, _ = next(iter(store.witness.places()), (0, b"", 0, 0))
    place = Place("", seq, head.hex()) if seq else None
    store.append(Mark(at=now, feed=name, feed_count=state.count, era=state.era, witnessed=place))


def _bundle(station: Station, clock: Clock, before: Tip, last: int) -> tuple[bytes, str]:
    """The bundle for central with the entries after `before` up to `last`, and the name of its file."""
    store, invitation = station.store, station.membership.invitation
    certified = store.witness.certificates()
    frames = [Frame(CERTIFICATE, content) for content in certified.values()]
    frames += [*station.identity.requests(certified), *_runs_after(station, before, last)]
    frames += [blob_frame(*blob) for blob in store.cards.blobs_after(before.seq, last)]
    core = Core(
        v=FORMAT,
        net=invitation.network,
        sender=store.log.hex(),
        sender_name=invitation.station,
        to=invitation.log,
        to_name=CENTRAL,
        created=clock.now(),
    )
    content = close_bundle(core, frames, to_box=bytes.fromhex(invitation.box), file_key=random_bytes(KEY_BYTES))
    return content, file_name(core, seq=last)


def _something_to_say(station: Station, acknowledged: Tip) -> bool:
    """Whether anything but marks is unconfirmed, or a feed came or was refused that no mark has told central of.

    A station with nothing else to say tells of a feed twice a day: a mark is a fact, and so news for all others.
    """
    store, state = station.store, station.store.feed_state()
    if store.pending() or acknowledged.seq == 0 or state is None:
        return bool(store.pending() or acknowledged.seq == 0)
    if state.log != store.log or state.refused:
        return True
    last = store.last_mark()
    if last is not None and last.feed == state.name:
        return False
    return state.ack.seq != store.tip().seq or (last is not None and state.at - last.at >= MARKED_EVERY_MS)


def _runs_after(station: Station, before: Tip, last: int) -> list[Frame]:
    """Everything after a place up to a number, each journal sealed by its own key."""
    frames, tip = list[Frame](), before
    for log, end in station.store.ends():
        own = station.identity.by_log(log)
        assert own is not None, "every journal of this file has its key"
        while bodies := station.store.bodies_between(tip.seq, min(end, last), RUN_ENTRIES_MAX):
            frames.append(Frame(RUN, run_to_bytes(seal_run(own.signer, log, tip, bodies))))
            tip = Tip(tip.seq + len(bodies), _head(station.store, tip.seq + len(bodies)))
    return frames


def _head(store: StationStore, seq: int) -> bytes:
    head = store.head_at(seq)
    assert head is not None, seq
    return head


class FeedTaken(msgspec.Struct, frozen=True):
    """What an import did. `news` is false for a feed that this station has already, or an older one."""

    header: FeedHeader
    news: bool


class HotTaken(msgspec.Struct, frozen=True):
    """A hot list's arrival: cards whose state changed, up to the count `to`."""

    to: int
    at: Moment
    cards: int
    news: bool


def take(station: Station, file: bytes, now: Moment, *, despite_clock: bool = False) -> FeedTaken | HotTaken:
    """Take central's feed or hot list whole, or refuse it. Raises BundleRefused, StorageTrouble.

    A delta that builds on another feed than the one here is refused, and the next mark tells central so. A feed that
    knows entries of this journal that are not here says that this PC was restored or copied: it is refused, and the PC
    goes on under a new key (SYN-3).
    """
    invitation, store = station.membership.invitation, station.store
    box = bytes.fromhex(station.identity.current.box)
    receiver = Receiver(invitation.network, store.log, box, now)
    _, frames = opening_bundle(file, receiver, despite_clock=despite_clock)
    first = list(islice(frames, 1))
    if first and first[0].kind == HOT:
        return _take_hot(station, first[0])
    central = bytes.fromhex(invitation.sign)
    feed = read_feed(chain(first, frames), log=store.log, central=central)
    header = feed.header
    with store.writing():
        state = store.feed_state()
        if state and (header.era, header.to, header.at) <= (state.era, state.count, state.at):
            return FeedTaken(header, news=False)
        apart = header.forked or store.head_at(header.ack.seq) != header.ack.tip.head
        refused: Refused = ""
        if not apart:
            ack, exact = _acknowledged(station, header, state)
            refused = bring_in(store, feed, state, ack, exact=exact, progress=station.progress)
        if not apart and not refused:
            for frame in feed.beside:
                if frame.kind == CERTIFICATE and is_certificate(frame.content, store.log, central):
                    store.witness.keep_certificate(store.log, frame.content)
    if apart:
        begun = station.identity.begin_next(store, now)
        raise parted(begun.digits)
    if refused:
        raise not_taken(refused)
    station.identity.anchor(store.tip())
    store.overwrite_traces()
    return FeedTaken(header, news=True)


def _acknowledged(station: Station, header: FeedHeader, state: FeedState | None) -> tuple[Tip, bool]:
    """Up to which own entry the balances hold everything, and whether that is known exactly.

    It is when all before this journal is acknowledged, or when every end that central knows lies on this chain. What an
    earlier feed acknowledged counts only while it is not: a central that came back from a backup holds less.
    """
    store = station.store
    told = [ack.tip for ack in (header.ack, *header.others)]
    here = [tip for tip in told if store.head_at(tip.seq) == tip.head]
    ack = max((*here, START), key=lambda tip: tip.seq)
    if ack.seq >= station.identity.current.start.seq or len(here) == len(told):
        return ack, True
    floor = state.ack if state and state.era == header.era else START
    return max(ack, floor, key=lambda tip: tip.seq), False


def _take_hot(station: Station, frame: Frame) -> HotTaken:
    """The state of some cards ahead of the next feed (MEM-13). Raises BundleRefused."""
    store, invitation = station.store, station.membership.invitation
    hot = read_hot(frame, net=invitation.network, central=bytes.fromhex(invitation.sign))
    with store.writing():
        known = store.cards.hot_count()
        if hot.since > known:
            raise BundleRefused(N_("This list of cards builds on a newer bundle of central. Import that one first."))
        if hot.to > known:
            rows = [(c.card, c.account, c.status, c.role, c.issued) for c in hot.cards]
            store.cards.take_hot(list(rows), hot.to)
    return HotTaken(hot.to, hot.at, len(hot.cards), news=hot.to > known)


def save_export(exported: Exported, folder: Path) -> Path:
    """Write the bundle's file, whole or not at all. Raises StorageTrouble."""
    path = folder / exported.file_name
    write_whole(path, exported.content)
    return path
