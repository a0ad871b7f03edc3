"""The exchange with stations: the door for those with a link, and the stick for the others."""

import ipaddress
import signal
from pathlib import Path

import click

from suite.central.commands.exchange import said_of
from suite.central.commands.opening import office_in
from suite.domain.errors import N_
from suite.runtime.console import PATH, Answer, SpokenCommand, answers
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.texts import number, say

PORT_MAX = 65_535


@click.command("serve", cls=SpokenCommand, help=N_("Open the door for stations with a link, until Ctrl+C."))
@click.option("--listen", default="127.0.0.1:8443", show_default=True, help=N_("HOST:PORT; port 0 takes a free one."))
@click.option("--certificate", type=PATH, default=None, help=N_("The certificate and its chain (PEM)."))
@click.option("--key", type=PATH, default=None, help=N_("The certificate's key (PEM), without a password."))
@answers
@click.pass_obj
def serve(home: Home, listen: str, certificate: Path | None, key: Path | None) -> Answer:
    from suite.central.door.exchange import Door
    from suite.central.door.server import DoorServer, tls_context

    host, port = host_and_port(listen)
    if (certificate is None) != (key is None):
        raise BadInput(N_("A certificate goes with its key: give both --certificate and --key."))
    if certificate is None and not is_loopback(host):
        raise BadInput(N_("Without --certificate and --key the door opens for this PC only (127.0.0.1)."))
    tls = tls_context(certificate, key) if certificate and key else None
    exchanges: list[str] = []

    def said(line: str) -> None:
        exchanges.append("")
        click.echo(line, err=True)

    door = Door(office_in(home), home, said)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with DoorServer(host, port, door, tls) as server:
        try:
            click.echo(say(N_("The door is open at {url}."), url=server.url), err=True)
            server.serve_forever()
        except KeyboardInterrupt:
            door.rest()
    return Answer(
        {"exchanges": len(exchanges)}, (say(N_("The door is closed. Exchanges: {count}."), count=len(exchanges)),)
    )


def host_and_port(written: str) -> tuple[str, int]:
    """`HOST:PORT`, an IPv6 address in brackets. Raises BadInput."""
    host, _, port = written.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > PORT_MAX:
        raise BadInput(N_("{written!r} is not an address like 0.0.0.0:8443."), written=written)
    return host.removeprefix("[").removesuffix("]"), int(port)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@click.command("sync", cls=SpokenCommand, help=N_("Take what is on a stick, and leave the stations' feeds on it."))
@click.argument("folder", type=PATH, required=False)
@click.option("--stick", is_flag=True, help=N_("Over the stick that is there, or over FOLDER."))
@click.option("--all", "everyone", is_flag=True, help=N_("Feeds for every paired station."))
@answers
@click.pass_obj
def sync(home: Home, folder: Path | None, stick: bool, everyone: bool) -> Answer:
    from suite.central.sticks import over_stick
    from suite.sync.sticks import the_stick

    if not stick and folder is None:
        raise BadInput(
            N_("Central waits for stations with `canje central serve`; it exchanges by itself with --stick.")
        )
    place = the_stick(folder)
    done = over_stick(office_in(home), place, everyone=everyone)
    merged, refused, lines, exit_code = said_of(done.results)
    left = say(N_("Feeds left on {way}: {count}."), way=place, count=number(len(done.left)))
    data = {"way": str(place), "merged": merged, "refused": refused, "left": [str(path) for path in done.left]}
    return Answer(data, (*lines, left), exit_code)


COMMANDS: dict[str, click.Command] = {"serve": serve, "sync": sync}
