"""What the benchmarks share: interleaved runs, medians, percentiles, a table."""

import statistics
import time
from collections.abc import Callable

RUNS = 5


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def interleaved(cases: dict[str, Callable[[], float]], runs: int = RUNS) -> dict[str, float]:
    """The median of each case over runs taken in turn, A B C A B C, so that a noisy moment hits all alike."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(runs):
        for name, case in cases.items():
            found[name].append(case())
    return {name: statistics.median(times) for name, times in found.items()}


def percentile(times: list[float], percent: float) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def show(title: str, rows: list[tuple[str, str, str]]) -> None:
    """A line a figure: what, how much, and the ratio to its floor."""
    print(f"\n{title}")
    for what, figure, ratio in rows:
        print(f"  {what:<58} {figure:>18}  {ratio}")
