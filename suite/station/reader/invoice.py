"""An invoice's QR code in a reader's text, whatever the machine's layout and Caps Lock made of it (STA-10). Pure."""

from typing import Final

from suite.domain.ids import DocumentNumber
from suite.runtime.errors import BadInput
from suite.runtime.fiscal_qr import ADDRESS, read_fiscal_qr
from suite.station.reader.layouts import REPAIRABLE, repair

CODE_MAX: Final = 768
"""Characters of such a code: those that were seen have some 400."""

BEFORE_MAX: Final = 4
"""What a reader may put before it: the symbology."""


def opens_code(text: str) -> bool:
    """Whether a text begins as the address does: its first letters stand on their own keys in every layout."""
    return "http" in text[: BEFORE_MAX + 4].lower()


def invoice_in(raw: str) -> DocumentNumber | None:
    """The number of the invoice that a text is the code of, in its one spelling; None for anything else."""
    if len(raw) > CODE_MAX or not opens_code(raw):
        return None
    for text in (raw, raw.swapcase()):
        for layout in ("us", *REPAIRABLE):
            found = ADDRESS.search(repair(text, layout) or "")
            if found is None:
                continue
            try:
                return read_fiscal_qr(found[0]).fiscal.document
            except BadInput:
                continue
    return None
