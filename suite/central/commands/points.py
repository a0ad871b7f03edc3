"""Closing months, settling, printing settlements, and looking at points."""

from collections.abc import Sequence
from pathlib import Path

import click

from suite.central.commands.opening import back_up_if_told, office_in, parse_month
from suite.central.documents import statements
from suite.central.jobs.month_close import Close, close_month, due_months
from suite.central.jobs.settlement import settle_month
from suite.central.reports import DIMENSIONS, account_months, all_open_lots, sales_by
from suite.domain.calendar import month_name
from suite.domain.errors import N_
from suite.domain.ids import StationCode
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, csv_bytes, one_of, table, write_out
from suite.runtime.paths import Home
from suite.runtime.texts import money, number, quantity, say


@click.command(
    "close", cls=SpokenCommand, help=N_("Close a month: points that are due expire. A closed month is never edited.")
)
@click.argument("month")
@click.option("--through", is_flag=True, help=N_("Close every month that is due, up to this one."))
@click.option("--dry-run", is_flag=True, help=N_("Say what would expire and record nothing."))
@answers
@click.pass_obj
def close(home: Home, month: str, through: bool, dry_run: bool) -> Answer:
    office, last = office_in(home), parse_month(month)
    months = due_months(office, last) if through else [last]
    if months and not dry_run:
        back_up_if_told(office, home)
    closes = [close_month(office, each, rehearse=dry_run) for each in (months[:1] if dry_run else months)]
    return Answer(
        [
            {
                "month": month_name(c.month),
                "accounts": c.accounts,
                "points": c.points,
                "silent": c.silent,
                "climbed": c.climbed,
                "fell": c.fell,
            }
            for c in closes
        ],
        tuple(line for c in closes for line in close_lines(c, dry_run=dry_run))
        or (say(N_("There is no month to close up to {month}."), month=month),),
    )


def close_lines(close_: Close, *, dry_run: bool) -> list[str]:
    text = (
        N_("{month} would expire {points} points of {accounts} accounts.")
        if dry_run
        else N_("{month} closed: {points} points of {accounts} accounts expired.")
    )
    lines = [say(text, month=month_name(close_.month), points=number(close_.points), accounts=number(close_.accounts))]
    if close_.climbed or close_.fell:
        tiers = N_("Tiers: {climbed} members climb, {fell} fall.")
        lines.append(say(tiers, climbed=number(close_.climbed), fell=number(close_.fell)))
    if close_.silent:
        warning = N_("Not heard of since the month ended: {stations}. What comes later is made good then.")
        lines.append(say(warning, stations=", ".join(close_.silent)))
    return lines


@click.command("settle", cls=SpokenCommand, help=N_("Settle all stations of a closed month together."))
@click.argument("month")
@answers
@click.pass_obj
def settle(home: Home, month: str) -> Answer:
    settled = settle_month(office_in(home), parse_month(month))
    line = say(
        N_("{month} settled: {stations} stations, {points} points, {amount}."),
        month=month_name(settled.month),
        stations=number(settled.stations),
        points=number(settled.points),
        amount=money(settled.amount),
    )
    data = {"month": month, "stations": settled.stations, "points": settled.points, "amount": settled.amount}
    return Answer(data, (line,))


@click.command(
    "settlement",
    cls=SpokenCommand,
    help=N_("Print a month's settlement, of all stations or of one; always the same bytes."),
)
@click.argument("month")
@click.option("--station", default=None)
@click.option("--to", type=PATH, default=None, help=N_("File for the PDF."))
@answers
@click.pass_obj
def settlement(home: Home, month: str, station: str | None, to: Path | None) -> Answer:
    from forms.settlement import settlement_pdf
    from suite.central.commands.wording import wording

    found = statements(office_in(home), parse_month(month), StationCode(station) if station else None)
    name = f"settlement-{month}{f'-{station}' if station else ''}.pdf"
    path = write_out(to or home.out / name, settlement_pdf(found, wording()))
    lines = table(
        (say(N_("Station")), say(N_("Name")), say(N_("Points")), say(N_("Amount"))),
        [(s.station, s.station_name, s.points, money(s.amount)) for s in found],
    )
    return Answer({"pdf": str(path), "statements": found}, (*lines, str(path)))


