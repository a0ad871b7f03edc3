"""What every table of programme.toml shares: its mistakes, its codes, its numbers."""

import re
from decimal import Decimal

import msgspec

from suite.domain.errors import N_
from suite.domain.ids import CODE_PATTERN
from suite.domain.quantities import Rate
from suite.runtime.safe_text import safe_text

RATE_DECIMALS_MAX = 9
RATE_MAX = 10_000
PERCENT = 100
SCALED_MAX = 10**12


class Table(msgspec.Struct, forbid_unknown_fields=True):
    """A table of the file; a key we do not know is a mistake."""


class Mistake(ValueError):
    """Something wrong at a key, before we know its line."""

    def __init__(self, key: str, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.key, self.reason, self.facts = key, reason, facts


def check_code(key: str, code: str) -> None:
    """Raises Mistake."""
    if not re.fullmatch(CODE_PATTERN, code):
        raise Mistake(
            key, N_("a code is 1 to 24 letters, digits, '.', '-' or '_'; {code!r} is not"), code=safe_text(code)
        )


def check_known(key: str, code: str, known: set[str]) -> None:
    """Raises Mistake for a code that the file does not name."""
    if code not in known:
        raise Mistake(
            key,
            N_("there is no {code!r}; the file names: {known}"),
            code=safe_text(code),
            known=", ".join(sorted(known)[:8]),
        )


def rate_at(key: str, value: Decimal) -> Rate:
    """The rate at a key. Raises Mistake."""
    try:
        return rate_of(value)
    except ValueError:
        raise Mistake(key, N_("must be a number from 0 to 10,000 with at most 9 decimals")) from None


def rate_of(value: Decimal) -> Rate:
    """The exact fraction of a decimal. Raises ValueError for a negative, endless or absurd one."""
    if not value.is_finite() or not 0 <= value <= RATE_MAX or value != round(value, RATE_DECIMALS_MAX):
        raise ValueError(value)
    numerator, denominator = value.as_integer_ratio()
    return Rate(numerator, denominator)


def scaled_at(key: str, value: Decimal, scale: int) -> int:
    """A decimal of at most so many places as an integer, above zero. Raises Mistake."""
    if not value.is_finite() or not 0 < value <= SCALED_MAX or value * scale != int(value * scale):
        raise Mistake(key, N_("must be above zero, with no more decimals than its unit has"))
    return int(value * scale)
