"""`link`, `mirror`, `sync`, `courier`: the exchange by itself: over the link, over a stick, and the mirror folder."""

import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from suite.domain.errors import N_
from suite.node.membership import load_membership
from suite.node.opening import opened, opener_here
from suite.runtime.clock import clock_from_environment
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, steps
from suite.runtime.errors import BadInput, NotSetUp
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.texts import number, say

if TYPE_CHECKING:
    from suite.sync.link import Link

CERTIFICATE_MAX = 256 * 1024
PIN_CERTIFICATE = click.option(
    "--pin-certificate", type=PATH, default=None, help=N_("The certificate (PEM) that alone is trusted there.")
)


def linked(url: str, pin_certificate: Path | None) -> "Link":
    """Where central's door is, as an operator says it. Raises BadInput."""
    from suite.sync.link import Link, check_link

    pinned = read_whole(pin_certificate, CERTIFICATE_MAX).decode("ascii", "replace") if pin_certificate else ""
    return check_link(Link(url, pinned))


@click.command(
    "link", cls=SpokenCommand, help=N_("Say where central's door is (https://…), or show it; --none forgets it.")
)
@click.argument("url", required=False)
@PIN_CERTIFICATE
@click.option("--none", "forget", is_flag=True, help=N_("Exchange by stick only."))
@answers
@click.pass_obj
def link_command(home: Home, url: str | None, pin_certificate: Path | None, forget: bool) -> Answer:
    from suite.node.exchange import load_ways, save_ways

    load_membership(home)
    ways = load_ways(home)
    if url is not None:
        ways = msgspec.structs.replace(ways, link=linked(url, pin_certificate))
        save_ways(home, ways)
    elif pin_certificate:
        raise BadInput(N_("A certificate is pinned to an address: give both."))
    elif forget:
        ways = msgspec.structs.replace(ways, link=None)
        save_ways(home, ways)
    line = (
        say(N_("The link goes to {url}."), url=ways.link.url)
        if ways.link
        else say(N_("There is no link: by stick only."))
    )
    pinned_here = bool(ways.link and ways.link.certificate)
    return Answer({"url": ways.link.url if ways.link else None, "pinned": pinned_here}, (line,))


@click.command(
    "mirror", cls=SpokenCommand, help=N_("Keep a copy of each bundle for central in a folder; --none stops that.")
)
@click.argument("folder", type=PATH, required=False)
@click.option("--none", "forget", is_flag=True, help=N_("Keep no copies."))
@answers
@click.pass_obj
def mirror_command(home: Home, folder: Path | None, forget: bool) -> Answer:
    from suite.node.exchange import load_ways, save_ways

    load_membership(home)
    ways = load_ways(home)
    if folder is not None and not folder.is_dir():
        raise BadInput(N_("There is no folder {path}."), path=folder)
    if folder is not None or forget:
        ways = msgspec.structs.replace(ways, mirror=str(folder.resolve()) if folder else "")
        save_ways(home, ways)
    line = say(N_("Copies go to {path}."), path=ways.mirror) if ways.mirror else say(N_("No copies are kept."))
    return Answer({"mirror": ways.mirror or None}, (line,))


@click.command("sync", cls=SpokenCommand, help=N_("Exchange with central over the link, or with --stick over a stick."))
@click.argument("folder", type=PATH, required=False)
@click.option("--stick", is_flag=True, help=N_("Over the stick that is there, or over FOLDER."))
@answers
@click.pass_obj
def sync_command(home: Home, folder: Path | None, stick: bool) -> Answer:
    from suite.node.exchange import load_ways, over_link, over_stick
    from suite.sync.sticks import the_stick

    clock, ways = clock_from_environment(), load_ways(home)
    with steps(say(N_("Central's data"))) as watched:
        node = msgspec.structs.replace(opened(home), progress=watched)
        if stick or folder:
            place = the_stick(folder)
            done, way = over_stick(node, place, clock, mirror=ways.mirror), str(place)
        elif ways.link is None:
            raise NotSetUp(N_("There is no link here. Say where central is with `link`, or use --stick."))
        else:
            wait = threading.Event().wait
            done = over_link(node, ways.link, clock, begun=home.out, mirror=ways.mirror, wait=wait)
            way = ways.link.url
    line = say(
        N_("Exchanged over {way}: {sent} entries handed over, {pending} not confirmed."),
        way=way,
        sent=number(done.sent),
        pending=number(done.pending),
    )
    told = say(N_("Central's data was taken.")) if done.news else say(N_("Central had nothing new."))
    return Answer({"way": way, **msgspec.structs.asdict(done)}, (line, told, *done.troubles))


@click.command(
    "courier",
    cls=SpokenCommand,
    help=N_(
        "Exchange by itself until Ctrl+C: over the link or a stick, soon after new entries and four times an hour."
    ),
)
@answers
@click.pass_obj
def courier_command(home: Home) -> Answer:
    from suite.node.rounds import LOOK_SECONDS, Rounds
    from suite.runtime.secrets import random_fraction

    load_membership(home)
    rounds, said = Rounds(opener_here(), home, clock_from_environment(), random_fraction), ""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        rounds.start()
        click.echo(say(N_("The courier goes its rounds. Ctrl+C ends it.")), err=True)
        while True:
            time.sleep(LOOK_SECONDS)
            if rounds.trouble != said:
                said = rounds.trouble
                click.echo(said or say(N_("It goes again.")), err=True)
    except KeyboardInterrupt:
        rounds.stop()
    return Answer({"rounds": rounds.made}, (say(N_("Exchanges: {count}."), count=number(rounds.made)),))


COMMANDS: tuple[click.Command, ...] = (link_command, mirror_command, sync_command, courier_command)
