"""An attendant's shift: what it credited, held against what the pumps dispensed (STA-7, STA-12)."""

from collections.abc import Iterable

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.events.base import Event
from suite.domain.events.station import (
    Dispensed,
    GoodsReturned,
    PrizeRedeemed,
    PrizeRequested,
    RedemptionReversed,
    SaleRecorded,
    SaleReversed,
    Tally,
)
from suite.domain.ids import AttendantNumber, ProductCode
from suite.domain.quantities import Centavos, Millis, Points

PRODUCTS_MAX = 50
PRIZES_MAX = 500


class ShiftIsOpen(Refusal):
    code = "shift-is-open"
    text = N_("Attendant {attendant} has a shift open already. Close it first.")


class NoShiftOpen(Refusal):
    code = "no-shift-open"
    text = N_("Attendant {attendant} has no shift open. Open one first.")


class CreditedProduct(msgspec.Struct, frozen=True):
    """One product of a shift: thousandths credited to cards, and dispensed by the pumps; None where nobody told.

    More credited than dispensed is what no pump did.
    """

    product: ProductCode
    credited: Millis
    dispensed: Millis | None = None


class ShiftSums(msgspec.Struct, frozen=True, kw_only=True):
    """What an attendant recorded in a shift. `spent` and `given_back` are points of prizes, `taken_back` of returns.

    `money` was paid beside the points of prizes, `money_back` given back with them (PRZ-7).
    """

    sales: int = 0
    points: Points = Points(0)
    prizes: int = 0
    spent: Points = Points(0)
    returns: int = 0
    taken_back: Points = Points(0)
    given_back: Points = Points(0)
    money: Centavos = Centavos(0)
    money_back: Centavos = Centavos(0)
    products: tuple[CreditedProduct, ...] = ()
    counted: tuple[Tally, ...] = ()


def sum_shift(
    events: Iterable[Event],
    attendant: AttendantNumber,
    dispensed: tuple[Dispensed, ...] = (),
    counted: tuple[Tally, ...] = (),
) -> ShiftSums:
    """What one attendant's facts among some come to, product by product beside what the pumps say."""
    sales = points = prizes = spent = returns = taken = given = money = back = 0
    credited: dict[ProductCode, int] = {each.product: 0 for each in dispensed}
    for event in events:
        if getattr(event, "attendant", None) != attendant:
            continue
        if isinstance(event, SaleRecorded):
            sales, points = sales + 1, points + event.points
            for line in event.lines:
                credited[line.product] = credited.get(line.product, 0) + line.quantity
        elif isinstance(event, PrizeRedeemed | PrizeRequested):
            prizes, spent, money = prizes + 1, spent + event.points, money + event.money
        elif isinstance(event, SaleReversed | GoodsReturned):
            returns, taken = returns + 1, taken + event.points
        elif isinstance(event, RedemptionReversed):
            returns, given, back = returns + 1, given + event.points, back + event.money
    pumps = {each.product: each.quantity for each in dispensed}
    return ShiftSums(
        sales=sales,
        points=Points(points),
        prizes=prizes,
        spent=Points(spent),
        returns=returns,
        taken_back=Points(taken),
        given_back=Points(given),
        money=Centavos(money),
        money_back=Centavos(back),
        products=tuple(
            CreditedProduct(product, Millis(sold), pumps.get(product)) for product, sold in sorted(credited.items())
        ),
        counted=counted,
    )
