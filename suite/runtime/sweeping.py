"""When the collector of cyclic garbage works: between two visits, and never in one.

What a visit throws away are cycles of some thousand objects. Left to itself Python collects them every few visits, with
all that lives: 100 to 350 ms (measured) in which a program neither paints nor reads its keys. A swipe is split by that,
and quick fingers look like a reader.
"""

import gc
from collections.abc import Callable
from typing import Final

BUSY_MAX: Final = 100_000
"""New objects before Python collects them by itself: more than a visit makes."""


def sweep_when_told() -> Callable[[], object]:
    """Leave alone what is loaded now, and collect the rest by calling what this returns: 50 to 100 ms after a visit."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(BUSY_MAX)
    return gc.collect
