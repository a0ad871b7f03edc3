"""Prizes on their way, on shelves, on order; and tickets that wait for a person."""

from pathlib import Path

import click
import msgspec

from suite.central.commands.opening import office_in, parse_month
from suite.central.documents import NO_WAREHOUSE, issue_slip
from suite.central.office import Office
from suite.domain.calendar import month_name
from suite.domain.documents import DeliverySlip
from suite.domain.errors import N_, OrderHeld
from suite.domain.events.station import PrizeCount
from suite.domain.ids import OrderNumber, PrizeCode, StationCode
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, table, write_out
from suite.runtime.errors import PARTLY_DONE, BadInput
from suite.runtime.paths import Home
from suite.runtime.texts import money, say, say_error
from suite.runtime.words import order_state, when

SHIPPED_MAX = 100_000


@click.command("ship", cls=SpokenCommand, help=N_("Send prizes to a station on consignment: PRIZE=QUANTITY, several."))
@click.argument("station")
@click.argument("lines", nargs=-1, required=True)
@answers
@click.pass_obj
def ship(home: Home, station: str, lines: tuple[str, ...]) -> Answer:
    quantities: dict[PrizeCode, int] = {}
    for count in map(parse_count, lines):
        quantities[count.prize] = quantities.get(count.prize, 0) + count.quantity
    counts = tuple(PrizeCount(prize, quantity) for prize, quantity in quantities.items())
    note = office_in(home).ship(StationCode(station), counts)
    return Answer(
        {"note": note}, (say(N_("Shipping note {note} for station {station}."), note=str(note), station=station),)
    )


def parse_count(written: str) -> PrizeCount:
    """`PRIZE=QUANTITY`. Raises BadInput."""
    code, _, quantity = written.partition("=")
    if not (quantity.isascii() and quantity.isdigit() and 0 < int(quantity) <= SHIPPED_MAX):
        raise BadInput(N_("{line!r} is not PRIZE=QUANTITY, like TERMO=12"), line=written)
    return PrizeCount(PrizeCode(code), int(quantity))


