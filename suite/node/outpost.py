"""What a warehouse and a portal have in common: rows told by central and replaced whole, and how its word is taken."""

from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.journal.entry import Tip
from suite.node.courier import FeedTaken, Node, frames_for, mark_feed, take_feed
from suite.node.store import FeedState, OutpostStore
from suite.runtime.errors import BundleRefused
from suite.sync.feed import Feed


class Outpost(Node, frozen=True, kw_only=True):
    """An opened node that is no station."""

    store: OutpostStore

    def take(self, file: bytes, now: Moment, *, despite_clock: bool = False) -> FeedTaken:
        """See `Node`."""
        return take_feed(self, frames_for(self, file, now, despite_clock=despite_clock), now)

    def bring_in(self, feed: Feed, state: FeedState | None, ack: Tip, *, exact: bool, now: Moment) -> None:
        """See `Node`. What own entries were decided upon is said before it is replaced."""
        if state and self.store.pending():
            mark_feed(self, state, now)
        self.store.take_feed(feed, ack, exact=exact)

    def parted(self, digits: str) -> BundleRefused:
        """See `Node`."""
        return BundleRefused(
            N_(
                "Central has entries of this PC that are not here: it was restored or copied. It goes on with a "
                "new journal, nothing is lost. Export, bring it to central, read out {digits}."
            ),
            digits=digits,
        )
