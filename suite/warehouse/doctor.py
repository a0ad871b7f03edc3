"""`canje warehouse doctor`: what every node's doctor looks at, in a warehouse's file."""

from suite.node.doctor import doctor_of
from suite.node.inspection import OutpostInspection
from suite.warehouse.depot import open_warehouse
from suite.warehouse.store import WarehouseStore


class Inspection(OutpostInspection):
    """Questions to one warehouse's file."""

    KIND = "warehouse"
    STORE = WarehouseStore
    VERSION = WarehouseStore.VERSION
    PROJECTION_TABLES = WarehouseStore.every_projection()


examine, repair = doctor_of(Inspection, open_warehouse)
