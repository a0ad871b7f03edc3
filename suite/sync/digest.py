"""What a table of rows comes to, whatever their order: kept as rows come and go, never counted anew (protocol, 3.3).

The weight of a row is BLAKE2b-128 of its JSON as central writes it, personalised by the table's name; the digest of a
table is the number of its rows and the sum of their weights modulo 2^128.
"""

import hashlib
from collections.abc import Iterable

import msgspec

BYTES = 16
MODULUS = 1 << (8 * BYTES)


class Digest(msgspec.Struct, frozen=True, array_like=True):
    """What the rows of one table come to; `total` in hexadecimal."""

    table: str
    rows: int
    total: str


def weight(table: str, row: bytes) -> int:
    """The weight of one row of a table, in JSON."""
    return int.from_bytes(hashlib.blake2b(row, digest_size=BYTES, person=table.encode()).digest(), "big")


class Sums:
    """The digests of several tables while rows come and go."""

    def __init__(self, digests: Iterable[Digest] = ()) -> None:
        """Begins at what was digested before. Raises ValueError for a total that is no number."""
        self._sums = {each.table: (each.rows, int(each.total, 16)) for each in digests}

    def add(self, table: str, row: bytes) -> None:
        """A row came."""
        self._change(table, 1, weight(table, row))

    def take_away(self, table: str, row: bytes) -> None:
        """A row went; it has to be, byte for byte, one that came."""
        self._change(table, -1, -weight(table, row))

    def _change(self, table: str, rows: int, amount: int) -> None:
        before, total = self._sums.get(table, (0, 0))
        self._sums[table] = before + rows, (total + amount) % MODULUS

    def empty(self, table: str) -> None:
        """All rows of a table went."""
        self._sums.pop(table, None)

    def digests(self) -> tuple[Digest, ...]:
        """One for each table that has rows, by name."""
        return tuple(
            Digest(table, rows, f"{total:032x}") for table, (rows, total) in sorted(self._sums.items()) if rows or total
        )
