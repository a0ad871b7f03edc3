"""`canje warehouse …`: the orders of the morning, their slips, what left and who received it."""

from pathlib import Path
from typing import get_args

import click
import msgspec

from suite.domain.errors import N_
from suite.domain.events.warehouse import ReturnReason
from suite.domain.ids import OrderNumber
from suite.domain.personal import Receipt
from suite.node import exchange_commands, link_commands, node_commands
from suite.node.doctor_commands import doctor_command
from suite.node.opening import opens
from suite.runtime.clock import clock_from_environment
from suite.runtime.console import PATH, Answer, SpokenGroup, answers, table, write_out
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home, home_of
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import number, say
from suite.runtime.words import order_state
from suite.warehouse import depot, doctor
from suite.warehouse.depot import Depot, open_warehouse
from suite.warehouse.store import GivenOrder

DOCUMENT_MAX = 40


@click.group(cls=SpokenGroup, help=N_("A warehouse: slips of ordered prizes, what left, and who received it."))
@click.option("--home", type=PATH, default=None, help=N_("The warehouse's folder (else CANJE_HOME)."))
@click.pass_context
def warehouse(ctx: click.Context, home: Path | None) -> None:
    """See help."""
    ctx.obj = home_of("warehouse", home)
    opens(ctx, open_warehouse)


def open_depot(home: Home) -> Depot:
    """The depot in that folder. Raises NotSetUp, StorageTrouble."""
    clock = clock_from_environment()
    return Depot(open_warehouse(home, clock).store, clock)


warehouse.add_command(exchange_commands.join_command(depot.join))


@warehouse.command(help=N_("List the orders that are to be delivered from here."))
@answers
@click.pass_obj
def orders(home: Home) -> Answer:
    found = open_depot(home).store.orders()
    rows = [
        (g.row.order, g.row.slip, g.row.prize, g.row.member, g.row.address, g.row.phone, order_state(_state(g)))
        for g in found
    ]
    columns = (
        say(N_("Order")),
        say(N_("Slip")),
        say(N_("Prize")),
        say(N_("Member")),
        say(N_("Address")),
        say(N_("Phone")),
        say(N_("State")),
    )
    data = [{**msgspec.structs.asdict(g.row), "state": _state(g), "delivered": g.delivered} for g in found]
    return Answer(data, table(columns, rows))


def _state(given: GivenOrder) -> str:
    return "delivered" if given.delivered else "dispatched" if given.dispatched else "confirmed"


@warehouse.command(help=N_("Print the delivery slips of ORDERS, or of all that did not leave yet."))
@click.argument("numbers", nargs=-1, metavar="[ORDERS]...")
@click.option(
    "--to", type=PATH, default=None, help=N_("File for the PDF; else it goes when central's next data comes.")
)
@answers
@click.pass_obj
def slips(home: Home, numbers: tuple[str, ...], to: Path | None) -> Answer:
    from forms.delivery_slip import delivery_slips_pdf
    from suite.node.wording import wording

    printed = open_depot(home).slips([OrderNumber(each) for each in numbers])
    if not printed:
        raise BadInput(N_("There is no order to print. See `canje warehouse orders`."))
    path = write_out(to or home.out / f"slips-{printed[0].slip:06d}.pdf", delivery_slips_pdf(printed, wording()))
    lines = (*(f"{s.slip:06d}  {s.order}  {s.prize}" for s in printed), str(path))
    return Answer({"pdf": str(path), "slips": [s.order for s in printed]}, lines)


@warehouse.command(help=N_("Record that the prizes of ORDERS left the warehouse."))
@click.argument("numbers", nargs=-1, required=True, metavar="ORDERS...")
@answers
@click.pass_obj
def dispatch(home: Home, numbers: tuple[str, ...]) -> Answer:
    chosen = [OrderNumber(each) for each in dict.fromkeys(numbers)]
    open_depot(home).dispatch(chosen)
    return Answer({"dispatched": chosen}, (say(N_("Dispatched: {count}."), count=number(len(chosen))),))


@warehouse.command(help=N_("Record that a prize came back: it may leave again, or the office cancels its order."))
@click.argument("order")
@click.option("--why", type=click.Choice(get_args(ReturnReason)), required=True)
@answers
@click.pass_obj
def returned(home: Home, order: str, why: ReturnReason) -> Answer:
    open_depot(home).come_back(OrderNumber(order), why)
    line = say(N_("Order {order} is here again. The office hears of it, and can cancel it."), order=order)
    return Answer({"order": order, "why": why}, (line,))


@warehouse.command(help=N_("Record that a prize was handed over, when and to whom."))
@click.argument("order")
@click.option("--received-by", required=True, help=N_("Name of who received it."))
@click.option("--document", default="", help=N_("Their document's number."))
@click.option("--day", default="", help=N_("Day of the delivery, like 2026-11-30; else today."))
@answers
@click.pass_obj
def deliver(home: Home, order: str, received_by: str, document: str, day: str) -> Answer:
    receipt = Receipt(safe_text(received_by), safe_text(document, DOCUMENT_MAX))
    if not receipt.name:
        raise BadInput(N_("The name is empty."))
    done = open_depot(home).deliver(OrderNumber(order), receipt, day)
    line = say(N_("Order {order} delivered on {day}."), order=order, day=done)
    return Answer({"order": order, "day": done}, (line,))


for each in (
    *exchange_commands.COMMANDS,
    *link_commands.COMMANDS,
    *node_commands.COMMANDS,
    doctor_command(doctor.examine, doctor.repair),
):
    warehouse.add_command(each)
