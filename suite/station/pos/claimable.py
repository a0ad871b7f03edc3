"""From what the POS states to a ticket that earns: its codes to products, lines taken off again, the till's own time.

A completion brings the shop's lines of its prepay along. Shop lines of no product in the programme earn nothing and are
left out; fuel of no product keeps the whole ticket back, for somebody forgot to say which product it is.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from suite.domain.calendar import EARLIEST, moment_of
from suite.domain.earning import SaleLine
from suite.domain.errors import Refusal
from suite.domain.ids import CARD_PATTERN, CODE_PATTERN, CardNumber, DocumentNumber, ProductCode
from suite.domain.programme import CardFormat, Programme
from suite.domain.quantities import Centavos, Millis, Moment, Rate, share_out
from suite.domain.standing import check_format
from suite.runtime.typed_text import plain_document
from suite.station.pos.sale import PosLine, PosSale
from suite.station.pos.setup import PosSetup
from suite.station.pos.store import PosTicket
from suite.station.pos.till_file import FUTURE_MAX_MS, masked

OTHER, NOTHING = "other", "-"
"""Every article of the shop that nothing is said of; what is of no product of the programme."""


class Claimable(msgspec.Struct, frozen=True):
    """A sale that waits for a swipe: what it earns by, and what a person sees of it."""

    document: DocumentNumber
    number: DocumentNumber
    at: Moment
    pump: str
    lines: tuple[SaleLine, ...]
    unknown: tuple[str, ...] = ()
    """What is mapped to no product, as the POS names it."""

    @property
    def total(self) -> Centavos:
        """What its lines come to."""
        return Centavos(sum(line.amount for line in self.lines))


def ticket_of(sale: PosSale, zone: ZoneInfo, now: Moment) -> PosTicket | None:
    """The sale under its one name and at its moment; None where number or time are none that a till prints."""
    number = plain_document(sale.number)
    document = plain_document(sale.fiscal) if sale.fiscal else number
    completes = plain_document(sale.completes) if sale.completes else ""
    try:
        when = datetime.fromisoformat(sale.at)
        at = moment_of(when if when.tzinfo else when.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        return None
    if number is None or document is None or completes is None or not EARLIEST <= at <= now + FUTURE_MAX_MS:
        return None
    return PosTicket(document, number, completes, sale.kind, at, sale)


def claimable(ticket: PosTicket, before: PosSale | None, setup: PosSetup, programme: Programme) -> Claimable | None:
    """What can be claimed of it; None where nothing of it is of the programme."""
    sale, unknown = ticket.sale, list[str]()
    rows = [line for line in sale.lines if _counts(line)]
    if before is not None and not any(line.kind == "item" for line in rows):
        rows += [line for line in before.lines if line.kind == "item" and _counts(line)]
    sold = list[SaleLine]()
    for line in rows:
        product = product_of(line, setup, programme)
        if product is None:
            unknown.append(f"{line.kind}:{line.code} {line.name}".strip())
            product = ProductCode(_code(f"{line.kind}-{line.code}"))
        sold.append(SaleLine(product, Millis(line.quantity), Centavos(line.amount)))
    lines = tuple(line for line in _paid(sold, sale.discount) if line.product and (line.quantity or line.amount))
    if not lines:
        return None
    pump = sale.pump or (before.pump if before else "")
    return Claimable(ticket.document, ticket.number, ticket.at, pump, lines, tuple(unknown))


def product_of(line: PosLine, setup: PosSetup, programme: Programme) -> ProductCode | None:
    """The product of the programme that a line sells, by what this station was told; empty for none, None for unknown.

    A CSV file is made for the programme and may say its codes. A till's number of a fuel is its own and has to be
    mapped; its thousands of articles are of no product where nothing is said of them.
    """
    for key in (f"{line.kind}:{line.code}", f"dept:{line.department}", OTHER if line.kind == "item" else ""):
        if key in setup.products:
            return ProductCode(setup.products[key].removeprefix(NOTHING))
    if setup.format == "csv":
        return next((product.code for product in programme.products if product.code == line.code), None)
    return None if line.kind == "fuel" else ProductCode("")


def card_on(sale: PosSale, before: PosSale | None, cards: CardFormat) -> CardNumber | None:
    """The one card of our programme that the POS names; none where it names several, or hides its digits."""
    accounts = {each.account for each in (*sale.loyalty, *(before.loyalty if before else ()))}
    ours = [CardNumber(each) for each in accounts if re.fullmatch(CARD_PATTERN, each) and _is_ours(each, cards)]
    return ours[0] if len(ours) == 1 else None


def without_strangers(sale: PosSale, cards: CardFormat) -> PosSale:
    """The sale, with numbers that are no card of ours hidden but for their end: one may be a payment card's."""
    rows = tuple(
        row if _is_ours(row.account, cards) else msgspec.structs.replace(row, account=masked(row.account, row.account))
        for row in sale.loyalty
    )
    return sale if rows == sale.loyalty else msgspec.structs.replace(sale, loyalty=rows)


def _is_ours(account: str, cards: CardFormat) -> bool:
    try:
        check_format(CardNumber(account), cards)
    except Refusal:
        return False
    return True


def _counts(line: PosLine) -> bool:
    """Lines that sell, and lines that take off again; not the money put down, nor a line that never came about."""
    return line.kind != "prepay" and not (line.voided and line.amount >= 0)


def _paid(sold: list[SaleLine], discount: int) -> list[SaleLine]:
    """The lines by what was paid for them: those below zero take off their product's, then all others', by amount."""
    kept = [line for line in sold if line.quantity >= 0 and line.amount >= 0]
    for less in (line for line in sold if line.quantity < 0 or line.amount < 0):
        quantity, amount = max(0, -less.quantity), max(0, -less.amount)
        for place in reversed(range(len(kept))):
            line = kept[place]
            if line.product == less.product:
                fewer, cheaper = min(quantity, line.quantity), min(amount, line.amount)
                kept[place] = SaleLine(line.product, Millis(line.quantity - fewer), Centavos(line.amount - cheaper))
                quantity, amount = quantity - fewer, amount - cheaper
        discount += amount
    whole = sum(line.amount for line in kept)
    if not discount > 0 or not whole:
        return kept
    parts = share_out([line.amount for line in kept], Rate(min(discount, whole), whole), half_up=False)
    return [
        SaleLine(line.product, line.quantity, Centavos(line.amount - part))
        for line, part in zip(kept, parts, strict=True)
    ]


def _code(written: str) -> str:
    """A product's code out of a POS's own, for a ticket that is kept."""
    plain = re.sub("[^0-9A-Za-z._-]", "-", written)[:24]
    return plain if re.fullmatch(CODE_PATTERN, plain) else "fuel"
