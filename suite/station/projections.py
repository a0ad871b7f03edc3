"""Facts to rows: what the journal says, as tables a screen can ask. Plain functions, one for each kind of fact."""

from functools import singledispatch

from suite.domain.events.base import Event
from suite.domain.events.member_desk import IncidentReported, MessageShown, QuestionAnswered
from suite.domain.events.shelf import OrderHandedOver, PrizesTransferred, StockAdjusted, TransferReceived
from suite.domain.events.station import (
    CardReplaced,
    DiskFilled,
    GoodsReturned,
    IncidentOpened,
    MemberApplied,
    PrizeRedeemed,
    PrizeRequested,
    PrizeWithdrawn,
    RedemptionReversed,
    SaleRecorded,
    SaleReversed,
    ShiftClosed,
    ShiftOpened,
    ShipmentReceived,
    StockCounted,
)
from suite.runtime.db import Connection

MOVEMENT = "INSERT INTO movement (account, seq, at, kind, points, reference) VALUES (?, ?, ?, ?, ?, ?)"
STOCK = """INSERT INTO stock (prize, on_hand) VALUES (?, ?)
  ON CONFLICT (prize) DO UPDATE SET on_hand = on_hand + excluded.on_hand"""

OWN_CARD = "INSERT OR REPLACE INTO own_card (card, account, status, role, at, seq) VALUES (?, ?, ?, ?, ?, ?)"


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
    db.execute("INSERT OR IGNORE INTO card_used VALUES (?)", (event.card,))
    db.execute("INSERT INTO card_sale VALUES (?, ?, ?)", (event.card, event.at, seq))
    for product in {line.product for line in event.lines}:
        db.execute("INSERT OR IGNORE INTO bought VALUES (?, ?, ?)", (event.account, product, event.at))
    for row in event.sums:
        if row.counted:
            values = (event.account, row.promotion, event.at, seq, row.counted)
            db.execute("INSERT INTO day_sum VALUES (?, ?, ?, ?, ?)", values)


@project.register
def _(event: SaleReversed, seq: int, db: Connection) -> None:
    db.execute(MOVEMENT, (event.account, seq, event.at, "reversal", -event.points, event.document))
    db.execute(
        """INSERT INTO taken_back VALUES (?, ?, ?) ON CONFLICT (document)
        DO UPDATE SET amount = amount + excluded.amount, points = points + excluded.points""",
        (event.document, event.amount, event.points + event.shortfall),
    )
    if event.note:
        db.execute("INSERT INTO credit_note VALUES (?, ?)", (event.note, seq))


@project.register
def _(event: GoodsReturned, seq: int, db: Connection) -> None:
    db.execute(MOVEMENT, (event.account, seq, event.at, "return", -event.points, event.document))
    db.execute("INSERT INTO credit_note VALUES (?, ?)", (event.document, seq))


@project.register
def _(event: RedemptionReversed, seq: int, db: Connection) -> None:
    db.execute(MOVEMENT, (event.account, seq, event.at, "redemption-reversal", event.points, event.prize))
    db.execute(STOCK, (event.prize, 1))
    db.execute("INSERT INTO brought_back VALUES (?, ?)", (event.redemption, seq))


@project.register
def _(event: MemberApplied, seq: int, db: Connection) -> None:
    db.execute("INSERT INTO own_member VALUES (?, ?, ?, ?)", (event.account, event.personal, event.consent, seq))
    db.execute(OWN_CARD, (event.card, event.account, "active", "holder", event.at, seq))


@project.register
def _(event: CardReplaced, seq: int, db: Connection) -> None:
    db.execute(OWN_CARD, (event.card, event.account, "replaced" if event.new else "lost", event.role, event.at, seq))
    if event.new:
        db.execute(OWN_CARD, (event.new, event.account, "active", event.role, 0, seq))
        db.execute("INSERT OR IGNORE INTO card_used VALUES (?)", (event.new,))  # it is no new card to a promotion


