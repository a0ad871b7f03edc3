"""How a campaign was answered (CEN-5): who was sent it, who responded, and when."""

from collections.abc import Collection, Iterable

import msgspec

from suite.domain.ids import AccountId


class Response(msgspec.Struct, frozen=True, array_like=True):
    """One answer: a coupon used, a gift fetched. `day` is ISO 8601."""

    account: AccountId
    day: str


class Answered(msgspec.Struct, frozen=True):
    """The answers to a campaign. `responders` are members who were sent it and answered; every answer counts once.

    `late` and `early` answers lie outside the campaign's days; `by_unsent` came from members who were not sent it.
    """

    sent: int
    responders: int
    responses: int
    in_window: int
    late: int
    early: int
    by_unsent: int


def measure(sent: Collection[AccountId], first: str, last: str, responses: Iterable[Response]) -> Answered:
    """What came of a campaign that was sent to some members and ran from `first` to `last`, both days included."""
    found, members = list(responses), frozenset(sent)
    return Answered(
        sent=len(members),
        responders=len({r.account for r in found} & members),
        responses=len(found),
        in_window=sum(first <= r.day <= last for r in found),
        late=sum(r.day > last for r in found),
        early=sum(r.day < first for r in found),
        by_unsent=sum(r.account not in members for r in found),
    )
