"""Which facts the journal of each kind of node may hold. Central's door asks this of every entry (SYN-2).

A node that writes anything else is forged or broken: its bundle is refused whole.
"""

from typing import get_args

from suite.domain.events.base import Event
from suite.domain.events.node import Genesis, Mark
from suite.domain.events.portal import PortalEvent
from suite.domain.events.shelf import ShelfEvent
from suite.domain.events.station import StationEvent
from suite.domain.events.warehouse import WarehouseEvent
from suite.domain.ids import NodeKind

NODE_KINDS: tuple[type[Event], ...] = (Genesis, Mark)
"""What every journal holds."""

RIGHTS: dict[NodeKind, tuple[type[Event], ...]] = {
    "station": (*NODE_KINDS, *get_args(StationEvent), *get_args(ShelfEvent)),
    "warehouse": (*NODE_KINDS, *get_args(WarehouseEvent)),
    "portal": (*NODE_KINDS, *get_args(PortalEvent)),
}

OUTSIDE_KINDS: tuple[type[Event], ...] = tuple(dict.fromkeys(fact for facts in RIGHTS.values() for fact in facts))
"""What nodes beside central write, each its own."""
_OWN = {node: frozenset(facts) for node, facts in RIGHTS.items()}


def may_write(node: NodeKind, fact: type[Event]) -> bool:
    """Whether the journal of a node of that kind may hold facts of that type."""
    return fact in _OWN[node]
