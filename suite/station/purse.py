"""What was spent here and central has not confirmed: questions of `decide` to this station's file (PRZ-6)."""

import msgspec

from suite.domain.ids import AccountId, CardNumber
from suite.domain.quantities import Moment, Points
from suite.domain.spending import Authorisation
from suite.runtime.db import Connection

UNCONFIRMED = """
SELECT coalesce(a.root, m.account) AS member, sum(-m.points), count(*), coalesce(max(g.points), 0)
FROM movement AS m LEFT JOIN feed_alias AS a ON a.account = m.account
LEFT JOIN feed_grant AS g ON g.account = coalesce(a.root, m.account)
WHERE m.seq > (SELECT ack_seq FROM feed_header) AND m.kind IN ('redemption', 'request')
  AND m.seq NOT IN (SELECT redemption FROM brought_back) AND m.seq NOT IN (SELECT seq FROM authorised)
GROUP BY member"""


class Unconfirmed(msgspec.Struct, frozen=True):
    """Prizes that left here after the acknowledgement: a member's own, and of all others what is beyond grants."""

    spent: Points
    redemptions: int
    others: Points


class Purse:
    """Questions over the station's connection; each needs a feed."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def unconfirmed(self, account: AccountId) -> Unconfirmed:
        """What left here and central has not confirmed; what came back and what it authorised is not counted."""
        spent, redemptions, others = 0, 0, 0
        for member, points, count, granted in self._db.execute(UNCONFIRMED):
            if member == account:
                spent, redemptions = points, count
            else:
                others += max(0, points - granted)
        return Unconfirmed(Points(spent), redemptions, Points(others))

    def granted(self, account: AccountId) -> Points:
        """What central set aside for a member at this station."""
        row = self._db.execute("SELECT points FROM feed_grant WHERE account = ?", (account,)).fetchone()
        return Points(row[0] if row else 0)

    def newest_moment(self) -> Moment:
        """The latest moment of an entry that central has not confirmed; 0 when it has all.

        Older entries do not count: were one of them of a wrong clock's next year, no feed would be young again.
        """
        row = self._db.execute(
            """SELECT max(json_extract(CAST(body AS TEXT), '$.at')) FROM entry
            WHERE seq > (SELECT ack_seq FROM feed_header)"""
        ).fetchone()
        return Moment(row[0] or 0)

    def is_used(self, card: CardNumber, points: Points, authorisation: Authorisation) -> bool:
        """Whether an authorisation has bought its prize."""
        row = self._db.execute(
            "SELECT 1 FROM authorised WHERE card = ? AND points = ? AND day = ? AND number = ?",
            (card, points, authorisation.day, authorisation.number),
        ).fetchone()
        return row is not None
