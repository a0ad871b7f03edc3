"""Late bundles: a month is closed once, and the ledger ends as if everything had come in time (CEN-3)."""

import pytest

from suite.central.jobs.month_close import close_month, due_months
from suite.central.jobs.settlement import settle_month
from suite.central.reports import all_open_lots
from suite.domain.calendar import month_named
from suite.domain.errors import MonthAlreadyClosed
from suite.domain.events.central import ExpiryCorrected, MonthClosed, PointsExpired
from suite.domain.ids import PrizeCode
from suite.station.desk import Attendant, CardRead
from suite.station.returns import bring_prize_back, reverse_sale
from tests.central.ledger_checks import check
from tests.factories import ANA, BRUNO, TOML, World, moment

NOV26 = month_named("2026-11")
EVA = Attendant("01", "Eva", True)


def year_of_two(folder, carries_between=lambda world, when: None, toml=TOML):
    """Ana earns at E1 in October 2025 and redeems at E2 in September 2026; Bruno too, and takes his prize back.

    `carries_between` is called when E2's bundle could come in time, and months are closed afterwards.
    """
    world = World(folder, toml=toml)
    world.clock.moment = moment("2025-10-01T08:00")
    one, two = world.pair("E1"), world.pair("E2")
    world.stock_up("E2")
    one.sell(ANA, "A-1", amount=15_000, at=moment("2025-10-31T23:59"))
    one.sell(BRUNO, "B-1", amount=30_000, at=moment("2025-10-31T23:59"))
    one.sell(ANA, "A-2", amount=5_000, at=moment("2026-02-01T00:00"))
    world.carry_in("E1")
    world.carry_out("E2")
    world.clock.moment = moment("2026-09-20T10:00")
    for card in (ANA, BRUNO):
        two.desk.redeem(CardRead(card, "swipe"), "01", PrizeCode("MUG"), "immediate")
    bring_prize_back(two.desk, two.desk.store.tip().seq, EVA)
    two.sell(BRUNO, "C-1", amount=7_000)
    reverse_sale(two.desk, "C-1", EVA)
    carries_between(world, "in time")
    world.clock.moment = moment("2026-12-02T09:00")
    for month in due_months(world.office, NOV26):
        close_month(world.office, month)
    carries_between(world, "late")
    return world


def bring(when):
    def carry(world, now):
        if now == when:
            world.carry_in("E2")

    return carry


def ledger(world):
    """What a member owns in the end: balances and open lots."""
    lots = [(lot.account, lot.earned, lot.remaining) for lot in all_open_lots(world.office)]
    return [world.balance(account) for account in (1, 2)], lots


def facts(world, kind):
    with world.office.store.transaction():
        return [f.event for batch in world.office.store.history.facts() for f in batch if isinstance(f.event, kind)]


def test_a_late_bundle_ends_in_the_ledger_of_one_that_came_in_time(tmp_path):
    in_time = year_of_two(tmp_path / "in-time", bring("in time"))
    late = year_of_two(tmp_path / "late", bring("late"))
    assert ledger(late) == ledger(in_time) == ([50, 0], [(1, "2026-02", 50)])
    check(late.office)
    check(in_time.office)


def test_points_that_a_late_prize_had_used_are_given_back_by_an_entry_of_the_open_month(tmp_path):
    world = year_of_two(tmp_path / "late", bring("late"))
    (corrected,) = facts(world, ExpiryCorrected)
    assert [(row.account, row.points) for row in corrected.accounts] == [(1, -100)]
    assert corrected.month == NOV26 + 1
    assert [(r.account, r.points) for e in facts(world, PointsExpired) for r in e.accounts] == [(1, 150), (2, 300)]


def test_a_late_sale_that_is_past_its_time_expires_at_once(tmp_path):
    world = year_of_two(tmp_path / "world", bring("in time"))
    one = world.sites["E1"]
    before = world.balance(1)
    one.sell(ANA, "OLD-1", amount=4_000, at=moment("2025-11-05T10:00"))
    world.carry_in("E1")
    assert world.balance(1) == before
    assert [(r.account, r.points) for e in facts(world, ExpiryCorrected) for r in e.accounts] == [(1, 40)]
    one.sell(ANA, "NEW-1", amount=4_000, at=moment("2025-12-05T10:00"))
    world.carry_in("E1")
    assert world.balance(1) == before + 40
    check(world.office)


def test_a_late_sale_settles_in_the_next_settlement(tmp_path):
    world = year_of_two(tmp_path / "world", bring("in time"))
    for month in range(month_named("2025-10"), NOV26 + 1):
        settle_month(world.office, month)
    world.sites["E1"].sell(ANA, "OLD-1", amount=4_000, at=moment("2025-12-05T10:00"))
    world.carry_in("E1")
    world.clock.moment = moment("2027-01-02T09:00")
    close_month(world.office, NOV26 + 1)
    assert settle_month(world.office, NOV26 + 1).points == 40


def test_a_close_is_never_edited_and_running_it_twice_changes_nothing(tmp_path):
    world = year_of_two(tmp_path / "late")
    closes = facts(world, MonthClosed)
    before = world.tables()
    with pytest.raises(MonthAlreadyClosed):
        close_month(world.office, NOV26)
    assert world.tables() == before
    world.carry_in("E2")
    assert facts(world, MonthClosed) == closes
    corrections, once = facts(world, ExpiryCorrected), ledger(world)
    world.merge(world.bundle("E2"))
    assert (facts(world, ExpiryCorrected), ledger(world)) == (corrections, once)
    assert len(corrections) == 1


def test_a_dry_run_says_what_a_close_will_do(tmp_path):
    world = year_of_two(tmp_path / "world", bring("in time"))
    world.clock.moment = moment("2027-03-02T09:00")
    for month in due_months(world.office, NOV26 + 2):
        close_month(world.office, month)
    before = world.tables()
    rehearsed = close_month(world.office, NOV26 + 3, rehearse=True)
    assert world.tables() == before
    assert rehearsed.points == 50
    assert close_month(world.office, NOV26 + 3) == rehearsed


def test_a_rebuild_gives_the_corrected_ledger_to_the_row(tmp_path):
    world = year_of_two(tmp_path / "late", bring("late"))
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before
