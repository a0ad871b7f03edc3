"""The receipt of each fact that has one, made from the journal: the same whenever it is asked for."""

from datetime import date
from functools import singledispatchmethod

import msgspec

from suite.domain.calendar import local_time
from suite.domain.documents import MoveLine, ReceiptNotHere, ShiftReport, Slip, SlipKind, SoldLine, TallyLine
from suite.domain.earning import EarnedLine
from suite.domain.errors import UnknownCard
from suite.domain.events.base import Event
from suite.domain.events.shelf import OrderHandedOver, PrizesTransferred, TransferReceived
from suite.domain.events.station import (
    GoodsReturned,
    PrizeRedeemed,
    PrizeRequested,
    PrizeWithdrawn,
    RedemptionReversed,
    SaleRecorded,
    SaleReversed,
    ShiftClosed,
)
from suite.domain.ids import AttendantNumber, CardNumber, StationCode
from suite.domain.quantities import Centavos, Moment, Points
from suite.domain.transfers import sender_of
from suite.journal.entry import Tip, short_reference
from suite.runtime.words import kind_name
from suite.station.codes import code_of
from suite.station.desk import Desk
from suite.station.shifts import shift_report

LOOKED_BACK = 1000
"""Entries among which the last receipt is looked for: PINs, files and shipments lie between."""


def paper_of(desk: Desk, seq: int, *, copy: bool = False) -> Slip | ShiftReport:
    """What is printed of the entry at a place of this station's journal. Raises ReceiptNotHere for one without."""
    event = desk.store.event_at(seq) if 0 < seq <= desk.store.tip().seq else None
    if isinstance(event, ShiftClosed):
        return shift_report(desk, seq, copy=copy)
    slip, head = _Receipts(desk, seq, copy=copy).of(event), desk.store.head_at(seq)
    if slip is None or head is None:
        raise ReceiptNotHere(reference=str(seq))
    return msgspec.structs.replace(slip, reference=short_reference(desk.station, Tip(seq, head)))


def has_paper(event: object) -> bool:
    """Whether a fact is one that somebody at the counter takes a receipt of; what came from a file is none."""
    if isinstance(event, ShiftClosed | PrizesTransferred | TransferReceived):
        return True
    return (
        isinstance(event, Moved | OrderHandedOver) and bool(event.attendant) and getattr(event, "entry", "") != "file"
    )


def newest_paper(desk: Desk) -> Slip | ShiftReport:
    """A copy of what was printed last. Raises ReceiptNotHere when there was nothing among the last entries."""
    last = desk.store.tip().seq
    for seq in range(last, max(0, last - LOOKED_BACK), -1):
        if has_paper(desk.store.event_at(seq)):
            return paper_of(desk, seq, copy=True)
    raise ReceiptNotHere(reference=str(last))


def inquiry_slip(desk: Desk, card: CardNumber) -> Slip:
    """The balance and the last 30 movements, for the member to take home (STA-4). Raises UnknownCard, TruckCard."""
    moves = desk.movements(card)
    standing = desk.member(card)
    return msgspec.structs.replace(
        _Receipts(desk).about("inquiry", desk.clock.now()),
        card=card,
        member=standing.member,
        balance=standing.balance,
        moves=tuple(MoveLine(local_time(m.at, desk.zone()), kind_name(m.kind), m.points) for m in moves),
    )


def sample_slip(desk: Desk) -> Slip:
    """A receipt that shows whether the printer has the letters of the language."""
    return _Receipts(desk).about("test", desk.clock.now())


