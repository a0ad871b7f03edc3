"""A node's side of every exchange: opening it, handing out its journal, taking central's word.

What a feed holds, and how its rows are kept, is each node's own.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from suite.domain.errors import N_
from suite.domain.events.node import Mark, Place
from suite.domain.ids import CENTRAL, NodeKind
from suite.domain.quantities import Moment
from suite.journal.admission import RUN_ENTRIES_MAX, run_to_bytes, seal_run
from suite.journal.entry import START, Tip
from suite.node.identity import Identity, load_identity
from suite.node.membership import Membership, check_kind, load_membership
from suite.node.store import FeedState, NodeStore
from suite.node.trust import Trust, told_before
from suite.node.witness import is_certificate
from suite.runtime.clock import Clock
from suite.runtime.db import Connection, open_database
from suite.runtime.errors import BundleRefused, StorageTrouble
from suite.runtime.files import write_whole
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets, random_bytes
from suite.sync.bundle import FORMAT, Core, Receiver, close_bundle, file_name, opening_bundle
from suite.sync.feed import Feed, FeedHeader, Progress, in_silence, read_feed
from suite.sync.frames import CERTIFICATE, RUN, Frame, blob_frame
from suite.sync.registry import FIRST_VERSION, replaced_key
from suite.sync.sealing import KEY_BYTES

MARKED_EVERY_MS = 12 * 3600 * 1000
"""How often a node with nothing else to say tells which feed it has: a mark is news for all others."""

S = TypeVar("S", bound=NodeStore)


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


class Taken(Protocol):
    """What taking a bundle did."""

    @property
    def news(self) -> bool:
        """False for what this node has already, or older."""


class FeedTaken(msgspec.Struct, frozen=True):
    """What taking a feed did. `news` is false for a feed that this node has already, or an older one."""

    header: FeedHeader
    news: bool


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """An opened node: who it is, its keys, its store. `restored`: it was found older than it should be just now.

    `progress` hears how far a feed is that comes in.
    """

    membership: Membership
    identity: Identity
    store: NodeStore
    trust: Trust
    restored: bool = False
    progress: Progress = in_silence

    @abstractmethod
    def bring_in(
        self, feed: Feed, state: FeedState | None, ack: Tip, *, exact: bool, now: Moment
    ) -> BundleRefused | None:
        """Keep a verified feed's rows, or say why they are not taken. Called inside `writing`."""

    @abstractmethod
    def parted(self, digits: str) -> BundleRefused:
        """The sentence for a PC whose past is not the one that central has."""

    @abstractmethod
    def take(self, file: bytes, now: Moment, *, despite_clock: bool = False) -> Taken:
        """Take central's word whole, or refuse it. Raises BundleRefused, StorageTrouble."""


def open_parts(
    home: Home, clock: Clock, kind: NodeKind, make_store: Callable[[Connection, bytes, Callable[[Tip], None]], S]
) -> tuple[Membership, Identity, S, bool]:
    """What an opened node consists of, and whether it was restored. Raises NotSetUp, StorageTrouble.

    A database that is older than its anchor was restored: it goes on under a new key, which central has to approve.
    """
    secrets = load_node_secrets(home.keys)
    membership = load_membership(home)
    check_kind(membership, home, kind)
    identity = load_identity(home, membership.genesis, secrets)
    own = identity.current
    first = identity.incarnations[0].log
    store = make_store(open_database(home.database, secrets.database_key()), first, identity.follow)
    if store.tip() == own.start and not store.holds(own.log):
        with store.writing():
            store.begin(own.log, own.genesis.encode())
    if any(identity.by_log(log) is None for log, _ in store.ends()):
        raise StorageTrouble(
            N_("The database {path} was written under a key that is not here. Put back the keys of the same copy."),
            path=home.database,
        )
    if restored := identity.is_rolled_back(store):
        identity.begin_next(store, clock.now())
    identity.anchor(store.tip())
    return membership, identity, store, restored


