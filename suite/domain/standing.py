"""What a desk knows of a card and its account at the moment of deciding."""

import re

import msgspec

from suite.domain.errors import BlockedCard, CardCannotSpend, NotACard, PrizesOnHold, TruckCard
from suite.domain.ids import NO_TIER, AccountId, CardNumber, SegmentCode, TierCode
from suite.domain.lots import Expiring
from suite.domain.programme import CardFormat, CardRole, CardStatus
from suite.domain.promotions import PersonalRate
from suite.domain.quantities import Moment, Points
from suite.domain.tiers import Assignment

LUHN_BASE = 10
LUHN_NINE = 9
CARD_DIGITS = range(4, 20)
IIN_DIGITS = 6
"""An issuer's number (ISO/IEC 7812-1) has six digits at least. A prefix that long names a programme's own cards."""

# Ranges that card networks have published: Visa, Mastercard, American Express, Diners, JCB, Discover, UnionPay, Maestro
# and, of Argentina, Cabal, Naranja and Tarjeta Shopping. With a right check digit it is a payment card.
_PAYMENT_CARD = re.compile(
    "(?:4|5[0-8]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|30[0-5]|3[4-9]|6011|6034|604[0-4]|6062|62|63|64[4-9]|65|67)[0-9]+"
)
PAYMENT_CARD_DIGITS = range(13, 20)


class CardStanding(msgspec.Struct, frozen=True):
    """A card, the account behind it, and the balance as far as this node knows it.

    `balance` is None for a card that may not see it, so that no caller can show or spend it by mistake. `as_of` is
    central's clock when it computed the balance; the node's own entries since are included in it. `qualifying` are
    the points of the tier's window. `issued` is the day of the card's issue, ISO 8601. `exact` says that no entry is
    counted twice or missed; it is not so after a disk was restored, until central's next word.
    """

    card: CardNumber
    account: AccountId
    member: str
    status: CardStatus
    balance: Points | None
    as_of: Moment
    role: CardRole = "holder"
    issued: str = ""
    tier: TierCode = NO_TIER
    qualifying: int = 0
    segments: tuple[SegmentCode, ...] = ()
    expiring: tuple[Expiring, ...] = ()
    rates: tuple[PersonalRate, ...] = ()
    assigned: Assignment | None = None
    exact: bool = True

    def may_earn(self) -> None:
        """Raises BlockedCard."""
        if self.status == "blocked":
            raise BlockedCard(card=self.card)

    def may_see(self) -> None:
        """Raises TruckCard."""
        if self.role == "truck":
            raise TruckCard(card=self.card)

    def may_collect(self) -> None:
        """Raises TruckCard, BlockedCard, CardCannotSpend: what was paid for already needs no balance."""
        self.may_see()
        self.may_earn()
        if self.status != "active":
            raise CardCannotSpend(card=self.card)

    def may_spend(self) -> Points:
        """The balance to spend from. Raises TruckCard, BlockedCard, CardCannotSpend, PrizesOnHold."""
        self.may_collect()
        if not self.exact:
            raise PrizesOnHold
        assert self.balance is not None, "only a truck's card has no balance"
        return self.balance


def check_format(card: CardNumber, cards: CardFormat) -> None:
    """Raises NotACard for a number this programme never issued: payment cards among them."""
    plain = card.isascii() and card.isdigit() and len(card) in CARD_DIGITS
    ours = [prefix for prefix in cards.prefixes if card.startswith(prefix)]
    fits = (ours or not cards.prefixes) and (len(card) in cards.lengths or not cards.lengths)
    if not plain or not fits or (cards.luhn and not luhn(card)):
        raise NotACard
    if not any(len(prefix) >= IIN_DIGITS for prefix in ours) and is_payment_card(card):
        raise NotACard


def is_payment_card(number: str) -> bool:
    """Whether a number of digits looks like a bank's: in a card network's range, its check digit right."""
    return len(number) in PAYMENT_CARD_DIGITS and _PAYMENT_CARD.fullmatch(number) is not None and luhn(number)


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - LUHN_NINE if value > LUHN_NINE else value
    return total % LUHN_BASE == 0
