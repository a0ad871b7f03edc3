"""Notes between stations of which one side was not heard of for long: a person looks where the prizes are (STK-1).

Called inside the transaction of a merge, after its facts are projected. Run again it finds nothing.
"""

from suite.central.office import Office
from suite.domain.events.central import TransferMissed
from suite.domain.quantities import Moment

MISSED_MS = 30 * 24 * 3600 * 1000
"""Stations work for weeks with no link: a month is longer than any way between two of them."""


def miss_transfers(office: Office) -> int:
    """Open an incident for each note that waits for its other side for a month; returns how many are new."""
    now, by = office.clock.now(), office.operator
    found = office.store.shelf.half_heard(Moment(max(0, now - MISSED_MS)))
    office.store.append(
        [
            TransferMissed(
                at=now, by=by, note=each.note, journal=each.journal, seq=each.seq, station=each.station, came=each.came
            )
            for each in found
        ]
    )
    return len(found)
