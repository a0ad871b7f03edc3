"""Lives of a network with a warehouse; `live(folder, seed, STEPS, kind=Deliveries)` lives one of them again."""

from collections import Counter

from tests.sim.deliveries import Deliveries
from tests.sim.test_simulation import lived

SEEDS = 8
MUST_BE_SEEN = (
    "apart",
    "approved",
    "central restored",
    "cloned",
    "dispatched-cancelled",
    "dispatched-twice",
    "handed over",
    "journal-forked",
    "order cancelled",
    "restored",
    "sent off",
)
"""What has to happen somewhere in the lives, or they prove nothing about it."""


def test_whatever_the_weather_what_was_ordered_is_delivered_once_or_looked_into():
    seen = Counter()
    for seed in range(SEEDS):
        seen.update(lived(seed, mishaps=1 + seed % 2, kind=Deliveries))
    assert [event for event in MUST_BE_SEEN if not seen[event]] == [], seen
