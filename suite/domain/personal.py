"""Personal data: kept apart from every journal, shown no wider than a task needs."""

import msgspec

from suite.domain.ids import AttendantNumber


class Person(msgspec.Struct, frozen=True):
    """A member's own data. `document_type` is DNI, CUIT, LE …; all text has passed the sanitiser."""

    surname: str
    name: str
    document_type: str = ""
    document: str = ""
    phone: str = ""
    address: str = ""

    @property
    def full_name(self) -> str:
        """Surname first, as lists and slips print it; companies have no first name."""
        return f"{self.surname}, {self.name}" if self.name else self.surname

    @property
    def greeting(self) -> str:
        """First name and initial of the surname: all that a station is told about a member."""
        return f"{self.name} {self.surname[:1]}." if self.name else self.surname


class StaffMember(msgspec.Struct, frozen=True):
    """An attendant's name, for the office and its station."""

    name: str
    number: AttendantNumber
