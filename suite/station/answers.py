"""What makes a value of an answer that somebody typed, or refuses it in a sentence (BadInput)."""

from suite.domain.errors import N_
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text
from suite.runtime.typed_text import scaled


def whole(typed: str, least: int, most: int) -> int:
    """A number in plain digits, within its bounds."""
    digits = typed.strip()
    value = int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= len(str(most)) else least - 1
    if not least <= value <= most:
        raise BadInput(N_("Type a number from {least} to {most}, then Enter."), least=least, most=most)
    return value


def decimal(typed: str, decimals: int) -> int:
    """A number with comma or point, in its smallest unit: centavos with 2 decimals, thousandths with 3."""
    value = scaled(typed, decimals)
    if value is None:
        raise BadInput(N_("Type a number, with at most {decimals} decimals."), decimals=decimals)
    return value


def needed(typed: str) -> str:
    """A text that is not empty."""
    text = safe_text(typed)
    if not text:
        raise BadInput(N_("That is needed. Type it, or press Esc to leave."))
    return text