def frames_for(node: Node, file: bytes, now: Moment, *, despite_clock: bool = False) -> Iterator[Frame]:
    """The frames of a bundle that is sealed to the journal that this node writes today. Raises BundleRefused."""
    box = bytes.fromhex(node.identity.current.box)
    receiver = Receiver(node.membership.invitation.network, node.store.log, box, now)
    return opening_bundle(file, receiver, despite_clock=despite_clock)[1]


def take_feed(node: Node, frames: Iterator[Frame], now: Moment) -> FeedTaken:
    """Take central's feed whole, or refuse it. Raises BundleRefused, StorageTrouble.

    A feed that knows entries of this journal that are not here says that this PC was restored or copied: it is
    refused, and the PC goes on under a new key (SYN-3).
    """
    store = node.store
    told, word = told_before(frames)
    followed, (central, *replaced) = node.trust.following(told)
    feed = read_feed(word, log=store.log, central=central, replaced=replaced)
    header, refusal = feed.header, None
    with store.writing():
        state = store.feed_state()
        stale = state is not None and (header.era, header.to, header.at) <= (state.era, state.count, state.at)
        if feed.outdated and not stale:
            raise replaced_key()
        node.trust.keep(followed)
        if stale:
            return FeedTaken(header, news=False)
        apart = header.forked or store.head_at(header.ack.seq) != header.ack.tip.head
        if not apart:
            ack, exact = acknowledged(node, header, state)
            refusal = node.bring_in(feed, state, ack, exact=exact, now=now)
        if not apart and refusal is None:
            for frame in feed.beside:
                if frame.kind == CERTIFICATE and is_certificate(frame.content, store.log, [central]):
                    store.witness.keep_certificate(store.log, frame.content)
    if apart:
        raise node.parted(node.identity.begin_next(store, now).digits)
    if refusal is not None:
        raise refusal
    node.identity.anchor(store.tip())
    store.overwrite_traces()
    return FeedTaken(header, news=True)


def export(node: Node, clock: Clock) -> Exported | None:
    """What central has not confirmed, from its own word on; None when it has everything. Raises StorageTrouble.

    Nothing is marked as sent: the next export starts at the same place until central's feed says more.
    """
    store, state = node.store, node.store.feed_state()
    with store.writing():
        acknowledged = state.ack if state else START
        if not _something_to_say(node, acknowledged):
            return None
        mark_feed(node, state, clock.now())
        last = store.tip().seq
    content, name = _bundle(node, clock, acknowledged, last)
    return Exported(name, content, acknowledged.seq + 1, last)


def outgoing(node: Node, clock: Clock, limit: int) -> Outgoing:
    """What central has not confirmed, as much as fits in `limit` bytes, oldest first. Raises StorageTrouble.

    With nothing to say it holds the last confirmed entry again: its seal says who asks, and central knows it already.
    """
    store = node.store
    with store.writing():
        state = store.feed_state()
        before = state.ack if state else START
        fresh = _something_to_say(node, before)
        if fresh:
            mark_feed(node, state, clock.now())
            last = store.tip().seq
        else:
            last = before.seq
            before = Tip(last - 1, _head(store, last - 1))
    end = last
    content, name = _bundle(node, clock, before, last)
    while len(content) > limit and last - before.seq > 1:
        last = before.seq + (last - before.seq) // 2
        content, name = _bundle(node, clock, before, last)
    return Outgoing(name, content, last - before.seq if fresh else 0, last < end)


def mark_feed(node: "Node", state: FeedState | None, now: Moment) -> None:
    """Tell central which feed this node decides upon, what it told of its own journal, and which keys it works with.

    Not when the last entry says so: a link tries often. No feed is named when the rows here are not central's: nothing
    can be built on them.
    """
    store, registry = node.store, node.trust.current().version
    name, tip = state.name if state and state.refused != "digest" else "", store.tip()
    last = store.event_at(tip.seq)
    heard = state is not None and state.refused and state.ack.seq == tip.seq
    if isinstance(last, Mark) and (last.feed, last.registry) == (name, registry) and not heard:
        return
    if state is None:
        store.append(Mark(at=now, feed="", feed_count=0, registry=registry))
        return
    seq, head, _, _ = next(iter(store.witness.places()), (0, b"", 0, 0))
    place = Place("", seq, head.hex()) if seq else None
    store.append(Mark(at=now, feed=name, feed_count=state.count, era=state.era, witnessed=place, registry=registry))


