"""The network itself: its rules, its stations, and whether its tables are what its journals say."""

import re
from collections.abc import Callable
from pathlib import Path

import click

from suite.central.commands.keys import ROOT_IS_HERE
from suite.central.commands.opening import back_up_if_told, office_in, parse_rate
from suite.central.commands.safety import drill_line
from suite.central.door.hall import Hall
from suite.central.office import found_network
from suite.domain.errors import N_
from suite.domain.ids import CODE_PATTERN, StationCode
from suite.runtime.clock import clock_from_environment
from suite.runtime.config import ProgrammeFile, read_programme
from suite.runtime.console import PATH, Answer, SpokenCommand, SpokenGroup, answers, table, write_out
from suite.runtime.errors import BadInput
from suite.runtime.files import read_whole
from suite.runtime.machine_notes import drill_is_late, health_of
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.secrets import operator_name
from suite.runtime.texts import number, say
from suite.runtime.words import when
from suite.sync.enrolment import INVITATION_SUFFIX
from suite.sync.over_http import JOIN_MAX

PROGRAMME_MAX = 1024 * 1024


def programme_reader(path: Path) -> Callable[[int], ProgrammeFile]:
    """Reads a programme.toml as a given version. Raises BadInput."""
    content = read_whole(path, PROGRAMME_MAX)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(N_("{path} is not UTF-8 text."), path=path) from error
    return lambda version: read_programme(text, name=path.name, version=version)


@click.command("init", cls=SpokenCommand, help=N_("Found a network from a programme.toml."))
@click.argument("programme", type=PATH)
@answers
@click.pass_obj
def init(home: Home, programme: Path) -> Answer:
    office = found_network(home, programme_reader(programme), clock_from_environment(), operator_name())
    with office.store.transaction():
        published, stations = office.programme(), office.store.directory.stations()
    return Answer(
        {"network": published.network, "version": published.version, "stations": [s.code for s in stations]},
        (
            say(
                N_("Network {name} founded with {stations} stations."),
                name=published.name,
                stations=number(len(stations)),
            ),
            say(ROOT_IS_HERE),
        ),
    )


@click.command("publish", cls=SpokenCommand, help=N_("Publish a changed programme.toml as the next version."))
@click.argument("programme", type=PATH)
@answers
@click.pass_obj
def publish(home: Home, programme: Path) -> Answer:
    office = office_in(home)
    back_up_if_told(office, home)
    published = office.publish(programme_reader(programme))
    return Answer(
        {"version": published.version}, (say(N_("Version {version} published."), version=str(published.version)),)
    )


@click.group("station", cls=SpokenGroup, help=N_("Stations of the network."))
def station() -> None:
    """See help."""


@station.command("add", help=N_("Add a station."))
@click.argument("code")
@click.argument("name")
@click.option("--point-value", default=None, help=N_("What a point is worth there; else the programme's."))
@answers
@click.pass_obj
def station_add(home: Home, code: str, name: str, point_value: str | None) -> Answer:
    if not re.fullmatch(CODE_PATTERN, code):
        raise BadInput(N_("{code!r} is not a code: 1 to 24 letters, digits, '.', '-' or '_'."), code=safe_text(code))
    if not safe_text(name):
        raise BadInput(N_("The name is empty."))
    value = parse_rate(point_value) if point_value else None
    office_in(home).add_station(StationCode(code), safe_text(name), value)
    return Answer({"station": code}, (say(N_("Station {station} added."), station=code),))


