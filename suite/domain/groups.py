"""Accounts that are one member's (MEM-10): merged as a fact, and never so that it could not be undone.

A merged account keeps its own movements; the member's balance, lots and tier are those of all of them together. What
two stations wrote about the two halves, before either knew, stays true as it was written.
"""

from collections.abc import Iterable, Mapping

from suite.domain.ids import AccountId


class Groups:
    """Who was merged into whom: `parents` leads from a merged account to the one that it was merged into."""

    def __init__(self, parents: Mapping[AccountId, AccountId]) -> None:
        self._parents = dict(parents)
        self._members: dict[AccountId, list[AccountId]] = {}
        for account in sorted(self._parents):
            self._members.setdefault(self.root_of(account), []).append(account)

    def root_of(self, account: AccountId) -> AccountId:
        """The account that stands for the member; itself when it was never merged."""
        while account in self._parents:
            account = self._parents[account]
        return account

    def members_of(self, root: AccountId) -> tuple[AccountId, ...]:
        """A root and all that was merged into it, root first."""
        return (root, *self._members.get(root, ()))

    @property
    def roots(self) -> list[AccountId]:
        """The roots of groups of two accounts and more."""
        return sorted(self._members)

    @property
    def merged(self) -> list[AccountId]:
        """The accounts that are no longer a member of their own."""
        return sorted(self._parents)

    def everybody(self) -> list[AccountId]:
        """All accounts of groups, roots included."""
        return sorted({*self.merged, *self.roots})

    def summed(self, numbers: Iterable[tuple[AccountId, int]]) -> dict[AccountId, int]:
        """Numbers of accounts added up by root."""
        sums: dict[AccountId, int] = {}
        for account, number in numbers:
            root = self.root_of(account)
            sums[root] = sums.get(root, 0) + number
        return sums
