"""`canje portal doctor`: what every node's doctor looks at, in a portal's file."""

from suite.node import doctor
from suite.node.inspection import OutpostInspection
from suite.portal.lobby import open_portal
from suite.portal.store import PortalStore
from suite.runtime.ballast import Reserve
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.examination import Finding
from suite.runtime.paths import Home


class Inspection(OutpostInspection):
    """Questions to one portal's file."""

    KIND = "portal"
    STORE = PortalStore
    VERSION = PortalStore.VERSION
    PROJECTION_TABLES = PortalStore.every_projection()


def examine(home: Home, clock: Clock, reserve: Reserve) -> list[Finding]:
    """See `suite.node.doctor`. Raises NotSetUp."""
    return doctor.examine(home, clock, reserve, Inspection)


def repair(home: Home, _: Reserve) -> tuple[str, ...]:
    """See `doctor.repair_outpost`."""
    return doctor.repair_outpost(open_portal(home, clock_from_environment()).store)
