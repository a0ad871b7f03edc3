"""The portal's encrypted file: members' pages as central told them, and its journal of what was asked for."""

from typing import Any, Literal

import msgspec

from suite.domain.deliveries import OrderState
from suite.domain.events.base import Event
from suite.domain.events.portal import Asked, PrizeAsked, ProfileChangeAsked
from suite.domain.ids import AccountId, CardNumber, PrizeCode, RequestNumber, TierCode
from suite.domain.lots import Expiring
from suite.domain.quantities import Moment, Points
from suite.domain.requests import KINDS, RequestKind, RequestState
from suite.node.store import OutpostStore
from suite.portal import schema
from suite.sync.feed import MovementPage, MovementRow, Page
from suite.sync.outpost_pages import MemberPage, MemberRow, OfferPage, OfferRow, RequestPage

OWN = """
SELECT o.request, o.at, o.kind, o.account, o.card, o.prize, o.points,
  coalesce(f.state, CASE WHEN o.seq > coalesce((SELECT ack_seq FROM feed_header), 0) THEN 'sent' ELSE 'closed' END),
  coalesce(f.reason, ''), coalesce(f."order", '')
FROM own_request AS o LEFT JOIN feed_request AS f USING (request)"""

OPEN = ("sent", "waiting")


class OwnRequest(msgspec.Struct, frozen=True):
    """What was asked for here and what became of it: `sent` is on its way, `closed` was answered long ago.

    `order` is how far the prize is that was ordered upon it.
    """

    request: RequestNumber
    at: Moment
    kind: RequestKind
    account: AccountId
    card: CardNumber
    prize: PrizeCode
    points: Points
    state: RequestState | Literal["sent", "closed"]
    reason: str
    order: OrderState | Literal[""] = ""

    @property
    def is_open(self) -> bool:
        """Whether an answer is still to come."""
        return self.state in OPEN


class PortalStore(OutpostStore):
    """One connection to one portal's file."""

    VERSION = schema.VERSION
    FEED = schema.FEED
    FEED_TABLES = schema.FEED_TABLES
    PROJECTIONS = schema.PROJECTIONS
    PROJECTION_TABLES = schema.PROJECTION_TABLES

    def _take_page(self, page: Page) -> None:
        db = self._db
        if isinstance(page, MemberPage):
            members = [
                (m.account, m.greeting, m.document, m.balance, m.tier, msgspec.json.encode(m.expiring).decode())
                for m in page.rows
            ]
            db.executemany("INSERT OR REPLACE INTO feed_member VALUES (?, ?, ?, ?, ?, ?)", members)
            cards = [(card, m.account) for m in page.rows for card in m.cards]
            db.executemany("INSERT OR REPLACE INTO feed_card VALUES (?, ?)", cards)
        elif isinstance(page, MovementPage):
            moves = [(m.account, m.at, m.station, m.kind, m.points) for m in page.rows]
            db.executemany(
                "INSERT INTO feed_movement (account, at, station, kind, points) VALUES (?, ?, ?, ?, ?)", moves
            )
        elif isinstance(page, OfferPage):
            offers = [(o.prize, o.name, o.points, msgspec.json.encode(o.tiers).decode()) for o in page.rows]
            db.executemany("INSERT OR REPLACE INTO feed_offer VALUES (?, ?, ?, ?)", offers)
        elif isinstance(page, RequestPage):
            answers = [(r.request, r.state, r.reason, r.order) for r in page.rows]
            db.executemany("INSERT OR REPLACE INTO feed_request VALUES (?, ?, ?, ?)", answers)

    def _project(self, event: Event, seq: int) -> None:
        if not isinstance(event, Asked):
            return
        prize, points = (event.prize, event.points) if isinstance(event, PrizeAsked) else ("", 0)
        row = (event.request, seq, event.at, KINDS[type(event)], event.account, event.card, prize, points)
        self._db.execute("INSERT INTO own_request VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        if isinstance(event, PrizeAsked):
            self._promise(event.place, seq)
        elif isinstance(event, ProfileChangeAsked):
            self._promise(event.profile, seq)

    # What central told

    def member(self, card: CardNumber) -> MemberRow | None:
        """The page of the member who holds a card."""
        row = self._db.execute(
            """SELECT m.account, m.greeting, m.document, m.balance, m.tier, m.expiring
            FROM feed_card AS c JOIN feed_member AS m USING (account) WHERE c.card = ?""",
            (card,),
        ).fetchone()
        if row is None:
            return None
        account, greeting, document, balance, tier, expiring = row
        cards = self._db.execute("SELECT card FROM feed_card WHERE account = ? ORDER BY card", (account,))
        coming = msgspec.json.decode(expiring, type=tuple[Expiring, ...])
        return MemberRow(account, tuple(each for (each,) in cards), greeting, document, balance, tier, coming)

    def movements(self, account: AccountId) -> list[MovementRow]:
        """A member's movements, newest first."""
        rows = self._db.execute(
            "SELECT account, at, station, kind, points FROM feed_movement WHERE account = ? ORDER BY place", (account,)
        )
        return [MovementRow(of, at, station, kind, points, "") for of, at, station, kind, points in rows]

    def offers(self) -> list[OfferRow]:
        """The prizes that can be ordered, cheapest first."""
        return [_offer(row) for row in self._db.execute("SELECT * FROM feed_offer ORDER BY points, prize")]

    def offer(self, prize: PrizeCode) -> OfferRow | None:
        row = self._db.execute("SELECT * FROM feed_offer WHERE prize = ?", (prize,)).fetchone()
        return _offer(row) if row else None

    # What was asked for here

    def requests(self) -> list[OwnRequest]:
        """All that was asked for here, oldest first."""
        return [OwnRequest(*row) for row in self._db.execute(f"{OWN} ORDER BY o.seq")]

    def requests_of(self, account: AccountId) -> list[OwnRequest]:
        return [OwnRequest(*row) for row in self._db.execute(f"{OWN} WHERE o.account = ? ORDER BY o.seq", (account,))]

    def open_requests(self) -> int:
        """How many requests an answer is still to come for."""
        return sum(request.is_open for request in self.requests())


def _offer(row: tuple[Any, ...]) -> OfferRow:
    prize, name, points, tiers = row
    return OfferRow(prize, name, points, msgspec.json.decode(tiers, type=tuple[TierCode, ...]))
