"""Points by hand and by paper: adjustments and their second person, opening balances, orders, fleet invoices."""

from pathlib import Path

import click

from suite.central.adjustments import Adjusted, adjust, approve_adjustment, cancel_order
from suite.central.commands.members import reason_of
from suite.central.commands.opening import office_in, parse_month
from suite.central.commands.people import loaded_answer
from suite.central.ledger_files import load_fleet_month, load_opening_file
from suite.domain.errors import N_
from suite.domain.ids import AccountId, OrderNumber
from suite.domain.quantities import MAX_INTEGER, Points
from suite.runtime.console import NUMBER, PATH, Answer, SpokenCommand, answers, progress, table
from suite.runtime.paths import Home
from suite.runtime.texts import money, number, say

SIGNED = click.IntRange(-MAX_INTEGER, MAX_INTEGER)


@click.command("adjust", cls=SpokenCommand, help=N_("Give points, or take them with a negative number."))
@click.argument("member", type=NUMBER)
@click.option("--points", type=SIGNED, required=True)
@click.option("--reason", required=True)
@answers
@click.pass_obj
def adjust_command(home: Home, member: int, points: int, reason: str) -> Answer:
    return adjusted_answer(adjust(office_in(home), AccountId(member), Points(points), reason_of(reason)))


@click.command("approve-adjustment", cls=SpokenCommand, help=N_("The second person's word on a proposed adjustment."))
@click.argument("proposal", type=NUMBER)
@answers
@click.pass_obj
def approve(home: Home, proposal: int) -> Answer:
    return adjusted_answer(approve_adjustment(office_in(home), proposal))


def adjusted_answer(done: Adjusted) -> Answer:
    line = say(
        N_("Member {account}: {points} points. Balance {balance}."),
        account=str(done.account),
        points=number(done.points),
        balance=number(done.balance),
    )
    return Answer(done, (line,))


@click.command("proposals", cls=SpokenCommand, help=N_("Adjustments that wait for a second person."))
@answers
@click.pass_obj
def proposals(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        found = office.store.members.proposals()
    columns = tuple(map(say, (N_("Proposal"), N_("Member"), N_("Points"), N_("Reason"), N_("By"))))
    rows = [(str(p.proposal), str(p.account), p.points, p.reason, p.by) for p in found]
    return Answer(found, table(columns, rows))


@click.command(
    "load-opening", cls=SpokenCommand, help=N_("Load opening balances as dated lots: member, month, points.")
)
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def load_opening(home: Home, file: Path) -> Answer:
    with progress(say(N_("Lots")), file) as tick:
        loaded = load_opening_file(office_in(home), file, tick)
    return loaded_answer(home, file, loaded)


@click.command(
    "fleet-month", cls=SpokenCommand, help=N_("Credit the invoices issued to fleets' owners in a closed month.")
)
@click.argument("month")
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def fleet_month(home: Home, month: str, file: Path) -> Answer:
    with progress(say(N_("Invoices")), file) as tick:
        loaded = load_fleet_month(office_in(home), file, parse_month(month), tick)
    return loaded_answer(home, file, loaded)


@click.command(
    "cancel-order", cls=SpokenCommand, help=N_("Cancel a scheduled prize without a slip; its points go back.")
)
@click.argument("order")
@click.option("--reason", required=True)
@answers
@click.pass_obj
def cancel(home: Home, order: str, reason: str) -> Answer:
    was = cancel_order(office_in(home), OrderNumber(order), reason_of(reason))
    line = say(N_("Order {order} cancelled: {points} points are back."), order=order, points=number(was.points))
    back = say(N_("Station {station} gives back in money: {money}"), station=was.station, money=money(was.money))
    data = {"order": order, "points": was.points, "station": was.station, "money": was.money}
    return Answer(data, (line, *((back,) if was.money else ())))


COMMANDS: dict[str, click.Command] = {
    "adjust": adjust_command,
    "approve-adjustment": approve,
    "proposals": proposals,
    "load-opening": load_opening,
    "fleet-month": fleet_month,
    "cancel-order": cancel,
}
