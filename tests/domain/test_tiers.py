"""The ladder: reached by points earned in a window, a floor by hand, and what comes next (PTS-3, PTS-10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.calendar import Month
from suite.domain.ids import NO_TIER, TierCode
from suite.domain.lots import QUALIFYING, MonthTotals, window
from suite.domain.programme import Tier
from suite.domain.quantities import Points
from suite.domain.tiers import Assignment, NextTier, highest, next_tier, rank, reached, standing_tier
from tests.domain.examples import examples


def ladder(*steps):
    return tuple(Tier(TierCode(f"t{points}"), f"From {points}", Points(points)) for points in steps)


STEPS = ladder(10, 20, 30)
FROM_NOTHING = ladder(0, 10, 20, 30)
TODAY = "2026-10-15"


def holds(points, *, decided="", assigned=None, today=TODAY, steps=FROM_NOTHING):
    return standing_tier(steps, decided=TierCode(decided), points=points, assigned=assigned, today=today)


@pytest.mark.parametrize(
    ("points", "tier"),
    [
        pytest.param(0, "", id="nothing"),
        pytest.param(9, "", id="a point short of the first"),
        pytest.param(10, "t10", id="the first to the point"),
        pytest.param(19, "t10", id="a point short of the second"),
        pytest.param(20, "t20", id="the second to the point"),
        pytest.param(29, "t20", id="a point short of the top"),
        pytest.param(30, "t30", id="the top to the point"),
        pytest.param(10**9, "t30", id="far above the top"),
    ],
)
def test_a_tier_is_reached_with_its_last_point(points, tier):
    assert reached(STEPS, points) == tier


def test_a_tier_for_everybody_is_held_with_nothing():
    assert reached(FROM_NOTHING, 0) == "t0"


def test_a_tier_for_everybody_is_held_also_by_who_returned_more_than_they_bought():
    assert reached(FROM_NOTHING, -1) == "t0"


def test_without_a_ladder_there_is_no_tier():
    assert reached((), 100) == NO_TIER
    assert holds(100, decided="t10", assigned=Assignment(TierCode("t20"), TODAY), steps=()) == NO_TIER
    assert next_tier((), NO_TIER, 100) is None


@pytest.mark.parametrize(
    ("points", "tier"),
    [
        pytest.param(0, "t20", id="falls no lower than what was decided"),
        pytest.param(29, "t20", id="a point short of climbing"),
        pytest.param(30, "t30", id="climbs at once"),
    ],
)
def test_between_closes_a_member_can_only_climb(points, tier):
    assert holds(points, decided="t20") == tier


@pytest.mark.parametrize(
    ("decided", "by_hand", "points", "tier"),
    [
        pytest.param("t0", "t20", 0, "t20", id="it holds a member who earned nothing"),
        pytest.param("t0", "t0", 21, "t20", id="it does not hold down"),
        pytest.param("t30", "t20", 0, "t30", id="it takes nothing away before the close"),
        pytest.param("t0", "t20", 30, "t30", id="more can be earned above it"),
    ],
)
def test_a_tier_by_hand_is_a_floor(decided, by_hand, points, tier):
    assert holds(points, decided=decided, assigned=Assignment(TierCode(by_hand), "2026-12-31")) == tier


def test_after_the_close_a_member_falls_to_the_floor_and_no_lower():
    decided_at_close = reached(FROM_NOTHING, 0)
    assert holds(0, decided=decided_at_close, assigned=Assignment(TierCode("t20"), "2026-12-31")) == "t20"
    assert holds(0, decided=decided_at_close) == "t0"


@pytest.mark.parametrize(
    ("today", "tier"),
    [pytest.param("2026-12-31", "t20", id="its last day"), pytest.param("2027-01-01", "t0", id="after")],
)
def test_a_tier_by_hand_holds_to_its_last_day(today, tier):
    assert holds(0, assigned=Assignment(TierCode("t20"), "2026-12-31"), today=today) == tier


def test_a_tier_that_the_ladder_no_longer_has_counts_for_nothing():
    assert rank(STEPS, TierCode("gone")) == 0
    assert highest(STEPS, TierCode("gone"), TierCode("t10")) == "t10"
    assert holds(5, decided="gone", assigned=Assignment(TierCode("gone"), TODAY), steps=STEPS) == NO_TIER


@pytest.mark.parametrize(
    ("held", "points", "coming"),
    [
        pytest.param("", 0, ("t10", 10), id="from nothing"),
        pytest.param("", 9, ("t10", 1), id="a point short"),
        pytest.param("t10", 10, ("t20", 10), id="from the first"),
        pytest.param("t20", 0, ("t30", 30), id="held by hand, it is still as far"),
        pytest.param("t10", 25, ("t20", 0), id="not told yet that it is reached"),
        pytest.param("t30", 0, None, id="nothing above the top"),
    ],
)
def test_the_next_tier_and_the_points_to_it(held, points, coming):
    found = next_tier(STEPS, TierCode(held), points)
    assert found == (NextTier(STEPS[rank(STEPS, TierCode(coming[0])) - 1], coming[1]) if coming else None)


def test_what_was_spent_or_expired_does_not_count_for_a_tier():
    months = [MonthTotals(Month(1), earned=30, lot=30, qualifying=30), MonthTotals(Month(2), spent=30, used=30)]
    assert reached(STEPS, window(months, last=Month(2), months=12)) == "t30"
    assert set(QUALIFYING) == {"sale", "reversal", "return", "invoice"}


def test_an_old_purchase_leaves_the_window():
    months = [MonthTotals(Month(1), qualifying=30)]
    assert [reached(STEPS, window(months, last=Month(last), months=12)) for last in (1, 12, 13)] == ["t30", "t30", ""]


steps = st.lists(st.integers(0, 50), min_size=1, max_size=5, unique=True).map(lambda found: ladder(*sorted(found)))
points = st.integers(0, 60)


@examples(200)
@given(steps, points, points, st.data())
def test_more_points_never_hold_a_lower_tier(tiers, fewer, more, data):
    fewer, more = sorted((fewer, more))
    code = st.sampled_from([NO_TIER, *(tier.code for tier in tiers)])
    decided, by_hand = data.draw(code), Assignment(data.draw(code), TODAY)

    low, high = (holds(n, decided=decided, assigned=by_hand, steps=tiers) for n in (fewer, more))

    assert rank(tiers, low) <= rank(tiers, high)
    assert rank(tiers, low) >= max(rank(tiers, decided), rank(tiers, by_hand.tier), rank(tiers, reached(tiers, fewer)))


@examples(200)
@given(steps, points)
def test_the_missing_points_are_just_enough(tiers, earned):
    held = reached(tiers, earned)
    coming = next_tier(tiers, held, earned)
    if coming is None:
        assert held == tiers[-1].code
    else:
        assert reached(tiers, earned + coming.missing) == coming.tier.code
        assert reached(tiers, earned + coming.missing - 1) == held
