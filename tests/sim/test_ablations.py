"""Rules of the exchange are needed, and bugs are seen: a life that is fine goes wrong with one of them.

The lives were found by living from seed 0 on; after a change of the weather others have to be found.
"""

import os
from functools import cache

import pytest

from suite.central import merge
from suite.central.lineage import Lineage
from suite.central.projector import Projector
from suite.journal.entry import START, Tip
from suite.node import courier
from suite.runtime.errors import BundleRefused
from suite.station import courier as at_the_station
from suite.station import feed_tables
from tests.sim.bugs import BUGS, BUGS_OF_DELIVERIES, BUGS_OF_TRADE, plant
from tests.sim.deliveries import Deliveries
from tests.sim.test_simulation import lived
from tests.sim.trading import Trading


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

    patch.setattr(courier, "acknowledged", acknowledged)


def sent_is_taken_for_received(patch):
    """The sender keeps a mark of what it sent, and begins there."""
    sent, runs_after = {}, courier._runs_after

    def after_what_was_sent(station, before, last):
        start = max(before, sent.get(station.store.log, START), key=lambda tip: tip.seq)
        sent[station.store.log] = station.store.tip()
        return runs_after(station, start, last)

    patch.setattr(courier, "_runs_after", after_what_was_sent)


def always_exact(patch):
    acknowledged = courier.acknowledged
    patch.setattr(courier, "acknowledged", lambda *known: (acknowledged(*known)[0], True))


def tickets_count_on_every_line(patch):
    patch.setattr(Projector, "is_doubled", lambda *_: False)


def onto_any_feed(patch):
    """A delta is taken onto whatever feed is there; only what the rows come to is looked at."""

    def bring_in(store, feed, _state, ack, *, exact, progress):
        return "" if store.take_feed(feed, ack, exact=exact, progress=progress) else "digest"

    patch.setattr(at_the_station, "bring_in", bring_in)


def onto_any_feed_unseen(patch):
    """And nobody looks at what the rows come to."""
    onto_any_feed(patch)
    patch.setattr(feed_tables, "is_as_told", lambda *_: True)


SWITCHES = {
    rule.__name__: rule
    for rule in (
        drop_forks,
        no_eras,
        era_is_not_told,
        numbers_without_heads,
        sent_is_taken_for_received,
        always_exact,
        tickets_count_on_every_line,
        onto_any_feed,
        onto_any_feed_unseen,
    )
}
RULES = (*SWITCHES, *BUGS, *BUGS_OF_TRADE, *BUGS_OF_DELIVERIES)

LIVES = {
    "drop_forks": (1, 2, 1),
    "no_eras": (17, 2, 4),
    "era_is_not_told": (17, 2, 4),
    "numbers_without_heads": (3, 2, 4),
    "sent_is_taken_for_received": (0, 2, 1),
    "always_exact": (17, 2, 4),
    "tickets_count_on_every_line": (2, 2, 1),
    "onto_any_feed": (7, 3, 1),
    "onto_any_feed_unseen": (7, 3, 1),
    "an_older_feed_is_taken": (0, 2, 1),
    "the_acknowledgement_is_one_short": (0, 2, 4),
    "the_acknowledged_entry_counts_again": (0, 2, 4),
    "only_the_newest_journal_is_asked_for": (0, 2, 1),
    "what_overlaps_is_known": (0, 2, 4),
    "an_end_that_was_never_held_is_told": (3, 2, 1),
    "an_export_begins_an_entry_late": (0, 2, 1),
    "a_parted_line_begins_an_entry_late": (0, 2, 4),
    "other_ends_are_not_told": (0, 2, 1),
    "a_fact_changes_no_row": (1, 2, 1),
    "facts_are_replayed_journal_by_journal": (2, 3, 1),
    "a_collected_prize_stays_on_its_shelf": (0, 2, 1, Trading),
    "what_came_with_a_note_is_not_written_down": (0, 2, 1, Trading),
    "nobody_is_told_of_a_code_collected_again": (0, 2, 1, Trading),
    "nobody_is_told_of_a_note_received_again": (9, 3, 2, Trading),
    "rules_that_central_forgot_stay": (0, 3, 1, Trading),
    "what_comes_after_a_close_is_not_corrected": (0, 3, 1, Trading),
    "nobody_is_told_of_a_prize_that_came_back": (0, 2, 1, Deliveries),
}
"""A life that goes wrong without the rule, or with the bug: seed, stations, mishaps and kind (`find_lives`)."""


def switch_off(patch, name):
    """Switch a rule off, or plant a bug."""
    if name in SWITCHES:
        SWITCHES[name](patch)
    else:
        plant(patch, name)


def goes_wrong(*life):
    """How that life ends badly; empty when it is fine."""
    try:
        lived(*life)
    except Exception as error:  # noqa: BLE001 -- a crash is as bad an end as a wrong sum
        return f"{type(error).__name__}: {error}".split("\n")[0][:80]
    return ""


@cache
def is_fine(*life):
    """Whether that life is a good one with every rule in place."""
    return not goes_wrong(*life)


SLOW = (
    "a_collected_prize_stays_on_its_shelf",
    "nobody_is_told_of_a_code_collected_again",
    "facts_are_replayed_journal_by_journal",
    "no_eras",
    "era_is_not_told",
    "tickets_count_on_every_line",
    "drop_forks",
    "onto_any_feed",
    "nobody_is_told_of_a_note_received_again",
    "nobody_is_told_of_a_prize_that_came_back",
    "rules_that_central_forgot_stay",
    "what_came_with_a_note_is_not_written_down",
    "what_comes_after_a_close_is_not_corrected",
)
"""Their lives are long: under `CANJE_LONG` only."""
LONG = pytest.mark.skipif(not os.environ.get("CANJE_LONG"), reason="the longest lives: set CANJE_LONG")


@pytest.mark.parametrize("name", [pytest.param(name, marks=LONG if name in SLOW else ()) for name in RULES])
def test_without_the_rule_a_life_goes_wrong(name, monkeypatch):
    assert is_fine(*LIVES[name])
    switch_off(monkeypatch, name)
    assert goes_wrong(*LIVES[name])
