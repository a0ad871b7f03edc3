"""`identity`, `rotate`, `witness`, `learn-keys`: the keys of this PC, and what it keeps of central's word."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from suite.domain.errors import N_
from suite.node.courier import Node
from suite.node.opening import opened
from suite.runtime.clock import clock_from_environment
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, table
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.texts import number, say
from suite.runtime.words import when
from suite.sync.registry import FILE_MAX, read_versions


@click.command(
    "identity", cls=SpokenCommand, help=N_("Show the journals of this PC, and the digits central has to compare.")
)
@answers
@click.pass_obj
def identity(home: Home) -> Answer:
    return identity_answer(opened(home))


def identity_answer(node: Node) -> Answer:
    """Which journals this PC wrote, and whether central let it go on with the last one."""
    state, ends = node.store.feed_state(), dict(node.store.ends())
    heard = state is not None and state.log == node.store.log
    rows = [
        (own.begun.incarnation, own.log.hex(), number(own.start.seq + 1), number(ends.get(own.log, 0)))
        for own in node.identity.incarnations
    ]
    lines = list(table((say(N_("Key")), say(N_("Journal")), say(N_("From")), say(N_("To"))), rows))
    if node.restored:
        lines.append(say(N_("This PC was restored from an older copy: it goes on under a new key from here.")))
    if not heard and len(rows) > 1:
        digits = node.identity.current.digits
        lines.append(say(N_("Central has to let it go on. Export, and read out: {digits}"), digits=digits))
    data = {
        "journals": [{"incarnation": own[0], "journal": own[1]} for own in rows],
        "digits": node.identity.current.digits,
        "heard": heard,
        "exact": node.store.is_exact(),
        "restored": node.restored,
    }
    return Answer(data, tuple(lines))


@click.command(
    "rotate", cls=SpokenCommand, help=N_("Go on under a new key: once a year, or when somebody may know the old one.")
)
@answers
@click.pass_obj
def rotate(home: Home) -> Answer:
    node = opened(home)
    node.identity.begin_next(node.store, clock_from_environment().now())
    return identity_answer(node)


@click.command("witness", cls=SpokenCommand, help=N_("List the places of central's own journal that it told this PC."))
@answers
@click.pass_obj
def witness(home: Home) -> Answer:
    node = opened(home)
    kept = node.store.witness.places()
    zone = ZoneInfo(node.store.zone())
    rows = [(number(seq), head.hex(), when(at, zone)) for seq, head, _, at in kept]
    data = [{"seq": seq, "head": head.hex(), "era": era, "at": at} for seq, head, era, at in kept]
    return Answer(data, table((say(N_("Entry")), say(N_("Head")), say(N_("When"))), rows))


@click.command(
    "learn-keys",
    cls=SpokenCommand,
    help=N_("Take central's registry of keys from a FILE that anybody may bring, when its bundles cannot come."),
)
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def learn_keys(home: Home, file: Path) -> Answer:
    trust = opened(home).trust
    followed, _ = trust.following(read_versions(read_whole(file, FILE_MAX)))
    trust.keep(followed)
    version = trust.current().version
    line = N_("Version {version} of the registry.") if followed else N_("Nothing new: version {version} was here.")
    return Answer({"version": version, "news": bool(followed)}, (say(line, version=number(version)),))


COMMANDS: tuple[click.Command, ...] = (identity, rotate, witness, learn_keys)
