"""A sale as a POS's file states it, whichever POS it is: integers, plain text, and the POS's own numbers.

What it earns, and whether it earns at all, is said elsewhere. An adapter (`naxml`, `poslog`, `columns`) makes these.
"""

from typing import Literal

import msgspec

from suite.domain.errors import N_
from suite.domain.quantities import MAX_INTEGER, Centavos
from suite.runtime.errors import BadInput
from suite.runtime.exact import exact
from suite.runtime.safe_text import safe_text

SALES_MAX = 50_000
"""Sales of one file: a month of the busiest station, twice."""

Kind = Literal["sale", "prepay", "completion", "void"]
"""A `prepay` is money put down before the pump ran; its `completion` states the whole sale again and replaces it.
`void` is what the POS itself cancelled, suspended, or did for training."""

LineKind = Literal["fuel", "item", "prepay"]


class PosLine(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One line: the POS's own code, thousandths and centavos, below zero for what is taken off again."""

    kind: LineKind
    code: str
    name: str
    quantity: int
    amount: int
    department: str = ""
    pump: str = ""
    voided: bool = False
    promotion: int = 0
    """Centavos that the POS took off already."""


class PosLoyalty(msgspec.Struct, frozen=True, array_like=True):
    """An account of a points programme, ours or another's, as the POS names it; its points are the POS's claim."""

    account: str
    earned: int = 0
    redeemed: int = 0


class PosTender(msgspec.Struct, frozen=True, array_like=True):
    """What was paid, by one means."""

    means: str
    amount: int


class PosSale(msgspec.Struct, frozen=True, omit_defaults=True):
    """One sale. `at` is the till's own local time, `number` the one on the receipt, `fiscal` the invoice's."""

    store: str
    number: str
    at: str
    kind: Kind = "sale"
    completes: str = ""
    lines: tuple[PosLine, ...] = ()
    loyalty: tuple[PosLoyalty, ...] = ()
    tenders: tuple[PosTender, ...] = ()
    total: int = 0
    tax: int = 0
    discount: int = 0
    """Taken off the whole ticket, of no line."""
    fiscal: str = ""
    day: str = ""
    started: str = ""
    rewards: int = 0

    @property
    def pump(self) -> str:
        """Where it was pumped; empty for a sale of the shop."""
        return next((line.pump for line in self.lines if line.pump), "")


def plain(written: str, limit: int = 80) -> str:
    """Text of a POS, plain and short."""
    return safe_text(written, limit)


def amount_of(written: str, what: str) -> Centavos:
    """An amount in hundredths, below zero too. Raises BadInput naming what it was."""
    return Centavos(_exact(written, 2, what))


def thousandths_of(written: str, what: str) -> int:
    """A quantity in thousandths, below zero too. Raises BadInput naming what it was."""
    return _exact(written, 3, what)


def whole_of(written: str, what: str) -> int:
    """A count, zero where nothing is written. Raises BadInput naming what it was."""
    return _exact(written, 0, what) if written else 0


def _exact(written: str, decimals: int, what: str) -> int:
    number = exact(written, decimals)
    if number is None or abs(number) > MAX_INTEGER:
        raise BadInput(
            N_("{what} is {value!r}, not a number with at most {decimals} decimals."),
            what=what,
            value=safe_text(written),
            decimals=decimals,
        )
    return number


def enough(sales: int) -> None:
    """Raises BadInput for a file of endless sales."""
    if sales > SALES_MAX:
        raise BadInput(N_("The file has more than {limit} sales."), limit=SALES_MAX)
