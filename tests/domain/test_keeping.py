"""Copies that are kept: both sides of each rung of the ladder."""

from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.calendar import month_name, month_of
from suite.domain.keeping import ALL_MS, DAY_MS, FORGOTTEN_AFTER_MS, HOUR_MS, WEEK_MS, copies_to_keep
from tests.factories import moment

NOW = moment("2026-11-22T12:00")
EVER = 10**15


def ago(*ages):
    return [NOW - age for age in ages]


def kept_ages(copies, **options):
    return sorted(NOW - at for at in copies_to_keep(copies, NOW, **options))


def test_every_copy_of_two_days_is_kept_and_then_one_a_day():
    hourly = ago(*(hour * HOUR_MS for hour in range(24 * 10)))

    ages = kept_ages(hourly)

    assert [age for age in ages if age <= ALL_MS] == [hour * HOUR_MS for hour in range(49)]
    days = [(NOW - age) // DAY_MS for age in ages if age > ALL_MS]
    assert days == sorted(set(days), reverse=True)
    assert len(days) == 8


def test_after_14_days_one_a_week_after_8_weeks_one_a_month_and_12_of_those():
    daily = ago(*(day * DAY_MS for day in range(600)))

    kept = copies_to_keep(daily, NOW, forgotten_after_ms=EVER)

    assert [at in kept for at in daily[:14]] == [True] * 14
    weeks = [at // WEEK_MS for at in sorted(kept, reverse=True) if at // WEEK_MS > NOW // WEEK_MS - 8]
    assert set(weeks) == {NOW // WEEK_MS - n for n in range(8)}
    older = [at for at in kept if at // WEEK_MS <= NOW // WEEK_MS - 8]
    months = {month_name(month_of(at, UTC)) for at in kept}
    assert months == {"2025-12", *(f"2026-{n:02d}" for n in range(1, 12))}
    assert len(older) == 10


@pytest.mark.parametrize(("age", "stays"), [(FORGOTTEN_AFTER_MS, True), (FORGOTTEN_AFTER_MS + 1, False)])
def test_a_removed_member_is_in_no_copy_older_than_35_days(age, stays):
    assert (age in kept_ages(ago(0, age))) is stays


def test_the_newest_copy_stays_however_old_it_is():
    assert kept_ages(ago(FORGOTTEN_AFTER_MS * 3, FORGOTTEN_AFTER_MS * 2)) == [FORGOTTEN_AFTER_MS * 2]


def test_a_copy_dated_ahead_by_a_wrong_clock_is_kept():
    assert NOW + DAY_MS in copies_to_keep([NOW, NOW + DAY_MS, NOW + 2 * DAY_MS], NOW)


@given(st.sets(st.integers(min_value=-DAY_MS, max_value=500 * DAY_MS), min_size=1))
def test_thinning_twice_drops_nothing_more_and_keeps_the_newest(ages):
    copies = ago(*ages)

    once = copies_to_keep(copies, NOW, forgotten_after_ms=EVER)

    assert max(copies) in once
    assert copies_to_keep(once, NOW, forgotten_after_ms=EVER) == once
