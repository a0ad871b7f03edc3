"""The number of an Argentine invoice, by which a sale has one name in the whole network (STA-10).

Who issued it, of which kind, at which point of sale, under which number: RG 4892/2020, the four fields that a printed
QR code carries and no two invoices share.
"""

import re

import msgspec

from suite.domain.ids import DocumentNumber

FISCAL_PATTERN = re.compile(r"AR-([0-9]{11})-0*([1-9][0-9]{0,2})-0*([1-9][0-9]{0,4})-0*([1-9][0-9]{0,7})")


class FiscalNumber(msgspec.Struct, frozen=True):
    """An invoice: the issuer's CUIT, the kind of document, the point of sale, the number."""

    cuit: int
    kind: int
    point: int
    number: int

    @property
    def document(self) -> DocumentNumber:
        """The one spelling of it as a ticket's number; 33 characters at most."""
        return DocumentNumber(f"AR-{self.cuit:011}-{self.kind}-{self.point}-{self.number}")


def is_invoice(document: str) -> bool:
    """Whether a ticket's number is an invoice's, the same at every station. Cheap for the millions that are not."""
    return document.startswith("AR-") and fiscal_of(document) is not None


def fiscal_of(document: str) -> FiscalNumber | None:
    """The invoice that a ticket's number names; None for a number that is its station's own."""
    found = FISCAL_PATTERN.fullmatch(document)
    return FiscalNumber(*map(int, found.groups())) if found else None
