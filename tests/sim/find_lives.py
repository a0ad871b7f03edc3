"""Looks for a life that goes wrong with each rule switched off and each bug planted: `python -m tests.sim.find_lives`.

For when the weather changed: what it prints goes into `test_ablations.py`. Names may be given; else all are looked for.
"""

import sys

import pytest

from tests.sim.test_ablations import RULES, goes_wrong, switch_off

LIVES = [(seed, mishaps) for seed in range(40) for mishaps in (1, 4)]


def main(names):
    fine = {}
    for name in names or RULES:
        for seed, mishaps in LIVES:
            with pytest.MonkeyPatch.context() as patch:
                switch_off(patch, name)
                why = goes_wrong(seed, mishaps)
            if why and (seed, mishaps) not in fine:
                fine[seed, mishaps] = not goes_wrong(seed, mishaps)
            if why and fine[seed, mishaps]:
                print(f'    "{name}": ({seed}, {mishaps}),  # {why}', flush=True)  # noqa: T201 -- a command
                break
        else:
            print(f"    {name}: no life of {len(LIVES)}", flush=True)  # noqa: T201 -- a command


if __name__ == "__main__":
    main(sys.argv[1:])
