"""Who has a page at the portals, and what was asked for there. Questions by name."""

from collections.abc import Callable, Sequence

import msgspec
from sqlalchemy import Connection, func, or_, select

from suite.central import schema
from suite.domain.ids import AccountId, CardNumber, PrizeCode, RequestNumber, StationCode
from suite.domain.quantities import Moment, Points
from suite.domain.requests import RequestKind, RequestState


class Request(msgspec.Struct, frozen=True):
    """What a member asked for. `blob` is the commitment of what goes with it, `answered` when it was, 0 for not yet."""

    request: RequestNumber
    portal: StationCode
    at: Moment
    kind: RequestKind
    account: AccountId
    card: CardNumber
    prize: PrizeCode
    points: Points
    blob: str
    state: RequestState
    reason: str
    answered: Moment


class Requests:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def with_access(self) -> list[AccountId]:
        """The accounts that were granted access, as they were then."""
        known = schema.portal_access.c
        return list(self._db.scalars(select(known.account).order_by(known.account)))

    def waiting(self) -> list[Request]:
        """What waits for an answer, oldest first."""
        known = schema.request.c
        query = select(schema.request).where(known.state == "waiting").order_by(known.at, known.request)
        return [Request(*row) for row in self._db.execute(query)]

    def of_portal(self, portal: StationCode, since: Moment) -> list[Request]:
        """What waits of a portal's, and what was answered from a moment on."""
        known = schema.request.c
        mine = (known.portal == portal) & or_(known.state == "waiting", known.answered >= since)
        query = select(schema.request).where(mine).order_by(known.at, known.request)
        return [Request(*row) for row in self._db.execute(query)]

    def find(self, number: str) -> Request | None:
        row = self._db.execute(select(schema.request).where(schema.request.c.request == number)).first()
        return Request(*row) if row else None

    def every(self) -> list[Request]:
        """All that was ever asked for, oldest first."""
        known = schema.request.c
        return [Request(*row) for row in self._db.execute(select(schema.request).order_by(known.at, known.request))]

    def not_waiting(self, numbers: Sequence[RequestNumber]) -> list[Request]:
        """Those of some requests that were answered without a person."""
        known = schema.request.c
        query = select(schema.request).where(known.request.in_(numbers), known.state != "waiting")
        return [Request(*row) for row in self._db.execute(query)]

    def how_many_wait(self, portal: StationCode) -> int:
        known = schema.request.c
        mine = (known.portal == portal) & (known.state == "waiting")
        return self._db.scalar(select(func.count()).select_from(schema.request).where(mine)) or 0
