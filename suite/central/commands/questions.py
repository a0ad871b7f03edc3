"""Questions to the ledger: what is owed, what expires, why so many points, what a promotion would have cost."""

from datetime import date
from pathlib import Path

import click

from suite.central.commands.opening import office_in, parse_month
from suite.central.commands.points import rows_answer
from suite.central.explaining import calendar_of, explain_ticket, tier_list
from suite.central.liability import liability
from suite.central.recheck import recheck
from suite.central.rehearsal import rehearse
from suite.domain.calendar import MONTHS_IN_YEAR, Month, first_business_day, month_name
from suite.domain.errors import N_
from suite.domain.ids import AccountId, StationCode
from suite.runtime.config import read_programme
from suite.runtime.console import NUMBER, PATH, Answer, SpokenCommand, answers, table
from suite.runtime.errors import PARTLY_DONE
from suite.runtime.explaining import expiring_line, lines_of, next_tier_line, tier_name
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.texts import money, number, say
from suite.runtime.typed_text import document_number


@click.command(
    "liability", cls=SpokenCommand, help=N_("Points outstanding, their value, and how many will never be asked for.")
)
@click.option("--csv", "csv_file", type=PATH, default=None, help=N_("File for the rows as CSV."))
@answers
@click.pass_obj
def liability_command(home: Home, csv_file: Path | None) -> Answer:
    found = liability(office_in(home))
    header = ("earned", "expires_at_close_of", "points", "value")
    rows = [(row.earned, row.expires_at_close_of, row.points, row.value) for row in found.lots]
    if csv_file is not None:
        return rows_answer(header, rows, csv_file)
    head = (
        say(N_("{points} points outstanding, worth {value}."), points=number(found.points), value=money(found.value)),
        say(
            N_("Of {due} points that fell due in twelve closes {expired} expired: {breakage} more are expected to."),
            due=number(found.due),
            expired=number(found.expired),
            breakage=number(found.breakage),
        ),
        say(
            N_("Expected to be asked for: {value}. Members owe {debts} points."),
            value=money(found.expected),
            debts=number(found.debts),
        ),
    )
    columns = tuple(map(say, (N_("Earned in"), N_("Expires at the close of"), N_("Points"), N_("Value"))))
    return Answer(found, (*head, *table(columns, [(*row[:3], money(row[3])) for row in rows])))


@click.command(
    "calendar", cls=SpokenCommand, help=N_("What of a member's points expires when, and the tier that comes next.")
)
@click.argument("member", type=NUMBER)
@answers
@click.pass_obj
def calendar_command(home: Home, member: int) -> Answer:
    found = calendar_of(office_in(home), AccountId(member))
    lines = [
        say(N_("Balance {balance}"), balance=number(found.balance)),
        *(expiring_line((row,)) for row in found.expiring),
        next_tier_line(found.next_tier),
    ]
    return Answer(found, tuple(filter(None, lines)))


@click.command("tiers", cls=SpokenCommand, help=N_("The tier of each member, as decided at the last close."))
@click.option("--csv", "csv_file", type=PATH, default=None, help=N_("File for the rows as CSV."))
@answers
@click.pass_obj
def tiers(home: Home, csv_file: Path | None) -> Answer:
    rows = [(str(account), tier) for account, tier in tier_list(office_in(home))]
    return rows_answer(("account", "tier"), rows, csv_file)


@click.command(
    "explain", cls=SpokenCommand, help=N_("Why a ticket earned what it did: every promotion tried, and why not.")
)
@click.argument("station")
@click.argument("document")
@answers
@click.pass_obj
def explain(home: Home, station: str, document: str) -> Answer:
    found = explain_ticket(office_in(home), StationCode(station), document_number(document))
    head = say(
        N_("Ticket {document}: {points} points under version {version}, tier {tier}."),
        document=found.sale.document,
        points=number(found.sale.points),
        version=str(found.sale.version),
        tier=tier_name(found.programme, found.sale.buyer.tier if found.sale.buyer else "") or "—",
    )
    return Answer({"sale": found.sale, "derived": found.earned}, (head, *lines_of(found.programme, found.earned)))


