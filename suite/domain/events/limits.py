"""What no station writes: numbers, lists and moments out of all bounds. Held at central's door against a hostile one.

A journal is only ever added to, so what is once admitted stays for ever: a fact that would break a sum, a settlement or
a statement is refused with its bundle.
"""

import re
from collections.abc import Collection

import msgspec

from suite.domain.calendar import EARLIEST, LATEST
from suite.domain.earning import LINES_MAX, POINTS_MAX
from suite.domain.events.base import Event
from suite.domain.events.member_desk import IncidentReported, MessageShown, QuestionAnswered
from suite.domain.events.portal import Asked, PrizeAsked, ProfileChangeAsked
from suite.domain.events.shelf import PIECES_MAX, OrderHandedOver, PrizesTransferred, StockAdjusted, TransferReceived
from suite.domain.events.station import (
    MemberApplied,
    PrizeCount,
    PrizeRedeemed,
    PrizeRequested,
    PrizeWithdrawn,
    RedemptionReversed,
    SaleRecorded,
    SaleReversed,
)
from suite.domain.events.warehouse import PrizeDelivered, PrizeDispatched, PrizeReturned
from suite.domain.ids import CARD_PATTERN, CODE_PATTERN, DOCUMENT_PATTERN, NOTE_PATTERN, PROVISIONAL
from suite.domain.pricing import MONEY_MAX
from suite.domain.quantities import MAX_INTEGER

AMOUNT_MAX = 10**15
GRACE_MAX = 24
DAY_PATTERN = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
ORDER_PATTERN = r"[0-9A-Za-z._-]{1,24}-[0-9]{1,16}(\.[0-9]{1,16})?"
COMMITMENT_PATTERN = "[0-9a-f]{64}"
PROVISIONAL_BLOCK = 10**6
"""Provisional numbers of one station."""


def is_possible(event: Event, journals: Collection[int]) -> bool:
    """Whether a station whose numbers in the network are `journals` may have meant this fact."""
    if not EARLIEST <= event.at < LATEST:
        return False
    if isinstance(event, SaleRecorded):
        return _possible_sale(event)
    impossible = (
        isinstance(event, SaleReversed) and not EARLIEST <= event.sold_at < LATEST,
        isinstance(event, RedemptionReversed) and event.grace > GRACE_MAX,
        isinstance(event, MemberApplied) and not any(_own_number(event.account, journal) for journal in journals),
        getattr(event, "points", 0) > POINTS_MAX,
        getattr(event, "money", 0) > MONEY_MAX,
        getattr(event, "account", 1) < 1,
        isinstance(event, PrizeRedeemed | PrizeRequested) and not _possible_basis(event),
        isinstance(event, PrizeDispatched | PrizeDelivered | PrizeReturned)
        and re.fullmatch(ORDER_PATTERN, event.order) is None,
        isinstance(event, PrizeRequested) and not re.fullmatch(f"({COMMITMENT_PATTERN})?", event.place),
        isinstance(event, PrizeRequested) and not _possible_code(event, journals),
        isinstance(event, PrizeWithdrawn) and not re.fullmatch(DAY_PATTERN, event.until),
        isinstance(event, PrizeDelivered) and not _possible_receipt(event),
        isinstance(event, Asked) and not _possible_request(event),
        isinstance(event, PrizesTransferred | TransferReceived) and not _possible_transfer(event),
        isinstance(event, StockAdjusted) and not _possible_lines(event.lines),
        isinstance(event, OrderHandedOver) and not _possible_hand_over(event),
        isinstance(event, MessageShown | QuestionAnswered) and re.fullmatch(CARD_PATTERN, event.card) is None,
        isinstance(event, QuestionAnswered) and re.fullmatch(CODE_PATTERN, event.question) is None,
        isinstance(event, IncidentReported) and not _possible_report(event),
    )
    return not any(impossible) and _possible(msgspec.structs.astuple(event))


def number_claimed(event: Event) -> int:
    """The number in the network that a fact says its station had: in its code or its provisional account; else 0."""
    if isinstance(event, MemberApplied):
        return max(0, event.account - PROVISIONAL - 1) // PROVISIONAL_BLOCK
    return event.issuer if isinstance(event, PrizeRequested) else 0


