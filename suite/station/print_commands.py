"""`canje station printer|print|reprint|print-inquiry`: receipts without the screen."""

from pathlib import Path

import click

from suite.domain.documents import ShiftReport, Slip
from suite.domain.errors import N_
from suite.runtime.console import NUMBER, PATH, Answer, SpokenCommand, answers, ask_code, write_out
from suite.runtime.paths import Home
from suite.runtime.texts import number, say, say_many
from suite.station.opening import open_desk
from suite.station.printers import COLUMNS, COLUMNS_MAX, COLUMNS_MIN, Printer, printer_named
from suite.station.printing import Queue, print_now, printer_state, set_printer
from suite.station.slips import inquiry_slip, newest_paper, paper_of, sample_slip

TO = click.option("--to", type=PATH, default=None, help=N_("A file for the receipt (PDF) in place of the printer."))


@click.command(
    "printer", cls=SpokenCommand, help=N_("Show which printer takes the receipts; name one, leave it, try it.")
)
@click.option("--set", "written", default=None, help=N_("tcp://HOST:9100, queue:NAME, pdf:FOLDER or a device's path."))
@click.option("--columns", type=click.IntRange(COLUMNS_MIN, COLUMNS_MAX), default=COLUMNS, show_default=True)
@click.option("--off", is_flag=True, help=N_("Print no receipts."))
@click.option("--test", "try_it", is_flag=True, help=N_("Print a sample."))
@answers
@click.pass_obj
def printer_command(home: Home, written: str | None, columns: int, off: bool, try_it: bool) -> Answer:
    desk = open_desk(home)
    if written is not None or off:
        set_printer(desk, home, None if off else printer_named(written or "", columns))
    printer = printer_state(home).printer
    if try_it:
        print_now(home, sample_slip(desk))
    return Answer({"printer": printer}, (_shown(printer),))


def _shown(printer: Printer | None) -> str:
    if printer is None:
        return say(N_("No receipts are printed here."))
    return say(
        N_("Receipts go to {place}, {columns} characters a line."), place=printer.place, columns=number(printer.columns)
    )


@click.command("print", cls=SpokenCommand, help=N_("Print the receipts of the last ten minutes that wait."))
@answers
@click.pass_obj
def print_command(home: Home) -> Answer:
    printed = Queue(open_desk(home), home).print_due()
    return Answer({"printed": printed}, (say_many("{count} receipt printed.", "{count} receipts printed.", printed),))


@click.command("reprint", cls=SpokenCommand, help=N_("Print a receipt again; the last one when no number is given."))
@click.argument("number_", metavar="[NUMBER]", type=NUMBER, required=False)
@TO
@answers
@click.pass_obj
def reprint(home: Home, number_: int | None, to: Path | None) -> Answer:
    desk = open_desk(home)
    paper = newest_paper(desk) if number_ is None else paper_of(desk, number_, copy=True)
    return _printed(home, paper, to)


@click.command("print-inquiry", cls=SpokenCommand, help=N_("Print a member's balance and last 30 movements."))
@click.option("--card", required=True)
@TO
@answers
@click.pass_obj
def print_inquiry(home: Home, card: str, to: Path | None) -> Answer:
    desk = open_desk(home)
    desk.check_pin(ask_code())
    return _printed(home, inquiry_slip(desk, desk.keyed_card(card).card), to)


def _printed(home: Home, paper: Slip | ShiftReport, to: Path | None) -> Answer:
    data = {"kind": paper.kind if isinstance(paper, Slip) else "shift", "reference": paper.reference}
    if to is None:
        print_now(home, paper)
        return Answer(data, (say(N_("Receipt {reference} printed."), reference=paper.reference),))
    from forms.roll import roll_of
    from forms.roll_pdf import roll_pdf
    from suite.node.wording import wording

    path = write_out(to, roll_pdf(roll_of(paper, wording()), paper.network))
    return Answer({**data, "pdf": str(path)}, (str(path),))


COMMANDS: tuple[click.Command, ...] = (printer_command, print_command, reprint, print_inquiry)
