"""`canje warehouse doctor`: what every node's doctor looks at, in a warehouse's file."""

from suite.node import doctor
from suite.node.inspection import OutpostInspection
from suite.runtime.ballast import Reserve
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.examination import Finding
from suite.runtime.paths import Home
from suite.warehouse.depot import open_warehouse
from suite.warehouse.store import WarehouseStore


class Inspection(OutpostInspection):
    """Questions to one warehouse's file."""

    KIND = "warehouse"
    STORE = WarehouseStore
    VERSION = WarehouseStore.VERSION
    PROJECTION_TABLES = WarehouseStore.every_projection()


def examine(home: Home, clock: Clock, reserve: Reserve) -> list[Finding]:
    """See `suite.node.doctor`. Raises NotSetUp."""
    return doctor.examine(home, clock, reserve, Inspection)


def repair(home: Home, _: Reserve) -> tuple[str, ...]:
    """See `doctor.repair_outpost`."""
    return doctor.repair_outpost(open_warehouse(home, clock_from_environment()).store)
