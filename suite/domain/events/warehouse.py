"""Facts of a warehouse: what became of the scheduled prizes that were given to it (PRZ-3)."""

from typing import Literal

from suite.domain.events.base import Event
from suite.domain.ids import OrderNumber


class PrizeDispatched(Event, frozen=True, kw_only=True, tag="PrizeDispatched.1"):
    """A scheduled prize left the warehouse for its member, with its slip."""

    order: OrderNumber
    slip: int


class PrizeDelivered(Event, frozen=True, kw_only=True, tag="PrizeDelivered.1"):
    """A dispatched prize was handed over on `day`, ISO 8601.

    `receipt` commits to who received it, a blob that travels beside the journal and can be forgotten.
    """

    order: OrderNumber
    day: str
    receipt: str


ReturnReason = Literal["absent", "refused", "address", "damaged"]
"""Why a prize came back: nobody was there, the member did not want it, the address is wrong, it broke on the way."""


class PrizeReturned(Event, frozen=True, kw_only=True, tag="PrizeReturned.1"):
    """A dispatched prize came back to the warehouse; it waits there as before it left."""

    order: OrderNumber
    slip: int
    reason: ReturnReason


WarehouseEvent = PrizeDispatched | PrizeDelivered | PrizeReturned
