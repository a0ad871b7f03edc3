"""Bugs planted into the exchange, one at a time: each has to make some life go wrong, or the lives prove too little.

A bug is a piece of a function's source and what stands there instead. It fails loudly when the code moved on.
"""

import inspect
import sys
import textwrap

from suite.central import feeds, history, merge, order_projections, projections, telling, transfer_projections
from suite.journal import admission
from suite.node import courier, identity
from suite.station import cardbox, feed_tables
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

BUGS_OF_TRADE = {
    "a_collected_prize_stays_on_its_shelf": (
        order_projections.prize_withdrawn,
        "to.stock[fact.station, event.prize] -= 1",
        "pass",
    ),
    "what_came_with_a_note_is_not_written_down": (
        transfer_projections.transfer_received,
        "_add(to, event.note, event.lines, sent=0, came=1)",
        "pass",
    ),
    "nobody_is_told_of_a_code_collected_again": (
        order_projections.prize_withdrawn,
        'to.open_incident(fact, "withdrawn-twice", event.at, _printed(event.issuer, event.order), event.card)',
        "pass",
    ),
    "nobody_is_told_of_a_note_received_again": (
        transfer_projections.transfer_received,
        'to.open_incident(fact, "transfer-twice", event.at, event.note, "")',
        "pass",
    ),
    "rules_that_central_forgot_stay": (feed_tables.take_page, "WHERE version > ?", "WHERE version > ? AND 0"),
    "what_comes_after_a_close_is_not_corrected": (merge.merge, "correct(office)", "[]"),
}
"""Of what stations do with prizes and rules (`trading`)."""

BUGS_OF_DELIVERIES = {
    "nobody_is_told_of_a_prize_that_came_back": (
        order_projections.prize_returned,
        'to.open_incident(fact, "prize-returned", event.at, event.order, "")',
        "pass",
    ),
}
"""Of what a warehouse does (`deliveries`)."""


def plant(patch, bug):
    """Put a bug in place until `patch` is undone, wherever the function goes by its name."""
    function, right, wrong = (BUGS | BUGS_OF_TRADE | BUGS_OF_DELIVERIES)[bug]
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
    tables = [each for module in owners for each in vars(module).values() if isinstance(each, dict)]
    for table in (*tables, projections.HANDLERS):
        for key in [key for key, value in table.items() if value is function]:
            patch.setitem(table, key, planted[name])
