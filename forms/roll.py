"""A receipt as lines for a paper roll, whatever prints it: what is said, what stands left and right, what is loud."""

from textwrap import wrap
from typing import Literal, NamedTuple

from forms.page import Wording, day_words, integer, money, time_words
from suite.domain.documents import ProductTotal, ShiftReport, Slip, SlipKind, SoldLine, TallyLine
from suite.domain.ids import CardNumber
from suite.domain.quantities import Centavos

CARD_DIGITS_SHOWN = 4
MILLIS = 1000
NARROW = 32
"""Characters that the narrowest roll has in a line."""

Look = Literal["plain", "strong", "big", "rule"]


class RollLine(NamedTuple):
    """One line: `left` and `right` at the paper's edges, or `left` alone in the middle. A rule has no text."""

    left: str = ""
    right: str = ""
    look: Look = "plain"
    centred: bool = False


RULE = RollLine(look="rule")


def roll_of(paper: Slip | ShiftReport, wording: Wording) -> tuple[RollLine, ...]:
    """A receipt or a shift's report from top to bottom. Its words depend on the paper and the wording alone."""
    at, body = (
        (paper.at, _slip(paper, wording)) if isinstance(paper, Slip) else (paper.closed_at, _shift(paper, wording))
    )
    return (
        RollLine(paper.network, look="strong", centred=True),
        RollLine(f"{paper.station} · {paper.station_name}", centred=True),
        RollLine(time_words(at, wording), centred=True),
        RULE,
        *body,
        RULE,
        RollLine(paper.reference, centred=True),
    )


def _slip(slip: Slip, wording: Wording) -> list[RollLine]:
    say = wording.say
    facts = [
        (say("Member"), slip.member),
        (say("Card"), masked(slip.card)),
        (_named(slip, wording), slip.document),
        (say("From station") if slip.kind == "transfer-received" else say("To station"), slip.other),
        (say("Attendant"), slip.attendant),
    ]
    lines = _head(_title(slip.kind, wording), wording, copy=slip.copy)
    lines += [RollLine(label, text) for label, text in facts if text]
    lines += [RollLine(slip.prize, look="strong", centred=True)] if slip.prize else []
    for sold in slip.sold:
        lines += _sold(sold, wording)
    lines += [_tally(each, wording) for each in slip.shelf]
    lines += [RollLine(f"{move.at:%d/%m %H:%M} {move.kind}", integer(move.points, wording)) for move in slip.moves]
    foot = _signature(wording) if slip.shelf or slip.kind == "hand-over" else _points(slip, wording)
    return [*lines, *foot, *_said(slip)]


def _head(title: str, wording: Wording, *, copy: bool) -> list[RollLine]:
    words = [title, wording.say("COPY")] if copy else [title]
    return [RollLine(each, look="strong", centred=True) for each in words]


def _shift(shift: ShiftReport, wording: Wording) -> list[RollLine]:
    """What was credited beside what the pumps dispensed, product by product; what lies on the shelf (STA-12)."""
    say = wording.say
    lines = [
        *_head(say("SHIFT CLOSED"), wording, copy=shift.copy),
        RollLine(say("Attendant"), shift.attendant),
        RollLine(say("From"), f"{shift.opened_at:%d/%m %H:%M}"),
        RollLine(say("Until"), f"{shift.closed_at:%d/%m %H:%M}"),
        RULE,
        RollLine(say("Tickets credited"), integer(shift.sales, wording)),
        RollLine(say("Points credited"), integer(shift.points, wording), look="strong"),
        RollLine(say("Prizes"), integer(shift.prizes, wording)),
        RollLine(say("Points of prizes"), integer(shift.spent, wording)),
    ]
    if shift.money or shift.money_back:
        paid = say("Money of prizes, {currency}").format(currency=shift.currency)
        lines.append(RollLine(paid, money(shift.money, wording)))
        lines.append(RollLine(say("Money given back"), money(shift.money_back, wording)))
    if shift.returns:
        lines.append(RollLine(say("Taken back"), integer(shift.returns, wording)))
        lines.append(RollLine(say("Points taken back"), integer(shift.taken_back, wording)))
    for total in shift.products:
        lines += [RULE, RollLine(total.product, look="strong"), *_product(total, wording)]
    if shift.counted:
        lines += [RULE, RollLine(say("PRIZES COUNTED"), look="strong", centred=True)]
        lines += [_tally(each, wording) for each in shift.counted]
    return lines + _signature(wording)


