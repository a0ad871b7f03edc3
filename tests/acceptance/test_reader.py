"""The reader against vectors that others wrote: card tracks, and the same under Spanish keyboards."""

import csv
import json
import os
import re
from pathlib import Path

import pytest

from suite.station.reader.layouts import repair
from suite.station.reader.swipe import decode

DATA = Path(os.environ.get("CANJE_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
VECTORS = DATA / "magstripe" / "track_vectors.json"
GARBLED = DATA / "magstripe" / "expected" / "wedge_spanish.json"
KEYS = DATA / "wedge_layouts" / "us_to_spanish.csv"

pytestmark = [
    pytest.mark.skipif(not VECTORS.exists() or not GARBLED.exists(), reason=f"no track vectors in {DATA}"),
    pytest.mark.skipif(not KEYS.exists(), reason=f"no keyboard layouts in {DATA}"),
]

TRACK_WITH_SENTINELS = re.compile(r"[%;].*\?")
FORMS = ["raw", "latam", "es"]


def vectors():
    """Each vector with its three forms and the card it must give; None where it must give none."""
    garbled = {forms["raw"]: forms for forms in json.loads(GARBLED.read_text("utf-8"))}
    for vector in json.loads(VECTORS.read_text("utf-8")):
        yield garbled[vector["raw"]], vector


def cards_found(wanted, form):
    """What the vectors that answer a question decode to in one form, beside what they should."""
    chosen = [(forms[form], vector) for forms, vector in vectors() if wanted(vector)]
    assert chosen
    return [(scan.card if (scan := decode(raw)) else None, vector["pan"]) for raw, vector in chosen]


def has_card(vector):
    """Track 3 is left out: it is no card of ours, whatever number it holds."""
    numbered = re.fullmatch("[0-9]{4,19}", vector["pan"] or "")
    return numbered and vector["track"] in {1, 2} and TRACK_WITH_SENTINELS.fullmatch(vector["raw"])


@pytest.mark.parametrize("form", FORMS)
def test_every_whole_track_gives_its_card(form):
    found = cards_found(has_card, form)

    assert [card for card, _ in found] == [pan for _, pan in found]


@pytest.mark.parametrize("form", FORMS)
def test_a_text_that_holds_no_card_gives_none(form):
    found = cards_found(lambda vector: vector["pan"] is None or vector["track"] == 3, form)

    assert {card for card, _ in found} == {None}


@pytest.mark.parametrize("form", FORMS)
def test_a_track_without_sentinels_never_gives_a_wrong_card(form):
    found = cards_found(lambda vector: not TRACK_WITH_SENTINELS.fullmatch(vector["raw"]), form)

    assert [pair for pair in found if pair[0] not in {None, pair[1]}] == []


@pytest.mark.parametrize("layout", ["latam", "es"])
def test_every_key_of_a_spanish_keyboard_is_turned_back(layout):
    with KEYS.open(encoding="utf-8", newline="") as lines:
        keys = [row for row in csv.DictReader(lines) if row["layout"] == layout]
    accents = {"DEAD:acute": "´", "DEAD:grave": "`", "DEAD:circumflex": "^", "DEAD:diaeresis": "¨"}

    turned_back = [repair(accents.get(row["produced"], row["produced"]), layout) for row in keys]

    assert len(keys) == 94
    assert turned_back == [row["us_char"] for row in keys]
