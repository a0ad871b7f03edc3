"""`join`, `import`, `export`, `status`, `rebuild`: an outpost's exchange by files, as commands."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from suite.domain.errors import N_
from suite.node import courier
from suite.node.membership import Joined
from suite.node.opening import opened
from suite.node.outpost import Outpost
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, write_out
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.texts import number, say, say_many
from suite.runtime.words import when
from suite.sync.usb import bundles_for

Join = Callable[[Home, bytes, str, Clock], Joined]


def joined_answer(join: Join, home: Home, invitation: Path, code: str | None, to: Path) -> Answer:
    """Accept an invitation and write the request that goes back."""
    typed = code or click.prompt(say(N_("One-time code")), err=True)
    joined = join(home, read_whole(invitation), typed, clock_from_environment())
    path = write_out(to / joined.file_name, joined.content)
    return Answer(
        {"request": str(path), "digits": joined.digits},
        (
            say(N_("Request written: {path}. Carry it to central."), path=path),
            say(N_("Compare by telephone: {digits}"), digits=joined.digits),
        ),
    )


def exported_answer(exported: courier.Exported | None, folder: Path) -> Answer:
    """Write a node's bundle, if there is one."""
    if exported is None:
        return Answer({"bundle": None, "entries": 0}, (say(N_("Central has everything. There is nothing to carry.")),))
    path = courier.save_export(exported, folder)
    entries = exported.last - exported.first + 1
    line = say_many(
        "Bundle written with {count} entry: {path}", "Bundle written with {count} entries: {path}", entries, path=path
    )
    return Answer({"bundle": str(path), "entries": entries}, (line,))


@click.command("import", cls=SpokenCommand, help=N_("Take central's bundle: a file, or a folder that holds it."))
@click.argument("path", type=PATH)
@click.option("--despite-clock", is_flag=True, help=N_("Take it although it comes from the future."))
@answers
@click.pass_obj
def import_bundle(home: Home, path: Path, despite_clock: bool) -> Answer:
    node, clock = opened(home), clock_from_environment()
    assert isinstance(node, Outpost), "a station has an import of its own"
    bundles = [content for _, content in bundles_for(path, node.store.log)]
    taken = [node.take(content, clock.now(), despite_clock=despite_clock) for content in bundles]
    news, header = any(one.news for one in taken), taken[-1].header
    line = (
        say(N_("Central's data taken. It is of {at}."), at=when(header.at, ZoneInfo(node.store.zone())))
        if news
        else say(N_("That data is here already, or newer. Nothing changed."))
    )
    return Answer({"news": news, "count": header.to, "acknowledged": header.ack.seq}, (line,))


@click.command("export", cls=SpokenCommand, help=N_("Write a bundle for central with all it has not confirmed."))
@click.argument("folder", type=PATH)
@answers
@click.pass_obj
def export(home: Home, folder: Path) -> Answer:
    return exported_answer(courier.export(opened(home), clock_from_environment()), folder)


@click.command("status", cls=SpokenCommand, help=N_("Show how far this journal is and what central has not confirmed."))
@answers
@click.pass_obj
def status(home: Home) -> Answer:
    node = opened(home)
    tip, pending, state = node.store.tip(), node.store.pending(), node.store.feed_state()
    line = say(
        N_("{node}: {entries} entries, {pending} not confirmed."),
        node=node.membership.invitation.station,
        entries=number(tip.seq),
        pending=number(pending),
    )
    data = {
        "node": node.membership.invitation.station,
        "entries": tip.seq,
        "head": tip.head.hex(),
        "pending": pending,
        "as_of": state.at if state else None,
    }
    return Answer(data, (line,))


@click.command("rebuild", cls=SpokenCommand, help=N_("Verify the journal and rebuild every table from it."))
@answers
@click.pass_obj
def rebuild(home: Home) -> Answer:
    store = opened(home).store
    checked = store.verify()
    store.rebuild()
    return Answer({"entries": checked}, (say(N_("{entries} entries verified and replayed."), entries=number(checked)),))


COMMANDS: tuple[click.Command, ...] = (import_bundle, export, status, rebuild)