@project.register
def _(event: PrizeRedeemed, seq: int, db: Connection) -> None:
    db.execute(MOVEMENT, (event.account, seq, event.at, "redemption", -event.points, event.prize))
    db.execute(STOCK, (event.prize, -1))
    if event.document:
        db.execute("INSERT INTO voucher (document, seq) VALUES (?, ?)", (event.document, seq))
    _use_authorisation(event, seq, db)


@project.register
def _(event: PrizeRequested, seq: int, db: Connection) -> None:
    db.execute(MOVEMENT, (event.account, seq, event.at, "request", -event.points, event.prize))
    db.execute("INSERT INTO own_order VALUES (?, ?, ?)", (seq, event.money, event.place))
    _use_authorisation(event, seq, db)


@project.register
def _(event: PrizeWithdrawn, seq: int, db: Connection) -> None:
    db.execute(STOCK, (event.prize, -1))
    db.execute("INSERT INTO withdrawn VALUES (?, ?, ?)", (event.issuer, event.order, seq))


def _use_authorisation(event: PrizeRedeemed | PrizeRequested, seq: int, db: Connection) -> None:
    if event.authorisation:
        row = (event.card, event.points, event.authorisation.day, event.authorisation.number, seq)
        db.execute("INSERT OR REPLACE INTO authorised VALUES (?, ?, ?, ?, ?)", row)


@project.register
def _(event: ShipmentReceived, seq: int, db: Connection) -> None:
    db.execute("INSERT INTO received (note, seq) VALUES (?, ?)", (event.note, seq))
    for line in event.lines:
        db.execute(STOCK, (line.prize, line.quantity))


@project.register
def _(event: PrizesTransferred, _seq: int, db: Connection) -> None:
    for line in event.lines:
        db.execute(STOCK, (line.prize, -line.quantity))


@project.register
def _(event: TransferReceived, seq: int, db: Connection) -> None:
    db.execute("INSERT INTO transfer_received (note, seq) VALUES (?, ?)", (event.note, seq))
    for line in event.lines:
        db.execute(STOCK, (line.prize, line.quantity))


@project.register
def _(event: OrderHandedOver, seq: int, db: Connection) -> None:
    db.execute("INSERT INTO handed_over (number, seq) VALUES (?, ?)", (event.order, seq))


@project.register
def _(event: StockAdjusted, _seq: int, db: Connection) -> None:
    for line in event.lines:
        db.execute(STOCK, (line.prize, event.sign * line.quantity))


@project.register
def _(event: StockCounted, _seq: int, db: Connection) -> None:
    for line in event.lines:
        db.execute(STOCK, (line.prize, line.counted - line.expected))


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


@project.register
def _(event: DiskFilled, seq: int, db: Connection) -> None:
    db.execute(
        "INSERT INTO incident (seq, at, kind, document, card) VALUES (?, ?, ?, ?, ?)",
        (seq, event.at, "disk-full", event.document, event.card),
    )


@project.register
def _(event: ShiftOpened, seq: int, db: Connection) -> None:
    db.execute("INSERT INTO shift VALUES (?, ?, ?, NULL)", (seq, event.attendant, event.at))


@project.register
def _(event: ShiftClosed, seq: int, db: Connection) -> None:
    db.execute("UPDATE shift SET closed = ? WHERE opened = ?", (seq, event.opened))


@project.register
def _(event: MessageShown, seq: int, db: Connection) -> None:
    db.execute("INSERT INTO message_shown VALUES (?, ?, ?)", (event.account, seq, event.message))


@project.register
def _(event: QuestionAnswered, seq: int, db: Connection) -> None:
    db.execute("INSERT OR REPLACE INTO answer_given VALUES (?, ?, ?)", (event.account, event.question, seq))


@project.register
def _(event: IncidentReported, seq: int, db: Connection) -> None:
    row = (seq, event.at, event.kind, event.document, event.card, event.note)
    db.execute("INSERT INTO report VALUES (?, ?, ?, ?, ?, ?)", row)
