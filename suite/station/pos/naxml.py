"""NAXML-POSJournal 3.x, the journal of fuel-station tills (Conexxus): its sale events as sales.

A prepaid fill-up is two events: the prepay, and the completion that names it and states the ticket again. Cashier,
stock and other events of the journal are no sales; training and suspended ones are void.
"""

from collections import defaultdict

from suite.runtime.hostile_xml import Element, elements
from suite.station.pos.sale import (
    Kind,
    PosLine,
    PosLoyalty,
    PosSale,
    PosTender,
    amount_of,
    enough,
    plain,
    thousandths_of,
    whole_of,
)

ROOT, HEADER, SALE = "NAXML-POSJournal", "TransmissionHeader", "SaleEvent"


def read_naxml(content: bytes) -> list[PosSale]:
    """The sale events of a journal, in the order of the file. Raises BadInput."""
    store, sales = "", list[PosSale]()
    for found in elements(content, ROOT, {HEADER, SALE}):
        if found.tag == HEADER:
            store = plain(found.said("StoreLocationID"), 24)
        else:
            sales.append(_sale(found, store))
            enough(len(sales))
    return sales


def _sale(event: Element, store: str) -> PosSale:
    lines, tenders, original = list[PosLine](), defaultdict[str, int](int), ""
    points = dict[str, tuple[int, int]]()
    for line in event.deep("TransactionLine"):
        voided = line.attributes.get("status", "normal") != "normal"
        for part in line.children:
            if part.tag == "FuelLine":
                lines.append(_fuel(part, voided=voided))
            elif part.tag == "FuelPrepayLine":
                lines.append(_prepay(part, voided=voided))
                original = original or plain(part.said("LinkedTransactionInfo/OriginalTransactionID"), 40)
            elif part.tag == "ItemLine":
                lines.append(_item(part, voided=voided))
            elif part.tag == "Loyalty":
                account = plain(part.said("AccountInfo/AccountID"), 40)
                earned, redeemed = points.get(account, (0, 0))
                earned += whole_of(part.said("EarnedPointsQuantity"), "EarnedPointsQuantity")
                redeemed += whole_of(part.said("RedeemedPointsQuantity"), "RedeemedPointsQuantity")
                points[account] = (earned, redeemed)
            elif part.tag == "TenderInfo":
                means = f"{plain(part.said('Tender/TenderCode'), 20)}/{plain(part.said('Tender/TenderSubCode'), 20)}"
                tenders[means] += amount_of(part.said("TenderAmount"), "TenderAmount")
    return PosSale(
        store=store,
        number=plain(event.said("TransactionID"), 40),
        at=f"{plain(event.said('ReceiptDate'), 10)}T{plain(event.said('ReceiptTime'), 8)}",
        kind=_kind(event, lines, original),
        completes=original,
        lines=tuple(lines),
        loyalty=tuple(PosLoyalty(account, *both) for account, both in points.items()),
        tenders=tuple(PosTender(means, amount) for means, amount in tenders.items()),
        total=amount_of(event.said("TransactionSummary/TransactionTotalGrandAmount"), "TransactionTotalGrandAmount"),
        day=plain(event.said("BusinessDate"), 10),
        started=f"{plain(event.said('EventStartDate'), 10)} {plain(event.said('EventStartTime'), 8)}",
    )


def _kind(event: Element, lines: list[PosLine], original: str) -> Kind:
    flags = (event.find(name) for name in ("TrainingModeFlag", "SuspendFlag"))
    if any(flag is not None and flag.attributes.get("value") == "yes" for flag in flags):
        return "void"
    if original:
        return "completion"
    prepaid = sum(line.amount for line in lines if line.kind == "prepay" and not line.voided)
    return "prepay" if prepaid > 0 else "sale"


def _fuel(line: Element, *, voided: bool) -> PosLine:
    return PosLine(
        "fuel",
        plain(line.said("FuelGradeID"), 24),
        plain(line.said("Description"), 40),
        thousandths_of(line.said("SalesQuantity"), "SalesQuantity"),
        amount_of(line.said("SalesAmount"), "SalesAmount"),
        plain(line.said("MerchandiseCode"), 24),
        plain(line.said("FuelPositionID"), 8),
        voided,
        sum(amount_of(part.text, "PromotionAmount") for part in line.deep("PromotionAmount")),
    )


def _prepay(line: Element, *, voided: bool) -> PosLine:
    amount = amount_of(line.said("SalesAmount"), "SalesAmount")
    pump = plain(line.said("FuelPositionID"), 8)
    return PosLine("prepay", "", "", 0, amount, plain(line.said("MerchandiseCode"), 24), pump, voided)


def _item(line: Element, *, voided: bool) -> PosLine:
    return PosLine(
        "item",
        plain(line.said("ItemCode/POSCode"), 24),
        plain(line.said("Description"), 40),
        thousandths_of(line.said("SalesQuantity"), "SalesQuantity"),
        amount_of(line.said("SalesAmount"), "SalesAmount"),
        plain(line.said("MerchandiseCode"), 24),
        "",
        voided,
        sum(amount_of(part.text, "PromotionAmount") for part in line.deep("PromotionAmount")),
    )
