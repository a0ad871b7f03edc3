"""Bugs planted into the exchange, one at a time: each has to make some life go wrong, or the lives prove too little.

A bug is a piece of a function's source and what stands there instead. It fails loudly when the code moved on.
"""

import inspect
import sys
import textwrap

from suite.central import feeds, history, merge, telling
from suite.journal import admission
from suite.node import courier, identity
from suite.station import cardbox
from suite.station import store as station_store

BUGS = {
    "an_older_feed_is_taken": (
        courier.take_feed,
        "(header.era, header.to, header.at) <= (state.era, state.count, state.at)",
        "header.at < 0",
    ),
    "the_acknowledgement_is_one_short": (
        station_store.StationStore.take_feed,
        "ack.seq, ack.head)",
        "max(ack.seq - 1, 0), self.head_at(max(ack.seq - 1, 0)))",
    ),
    "the_acknowledged_entry_counts_again": (cardbox.Cardbox._own, "seq > :acknowledged", "seq >= :acknowledged"),
    "only_the_newest_journal_is_asked_for": (identity.Identity.requests, "incarnations[1:]", "incarnations[1:][-1:]"),
    "what_overlaps_is_known": (admission.admit, "if upto == last", "if upto > before.seq"),
    "an_end_that_was_never_held_is_told": (feeds._feed_for, "if _is_heard(office, journal) else START", ""),
    "an_export_begins_an_entry_late": (
        courier.export,
        "_bundle(node, clock, acknowledged, last)",
        "_bundle(node, clock, Tip(acknowledged.seq + 1, _head(store, acknowledged.seq + 1)), last)",
    ),
    "a_parted_line_begins_an_entry_late": (merge._Bundle._parted, "admitted.first - 1", "admitted.first"),
    "other_ends_are_not_told": (feeds._other_ends, "return tuple(sorted(", "return () and tuple(sorted("),
    "a_fact_changes_no_row": (telling._touched, "for fact in facts)", "for fact in facts[1:])"),
    "facts_are_replayed_journal_by_journal": (
        history.History.facts,
        "order_by(run.count)",
        "order_by(run.journal, run.first)",
    ),
}
"""By name: the function, what stands in it, what the bug has there."""


def plant(patch, bug):
    """Put a bug in place until `patch` is undone, wherever the function goes by its name."""
    function, right, wrong = BUGS[bug]
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(right) == 1, f"{bug}: {function.__qualname__} is not what it was"
    planted: dict = {}
    code = compile(source.replace(right, wrong), inspect.getfile(function), "exec")
    exec(code, function.__globals__, planted)
    *path, name = function.__qualname__.split(".")
    owners = [module for module in list(sys.modules.values()) if vars(module).get(name) is function]
    for part in path:
        owners = [getattr(inspect.getmodule(function), part)]
    for owner in owners:
        patch.setattr(owner, name, planted[name])
