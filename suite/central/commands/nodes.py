"""The PCs of the network: which ask to go on under a new key, whose key is not believed any more, what they witness."""

import re
from typing import cast

import click

from suite.central import continuity
from suite.central.commands.opening import office_in
from suite.domain.errors import N_
from suite.domain.events.rights import RIGHTS
from suite.domain.ids import CODE_PATTERN, NodeKind, StationCode
from suite.runtime.console import Answer, SpokenCommand, SpokenGroup, answers, one_of, table
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import number, say
from suite.runtime.words import node_kind, when

OUTPOSTS = tuple(kind for kind in RIGHTS if kind != "station")


@click.group("node", cls=SpokenGroup, help=N_("Nodes of the network that are no stations: warehouses, portals."))
def node() -> None:
    """See help."""


@node.command("add", help=N_("Add a node; `invite` and `approve` then pair its PC."))
@click.argument("code")
@click.argument("name")
@click.option("--kind", required=True, help=N_("What it is for: warehouse, portal."))
@answers
@click.pass_obj
def node_add(home: Home, code: str, name: str, kind: str) -> Answer:
    if not re.fullmatch(CODE_PATTERN, code):
        raise BadInput(N_("{code!r} is not a code: 1 to 24 letters, digits, '.', '-' or '_'."), code=safe_text(code))
    if not safe_text(name):
        raise BadInput(N_("The name is empty."))
    chosen = one_of(kind, OUTPOSTS, "--kind")
    office_in(home).add_node(StationCode(code), safe_text(name), cast("NodeKind", chosen))
    return Answer({"node": code, "kind": chosen}, (say(N_("Node {node} added."), node=code),))


@node.command("list", help=N_("List every node, what it is for, and when it was last heard of."))
@answers
@click.pass_obj
def node_list(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        zone, found = office.zone(), office.store.directory.nodes()
    rows = [
        (
            n.code,
            n.name,
            node_kind(n.kind),
            say(N_("yes") if n.paired else N_("no")),
            when(n.heard, zone) if n.heard else "",
        )
        for n in found
    ]
    columns = (say(N_("Node")), say(N_("Name")), say(N_("Kind")), say(N_("Paired")), say(N_("Last heard")))
    return Answer(found, table(columns, rows))


@click.command(
    "continuations", cls=SpokenCommand, help=N_("List the PCs that ask to go on as a station under a new key.")
)
@answers
@click.pass_obj
def continuations(home: Home) -> Answer:
    office = office_in(home)
    found = continuity.asking(office)
    with office.store.transaction():
        zone = office.zone()
    rows = [(a.station, a.digits, when(a.at, zone)) for a in found]
    return Answer(found, table((say(N_("Station")), say(N_("Digits")), say(N_("When"))), rows))


@click.command(
    "continue", cls=SpokenCommand, help=N_("Let a PC go on as a station, after comparing its digits by telephone.")
)
@click.argument("station")
@click.argument("digits")
@answers
@click.pass_obj
def continue_command(home: Home, station: str, digits: str) -> Answer:
    found = continuity.let_continue(office_in(home), StationCode(station), safe_text(digits, 12))
    line = say(N_("{station} goes on. Import its bundle again, and carry one back to it."), station=found.station)
    return Answer(found, (line,))


@click.command("revoke", cls=SpokenCommand, help=N_("Believe the key of a station's PC no longer: it was stolen."))
@click.argument("station")
@click.option("--reason", required=True)
@answers
@click.pass_obj
def revoke(home: Home, station: str, reason: str) -> Answer:
    journal = continuity.revoke(office_in(home), StationCode(station), safe_text(reason))
    line = say(
        N_("The key of {station} is revoked. Give it another PC: `canje central invite {station} --replace`."),
        station=journal.station,
    )
    return Answer({"station": journal.station, "journal": journal.log.hex()}, (line,))


@click.command(
    "witness",
    cls=SpokenCommand,
    help=N_("Hold a place of central's journal, as a station kept it, against the journal here: NUMBER HEAD."),
)
@click.argument("seq", type=click.IntRange(min=1))
@click.argument("head")
@answers
@click.pass_obj
def witness(home: Home, seq: int, head: str) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        here = office.store.own_head_at(seq)
    same = here is not None and here.hex() == head.strip().lower()
    line = (
        say(N_("Entry {seq} stands here as the station kept it."), seq=number(seq))
        if same
        else say(
            N_("Entry {seq} is not the one that the station was told: central's journal was written anew or restored."),
            seq=number(seq),
        )
    )
    return Answer({"seq": seq, "same": same, "head": here.hex() if here else None}, (line,), 0 if same else 1)


COMMANDS: dict[str, click.Command] = {
    "node": node,
    "continuations": continuations,
    "continue": continue_command,
    "revoke": revoke,
    "witness": witness,
}
