"""What a desk knows of a card and its account at the moment of deciding."""

from typing import Literal

import msgspec

from suite.domain.errors import BlockedCard, NotACard
from suite.domain.ids import AccountId, CardNumber
from suite.domain.programme import CardFormat
from suite.domain.quantities import Moment, Points

CardStatus = Literal["active", "blocked"]
LUHN_BASE = 10
LUHN_NINE = 9
CARD_DIGITS = range(4, 20)


class CardStanding(msgspec.Struct, frozen=True):
    """A card, the account behind it, and the balance as far as this node knows it.

    `as_of` is central's clock when it computed the balance; the node's own entries since are included in it.
    """

    card: CardNumber
    account: AccountId
    member: str
    status: CardStatus
    balance: Points
    as_of: Moment

    def may_earn(self) -> None:
        """Raises BlockedCard."""
        if self.status == "blocked":
            raise BlockedCard(card=self.card)


def check_format(card: CardNumber, cards: CardFormat) -> None:
    """Raises NotACard for a number this programme never issued: payment cards among them."""
    plain = card.isascii() and card.isdigit() and len(card) in CARD_DIGITS
    fits = not cards.prefixes or card.startswith(cards.prefixes)
    if not plain or not fits or (cards.lengths and len(card) not in cards.lengths) or (cards.luhn and not luhn(card)):
        raise NotACard


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1, annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - LUHN_NINE if value > LUHN_NINE else value
    return total % LUHN_BASE == 0
