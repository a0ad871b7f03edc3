"""How often somebody may ask: a bucket of tokens each, that fills with time. Time is handed in."""

from collections import OrderedDict

import msgspec

from suite.domain.quantities import Moment

NAMES_MAX = 4096
"""Addresses remembered: forgetting the one that was quiet longest gives it a full bucket, and costs no more memory."""


class Rate(msgspec.Struct, frozen=True):
    """So many at once, then one each `every_ms`."""

    burst: int
    every_ms: int


BY_ADDRESS = Rate(burst=120, every_ms=500)
"""Before anything is read. Several stations may stand behind one address, so this is generous."""
BY_STATION = Rate(burst=30, every_ms=4_000)
"""By the seal that was verified, never by what an envelope claims: a stranger cannot use up a station's turn."""
BY_ALL = Rate(burst=400, every_ms=50)
"""Five hundred stations that come back at once, and no more work than this PC does."""


class Buckets:
    """One bucket a name."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._held: OrderedDict[str, tuple[int, Moment]] = OrderedDict()

    def wait_ms(self, name: str, now: Moment) -> int:
        """0, and one token is taken; else how long until there is one. A clock set back only stops the filling."""
        full = self._rate.burst * self._rate.every_ms
        held, since = self._held.pop(name, (full, now))
        held = min(full, held + max(0, now - since))
        lacking = max(0, self._rate.every_ms - held)
        self._held[name] = (held if lacking else held - self._rate.every_ms, now)
        while len(self._held) > NAMES_MAX:
            self._held.popitem(last=False)
        return lacking
