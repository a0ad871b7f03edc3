"""`canje station stock|receive|count`: the prizes on the shelf."""

import re

import click

from suite.domain.errors import N_
from suite.domain.ids import CODE_PATTERN, PrizeCode, ShippingNote
from suite.runtime.console import NUMBER, Answer, SpokenCommand, answers, ask_code, table
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.texts import number, say
from suite.station.opening import open_desk
from suite.station.shelf import count_stock, receive

COUNTED = re.compile(rf"(?P<prize>{CODE_PATTERN})[=:](?P<count>[0-9]{{1,6}})")


@click.command("stock", cls=SpokenCommand, help=N_("Show the prizes on the shelf and the shipments on their way."))
@answers
@click.pass_obj
def stock(home: Home) -> Answer:
    desk = open_desk(home)
    rows = [(prize.code, prize.name, on_hand) for prize, on_hand in desk.stock()]
    coming = desk.store.shipments_under_way()
    lines = table((say(N_("Prize")), say(N_("Name")), say(N_("On hand"))), rows)
    notes = (say(N_("On their way: {notes}"), notes=", ".join(map(str, coming))),) if coming else ()
    return Answer({"on_hand": {code: n for code, _, n in rows}, "under_way": coming}, (*lines, *notes))


@click.command("receive", cls=SpokenCommand, help=N_("Put the prizes of a shipment on the shelf."))
@click.argument("note", type=NUMBER)
@click.option("--came", multiple=True, help=N_("PRIZE=COUNT of a prize that came otherwise than it was sent."))
@answers
@click.pass_obj
def receive_command(home: Home, note: int, came: tuple[str, ...]) -> Answer:
    lines = receive(open_desk(home), ShippingNote(note), _counted(came))
    return Answer(lines, tuple(f"{line.quantity} × {line.prize}" for line in lines))


@click.command("count", cls=SpokenCommand, help=N_("Make the shelf what was counted; needs a manager's code."))
@click.argument("counted", nargs=-1, required=True, metavar="PRIZE=COUNT...")
@answers
@click.pass_obj
def count_command(home: Home, counted: tuple[str, ...]) -> Answer:
    desk = open_desk(home)
    lines = count_stock(desk, _counted(counted), desk.check_pin(ask_code()))
    return Answer(
        lines,
        tuple(
            say(
                N_("{prize}: {counted} counted, {expected} expected"),
                prize=line.prize,
                counted=number(line.counted),
                expected=number(line.expected),
            )
            for line in lines
        ),
    )


def _counted(written: tuple[str, ...]) -> dict[PrizeCode, int]:
    found: dict[PrizeCode, int] = {}
    for each in written:
        parts = COUNTED.fullmatch(each)
        if parts is None:
            raise BadInput(N_("{written!r} is not PRIZE=COUNT, like MUG=4"), written=each)
        found[PrizeCode(parts["prize"])] = int(parts["count"])
    return found


COMMANDS: tuple[click.Command, ...] = (stock, receive_command, count_command)
