"""Spending with no link: authorisations read out by telephone, grants, and what all of it can cost."""

import click

from suite.central.commands.opening import office_in
from suite.central.spending import Exposure, authorise, exposure, grant
from suite.domain.errors import N_
from suite.domain.ids import AccountId, CardNumber, StationCode
from suite.domain.quantities import Points
from suite.runtime.console import NUMBER, Answer, SpokenCommand, answers, table
from suite.runtime.paths import Home
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
    columns = (N_("Station"), N_("Budget"), N_("Not confirmed"), N_("Held"), N_("Granted"), N_("Last heard"))
    rows = [
        (
            row.station,
            "—" if row.risk is None else number(row.risk),
            number(row.unconfirmed),
            number(row.held),
            number(row.granted),
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
    if found.account is None or found.network is None or found.cap is None:
        return (say(N_("The programme has no table [offline]: nothing is limited, and there is no bound.")), owed)
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
        owed,
    )


COMMANDS: dict[str, click.Command] = {
    "authorise": authorise_command,
    "grant": grant_command,
    "exposure": exposure_command,
}
