"""Messages to members as rows: what stands, and how often each member heard it (MEM-12)."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import update

from suite.central import schema
from suite.central.projector import Fact, Projector
from suite.domain.events.base import Event
from suite.domain.events.member_desk import MessageShown
from suite.domain.events.messages import MessageWithdrawn, MessageWritten


def message_written(to: Projector, event: MessageWritten, fact: Fact) -> None:
    days, where = (event.first, event.last), (event.segment, event.station)
    campaign = (event.campaign, event.promotion, event.product)
    to.insert(schema.message, fact.seq, event.note, *days, *where, *campaign, event.times, event.account, 0)


def message_withdrawn(to: Projector, event: MessageWithdrawn, fact: Fact) -> None:
    known = schema.message.c
    to.db.execute(update(schema.message).where(known.message == event.message).values(withdrawn=1))


def message_shown(to: Projector, event: MessageShown, fact: Fact) -> None:
    to.shown[event.account, event.message] += 1


NOTICE_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    MessageWritten: message_written,
    MessageWithdrawn: message_withdrawn,
    MessageShown: message_shown,
}
