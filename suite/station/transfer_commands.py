"""`canje station transfer`: prizes to another station. What comes from one is taken by `receive`."""

import click

from suite.domain.errors import N_
from suite.domain.ids import StationCode
from suite.runtime.console import Answer, SpokenCommand, answers, ask_code, table
from suite.runtime.paths import Home
from suite.runtime.texts import number, say
from suite.station.opening import open_desk, parse_counts
from suite.station.transfers import Transfer, other_stations, send_prizes


@click.command(
    "transfer",
    cls=SpokenCommand,
    help=N_("Send prizes of this shelf to another station with a note; needs a manager's code."),
)
@click.option("--to", required=True, help=N_("The station that gets them; see `canje station stations`."))
@click.argument("going", nargs=-1, required=True, metavar="PRIZE=COUNT...")
@answers
@click.pass_obj
def transfer(home: Home, to: str, going: tuple[str, ...]) -> Answer:
    desk = open_desk(home)
    sent = send_prizes(desk, StationCode(to), parse_counts(going), desk.check_pin(ask_code()))
    head = say(
        N_("Note {note} for station {station}. {reference}"),
        note=sent.note,
        station=sent.other,
        reference=sent.reference,
    )
    return transfer_answer(sent, head)


def transfer_answer(done: Transfer, head: str) -> Answer:
    """A note that was written or received: what it says, prize by prize."""
    return Answer(done, (head, *(f"{number(line.quantity)} × {line.prize}" for line in done.lines)))


@click.command("stations", cls=SpokenCommand, help=N_("The other stations of the network, as central told them."))
@answers
@click.pass_obj
def stations(home: Home) -> Answer:
    found = other_stations(open_desk(home))
    data = [{"station": code, "name": name} for code, name in found.items()]
    return Answer(data, table((say(N_("Station")), say(N_("Name"))), list(found.items())))


COMMANDS: tuple[click.Command, ...] = (transfer, stations)