@click.command("stock", cls=SpokenCommand, help=N_("Prizes on the stations' shelves, as far as they have told."))
@answers
@click.pass_obj
def stock(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        rows = office.store.shelf.stock()
    data = [{"station": s, "prize": p, "on_hand": n} for s, p, n in rows]
    return Answer(data, table((say(N_("Station")), say(N_("Prize")), say(N_("On hand"))), rows))


@click.command("transfers", cls=SpokenCommand, help=N_("Prizes that stations sent each other: what went, what came."))
@answers
@click.pass_obj
def transfers(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        zone, found = office.zone(), office.store.shelf.transfers()
    rows = [
        (t.note, t.sender, t.receiver or t.came_to, *(when(m, zone) if m else "—" for m in (t.sent, t.came)), *line)
        for t in found
        for line in t.lines
    ]
    texts = (
        N_("Note"),
        N_("From station"),
        N_("To station"),
        N_("Sent"),
        N_("Received"),
        N_("Prize"),
        N_("Went"),
        N_("Came"),
    )
    return Answer(found, table(tuple(map(say, texts)), rows))


@click.command("orders", cls=SpokenCommand, help=N_("Scheduled prizes that were asked for, and which have their slip."))
@answers
@click.pass_obj
def orders(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        zone, found = office.zone(), office.store.shelf.orders()
    rows = [
        (o.order, when(o.at, zone), o.station, o.prize, o.points, str(o.slip or ""), order_state(o.state), o.warehouse)
        for o in found
    ]
    columns = (
        say(N_("Order")),
        say(N_("When")),
        say(N_("Station")),
        say(N_("Prize")),
        say(N_("Points")),
        say(N_("Slip")),
        say(N_("State")),
        say(N_("Warehouse")),
    )
    data = [{**msgspec.structs.asdict(order), "state": order.state} for order in found]
    return Answer(data, table(columns, rows))


@click.command(
    "slip", cls=SpokenCommand, help=N_("Print the delivery slips of orders; --all prints those that have none yet.")
)
@click.argument("numbers", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=N_("Every order without a slip."))
@click.option("--to", type=PATH, default=None, help=N_("File for the PDF."))
@answers
@click.pass_obj
def slip(home: Home, numbers: tuple[str, ...], everything: bool, to: Path | None) -> Answer:
    from forms.delivery_slip import delivery_slips_pdf
    from suite.central.commands.wording import wording

    slips, held = _issued(office_in(home), numbers, everything=everything)
    path = write_out(to or home.out / f"slips-{slips[0].slip:06d}.pdf", delivery_slips_pdf(slips, wording()))
    lines = (*(f"{s.slip:06d}  {s.order}  {s.prize}" for s in slips), *map(say_error, held), str(path))
    data = {"pdf": str(path), "slips": slips, "held": [str(refusal) for refusal in held]}
    return Answer(data, lines, PARTLY_DONE if held else 0)


@click.command(
    "assign",
    cls=SpokenCommand,
    help=N_("Give orders to a warehouse, which prints their slips; --all gives the new ones."),
)
@click.argument("warehouse")
@click.argument("numbers", nargs=-1)
@click.option("--all", "everything", is_flag=True, help=N_("Every order without a slip."))
@answers
@click.pass_obj
def assign(home: Home, warehouse: str, numbers: tuple[str, ...], everything: bool) -> Answer:
    slips, held = _issued(office_in(home), numbers, everything=everything, warehouse=StationCode(warehouse))
    lines = (*(f"{s.slip:06d}  {s.order}  {s.prize}" for s in slips), *map(say_error, held))
    data = {"warehouse": warehouse, "orders": [s.order for s in slips], "held": [str(refusal) for refusal in held]}
    return Answer(data, lines, PARTLY_DONE if held else 0)


def _issued(
    office: Office, numbers: tuple[str, ...], *, everything: bool, warehouse: StationCode = NO_WAREHOUSE
) -> tuple[list[DeliverySlip], list[OrderHeld]]:
    """The slips of orders, and why some are held. Raises BadInput, and the first refusal when all are held."""
    chosen = [OrderNumber(number) for number in numbers]
    if everything:
        with office.store.transaction():
            chosen = [order.order for order in office.store.shelf.pending_orders()]
    if not chosen:
        raise BadInput(N_("There is no order to print. Name one, or see `canje central orders`."))
    slips, held = list[DeliverySlip](), list[OrderHeld]()
    for number in chosen:
        try:
            slips.append(issue_slip(office, number, warehouse))
        except OrderHeld as refusal:
            held.append(refusal)
    if not slips:
        raise held[0]
    return slips, held


@click.command(
    "prize-money", cls=SpokenCommand, help=N_("What stations took in money beside the points of prizes, and gave back.")
)
@click.argument("month", required=False)
@answers
@click.pass_obj
def prize_money(home: Home, month: str | None) -> Answer:
    office, only = office_in(home), parse_month(month) if month else None
    with office.store.transaction():
        found = [row for row in office.store.shelf.prize_money() if only in (None, row.month)]
    rows = [
        (r.station, month_name(r.month), r.prize, money(r.taken), money(r.given_back), money(r.taken - r.given_back))
        for r in found
    ]
    columns = (N_("Station"), N_("Month"), N_("Prize"), N_("Taken"), N_("Given back"), N_("To be paid over"))
    data = [{**msgspec.structs.asdict(row), "month": month_name(row.month)} for row in found]
    return Answer(data, table(tuple(map(say, columns)), rows))


@click.command(
    "withdrawals", cls=SpokenCommand, help=N_("Prizes handed over for withdrawal codes, and which orders they were.")
)
@answers
@click.pass_obj
def withdrawals(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        zone, found = office.zone(), office.store.shelf.withdrawals()
    unheard = say(N_("not heard of yet"))
    rows = [(f"{w.issuer}-{w.seq}", w.order or unheard, when(w.at, zone), w.station, w.prize, w.card) for w in found]
    columns = (N_("Code"), N_("Order"), N_("When"), N_("Station"), N_("Prize"), N_("Card"))
    return Answer(found, table(tuple(map(say, columns)), rows))


COMMANDS: dict[str, click.Command] = {
    "ship": ship,
    "stock": stock,
    "transfers": transfers,
    "orders": orders,
    "slip": slip,
    "assign": assign,
    "prize-money": prize_money,
    "withdrawals": withdrawals,
}
