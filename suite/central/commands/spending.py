"""Spending with no link: authorisations read out by telephone, grants, and what all of it can cost."""

import click

from suite.central.commands.opening import office_in
from suite.central.spending import Exposure, authorise, exposure, grant, release
from suite.domain.errors import N_
from suite.domain.ids import AccountId, CardNumber, StationCode
from suite.domain.quantities import Points
from suite.runtime.console import NUMBER, Answer, SpokenCommand, answers, table
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import money, number, say
from suite.runtime.words import when


@click.command(
    "authorise", cls=SpokenCommand, help=N_("Hold points for one prize of today, and show the digits to read out.")
)
@click.argument("station")
@click.argument("card")
@click.argument("points", type=NUMBER)
@answers
@click.pass_obj
def authorise_command(home: Home, station: str, card: str, points: int) -> Answer:
    found = authorise(office_in(home), StationCode(station), CardNumber(card), Points(points))
    digits = f"{found.code[:4]} {found.code[4:]}"
    lines = (
        say(N_("Read out: {digits}"), digits=digits),
        say(
            N_(
                "{points} points of card {card} are held for station {station}, today, {day}. The member has {balance}."
            ),
            points=number(points),
            card=card,
            station=station,
            day=found.day,
            balance=number(found.balance),
        ),
    )
    return Answer(found, lines)


@click.command("grant", cls=SpokenCommand, help=N_("Set points of a member aside that only one station spends."))
@click.argument("station")
@click.argument("member", type=NUMBER)
@click.argument("points", type=NUMBER)
@answers
@click.pass_obj
def grant_command(home: Home, station: str, member: int, points: int) -> Answer:
    found = grant(office_in(home), StationCode(station), AccountId(member), Points(points))
    line = say(
        N_("Member {account} may spend {granted} points at station {station} alone, and has {balance} for all others."),
        account=str(found.account),
        granted=number(found.granted),
        station=found.station,
        balance=number(found.balance),
    )
    return Answer(found, (line,))


@click.command(
    "release",
    cls=SpokenCommand,
    help=N_("Free points held or granted at a station that is lost; what it spent of them may still turn up."),
)
@click.argument("station")
@click.option("--member", type=NUMBER, default=None, help=N_("Only this member's points."))
@click.option("--reason", required=True, help=N_("Why, for the records."))
@answers
@click.pass_obj
def release_command(home: Home, station: str, member: int | None, reason: str) -> Answer:
    account = None if member is None else AccountId(member)
    found = release(office_in(home), StationCode(station), safe_text(reason), account)
    points = sum(each.points for each in found.released)
    lines = [
        say(
            N_("Released at station {station}: {points} points in {count} parts. See `canje central exposure`."),
            station=found.station,
            points=number(points),
            count=number(len(found.released)),
        )
    ]
    if found.staying:
        text = N_("Authorisations of today stay held until the day is over: {count}.")
        lines.append(say(text, count=number(found.staying)))
    return Answer(found, tuple(lines))


@click.command(
    "exposure",
    cls=SpokenCommand,
    help=N_("What prizes handed over with no link can cost: the bounds, station by station."),
)
@answers
@click.pass_obj
def exposure_command(home: Home) -> Answer:
    office = office_in(home)
    found = exposure(office)
    with office.store.transaction():
        zone = office.zone()
    columns = (
        N_("Station"),
        N_("Budget"),
        N_("Not confirmed"),
        N_("Held"),
        N_("Granted"),
        N_("Released"),
        N_("Last heard"),
    )
    rows = [
        (
            row.station,
            "—" if row.risk is None else number(row.risk),
            number(row.unconfirmed),
            number(row.held),
            number(row.granted),
            number(row.released),
            "—" if row.heard is None else when(row.heard, zone),
        )
        for row in found.stations
    ]
    return Answer(found, (*bounds(found), *table(tuple(map(say, columns)), rows)))


def bounds(found: Exposure) -> tuple[str, ...]:
    """The promises of the limits in sentences, and what members owe."""
    owed = say(
        N_("Members owe {points} points now, worth {value}."),
        points=number(found.debts),
        value=money(found.debts_value),
    )
    freed = released_line(found)
    if found.account is None or found.network is None or found.cap is None:
        no_bound = say(N_("The programme has no table [offline]: nothing is limited, and there is no bound."))
        return (no_bound, *freed, owed)
    return (
        say(
            N_("No member can owe more than {points} points, worth {value}: {parties} parties but one, {cap} each."),
            points=number(found.account),
            value=money(found.account_value or 0),
            parties=number(found.parties),
            cap=number(found.cap),
        ),
        say(
            N_("What stations handed out and central does not know yet: at most {points} points, worth {value}."),
            points=number(found.network),
            value=money(found.network_value or 0),
        ),
        *freed,
        owed,
    )


def released_line(found: Exposure) -> tuple[str, ...]:
    """What was freed by hand at stations that seemed lost, beyond every bound; nothing where nothing was."""
    risk, came = (sum(getattr(row, name) for row in found.stations) for name in ("released", "turned_up"))
    if not risk and not came:
        return ()
    text = N_("Beyond that, of what was released at lost stations {points} points may turn up spent, and {came} did.")
    return (say(text, points=number(risk), came=number(came)),)


COMMANDS: dict[str, click.Command] = {
    "authorise": authorise_command,
    "grant": grant_command,
    "release": release_command,
    "exposure": exposure_command,
}
