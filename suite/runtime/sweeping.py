"""When the collector of cyclic garbage works: while nobody waits, and not in the middle of a swipe.

A screen that was shown and thrown away is a cycle of some thousand objects. Collecting them with all that lives takes
100 to 300 ms in which a program neither paints nor reads its keys; left to itself Python does it every five visits.
"""

import gc
from typing import Final

BUSY_MAX: Final = 100
"""Collections of young objects (700 × 10 each) before one of all of them where nobody ever rests: some 150 visits."""


def sweep_at_rest() -> None:
    """Leave what is loaded now alone for good, and collect the rest only when told, or after a long time without.

    Call once, when the program stands.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, BUSY_MAX)


def sweep() -> None:
    """Collect now; nobody waits."""
    gc.collect()
