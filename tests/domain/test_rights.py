"""Which facts each kind of node may write: every kind of fact against every kind of node."""

from typing import get_args

import pytest

from suite.domain.events.central import CentralFact
from suite.domain.events.portal import PortalEvent
from suite.domain.events.rights import NODE_KINDS, OUTSIDE_KINDS, RIGHTS, may_write
from suite.domain.events.shelf import ShelfEvent
from suite.domain.events.station import StationEvent
from suite.domain.events.warehouse import WarehouseEvent
from suite.domain.ids import NodeKind
from suite.journal.codec import KINDS

OWN = {"station": StationEvent | ShelfEvent, "warehouse": WarehouseEvent, "portal": PortalEvent}


def test_every_kind_of_node_has_its_rights():
    assert set(RIGHTS) == set(get_args(NodeKind)) == set(OWN)


@pytest.mark.parametrize("fact", KINDS.values(), ids=lambda fact: fact.__name__)
@pytest.mark.parametrize("node", RIGHTS)
def test_a_node_writes_its_own_facts_and_no_others(node, fact):
    assert may_write(node, fact) == (fact in NODE_KINDS or fact in get_args(OWN[node]))


def test_no_fact_of_the_office_and_none_of_two_kinds_of_nodes():
    assert not set(OUTSIDE_KINDS) - set(NODE_KINDS) & set(get_args(CentralFact))
    own = [fact for facts in RIGHTS.values() for fact in facts if fact not in NODE_KINDS]
    assert len(own) == len(set(own))
