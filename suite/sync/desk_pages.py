"""Pages of a feed about one desk.

Invoices that others claimed too (STA-10), its attendants' own cards (STA-11), messages to members (MEM-12),
what became of incidents that were reported there (STA-6).
"""

import msgspec

from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber, StationCode
from suite.domain.incidents import IncidentState, ReportKind
from suite.domain.messages import Message
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


class MessagePage(msgspec.Struct, frozen=True, tag="message"):
    """Rows by number: what stands, at whichever station it is said."""

    rows: tuple[Message, ...]


class ReportRow(msgspec.Struct, frozen=True, array_like=True):
    """An incident that was reported at this station, and how far central is with it."""

    number: str
    at: Moment
    kind: ReportKind
    document: DocumentNumber
    card: CardNumber
    state: IncidentState
    answer: str


class ReportPage(msgspec.Struct, frozen=True, tag="report"):
    """Rows by number: what is open, and what ended in the last 90 days."""

    rows: tuple[ReportRow, ...]


DeskPage = ContestedPage | DeclaredPage | MessagePage | ReportPage

DESK_KEYS: dict[str, tuple[str, ...]] = {
    "contested": ("document", "other"),
    "declared": ("attendant", "card"),
    "message": ("number",),
    "report": ("number",),
}
"""By what a row of each is known."""
