"""Numbers and names that people and tills type, checked once at the border."""

import re
from decimal import Decimal

from suite.domain.errors import N_
from suite.domain.fiscal import fiscal_of
from suite.domain.ids import DOCUMENT_PATTERN, DocumentNumber
from suite.runtime.errors import BadInput
from suite.runtime.fiscal_qr import is_fiscal_qr, read_fiscal_qr
from suite.runtime.safe_text import safe_text

_DECIMAL = re.compile(r"[0-9]{1,15}(?:\.([0-9]{1,6}))?")


def scaled(written: str, decimals: int) -> int | None:
    """A decimal with a point or a comma as an exact integer of its smallest part; None for anything else.

    `scaled("40,5", 3)` is 40500. More decimals than asked for are refused, even zeros: 60.300 in the place of an
    amount is sixty thousand three hundred to who typed it, and must not pass for sixty.
    """
    text = written.strip().replace(",", ".")
    found = _DECIMAL.fullmatch(text)
    if not found or len(found[1] or "") > decimals:
        return None
    return int(Decimal(text).scaleb(decimals))


def plain_document(written: str) -> DocumentNumber | None:
    """A ticket's number in its one spelling: capitals, single spaces. None for what no till prints.

    One ticket earns once, so `b-1 2` and `B-1  2` must not be two tickets. An invoice's number loses its leading zeros.
    """
    text = " ".join(written.split()).upper()
    if fiscal := fiscal_of(text):
        return fiscal.document
    return DocumentNumber(text) if re.fullmatch(DOCUMENT_PATTERN, text) else None


def document_number(written: str) -> DocumentNumber:
    """The same for a command or a screen, where an invoice's QR code does as well. Raises BadInput."""
    if is_fiscal_qr(written):
        return read_fiscal_qr(written).fiscal.document
    document = plain_document(written)
    if document is None:
        raise BadInput(
            N_("The ticket number {value!r} must be 1 to 40 letters, digits and . _ / : -"), value=safe_text(written)
        )
    return document