@station.command("list", help=N_("List the stations and when each was last heard of."))
@answers
@click.pass_obj
def station_list(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        zone, stations = office.zone(), office.store.directory.stations()
    rows = [
        (s.code, s.name, say(N_("yes") if s.paired else N_("no")), s.entries, when(s.heard, zone) if s.heard else "")
        for s in stations
    ]
    columns = (say(N_("Station")), say(N_("Name")), say(N_("Paired")), say(N_("Entries")), say(N_("Last heard")))
    return Answer(stations, table(columns, rows))


@click.command("invite", cls=SpokenCommand, help=N_("Write a station's invitation and show its one-time code."))
@click.argument("code")
@click.option("--to", type=PATH, default=Path(), help=N_("Folder for the invitation."))
@click.option("--replace", is_flag=True, help=N_("The station's PC is lost: another one takes its place."))
@answers
@click.pass_obj
def invite(home: Home, code: str, to: Path, replace: bool) -> Answer:
    office = office_in(home)
    invited = office.invite(StationCode(code), replaces=replace)
    Hall(office, home.joining).offer(invited.content, invited.code)
    path = write_out(to / f"{code}{INVITATION_SUFFIX}", invited.content)
    typed = invited.code.reveal()
    return Answer(
        {"invitation": str(path), "code": typed},
        (
            say(N_("Invitation written: {path}. Carry it to the station; over a link the code is enough."), path=path),
            say(N_("One-time code, by telephone: {code}"), code=typed),
        ),
    )


@click.command("approve", cls=SpokenCommand, help=N_("Accept a station's request."))
@click.argument("request", type=PATH, required=False)
@click.option("--station", default=None, help=N_("The request that came over the link, instead of a file."))
@answers
@click.pass_obj
def approve(home: Home, request: Path | None, station: str | None) -> Answer:
    if (request is None) == (station is None):
        raise BadInput(N_("Name the request's file, or with --station the one that came over the link."))
    office = office_in(home)
    content = (
        read_whole(request, JOIN_MAX) if request else Hall(office, home.joining).request_of(StationCode(station or ""))
    )
    paired = office.approve(content)
    return Answer(
        paired,
        (
            say(N_("Station {station} paired."), station=paired.station),
            say(N_("Compare by telephone: {digits}"), digits=paired.digits),
        ),
    )


@click.command("joining", cls=SpokenCommand, help=N_("List the requests to join that came over the link."))
@answers
@click.pass_obj
def joining(home: Home) -> Answer:
    waiting = Hall(office_in(home), home.joining).waiting()
    rows = [
        (each.station, each.digits, say(N_("another PC too")) if each.rivals else "", each.request) for each in waiting
    ]
    columns = (say(N_("Station")), say(N_("Compare by telephone")), say(N_("Beware")), say(N_("Request")))
    return Answer(waiting, table(columns, rows) if rows else (say(N_("Nobody asks to join.")),))


@click.command("status", cls=SpokenCommand, help=N_("Show what central holds."))
@answers
@click.pass_obj
def status(home: Home) -> Answer:
    office = office_in(home)
    drilled, late = health_of(home).drilled, drill_is_late(home, office.clock.now())
    with office.store.transaction():
        data: dict[str, object] = {
            "network": office.programme().network,
            "version": office.programme().version,
            "count": office.store.count(),
            "head": office.store.tip().head.hex(),
            "stations": len(office.store.directory.stations()),
            "accounts": len(office.store.directory.accounts()),
            "incidents": len(office.store.shelf.open_incidents()),
            "drilled": drilled,
            "drill_is_late": late,
        }
        zone = office.zone()
    line = say(
        N_("{count} facts, {stations} stations, {accounts} accounts, {incidents} open incidents."),
        **{name: number(int(str(data[name]))) for name in ("count", "stations", "accounts", "incidents")},
    )
    return Answer(data, (line, drill_line(drilled, zone, late=late)))


@click.command("rebuild", cls=SpokenCommand, help=N_("Verify every journal and rebuild every table from them."))
@answers
@click.pass_obj
def rebuild(home: Home) -> Answer:
    office = office_in(home)
    back_up_if_told(office, home)
    with office.store.transaction():
        checked = office.store.verify()
        replayed = office.store.rebuild()
    return Answer(
        {"verified": checked, "replayed": replayed},
        (say(N_("{entries} entries verified and replayed."), entries=number(checked)),),
    )


COMMANDS: dict[str, click.Command] = {
    "init": init,
    "publish": publish,
    "station": station,
    "invite": invite,
    "joining": joining,
    "approve": approve,
    "status": status,
    "rebuild": rebuild,
}
