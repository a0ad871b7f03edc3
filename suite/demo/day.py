"""`canje demo`: found a network in a temporary folder, live a day in it, close, settle, print, open a station.

Every step is a command that the reader can repeat; nothing here reaches into the product.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from suite.demo.people import card_of, members, tickets
from suite.domain.calendar import local_time
from suite.domain.errors import N_
from suite.runtime.clock import SystemClock
from suite.runtime.console import PATH, SpokenCommand, is_a_terminal
from suite.runtime.errors import PARTLY_DONE
from suite.runtime.texts import language, money, number, say

ZONE = ZoneInfo("America/Argentina/Buenos_Aires")
STATIONS = ("E1", "E2", "E3")
PROGRAMME = Path(__file__).parent / "programme.toml"


class Day:
    """A demo in progress: its folder, its clock, and what it has learnt so far."""

    def __init__(self, folder: Path, day: date) -> None:
        self.folder = folder
        self.day = day
        self.clock: str | None = None
        self.codes: dict[str, str] = {}

    def at(self, hour: int, minute: int = 0) -> None:
        """Stop the demo's clock at an hour of its day."""
        moment = datetime(self.day.year, self.day.month, self.day.day, hour, minute, tzinfo=ZONE)
        self.clock = moment.isoformat()

    def run(self, node: str, *arguments: str, code: str | None = None, partly: bool = False) -> Any:  # noqa: ANN401 -- JSON
        """Run a command of a node, show it as a person would type it, and return its JSON answer."""
        home = self.folder / node
        kind = "central" if node == "central" else "station"
        click.echo(f"$ canje {kind} --home {home.name} {' '.join(self._shown(a) for a in arguments)}")
        environment = {**os.environ, "CANJE_LANG": language(), "CANJE_OPERATOR": "demo"}
        environment |= {"CANJE_CLOCK": self.clock} if self.clock else {}
        environment |= {"CANJE_CODE": code} if code else {}
        done = subprocess.run(  # noqa: S603 -- our own command, our own arguments
            [sys.executable, "-m", "suite", kind, "--home", str(home), *arguments, "--json"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in ((0, PARTLY_DONE) if partly else (0,)):
            raise click.ClickException(done.stderr or done.stdout)
        return json.loads(done.stdout)

    def _shown(self, argument: str) -> str:
        text = argument.replace(f"{self.folder}/", "")
        return f'"{text}"' if " " in text else text

    @property
    def stick(self) -> Path:
        return self.folder / "stick"


@click.command(
    "demo", cls=SpokenCommand, help=N_("Build a small network, live a day in it, and open a station to try.")
)
@click.option("--headless", is_flag=True, help=N_("All but the terminal; a JSON summary comes last."))
@click.option("--folder", type=PATH, default=None, help=N_("Where to build it; else a new temporary folder."))
def demo(headless: bool, folder: Path | None) -> None:
    """See help."""
    today = local_time(SystemClock().now(), ZONE).date()
    day = (today.replace(day=1) - timedelta(days=1)).replace(day=12)
    story = Day(folder or Path(tempfile.mkdtemp(prefix="canje-demo-")), day)
    story.stick.mkdir(parents=True, exist_ok=True)
    found_network(story)
    live_a_day(story)
    summary = close_and_print(story)
    tell(story, summary)
    if headless:
        click.echo(json.dumps(summary))
        return
    card = card_of(members()[0][0])
    click.echo(say(N_("Card to try: type {card} and Enter, or swipe it."), card=card))
    click.echo(say(N_("Attendant code: {code}"), code=story.codes["E1"]))
    if not is_a_terminal():
        command = f"canje station --home {story.folder / 'E1'}"
        click.echo(say(N_("There is no terminal here. In one, this opens station E1: {command}"), command=command))
        return
    click.pause(say(N_("Press any key to open station E1 (F10 leaves it).")))
    environment = {**os.environ, "CANJE_LANG": language()}
    screen = [sys.executable, "-m", "suite", "station", "--home", str(story.folder / "E1")]
    subprocess.run(screen, env=environment, check=False)  # noqa: S603 -- our own command


def found_network(story: Day) -> None:
    """Central, its members and cards, three paired stations, attendants, and the first prizes on their way."""
    story.at(7)
    story.run("central", "init", str(PROGRAMME))
    people = write_csv(
        story.folder / "members.csv",
        ("member", "surname", "name", "document_type", "document", "phone", "address"),
        members(),
    )
    cards = write_csv(story.folder / "cards.csv", ("card", "member"), [(card_of(m[0]), m[0]) for m in members()])
    story.run("central", "load-members", str(people))
    story.run("central", "load-cards", str(cards))
    for place, station in enumerate(STATIONS, start=1):
        invited = story.run("central", "invite", station, "--to", str(story.stick))
        joined = story.run(station, "join", invited["invitation"], "--code", invited["code"], "--to", str(story.stick))
        story.run("central", "approve", joined["request"])
        appointed = story.run("central", "attendant", "add", station, f"{place:02d}", "Encargado", "--manager")
        story.codes[station] = appointed["code"]
        story.run("central", "ship", station, "TAZA=20", "TERMO=6")
    carry_out(story)
    for place, station in enumerate(STATIONS, start=1):
        story.run(station, "receive", str(place))


def live_a_day(story: Day) -> None:
    """Each station takes its till's file, sells by hand, hands over prizes, and takes an order."""
    people = members()
    for place, station in enumerate(STATIONS, start=1):
        story.at(22)
        rows = tickets(place, story.day)
        header = ("moment", "document", "card", "product", "quantity", "amount")
        till = write_csv(story.folder / f"till-{station}.csv", header, rows)
        story.run(station, "import-sales", str(till), partly=True)
        card, code = card_of(people[place - 1][0]), story.codes[station]
        story.at(22, 10)
        lines = ("--line", "2:60:89340", "--line", "4:1:38900")
        story.run(station, "sale", "--card", card, "--document", f"A{place:04d}-00000001", *lines, code=code)
        story.run(station, "redeem", "--card", card, "--prize", "TAZA", code=code)
        story.run(station, "redeem", "--card", card, "--prize", "TERMO", "--scheduled", code=code)
    for station in STATIONS:
        story.run(station, "export", str(story.stick))
    story.run("central", "import", str(story.stick))


def close_and_print(story: Day) -> dict[str, Any]:
    """Close and settle the day's month, print both papers, tell the stations. Returns the summary."""
    story.clock = None
    month = f"{story.day:%Y-%m}"
    closed = story.run("central", "close", month)
    settled = story.run("central", "settle", month)
    settlement = story.run("central", "settlement", month)
    slips = story.run("central", "slip", "--all")
    exported = story.folder / "inquiry.json"
    inquiry = story.run("central", "inquiry", "--member", str(members()[0][0]), "--to", str(exported))
    incidents = story.run("central", "incidents")
    carry_out(story)
    status = story.run("central", "status")
    return {
        "folder": str(story.folder),
        "month": month,
        "stations": settled["stations"],
        "members": status["accounts"],
        "facts": status["count"],
        "points": settled["points"],
        "expired": closed[0]["points"],
        "settlement_centavos": settled["amount"],
        "incidents": len(incidents),
        "orders": len(slips["slips"]),
        "balance_of_first_member": inquiry["balance"],
        "settlement_pdf": settlement["pdf"],
        "slips_pdf": slips["pdf"],
        "inquiry": str(exported),
    }


def carry_out(story: Day) -> None:
    """Central's bundles to each station, by stick."""
    story.run("central", "export", "--all", "--to", str(story.stick))
    for station in STATIONS:
        story.run(station, "import", str(story.stick))


def tell(story: Day, summary: dict[str, Any]) -> None:
    """What the day came to, for people."""
    click.echo("")
    click.echo(
        say(
            N_("{stations} stations gave {points} points in {month}; they settle {amount}."),
            stations=summary["stations"],
            points=number(summary["points"]),
            month=summary["month"],
            amount=money(summary["settlement_centavos"]),
        )
    )
    click.echo(say(N_("Settlement: {path}"), path=summary["settlement_pdf"]))
    click.echo(say(N_("Delivery slips: {path}"), path=summary["slips_pdf"]))
    click.echo(say(N_("Everything is in {folder}"), folder=str(story.folder)))


def write_csv(path: Path, header: tuple[str, ...], rows: list[Any]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return path
