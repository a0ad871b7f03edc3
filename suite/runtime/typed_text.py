"""Numbers and names that people and tills type, checked once at the border."""

import re
from decimal import Decimal

from suite.domain.errors import N_
from suite.domain.ids import DOCUMENT_PATTERN, DocumentNumber
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text

_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")


def scaled(written: str, decimals: int) -> int | None:
    """A decimal with a point or a comma as an exact integer of its smallest part; None for anything else.

    `scaled("40,5", 3)` is 40500. More decimals than asked for are not rounded away but refused.
    """
    text = written.strip().replace(",", ".")
    if not _DECIMAL.fullmatch(text):
        return None
    number = Decimal(text).scaleb(decimals)
    return int(number) if number == int(number) else None


def document_number(written: str) -> DocumentNumber:
    """A ticket's number as a till prints it. Raises BadInput."""
    text = written.strip()
    if not re.fullmatch(DOCUMENT_PATTERN, text):
        raise BadInput(
            N_("the document number {value!r} must be 1 to 40 letters, digits and . _ / : -"), value=safe_text(written)
        )
    return DocumentNumber(text)
