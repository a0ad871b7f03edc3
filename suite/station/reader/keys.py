"""What a terminal's key is to a reader: a character, an end, or nothing. Pure; the names are Textual's."""

from typing import Final

from suite.station.reader.gs1 import FNC1

ENTER_KEYS: Final = frozenset({"enter", "ctrl+m", "ctrl+j"})
"""Under tmux the number pad's Enter arrives as ctrl+j (measured)."""

CHARACTERS: Final = {
    **dict.fromkeys(ENTER_KEYS, "\r"),
    "tab": "\t",
    "decimal": ".",
    "separator": ",",
    "divide": "/",
    "multiply": "*",
    "subtract": "-",
    "add": "+",
    "equal": "=",
    "ctrl+right_square_bracket": FNC1,
}
"""Keys that are no printable character and stand for one in a reader's text."""

KEY_NAMES: Final = {"\r": "enter", "\n": "enter", "\t": "tab", " ": "space", FNC1: "ctrl+right_square_bracket"}
"""The way back, for what is replayed."""

MODIFIERS: Final = frozenset(
    [f"{side}_{key}" for side in ("left", "right") for key in ("shift", "control", "alt", "super", "hyper", "meta")]
    + ["caps_lock", "num_lock", "scroll_lock", "iso_level3_shift", "iso_level5_shift"]
)
"""Terminals of the kitty protocol report these on their own, in the middle of a reader's burst."""

OF_A_DARK_NUMBER_PAD: Final = frozenset({"home", "end", "pageup", "pagedown", "insert", "up", "down", "kp_begin"})
"""What the number pad sends with Num Lock off, and nobody needs in a field of one line."""


def character_of(key: str, character: str | None) -> str | None:
    """The character that a key is to a reader; empty for one that is nothing by itself, None for any other key."""
    if key in MODIFIERS:
        return ""
    if key in CHARACTERS:
        return CHARACTERS[key]
    shown = character or (key if len(key) == 1 else "")
    return shown if shown and shown.isprintable() else None
