"""POSLog of NCR's stores (ARTS IXRetail POSLog 2.1): its retail transactions as sales; control transactions are none.

A voided line stands in it twice, as sold and, flagged, below zero. Discounts of the whole ticket stand in the totals.
"""

from suite.domain.errors import N_
from suite.runtime.errors import BadInput
from suite.runtime.hostile_xml import Element, elements
from suite.runtime.safe_text import safe_text
from suite.station.pos.sale import (
    PosLine,
    PosLoyalty,
    PosSale,
    PosTender,
    amount_of,
    enough,
    plain,
    thousandths_of,
)

ROOT, SALE = "POSLog", "Transaction"
GRAND, TAX = "TransactionGrandAmount", "TransactionTaxAmount"
REWARD_DIGITS = 12
VOID_STATUS = ("Voided", "Suspended", "Cancelled", "PostVoided", "Training")


def read_poslog(content: bytes) -> list[PosSale]:
    """The retail transactions of a log, in the order of the file. Raises BadInput."""
    sales = list[PosSale]()
    for found in elements(content, ROOT, {SALE}):
        retail = found.find("RetailTransaction")
        if retail is not None:
            sales.append(_sale(found, retail))
            enough(len(sales))
    return sales


def _sale(found: Element, retail: Element) -> PosSale:
    lines, tenders, cards, rewards = list[PosLine](), list[PosTender](), dict[str, None](), 0
    for row in retail.all("LineItem"):
        if sold := row.find("Sale"):
            lines.append(_line(sold, voided=_is_flagged(row)))
        for paid in row.all("Tender"):
            means = plain(paid.attributes.get("TenderType", "") or paid.said("TenderID"), 40)
            tenders.append(PosTender(means, amount_of(paid.said("Amount"), "Amount")))
        cards |= dict.fromkeys(plain(each.text.lstrip("0"), 40) for each in row.deep("LoyaltyID"))
        rewards += _reward(row)
    totals = {part.attributes.get("TotalType", "").rpartition(":")[2]: part.text for part in retail.all("Total")}
    total, tax = amount_of(totals.get(GRAND, "0"), GRAND), amount_of(totals.get(TAX, "0"), TAX)
    day, receipt = plain(found.said("BusinessDayDate"), 10), plain(retail.said("ReceiptDateTime"), 32)
    is_void = retail.attributes.get("TransactionStatus") in VOID_STATUS or _is_flagged(retail) or _is_flagged(found)
    number = "-".join(plain(part, 12) for part in (found.said("WorkstationID"), found.said("SequenceNumber")))
    return PosSale(
        store=plain(found.said("RetailStoreID"), 24),
        number=f"{number}-{day.replace('-', '')}",
        at=receipt,
        kind="void" if is_void else "sale",
        lines=tuple(lines),
        loyalty=tuple(PosLoyalty(card) for card in cards),
        tenders=tuple(tenders),
        total=total,
        tax=tax,
        discount=max(0, sum(line.amount for line in lines) + tax - total),
        day=day,
        started=receipt,
        rewards=rewards,
    )


def _line(sold: Element, *, voided: bool) -> PosLine:
    return PosLine(
        "item",
        plain(sold.said("ItemID") or sold.said("POSIdentity/POSItemID"), 24),
        plain(sold.said("Description"), 40),
        thousandths_of(sold.said("Quantity") or "1", "Quantity"),
        amount_of(sold.said("ExtendedAmount"), "ExtendedAmount"),
        plain(sold.said("MerchandiseHierarchy"), 24),
        "",
        voided,
    )


def _is_flagged(row: Element) -> bool:
    """Whether an attribute says void, cancelled or training."""
    marks = ("void", "cancel", "training")
    return any(value.lower() == "true" for key, value in row.attributes.items() if any(m in key.lower() for m in marks))


def _reward(row: Element) -> int:
    """Points of an offer of the POS's own programme; written with decimals, of which only the whole ones count."""
    reward = row.find("LoyaltyReward")
    if reward is None or reward.said("RewardType") != "CustomOffer":
        return 0
    written = reward.said("ExtendedRewardAmount")
    whole, _, rest = written.partition(".")
    digits = whole.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= REWARD_DIGITS and set(rest) <= set("0123456789")):
        raise BadInput(N_("A reward of {value!r} points is no number."), value=safe_text(written))
    return int(whole)
