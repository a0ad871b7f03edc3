"""The task of telling central of something, question by question, on the number pad (STA-6)."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol, TypeVar

from suite.domain.errors import N_
from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber
from suite.domain.incidents import REPORT_KINDS, REPORTED, TEXT_MAX
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import say
from suite.runtime.typed_text import document_number
from suite.runtime.words import incident_state, kind_name, when
from suite.station.desk import Desk
from suite.station.incidents import report_incident, reports

Value = TypeVar("Value")
SHOWN = 7
"""Reports, two lines each."""


class Ask(Protocol):
    """Puts one question, and waits for its answer."""

    async def __call__(self, title: str, take: Callable[[str], Value], lines: Iterable[str] = ()) -> Value:
        """See `Tasks`."""


async def ask_report(
    desk: Desk, ask: Ask, choose: Callable[..., Awaitable[int]], attendant: AttendantNumber
) -> tuple[str, ...]:
    """Kind, ticket, card and words of a report, all but the first left out with Enter; then it is on disk."""
    kind = REPORT_KINDS[await choose(say(N_("TELL CENTRAL: about what?")), *map(_kind, REPORT_KINDS)) - 1]
    alone = (say(N_("Enter alone: none")),)
    document = await ask(
        say(N_("TICKET NUMBER")), lambda typed: document_number(typed) if typed else DocumentNumber(""), alone
    )
    card = await ask(
        say(N_("NUMBER OF THE CARD")), lambda typed: desk.keyed_card(typed).card if typed else CardNumber(""), alone
    )
    text = await ask(
        say(N_("WHAT HAPPENED, in a few words")),
        lambda typed: safe_text(typed, TEXT_MAX),
        (say(N_("Enter alone: nothing more to say")),),
    )
    done = report_incident(desk, kind, attendant, text, document, card)
    told = say(N_("It goes to central as incident {number}."), number=done.number)
    return told, say(N_("Reference {reference}"), reference=done.reference)


def _kind(kind: str) -> str:
    return kind_name(REPORTED + kind)


def shown_reports(desk: Desk) -> tuple[str, ...]:
    """The newest reports of this station, and what central answered."""
    zone, lines = desk.zone(), list[str]()
    for each in reversed(reports(desk)[-SHOWN:]):
        lines.append(f"{each.number} · {when(each.at, zone)} · {_kind(each.kind)} · {incident_state(each.state)}")
        lines += [each.answer] if each.answer else []
    title = say(N_("What central answered"))
    return title, *(lines or [say(N_("Nothing was reported here."))])
