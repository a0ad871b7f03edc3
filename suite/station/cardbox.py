"""Cards and the members behind them, as this station knows them: central's word, the hot list, and what happened here.

Own facts that central has not seen yet come before its word; the hot list comes before the feed it travels ahead of.
"""

from typing import Any

import msgspec

from suite.domain.errors import UnknownCard
from suite.domain.ids import AccountId, CardNumber, DocumentNumber, PromotionCode
from suite.domain.lots import QUALIFYING, Expiring
from suite.domain.personal import Person
from suite.domain.programme import CardRole, CardStatus
from suite.domain.promotions import DaySum, PersonalRate
from suite.domain.quantities import MAX_INTEGER, Moment, Points
from suite.domain.reversal import TakenBack
from suite.domain.standing import CardStanding
from suite.domain.tiers import Assignment
from suite.runtime.db import Connection

CARD = """
SELECT account, status, role, '' AS issued, at, 1 AS place FROM own_card
  WHERE card = :card AND seq > coalesce((SELECT ack_seq FROM feed_header), 0)
UNION ALL SELECT account, status, role, issued, 0, CASE WHEN status IN ('blocked', 'lost') THEN 0 ELSE 2 END
  FROM hot_card WHERE card = :card
UNION ALL SELECT account, status, role, issued, 0, 3 FROM feed_card WHERE card = :card
ORDER BY place LIMIT 1"""

ACCOUNTS = "SELECT account FROM feed_alias WHERE root = :root UNION SELECT :root"
"""A member's accounts: own facts may name one that was merged into it since."""


class FoundCard(msgspec.Struct, frozen=True):
    """A card as known here; `linked_at` is when this station linked it, 0 when central did."""

    account: AccountId
    status: CardStatus
    role: CardRole
    issued: str
    linked_at: Moment


class Told(msgspec.Struct, frozen=True):
    """What central said of a member."""

    balance: Points
    greeting: str
    tier: str
    qualifying: int
    segments: tuple[str, ...]
    expiring: tuple[Expiring, ...]
    rates: tuple[PersonalRate, ...]
    assigned: Assignment | None
    exact: bool = True


NOTHING_TOLD = Told(Points(0), "", "", 0, (), (), (), None)


def _place(row: tuple[Any, ...] | None) -> tuple[Moment, int]:
    """When central's word is of, and up to which own entry it holds everything."""
    return (Moment(row[8]), row[9]) if row else (Moment(0), 0)


