"""`canje station hand-over`: a prize that was ordered here and came, to its member."""

import click

from suite.domain.errors import N_
from suite.runtime.console import Answer, SpokenCommand, answers, ask_code
from suite.runtime.paths import Home
from suite.runtime.texts import say
from suite.station.handover import hand_over_order
from suite.station.opening import open_desk


@click.command(
    "hand-over",
    cls=SpokenCommand,
    help=N_("Hand a prize that was ordered here to its member, by the number of its slip or order."),
)
@click.argument("slip")
@click.option("--card", required=True)
@answers
@click.pass_obj
def hand_over_command(home: Home, slip: str, card: str) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    done = hand_over_order(desk, desk.keyed_card(card), attendant.number, slip)
    line = say(
        N_("{member} has {prize}, order {order}. {reference}"),
        member=done.member,
        prize=done.prize,
        order=done.order,
        reference=done.reference,
    )
    return Answer(done, (line,))
