"""How a campaign was answered (CEN-5, STA-5): who was sent it, who responded, and when."""

from collections.abc import Collection, Iterable, Mapping

import msgspec

from suite.domain.ids import AccountId, ProductCode, PromotionCode
from suite.domain.quantities import Moment


class Response(msgspec.Struct, frozen=True, array_like=True):
    """One answer: a coupon used, a gift fetched. `day` is ISO 8601."""

    account: AccountId
    day: str


class Campaign(msgspec.Struct, frozen=True):
    """A campaign that stations say at the swipe, and what answers it: a promotion that applied, or a product bought."""

    first: str
    last: str
    promotion: PromotionCode = PromotionCode("")
    product: ProductCode = ProductCode("")


class Purchase(msgspec.Struct, frozen=True):
    """A ticket of a member: `day` is that of the programme's clock, `promotions` those that gave something on it."""

    account: AccountId
    at: Moment
    day: str
    products: frozenset[ProductCode]
    promotions: frozenset[PromotionCode]


def answers_to(campaign: Campaign, shown: Mapping[AccountId, Moment], purchases: Iterable[Purchase]) -> list[Response]:
    """The tickets that answer a campaign: what it asked for, bought after it was said to the member (STA-5).

    `shown` is when each member heard it first. A ticket of that very moment counts, for it is the sale it was said at.
    """
    return [
        Response(bought.account, bought.day)
        for bought in purchases
        if bought.account in shown
        and bought.at >= shown[bought.account]
        and (campaign.promotion in bought.promotions or campaign.product in bought.products)
    ]


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
