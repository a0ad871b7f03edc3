"""`canje station …`: every task of the desk as a command; without a task, the screen."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from suite.domain.errors import N_
from suite.domain.ids import AttendantNumber, PrizeCode
from suite.domain.programme import Delivery
from suite.node import link_commands, node_commands
from suite.node.doctor_commands import doctor_command
from suite.node.exchange_commands import exported_answer, join_command
from suite.node.opening import opens
from suite.runtime.clock import clock_from_environment
from suite.runtime.console import (
    NUMBER,
    PATH,
    Answer,
    SpokenGroup,
    answers,
    ask_code,
    is_a_terminal,
    progress,
    steps,
    table,
)
from suite.runtime.errors import BadInput
from suite.runtime.explaining import expiring_line, next_tier_line
from suite.runtime.paths import Home, home_of
from suite.runtime.texts import number, say
from suite.runtime.typed_text import document_number
from suite.runtime.words import cost, kind_name, when
from suite.station import (
    courier,
    incident_commands,
    print_commands,
    profile_commands,
    shelf_commands,
    transfer_commands,
)
from suite.station.collecting import collect
from suite.station.commands import COMMANDS
from suite.station.desk import CardRead
from suite.station.doctor import examine, repair
from suite.station.handover_commands import hand_over_command
from suite.station.imports import import_sales, import_vouchers
from suite.station.messages import show_messages
from suite.station.opening import imported_answer, open_desk, parse_line, receipt_answer, shown_balance
from suite.station.pos import commands as pos_commands
from suite.station.redeeming import collected_lines, terms_of
from suite.station.shift_commands import shift
from suite.station.ways.commands import reader
from suite.station.ways.setup import ear_of, setup_of
from suite.sync.usb import bundles_for


@click.group(
    cls=SpokenGroup,
    invoke_without_command=True,
    help=N_("The desk of a station: swipe, sell, redeem, carry bundles. Without a task it opens the screen."),
)
@click.option("--home", type=PATH, default=None, help=N_("The station's folder (else CANJE_HOME)."))
@click.option("--plain", is_flag=True, help=N_("Line by line in place of the screen, for screen readers."))
@click.pass_context
def station(ctx: click.Context, home: Path | None, plain: bool) -> None:
    """See help."""
    ctx.obj = home_of("station", home)
    opens(ctx, courier.open_station)
    if ctx.invoked_subcommand is None and plain:
        from suite.station.plain import run_plain
        from suite.station.printing import Queue

        desk = open_desk(ctx.obj)
        ctx.exit(run_plain(desk, Queue(desk, ctx.obj)))
    if ctx.invoked_subcommand is None:
        if not is_a_terminal():
            raise BadInput(N_("There is no terminal here for the screen. Use --plain, or a command of `--help`."))
        from suite.node.rounds import Rounds
        from suite.runtime.secrets import random_fraction
        from suite.station.app import run_screen
        from suite.station.pos.watching import PosWatch
        from suite.station.printing import Printing

        rounds = Rounds(courier.open_station, ctx.obj, clock_from_environment(), random_fraction)
        pos, ear = PosWatch(ctx.obj, open_desk), ear_of(setup_of(ctx.obj))
        ctx.exit(run_screen(open_desk(ctx.obj), rounds, Printing(ctx.obj), ear, pos))


# Joining and exchanging


station.add_command(join_command(courier.join))


@station.command(
    "import", help=N_("Take central's bundle for this station: a file, or a folder that holds it (a stick).")
)
@click.argument("path", type=PATH)
@click.option("--despite-clock", is_flag=True, help=N_("Take it although it comes from the future."))
@answers
@click.pass_obj
def import_bundle(home: Home, path: Path, despite_clock: bool) -> Answer:
    from suite.node.exchange import take_all

    clock = clock_from_environment()
    with steps(say(N_("Central's data"))) as watched:
        node = courier.open_station(home, progress=watched)
        bundles = [content for _, content in bundles_for(path, node.store.log)]
        taken = take_all(lambda file: courier.take(node, file, clock.now(), despite_clock=despite_clock), bundles)
    news = any(one.news for one in taken)
    if isinstance(taken[-1], courier.HotTaken):
        return hot_answer(taken[-1])
    header = taken[-1].header
    line = (
        say(
            N_("Central's data taken. Members and prices are of {at}."),
            at=when(header.at, ZoneInfo(node.store.programme().zone)),
        )
        if news
        else say(N_("This station has that data already, or newer. Nothing changed."))
    )
    return Answer({"news": news, "count": header.to, "acknowledged": header.ack.seq}, (line,))


def hot_answer(taken: courier.HotTaken) -> Answer:
    """A hot list taken, or known already."""
    line = (
        say(N_("Cards whose state changed: {count}."), count=number(taken.cards))
        if taken.news
        else say(N_("This station has that data already, or newer. Nothing changed."))
    )
    return Answer({"news": taken.news, "count": taken.to, "cards": taken.cards}, (line,))


@station.command(help=N_("Write a bundle for central with all it has not confirmed."))
@click.argument("folder", type=PATH)
@answers
@click.pass_obj
def export(home: Home, folder: Path) -> Answer:
    return exported_answer(courier.export(courier.open_station(home), clock_from_environment()), folder)


# Selling and redeeming


@station.command(help=N_("Credit a sale. --line is PRODUCT:QUANTITY:AMOUNT and may be repeated."))
@click.option("--card", required=True)
@click.option("--document", required=True, help=N_("Number of the ticket or invoice."))
@click.option("--line", "lines", multiple=True, required=True)
@answers
@click.pass_obj
def sale(home: Home, card: str, document: str, lines: tuple[str, ...]) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    sold = tuple(parse_line(line) for line in lines)
    receipt = desk.sell(desk.keyed_card(card), attendant.number, document_number(document), sold)
    return receipt_answer(desk, receipt)


@station.command(help=N_("Hand over a prize from the shelf, or order it for later with --scheduled."))
@click.option("--card", required=True)
@click.option("--prize", required=True)
@click.option("--scheduled", is_flag=True, help=N_("Order it for a later delivery."))
@click.option("--authorisation", default="", help=N_("The digits that central read out by telephone."))
@click.option("--choice", type=NUMBER, default=1, help=N_("Which of the prize's prices, from 1."))
@click.option("--with-code", is_flag=True, help=N_("Order it with a code, to be collected at any station."))
@click.option("--here", is_flag=True, help=N_("What is ordered goes to this station."))
@click.option("--address", default="", help=N_("Where what is ordered goes; else to the address of the application."))
@click.option("--phone", default="", help=N_("A telephone for the delivery; else the one that central knows."))
@answers
@click.pass_obj
def redeem(
    home: Home,
    card: str,
    prize: str,
    scheduled: bool,
    with_code: bool,
    authorisation: str,
    choice: int,
    here: bool,
    address: str,
    phone: str,
) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    if scheduled and with_code:
        raise BadInput(N_("Say --scheduled or --with-code, not both."))
    way: Delivery = "withdrawal" if with_code else "scheduled" if scheduled else "immediate"
    terms = terms_of(choice, scheduled=scheduled, here=here, address=address, phone=phone)
    voucher = desk.redeem(desk.keyed_card(card), attendant.number, PrizeCode(prize), way, authorisation, terms)
    line = say(
        N_("{member}: {prize} for {cost}. Balance {balance}. {reference}"),
        member=voucher.member,
        prize=voucher.prize,
        cost=cost(voucher.points, voucher.money, desk.programme().currency),
        balance=number(voucher.balance),
        reference=voucher.reference,
    )
    code = say(N_("Withdrawal code {code}"), code=voucher.code)
    return Answer(voucher, (line, *((code,) if voucher.code else ())))


@station.command(
    "collect", help=N_("Hand over what was ordered with a withdrawal code, here or elsewhere, from this shelf.")
)
@click.option("--card", required=True)
@click.argument("withdrawal")
@answers
@click.pass_obj
def collect_command(home: Home, card: str, withdrawal: str) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    done = collect(desk, desk.keyed_card(card), withdrawal, attendant.number)
    return Answer(done, collected_lines(done))


@station.command(help=N_("Show a member's balance and last 30 movements."))
@click.option("--card", required=True)
@answers
@click.pass_obj
def inquiry(home: Home, card: str) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    read: CardRead = desk.keyed_card(card)
    standing, movements = desk.member(read.card), desk.movements(read.card)
    messages = show_messages(desk, standing, attendant.number)
    rows = [(when(m.at, desk.zone()), m.station, kind_name(m.kind), number(m.points), m.reference) for m in movements]
    head = say(N_("{member}: balance {balance}"), member=standing.member, balance=shown_balance(standing.balance))
    coming = filter(None, (next_tier_line(desk.next_tier(standing)), expiring_line(standing.expiring)))
    columns = (say(N_("When")), say(N_("Station")), say(N_("What")), say(N_("Points")), say(N_("Reference")))
    said = (message.text for message in messages)
    told = [{"number": each.number, "text": each.text} for each in messages]
    data = {"standing": standing, "movements": movements, "messages": told}
    return Answer(data, (head, *coming, *said, *table(columns, rows)))


# Files


@station.command(
    "import-sales", help=N_("Credit the tickets of a till's CSV file; importing it again changes nothing.")
)
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def import_sales_command(home: Home, file: Path) -> Answer:
    with progress(say(N_("Tickets")), file) as tick:
        imported = import_sales(open_desk(home), file, tick)
    return imported_answer(home, file, imported)


@station.command("import-vouchers", help=N_("Record prizes handed over on paper vouchers, from a CSV file."))
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def import_vouchers_command(home: Home, file: Path) -> Answer:
    with progress(say(N_("Vouchers")), file) as tick:
        imported = import_vouchers(open_desk(home), file, tick)
    return imported_answer(home, file, imported)


# The node itself


@station.command(help=N_("Show how old central's data is and what it has not confirmed."))
@answers
@click.pass_obj
def status(home: Home) -> Answer:
    desk = open_desk(home)
    link, tip = desk.link(), desk.store.tip()
    incidents = desk.incidents()
    line = say(
        N_("Station {station}: {entries} entries, {pending} not confirmed, {incidents} open incidents."),
        station=desk.station,
        entries=number(tip.seq),
        pending=number(link.pending),
        incidents=number(len(incidents)),
    )
    data = {
        "station": desk.station,
        "entries": tip.seq,
        "head": tip.head.hex(),
        "pending": link.pending,
        "days": link.days,
        "clock_behind_minutes": link.behind,
        "incidents": incidents,
    }
    late = say(
        N_("This PC's clock is {minutes} minutes behind. Set it right: sales go on, central dates them as it can."),
        minutes=number(link.behind),
    )
    return Answer(data, (line, *([late] if link.behind else [])))


@station.command(help=N_("Give a locked attendant its tries back, with a manager's code."))
@click.argument("attendant")
@answers
@click.pass_obj
def unlock(home: Home, attendant: str) -> Answer:
    desk = open_desk(home)
    desk.unlock(AttendantNumber(attendant), desk.check_pin(ask_code()))
    return Answer({"attendant": attendant}, (say(N_("Attendant {attendant} can try again."), attendant=attendant),))


@station.command(help=N_("Verify the journal and rebuild every table from it."))
@answers
@click.pass_obj
def rebuild(home: Home) -> Answer:
    desk = open_desk(home)
    checked = desk.store.verify()
    desk.store.rebuild()
    return Answer({"entries": checked}, (say(N_("{entries} entries verified and replayed."), entries=number(checked)),))


for each in (
    *COMMANDS,
    *shelf_commands.COMMANDS,
    *transfer_commands.COMMANDS,
    hand_over_command,
    *pos_commands.COMMANDS,
    *print_commands.COMMANDS,
    *profile_commands.COMMANDS,
    *incident_commands.COMMANDS,
    *link_commands.COMMANDS,
    *node_commands.COMMANDS,
    shift,
    doctor_command(examine, repair),
    reader,
):
    station.add_command(each)
