"""`canje central incidents` and `incident`: what waits for a person, followed to its end (STA-6)."""

import click

from suite.central import incidents as followed
from suite.central.commands.opening import office_in
from suite.central.incidents import IncidentLine
from suite.domain.errors import N_
from suite.runtime.console import Answer, SpokenCommand, answers, table
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.texts import say
from suite.runtime.words import incident_state, kind_name, when


@click.command("incidents", cls=SpokenCommand, help=N_("What waits for a person: tickets not credited, and reports."))
@click.option("--all", "everything", is_flag=True, help=N_("Those that are over too."))
@answers
@click.pass_obj
def incidents(home: Home, everything: bool) -> Answer:
    office = office_in(home)
    found = followed.incidents(office, everything=everything)
    with office.store.transaction():
        zone = office.zone()
    names = (N_("Number"), N_("Station"), N_("When"), N_("What"), N_("Ticket"), N_("Card"), N_("State"), N_("Text"))
    rows = [
        (i.number, i.station, when(i.at, zone), kind_name(i.kind), i.document, i.card, _state(i), i.answer or i.note)
        for i in found
    ]
    return Answer(found, table(tuple(map(say, names)), rows))


def _state(line: IncidentLine) -> str:
    return f"{incident_state(line.state)} ({line.taken})" if line.taken else incident_state(line.state)


@click.command("incident", cls=SpokenCommand, help=N_("Show an incident, take it on, or end it with an answer."))
@click.argument("number")
@click.option("--take", is_flag=True, help=N_("Say that you work on it."))
@click.option("--resolve", "answer", default=None, help=N_("What was found or done; a station that asked is told."))
@answers
@click.pass_obj
def incident(home: Home, number: str, take: bool, answer: str | None) -> Answer:
    if take and answer is not None:
        raise BadInput(N_("Say --take or --resolve, one of the two."))
    office = office_in(home)
    if take:
        followed.take_on(office, number)
    elif answer is not None:
        followed.resolve(office, number, answer)
    found = followed.incident(office, number)
    with office.store.transaction():
        zone = office.zone()
    head = f"{found.number} · {found.station} · {when(found.at, zone)} · {kind_name(found.kind)} · {_state(found)}"
    about = " · ".join(filter(None, (found.document, found.card)))
    return Answer(found, tuple(filter(None, (head, about, found.note, found.answer))))


COMMANDS: dict[str, click.Command] = {"incidents": incidents, "incident": incident}
