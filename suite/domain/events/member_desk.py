"""Facts of a station about the member at the counter, beside sales and prizes: what was said to them."""

from suite.domain.events.base import Event
from suite.domain.ids import AccountId, AttendantNumber, CardNumber


class MessageShown(Event, frozen=True, kw_only=True, tag="MessageShown.1"):
    """A message of the office was shown to be said to the member at the counter (MEM-12). `message` is its number."""

    message: int
    card: CardNumber
    account: AccountId
    attendant: AttendantNumber


MemberDeskEvent = MessageShown
