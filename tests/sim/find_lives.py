"""Looks for a life that goes wrong with each rule switched off and each bug planted: `python -m tests.sim.find_lives`.

For when the weather changed: what it prints goes into `test_ablations.py`. Names may be given; else all are looked for.
"""

import sys

import pytest

from tests.sim.bugs import BUGS_OF_DELIVERIES, BUGS_OF_TRADE
from tests.sim.deliveries import Deliveries
from tests.sim.network import Life
from tests.sim.test_ablations import RULES, goes_wrong, switch_off
from tests.sim.trading import Trading

LIVES = [(seed, stations, mishaps) for seed in range(40) for stations, mishaps in ((2, 1), (2, 4), (3, 1))]


def kind_for(name):
    """What kind of life a bug is looked for in."""
    return Trading if name in BUGS_OF_TRADE else Deliveries if name in BUGS_OF_DELIVERIES else Life


def main(names):
    fine = {}
    for name in names or RULES:
        for life in [(*weather, kind_for(name)) for weather in LIVES]:
            with pytest.MonkeyPatch.context() as patch:
                switch_off(patch, name)
                why = goes_wrong(*life)
            if why and life not in fine:
                fine[life] = not goes_wrong(*life)
            if why and fine[life]:
                print(f'    "{name}": {life[:-1]} {life[-1].__name__},  # {why}', flush=True)  # noqa: T201 -- a command
                break
        else:
            print(f"    {name}: no life of {len(LIVES)}", flush=True)  # noqa: T201 -- a command


if __name__ == "__main__":
    main(sys.argv[1:])
