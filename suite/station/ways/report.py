"""What a reader sent, told to whoever sets it up: nothing is recorded, and of a card four digits are shown."""

import textwrap
from typing import Final, Literal

import msgspec

from suite.domain.errors import N_, NotACard, Refusal
from suite.domain.quantities import Millis
from suite.runtime.texts import number, quantity, say, say_error
from suite.station.desk import Desk
from suite.station.reader.burst import END_KEYS, Outcome, Swiped, Typed
from suite.station.reader.layouts import LayoutName
from suite.station.reader.masking import masked, masked_number
from suite.station.reader.swipe import decode
from suite.station.ways.setup import WAYS, Way

LABEL_COLUMNS: Final = 10
TEXT_COLUMNS: Final = 64
"""With the label and the screen's margins 80."""

Verdict = Literal["ours", "refused", "unreadable", "typed", "pasted", "slow"]

LAYOUTS: dict[LayoutName, str] = {
    "us": N_("as the reader sends it"),
    "latam": N_("Spanish (Latin America), put right"),
    "es": N_("Spanish (Spain), put right"),
    "us-intl": N_("English (international), put right"),
    "br": N_("Portuguese (Brazil), put right"),
    "pt": N_("Portuguese (Portugal), put right"),
    "de": N_("German, put right"),
    "it": N_("Italian, put right"),
}
ENDS = "".join(END_KEYS)
TRACKS = {"track 1": N_("magnetic track 1"), "track 2": N_("magnetic track 2"), "track 3": N_("magnetic track 3")}


class Report(msgspec.Struct, frozen=True):
    """One reading, as it came and as it was understood."""

    way: Way
    keys: int
    ms_per_key: float
    """0 where the way in has no keys."""
    shape: str
    verdict: Verdict
    layout: LayoutName | None = None
    source: str = ""
    """The track, or the symbology where the reader told it."""
    card: str = ""
    """Masked but for its last four digits."""
    advice: str = ""


class Typing:
    """Puts a person's keys together, up to Enter or Tab: they come out of the burst one by one."""

    def __init__(self) -> None:
        self._text = ""
        self._gaps: list[float] = []
        self._last_at = 0.0

    def add(self, outcome: Outcome, at: float) -> Outcome | None:
        """The outcome itself if it is a swipe; what was typed, whole, when it ends; else None."""
        if isinstance(outcome, Swiped):
            self._text, self._gaps = "", []
            return outcome
        inside = outcome.mean_gap_ms * max(len(outcome.text.rstrip(ENDS)) - 1, 0)
        self._gaps += [inside] if not self._text else [(at - self._last_at) * 1000]
        self._text, self._last_at = self._text + outcome.text, at
        if not self._text.endswith(tuple(END_KEYS)):
            return None
        typed = Typed(self._text, round(sum(self._gaps) / max(len(self._text.rstrip(ENDS)) - 1, 1), 1))
        self._text, self._gaps = "", []
        return typed if typed.text.strip(ENDS) else None


def report_of(outcome: Outcome, way: Way, desk: Desk) -> Report:
    """What came, and whether it is a card of this programme."""
    if isinstance(outcome, Typed):
        return _typed(outcome, way)
    scan = outcome.scan
    verdict: Verdict = "unreadable" if scan is None or scan.unreadable else "ours"
    advice = ""
    try:
        desk.card_of(scan)
    except Refusal as refusal:
        verdict = "refused" if isinstance(refusal, NotACard) else verdict
        advice = say_error(refusal)
    return Report(
        way=way,
        keys=outcome.raw_length,
        ms_per_key=outcome.mean_gap_ms,
        shape=outcome.shape,
        verdict=verdict,
        layout=scan.layout if scan else None,
        source=scan.source if scan else "",
        card=masked_number(scan.card) if scan else "",
        advice=advice,
    )


def _typed(typed: Typed, way: Way) -> Report:
    """Keys at a person's pace. A track among them came from a reader that is too slow."""
    text = typed.text.strip(ENDS)
    scan = decode(text)
    slow = scan is not None and scan.entry == "swipe"
    return Report(
        way=way,
        keys=len(text),
        ms_per_key=typed.mean_gap_ms,
        shape=masked(text, scan.card if scan else ""),
        verdict="slow" if slow else "typed",
        advice=say(N_("The reader types like a person. Set its delay between characters to 0.")) if slow else "",
    )


def pasted(text: str) -> Report:
    """What somebody pasted into the terminal: never a swipe."""
    return Report(way="terminal", keys=len(text), ms_per_key=0.0, shape=masked(text), verdict="pasted")


def lines_of(report: Report) -> tuple[str, ...]:
    """The report in words, in lines that fit the screen: what each is about, and what it says."""
    tenths = Millis(round(report.ms_per_key * 10) * 100)
    pace = say(N_("{keys} at {ms} ms each"), keys=number(report.keys), ms=quantity(tenths))
    verdicts: dict[Verdict, str] = {
        "ours": N_("A CARD OF THIS PROGRAMME"),
        "refused": N_("NOT A CARD OF THIS PROGRAMME"),
        "unreadable": N_("NOT READ"),
        "typed": N_("TYPED BY A PERSON"),
        "pasted": N_("PASTED FROM THE CLIPBOARD"),
        "slow": N_("A READER, TOO SLOW"),
    }
    told = (
        (N_("Came"), report.shape),
        (N_("Keys"), pace if report.ms_per_key else number(report.keys)),
        (N_("Way in"), say(WAYS[report.way])),
        (N_("Keyboard"), say(LAYOUTS[report.layout]) if report.layout else ""),
        (N_("Read from"), say(TRACKS[report.source]) if report.source in TRACKS else report.source),
        (N_("Card"), report.card),
        (N_("Verdict"), say(verdicts[report.verdict])),
        ("", report.advice),
    )
    return tuple(line for label, text in told if text for line in _line(say(label) if label else "", text))


def _line(label: str, text: str) -> list[str]:
    """A label with its text, which goes on below itself where it is long."""
    first, *rest = textwrap.wrap(text, TEXT_COLUMNS, break_on_hyphens=False)
    return [f"{label:<{LABEL_COLUMNS}} {first}", *(f"{'':<{LABEL_COLUMNS}} {more}" for more in rest)]
