"""Points for a prize: handed over from the shelf (PRZ-2), or ordered for later (PRZ-3)."""

import msgspec

from suite.domain.errors import DeliveryNotOffered, NoStock, NotEnoughPoints, PrizeReserved, Refusal
from suite.domain.events.station import EntryMode, PrizeRedeemed, PrizeRequested
from suite.domain.ids import AttendantNumber, DocumentNumber
from suite.domain.personal import DeliveryPlace
from suite.domain.programme import Delivery, Prize
from suite.domain.quantities import Moment
from suite.domain.spending import Authorisation, FeedSeen
from suite.domain.standing import CardStanding


class Occasion(msgspec.Struct, frozen=True):
    """When a prize was asked for, how the card came in, under whose PIN, and on what it was decided (PRZ-6).

    With an `authorisation` central has looked at the balance, and this node need not.
    """

    at: Moment
    entry: EntryMode
    attendant: AttendantNumber = AttendantNumber("")
    document: DocumentNumber = DocumentNumber("")
    feed: FeedSeen | None = None
    authorisation: Authorisation | None = None
    beyond: str = ""


class Terms(msgspec.Struct, frozen=True):
    """What the member chose: at which of the prize's prices, from 1 (PRZ-7); and where what is ordered goes (PRZ-3).

    `here` is to the station that takes the order, else to `place`, else to the address of the application.
    """

    price: int = 1
    here: bool = False
    place: DeliveryPlace | None = None


AS_LISTED = Terms()
"""At the first price, to the address of the application."""


def redeem(standing: CardStanding, prize: Prize, *, on_hand: int, occasion: Occasion) -> PrizeRedeemed:
    """The hand-over of one prize at its price. Raises what `may_spend` raises, and NoStock."""
    may_spend(standing, prize, "immediate", authorised=occasion.authorisation is not None)
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
        feed=occasion.feed,
        authorisation=occasion.authorisation,
        beyond=occasion.beyond,
        money=prize.money,
    )


def request(
    standing: CardStanding,
    prize: Prize,
    *,
    occasion: Occasion,
    place: str = "",
    here: bool = False,
    delivery: Delivery = "scheduled",
) -> PrizeRequested:
    """The order of one prize, at its price, for a later delivery. Raises what `may_spend` raises.

    `place` commits to where it goes; empty when it goes to this station (`here`), or to the address that is known.
    """
    may_spend(standing, prize, delivery, authorised=occasion.authorisation is not None)
    return PrizeRequested(
        at=occasion.at,
        card=standing.card,
        account=standing.account,
        prize=prize.code,
        points=prize.points,
        entry=occasion.entry,
        attendant=occasion.attendant,
        feed=occasion.feed,
        authorisation=occasion.authorisation,
        money=prize.money,
        place=place,
        here=here,
    )


def request_with_code(
    standing: CardStanding, prize: Prize, *, occasion: Occasion, until: str, issuer: int
) -> PrizeRequested:
    """The order of one prize, at its price, to be collected with a code until a day. Raises what `may_spend` raises."""
    return msgspec.structs.replace(
        request(standing, prize, occasion=occasion, delivery="withdrawal"), collect=until, issuer=issuer
    )


def payable(standing: CardStanding, prize: Prize, delivery: Delivery) -> tuple[int, ...]:
    """Which of a prize's prices the member can have it for; none when it cannot be had so."""
    found = []
    for choice in range(1, len(prize.prices) + 1):
        try:
            may_spend(standing, prize.at_price(choice), delivery)
        except Refusal:
            continue
        found.append(choice)
    return tuple(found)


def may_spend(standing: CardStanding, prize: Prize, delivery: Delivery, *, authorised: bool = False) -> None:
    """Raises what `CardStanding.may_spend` raises, DeliveryNotOffered, PrizeReserved or NotEnoughPoints."""
    balance = standing.may_spend()
    if delivery not in prize.deliveries:
        raise DeliveryNotOffered(prize=prize.name)
    if prize.tiers and standing.tier not in prize.tiers:
        raise PrizeReserved(prize=prize.name, tiers=", ".join(prize.tiers))
    if balance < prize.points and not authorised:
        raise NotEnoughPoints(balance=balance, price=prize.points)
