"""Taking points back: a sale returned or cancelled (PTS-5), goods without their ticket, a prize brought back (PRZ-4).

A return is proportional to money, from the points as they were posted: never computed anew. Several returns of one
sale add up to the whole, to the point.
"""

from collections.abc import Sequence

import msgspec

from suite.domain.earning import EarnedLine, SaleLine, earn
from suite.domain.errors import NothingToReverse, ReturnTooLarge
from suite.domain.events.station import (
    GoodsReturned,
    PrizeRedeemed,
    RedemptionReversed,
    ReversedLine,
    SaleRecorded,
    SaleReversed,
)
from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber
from suite.domain.programme import Programme, Returns
from suite.domain.quantities import Centavos, Moment, Points, Rate, floor_of, share_out
from suite.domain.standing import CardStanding


class TakenBack(msgspec.Struct, frozen=True):
    """What earlier returns of a sale took: its money (or its quantity, when it had none) and the points due for it."""

    amount: int = 0
    points: int = 0


class Return(msgspec.Struct, frozen=True):
    """When something came back, under whose PIN; `amount` of it, or None for all that is left.

    `document` is the credit note's number; empty when a known ticket came back without one.
    """

    at: Moment
    document: DocumentNumber = DocumentNumber("")
    attendant: AttendantNumber = AttendantNumber("")
    amount: Centavos | None = None


def worth(lines: Sequence[EarnedLine]) -> int:
    """What a return is measured by: the ticket's centavos, or its quantity when it had no price."""
    return sum(line.amount for line in lines) or sum(line.quantity for line in lines)


def _line_by_line(posted: Sequence[int], start: int, end: int) -> list[int]:
    """The points from `start` to `end` of a ticket, by the lines that gave them, first line first.

    Several returns of one ticket take from each product what it gave, to the point.
    """
    shares, below = [], 0
    for points in posted:
        shares.append(max(0, min(end, below + points) - max(start, below)))
        below += points
    return shares


def _in_units(centavos: int) -> str:
    return f"{centavos // 100}.{centavos % 100:02d}"


def reverse(sale: SaleRecorded, before: TakenBack, back: Return, *, policy: Returns, balance: int) -> SaleReversed:
    """The points of a returned sale, whole or in part, taken back. Raises NothingToReverse, ReturnTooLarge.

    With the policy `cap` no more than the balance is taken; the rest is `shortfall` and nobody's debt.
    """
    whole = worth(sale.lines)
    left = whole - before.amount
    if left <= 0:
        raise NothingToReverse(document=sale.document)
    amount = left if back.amount is None else back.amount
    if not 0 < amount <= left:
        raise ReturnTooLarge(document=sale.document, left=_in_units(left), asked=_in_units(amount))
    due = floor_of(sale.points, Rate(before.amount + amount, whole)) - before.points
    taken = due if policy == "debt" else min(due, max(0, balance))
    shares = _line_by_line([line.points for line in sale.lines], before.points, before.points + taken)
    return SaleReversed(
        at=back.at,
        document=sale.document,
        card=sale.card,
        account=sale.account,
        sold_at=sale.at,
        amount=Centavos(amount),
        points=Points(taken),
        note=back.document,
        shortfall=Points(due - taken),
        lines=tuple(
            ReversedLine(line.product, Points(points))
            for line, points in zip(sale.lines, shares, strict=True)
            if points
        ),
        attendant=back.attendant,
    )


def return_goods(
    programme: Programme, standing: CardStanding, back: Return, lines: tuple[SaleLine, ...], *, balance: int
) -> GoodsReturned:
    """Goods whose ticket nobody has: what they would earn today, without promotions, is taken back.

    Raises what `earn` raises.
    """
    earned = earn(programme, lines)
    due = int(earned.points)
    taken = due if programme.returns == "debt" else min(due, max(0, balance))
    shares = share_out([line.points for line in earned.lines], Rate(taken, due or 1), half_up=False)
    return GoodsReturned(
        at=back.at,
        document=back.document,
        card=standing.card,
        account=standing.account,
        lines=tuple(
            EarnedLine(line.product, line.quantity, line.amount, Points(points), line.rule)
            for line, points in zip(earned.lines, shares, strict=True)
        ),
        points=Points(taken),
        shortfall=Points(due - taken),
        version=programme.version,
        attendant=back.attendant,
    )


def bring_back(
    prize: PrizeRedeemed, seq: int, *, at: Moment, attendant: AttendantNumber, grace_months: int
) -> RedemptionReversed:
    """A prize back on the shelf and its points back in the lots they came from, alive for `grace_months` at least."""
    return RedemptionReversed(
        at=at,
        redemption=seq,
        card=CardNumber(prize.card),
        account=prize.account,
        prize=prize.prize,
        points=prize.points,
        grace=grace_months,
        attendant=attendant,
        money=prize.money,
    )
