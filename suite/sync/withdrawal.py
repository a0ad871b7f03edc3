"""Withdrawal codes: digits that only a station of this network can have printed, and any of them can check (PRZ-8).

Central tells every station one key, in the header of its feeds (docs/protocol.md). The digits are the journal and the
place of the order, the last day, and a MAC that binds them to card and prize.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from datetime import date

from suite.domain.ids import CardNumber, PrizeCode
from suite.domain.withdrawal import Withdrawal

MAC_DIGITS = 12
"""One in a million million, for each prize there ever was: nobody tries that out at a desk."""

DAYS = 10_000
"""Days are told by their last four digits; which ten thousand is clear from today."""

_CODE = re.compile(r"([1-9][0-9]{0,8})-([1-9][0-9]{0,8})-([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{4})")


def withdrawal_code(key: bytes, card: CardNumber, withdrawal: Withdrawal) -> str:
    """The code as it is printed, like `2-57-9823-0417-5530-1188`: digits and dashes, for a number pad."""
    day = date.fromisoformat(withdrawal.until).toordinal() % DAYS
    digits = f"{day:04d}{_mac(key, card, withdrawal)}"
    groups = "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))
    return f"{withdrawal.issuer}-{withdrawal.seq}-{groups}"


def withdrawal_in(
    typed: str, key: bytes, card: CardNumber, prizes: Iterable[PrizeCode], today: str
) -> Withdrawal | None:
    """What a typed code stands for, if it is this card's and for one of these prizes; None for none of them."""
    found = _CODE.fullmatch("".join(typed.split()))
    if not found or not key:
        return None
    issuer, seq, day, *mac = found.groups()
    until = _day_near(int(day), date.fromisoformat(today))
    for prize in prizes if until else ():
        withdrawal = Withdrawal(int(issuer), int(seq), prize, until)
        if hmac.compare_digest(_mac(key, card, withdrawal), "".join(mac)):
            return withdrawal
    return None


def _day_near(digits: int, today: date) -> str:
    """The day with these last digits that is nearest to today; empty where the calendar ends."""
    half = DAYS // 2
    ordinal = today.toordinal() + (digits - today.toordinal() + half) % DAYS - half
    return date.fromordinal(ordinal).isoformat() if ordinal >= 1 else ""


def _mac(key: bytes, card: CardNumber, withdrawal: Withdrawal) -> str:
    bound = f"{withdrawal.issuer}|{withdrawal.seq}|{card}|{withdrawal.prize}|{withdrawal.until}"
    mac = hmac.new(key, bound.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**MAC_DIGITS:0{MAC_DIGITS}d}"
