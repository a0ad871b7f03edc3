"""`canje station incident` and `incidents`: tell central of something, and see what became of it (STA-6)."""

import click

from suite.domain.errors import N_
from suite.domain.ids import CardNumber, DocumentNumber
from suite.domain.incidents import REPORT_KINDS, REPORTED, ReportKind
from suite.runtime.console import Answer, SpokenCommand, answers, ask_code, table
from suite.runtime.paths import Home
from suite.runtime.texts import say
from suite.runtime.typed_text import document_number
from suite.runtime.words import incident_state, kind_name, when
from suite.station.incidents import report_incident, reports
from suite.station.opening import open_desk


@click.command("incident", cls=SpokenCommand, help=N_("Tell central of something that a person has to look into."))
@click.option("--kind", type=click.Choice(REPORT_KINDS), required=True, help=N_("What it is about."))
@click.option("--text", default="", help=N_("What happened, in a few words."))
@click.option("--document", default="", help=N_("Number of the ticket or invoice it is about."))
@click.option("--card", default="", help=N_("The card it is about."))
@answers
@click.pass_obj
def incident(home: Home, kind: ReportKind, text: str, document: str, card: str) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    about = document_number(document) if document else DocumentNumber("")
    whose = desk.keyed_card(card).card if card else CardNumber("")
    done = report_incident(desk, kind, attendant.number, text, about, whose)
    line = say(N_("Incident {number} goes to central. {reference}"), number=done.number, reference=done.reference)
    return Answer(done, (line,))


@click.command("incidents", cls=SpokenCommand, help=N_("What waits for a person here, and what central answered."))
@answers
@click.pass_obj
def incidents(home: Home) -> Answer:
    desk = open_desk(home)
    desk.check_pin(ask_code())
    kept, told, zone = desk.incidents(), reports(desk), desk.zone()
    columns = tuple(
        map(say, (N_("Number"), N_("When"), N_("What"), N_("Ticket"), N_("Card"), N_("State"), N_("Answer")))
    )
    rows = [("", when(i.at, zone), kind_name(i.kind), i.document, i.card, incident_state("open"), "") for i in kept]
    rows += [
        (
            r.number,
            when(r.at, zone),
            kind_name(REPORTED + r.kind),
            r.document,
            r.card,
            incident_state(r.state),
            r.answer,
        )
        for r in told
    ]
    return Answer({"kept": kept, "reports": told}, table(columns, rows))


COMMANDS: tuple[click.Command, ...] = (incident, incidents)
