"""What facts about prizes between stations change at central: two shelves, and the note that both are held against.

Either side may be heard of first. What was sent and did not come stays a difference of its note, so that no prize
appears or disappears unsaid: shelves and notes together hold what they held before (I2).
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, select, update

from suite.central import schema
from suite.central.dialect import add_or_replace, add_or_sum, run_many
from suite.central.projector import Fact, Projector
from suite.domain.events.base import Event
from suite.domain.events.central import TransferMissed
from suite.domain.events.shelf import PrizesTransferred, TransferReceived
from suite.domain.events.station import PrizeCount
from suite.domain.ids import TransferNote
from suite.domain.transfers import sender_of

NOBODY = ""
MISSED = ("transfer-missing", "transfer-unknown")
"""Incidents of a note of which one side was not heard for long: they end when it is."""


def prizes_transferred(to: Projector, event: PrizesTransferred, fact: Fact) -> None:
    """Off the sender's shelf, and on their way."""
    for line in event.lines:
        to.stock[fact.station, line.prize] -= line.quantity
    row = (event.note, fact.station, event.to, event.at, fact.journal, fact.seq, NOBODY, 0, 0, 0, 0)
    _hear(to, row, ("sender", "receiver", "sent", "sent_journal", "sent_seq"))
    _add(to, event.note, event.lines, sent=1, came=0)
    _settle(to, event.note, event)


def transfer_received(to: Projector, event: TransferReceived, fact: Fact) -> None:
    """On the receiver's shelf, whoever the prizes were for. The first receiver counts, others are looked into."""
    for line in event.lines:
        to.stock[fact.station, line.prize] += line.quantity
    _add(to, event.note, event.lines, sent=0, came=1)
    known = _note(to, event.note)
    if known is not None and known.came:
        to.open_incident(fact, "transfer-twice", event.at, event.note, "")
        return
    row = (event.note, sender_of(event.note), NOBODY, 0, 0, 0, fact.station, event.at, fact.journal, fact.seq, 0)
    _hear(to, row, ("came_to", "came", "came_journal", "came_seq"))
    _settle(to, event.note, event)


def transfer_missed(to: Projector, event: TransferMissed, fact: Fact) -> None:
    """One side of a note was not heard of for long."""
    known = schema.transfer.c
    to.db.execute(update(schema.transfer).where(known.note == event.note).values(missed=1))
    where = Fact(event.journal, event.station, event.seq, event)
    to.open_incident(where, MISSED[event.came], event.at, event.note, "")


def _note(to: Projector, note: TransferNote) -> Row[Any] | None:
    return to.db.execute(select(schema.transfer).where(schema.transfer.c.note == note)).first()


def _hear(to: Projector, row: tuple[Any, ...], told: tuple[str, ...]) -> None:
    """Write down one side of a note; what the other side said stays."""
    run_many(to.db, add_or_replace(schema.transfer, *told), [row])


def _add(to: Projector, note: TransferNote, lines: tuple[PrizeCount, ...], *, sent: int, came: int) -> None:
    rows = [(note, line.prize, line.quantity * sent, line.quantity * came) for line in lines]
    run_many(to.db, add_or_sum(schema.transfer_line, "sent", "came"), rows)


def _settle(to: Projector, note: TransferNote, event: Event) -> None:
    """Once both sides are known: nobody waits any more, and what differs is looked into where it came."""
    found = _note(to, note)
    if found is None or not (found.sent and found.came):
        return
    incident, line = schema.incident.c, schema.transfer_line.c
    waiting = incident.kind.in_(MISSED) & (incident.document == note)
    to.db.execute(update(schema.incident).where(waiting).values(open=0))
    unlike = to.db.scalar(select(line.prize).where(line.note == note, line.sent != line.came).limit(1))
    if unlike is not None or found.receiver != found.came_to:
        where = Fact(found.came_journal, found.came_to, found.came_seq, event)
        to.open_incident(where, "transfer-difference", found.came, note, "")


TRANSFER_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    PrizesTransferred: prizes_transferred,
    TransferReceived: transfer_received,
    TransferMissed: transfer_missed,
}
