"""`canje central shifts`: what each shift credited, beside what the pumps dispensed and what lay on the shelf."""

from collections.abc import Iterator
from pathlib import Path

import click

from suite.central.commands.opening import office_in, parse_month
from suite.central.shifts import StationShift, shifts
from suite.domain.calendar import local_time
from suite.domain.errors import N_
from suite.domain.ids import StationCode
from suite.domain.quantities import Moment
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, csv_bytes, table, write_out
from suite.runtime.paths import Home
from suite.runtime.texts import number, quantity, say
from suite.runtime.words import when

HEADER = (
    "station", "shift", "attendant", "opened", "closed", "tickets", "points", "prizes", "points_of_prizes", "returns",
    "points_taken_back", "prizes_counted", "prizes_expected", "product", "credited", "dispensed",
)  # fmt: skip


@click.command(
    "shifts",
    cls=SpokenCommand,
    help=N_("The attendants' shifts: tickets, litres credited and dispensed, prizes counted and expected."),
)
@click.option("--station", default=None, help=N_("Only the shifts of this station."))
@click.option("--month", default=None, help=N_("Only the shifts that began in this month, like 2026-11."))
@click.option("--csv", "csv_file", type=PATH, default=None, help=N_("File for the rows as CSV."))
@answers
@click.pass_obj
def shifts_command(home: Home, station: str | None, month: str | None, csv_file: Path | None) -> Answer:
    office = office_in(home)
    found = shifts(office, StationCode(station) if station else None, parse_month(month) if month else None)
    with office.store.transaction():
        zone = office.zone()
    if csv_file is not None:

        def written(moment: Moment | None) -> str:
            return local_time(moment, zone).isoformat() if moment else ""

        rows = [row for each in found for row in _csv_rows(each, written(each.opened), written(each.closed))]
        path = write_out(csv_file, csv_bytes(HEADER, rows))
        return Answer({"csv": str(path), "rows": len(rows)}, (str(path),))
    columns = (
        N_("Station"), N_("Attendant"), N_("From"), N_("Until"), N_("Tickets"), N_("Points"), N_("Prizes"),
        N_("Product"), N_("Credited"), N_("Dispensed"), N_("Without a card"), N_("Prizes missing"),
    )  # fmt: skip
    shown = [
        row
        for each in found
        for row in _rows(each, when(each.opened, zone), when(each.closed, zone) if each.closed else "—")
    ]
    return Answer(found, table(tuple(map(say, columns)), shown))


def _csv_rows(each: StationShift, opened: str, closed: str) -> Iterator[tuple[object, ...]]:
    """A row for each product of a shift, or one alone; quantities in thousandths."""
    sums = each.sums
    counted, expected = (sum(t.counted for t in sums.counted), sum(t.expected for t in sums.counted))
    head = (
        each.station, each.shift, each.attendant, opened, closed, sums.sales, sums.points, sums.prizes, sums.spent,
        sums.returns, sums.taken_back, counted, expected,
    )  # fmt: skip
    for p in sums.products:
        yield (*head, p.product, p.credited, "" if p.dispensed is None else p.dispensed)
    if not sums.products:
        yield (*head, "", "", "")


def _rows(each: StationShift, opened: str, closed: str) -> Iterator[tuple[str, ...]]:
    """The same for people: a shift's own figures stand in its first row; a minus is more credited than dispensed."""
    sums = each.sums
    missing = sum(t.expected - t.counted for t in sums.counted)
    head = (each.station, each.attendant, opened, closed, number(sums.sales), number(sums.points), number(sums.prizes))
    tail = number(missing) if sums.counted else "—"
    for place, p in enumerate(sums.products):
        left = None if p.dispensed is None else p.dispensed - p.credited
        row = (
            p.product,
            quantity(p.credited),
            "—" if p.dispensed is None else quantity(p.dispensed),
            "—" if left is None else f"{'-' * (left < 0)}{quantity(abs(left))}",
        )
        yield (*(("",) * len(head) if place else head), *row, "" if place else tail)
    if not sums.products:
        yield (*head, "—", "—", "—", "—", tail)


COMMANDS: dict[str, click.Command] = {"shifts": shifts_command}
