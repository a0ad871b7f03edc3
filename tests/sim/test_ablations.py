"""Rules of the exchange are needed: a life that is fine goes wrong with one of them switched off.

The lives were found by living from seed 0 on; after a change of the weather others have to be found.
"""

import pytest

from suite.central import merge
from suite.central.lineage import Lineage
from suite.central.projector import Projector
from suite.journal.entry import START, Tip
from suite.runtime.errors import BundleRefused
from suite.station import courier, feed_tables
from tests.sim.test_simulation import lived


def drop_forks(patch):
    """What parts from the known line is refused, as Secure Scuttlebutt does."""

    def refuse(*_):
        raise BundleRefused("another history")

    patch.setattr(merge._Bundle, "_parted", refuse)


def no_eras(patch):
    """A central that came back from a backup goes on as if nothing had been."""
    patch.setattr(merge, "hear_mark", lambda *_: False)


def era_is_not_told(patch):
    patch.setattr(Lineage, "era", lambda _: 0)


def numbers_without_heads(patch):
    """The acknowledgement is a bare number."""

    def acknowledged(station, header, _state):
        seq = min(max(ack.seq for ack in (header.ack, *header.others)), station.store.tip().seq)
        return Tip(seq, station.store.head_at(seq)), True

    patch.setattr(courier, "_acknowledged", acknowledged)


def sent_is_taken_for_received(patch):
    """The sender keeps a mark of what it sent, and begins there."""
    sent, runs_after = {}, courier._runs_after

    def after_what_was_sent(station, before, last):
        start = max(before, sent.get(station.store.log, START), key=lambda tip: tip.seq)
        sent[station.store.log] = station.store.tip()
        return runs_after(station, start, last)

    patch.setattr(courier, "_runs_after", after_what_was_sent)


def always_exact(patch):
    acknowledged = courier._acknowledged
    patch.setattr(courier, "_acknowledged", lambda *known: (acknowledged(*known)[0], True))


def tickets_count_on_every_line(patch):
    patch.setattr(Projector, "is_doubled", lambda *_: False)


def onto_any_feed(patch):
    """A delta is taken onto whatever feed is there; only what the rows come to is looked at."""

    def bring_in(store, feed, _state, ack, *, exact, progress):
        return "" if store.take_feed(feed, ack, exact=exact, progress=progress) else "digest"

    patch.setattr(courier, "bring_in", bring_in)


def onto_any_feed_unseen(patch):
    """And nobody looks at what the rows come to."""
    onto_any_feed(patch)
    patch.setattr(feed_tables, "is_as_told", lambda *_: True)


ABLATIONS = {
    drop_forks: (1, 2, 1),
    no_eras: (17, 2, 4),
    era_is_not_told: (17, 2, 4),
    numbers_without_heads: (3, 2, 4),
    sent_is_taken_for_received: (0, 2, 1),
    always_exact: (17, 2, 4),
    tickets_count_on_every_line: (2, 2, 1),
    onto_any_feed: (7, 3, 1),
    onto_any_feed_unseen: (7, 3, 1),
}
"""The rule that is switched off, and a life that goes wrong without it: its seed, how many stations and mishaps."""


@pytest.mark.parametrize("rule", ABLATIONS, ids=lambda rule: rule.__name__)
def test_without_the_rule_a_life_goes_wrong(rule, monkeypatch):
    seed, stations, mishaps = ABLATIONS[rule]
    lived(seed, stations, mishaps)
    rule(monkeypatch)
    with pytest.raises(AssertionError):
        lived(seed, stations, mishaps)
