"""A roll of lines as bytes for a thermal printer: Epson's ESC/POS command language, code page 850.

Commands used, by their names in the ESC/POS Command Reference: ESC @ (initialise), ESC t 2 (page 850), ESC a
(justification), ESC E (emphasised), GS ! (size), GS V 66 (feed and cut). Every 80 mm printer sold for receipts
understands them.
"""

import unicodedata
from collections.abc import Sequence

from forms.roll import RollLine

ESC, GS = b"\x1b", b"\x1d"
START = ESC + b"@" + ESC + b"t\x02"
CUT = ESC + b"d\x03" + GS + b"V\x42\x00"
CENTRE, LEFT = ESC + b"a\x01", ESC + b"a\x00"
LOUD = {"plain": b"", "rule": b"", "strong": ESC + b"E\x01", "big": GS + b"!\x11"}
HUSH = ESC + b"E\x00" + GS + b"!\x00"
PAGE = "cp850"
ELSEWHERE = str.maketrans(
    {"—": "-", "–": "-", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "•": "*", "€": "EUR"}
)


def escpos(roll: Sequence[RollLine], columns: int) -> bytes:
    """The receipt for a printer with so many columns, cut off at its end.

    Texts cannot command the printer: of what they hold only characters that page 850 draws come through.
    """
    return START + b"".join(_line(line, columns) for line in roll) + CUT


def _line(line: RollLine, columns: int) -> bytes:
    room = columns // 2 if line.look == "big" else columns
    left, right = printable(line.left), printable(line.right)
    if line.look == "rule":
        rows = [b"-" * room]
    elif line.centred or not right:
        rows = [left[at : at + room] for at in range(0, len(left), room)] or [b""]
    elif len(left) + 1 + len(right) <= room:
        rows = [left + b" " * (room - len(left) - len(right)) + right]
    else:
        rows = [*(left[at : at + room] for at in range(0, len(left), room)), right[-room:].rjust(room)]
    before, after = (CENTRE if line.centred else LEFT) + LOUD[line.look], HUSH if LOUD[line.look] else b""
    return before + b"".join(row + b"\n" for row in rows) + after


def printable(text: str) -> bytes:
    """The text in page 850: accents of other languages are left off, what has no letter there becomes `?`."""
    known = unicodedata.normalize("NFC", text.translate(ELSEWHERE))
    return b"".join(_letter(letter) for letter in known)


def _letter(letter: str) -> bytes:
    if letter.isspace():
        return b" "
    if unicodedata.category(letter)[0] == "C":
        return b""
    for form in (letter, unicodedata.normalize("NFKD", letter)[0]):
        try:
            return form.encode(PAGE)
        except UnicodeEncodeError:
            continue
    return b"?"
