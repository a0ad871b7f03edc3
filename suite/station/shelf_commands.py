"""`canje station stock|receive|count`: the prizes on the shelf."""

from typing import get_args

import click

from suite.domain.errors import N_
from suite.domain.events.shelf import AdjustReason
from suite.domain.ids import ShippingNote
from suite.runtime.console import Answer, SpokenCommand, answers, ask_code, table
from suite.runtime.paths import Home
from suite.runtime.texts import number, say
from suite.runtime.words import kind_name
from suite.station.opening import open_desk, parse_counts
from suite.station.shelf import adjust_stock, count_stock, receive
from suite.station.transfer_commands import transfer_answer
from suite.station.transfers import receive_transfer, typed_note

NOTE_DIGITS = 9
"""Central numbers its shipments from one; a longer number is none of them."""


@click.command("stock", cls=SpokenCommand, help=N_("Show the prizes on the shelf and the shipments on their way."))
@answers
@click.pass_obj
def stock(home: Home) -> Answer:
    desk = open_desk(home)
    rows = [(prize.code, prize.name, on_hand) for prize, on_hand in desk.stock()]
    coming = [*desk.store.shipments_under_way(), *desk.store.consignment.under_way()]
    lines = table((say(N_("Prize")), say(N_("Name")), say(N_("On hand"))), rows)
    notes = (say(N_("On their way: {notes}"), notes=", ".join(map(str, coming))),) if coming else ()
    return Answer({"on_hand": {code: n for code, _, n in rows}, "under_way": coming}, (*lines, *notes))


@click.command(
    "receive",
    cls=SpokenCommand,
    help=N_(
        "Put on the shelf what came: a shipment of central's, or prizes of another station by the number of its note."
    ),
)
@click.argument("note")
@click.option("--came", multiple=True, help=N_("PRIZE=COUNT of a prize that came otherwise than it was sent."))
@answers
@click.pass_obj
def receive_command(home: Home, note: str, came: tuple[str, ...]) -> Answer:
    """See help. A manager's code is asked for what another station sent."""
    desk, counts = open_desk(home), parse_counts(came)
    if note.isascii() and note.isdigit() and len(note) <= NOTE_DIGITS:
        lines = receive(desk, ShippingNote(int(note)), counts)
        return Answer(lines, tuple(f"{line.quantity} × {line.prize}" for line in lines))
    number_ = typed_note(desk, note)
    done = receive_transfer(desk, number_, desk.check_pin(ask_code()), counts)
    head = say(
        N_("Note {note} of station {station} received. {reference}"),
        note=done.note,
        station=done.other,
        reference=done.reference,
    )
    return transfer_answer(done, head)


@click.command("count", cls=SpokenCommand, help=N_("Make the shelf what was counted; needs a manager's code."))
@click.argument("counted", nargs=-1, required=True, metavar="PRIZE=COUNT...")
@answers
@click.pass_obj
def count_command(home: Home, counted: tuple[str, ...]) -> Answer:
    desk = open_desk(home)
    lines = count_stock(desk, parse_counts(counted), desk.check_pin(ask_code()))
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


@click.command(
    "adjust-stock",
    cls=SpokenCommand,
    help=N_(
        "Take prizes off the shelf that are broken, stolen or past their date, or put found ones on it; for managers."
    ),
)
@click.argument("pieces", nargs=-1, required=True, metavar="PRIZE=COUNT...")
@click.option("--why", type=click.Choice(get_args(AdjustReason)), required=True)
@answers
@click.pass_obj
def adjust_command(home: Home, pieces: tuple[str, ...], why: AdjustReason) -> Answer:
    desk = open_desk(home)
    lines = adjust_stock(desk, why, parse_counts(pieces), desk.check_pin(ask_code()))
    rows = [(line.prize, number(line.quantity), number(desk.store.on_hand(line.prize))) for line in lines]
    head = kind_name(f"stock-{why}")
    columns = (say(N_("Prize")), say(N_("Pieces")), say(N_("On hand")))
    return Answer({"reason": why, "lines": lines}, (head, *table(columns, rows)))


COMMANDS: tuple[click.Command, ...] = (stock, receive_command, count_command, adjust_command)
