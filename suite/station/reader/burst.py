"""Tells a reader from a person by how the keys come: structure first, timing second.

Keys are held back for a moment, and come out as what they were: typed text to replay, or a card. No clock here:
every key and every poll carries its own time in seconds, from one clock that never goes back.
"""

from dataclasses import dataclass, field
from typing import Final

from suite.domain.ids import DocumentNumber
from suite.station.reader.invoice import CODE_MAX, invoice_in, opens_code
from suite.station.reader.masking import masked
from suite.station.reader.swipe import RAW_MAX, Scan, decode, opens_track

READER_GAP_MAX_MS: Final = 30.0
"""Slowest mean gap of a reader. Readers were measured at 1 to 10 ms; the quickest fingers leave 33 ms."""

READER_CHARACTERS_MIN: Final = 6
"""Shorter bursts are a person's: fingers that roll over three or four keys can be quicker than any limit."""

KEY_HOLD_SECONDS: Final = 0.045
"""How long a key waits for the next one: longer than a reader's gap, too short for a person to notice."""

TRACK_HOLD_SECONDS: Final = 0.250
"""The same within a track or a reader's burst: a busy machine stamps gaps of up to 85 ms into them."""

REST_HOLD_SECONDS: Final = 1.0
"""The same for the rest of a track that a reader's burst began: nobody types six keys at a reader's pace, and half a
track that is given out is a bad read, and so is its other half. A program that cleans up its memory, or a machine that
does, has stopped for longer than 250 ms once in some 1,300 swipes (`benchmarks/day.py`)."""

END_KEYS: Final = frozenset("\r\n\t")
"""Enter and Tab, which readers send after a card."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Keys that a person typed, to be replayed in this order."""

    text: str
    mean_gap_ms: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Swiped:
    """A reader's burst. Without a scan it was a bad read, whose text is gone: it may have been a payment card's."""

    scan: Scan | None
    raw_length: int
    mean_gap_ms: float
    shape: str = field(default="", compare=False)
    """The text as it may be shown: letters and digits hidden, but for the card's last four."""
    invoice: DocumentNumber | None = None
    """The invoice whose QR code it was."""


Outcome = Typed | Swiped


