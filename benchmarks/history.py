"""Three years of a network, the same on every machine: who moved which points when. Integers all the way.

A few are there every day and most hardly ever: of M members M/2 move points twice in the three years, M/4 four times,
M/8 eight times, down to M/256 with 512 movements, ten a member on average. Most movements are sales; what was saved up
is spent on prizes, a few sales are reversed, and a few prizes come back.
"""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from suite.domain.calendar import Month, month_named
from suite.domain.ids import AccountId
from suite.domain.lots import MovementKind
from suite.domain.quantities import Moment

FIRST, MONTHS = month_named("2023-10"), 36
BUSIEST = 256
JOURNALS = 10
DAYS_USED, DAY_SECONDS = 28, 24 * 3600
SECONDS = MONTHS * DAYS_USED * DAY_SECONDS
DRAW_BITS = 44
"""Of a draw, the high bits say when and the low ones what: one draw a movement."""

GRACE = 1


class Move(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Points of an account, moved in `month` and belonging to the month `effect` (`lots.MonthTotals`)."""

    account: AccountId
    at: Moment
    kind: MovementKind
    points: int
    month: Month
    effect: Month


class Saved:
    """What one member has to spend, and what could still be taken back."""

    def __init__(self) -> None:
        self.points = 0
        self.sale = (0, FIRST)
        self.prize = 0

    def next(self, chance: int, size: int, month: Month) -> tuple[MovementKind, int, Month]:
        """The next movement: its kind, its points, and the month they belong to. `chance` is one of 64."""
        price = 300 + 300 * (size % 5)
        if chance < 13 and self.points >= price:
            self.prize = price
            return ("redemption" if chance < 10 else "request"), -price, month
        if chance == 13 and self.prize:
            price, self.prize = self.prize, 0
            return "redemption-reversal", price, Month(month + GRACE)
        if chance == 14 and self.sale[0] and month - self.sale[1] <= 1:
            (points, sold), self.sale = self.sale, (0, month)
            return "reversal", -points, sold
        if chance == 15 and self.points >= size:
            return "return", -size, month
        if chance == 16:
            return "adjustment", size, month
        self.sale = (size, month)
        return "sale", size, month


def draws(account: AccountId) -> list[int]:
    """As many draws as the account has movements, in order of time."""
    state, found = account, []
    for _ in range(2 * min(BUSIEST, account & -account)):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFF_FFFF_FFFF_FFFF
        found.append(state >> (64 - DRAW_BITS))
    found.sort()
    return found


def moves_of(account: AccountId, starts: Sequence[Moment]) -> Iterator[Move]:
    """One account's movements by time; `starts` are the first moments of the months from `FIRST` on."""
    saved = Saved()
    for draw in draws(account):
        place, second = divmod(draw * SECONDS >> DRAW_BITS, DAYS_USED * DAY_SECONDS)
        month = Month(FIRST + place)
        kind, points, effect = saved.next(draw & 63, 40 + (draw >> 6) % 560, month)
        saved.points += points
        yield Move(account, Moment(starts[place] + second * 1000), kind, points, month, effect)


def history(members: int, start_of: Callable[[Month], Moment]) -> Iterator[Move]:
    """Everybody's movements, account by account."""
    starts = [start_of(Month(FIRST + n)) for n in range(MONTHS)]
    for account in range(1, members + 1):
        yield from moves_of(AccountId(account), starts)
