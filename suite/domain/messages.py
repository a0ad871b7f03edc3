"""What the office has an attendant say to a member at the swipe (MEM-12); one with a campaign is its text (STA-5)."""

from collections.abc import Iterable, Mapping

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.ids import AccountId, SegmentCode, StationCode
from suite.domain.standing import CardStanding

TEXT_MAX = 120
"""Characters: two lines of the screen, four of a narrow roll."""

OPEN_MAX = 100
"""Messages that stand at once in the network: what every station holds, and looks through at each swipe."""

TIMES_MAX = 20
DAYS_MAX = 366

AT_ONCE = 2
"""Said at one swipe: nobody listens to three."""


class TooManyMessages(Refusal):
    code = "too-many-messages"
    text = N_("{limit} messages stand already, and no more fit. Withdraw one, or wait until one is over.")


class Message(msgspec.Struct, frozen=True, array_like=True):
    """A text and whom it is for: one member, a segment, or everybody where both are empty.

    `number` is its place in central's journal, `first` and `last` its days, ISO 8601, both included; each member hears
    it `times` times. It is said at one `station`, or at all where that is empty.
    """

    number: int
    text: str
    first: str
    last: str
    times: int = 1
    account: AccountId = AccountId(0)
    segment: SegmentCode = SegmentCode("")
    station: StationCode = StationCode("")


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """How often a member heard a message."""

    message: int
    times: int


def to_say(
    messages: Iterable[Message], standing: CardStanding, station: StationCode, today: str, shown: Mapping[int, int]
) -> tuple[Message, ...]:
    """What a member is told at this swipe, at a station: their own messages first, the oldest first (MEM-12).

    Nothing on a truck's card, nor on one that was blocked, lost or replaced: who holds it may be anybody.
    """
    if standing.role == "truck" or standing.status != "active":
        return ()
    waiting = [
        message
        for message in messages
        if message.first <= today <= message.last
        and message.station in ("", station)
        and message.account in (0, standing.account)
        and (not message.segment or message.segment in standing.segments)
        and shown.get(message.number, 0) < message.times
    ]
    return tuple(sorted(waiting, key=lambda message: (not message.account, message.number))[:AT_ONCE])
