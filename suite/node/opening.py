"""Which node the commands that all nodes share are said to: each group of commands says how its node is opened."""

from collections.abc import Callable
from typing import cast

import click

from suite.node.courier import Node
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.paths import Home

OPENER = "canje.open"


def opens(ctx: click.Context, opener: Callable[[Home, Clock], Node]) -> None:
    """Have this group's commands open their node so."""
    ctx.meta[OPENER] = opener


def opened(home: Home) -> Node:
    """The node in that folder, as its group of commands opens it. Raises NotSetUp, StorageTrouble."""
    return opener_here()(home, clock_from_environment())


def opener_here() -> Callable[[Home, Clock], Node]:
    """What opens a node of this group's kind, for who opens it in a thread of their own."""
    return cast("Callable[[Home, Clock], Node]", click.get_current_context().meta[OPENER])
