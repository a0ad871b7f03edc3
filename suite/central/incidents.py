"""Incidents followed to their end: listed, taken on, resolved with an answer (STA-6)."""

import msgspec

from suite.central.noticeboard import IncidentRow
from suite.central.office import Office
from suite.central.told_notices import text_of
from suite.domain.errors import N_, NotThere, Phrase
from suite.domain.events.incidents import IncidentResolved, IncidentTaken
from suite.domain.ids import CardNumber, StationCode
from suite.domain.incidents import TEXT_MAX, IncidentId, IncidentOver, IncidentState, incident_numbered
from suite.domain.personal import Note
from suite.domain.quantities import Moment
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text
from suite.runtime.secrets import random_bytes


class IncidentLine(msgspec.Struct, frozen=True):
    """An incident as the office lists it. `taken` is who works on it; what was written about it, unless erased."""

    number: str
    station: StationCode
    seq: int
    at: Moment
    kind: str
    document: str
    card: CardNumber
    state: IncidentState
    taken: str
    note: str
    answer: str
    answered: Moment
    """0 for one that nobody answered."""


def incidents(office: Office, *, everything: bool = False) -> list[IncidentLine]:
    """What is open, or all that ever was, by station and place."""
    with office.store.transaction():
        return _lines(office, office.store.board.incidents(everything=everything))


def incident(office: Office, written: str) -> IncidentLine:
    """One incident by its number. Raises NotThere."""
    with office.store.transaction():
        return _lines(office, [_find(office, written)])[0]


def _find(office: Office, written: str) -> IncidentRow:
    where = incident_numbered(written)
    found = office.store.board.incident(where) if where else None
    if found is None:
        raise NotThere(what=Phrase(N_("incident")), name=safe_text(written))
    return found


def _lines(office: Office, rows: list[IncidentRow]) -> list[IncidentLine]:
    texts = office.store.kept_of([name for row in rows for name in (row.note, row.answer) if name])

    def words(name: str) -> str:
        return safe_text(text_of(texts[name]), TEXT_MAX) if name in texts else ""

    return [
        IncidentLine(
            row.where.number,
            row.station,
            row.where.seq,
            row.at,
            row.kind,
            row.document,
            row.card,
            row.state,
            row.taken,
            words(row.note),
            words(row.answer),
            row.answered,
        )
        for row in rows
    ]


def take_on(office: Office, written: str) -> None:
    """Say that the operator works on an incident. Raises NotThere, IncidentOver."""
    with office.store.transaction():
        where = _open(office, written)
        office.record(lambda at, by: IncidentTaken(at=at, by=by, journal=where.journal, seq=where.seq))


def resolve(office: Office, written: str, answer: str) -> None:
    """End an incident with what was found or done. Raises BadInput, NotThere, IncidentOver."""
    text = safe_text(answer, TEXT_MAX + 1)
    if not text or len(text) > TEXT_MAX:
        raise BadInput(N_("An answer has 1 to {most} characters."), most=TEXT_MAX)
    with office.store.transaction():
        where = _open(office, written)
        note = office.store.keep(msgspec.json.encode(Note(text)), random_bytes())
        office.record(lambda at, by: IncidentResolved(at=at, by=by, journal=where.journal, seq=where.seq, answer=note))


def _open(office: Office, written: str) -> IncidentId:
    found = _find(office, written)
    if found.state == "resolved":
        raise IncidentOver(number=found.where.number)
    return found.where
