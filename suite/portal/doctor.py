"""`canje portal doctor`: what every node's doctor looks at, in a portal's file."""

from suite.node.doctor import doctor_of
from suite.node.inspection import OutpostInspection
from suite.portal.lobby import open_portal
from suite.portal.store import PortalStore


class Inspection(OutpostInspection):
    """Questions to one portal's file."""

    KIND = "portal"
    STORE = PortalStore
    VERSION = PortalStore.VERSION
    PROJECTION_TABLES = PortalStore.every_projection()


examine, repair = doctor_of(Inspection, open_portal)
