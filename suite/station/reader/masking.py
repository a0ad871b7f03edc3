"""What may be shown of a reader's text: its shape, to set a reader up by, and of its card the last four digits.

It may have been a bank's card. The number, the dates and the name on one never leave the reader's own memory.
"""

import re
from typing import Final

from suite.runtime.safe_text import safe_text
from suite.station.reader.gs1 import FNC1

DOT: Final = "•"
NUMBER_MIN: Final = 8
"""Of a shorter number four digits would tell too much."""
TAIL: Final = 4
SHOWN_MAX: Final = 120

_WORD = re.compile(r"[^\W_]+")


def masked_number(number: str) -> str:
    """A card number of which the last four digits can be read; a short one is hidden whole."""
    return DOT * len(number) if len(number) < NUMBER_MIN else DOT * (len(number) - TAIL) + number[-TAIL:]


def masked(raw: str, card: str = "") -> str:
    """The text, letters and digits hidden, but for what tells a track and a layout, and the card's last four."""
    before, number, after = raw.partition(card) if card else (raw, "", "")
    shape = _hidden(before, 0) + masked_number(number) + _hidden(after, len(before) + len(number))
    return safe_text(shape.replace(FNC1, "␝"), SHOWN_MAX)


def _hidden(text: str, start: int) -> str:
    return _WORD.sub(lambda word: _hidden_word(word[0], start + word.start()), text)


def _hidden_word(word: str, at: int) -> str:
    """Kept are a letter at the start, the `E` of an unreadable track, and letters in place of sentinels."""
    tells = word[0].isalpha() and (at <= 1 or word in "Ee" or not word.isascii())
    return (word[0] if tells else DOT) + DOT * (len(word) - 1)
