"""Authorisations read out by telephone: a few digits that only this central can have said to this station (PRZ-6).

Both sides have the other's box key since enrolment, so they agree on a secret that never travels (docs/protocol.md).
"""

import hashlib
import hmac

from suite.domain.ids import CardNumber, StationCode
from suite.domain.quantities import Points
from suite.domain.spending import Authorisation

CODE_DIGITS = 8
"""A script at the desk tries a code in a twentieth of a second: some two million of a hundred million in its day."""
NUMBERS = range(1, 10)
"""Equal authorisations of a day: same station, card and points."""


def code_of(key: bytes, station: StationCode, card: CardNumber, points: Points, authorisation: Authorisation) -> str:
    """The digits that stand for an authorisation."""
    bound = f"{station}|{card}|{points}|{authorisation.day}|{authorisation.number}"
    mac = hmac.new(key, bound.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8], 'big') % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def authorisation_in(
    typed: str, key: bytes, station: StationCode, card: CardNumber, points: Points, day: str
) -> Authorisation | None:
    """Which of the day's authorisations the typed digits are; None for none of them."""
    digits = "".join(c for c in typed if c not in " -.")
    known = (Authorisation(day, number) for number in NUMBERS)
    matching = (a for a in known if hmac.compare_digest(code_of(key, station, card, points, a), digits))
    return next(matching, None) if digits.isascii() and key else None
