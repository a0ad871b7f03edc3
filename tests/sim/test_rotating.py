"""Lives of a network whose central gets new keys; `live(folder, seed, STEPS, kind=Rotating)` lives one again."""

from collections import Counter

import pytest

from tests.sim.rotating import Rotating
from tests.sim.test_simulation import lived

SEEDS = (3,)
MISHAPS = 4
MUST_BE_SEEN = ("central restored", "feed refused", "new keys", "old keys gone", "old keys stay", "refused")
"""What has to happen somewhere in the lives, or they prove nothing about it."""


@pytest.fixture(autouse=True)
def _quick_passphrase(monkeypatch):
    monkeypatch.setattr("suite.runtime.secrets.WRAP_MEMORY_KIB", 1024)


def test_whatever_the_weather_all_nodes_come_to_centrals_newest_keys():
    seen = Counter()
    for seed in SEEDS:
        seen.update(lived(seed, mishaps=MISHAPS, kind=Rotating))
    assert [event for event in MUST_BE_SEEN if not seen[event]] == [], seen
