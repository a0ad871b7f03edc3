"""`join`, `import`, `export`, `status`, `rebuild`: an outpost's exchange by files, as commands."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from suite.domain.errors import N_
from suite.node import courier
from suite.node.link_commands import PIN_CERTIFICATE, linked
from suite.node.membership import Joined
from suite.node.opening import opened
from suite.node.outpost import Outpost
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, write_out
from suite.runtime.errors import BadInput
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.secrets import invitation_name, whole_code
from suite.runtime.texts import number, say, say_many
from suite.runtime.words import when
from suite.sync.usb import bundles_for

if TYPE_CHECKING:
    from suite.sync.link import Link

Join = Callable[[Home, bytes, str, Clock], Joined]


def join_command(join: Join) -> click.Command:
    """`join` of one kind of node: by the invitation's file, or with --link by two requests to central's door."""

    @click.command(
        "join",
        cls=SpokenCommand,
        help=N_("Accept central's invitation and answer it: a file each way, or both over --link."),
    )
    @click.argument("invitation", type=PATH, required=False)
    @click.option("--code", default=None, help=N_("The one-time code from central; asked for when not given."))
    @click.option("--to", type=PATH, default=Path(), help=N_("Folder for the request."))
    @click.option("--link", "url", default=None, help=N_("Where central's door is (https://…), instead of a file."))
    @PIN_CERTIFICATE
    @answers
    @click.pass_obj
    def command(
        home: Home, invitation: Path | None, code: str | None, to: Path, url: str | None, pin_certificate: Path | None
    ) -> Answer:
        if (invitation is None) == (url is None):
            raise BadInput(N_("Name the invitation's file, or central's door with --link."))
        typed = code or click.prompt(say(N_("One-time code")), err=True)
        if invitation is None:
            return _joined_over_link(join, home, linked(url or "", pin_certificate), typed)
        joined = join(home, read_whole(invitation), typed, clock_from_environment())
        path = write_out(to / joined.file_name, joined.content)
        line = say(N_("Request written: {path}. Carry it to central."), path=path)
        return Answer({"request": str(path), "digits": joined.digits}, (line, _to_compare(joined)))

    return command


def _joined_over_link(join: Join, home: Home, link: "Link", code: str) -> Answer:
    """Fetch the invitation, answer it, and keep the link. Cut anywhere, the same again goes on."""
    from suite.node.exchange import Ways, save_ways
    from suite.sync.link import fetch_invitation, hand_in

    invitation = fetch_invitation(link, invitation_name(whole_code(code)))
    joined = join(home, invitation, code, clock_from_environment())
    hand_in(link, joined.content)
    save_ways(home, Ways(link))
    line = say(N_("Central has the request. Once a person there approved it, `sync` brings central's data."))
    return Answer({"url": link.url, "digits": joined.digits}, (line, _to_compare(joined)))


def _to_compare(joined: Joined) -> str:
    return say(N_("Compare by telephone: {digits}"), digits=joined.digits)


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
