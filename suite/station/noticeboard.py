"""Questions about what is said to members here, and what they answered, over the station's connection."""

import msgspec

from suite.domain.ids import AccountId, CardNumber, DocumentNumber, QuestionCode
from suite.domain.incidents import IncidentId
from suite.domain.messages import Message, Shown
from suite.domain.quantities import Moment
from suite.runtime.db import Connection
from suite.station.cardbox import ACCOUNTS

ACKNOWLEDGED = "coalesce((SELECT ack_seq FROM feed_header), 0)"


class Report(msgspec.Struct, frozen=True):
    """An incident that was reported here; `state` is `sent` until central has it."""

    number: str
    at: Moment
    kind: str
    document: DocumentNumber
    card: CardNumber
    state: str
    answer: str


class Noticeboard:
    """Asked over the connection of `StationStore`."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def messages(self) -> list[Message]:
        """What stands, as central told it."""
        rows = self._db.execute(
            "SELECT number, text, first, last, times, account, segment, station FROM feed_message ORDER BY number"
        )
        return [Message(*row) for row in rows]

    def times_shown(self, account: AccountId) -> dict[int, int]:
        """How often a member heard which messages: as central counts it, and here since its last word."""
        row = self._db.execute("SELECT shown FROM feed_account WHERE account = ?", (account,)).fetchone()
        told = msgspec.json.decode(row[0], type=tuple[Shown, ...]) if row else ()
        times = {each.message: each.times for each in told}
        here = self._db.execute(
            f"""SELECT message, count(*) FROM message_shown
            WHERE account IN ({ACCOUNTS}) AND seq > {ACKNOWLEDGED} GROUP BY message""",  # noqa: S608 -- names of our own
            {"root": account},
        )
        for message, count in here:
            times[message] = times.get(message, 0) + count
        return times

    def said_before(self, account: AccountId, seq: int) -> tuple[str, ...]:
        """What was said to an account between its movement before an entry and that entry, as far as it stands."""
        rows = self._db.execute(
            """SELECT f.text FROM message_shown AS s JOIN feed_message AS f ON f.number = s.message
            WHERE s.account = :account AND s.seq < :seq AND s.seq > coalesce(
              (SELECT max(seq) FROM movement WHERE account = :account AND seq < :seq), 0)
            GROUP BY f.number ORDER BY min(s.seq)""",
            {"account": account, "seq": seq},
        )
        return tuple(text for (text,) in rows)

    def answered(self, account: AccountId) -> frozenset[QuestionCode]:
        """The questions that a member has answered, here or as central told (MEM-11)."""
        row = self._db.execute("SELECT answered FROM feed_account WHERE account = ?", (account,)).fetchone()
        told = msgspec.json.decode(row[0], type=tuple[QuestionCode, ...]) if row else ()
        here = self._db.execute(
            f"SELECT question FROM answer_given WHERE account IN ({ACCOUNTS})",  # noqa: S608 -- names of our own
            {"root": account},
        )
        return frozenset((*told, *(question for (question,) in here)))

    def number_of(self, seq: int) -> str:
        """The number by which central will know what the entry at a place of this journal opened."""
        row = self._db.execute("SELECT number FROM feed_header").fetchone()
        return IncidentId(row[0] if row else 0, seq).number

    def reports(self) -> list[Report]:
        """What was reported here, oldest first: as central told it, and what it has not heard of yet."""
        told = self._db.execute("SELECT number, at, kind, document, card, state, answer FROM feed_report")
        found = [Report(*row) for row in told]
        own = self._db.execute(
            f"SELECT seq, at, kind, document, card FROM report WHERE seq > {ACKNOWLEDGED}"  # noqa: S608 -- names of our own
        )
        for seq, at, kind, document, card in own:
            found.append(Report(self.number_of(seq), at, kind, document, card, "sent", ""))
        return sorted(found, key=lambda report: (report.at, report.number))
