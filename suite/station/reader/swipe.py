"""From what a reader typed to a card number. Pure: no timing here (see `burst`), no verdict on whose card it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from suite.domain.events.station import EntryMode
from suite.domain.ids import CardNumber
from suite.station.reader.gs1 import MEMBER
from suite.station.reader.layouts import REPAIRABLE, LayoutName, repair, shown_for
from suite.station.reader.symbols import QR_CODES, Symbol, symbol_of

RAW_MAX: Final = 256
"""Longest text looked at: tracks 1 to 3 of ISO/IEC 7813 and 4909 are 79 + 40 + 107 = 226 characters."""

PADDING: Final = " \r\n\t\0"
"""What readers put around a text, and fill short tracks with."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One reading of a card. The number stays out of `repr`: it may be a payment card's, held out by mistake."""

    card: CardNumber = field(repr=False)
    """The number as the card carries it; empty when `unreadable`. Its check digit is the programme's affair."""
    entry: EntryMode
    """`swipe` for a magnetic track, `qr` for a barcode that says it is one, `barcode` for any other number."""
    layout: LayoutName
    """The keyboard setting under which the text made sense."""
    unreadable: bool = False
    """The reader met a card and could not read it: it sent `E` in place of a track."""
    source: str = field(default="", compare=False)
    """The track, or the symbology if the reader told it, for whoever sets a reader up."""


# The character after an end sentinel is the track's LRC, sent by some readers. It is not verified: the reader
# has done so, on the sentinels as they stand on the stripe, which are not the ones it types. After it must come
# the end or another track, on a line of its own perhaps, or else the end sentinel was a damaged digit.
_TRACK_END = r"\?(?=.?[\r\n\t]*(?:[%;+@#&!]|\Z))"

# ISO/IEC 7813, track 1, format B: at most 79 characters with sentinels and LRC; the number may be spaced.
_TRACK_1 = re.compile(r"%(?=[^?]{1,76}\?)B(?P<card>[0-9 ]+)\^[^^?]*\^[^?]*" + _TRACK_END)

# ISO/IEC 7813, track 2: at most 40 characters with sentinels and LRC. Readers type `@` for one of seven bits.
_TRACK_2 = re.compile(r"[;@](?=[^?]{1,37}\?)(?P<card>[0-9]{4,19})=[0-9:<=>]*" + _TRACK_END)

# ISO/IEC 4909, track 3: at most 107 characters, two digits of format before the number. Its sentinel on the stripe is
# track 2's; most readers type another one (`+`, `#`, `&`, `!`), and where they do not, it is too long for a track 2.
_TRACK_3 = re.compile(
    r"(?:[+#&!](?=[^?]{1,104}\?)|;(?=[^?]{38,104}\?))[0-9]{2}(?P<card>[0-9]{4,19})[=^][0-9:;<=>^]*" + _TRACK_END
)

_UNREADABLE_TRACK = re.compile(r"[%;+@#&!]E\?")

_CARD = re.compile(r"[0-9]{4,19}")


def decode(raw: str) -> Scan | None:
    """The card in a reader's text, whatever the machine's layout and Caps Lock made of it; None if there is none.

    Never raises. Track 2 is preferred to track 1 and that to track 3; a good track to the notice that another one was
    unreadable.
    """
    if len(raw) > RAW_MAX:
        return None
    scans = (_scan(text, layout) for layout, text in _readings(raw.strip(PADDING)))
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
    for source, track in (("track 2", _TRACK_2), ("track 1", _TRACK_1), ("track 3", _TRACK_3)):
        if card := _track_card(track, text):
            return Scan(card=card, entry="swipe", layout=layout, source=source)
    if _CARD.fullmatch(text):
        return Scan(card=CardNumber(text), entry="barcode", layout=layout)
    if symbol := symbol_of(text):
        return _symbol_scan(symbol, layout)
    if _UNREADABLE_TRACK.search(text):
        return Scan(card=CardNumber(""), entry="swipe", layout=layout, unreadable=True)
    return None


def _symbol_scan(symbol: Symbol, layout: LayoutName) -> Scan | None:
    """The card in a barcode: all of its text, or in an element string the member's number."""
    carried = dict(symbol.elements)
    number = carried.get(MEMBER, "") if carried else symbol.text
    if not _CARD.fullmatch(number):
        return None
    entry: EntryMode = "qr" if symbol.symbology in QR_CODES else "barcode"
    return Scan(card=CardNumber(number), entry=entry, layout=layout, source=symbol.symbology)


def _track_card(track: re.Pattern[str], text: str) -> CardNumber | None:
    """The first card number that stands on such a track within the text."""
    numbers = (match["card"].replace(" ", "") for match in track.finditer(text))
    return next((CardNumber(number) for number in numbers if _CARD.fullmatch(number)), None)
