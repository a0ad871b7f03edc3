"""The one sanitiser. Text from outside passes here once, at the border, before it is stored or shown."""

import unicodedata

NAME_MAX = 80
LINE_MAX = 200

DROPPED = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
"""Controls, escapes, direction overrides, surrogates, private and unassigned characters, odd line ends."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def safe_text(raw: str, limit: int = NAME_MAX) -> str:
    """The text as one plain line: NFC, no control or direction characters, single spaces, at most `limit` long."""
    spaced = "".join(" " if c in "\t\r\n\v\f\x85\u2028\u2029" else c for c in raw[: limit * 4])
    plain = "".join(c for c in unicodedata.normalize("NFC", spaced) if unicodedata.category(c) not in DROPPED)
    return " ".join(plain.split())[:limit].rstrip()


def safe_cell(text: str) -> str:
    """The text as a spreadsheet will read it: a leading formula sign is disarmed with an apostrophe."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
