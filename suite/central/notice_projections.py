"""Messages to members as rows: what stands, who heard it (MEM-12); what members answered (MEM-11); reports (STA-6)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from suite.central import schema
from suite.central.dialect import add_or_replace, run_many
from suite.central.projector import Fact, Projector
from suite.domain.events.base import Event
from suite.domain.events.incidents import IncidentResolved, IncidentTaken
from suite.domain.events.member_desk import IncidentReported, MessageShown, QuestionAnswered
from suite.domain.events.messages import MessageWithdrawn, MessageWritten
from suite.domain.incidents import REPORTED
from suite.domain.profile import Answer


def message_written(to: Projector, event: MessageWritten, fact: Fact) -> None:
    days, where = (event.first, event.last), (event.segment, event.station)
    campaign = (event.campaign, event.promotion, event.product)
    to.insert(schema.message, fact.seq, event.note, *days, *where, *campaign, event.times, event.account, 0)


def message_withdrawn(to: Projector, event: MessageWithdrawn, fact: Fact) -> None:
    known = schema.message.c
    to.db.execute(update(schema.message).where(known.message == event.message).values(withdrawn=1))


def message_shown(to: Projector, event: MessageShown, fact: Fact) -> None:
    to.shown[event.account, event.message] += 1


def question_answered(to: Projector, event: QuestionAnswered, fact: Fact) -> None:
    """The newest answer by its own moment counts, in whatever order central hears."""
    known, row = schema.profile_answer, (event.account, event.question, event.at, event.answer)
    mine = (known.c.account == event.account) & (known.c.question == event.question)
    before = to.db.execute(select(known.c.at, known.c.answer).where(mine)).first()
    if before is None or Answer(*before) < Answer(event.at, event.answer):
        run_many(to.db, add_or_replace(known, "at", "answer"), [row])


def incident_reported(to: Projector, event: IncidentReported, fact: Fact) -> None:
    to.open_incident(fact, REPORTED + event.kind, event.at, event.document, event.card, event.note)


def incident_taken(to: Projector, event: IncidentTaken, fact: Fact) -> None:
    _follow(to, event, taken=event.by)


def incident_resolved(to: Projector, event: IncidentResolved, fact: Fact) -> None:
    _follow(to, event, open=0, taken=event.by, answer=event.answer, answered=event.at)


def _follow(to: Projector, event: IncidentTaken | IncidentResolved, **changed: Any) -> None:  # noqa: ANN401 -- columns of several types
    known = schema.incident.c
    mine = (known.journal == event.journal) & (known.seq == event.seq)
    to.db.execute(update(schema.incident).where(mine).values(**changed))


NOTICE_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    MessageWritten: message_written,
    MessageWithdrawn: message_withdrawn,
    MessageShown: message_shown,
    QuestionAnswered: question_answered,
    IncidentReported: incident_reported,
    IncidentTaken: incident_taken,
    IncidentResolved: incident_resolved,
}
