"""What a station is told of spending with no link: holds that a telephone call made, and grants (PRZ-6)."""

import msgspec

from suite.domain.ids import AccountId, CardNumber
from suite.domain.quantities import Points


class HoldRow(msgspec.Struct, frozen=True, array_like=True):
    """Points of a member that central holds for an authorisation at this station; the balances are without them."""

    card: CardNumber
    points: Points
    day: str
    number: int
    account: AccountId


class HoldPage(msgspec.Struct, frozen=True, tag="hold"):
    rows: tuple[HoldRow, ...]


class GrantRow(msgspec.Struct, frozen=True, array_like=True):
    """What is left of the points that central granted a member for this station; no balance holds them."""

    account: AccountId
    points: Points


class GrantPage(msgspec.Struct, frozen=True, tag="grant"):
    rows: tuple[GrantRow, ...]
