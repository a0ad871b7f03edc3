"""Points that were held or granted at a station that is lost: when a person may free them, and which (PRZ-6).

No clock proves that a station will not come back, so what is freed here is at risk until the station says that it
knows: a prize that left on it and comes in after all counts, is an incident, and adds to what the limits promise.
"""

from collections.abc import Sequence

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.ids import AccountId, StationCode
from suite.domain.keeping import DAY_MS
from suite.domain.quantities import Moment, Points

SILENT_DAYS = 7
"""As long as the oldest data that any limit of the default policy still trusts."""


class StationMayBeAlive(Refusal):
    code = "station-may-be-alive"
    text = N_(
        "Station {station} may be alive: nothing is released before it was silent for {days} days. Revoke its key "
        "first if its PC is lost for certain."
    )


class Kept(msgspec.Struct, frozen=True):
    """Points kept for one station: held by the authorisation `hold` for its `day`, or granted, with neither."""

    account: AccountId
    points: Points
    hold: int = 0
    day: str = ""


def may_release(station: StationCode, heard: Moment | None, now: Moment, *, believed: bool) -> None:
    """Raises StationMayBeAlive, where a key is believed and was heard of in the last `SILENT_DAYS`, or never yet.

    Moments are central's own: `heard` is when the last bundle came.
    """
    if believed and (heard is None or now - heard < SILENT_DAYS * DAY_MS):
        raise StationMayBeAlive(station=station, days=SILENT_DAYS)


def releasable(kept: Sequence[Kept], today: str) -> list[Kept]:
    """What can be freed: grants, and authorisations of days before `today`: no honest station takes their digits."""
    return [each for each in kept if each.points > 0 and each.day < today]
