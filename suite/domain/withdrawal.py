"""Order now, collect later: what was ordered with a withdrawal code is handed over at any station, once (PRZ-8)."""

from datetime import timedelta, tzinfo

import msgspec

from suite.domain.calendar import local_time
from suite.domain.errors import N_, NoStock, Refusal, UnknownPrize
from suite.domain.events.station import EntryMode, PrizeWithdrawn
from suite.domain.ids import AttendantNumber, PrizeCode
from suite.domain.programme import Prize
from suite.domain.quantities import Moment
from suite.domain.standing import CardStanding

COLLECT_DAYS = 60
"""How long a code is good for: two closes, and a station that hears of the others once a month knows of it by then."""


class WrongWithdrawalCode(Refusal):
    code = "wrong-withdrawal-code"
    text = N_("That is no withdrawal code for card {card}. Type it again as it is printed, with the card that ordered.")


class WithdrawalExpired(Refusal):
    code = "withdrawal-expired"
    text = N_("The withdrawal code was good until {day}. The member can ask central for the points back.")


class AlreadyCollected(Refusal):
    code = "already-collected"
    text = N_("What that code stands for was handed over at {station} already. Nothing was recorded.")


class WithdrawalCancelled(Refusal):
    code = "withdrawal-cancelled"
    text = N_("Central cancelled that order, and its points are back. Nothing was recorded.")


class OrderIsCollected(Refusal):
    code = "order-is-collected"
    text = N_("Order {order} is collected at a station, with its code: no slip is made. Cancel it if it is not wanted.")


class Withdrawal(msgspec.Struct, frozen=True):
    """What a genuine code says: place `seq` of the journal `issuer`, the prize, and the last day, ISO 8601."""

    issuer: int
    seq: int
    prize: PrizeCode
    until: str


class Known(msgspec.Struct, frozen=True):
    """What a station knows of such an order: where it was handed over, here or elsewhere; whether it was cancelled."""

    collected_at: str = ""
    cancelled: bool = False


def last_day(at: Moment, zone: tzinfo) -> str:
    """The last day, ISO 8601, of the code of what is ordered at a moment, by the programme's clock."""
    return (local_time(at, zone).date() + timedelta(days=COLLECT_DAYS)).isoformat()


def withdraw(
    standing: CardStanding,
    found: Withdrawal,
    prize: Prize | None,
    known: Known,
    *,
    on_hand: int,
    today: str,
    at: Moment,
    entry: EntryMode,
    attendant: AttendantNumber,
) -> PrizeWithdrawn:
    """The hand-over of what was ordered; `prize` is it in the programme in force. No points move: the order took them.

    Raises what `CardStanding.may_collect` raises, AlreadyCollected, WithdrawalCancelled, WithdrawalExpired,
    UnknownPrize, NoStock.
    """
    standing.may_collect()
    if known.collected_at:
        raise AlreadyCollected(station=known.collected_at)
    if known.cancelled:
        raise WithdrawalCancelled
    if today > found.until:
        raise WithdrawalExpired(day=found.until)
    if prize is None:
        raise UnknownPrize(prize=found.prize)
    if on_hand < 1:
        raise NoStock(prize=prize.name)
    return PrizeWithdrawn(
        at=at,
        issuer=found.issuer,
        order=found.seq,
        card=standing.card,
        account=standing.account,
        prize=found.prize,
        until=found.until,
        entry=entry,
        attendant=attendant,
    )
