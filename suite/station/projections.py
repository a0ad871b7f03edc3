"""Facts to rows: what the journal says, as tables a screen can ask. Plain functions, one for each kind of fact."""

from functools import singledispatch

from suite.domain.events.base import Event
from suite.domain.events.station import (
    IncidentOpened,
    PrizeRedeemed,
    PrizeRequested,
    SaleRecorded,
    ShipmentReceived,
)
from suite.runtime.db import Connection

MOVEMENT = "INSERT INTO movement (account, seq, at, kind, points, reference) VALUES (?, ?, ?, ?, ?, ?)"
STOCK = """INSERT INTO stock (prize, on_hand) VALUES (?, ?)
  ON CONFLICT (prize) DO UPDATE SET on_hand = on_hand + excluded.on_hand"""


@singledispatch
def project(event: Event, seq: int, db: Connection) -> None:
    """Write what the fact changes. A kind without a function of its own changes no table."""


@project.register
def _(event: SaleRecorded, seq: int, db: Connection) -> None:
    db.execute(MOVEMENT, (event.account, seq, event.at, "sale", event.points, event.document))
    db.execute(
        """INSERT INTO ticket (document, seq, credited) VALUES (?, ?, 1)
        ON CONFLICT (document) DO UPDATE SET seq = excluded.seq, credited = 1""",
        (event.document, seq),
    )
    db.execute(
        """UPDATE incident SET resolved_by = ?
        WHERE document = ? AND kind <> 'document-conflict' AND resolved_by IS NULL""",
        (seq, event.document),
    )


@project.register
def _(event: PrizeRedeemed, seq: int, db: Connection) -> None:
    db.execute(MOVEMENT, (event.account, seq, event.at, "redemption", -event.points, event.prize))
    db.execute(STOCK, (event.prize, -1))
    if event.document:
        db.execute("INSERT INTO voucher (document, seq) VALUES (?, ?)", (event.document, seq))


@project.register
def _(event: PrizeRequested, seq: int, db: Connection) -> None:
    db.execute(MOVEMENT, (event.account, seq, event.at, "request", -event.points, event.prize))


@project.register
def _(event: ShipmentReceived, seq: int, db: Connection) -> None:
    db.execute("INSERT INTO received (note, seq) VALUES (?, ?)", (event.note, seq))
    for line in event.lines:
        db.execute(STOCK, (line.prize, line.quantity))


@project.register
def _(event: IncidentOpened, seq: int, db: Connection) -> None:
    db.execute(
        "INSERT INTO incident (seq, at, kind, document, card) VALUES (?, ?, ?, ?, ?)",
        (seq, event.at, event.incident, event.document, event.card),
    )
    db.execute(
        "INSERT INTO ticket (document, seq, credited) VALUES (?, ?, 0) ON CONFLICT (document) DO NOTHING",
        (event.document, seq),
    )
