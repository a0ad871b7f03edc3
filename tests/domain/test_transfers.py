"""What may leave a shelf for another station, what is recorded of what came, and what nobody can mean."""

import pytest

from suite.domain.errors import Refusal
from suite.domain.events.limits import is_possible
from suite.domain.events.shelf import PIECES_MAX, PrizesTransferred, TransferReceived
from suite.domain.events.station import PrizeCount
from suite.domain.transfers import (
    NotAnotherStation,
    NothingChosen,
    OwnTransfer,
    ShelfTooShort,
    UnknownTransfer,
    receive,
    send,
    sender_of,
)
from tests.factories import moment

NOW, NOTE = moment("2026-10-15T10:00"), "E1-42.123456"


def sent(going, to="E2"):
    return send(NOTE, to, going, on_hand={"MUG": 10}, others=("E2", "E-3.b"), attendant="01", now=NOW)


def received(told, came, here="E2"):
    return receive(NOTE, told, came, here=here, attendant="01", now=NOW)


@pytest.mark.parametrize("count", [1, 10])
def test_what_is_on_the_shelf_can_go(count):
    event = sent({"MUG": count, "BIKE": 0})
    assert event.lines == (PrizeCount("MUG", count),)
    assert is_possible(event, {1})


@pytest.mark.parametrize(
    ("to", "going", "refusal"),
    [
        pytest.param("E2", {"MUG": 11}, ShelfTooShort, id="more than there is"),
        pytest.param("E2", {"BIKE": 1}, ShelfTooShort, id="what is not there"),
        pytest.param("E1", {"MUG": 1}, NotAnotherStation, id="to itself"),
        pytest.param("E9", {"MUG": 1}, NotAnotherStation, id="to nobody"),
        pytest.param("E2", {"MUG": 0}, NothingChosen, id="nothing"),
        pytest.param("E2", {}, NothingChosen, id="not a prize"),
    ],
)
def test_what_cannot_go_is_refused(to, going, refusal: type[Refusal]):
    with pytest.raises(refusal):
        sent(going, to)


@pytest.mark.parametrize(
    ("told", "came", "lines"),
    [
        pytest.param([("MUG", 3)], {}, [("MUG", 3)], id="as it was told"),
        pytest.param([("MUG", 3), ("PEN", 2)], {"PEN": 0}, [("MUG", 3), ("PEN", 0)], id="less"),
        pytest.param([("MUG", 3)], {"PEN": 1}, [("MUG", 3), ("PEN", 1)], id="something else besides"),
        pytest.param([], {"MUG": PIECES_MAX}, [("MUG", PIECES_MAX)], id="from paper"),
    ],
)
def test_what_came_is_what_was_told_but_for_what_was_counted(told, came, lines):
    event = received([PrizeCount(*line) for line in told], came)
    assert event.lines == tuple(PrizeCount(*line) for line in lines)
    assert is_possible(event, {1})


def test_a_note_that_nobody_told_of_says_nothing_by_itself_and_an_own_one_is_not_received():
    with pytest.raises(UnknownTransfer):
        received([], {})
    with pytest.raises(OwnTransfer):
        received([], {"MUG": 1}, here="E1")
    assert sender_of("E-3.b-42.123456") == "E-3.b"


ONE = (PrizeCount("MUG", 1),)


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(TransferReceived(at=NOW, note="E2", lines=ONE, attendant="01"), id="no number"),
        pytest.param(TransferReceived(at=NOW, note=NOTE + "7", lines=ONE, attendant="01"), id="a digit too many"),
        pytest.param(TransferReceived(at=NOW, note=NOTE, lines=(), attendant="01"), id="nothing"),
        pytest.param(
            TransferReceived(at=NOW, note=NOTE, lines=(PrizeCount("MUG", PIECES_MAX + 1),), attendant="01"),
            id="too many",
        ),
        pytest.param(
            TransferReceived(at=NOW, note=NOTE, lines=(PrizeCount("MUG", -1),), attendant="01"), id="less than none"
        ),
        pytest.param(
            TransferReceived(at=NOW, note=NOTE, lines=(PrizeCount("a b", 1),), attendant="01"), id="not a prize"
        ),
        pytest.param(PrizesTransferred(at=NOW, note=NOTE, to="../E2", lines=ONE, attendant="01"), id="not a station"),
    ],
)
def test_what_no_station_can_mean_is_not_possible(event):
    assert not is_possible(event, {1})