@click.command(
    "report",
    cls=SpokenCommand,
    help=N_("Sum the sales by station, card, account, product, day or month (several with commas)."),
)
@click.option("--by", "by", default="station", show_default=True)
@click.option("--month", default=None)
@click.option("--csv", "csv_file", type=PATH, default=None, help=N_("File for the rows as CSV."))
@answers
@click.pass_obj
def report(home: Home, by: str, month: str | None, csv_file: Path | None) -> Answer:
    names = [one_of(name.strip(), DIMENSIONS, "--by") for name in by.split(",")]
    dimensions = tuple(d for name in names for d in DIMENSIONS if d == name)
    found = sales_by(office_in(home), dimensions, parse_month(month) if month else None)
    header = (*dimensions, "tickets", "lines", "quantity", "amount", "points")
    rows = [(*key, r.tickets, r.lines, r.quantity, r.amount, r.points) for key, r in found.items()]
    shown = [
        (*key, number(r.tickets), number(r.lines), quantity(r.quantity), money(r.amount), number(r.points))
        for key, r in found.items()
    ]
    return rows_answer(header, rows, csv_file, shown)


@click.command("balances", cls=SpokenCommand, help=N_("Every account with its balance."))
@click.option("--csv", "csv_file", type=PATH, default=None, help=N_("File for the rows as CSV."))
@answers
@click.pass_obj
def balances(home: Home, csv_file: Path | None) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        rows = [(account, balance) for account, _, balance in office.store.directory.accounts()]
    return rows_answer(("account", "balance"), rows, csv_file)


@click.command("months", cls=SpokenCommand, help=N_("What each account earned, spent and lost, month by month."))
@click.option("--month", default=None)
@click.option("--csv", "csv_file", type=PATH, default=None, help=N_("File for the rows as CSV."))
@answers
@click.pass_obj
def months(home: Home, month: str | None, csv_file: Path | None) -> Answer:
    found = account_months(office_in(home), parse_month(month) if month else None)
    rows = [(m.account, m.month, m.earned, m.spent, m.expired, m.balance) for m in found]
    return rows_answer(("account", "month", "earned", "spent", "expired", "balance"), rows, csv_file)


@click.command(
    "lots", cls=SpokenCommand, help=N_("Every open lot: points left, when they were earned, at which close they go.")
)
@click.option("--csv", "csv_file", type=PATH, default=None, help=N_("File for the rows as CSV."))
@answers
@click.pass_obj
def lots(home: Home, csv_file: Path | None) -> Answer:
    rows = [(lot.account, lot.earned, lot.remaining, lot.expires_at_close_of) for lot in all_open_lots(office_in(home))]
    return rows_answer(("account", "earned", "remaining", "expires_at_close_of"), rows, csv_file)


def rows_answer(
    header: tuple[str, ...],
    rows: Sequence[tuple[object, ...]],
    csv_file: Path | None,
    shown: Sequence[tuple[object, ...]] | None = None,
) -> Answer:
    """Rows on the screen (as `shown`, when people read them otherwise), in JSON, or in a file for a spreadsheet."""
    if csv_file is not None:
        path = write_out(csv_file, csv_bytes(header, rows))
        return Answer({"csv": str(path), "rows": len(rows)}, (str(path),))
    people = shown or [tuple(str(c) if h == "account" else c for h, c in zip(header, row, strict=True)) for row in rows]
    return Answer([dict(zip(header, row, strict=True)) for row in rows], table(header, people))


COMMANDS: dict[str, click.Command] = {
    "close": close,
    "settle": settle,
    "settlement": settlement,
    "report": report,
    "balances": balances,
    "months": months,
    "lots": lots,
}
