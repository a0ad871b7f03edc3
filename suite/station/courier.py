"""The station's side of every exchange: opening it, taking central's feed. What all nodes do stands in `suite.node`."""

from itertools import chain, islice

import msgspec

from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.journal.entry import Tip
from suite.node import membership
from suite.node.courier import (
    FeedTaken,
    Node,
    export,
    frames_for,
    open_parts,
    outgoing,
    save_export,
    take_feed,
)
from suite.node.membership import Joined, load_membership
from suite.node.store import FeedState
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.errors import BundleRefused
from suite.runtime.paths import Home
from suite.station.feed_taking import bring_in, not_taken, parted
from suite.station.store import StationStore
from suite.sync.feed import Feed, Progress, in_silence
from suite.sync.frames import HOT, Frame
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

    def bring_in(
        self, feed: Feed, state: FeedState | None, ack: Tip, *, exact: bool, now: Moment
    ) -> BundleRefused | None:
        """See `Node`."""
        refused = bring_in(self.store, feed, state, ack, exact=exact, progress=self.progress)
        return not_taken(refused) if refused else None

    def parted(self, digits: str) -> BundleRefused:
        """See `Node`."""
        return parted(digits)

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


class HotTaken(msgspec.Struct, frozen=True):
    """A hot list's arrival: cards whose state changed, up to the count `to`."""

    to: int
    at: Moment
    cards: int
    news: bool


def take(station: Station, file: bytes, now: Moment, *, despite_clock: bool = False) -> FeedTaken | HotTaken:
    """Take central's feed or hot list whole, or refuse it. Raises BundleRefused, StorageTrouble.

    A delta that builds on another feed than the one here is refused, and the next mark tells central so.
    """
    frames = frames_for(station, file, now, despite_clock=despite_clock)
    first = list(islice(frames, 1))
    if first and first[0].kind == HOT:
        return _take_hot(station, first[0])
    return take_feed(station, chain(first, frames), now)


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
