"""Lives of a network with a warehouse; `live(folder, seed, 100, kind=Deliveries)` lives one of them again."""

from collections import Counter

import pytest

from suite.central import merge
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched
from suite.runtime.errors import BundleRefused
from tests.sim.deliveries import Deliveries
from tests.sim.test_simulation import lived

SEEDS = (0, 5)
"""Of lives in which everything below is seen."""
FORGETFUL = (5, 1)
"""A life, one of those, in which central forgets that it gave an order away: its seed and how many mishaps."""
MUST_BE_SEEN = (
    "apart",
    "approved",
    "came back and heard of",
    "central restored",
    "cloned",
    "dispatched-cancelled",
    "dispatched-twice",
    "dispatched-ungiven",
    "handed over",
    "journal-forked",
    "order cancelled",
    "restored",
    "sent off",
)
"""What has to happen somewhere in the lives, or they prove nothing about it."""


def test_whatever_the_weather_what_was_ordered_is_delivered_once_or_looked_into():
    seen = Counter()
    for seed in SEEDS:
        seen.update(lived(seed, mishaps=1 if seed % 2 else 4, kind=Deliveries))
    assert [event for event in MUST_BE_SEEN if not seen[event]] == [], seen


def test_a_warehouse_is_believed_after_central_forgot_or_it_is_stuck_for_ever(monkeypatch):
    """Without the rule a life goes wrong that was fine; after a change of the weather another has to be found."""
    seed, mishaps = FORGETFUL
    monkeypatch.setattr(merge._Bundle, "_check_orders", refuse_what_was_not_given)
    with pytest.raises(AssertionError):
        lived(seed, mishaps=mishaps, kind=Deliveries)


def refuse_what_was_not_given(bundle):
    for fact in bundle.facts:
        if isinstance(fact.event, PrizeDispatched | PrizeDelivered):
            order = bundle._store.shelf.order(fact.event.order)
            if order is None or order.warehouse != bundle.station:
                raise BundleRefused("not its own")
