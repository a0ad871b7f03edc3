"""What a station is told of an invoice that another station claimed too (STA-10)."""

import msgspec

from suite.domain.ids import DocumentNumber, StationCode
from suite.domain.quantities import Moment


class ContestedRow(msgspec.Struct, frozen=True, array_like=True):
    """An invoice claimed here and at `other`. `stands`: the claim here counts; else its points were taken."""

    document: DocumentNumber
    other: StationCode
    at: Moment
    stands: bool


class ContestedPage(msgspec.Struct, frozen=True, tag="contested"):
    """Rows by document and other station."""

    rows: tuple[ContestedRow, ...]
