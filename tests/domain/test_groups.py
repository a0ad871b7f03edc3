"""Accounts that are one member's (MEM-10): merged in any order, never so that it could not be undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.calendar import Month
from suite.domain.groups import Groups
from suite.domain.ids import AccountId
from suite.domain.lots import ClosedMonth, Lot, expired_by, open_lots, pooled
from tests.domain.examples import examples
from tests.domain.ledgers import credit, months_of, spend


def groups(*merges):
    """Accounts merged: (account, into)."""
    return Groups({AccountId(account): AccountId(into) for account, into in merges})


def test_an_account_that_was_never_merged_is_a_member_of_its_own():
    nobody = groups()
    assert nobody.root_of(AccountId(1)) == 1
    assert nobody.members_of(AccountId(1)) == (1,)
    assert (nobody.roots, nobody.merged, nobody.everybody()) == ([], [], [])


def test_a_merged_account_leads_to_the_member():
    both = groups((2, 1))
    assert (both.root_of(AccountId(2)), both.root_of(AccountId(1))) == (1, 1)
    assert both.members_of(AccountId(1)) == (1, 2)
    assert (both.roots, both.merged, both.everybody()) == ([1], [2], [1, 2])


def test_a_member_who_is_merged_takes_those_merged_before_along():
    chain = groups((3, 2), (2, 1), (9, 8))
    assert [chain.root_of(AccountId(a)) for a in (1, 2, 3, 8, 9)] == [1, 1, 1, 8, 8]
    assert chain.members_of(AccountId(1)) == (1, 2, 3)
    assert chain.roots == [1, 8]


def test_numbers_of_a_members_accounts_add_up():
    both = groups((2, 1))
    assert both.summed([(AccountId(1), 100), (AccountId(2), 200), (AccountId(5), 7)]) == {1: 300, 5: 7}


def test_undoing_a_merge_leaves_two_members_as_before():
    before, merged, after = groups((9, 8)), groups((9, 8), (2, 1)), groups((9, 8))
    numbers = [(AccountId(account), account * 10) for account in (1, 2, 8, 9)]
    assert merged.summed(numbers) == {1: 30, 8: 170}
    assert after.summed(numbers) == before.summed(numbers) == {1: 10, 2: 20, 8: 170}


def test_one_halfs_debt_is_paid_by_the_others_points_while_they_are_one():
    owes, has = months_of([spend(2, 30)]), months_of([credit(1, 100)])
    assert open_lots(pooled([owes, has])) == [Lot(Month(1), 70)]
    assert open_lots(has) == [Lot(Month(1), 100)]


@pytest.mark.parametrize(("close", "together", "apart"), [(12, 0, 0), (13, 70, 100)])
def test_what_one_half_spent_saves_the_other_halfs_oldest_points(close, together, apart):
    owes, has = months_of([spend(2, 30)]), months_of([credit(1, 100)])
    closes = [ClosedMonth(Month(close), Month(close - 12))]
    assert expired_by(pooled([owes, has]), closes) == together
    assert expired_by(owes, closes) + expired_by(has, closes) == apart


parents = st.integers(2, 8).flatmap(
    lambda size: st.tuples(*(st.integers(0, child - 1) for child in range(1, size + 1)))
)


@examples(200)
@given(parents, st.randoms(use_true_random=False))
def test_every_account_is_of_one_member_whatever_the_order_of_the_merges(tree, random):
    merges = list(enumerate(tree, start=1))
    kept = [(child, parent) for child, parent in merges if parent or random.random() < 0.5]
    found, shuffled = groups(*kept), groups(*random.sample(kept, len(kept)))
    accounts = [AccountId(n) for n in range(len(tree) + 1)]
    roots = {found.root_of(account) for account in accounts}

    assert [found.root_of(a) for a in accounts] == [shuffled.root_of(a) for a in accounts]
    assert sorted(a for root in roots for a in found.members_of(root)) == accounts
    assert all(found.root_of(root) == root for root in roots)
    assert sum(found.summed((a, 1) for a in accounts).values()) == len(accounts)
    assert found.everybody() == sorted({a for root in found.roots for a in found.members_of(root)})