class _Receipts:
    def __init__(self, desk: Desk, seq: int = 0, *, copy: bool = False) -> None:
        self._desk, self._seq, self._copy = desk, seq, copy
        self._programme = desk.programme()

    @singledispatchmethod
    def of(self, event: Event | None) -> Slip | None:
        return None

    @of.register
    def _(self, event: SaleRecorded) -> Slip:
        return self._moved(
            "sale",
            event,
            event.points,
            document=event.document,
            sold=tuple(self._line(line) for line in event.lines),
            currency=self._programme.currency,
        )

    @of.register
    def _(self, event: SaleReversed) -> Slip:
        return self._moved("reversal", event, -event.points, document=event.document)

    @of.register
    def _(self, event: GoodsReturned) -> Slip:
        return self._moved("return", event, -event.points, document=event.document)

    @of.register
    def _(self, event: PrizeRedeemed) -> Slip:
        return self._moved("redemption", event, -event.points, **self._prize(event))

    @of.register
    def _(self, event: PrizeRequested) -> Slip:
        until = date.fromisoformat(event.collect) if event.collect else None
        code = code_of(self._desk.store, event, self._seq)
        return self._moved("request", event, -event.points, code=code, until=until, **self._prize(event))

    @of.register
    def _(self, event: PrizeWithdrawn) -> Slip:
        return self._moved("withdrawal", event, 0, prize=self._programme.prize_name(event.prize))

    @of.register
    def _(self, event: RedemptionReversed) -> Slip:
        back = {"money": Centavos(-event.money)} if event.money else {}
        return self._moved("redemption-reversal", event, event.points, **{**self._prize(event), **back})

    @of.register
    def _(self, event: OrderHandedOver) -> Slip:
        return msgspec.structs.replace(
            self.about("hand-over", event.at),
            card=event.card,
            member=self._standing(event.card)[0],
            attendant=self._attendant(event.attendant),
            document=event.order,
            prize=self._programme.prize_name(event.prize),
            copy=self._copy,
        )

    @of.register
    def _(self, event: PrizesTransferred) -> Slip:
        return self._note("transfer", event, event.to)

    @of.register
    def _(self, event: TransferReceived) -> Slip:
        return self._note("transfer-received", event, sender_of(event.note))

    def _note(self, kind: SlipKind, event: PrizesTransferred | TransferReceived, other: StationCode) -> Slip:
        name = self._desk.store.consignment.stations().get(other, "")
        return msgspec.structs.replace(
            self.about(kind, event.at),
            document=event.note,
            other=f"{other} {name}".strip(),
            attendant=self._attendant(event.attendant),
            shelf=tuple(TallyLine(self._programme.prize_name(c.prize), c.quantity, c.quantity) for c in event.lines),
            copy=self._copy,
        )

    def about(self, kind: SlipKind, at: Moment) -> Slip:
        desk = self._desk
        return Slip(
            kind=kind,
            network=self._programme.name,
            station=desk.station,
            station_name=desk.name(),
            at=local_time(at, desk.zone()),
            reference="",
        )

    def _moved(self, kind: SlipKind, event: "Moved", points: int, **more: object) -> Slip:
        member, balance = self._standing(event.card)
        return msgspec.structs.replace(
            self.about(kind, event.at),
            card=event.card,
            member=member,
            attendant=self._attendant(event.attendant),
            points=Points(points),
            balance=balance,
            copy=self._copy,
            said=() if self._copy else self._desk.store.board.said_before(event.account, self._seq),
            **more,
        )

    def _standing(self, card: CardNumber) -> tuple[str, Points | None]:
        """Whose card it is, and the balance after the entry; both unknown once the member is forgotten."""
        try:
            standing = self._desk.store.cards.standing(card)
        except UnknownCard:
            return "", None
        if self._copy or standing.balance is None:
            return standing.member, None
        since = self._desk.store.cards.moved_after(standing.account, self._seq)
        return standing.member, Points(standing.balance - since)

    def _attendant(self, number: AttendantNumber) -> str:
        known = self._desk.store.attendant(number)
        return known.name if known and known.name else number

    def _prize(self, event: PrizeRedeemed | PrizeRequested | RedemptionReversed) -> dict[str, object]:
        """The prize by its name, and the money that belongs to it."""
        currency = self._programme.currency if event.money else ""
        return {"prize": self._programme.prize_name(event.prize), "money": event.money, "currency": currency}

    def _line(self, line: EarnedLine) -> SoldLine:
        product = next((p for p in self._programme.products if p.code == line.product), None)
        piece = product is not None and product.unit == "piece"
        return SoldLine(product.name if product else line.product, piece, line.quantity, line.amount, line.points)


Moved = (
    SaleRecorded | SaleReversed | GoodsReturned | PrizeRedeemed | PrizeRequested | RedemptionReversed | PrizeWithdrawn
)
