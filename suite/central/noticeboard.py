"""Questions about what the office has stations say to members (MEM-12), and what members answered (MEM-11)."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, func, select

from suite.central import schema
from suite.central.dialect import Among, is_among
from suite.domain.groups import Groups
from suite.domain.ids import (
    AccountId,
    CampaignCode,
    ProductCode,
    PromotionCode,
    QuestionCode,
    SegmentCode,
    StationCode,
)
from suite.domain.messages import Shown
from suite.domain.profile import Answer


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
