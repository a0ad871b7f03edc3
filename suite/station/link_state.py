"""How old central's word is, what it has not confirmed, and whether this PC's clock can be right."""

import msgspec

from suite.domain.dating import minutes_apart
from suite.domain.errors import N_
from suite.domain.keeping import DAY_MS
from suite.domain.quantities import Moment
from suite.runtime.texts import say, say_many
from suite.station.store import StationStore

STALE_DAYS = 1


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


def link_words(link: LinkState) -> str:
    """The truth about the link: the age of central's word and what it has not confirmed; or that no age can be told."""
    pending = say_many("{count} pending", "{count} pending", link.pending)
    if link.behind:
        return say(N_("CLOCK IS BEHIND")) + f" · {pending}"
    if link.days is None:
        return say(N_("NO DATA YET")) + f" · {pending}"
    age = say(N_("today")) if link.days < STALE_DAYS else say_many("{count} day", "{count} days", link.days)
    return say(N_("DATA OF {age}"), age=age.upper()) + f" · {pending}"