def _possible_basis(event: PrizeRedeemed | PrizeRequested) -> bool:
    """What a prize was decided upon: a feed of a possible moment, an authorisation of a day that can be written."""
    feed, authorisation = event.feed, event.authorisation
    return (feed is None or EARLIEST <= feed.at < LATEST) and (
        authorisation is None or re.fullmatch(DAY_PATTERN, authorisation.day) is not None
    )


def _possible_code(event: PrizeRequested, journals: Collection[int]) -> bool:
    """A code of the station's own, good until a day that can be written; or none at all."""
    if not event.collect:
        return not event.issuer
    return event.issuer in journals and re.fullmatch(DAY_PATTERN, event.collect) is not None


def _possible_receipt(event: PrizeDelivered) -> bool:
    """A day that can be written, and a commitment."""
    return bool(re.fullmatch(DAY_PATTERN, event.day) and re.fullmatch(COMMITMENT_PATTERN, event.receipt))


def _possible_request(event: Asked) -> bool:
    """A number, a card, a prize and a commitment that can be written."""
    fits = [(NOTE_PATTERN, event.request), (CARD_PATTERN, event.card)]
    if isinstance(event, PrizeAsked):
        fits += [(CODE_PATTERN, event.prize), (COMMITMENT_PATTERN, event.place)]
    elif isinstance(event, ProfileChangeAsked):
        fits.append((COMMITMENT_PATTERN, event.profile))
    return all(re.fullmatch(pattern, text) for pattern, text in fits)


def _possible_transfer(event: PrizesTransferred | TransferReceived) -> bool:
    """A note's number and a station that can be written, prizes too, no more of one than anybody types."""
    fits: list[tuple[str, str]] = [(NOTE_PATTERN, event.note)]
    if isinstance(event, PrizesTransferred):
        fits.append((CODE_PATTERN, event.to))
    return _possible_lines(event.lines) and all(re.fullmatch(pattern, text) for pattern, text in fits)


def _possible_lines(lines: tuple[PrizeCount, ...]) -> bool:
    return bool(lines) and all(
        re.fullmatch(CODE_PATTERN, line.prize) is not None and line.quantity <= PIECES_MAX for line in lines
    )


def _possible_hand_over(event: OrderHandedOver) -> bool:
    """An order, a card and a prize that can be written."""
    fits = ((ORDER_PATTERN, event.order), (CARD_PATTERN, event.card), (CODE_PATTERN, event.prize))
    return all(re.fullmatch(pattern, text) for pattern, text in fits)


def _possible_report(event: IncidentReported) -> bool:
    """A ticket, a card and a commitment that can be written, each where there is one."""
    fits = [(DOCUMENT_PATTERN, event.document), (CARD_PATTERN, event.card), (COMMITMENT_PATTERN, event.note)]
    return all(not text or re.fullmatch(pattern, text) for pattern, text in fits)


def _own_number(account: int, journal: int) -> bool:
    start = PROVISIONAL + journal * PROVISIONAL_BLOCK
    return start < account <= start + PROVISIONAL_BLOCK


def _possible_sale(sale: SaleRecorded) -> bool:
    """The same for the fact of which there are millions."""
    if not (0 <= sale.points <= POINTS_MAX and 0 < sale.account <= MAX_INTEGER and 0 < sale.version <= MAX_INTEGER):
        return False
    if not 0 < len(sale.lines) <= LINES_MAX:
        return False
    for line in sale.lines:
        if not (0 <= line.points <= POINTS_MAX and 0 <= line.amount <= AMOUNT_MAX and 0 <= line.quantity <= AMOUNT_MAX):
            return False
    return not (sale.sums or sale.buyer) or _possible((sale.sums, sale.buyer))


def _possible(value: object) -> bool:
    """No number below zero or beyond what JSON holds exactly, no list longer than a ticket has lines."""
    if isinstance(value, int):
        return 0 <= value <= MAX_INTEGER
    if isinstance(value, msgspec.Struct):
        return all(_possible(each) for each in msgspec.structs.astuple(value))
    if isinstance(value, tuple):
        return all(_possible(each) for each in value)
    return True
