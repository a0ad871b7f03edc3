"""Facts of the office about messages that stations say to members (MEM-12), campaigns among them (STA-5)."""

from suite.domain.events.base import CentralEvent
from suite.domain.ids import AccountId, CampaignCode, ProductCode, PromotionCode, SegmentCode, StationCode


class MessageWritten(CentralEvent, frozen=True, kw_only=True, tag="MessageWritten.1"):
    """A message stands from here on, from the day `first` to `last`; each member hears it `times` times.

    Its place in this journal is its number. `note` commits to its text. It is for one `account`, a `segment`, or
    everybody; said at one `station`, or at all. One of a `campaign` is answered by a sale with that `promotion` or
    `product`.
    """

    note: str
    first: str
    last: str
    times: int = 1
    account: AccountId = AccountId(0)
    segment: SegmentCode = SegmentCode("")
    station: StationCode = StationCode("")
    campaign: CampaignCode = CampaignCode("")
    promotion: PromotionCode = PromotionCode("")
    product: ProductCode = ProductCode("")


class MessageWithdrawn(CentralEvent, frozen=True, kw_only=True, tag="MessageWithdrawn.1"):
    """A message is said no longer."""

    message: int


MessageFact = MessageWritten | MessageWithdrawn
