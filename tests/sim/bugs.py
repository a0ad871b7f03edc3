"""Bugs planted into the exchange, one at a time: each has to make some life go wrong, or the lives prove too little.

A bug is a piece of a function's source and what stands there instead. It fails loudly when the code moved on.
"""

import inspect
import sys
import textwrap

from suite.central import continuity, feeds, history, merge
from suite.journal import admission
from suite.node import courier, identity
from suite.node import store as node_store
from suite.station import cardbox
from suite.station import courier as at_the_station
from suite.station import store as station_store

BUGS = {
    "an_older_feed_is_taken": (
        at_the_station.take,
        "(header.era, header.to, header.at) <= (state.era, state.count, state.at)",
        "header.at < 0",
    ),
    "an_acknowledgement_outlives_its_era": (courier.acknowledged, "if state and state.era == header.era", "if state"),
    "the_acknowledgement_is_one_short": (
        station_store.StationStore.take_feed,
        "ack.seq, ack.head)",
        "max(ack.seq - 1, 0), self.head_at(max(ack.seq - 1, 0)))",
    ),
    "the_acknowledged_entry_counts_again": (cardbox.Cardbox._own, "seq > :acknowledged", "seq >= :acknowledged"),
    "a_new_journal_is_exact_at_once": (
        node_store.NodeStore.begin,
        "self._db.execute",
        "(lambda _: None)",
    ),
    "only_the_newest_journal_is_asked_for": (identity.Identity.requests, "incarnations[1:]", "incarnations[1:][-1:]"),
    "certificates_are_not_carried": (courier._bundle, "in certified.values()", "in ()"),
    "certificates_are_not_believed": (continuity.readmit, "if not own or", "if own or"),
    "only_admitted_marks_are_heard": (merge._Delivery.take, "refusal.heard and", "False and"),
    "a_journal_before_its_past": (merge._Bundle._admit, "not self._holds_before(first)", "False"),
    "what_overlaps_is_known": (admission.admit, "if upto == last", "if upto > before.seq"),
    "a_fork_is_not_told": (
        feeds._feed_for,
        "forked=notice or len(office.store.lines_of(journal.log)) > 1",
        "forked=notice",
    ),
    "an_end_that_was_never_held_is_told": (feeds._feed_for, "if _is_heard(office, journal) else START", ""),
    "a_copy_of_an_earlier_journal_is_not_told": (
        feeds.export_answer,
        "notice=journal.log != log",
        "notice=False",
    ),
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
