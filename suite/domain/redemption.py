"""Points for a prize: handed over from the shelf (PRZ-2), or ordered for later (PRZ-3)."""

import msgspec

from suite.domain.errors import DeliveryNotOffered, NoStock, NotEnoughPoints, PrizeReserved
from suite.domain.events.station import EntryMode, PrizeRedeemed, PrizeRequested
from suite.domain.ids import AttendantNumber, DocumentNumber
from suite.domain.programme import Delivery, Prize
from suite.domain.quantities import Moment
from suite.domain.standing import CardStanding


class Occasion(msgspec.Struct, frozen=True):
    """When a prize was asked for, how the card came in, and under whose PIN."""

    at: Moment
    entry: EntryMode
    attendant: AttendantNumber = AttendantNumber("")
    document: DocumentNumber = DocumentNumber("")


def redeem(standing: CardStanding, prize: Prize, *, on_hand: int, occasion: Occasion) -> PrizeRedeemed:
    """The hand-over of one prize. Raises what `may_spend` raises, and NoStock."""
    may_spend(standing, prize, "immediate")
    if on_hand < 1:
        raise NoStock(prize=prize.name)
    return PrizeRedeemed(
        at=occasion.at,
        card=standing.card,
        account=standing.account,
        prize=prize.code,
        points=prize.points,
        entry=occasion.entry,
        attendant=occasion.attendant,
        document=occasion.document,
    )


def request(standing: CardStanding, prize: Prize, *, occasion: Occasion) -> PrizeRequested:
    """The order of one prize for a later delivery. Raises what `may_spend` raises."""
    may_spend(standing, prize, "scheduled")
    return PrizeRequested(
        at=occasion.at,
        card=standing.card,
        account=standing.account,
        prize=prize.code,
        points=prize.points,
        entry=occasion.entry,
        attendant=occasion.attendant,
    )


def may_spend(standing: CardStanding, prize: Prize, delivery: Delivery) -> None:
    """Raises what `CardStanding.may_spend` raises, DeliveryNotOffered, PrizeReserved or NotEnoughPoints."""
    balance = standing.may_spend()
    if delivery not in prize.deliveries:
        raise DeliveryNotOffered(prize=prize.name)
    if prize.tiers and standing.tier not in prize.tiers:
        raise PrizeReserved(prize=prize.name, tiers=", ".join(prize.tiers))
    if balance < prize.points:
        raise NotEnoughPoints(balance=balance, price=prize.points)
