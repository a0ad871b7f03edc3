"""What a member asks for at a portal, and how much of it may wait for the office (WEB-3, WEB-4)."""

from typing import Literal

import msgspec

from suite.domain.events.portal import Asked, LeaveAsked, PrizeAsked, ProfileChangeAsked
from suite.domain.ids import RequestNumber
from suite.domain.programme import Prize
from suite.domain.quantities import Moment, Points
from suite.domain.redemption import may_spend
from suite.domain.request_errors import AlreadyAsked, PortalFull, TooManyRequests
from suite.domain.standing import CardStanding

RequestKind = Literal["prize", "profile", "leave"]

RequestState = Literal["waiting", "accepted", "rejected", "refused", "gone"]
"""`refused` by central without a person: there was no access, or too much waited. `gone`: the member left meanwhile."""

NO_ACCESS = "no-access"
"""Why a request is refused beside the codes of `may_ask`: the member has no page, or the card is not theirs."""

OF_A_MEMBER_MAX = 10
"""More than anybody asks for between two mornings of the office."""

OF_A_PORTAL_MAX = 1000
"""What waits at one portal: a week's work of the office. A portal that is not honest brings no more."""

KINDS: dict[type[Asked], RequestKind] = {PrizeAsked: "prize", ProfileChangeAsked: "profile", LeaveAsked: "leave"}


class Waiting(msgspec.Struct, frozen=True):
    """What waits for an answer: of one member by kind, the points of the prizes among it, and at the portal in all."""

    of_member: tuple[RequestKind, ...] = ()
    points: Points = Points(0)
    of_portal: int = 0


def may_ask(kind: RequestKind, waiting: Waiting) -> None:
    """Raises AlreadyAsked, TooManyRequests, PortalFull. Prizes may be several, everything else waits once."""
    if "leave" in waiting.of_member or (kind != "prize" and kind in waiting.of_member):
        raise AlreadyAsked
    if len(waiting.of_member) >= OF_A_MEMBER_MAX:
        raise TooManyRequests(limit=OF_A_MEMBER_MAX)
    if waiting.of_portal >= OF_A_PORTAL_MAX:
        raise PortalFull(limit=OF_A_PORTAL_MAX)


def ask_prize(
    standing: CardStanding, prize: Prize, waiting: Waiting, *, number: RequestNumber, place: str, now: Moment
) -> PrizeAsked:
    """A prize to be delivered at a place, of which `place` is the commitment. What waits already is not spent twice.

    Raises what `may_ask` and `may_spend` raise.
    """
    may_ask("prize", waiting)
    assert standing.balance is not None, "a portal knows no truck's card"
    left = msgspec.structs.replace(standing, balance=Points(standing.balance - waiting.points))
    may_spend(left, prize, "scheduled")
    return PrizeAsked(
        at=now,
        request=number,
        account=standing.account,
        card=standing.card,
        prize=prize.code,
        points=prize.points,
        place=place,
    )


def ask_change(
    standing: CardStanding, waiting: Waiting, *, number: RequestNumber, profile: str, now: Moment
) -> ProfileChangeAsked:
    """Other data of the member's own, of which `profile` is the commitment. Raises what `may_ask` raises."""
    may_ask("profile", waiting)
    return ProfileChangeAsked(at=now, request=number, account=standing.account, card=standing.card, profile=profile)


def ask_leave(standing: CardStanding, waiting: Waiting, *, number: RequestNumber, now: Moment) -> LeaveAsked:
    """An end of the membership (MEM-9). Raises what `may_ask` raises."""
    may_ask("leave", waiting)
    return LeaveAsked(at=now, request=number, account=standing.account, card=standing.card)