def _product(total: ProductTotal, wording: Wording) -> list[RollLine]:
    say, unit = wording.say, "" if total.piece else " l"
    lines = [RollLine(say("Credited to cards"), _count(total.credited, wording) + unit)]
    if total.dispensed is None:
        return lines
    left = total.dispensed - total.credited
    lines.append(RollLine(say("Dispensed"), _count(total.dispensed, wording) + unit))
    if left >= 0:
        return [*lines, RollLine(say("Without a card"), _count(left, wording) + unit)]
    return [*lines, RollLine(say("CREDITED TOO MUCH"), _count(-left, wording) + unit, look="strong")]


def _tally(each: TallyLine, wording: Wording) -> RollLine:
    found = integer(each.counted, wording)
    if each.counted == each.expected:
        return RollLine(each.prize, found)
    difference = f"{'+' if each.counted > each.expected else ''}{integer(each.counted - each.expected, wording)}"
    return RollLine(each.prize, f"{found} ({difference})", look="strong")


def _count(millis: int, wording: Wording) -> str:
    whole, rest = divmod(millis, MILLIS)
    decimals = f"{rest:03d}".rstrip("0")
    return integer(whole, wording) + (wording.decimal + decimals if decimals else "")


def masked(card: CardNumber) -> str:
    """The card as a receipt may show it: its last four digits."""
    return f"**** {card[-CARD_DIGITS_SHOWN:]}" if card else ""


def _named(slip: Slip, wording: Wording) -> str:
    """What the number on a slip is of."""
    if slip.shelf:
        return wording.say("Note")
    return wording.say("Order") if slip.kind == "hand-over" else wording.say("Ticket")


def _title(kind: SlipKind, wording: Wording) -> str:
    say = wording.say
    return {
        "sale": say("POINTS EARNED"),
        "redemption": say("PRIZE HANDED OVER"),
        "request": say("PRIZE ORDERED"),
        "reversal": say("TICKET TAKEN BACK"),
        "return": say("GOODS TAKEN BACK"),
        "redemption-reversal": say("PRIZE BROUGHT BACK"),
        "withdrawal": say("ORDERED PRIZE COLLECTED"),
        "inquiry": say("BALANCE AND LAST MOVES"),
        "test": say("TEST OF THE PRINTER"),
        "transfer": say("PRIZES TO ANOTHER STATION"),
        "transfer-received": say("PRIZES OF ANOTHER STATION"),
        "hand-over": say("ORDERED PRIZE HANDED OVER"),
    }[kind]


def _sold(sold: SoldLine, wording: Wording) -> list[RollLine]:
    count = _count(sold.quantity, wording)
    unit = "" if sold.piece else " l"
    points = wording.say("{points} points").format(points=integer(sold.points, wording))
    return [
        RollLine(sold.product),
        RollLine(f"  {count}{unit} · {money(sold.amount, wording)}", points),
    ]


def _said(slip: Slip) -> list[RollLine]:
    """The office's messages to the member, broken into lines that every roll has room for (MEM-12)."""
    return [line for text in slip.said for line in (RULE, *(RollLine(part) for part in wrap(text, NARROW)))]


def _points(slip: Slip, wording: Wording) -> list[RollLine]:
    say = wording.say
    lines = [RULE]
    if slip.sold:
        total = sum(sold.amount for sold in slip.sold)
        lines.append(RollLine(say("Total in {currency}").format(currency=slip.currency), money(total, wording)))  # type: ignore[arg-type]  # a sum of centavos
    if slip.kind == "test":
        return [*lines, RollLine("áéíóúüñ ÁÉÍÓÚÜÑ ¿? ¡! º ª", centred=True)]
    if slip.kind == "inquiry":
        return [*lines, RollLine(say("BALANCE"), integer(slip.balance or 0, wording), look="big")]
    if slip.kind == "withdrawal":
        return [*lines, *([] if slip.copy else _signature(wording))]
    if slip.money:
        paid = say("Paid in {currency}") if slip.money > 0 else say("Given back in {currency}")
        size = Centavos(abs(slip.money))
        lines.append(RollLine(paid.format(currency=slip.currency), money(size, wording), look="strong"))
    lines.append(RollLine(say("POINTS"), integer(slip.points, wording), look="big"))
    if slip.balance is not None:
        lines.append(RollLine(say("New balance"), integer(slip.balance, wording), look="strong"))
    if slip.until is not None:
        lines += [
            RULE,
            RollLine(say("WITHDRAWAL CODE"), centred=True),
            RollLine(slip.code, look="strong", centred=True),
        ]
        lines.append(RollLine(say("At any station, with this card"), centred=True))
        lines.append(RollLine(say("Until"), day_words(slip.until, wording)))
    if slip.kind in {"redemption", "request", "redemption-reversal"} and not slip.copy:
        lines += _signature(wording)
    return lines


def _signature(wording: Wording) -> list[RollLine]:
    """Room to sign."""
    return [
        RollLine(),
        RollLine(),
        RollLine("." * 28, centred=True),
        RollLine(wording.say("Signature"), centred=True),
    ]
