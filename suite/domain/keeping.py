"""Which copies of a database are kept: many of the last days, few of long ago, none that outlive an erasure."""

from collections.abc import Callable, Iterable
from datetime import UTC

from suite.domain.calendar import month_of
from suite.domain.quantities import Moment

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS

ALL_MS = 48 * HOUR_MS
"""Every copy of the last two days is kept."""

RUNGS: tuple[tuple[int, Callable[[Moment], int]], ...] = (
    (14, lambda at: at // DAY_MS),
    (8, lambda at: at // WEEK_MS),
    (12, lambda at: month_of(at, UTC)),
)
"""Then the newest copy of each of 14 days, 8 weeks and 12 months that have one."""

FORGOTTEN_AFTER_MS = 35 * DAY_MS
"""A member who was removed is in no copy older than this (MEM-9); it cuts the rungs short."""


def copies_to_keep(
    copies: Iterable[Moment], now: Moment, *, forgotten_after_ms: int = FORGOTTEN_AFTER_MS
) -> frozenset[Moment]:
    """The moments of the copies that stay. The newest always does, and so do those that a wrong clock dated ahead."""
    newest_first = sorted(set(copies), reverse=True)
    alive = [at for at in newest_first if now - at <= forgotten_after_ms]
    kept = {*newest_first[:1], *(at for at in alive if now - at <= ALL_MS)}
    for count, bucket_of in RUNGS:
        newest: dict[int, Moment] = {}
        for at in alive:
            newest.setdefault(bucket_of(at), at)
        kept.update(list(newest.values())[:count])
    return frozenset(kept)