def _bundle(node: Node, clock: Clock, before: Tip, last: int) -> tuple[bytes, str]:
    """The bundle for central with the entries after `before` up to `last`, and the name of its file."""
    store, invitation = node.store, node.membership.invitation
    certified = store.witness.certificates()
    frames = [Frame(CERTIFICATE, content) for content in certified.values()]
    frames += [*node.identity.requests(certified), *_runs_after(node, before, last)]
    frames += [blob_frame(*blob) for blob in store.blobs_after(before.seq, last)]
    core = Core(
        v=FORMAT,
        net=invitation.network,
        sender=store.log.hex(),
        sender_name=invitation.station,
        to=invitation.log,
        to_name=CENTRAL,
        created=clock.now(),
    )
    box = bytes.fromhex(node.trust.current().box)
    content = close_bundle(core, frames, to_box=box, file_key=random_bytes(KEY_BYTES))
    return content, file_name(core, seq=last)


def _something_to_say(node: Node, acknowledged: Tip) -> bool:
    """Whether anything but marks is unconfirmed, or a feed came or was refused that no mark has told central of.

    A node with nothing else to say tells of a feed twice a day: a mark is a fact, and so news for all others. With
    which keys it works it tells until central has heard it.
    """
    store, state = node.store, node.store.feed_state()
    if store.pending() or acknowledged.seq == 0 or state is None:
        return bool(store.pending() or acknowledged.seq == 0)
    if state.log != store.log or state.refused:
        return True
    last, heard = store.last_mark(), store.last_mark(state.ack.seq)
    if (heard.registry if heard else FIRST_VERSION) != node.trust.current().version:
        return True
    if last is not None and last.feed == state.name:
        return False
    return state.ack.seq != store.tip().seq or (last is not None and state.at - last.at >= MARKED_EVERY_MS)


def _runs_after(node: Node, before: Tip, last: int) -> list[Frame]:
    """Everything after a place up to a number, each journal sealed by its own key."""
    frames, tip = list[Frame](), before
    for log, end in node.store.ends():
        own = node.identity.by_log(log)
        assert own is not None, "every journal of this file has its key"
        while bodies := node.store.bodies_between(tip.seq, min(end, last), RUN_ENTRIES_MAX):
            frames.append(Frame(RUN, run_to_bytes(seal_run(own.signer, log, tip, bodies))))
            tip = Tip(tip.seq + len(bodies), _head(node.store, tip.seq + len(bodies)))
    return frames


def _head(store: NodeStore, seq: int) -> bytes:
    head = store.head_at(seq)
    assert head is not None, seq
    return head


def acknowledged(node: Node, header: FeedHeader, state: FeedState | None) -> tuple[Tip, bool]:
    """Up to which own entry the balances hold everything, and whether that is known exactly.

    It is when all before this journal is acknowledged, or when every end that central knows lies on this chain. What an
    earlier feed acknowledged counts only while it is not: a central that came back from a backup holds less.
    """
    store = node.store
    told = [ack.tip for ack in (header.ack, *header.others)]
    here = [tip for tip in told if store.head_at(tip.seq) == tip.head]
    ack = max((*here, START), key=lambda tip: tip.seq)
    if ack.seq >= node.identity.current.start.seq or len(here) == len(told):
        return ack, True
    floor = state.ack if state and state.era == header.era else START
    return max(ack, floor, key=lambda tip: tip.seq), False


def save_export(exported: Exported, folder: Path) -> Path:
    """Write the bundle's file, whole or not at all. Raises StorageTrouble."""
    path = folder / exported.file_name
    write_whole(path, exported.content)
    return path