@click.command("recheck", cls=SpokenCommand, help=N_("Derive the stations' accruals again and list those that differ."))
@click.option("--all", "everything", is_flag=True, help=N_("Look at all of history and write nothing down."))
@answers
@click.pass_obj
def recheck_command(home: Home, everything: bool) -> Answer:
    found = recheck(office_in(home), everything=everything)
    head = say(
        N_("{checked} accruals derived again, {disputed} differ."),
        checked=number(found.checked),
        disputed=number(len(found.disputed)),
    )
    columns = tuple(map(say, (N_("Station"), N_("Ticket"), N_("Claimed"), N_("Derived"), N_("Why"))))
    rows = [(d.station, d.document, d.claimed, d.derived, say(d.why)) for d in found.disputed]
    return Answer(found, (head, *(table(columns, rows) if rows else ())), PARTLY_DONE if rows else 0)


@click.command(
    "rehearse", cls=SpokenCommand, help=N_("Run a programme file over the sales of past months; records nothing.")
)
@click.argument("file", type=PATH)
@click.option("--from", "first", required=True, help=N_("The first month."))
@click.option("--to", "last", required=True, help=N_("The last month."))
@answers
@click.pass_obj
def rehearse_command(home: Home, file: Path, first: str, last: str) -> Answer:
    content = read_whole(file).decode("utf-8", "replace")
    found = rehearse(
        office_in(home),
        lambda version: read_programme(content, name=str(file), version=version),
        parse_month(first),
        parse_month(last),
    )
    head = (
        say(
            N_("{tickets} tickets: {credited} points credited, {rehearsed} by these rules; that costs {cost}."),
            tickets=number(found.tickets),
            credited=number(found.credited),
            rehearsed=number(found.rehearsed),
            cost=money(found.cost),
        ),
        *(f"{code}: {number(points)}" for code, points in found.by_promotion),
    )
    columns = tuple(map(say, (N_("Card"), N_("Member"), N_("Points more"), N_("Tickets"), N_("Days"))))
    winners = [(w.card, str(w.account), w.extra, w.tickets, w.days) for w in found.winners]
    farmed = [(w.card, str(w.account), w.extra, w.tickets, w.days) for w in found.farmed]
    shown = [*head, say(N_("Who wins most:")), *table(columns, winners)]
    if farmed:
        shown += [say(N_("Cards to look at: they win ten times what half of the winners do.")), *table(columns, farmed)]
    return Answer(found, tuple(shown))


@click.command(
    "business-days",
    cls=SpokenCommand,
    help=N_("The first business day of each month, by the programme's holidays."),
)
@click.argument("year", type=click.IntRange(1990, 2199))
@answers
@click.pass_obj
def business_days(home: Home, year: int) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        holidays = frozenset(office.programme().holidays)
    months = [Month(year * MONTHS_IN_YEAR + i) for i in range(MONTHS_IN_YEAR)]
    rows = [(month_name(month), first_business_day(month, holidays).isoformat()) for month in months]
    return Answer(
        [{"month": m, "day": d} for m, d in rows], table((say(N_("Month")), say(N_("First business day"))), rows)
    )


@click.command(
    "holidays", cls=SpokenCommand, help=N_("Propose a year's national holidays for programme.toml, to be looked over.")
)
@click.argument("year", type=click.IntRange(1990, 2199))
@click.option("--country", default="AR", show_default=True)
@answers
@click.pass_obj
def holidays_command(_home: Home, year: int, country: str) -> Answer:
    from suite.central.holiday_table import national_holidays

    found: list[tuple[date, str]] = national_holidays(country, year)
    lines = ["[calendar]", "holidays = [", *(f"  {day.isoformat()},  # {name}" for day, name in found), "]"]
    return Answer([{"day": day.isoformat(), "name": name} for day, name in found], tuple(lines))


COMMANDS: dict[str, click.Command] = {
    "liability": liability_command,
    "calendar": calendar_command,
    "tiers": tiers,
    "explain": explain,
    "recheck": recheck_command,
    "rehearse": rehearse_command,
    "business-days": business_days,
    "holidays": holidays_command,
}
