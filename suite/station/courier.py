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
from suite.node.trust import Trust, told_before
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.errors import BundleRefused
from suite.runtime.paths import Home
from suite.station.feed_taking import bring_in, not_taken, parted
from suite.station.store import StationStore
from suite.sync.feed import Feed, Progress, in_silence
from suite.sync.frames import HOT, Frame
from suite.sync.hot_list import read_hot
from suite.sync.registry import registry_frames
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

    def telephone_keys(self) -> list[bytes]:
        """The keys of the authorisations that central may read out: one, once it heard with which keys this PC works.

        Until then it may use those that it knew of last, too.
        """
        state = self.store.feed_state()
        own = self.identity.by_log(state.log) if state else None
        box = bytes.fromhex((own or self.identity.current).box)
        heard = self.store.last_mark(state.ack.seq) if state else None
        registries = self.trust.registries()
        central = [each.box for each in registries if heard is None or each.version >= heard.registry]
        return [telephone_key(box, bytes.fromhex(key)) for key in dict.fromkeys(central or [registries[-1].box])]


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
    return Station(
        membership=of,
        identity=identity,
        store=store,
        trust=Trust(home, of.invitation),
        restored=restored,
        progress=progress,
    )


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
    told, word = told_before(frames_for(station, file, now, despite_clock=despite_clock))
    first = list(islice(word, 1))
    if first and first[0].kind == HOT:
        return _take_hot(station, told, first[0])
    return take_feed(station, chain(registry_frames(told), first, word), now)


def _take_hot(station: Station, told: list[bytes], frame: Frame) -> HotTaken:
    """The state of some cards ahead of the next feed (MEM-13). Raises BundleRefused."""
    store, followed = station.store, station.trust.following(told)
    hot = read_hot(frame, net=station.membership.invitation.network, central=followed[1][0])
    with store.writing():
        station.trust.keep(followed[0])
        known = store.cards.hot_count()
        if hot.since > known:
            raise BundleRefused(N_("This list of cards builds on a newer bundle of central. Import that one first."))
        if hot.to > known:
            rows = [(c.card, c.account, c.status, c.role, c.issued) for c in hot.cards]
            store.cards.take_hot(list(rows), hot.to)
    return HotTaken(hot.to, hot.at, len(hot.cards), news=hot.to > known)
