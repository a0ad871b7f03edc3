"""Questions about messages to members (MEM-12), what members answered (MEM-11), and incidents (STA-6)."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, func, or_, select

from suite.central import schema
from suite.central.dialect import Among, is_among
from suite.domain.groups import Groups
from suite.domain.ids import (
    AccountId,
    CampaignCode,
    CardNumber,
    DocumentNumber,
    ProductCode,
    PromotionCode,
    QuestionCode,
    SegmentCode,
    StationCode,
)
from suite.domain.incidents import REPORTED, IncidentId, IncidentState, state_of
from suite.domain.messages import Shown
from suite.domain.profile import Answer
from suite.domain.quantities import Moment


class MessageState(msgspec.Struct, frozen=True):
    """A message as the office wrote it; `note` is the commitment of its text."""

    number: int
    note: str
    first: str
    last: str
    segment: SegmentCode
    station: StationCode
    campaign: CampaignCode
    promotion: PromotionCode
    product: ProductCode
    times: int
    account: AccountId
    withdrawn: int

    def stands(self, today: str) -> bool:
        """Whether it is said today, or will be."""
        return not self.withdrawn and today <= self.last


class IncidentRow(msgspec.Struct, frozen=True):
    """An incident and how far it is; `note` and `answer` are commitments, empty for none, `taken` who works on it."""

    where: IncidentId
    station: StationCode
    at: Moment
    kind: str
    document: DocumentNumber
    card: CardNumber
    state: IncidentState
    taken: str
    note: str
    answer: str
    answered: Moment


class Noticeboard:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def messages(self) -> list[MessageState]:
        """All that were ever written, oldest first."""
        rows = self._db.execute(select(schema.message).order_by(schema.message.c.message))
        return [MessageState(*row) for row in rows]

    def standing(self, today: str) -> list[MessageState]:
        """Those that are said today or will be, oldest first."""
        return [each for each in self.messages() if each.stands(today)]

    def shown(self, among: Among, since: str) -> dict[AccountId, tuple[Shown, ...]]:
        """How often accounts heard the messages whose last day is `since` or later."""
        heard, written = schema.message_shown.c, schema.message.c
        rows = self._db.execute(
            select(heard.account, heard.message, heard.times)
            .join(schema.message, written.message == heard.message)
            .where(written.last >= since, is_among(heard.account, among))
            .order_by(heard.account, heard.message)
        )
        found: dict[AccountId, tuple[Shown, ...]] = {}
        for account, message, times in rows:
            found[account] = (*found.get(account, ()), Shown(message, times))
        return found

    def heard_by(self, message: int) -> list[AccountId]:
        """Whom a message was said to, by the accounts of then."""
        known = schema.message_shown.c
        return list(self._db.scalars(select(known.account).where(known.message == message).order_by(known.account)))

    def times_shown(self) -> dict[int, int]:
        """How often each message was said in all."""
        known = schema.message_shown.c
        rows = self._db.execute(select(known.message, func.sum(known.times)).group_by(known.message))
        return {message: int(times) for message, times in rows}

    def answers(self, groups: Groups, among: Among = None) -> dict[tuple[QuestionCode, AccountId], Answer]:
        """The newest answer of each member to each question; merged accounts are one member."""
        known, found = schema.profile_answer.c, dict[tuple[QuestionCode, AccountId], Answer]()
        columns = (known.account, known.question, known.at, known.answer)
        for account, question, at, answer in self._db.execute(select(*columns).where(is_among(known.account, among))):
            key, given = (question, groups.root_of(account)), Answer(at, answer)
            found[key] = max(given, found.get(key, given))
        return found

    def incidents(self, *, everything: bool = False) -> list[IncidentRow]:
        """What is open, or all that ever was, by station and place."""
        known = schema.incident.c
        query = select(schema.incident).order_by(known.station, known.journal, known.seq)
        return [_incident(row) for row in self._db.execute(query if everything else query.where(known.open == 1))]

    def incident(self, where: IncidentId) -> IncidentRow | None:
        known = schema.incident.c
        mine = (known.journal == where.journal) & (known.seq == where.seq)
        row = self._db.execute(select(schema.incident).where(mine)).first()
        return _incident(row) if row else None

    def reports(self, since: Moment) -> list[IncidentRow]:
        """What people reported at stations, of what is open or ended from a moment on, newest first."""
        known = schema.incident.c
        mine = known.kind.startswith(REPORTED, autoescape=True) & or_(known.open == 1, known.answered >= since)
        query = select(schema.incident).where(mine).order_by(known.at.desc(), known.journal, known.seq)
        return [_incident(row) for row in self._db.execute(query)]


def _incident(row: Row[Any]) -> IncidentRow:
    state = state_of(is_open=bool(row.open), taken_by=row.taken)
    where, what = IncidentId(row.journal, row.seq), (row.station, row.at, row.kind, row.document, row.card)
    return IncidentRow(where, *what, state, row.taken, row.note, row.answer, row.answered)
