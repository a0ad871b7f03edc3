"""`canje`: one command for every node. Only the node that is asked for is imported."""

import sys
from importlib import import_module
from importlib.util import find_spec

import click

from suite.domain.errors import N_
from suite.runtime.console import SpokenGroup, run

NODES = {
    "station": ("suite.station.cli", "station", N_("The desk of a station: swipe, sell, redeem, carry bundles.")),
    "central": ("suite.central.commands.cli", "central", N_("The office: members, merge, close, settle, print.")),
    "warehouse": (
        "suite.warehouse.cli",
        "warehouse",
        N_("A warehouse: slips of ordered prizes, what left, and who received it."),
    ),
    "portal": (
        "suite.portal.cli",
        "portal",
        N_("A member portal: pages of members who have access, and what they ask for."),
    ),
    "demo": ("suite.demo.day", "demo", N_("Build a small network, live a day in it, and open a station to try.")),
}


class Nodes(SpokenGroup):
    """The groups of commands by node, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The nodes this program holds: a frozen one leaves out those that its machine has no use for."""
        return [name for name in NODES if find_spec(f"suite.{name}")]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module, name, _ = NODES[cmd_name]
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Nodes, help=N_("Canje: points for fuel, prizes for points, with or without a link."))
@click.version_option(package_name="canje", prog_name="canje")
def canje() -> None:
    """See help."""


def main() -> None:
    """The entry point: runs and leaves with a documented exit code (docs/exit-codes.md)."""
    sys.exit(run(canje))


if __name__ == "__main__":
    main()
