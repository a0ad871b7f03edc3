"""Incidents opened by hand at the counter: on disk, on their way to central, and what central answered (STA-6)."""

import msgspec

from suite.domain.events.member_desk import IncidentReported
from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber
from suite.domain.incidents import TEXT_MAX, ReportKind
from suite.domain.personal import Note
from suite.journal.entry import commitment
from suite.runtime.safe_text import safe_text
from suite.runtime.secrets import random_bytes
from suite.station.desk import Desk
from suite.station.noticeboard import Report

NO_DOCUMENT, NO_CARD = DocumentNumber(""), CardNumber("")


class Reported(msgspec.Struct, frozen=True):
    """A report on disk: the number by which central will know it, and the reference of its entry."""

    number: str
    reference: str


def report_incident(
    desk: Desk,
    kind: ReportKind,
    attendant: AttendantNumber,
    text: str = "",
    document: DocumentNumber = NO_DOCUMENT,
    card: CardNumber = NO_CARD,
) -> Reported:
    """Tell central of something that a person has to look into."""
    words = safe_text(text, TEXT_MAX)
    with desk.store.writing():
        note = ""
        if words:
            salt, content = random_bytes(), msgspec.json.encode(Note(words))
            note = commitment(salt, content)
            desk.store.cards.keep(note, salt, content)
        fact = IncidentReported(
            at=desk.clock.now(), kind=kind, note=note, document=document, card=card, attendant=attendant
        )
        entry = desk.store.append(fact)
        number = desk.store.board.number_of(entry.tip.seq)
    return Reported(number, desk.reference(entry))


def reports(desk: Desk) -> list[Report]:
    """What was reported here, oldest first, and how far central is with it."""
    return desk.store.board.reports()
