"""What a barcode reader says it read: AIM symbology identifiers, and what each symbology may carry. Pure.

A reader that is set to send them puts `]`, a letter and a digit before the data (ISO/IEC 15424). GS1's own symbologies
carry element strings (`gs1`), EAN has check digits; of the others any text is good.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from suite.station.reader.gs1 import FNC1, check_digit_is_right, elements

QR_CODES: Final = frozenset({"QR", "GS1 QR"})


@dataclass(frozen=True, slots=True)
class Symbol:
    """A barcode that is what its identifier says."""

    symbology: str
    text: str
    """The data as read; in an element string FNC1 stands between the elements."""
    elements: tuple[tuple[str, str], ...] = ()
    """Application identifiers and values, where it carries an element string."""


def symbol_of(text: str) -> Symbol | None:
    """The barcode behind a symbology identifier; None without one, or where the data cannot be that symbology's."""
    for identifier, symbology, read in _SYMBOLOGIES:
        if match := identifier.match(text):
            return read(symbology, text[match.end() :])
    return None


def _any_text(symbology: str, text: str) -> Symbol | None:
    return Symbol(symbology, text)


def _element_string(symbology: str, text: str) -> Symbol | None:
    pairs = elements(text)
    return Symbol(symbology, text, pairs) if pairs else None


def _ean(digits: int) -> Callable[[str, str], Symbol | None]:
    """An EAN of so many digits; a GS1 composite component may follow behind `|]e0`."""

    def read(symbology: str, text: str) -> Symbol | None:
        number, composite, component = text.partition("|]e0")
        plain = re.fullmatch(f"[0-9]{{{digits}}}", number)
        pairs = elements(component) if composite else ()
        if not plain or not check_digit_is_right(number) or pairs is None:
            return None
        return Symbol(symbology, f"{number}|{FNC1}{component}" if composite else number, pairs)

    return read


_SYMBOLOGIES: Final = tuple(
    (re.compile(identifier), symbology, read)
    for identifier, symbology, read in (
        ("]A[0-7]", "Code 39", _any_text),
        ("]C0", "Code 128", _any_text),
        ("]C1", "GS1-128", _element_string),
        ("]E0", "EAN-13", _ean(13)),
        ("]E4", "EAN-8", _ean(8)),
        ("]F[0-4]", "Codabar", _any_text),
        ("]G0", "Code 93", _any_text),
        ("]I[0-3]", "Interleaved 2 of 5", _any_text),
        ("]J0", "DotCode", _any_text),
        ("]J1", "GS1 DotCode", _element_string),
        ("]L[0-2]", "PDF417", _any_text),
        ("]Q[0-2]", "QR", _any_text),
        ("]Q3", "GS1 QR", _element_string),
        ("]d1", "Data Matrix", _any_text),
        ("]d2", "GS1 Data Matrix", _element_string),
        ("]e0", "GS1 DataBar", _element_string),
        ("]z0", "Aztec", _any_text),
    )
)
