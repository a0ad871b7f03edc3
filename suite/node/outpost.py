"""What a warehouse and a portal have in common: rows told by central and replaced whole, and how its word is taken."""

import msgspec

from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.node.courier import Node, acknowledged, mark_feed
from suite.node.store import OutpostStore
from suite.node.witness import is_certificate
from suite.runtime.errors import BundleRefused
from suite.sync.bundle import Receiver, opening_bundle
from suite.sync.feed import FeedHeader, read_feed
from suite.sync.frames import CERTIFICATE


class FeedTaken(msgspec.Struct, frozen=True):
    """What an import did. `news` is false for a feed that this node has already, or an older one."""

    header: FeedHeader
    news: bool


class Outpost(Node, frozen=True, kw_only=True):
    """An opened node that is no station."""

    store: OutpostStore

    def take(self, file: bytes, now: Moment, *, despite_clock: bool = False) -> FeedTaken:
        """Take central's word whole, or refuse it. Raises BundleRefused, StorageTrouble.

        A feed that knows entries of this journal that are not here says that this PC was restored or copied: it is
        refused, and the PC goes on under a new key (SYN-3).
        """
        invitation, store = self.membership.invitation, self.store
        box, central = bytes.fromhex(self.identity.current.box), bytes.fromhex(invitation.sign)
        receiver = Receiver(invitation.network, store.log, box, now)
        _, frames = opening_bundle(file, receiver, despite_clock=despite_clock)
        feed = read_feed(frames, log=store.log, central=central)
        header = feed.header
        with store.writing():
            state = store.feed_state()
            if state and (header.era, header.to, header.at) <= (state.era, state.count, state.at):
                return FeedTaken(header, news=False)
            apart = header.forked or store.head_at(header.ack.seq) != header.ack.tip.head
            if not apart:
                if state and store.pending():  # what these entries were decided upon is said before it is replaced
                    mark_feed(store, state, now)
                ack, exact = acknowledged(self, header, state)
                store.take_feed(feed, ack, exact=exact)
                for frame in feed.beside:
                    if frame.kind == CERTIFICATE and is_certificate(frame.content, store.log, central):
                        store.witness.keep_certificate(store.log, frame.content)
        if apart:
            begun = self.identity.begin_next(store, now)
            raise BundleRefused(
                N_(
                    "Central has entries of this PC that are not here: it was restored or copied. It goes on with a "
                    "new journal, nothing is lost. Export, bring it to central, read out {digits}."
                ),
                digits=begun.digits,
            )
        self.identity.anchor(store.tip())
        store.overwrite_traces()
        return FeedTaken(header, news=True)
