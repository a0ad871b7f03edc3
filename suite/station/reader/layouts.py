"""What a reader set to a US keyboard shows on a machine set to another one, and the way back.

A keyboard-wedge reader sends the key positions of a US keyboard; the machine prints whatever its own layout has
there. Source of the tables: xkeyboard-config 2.35 (MIT/X11), levels 1 and 2 of latam, es, us(intl), br, pt, de, it.
France is left out on purpose: its layout moves the digits, so that a number no longer looks like one.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

LayoutName = Literal["us", "latam", "es", "us-intl", "br", "pt", "de", "it"]
"""A keyboard setting of the machine that reads keys right (`us`) or that `repair` can undo (all others)."""

REPAIRABLE: Final[tuple[LayoutName, ...]] = get_args(LayoutName)[1:]
"""The layouts `repair` knows, the likeliest in Latin America first."""

_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_UNMOVED = "\r\n\t\x1d"  # Enter, Tab and GS stand on keys of their own
_COMBINING: Final = {"´": "\u0301", "`": "\u0300", "^": "\u0302", "¨": "\u0308", "~": "\u0303"}
_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"  # X11 composes a circumflex and a digit to these, which NFD leaves whole


@dataclass(frozen=True)
class _Table:
    """The way back: `meant` from a shown character, `accents` from a combining accent to its dead key."""

    meant: Mapping[str, str]
    accents: Mapping[str, str]


def _pairs(text: str) -> dict[str, str]:
    """US key to shown character, from two-character words."""
    return {pair[0]: pair[1] for pair in text.split()}


def _table(keys: str, dead: str = "", *, also: Mapping[str, str] | None = None) -> _Table:
    """A layout from the keys that differ: the US character first, then the one shown (an accent for a dead key)."""
    accents = _pairs(dead)
    shown = dict(zip(_PRINTABLE, _PRINTABLE, strict=True)) | _pairs(keys) | accents
    meant = {host: us for us, host in shown.items()} | dict(zip(_UNMOVED, _UNMOVED, strict=True))
    meant |= {_SUPERSCRIPTS[int(digit)]: meant["^"] + digit for digit in "0123456789" if "^" in accents.values()}
    return _Table(meant | dict(also or {}), {_COMBINING[accent]: us for us, accent in accents.items()})


_CONTINENT = '@" ^& &/ *( () )= _? <; >: /- ?_'  # what every layout of continental Europe below agrees on

_TABLES: Final[Mapping[LayoutName, _Table]] = {
    "latam": _table(_CONTINENT + r""" -' =¿ +¡ ]+ }* ;ñ :Ñ '{ "[ `| ~° \} |]""", "[´ {¨"),
    "es": _table(_CONTINENT + r" -' =¡ +¿ ]+ }* ;ñ :Ñ #· `º ~ª \ç |Ç", "[` {^ '´ \"¨"),
    # Windows prints a plain quote where the dead accent finds no letter, and a cedilla under a c.
    "us-intl": _table("", "'´ \"¨ `` ^^ ~~", also={"'": "'", '"': '"', "ç": "'c", "Ç": "'C"}),
    "br": _table(r"""][ }{ ;ç :Ç `' ~" \] |} /; ?:""", "^¨ [´ {` '~ \"^"),
    "pt": _table(_CONTINENT + r""" -' =« +» [+ {* ;ç :Ç 'º "ª `\ ~|""", r"]´ }` \~ |^"),
    "de": _table(_CONTINENT + r""" -ß #§ yz zy YZ ZY [ü {Ü ]+ }* ;ö :Ö 'ä "Ä ~° \# |'""", "=´ +` `^"),
    "it": _table(_CONTINENT + r""" -' #£ =ì +^ [è {é ]+ }* ;ò :ç 'à "° `\ ~| \ù |§"""),
}


def repair(text: str, layout: LayoutName) -> str | None:
    """What the reader meant by a text shown under that layout; None if that layout cannot have shown it.

    A space that follows a dead key is lost: the machine swallows it to print the bare accent.
    """
    if layout == "us":
        return text
    meant = [_meant(character, _TABLES[layout]) for character in text]
    known = [part for part in meant if part is not None]
    return "".join(known) if len(known) == len(meant) else None


def shown_for(us_character: str) -> frozenset[str]:
    """Every character that some layout shows for this character of the US keyboard, itself included."""
    elsewhere = {shown for table in _TABLES.values() for shown, us in table.meant.items() if us == us_character}
    return frozenset(elsewhere | {us_character})


def _meant(character: str, table: _Table) -> str | None:
    """The US keys behind one character, which are two where a dead key has composed with a letter."""
    if character in table.meant:
        return table.meant[character]
    decomposed = unicodedata.normalize("NFD", character)
    accent = table.accents.get(decomposed[-1])
    letter = table.meant.get(unicodedata.normalize("NFC", decomposed[:-1]))
    return accent + letter if accent and letter else None
