"""Taking central's word: a whole feed over everything, a delta only onto the feed that it builds on."""

from suite.domain.errors import N_
from suite.journal.entry import Tip
from suite.node.store import FeedState, Refused
from suite.runtime.errors import BundleRefused
from suite.station.store import StationStore
from suite.sync.feed import Feed, Progress, in_silence


def bring_in(
    store: StationStore, feed: Feed, state: FeedState | None, ack: Tip, *, exact: bool, progress: Progress = in_silence
) -> Refused:
    """Take a verified feed, or say why it is not taken: then nothing is changed but what the next mark says.

    Call inside `writing`.
    """
    builds_on = feed.header.bases
    refused: Refused = "base" if builds_on and not (state and state.name in builds_on) else ""
    if not refused and not store.take_feed(feed, ack, exact=exact, progress=progress):
        refused = "digest"
    if refused:
        store.witness.refuse_feed(refused)
    return refused


def not_taken(refused: Refused) -> BundleRefused:
    """The sentence for a feed that was not taken."""
    if refused == "base":
        return BundleRefused(
            N_(
                "This bundle builds on data of central that is not here. Nothing was taken or lost: export here, take "
                "that to central, and its next bundle fits."
            ),
            "history",
        )
    return BundleRefused(
        N_(
            "With this bundle the data here would not be what central says. Nothing was taken or lost: export here, "
            "take that to central, and its next bundle brings everything."
        ),
        "history",
    )


def parted(digits: str) -> BundleRefused:
    """The sentence for a PC whose past is not the one that central has."""
    return BundleRefused(
        N_(
            "Central has entries of this station that are not on this PC: the PC was restored or copied. It goes "
            "on with a new journal: sales are kept, prizes wait. Export, bring it to central, read out {digits}."
        ),
        digits=digits,
    )
