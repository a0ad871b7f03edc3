"""How old central's word is, what it has not confirmed, and whether this PC's clock can be right."""

import msgspec

from suite.domain.dating import minutes_apart
from suite.domain.keeping import DAY_MS
from suite.domain.quantities import Moment
from suite.station.store import StationStore


class LinkState(msgspec.Struct, frozen=True):
    """From the journal and the last feed, never from a ping. `days` is None before the first feed.

    `behind` are the minutes by which the clock stands before a moment that is past, 0 when it may be right.
    """

    days: int | None
    pending: int
    behind: int = 0


def link_state(store: StationStore, now: Moment) -> LinkState:
    """What the station's file says at a moment of its clock."""
    state, pending = store.feed_state(), store.pending()
    if state is None:
        return LinkState(None, pending)
    past = max(state.at, store.purse.newest_moment())
    return LinkState(max(0, now - state.at) // DAY_MS, pending, minutes_apart(past, now) if past > now else 0)