class Burst:
    """Holds keys back until it is clear who typed them; gives each out once, in order, as `Typed` or in a `Swiped`.

    Keys that all come further apart than `READER_GAP_MAX_MS`, or that are one key repeating, are always `Typed`.
    """

    def __init__(self) -> None:
        """Nothing is held."""
        self._text = ""
        self._times: list[float] = []
        self._dropped = 0
        self._last_at = float("-inf")
        self._reader_at = float("-inf")

    @property
    def is_holding(self) -> bool:
        """Whether keys are held back, so that `poll` has something to wait for."""
        return bool(self._text)

    def feed(self, char: str, at: float) -> list[Outcome]:
        """Takes one key and gives out what it settles, if anything: Enter and Tab settle all, others what waited."""
        outcomes = self.poll(at)
        if char in END_KEYS:
            return outcomes + self._end(char, at)
        if self._begins_after_typing(char, at) or self._is_full_of_typing():
            outcomes += self.settle()
        self._hold(char, at)
        return outcomes

    def poll(self, at: float) -> list[Outcome]:
        """Gives out what has waited long enough; to be called every few ms, after keys that are queued already."""
        waited = at - self._last_at
        if waited <= self._hold_seconds() or (waited <= REST_HOLD_SECONDS and self._is_half_a_track()):
            return []
        return self.settle()

    def settle(self) -> list[Outcome]:
        """Gives out at once what is held; for keys that are no characters, such as arrows, which must not overtake."""
        if not self._text:
            return []
        outcome = self._outcome()
        self._reader_at = self._last_at if isinstance(outcome, Swiped) else float("-inf")
        self._text, self._times, self._dropped = "", [], 0
        return [outcome]

    def _end(self, char: str, at: float) -> list[Outcome]:
        """Settles at Enter or Tab. A person's key is passed on with the text, a reader's belongs to its burst."""
        match self.settle():
            case [Typed(text, gap)]:
                return [Typed(text + char, gap)]
            case [Swiped() as swiped]:
                self._reader_at = at
                return [swiped]
        if at - self._reader_at <= KEY_HOLD_SECONDS:  # a reader that ends with Tab and Enter, or with CR and LF
            self._reader_at = at
            return []
        return [Typed(char)]

    def _hold(self, char: str, at: float) -> None:
        """Keeps the key, or only counts it where a burst is already too long to be a card."""
        self._last_at = at
        if len(self._text) == self._room():
            self._dropped += 1
        else:
            self._text += char
            self._times.append(at)

    def _hold_seconds(self) -> float:
        """How long the next key may keep us waiting."""
        return TRACK_HOLD_SECONDS if self._is_burst() or opens_track(self._text) else KEY_HOLD_SECONDS

    def _is_burst(self) -> bool:
        """Whether a reader must have sent this."""
        return len(self._text) >= READER_CHARACTERS_MIN and self._is_quick()

    def _is_half_a_track(self) -> bool:
        """Whether a reader began a track here whose end has not come."""
        return opens_track(self._text) and self._is_burst() and decode(self._text) is None

    def _begins_after_typing(self, char: str, at: float) -> bool:
        """Whether a track begins here, right behind keys that a person had typed."""
        late = bool(self._text) and _milliseconds(at - self._last_at) > READER_GAP_MAX_MS
        return late and opens_track(char) and not opens_track(self._text)

    def _is_full_of_typing(self) -> bool:
        """Whether no more can be held and a person typed it, so that it can go out."""
        return len(self._text) == self._room() and not self._is_quick()

    def _room(self) -> int:
        """How many keys are held: as many as a card's tracks have, or an invoice's code."""
        return CODE_MAX if opens_code(self._text) else RAW_MAX

    def _outcome(self) -> Outcome:
        """What the held keys were."""
        scan = decode(self._text) if self._is_quick() and not self._dropped else None
        on_track = scan is not None and scan.entry == "swipe"
        long_enough = len(self._text) >= READER_CHARACTERS_MIN or on_track  # `;E?` has three
        if not (self._is_quick() and long_enough):
            return Typed(self._text, _mean_ms(self._gaps()))
        # A bare number has no sentinels to vouch for its ends: with a pause inside, it may be half a number, or a
        # number and a digit that a person added. Half a number can be somebody else's card.
        whole = on_track or max(self._gaps()) <= KEY_HOLD_SECONDS
        scan = scan if whole else None
        shape = masked(self._text, scan.card if scan else "")
        invoice = None if self._dropped else invoice_in(self._text)
        return Swiped(scan, len(self._text) + self._dropped, _mean_ms(self._gaps()), shape, invoice)

    def _gaps(self) -> list[float]:
        """Seconds between the held keys."""
        return [after - before for before, after in zip(self._times, self._times[1:], strict=False)]

    def _is_quick(self) -> bool:
        """Whether the keys came at a reader's pace, between different keys too: a held key repeats every 25 ms.

        In a track, one gap may be the machine's own, however long.
        """
        pairs = list(zip(self._text, self._text[1:], self._gaps(), strict=False))
        if len(pairs) >= READER_CHARACTERS_MIN and opens_track(self._text):
            pairs.remove(max(pairs, key=lambda pair: pair[2]))
        changes = [gap for before, after, gap in pairs if before != after]
        return bool(changes) and max(_mean_ms(changes), _mean_ms([gap for *_, gap in pairs])) <= READER_GAP_MAX_MS


def _mean_ms(gaps: list[float]) -> float:
    """The mean of some gaps in milliseconds; 0 for none."""
    return _milliseconds(sum(gaps) / max(len(gaps), 1))


def _milliseconds(seconds: float) -> float:
    """Seconds as milliseconds, to the microsecond: what a clock adds below that is noise of its floating point."""
    return round(seconds * 1000, 3)
