"""Pages of a feed about one desk: invoices that others claimed too (STA-10), its attendants' own cards (STA-11)."""

import msgspec

from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber, StationCode
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


class DeclaredRow(msgspec.Struct, frozen=True, array_like=True):
    """A card that is an attendant's own or a relative's."""

    attendant: AttendantNumber
    card: CardNumber


class DeclaredPage(msgspec.Struct, frozen=True, tag="declared"):
    """Rows by attendant and card."""

    rows: tuple[DeclaredRow, ...]
