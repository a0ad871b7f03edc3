"""Lives of a network with a portal; `live(folder, seed, 100, kind=Asking)` lives one of them again."""

from collections import Counter

import pytest

from suite.portal import lobby
from tests.sim.asking import Asking
from tests.sim.test_simulation import lived

SEEDS = (6, 1)
MISHAPS = 4
COPIED = 1
"""The seed of a life, one of those, in which copies of the portal ask at the same place."""
MUST_BE_SEEN = (
    "accepted",
    "apart",
    "approved",
    "asked",
    "central restored",
    "cloned",
    "closed",
    "journal-forked",
    "no-access",
    "rejected",
    "restored",
)
"""What has to happen somewhere in the lives, or they prove nothing about it."""


def test_whatever_the_weather_what_was_asked_for_is_answered_once():
    seen = Counter()
    for seed in SEEDS:
        seen.update(lived(seed, mishaps=MISHAPS, kind=Asking))
    assert [event for event in MUST_BE_SEEN if not seen[event]] == [], seen


def test_without_digits_of_its_own_a_copy_means_the_requests_of_another(monkeypatch):
    """Without the rule a life goes wrong that was fine; after a change of the weather another has to be found."""
    monkeypatch.setattr(lobby, "random_digits", lambda count: "0" * count)
    with pytest.raises(AssertionError, match="is another's"):
        lived(COPIED, mishaps=MISHAPS, kind=Asking)
