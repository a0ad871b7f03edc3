"""Documents of people and companies: checked and written one way, by python-stdnum (MEM-8). Its one host."""

import re

from suite.domain.errors import BadDocument
from suite.runtime.safe_text import safe_text

TYPE_MAX = 12
NUMBER_MAX = 24
CUIT_TYPES = ("CUIT", "CUIL")


def checked_document(kind: str, number: str) -> tuple[str, str]:
    """The type and number of a document in their one spelling. Raises BadDocument.

    DNI and CUIT/CUIL are validated (a CUIT by its check digit, RG 10/1997 AFIP); other types are kept as typed,
    capitals and without blanks. No document at all is two empty texts.
    """
    kind, number = safe_text(kind, TYPE_MAX).upper(), safe_text(number, NUMBER_MAX)
    if not number:
        return kind, ""
    if kind in CUIT_TYPES:
        return kind, _cuit(kind, number)
    if kind == "DNI":
        return kind, _dni(number)
    return kind, re.sub(r"[\s.]", "", number).upper()


def is_cuit(number: str) -> bool:
    """Whether a CUIT or CUIL has a known kind of holder and the right check digit."""
    from stdnum.ar import cuit

    return number.isascii() and bool(cuit.is_valid(number))


def _cuit(kind: str, number: str) -> str:
    from stdnum.ar import cuit

    if not is_cuit(number):
        raise BadDocument(type=kind, number=number)
    return str(cuit.compact(number))


def _dni(number: str) -> str:
    from stdnum.ar import dni

    if not number.isascii() or not dni.is_valid(number):
        raise BadDocument(type="DNI", number=number)
    return str(dni.compact(number))
