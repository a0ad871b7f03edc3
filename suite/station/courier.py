"""The station's side of every exchange: opening it, taking central's feed. What all nodes do stands in `suite.node`."""

from itertools import chain, islice

import msgspec

from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.node import membership
from suite.node.courier import Node, acknowledged, export, open_parts, outgoing, save_export
from suite.node.membership import Joined, load_membership
from suite.node.store import Refused
from suite.node.witness import is_certificate
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.errors import BundleRefused
from suite.runtime.paths import Home
from suite.station.feed_taking import bring_in, not_taken, parted
from suite.station.store import StationStore
from suite.sync.bundle import Receiver, opening_bundle
from suite.sync.feed import FeedHeader, Progress, in_silence, read_feed
from suite.sync.frames import CERTIFICATE, HOT, Frame
from suite.sync.hot_list import read_hot
from suite.sync.sealing import telephone_key

__all__ = [
    "FeedTaken",
    "HotTaken",
    "Station",
    "export",
    "join",
    "load_membership",
    "open_station",
    "outgoing",
    "save_export",
    "take",
]


class Station(Node, frozen=True, kw_only=True):
    """An opened station."""

    store: StationStore

    def take(self, file: bytes, now: Moment, *, despite_clock: bool = False) -> "FeedTaken | HotTaken":
        """See `take`."""
        return take(self, file, now, despite_clock=despite_clock)

    def telephone_key(self) -> bytes:
        """The key of the authorisations that central reads out for this station."""
        state = self.store.feed_state()
        own = self.identity.by_log(state.log) if state else None
        box = bytes.fromhex((own or self.identity.current).box)
        return telephone_key(box, bytes.fromhex(self.membership.invitation.box))


def join(home: Home, invitation_file: bytes, code: str, clock: Clock) -> Joined:
    """Accept an invitation: make keys, begin the journal, answer. Raises BadInput, BundleRefused, NotSetUp."""
    joined = membership.join(home, invitation_file, code, clock, "station")
    open_station(home).store.close()
    return joined


def open_station(home: Home, clock: Clock | None = None, progress: Progress = in_silence) -> Station:
    """The station in that folder. Raises NotSetUp, StorageTrouble.

    A database that is older than its anchor was restored: it goes on under a new key, which central has to approve.
    """
    of, identity, store, restored = open_parts(home, clock or clock_from_environment(), "station", StationStore)
    return Station(membership=of, identity=identity, store=store, restored=restored, progress=progress)


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
            ack, exact = acknowledged(station, header, state)
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
