"""The task of telling central of something, question by question, on the number pad (STA-6)."""

from suite.domain.errors import N_
from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber
from suite.domain.incidents import REPORT_KINDS, REPORTED, TEXT_MAX
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import say
from suite.runtime.typed_text import document_number
from suite.runtime.words import incident_state, kind_name, when
from suite.station.desk import Desk
from suite.station.incidents import report_incident, reports
from suite.station.interview import Interview, Told

SHOWN = 7
"""Reports, two lines each."""


async def ask_report(interview: Interview, attendant: AttendantNumber) -> Told:
    """Kind, ticket, card and words of a report, all but the first left out with Enter; then it is on disk."""
    desk, alone = interview.desk, say(N_("Enter alone: none"))
    about = say(N_("TELL CENTRAL: about what?"))
    kind = REPORT_KINDS[await interview.choose(about, *map(_kind, REPORT_KINDS)) - 1]
    document = await interview.ask(
        say(N_("TICKET NUMBER")), lambda typed: document_number(typed) if typed else DocumentNumber(""), alone
    )
    card = await interview.ask(
        say(N_("NUMBER OF THE CARD")), lambda typed: desk.keyed_card(typed).card if typed else CardNumber(""), alone
    )
    text = await interview.ask(
        say(N_("WHAT HAPPENED, in a few words")),
        lambda typed: safe_text(typed, TEXT_MAX),
        say(N_("Enter alone: nothing more to say")),
    )
    done = report_incident(desk, kind, attendant, text, document, card)
    told = say(N_("It goes to central as incident {number}."), number=done.number)
    return told, say(N_("Reference {reference}"), reference=done.reference)


def _kind(kind: str) -> str:
    return kind_name(REPORTED + kind)


def shown_reports(desk: Desk) -> Told:
    """The newest reports of this station, and what central answered."""
    zone, lines = desk.zone(), list[str]()
    for each in reversed(reports(desk)[-SHOWN:]):
        lines.append(f"{each.number} · {when(each.at, zone)} · {_kind(each.kind)} · {incident_state(each.state)}")
        lines += [each.answer] if each.answer else []
    title = say(N_("What central answered"))
    return title, *(lines or [say(N_("Nothing was reported here."))])
