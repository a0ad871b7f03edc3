"""A shelf put right by its manager: what is gone for a reason, what was found."""

import pytest

from suite.domain.events.limits import is_possible
from suite.domain.events.shelf import PIECES_MAX, StockAdjusted
from suite.domain.events.station import PrizeCount
from suite.domain.stock import adjust
from suite.domain.transfers import NothingChosen, ShelfTooShort
from tests.factories import moment

NOW = moment("2026-10-15T10:00")


def adjusted(reason, pieces):
    return adjust(reason, pieces, on_hand={"MUG": 3}, attendant="01", now=NOW)


@pytest.mark.parametrize(
    ("reason", "count", "sign"), [("broken", 3, -1), ("stolen", 1, -1), ("expired", 2, -1), ("found", 9, 1)]
)
def test_no_more_goes_than_there_is_and_what_was_found_comes(reason, count, sign):
    event = adjusted(reason, {"MUG": count, "BIKE": 0})
    assert (event.lines, event.sign) == ((PrizeCount("MUG", count),), sign)
    assert is_possible(event, {1})


def test_what_is_not_there_does_not_go_and_nothing_is_no_adjustment():
    for pieces in ({"MUG": 4}, {"BIKE": 1}):
        with pytest.raises(ShelfTooShort):
            adjusted("broken", pieces)
    with pytest.raises(NothingChosen):
        adjusted("found", {"MUG": 0})


@pytest.mark.parametrize("line", [("MUG", PIECES_MAX + 1), ("MUG", -1), ("a b", 1)])
def test_what_no_station_can_mean_is_not_possible(line):
    assert not is_possible(StockAdjusted(at=NOW, lines=(PrizeCount(*line),), reason="broken", attendant="01"), {1})