class Cardbox:
    """Questions about cards and members over the station's connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def find(self, card: CardNumber) -> FoundCard | None:
        """A card, whoever knows it best; None for one that nobody told of."""
        row = self._db.execute(CARD, {"card": card}).fetchone()
        return FoundCard(*row[:5]) if row else None

    def standing(self, card: CardNumber) -> CardStanding:
        """The card and its member, own entries that the balance does not hold yet included. Raises UnknownCard."""
        found = self.find(card)
        if found is None or found.status == "issued":
            raise UnknownCard(card=card)
        told, as_of, acknowledged = self._told(found.account)
        own, qualifying = self._own(found.account, acknowledged)
        return CardStanding(
            card=card,
            account=found.account,
            member=told.greeting or self._greeting(found.account),
            status=found.status,
            balance=None if found.role == "truck" else Points(told.balance + own),
            as_of=as_of,
            role=found.role,
            issued=found.issued,
            tier=told.tier,  # type: ignore[arg-type]  # a column of text
            qualifying=told.qualifying + qualifying,
            segments=told.segments,  # type: ignore[arg-type]  # a column of text
            expiring=told.expiring,
            rates=told.rates,
            assigned=told.assigned,
            exact=told.exact,
        )

    def _told(self, account: AccountId) -> tuple[Told, Moment, int]:
        row = self._db.execute(
            """SELECT a.balance + coalesce(g.points, 0), a.greeting, a.tier, a.qualifying, a.segments, a.expiring,
              a.rates, a.assigned, h.at, h.ack_seq, h.exact
            FROM feed_header AS h LEFT JOIN feed_account AS a ON a.account = :account
            LEFT JOIN feed_grant AS g ON g.account = a.account""",
            {"account": account},
        ).fetchone()
        if row is None or row[0] is None:
            return msgspec.structs.replace(NOTHING_TOLD, exact=bool(row[10]) if row else True), *_place(row)
        told = Told(
            Points(row[0]),
            row[1],
            row[2],
            row[3],
            msgspec.json.decode(row[4], type=tuple[str, ...]),
            msgspec.json.decode(row[5], type=tuple[Expiring, ...]),
            msgspec.json.decode(row[6], type=tuple[PersonalRate, ...]),
            msgspec.json.decode(row[7], type=Assignment | None),
            bool(row[10]),
        )
        return told, *_place(row)

    def _own(self, account: AccountId, acknowledged: int) -> tuple[int, int]:
        """Points that moved here since central's word, and those of them that count for a tier."""
        counting = ", ".join(f"'{kind}'" for kind in QUALIFYING)
        row = self._db.execute(
            f"""SELECT coalesce(sum(points), 0), coalesce(sum(points) FILTER (WHERE kind IN ({counting})), 0)
            FROM movement WHERE account IN ({ACCOUNTS}) AND seq > :acknowledged""",  # noqa: S608 -- names of our own
            {"root": account, "acknowledged": acknowledged},
        ).fetchone()
        held = self._db.execute(
            """SELECT coalesce(sum(h.points), 0) FROM feed_hold AS h
            JOIN authorised AS u USING (card, points, day, number) WHERE h.account = ? AND u.seq > ?""",
            (account, acknowledged),
        ).fetchone()
        return row[0] + held[0], row[1]  # a prize that central held points for is not taken from the balance twice

    def moved_after(self, account: AccountId, seq: int) -> int:
        """Points that moved here after a place of the journal."""
        return self._own(account, seq)[0]

    def _greeting(self, account: AccountId) -> str:
        """The greeting of somebody who enrolled here and whom central does not know yet."""
        row = self._db.execute(
            "SELECT b.content FROM own_member AS m JOIN blob AS b ON b.commitment = m.personal WHERE m.account = ?",
            (account,),
        ).fetchone()
        return msgspec.json.decode(row[0], type=Person).greeting if row else ""

    def is_used(self, card: CardNumber) -> bool:
        """Whether a card earned before, here or elsewhere."""
        row = self._db.execute(
            """SELECT EXISTS (SELECT 1 FROM card_used WHERE card = :card)
            OR EXISTS (SELECT 1 FROM feed_card WHERE card = :card AND used = 1)""",
            {"card": card},
        ).fetchone()
        return bool(row[0])

    def balance_of(self, card: CardNumber) -> int:
        """What the account behind a card has, for rules that must know; never to be shown."""
        found = self.find(card)
        if found is None:
            return 0
        told, _, acknowledged = self._told(found.account)
        return told.balance + self._own(found.account, acknowledged)[0]

    # What promotions ask

    def earned_since(self, account: AccountId, moment: Moment) -> int:
        """Points towards a tier that were earned here from a moment on."""
        counting = ", ".join(f"'{kind}'" for kind in QUALIFYING)
        row = self._db.execute(
            f"""SELECT coalesce(sum(points), 0) FROM movement
            WHERE account IN ({ACCOUNTS}) AND at >= :moment AND kind IN ({counting})""",  # noqa: S608 -- names of our own
            {"root": account, "moment": moment},
        ).fetchone()
        return int(row[0])

    def day_sums(self, account: AccountId, start: Moment, end: Moment) -> tuple[DaySum, ...]:
        """What each promotion counted for a member between two moments, the second not included."""
        rows = self._db.execute(
            f"""SELECT promotion, sum(counted) FROM day_sum
            WHERE account IN ({ACCOUNTS}) AND at >= :start AND at < :end GROUP BY promotion ORDER BY promotion""",  # noqa: S608 -- names of our own
            {"root": account, "start": start, "end": end},
        )
        return tuple(DaySum(promotion, total, 0, 0) for promotion, total in rows)

    def first_purchase_told(self, account: AccountId, promotion: PromotionCode) -> str:
        """The day of the first purchase in a promotion's interval, as central knows it; empty for none."""
        row = self._db.execute(
            "SELECT day FROM feed_first_purchase WHERE account = ? AND promotion = ?", (account, promotion)
        ).fetchone()
        return row[0] if row else ""

    def bought_between(self, account: AccountId, products: tuple[str, ...], start: Moment, end: Moment) -> bool:
        """Whether a member bought one of the products here between two moments, the second not included."""
        rows = self._db.execute(
            f"""SELECT DISTINCT product FROM bought
            WHERE account IN ({ACCOUNTS}) AND at >= :start AND at < :end""",  # noqa: S608 -- names of our own
            {"root": account, "start": start, "end": end},
        )
        return any(product in products for (product,) in rows)

    # What was taken back

    def taken_back(self, document: DocumentNumber) -> TakenBack:
        row = self._db.execute("SELECT amount, points FROM taken_back WHERE document = ?", (document,)).fetchone()
        return TakenBack(*row) if row else TakenBack()

    def is_brought_back(self, redemption: int) -> bool:
        row = self._db.execute("SELECT 1 FROM brought_back WHERE redemption = ?", (redemption,)).fetchone()
        return row is not None

    def is_returned(self, document: DocumentNumber) -> bool:
        row = self._db.execute("SELECT 1 FROM credit_note WHERE document = ?", (document,)).fetchone()
        return row is not None

    # Enrolments

    def next_provisional(self) -> tuple[int, int]:
        """The station's number in the network, and how many enrolments were made here."""
        number = self._db.execute("SELECT number FROM feed_header").fetchone()
        count = self._db.execute("SELECT count(*) FROM own_member").fetchone()
        return (number[0] if number else 0), count[0]

    def keep(self, commitment: str, salt: bytes, content: bytes) -> None:
        """Personal data on its way to central."""
        self._db.execute("INSERT INTO blob VALUES (?, ?, ?)", (commitment, salt, content))

    def blobs_after(self, seq: int, last: int = MAX_INTEGER) -> list[tuple[bytes, bytes]]:
        """The personal data that the entries after a place commit to, up to another."""
        rows = self._db.execute(
            """SELECT b.salt, b.content FROM (
              SELECT seq, personal AS name FROM own_member UNION SELECT seq, consent FROM own_member
              UNION SELECT seq, place FROM own_order UNION SELECT seq, note FROM report) AS m
            JOIN blob AS b ON b.commitment = m.name
            WHERE m.seq > ? AND m.seq <= ? ORDER BY m.seq, b.commitment""",
            (seq, last),
        )
        return [(salt, content) for salt, content in rows]

    def forget_up_to(self, seq: int) -> None:
        """Central has it: a station keeps nobody's data longer than it must (MEM-9)."""
        self._db.execute(
            """DELETE FROM blob WHERE commitment IN (SELECT personal FROM own_member WHERE seq <= :seq
            UNION SELECT consent FROM own_member WHERE seq <= :seq UNION SELECT note FROM report WHERE seq <= :seq
            UNION SELECT place FROM own_order WHERE seq <= :seq)""",
            {"seq": seq},
        )

    # The hot list

    def hot_count(self) -> int:
        """Up to which count this station knows the state of all cards."""
        row = self._db.execute("SELECT count FROM hot_state").fetchone()
        return row[0] if row else 0

    def take_hot(self, rows: list[tuple[object, ...]], count: int) -> None:
        """Central's newest word on some cards: (card, account, status, role, issued)."""
        self._db.executemany("INSERT OR REPLACE INTO hot_card VALUES (?, ?, ?, ?, ?)", rows)
        self._db.execute("INSERT OR REPLACE INTO hot_state VALUES (1, ?)", (count,))
