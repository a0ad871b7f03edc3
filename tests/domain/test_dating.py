"""Effective time: a station's fact counts between two moments of central (protocol 3.10)."""

from hypothesis import given
from hypothesis import strategies as st

from suite.domain.dating import CLOCK_APART_MS, Bracket, dated, doubted, with_doubts
from suite.domain.events.network import ClockDoubted
from suite.domain.events.node import Mark
from suite.domain.events.station import GoodsReturned, SaleRecorded, SaleReversed
from suite.domain.ids import AccountId, CardNumber, DocumentNumber
from suite.domain.quantities import Centavos, Moment, Points

NOON, EVENING = Moment(1_790_000_000_000), Moment(1_790_020_000_000)
DAY = Bracket(NOON, EVENING)
moments = st.integers(0, 2 * NOON).map(Moment)


def sale(at, entry="swipe"):
    return SaleRecorded(
        at=at,
        document=DocumentNumber("B-1"),
        card=CardNumber("600001"),
        account=AccountId(1),
        lines=(),
        points=Points(1),
        version=1,
        entry=entry,
    )


def reversal(at, sold_at, note=""):
    return SaleReversed(
        note=DocumentNumber(note),
        at=at,
        document=DocumentNumber("B-1"),
        card=CardNumber("600001"),
        account=AccountId(1),
        sold_at=sold_at,
        amount=Centavos(1),
        points=Points(1),
        lines=(),
    )


def test_five_minutes_are_no_doubt_and_a_moment_more_is_one():
    edge = [sale(NOON - CLOCK_APART_MS), sale(EVENING + CLOCK_APART_MS)]
    assert doubted(edge, DAY) is None
    assert doubted([sale(NOON - CLOCK_APART_MS - 1)], DAY) == (0, 0)
    assert doubted([sale(NOON), sale(EVENING + CLOCK_APART_MS + 1)], DAY) == (1, 1)


def test_the_doubt_reaches_from_the_first_wrong_fact_to_the_last():
    events = [sale(NOON), sale(Moment(0)), sale(NOON), sale(Moment(0)), sale(NOON)]
    assert doubted(events, DAY) == (1, 3)


def test_what_came_from_a_file_may_be_old_and_keeps_its_date():
    old = sale(Moment(0), entry="file")
    assert doubted([old], DAY) is None
    assert dated(old, DAY) == old


def test_a_return_with_a_credit_note_keeps_the_date_of_its_paper():
    without = GoodsReturned(
        at=Moment(0),
        document=DocumentNumber("N-1"),
        card=CardNumber("600001"),
        account=AccountId(1),
        lines=(),
        points=Points(1),
        version=1,
    )
    assert doubted([reversal(Moment(0), Moment(0), note="N-1"), without], DAY) is None
    assert doubted([reversal(Moment(0), Moment(0))], DAY) == (0, 0)


def test_a_central_whose_own_clock_went_back_doubts_nobody():
    assert doubted([sale(Moment(0))], Bracket(EVENING, NOON)) is None


@given(moments, moments, moments)
def test_an_effective_moment_is_the_nearest_in_the_bracket(at, one, other):
    bracket = Bracket(min(one, other), max(one, other))
    moved = dated(sale(at), bracket).at
    assert bracket.earliest <= moved <= bracket.latest
    assert moved == at or moved in (bracket.earliest, bracket.latest)
    assert dated(sale(moved), bracket).at == moved


@given(st.lists(moments, min_size=2, max_size=8))
def test_order_survives(ats):
    moved = [dated(sale(at), DAY).at for at in sorted(ats)]
    assert moved == sorted(moved)


def test_a_ticket_is_not_taken_back_before_it_was_sold():
    assert dated(reversal(EVENING + 10, EVENING + 5), DAY).sold_at == EVENING


def test_only_the_entries_of_the_journal_that_was_doubted_are_dated_anew():
    doubt = ClockDoubted(at=EVENING, by="x", journal=7, first=11, last=12, earliest=NOON, latest=EVENING)
    events = [sale(Moment(n)) for n in range(4)]
    assert [e.at for e in with_doubts(events, 7, 10, [doubt])] == [0, NOON, NOON, 3]
    assert [e.at for e in with_doubts(events, 7, 12, [doubt])] == [NOON, 1, 2, 3]
    assert with_doubts(events, 8, 10, [doubt]) == events
    assert with_doubts([Mark(at=Moment(0), feed="", feed_count=0)], 7, 11, [doubt])[0].at == NOON
