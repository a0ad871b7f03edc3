"""`canje station shift …`: open, look at, close an attendant's shift (STA-7, STA-12)."""

import re

import click

from suite.domain.documents import ShiftReport
from suite.domain.errors import N_
from suite.domain.events.station import Dispensed, PrizeCount
from suite.domain.ids import CODE_PATTERN, PrizeCode, ProductCode
from suite.domain.quantities import Millis
from suite.domain.shift import ShiftSums
from suite.runtime.console import Answer, SpokenCommand, SpokenGroup, answers, ask_code
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.texts import money, quantity, say
from suite.runtime.typed_text import scaled
from suite.station.opening import open_desk
from suite.station.shifts import close_shift, in_short, open_shift, sums_so_far

COUNT_DIGITS = 6


@click.group("shift", cls=SpokenGroup, help=N_("An attendant's shift: opened, looked at, closed."))
def shift() -> None:
    """See help."""


@shift.command("open", cls=SpokenCommand, help=N_("Open the shift of the attendant whose code is given."))
@answers
@click.pass_obj
def open_command(home: Home) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    entry = open_shift(desk, attendant.number)
    reference = desk.reference(entry)
    line = say(N_("Shift of {attendant} open. {reference}"), attendant=attendant.name, reference=reference)
    return Answer({"shift": entry.seq, "reference": reference}, (line,))


@shift.command("show", cls=SpokenCommand, help=N_("What the open shift of an attendant recorded until now."))
@answers
@click.pass_obj
def show(home: Home) -> Answer:
    desk = open_desk(home)
    sums = sums_so_far(desk, desk.check_pin(ask_code()).number)
    head = in_short(sums.sales, sums.points)
    rows = [f"{quantity(each.credited)} × {each.product}" for each in sums.products]
    return Answer(sums, (head, *rows, *_money_lines(sums)))


@shift.command("close", cls=SpokenCommand, help=N_("Close the shift, with what the pumps say and what was counted."))
@click.option("--dispensed", multiple=True, help=N_("PRODUCT:QUANTITY that the pumps dispensed, like 2:1520,5."))
@click.option("--counted", multiple=True, help=N_("PRIZE:COUNT on the shelf, like MUG:4."))
@answers
@click.pass_obj
def close_command(home: Home, dispensed: tuple[str, ...], counted: tuple[str, ...]) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    pumps = {code: Millis(value) for code, value in (_pair(each, 3) for each in dispensed)}
    shelf = dict(_pair(each, 0) for each in counted)
    report = close_shift(
        desk,
        attendant.number,
        tuple(Dispensed(ProductCode(code), value) for code, value in pumps.items()),
        tuple(PrizeCount(PrizeCode(code), value) for code, value in shelf.items()),
    )
    head = say(
        N_("Shift of {attendant} closed: {sums}. {reference}"),
        attendant=report.attendant,
        sums=in_short(report.sales, report.points),
        reference=report.reference,
    )
    rows = [
        say(
            N_("{product}: {credited} credited, {dispensed} dispensed"),
            product=each.product,
            credited=quantity(each.credited),
            dispensed="—" if each.dispensed is None else quantity(each.dispensed),
        )
        for each in report.products
    ]
    shelf_rows = [
        say(
            N_("{prize}: {counted} counted, {expected} expected"), prize=c.prize, counted=c.counted, expected=c.expected
        )
        for c in report.counted
    ]
    return Answer(report, (head, *rows, *shelf_rows, *_money_lines(report)))


def _money_lines(sums: ShiftSums | ShiftReport) -> tuple[str, ...]:
    """What was paid beside the points of prizes, where anything was."""
    line = say(
        N_("Money of prizes: {taken} taken, {back} given back"), taken=money(sums.money), back=money(sums.money_back)
    )
    return (line,) if sums.money or sums.money_back else ()


def _pair(written: str, decimals: int) -> tuple[str, int]:
    code, _, rest = written.partition(":")
    value = scaled(rest, decimals)
    if value is None or not re.fullmatch(CODE_PATTERN, code) or (not decimals and len(rest.strip()) > COUNT_DIGITS):
        raise BadInput(N_("{written!r} is not a code, a colon and a number, like 2:1520"), written=written)
    return code, value
