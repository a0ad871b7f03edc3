"""The reader against vectors that others wrote: card tracks, the same on Spanish keyboards, barcodes."""

import csv
import json
import os
import re
from pathlib import Path

import pytest

from suite.station.reader.gs1 import FNC1
from suite.station.reader.layouts import REPAIRABLE, repair
from suite.station.reader.swipe import decode
from suite.station.reader.symbols import symbol_of

DATA = Path(os.environ.get("CANJE_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
VECTORS = DATA / "magstripe" / "track_vectors.json"
GARBLED = DATA / "magstripe" / "expected" / "wedge_spanish.json"
KEYS = DATA / "wedge_layouts" / "us_to_spanish.csv"
SCANS = DATA / "gs1_scans" / "process_scan_data.json"

FORMS = ["raw", "latam", "es"]
TRACK = re.compile(r"[%;@+#&!][^?]*\?")
LONGEST = {"%": 78, ";": 106, "@": 39, **dict.fromkeys("+#&!", 106)}
"""Characters of a track by its start sentinel, without the check character behind it (ISO/IEC 7813, 4909).

Track 3 may begin with track 2's sentinel.
"""


def read(path):
    """A file of vectors; where it is absent the test is skipped and says so."""
    if not path.exists():
        pytest.skip(f"no {path.name} in {path.parent}")
    return json.loads(path.read_text("utf-8"))


def tracks(form):
    """Each vector with its text in one form."""
    garbled = {forms["raw"]: forms for forms in read(GARBLED)}
    return [(vector, garbled[vector["raw"]][form]) for vector in read(VECTORS)]


def card_in(text):
    scan = decode(text)
    return scan.card if scan and not scan.unreadable else None


# Tracks. The vectors' verdicts are those of parsers that were handed a track. Ours is handed whatever was typed, and
# is stricter by the rules below, and by nothing else.


def stricter_about(vector):
    """Which rule of ours takes the card from a vector that gives one; empty for none."""
    tracks_found = TRACK.findall(vector["raw"])
    if not tracks_found:
        return "a track has sentinels: without them it is a text like any other, and a person may have typed it"
    if all(len(track) > LONGEST[track[0]] for track in tracks_found):
        return "a track is no longer than its standard has it: a longer one is two that ran into each other"
    if not re.fullmatch("[0-9]{4,19}", vector["pan"]):
        return "a card has 4 to 19 digits"
    return ""


def has_third_track(vector):
    """Parsers of payment cards read none; ours reads the number that ISO/IEC 4909 has there."""
    return vector.get("track") == 3 or re.search(r"[+#&!][^?]*\?", vector["raw"]) is not None


@pytest.mark.parametrize("form", FORMS)
def test_the_cards_of_the_vectors_are_read(form):
    wanted = [(vector, text) for vector, text in tracks(form) if vector.get("pan")]

    found = [(vector["raw"], card_in(text)) for vector, text in wanted]

    assert wanted
    assert found == [(vector["raw"], None if stricter_about(vector) else vector["pan"]) for vector, _ in wanted]


@pytest.mark.parametrize("form", FORMS)
def test_what_the_vectors_refuse_is_refused(form):
    refused = [(vector, text) for vector, text in tracks(form) if not vector.get("pan", "-")]

    if not refused:
        pytest.skip("no vector refuses anything")
    assert [text for vector, text in refused if card_in(text) and not has_third_track(vector)] == []


@pytest.mark.parametrize("form", FORMS)
def test_every_track_gives_the_same_on_any_keyboard(form):
    assert [text for vector, text in tracks(form) if card_in(text) != card_in(vector["raw"])] == []


def layouts_of_the_keys():
    if not KEYS.exists():
        pytest.skip(f"no {KEYS.name} in {KEYS.parent}")
    with KEYS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {layout: [row for row in rows if row["layout"] == layout] for layout in {row["layout"] for row in rows}}


ACCENTS = {"DEAD:acute": "´", "DEAD:grave": "`", "DEAD:circumflex": "^", "DEAD:diaeresis": "¨", "DEAD:tilde": "~"}


def test_every_key_of_every_keyboard_is_turned_back():
    layouts = layouts_of_the_keys()

    turned_back = {
        layout: [repair(ACCENTS.get(row["produced"], row["produced"]), layout) for row in rows]
        for layout, rows in layouts.items()
    }

    assert set(layouts) <= set(REPAIRABLE)
    assert turned_back == {layout: [row["us_char"] for row in rows] for layout, rows in layouts.items()}


# Barcodes. The vectors are GS1's; ours knows symbologies beside GS1's own, for which it cannot be held to them.

GS1S = re.compile(r"](C1|E[04]|J[01]|Q[013]|d[12]|e0)")
NAMES = {
    "QR": {"QR", "GS1 QR"},
    "DM": {"Data Matrix", "GS1 Data Matrix"},
    "DotCode": {"DotCode", "GS1 DotCode"},
    "DataBarExpanded": {"GS1 DataBar"},
    "GS1_128_CCA": {"GS1-128"},
    "EAN13": {"EAN-13"},
    "EAN8": {"EAN-8"},
}


def message(symbol):
    """A barcode in the notation of the vectors: `^` is FNC1, and a caret of the text itself at the start is escaped."""
    if symbol is None:
        return ""
    text = symbol.text.replace(FNC1, "^")
    return "^" + text if symbol.elements and "|" not in text else re.sub(r"^(\\*\^)", r"\\\1", text)


def test_every_barcode_is_taken_or_refused_as_the_vectors_say():
    scans = [vector for vector in read(SCANS) if GS1S.match(vector["scan"]) or not vector["scan"].startswith("]")]

    verdicts = [(vector["scan"], symbol_of(vector["scan"]) is not None) for vector in scans]

    assert scans
    assert verdicts == [(vector["scan"], vector["ok"]) for vector in scans]


def test_every_barcode_says_what_the_vectors_say():
    scans = [vector for vector in read(SCANS) if vector["ok"] and GS1S.match(vector["scan"])]

    assert [message(symbol_of(vector["scan"])) for vector in scans] == [vector["message"] for vector in scans]
    told = [(symbol_of(vector["scan"]).symbology, NAMES.get(vector["symbology"])) for vector in scans]
    assert [pair for pair in told if pair[1] and pair[0] not in pair[1]] == []


def test_no_barcode_of_the_vectors_is_taken_for_another_card():
    """A card comes out of a text of digits, or out of GS1's identifier of members; out of nothing else."""
    cards = [(vector["scan"], card_in(vector["scan"])) for vector in read(SCANS)]

    strange = [(scan, card) for scan, card in cards if card and not (scan[3:] == card or "8018" + card in scan)]

    assert strange == []
