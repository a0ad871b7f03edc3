"""`canje central …`: the office, one module a subject."""

from importlib import import_module
from pathlib import Path

import click

from suite.domain.errors import N_
from suite.runtime.console import PATH, SpokenGroup
from suite.runtime.paths import home_of

MODULES = {
    "network": ("init", "publish", "station", "invite", "joining", "approve", "status", "rebuild"),
    "safety": ("backup", "restore", "drill", "doctor"),
    "people": ("load-members", "load-cards", "attendant", "inquiry"),
    "members": (
        "members",
        "applications",
        "confirm",
        "reject",
        "enrol",
        "consent",
        "merge-members",
        "unmerge-member",
        "remove-member",
        "segment",
        "measure-campaign",
        "rates",
        "tier",
    ),
    "messages": ("message", "messages", "withdraw-message", "campaigns"),
    "profile": ("profile",),
    "cards": ("print-cards", "issue-card", "block-card", "card-status", "replace-card", "cards", "hot-list"),
    "exchange": ("import", "export"),
    "nodes": ("node", "continuations", "continue", "revoke", "witness"),
    "keys": ("root", "rotate", "keys", "retire-keys"),
    "link": ("serve", "sync"),
    "points": ("close", "settle", "settlement", "balances", "months", "lots", "report"),
    "ledger": ("adjust", "approve-adjustment", "proposals", "load-opening", "fleet-month", "cancel-order"),
    "questions": (
        "liability",
        "calendar",
        "tiers",
        "explain",
        "recheck",
        "rehearse",
        "business-days",
        "holidays",
    ),
    "spending": ("authorise", "grant", "release", "exposure"),
    "portal": ("portal", "requests"),
    "shifts": ("shifts",),
    "prizes": ("ship", "stock", "transfers", "orders", "slip", "assign", "prize-money", "withdrawals"),
    "incidents": ("incidents", "incident"),
}


class Office(SpokenGroup):
    """The office's commands by subject; a module is imported when one of its commands is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for names in MODULES.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for module, names in MODULES.items():
            if cmd_name in names:
                commands: dict[str, click.Command] = import_module(f"suite.central.commands.{module}").COMMANDS
                return commands[cmd_name]
        return None


@click.group(cls=Office, help=N_("The office: members, merge, close, settle, print."))
@click.option("--home", type=PATH, default=None, help=N_("Central's folder (else CANJE_HOME)."))
@click.pass_context
def central(ctx: click.Context, home: Path | None) -> None:
    """See help."""
    ctx.obj = home_of("central", home)
