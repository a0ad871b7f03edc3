"""What central tells nodes that are no stations: no more than each needs for its task (SYN-2)."""

import msgspec

from suite.domain.ids import OrderNumber, PrizeCode, StationCode
from suite.domain.quantities import Moment, Points


class NetworkRow(msgspec.Struct, frozen=True, array_like=True):
    """The network as an outpost has to know it: its name on paper, and the zone of its clock."""

    name: str
    zone: str


class NetworkPage(msgspec.Struct, frozen=True, tag="network"):
    rows: tuple[NetworkRow, ...]


class DeliveryRow(msgspec.Struct, frozen=True, array_like=True):
    """An order that a warehouse has to deliver, and of its member what the slip needs: who, where, which telephone.

    `card` are the last digits of the member's card. All of them are empty for a member who left. `dispatched` is the
    moment at which central was told that it left, 0 for not yet.
    """

    order: OrderNumber
    slip: int
    requested: Moment
    issued: Moment
    station: StationCode
    station_name: str
    prize: PrizeCode
    prize_name: str
    points: Points
    member: str
    phone: str
    address: str
    card: str
    dispatched: Moment = Moment(0)


class DeliveryPage(msgspec.Struct, frozen=True, tag="delivery"):
    rows: tuple[DeliveryRow, ...]
