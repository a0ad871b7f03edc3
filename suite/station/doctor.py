"""`canje station doctor`: what every node's doctor looks at, and a station's reserve and what its POS stated.

Only projections and the reserve can be made again. A journal that is broken is for people to look at.
"""

from suite.domain.errors import N_
from suite.node import doctor
from suite.runtime.ballast import Reserve
from suite.runtime.clock import Clock
from suite.runtime.db import open_memory
from suite.runtime.examination import Finding
from suite.runtime.paths import Home
from suite.runtime.texts import say
from suite.station import courier
from suite.station.inspection import Inspection
from suite.station.pos.inspection import damaged_sales, setup_is_damaged
from suite.station.schema import create_all


def examine(home: Home, clock: Clock, reserve: Reserve) -> list[Finding]:
    """See `suite.node.doctor`. Raises NotSetUp."""
    return doctor.examine(home, clock, reserve, Inspection, with_ballast=True)


def repair(home: Home, reserve: Reserve) -> tuple[str, ...]:
    """Make the projections anew from a journal that verifies, and the reserve; central is to tell all it said again.

    Returns what was done.
    Raises JournalBroken, StorageTrouble; nothing is changed then.
    """
    store, fresh = courier.open_station(home).store, open_memory()
    create_all(fresh)
    try:
        done = [doctor.repair_tables(store, fresh)]
        with store.writing() as connection:
            store.witness.refuse_feed("digest")
            store.pos.mend(damaged_sales(connection), setup=setup_is_damaged(connection))
    finally:
        fresh.close()
        store.close()
    if not reserve.is_there() and reserve.keep():
        done.append(say(N_("The reserve for a full disk was made.")))
    return tuple(done)
