"""From what a reader typed to a card number. Pure: no timing here (see `burst`), no verdict on whose card it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from suite.domain.events.station import EntryMode
from suite.domain.ids import CardNumber
from suite.station.reader.layouts import REPAIRABLE, LayoutName, repair, shown_for

RAW_MAX: Final = 256
"""Longest text looked at: tracks 1 to 3 of ISO/IEC 7813 and 4909 are 79 + 40 + 107 = 226 characters."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of a card. The number stays out of `repr`: it may be a payment card's, held out by mistake."""

    card: CardNumber = field(repr=False)
    """The number as the card carries it; empty when `unreadable`. Its check digit is the programme's affair."""
    entry: EntryMode
    """`swipe` for a magnetic track, `barcode` for a number without one."""
    layout: LayoutName
    """The keyboard setting under which the text made sense."""
    unreadable: bool = False
    """The reader met a card and could not read it: it sent `E` in place of a track."""


# The character after an end sentinel is the track's LRC, sent by some readers. It is not verified: the reader
# has done so, on the sentinels as they stand on the stripe, which are not the ones it types. After it must come
# the end or another track, on a line of its own perhaps, or else the end sentinel was a damaged digit.
_TRACK_END = r"\?(?=.?[\r\n\t]*(?:[%;+]|\Z))"

# ISO/IEC 7813, track 1, format B: at most 79 characters with sentinels and LRC; the number may be spaced.
_TRACK_1 = re.compile(r"%(?=[^?]{1,76}\?)B(?P<card>[0-9 ]+)\^[^^?]*\^[^?]*" + _TRACK_END)

# ISO/IEC 7813, track 2: at most 40 characters with sentinels and LRC.
_TRACK_2 = re.compile(r";(?=[^?]{1,37}\?)(?P<card>[0-9]{4,19})=[0-9:<=>]*" + _TRACK_END)

_UNREADABLE_TRACK = re.compile(r"[%;+]E\?")

# AIM symbology identifiers (ISO/IEC 15424): `]`, a letter for the symbology, a modifier. Those of GS1 are left out
# (]C1 ]Q3 ]d2 ]e0): what they carry is not one number, but elements that each begin with an application identifier.
# EAN-13 is told by its length from GS1 DataBar, whose ]e0 looks like ]E0 under Caps Lock.
_SYMBOLOGIES = (
    "A[0-7]",  # Code 39
    "C0",  # Code 128
    r"E0(?=[0-9]{13}\Z)",  # EAN-13
    "F[0-4]",  # Codabar
    "I[0-3]",  # Interleaved 2 of 5
    "L[0-2]",  # PDF417
    "Q[0-2]",  # QR
    "d1",  # Data Matrix
    "z0",  # Aztec
)
_BARCODE = re.compile(rf"(?:\](?:{'|'.join(_SYMBOLOGIES)}))?(?P<card>[0-9]{{4,19}})")

_CARD = re.compile(r"[0-9]{4,19}")


def decode(raw: str) -> Scan | None:
    """The card in a reader's text, whatever the machine's layout and Caps Lock made of it; None if there is none.

    Never raises. Track 2 is preferred to track 1, and a good track to the notice that another one was unreadable.
    """
    if len(raw) > RAW_MAX:
        return None
    scans = (_scan(text, layout) for layout, text in _readings(raw.strip("\r\n\t")))
    return next((scan for scan in scans if scan), None)


def _any(characters: frozenset[str]) -> str:
    """A regular expression for one of these characters in either case."""
    return "[" + re.escape("".join(sorted(characters | {c.swapcase() for c in characters}))) + "]"


_TRACK_OPENING = re.compile(
    rf"{_any(shown_for('%'))}(?:[BbEe]|\Z)|{_any(shown_for(';') | shown_for('+'))}(?:[0-9Ee]|\Z)"
)


def opens_track(text: str) -> bool:
    """Whether a text begins as a track does under some layout: a start sentinel and what may follow it, if anything."""
    return _TRACK_OPENING.match(text) is not None


def _readings(raw: str) -> Iterator[tuple[LayoutName, str]]:
    """What the reader may have meant, the likeliest first."""
    for text in dict.fromkeys((raw, _with_case_turned(raw))):
        yield "us", text
        for layout in REPAIRABLE:
            repaired = repair(text, layout)
            if repaired is not None and repaired != text:
                yield layout, repaired


def _with_case_turned(text: str) -> str:
    """The text as it stands without Caps Lock; a letter without a capital of one character is left alone."""
    return "".join(turned if len(turned := letter.swapcase()) == 1 else letter for letter in text)


def _scan(text: str, layout: LayoutName) -> Scan | None:
    """The card in a text that is believed to be what the reader meant."""
    if track := _track_card(_TRACK_2, text) or _track_card(_TRACK_1, text):
        return Scan(card=track, entry="swipe", layout=layout)
    if barcode := _BARCODE.fullmatch(text):
        return Scan(card=CardNumber(barcode["card"]), entry="barcode", layout=layout)
    if _UNREADABLE_TRACK.search(text):
        return Scan(card=CardNumber(""), entry="swipe", layout=layout, unreadable=True)
    return None


def _track_card(track: re.Pattern[str], text: str) -> CardNumber | None:
    """The first card number that stands on such a track within the text."""
    numbers = (match["card"].replace(" ", "") for match in track.finditer(text))
    return next((CardNumber(number) for number in numbers if _CARD.fullmatch(number)), None)
