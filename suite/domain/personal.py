"""Personal data: kept apart from every journal, shown no wider than a task needs."""

import msgspec
from msgspec.structs import astuple

from suite.domain.errors import BadSignature, ConsentMissing
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


class Consent(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member's explicit authorisation (MEM-4): its day, and the signed form's number or the signature itself.

    `signature` is a PNG image, `terms` the version of the programme whose terms were shown.
    """

    day: str
    marketing: bool = False
    form: str = ""
    signature: bytes = b""
    terms: int = 0


SIGNATURE_MAX = 64 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


def check_consent(consent: Consent) -> None:
    """Raises ConsentMissing, BadSignature: a signed form's number, or a signature that is a small PNG image."""
    if not consent.form and not consent.signature:
        raise ConsentMissing
    if consent.signature and (len(consent.signature) > SIGNATURE_MAX or not consent.signature.startswith(PNG)):
        raise BadSignature


class Receipt(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who received a prize at its delivery (PRZ-3), the member or somebody for them; all text is sanitised."""

    name: str
    document: str = ""


class DeliveryPlace(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a member wants a prize delivered (PRZ-3); all text is sanitised."""

    address: str
    phone: str = ""


class Profile(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a member wants to be other in their data (WEB-3); what is empty stays as it is. All text is sanitised."""

    surname: str = ""
    name: str = ""
    document_type: str = ""
    document: str = ""
    phone: str = ""
    address: str = ""

    def applied_to(self, person: Person) -> Person:
        """The person with the changes."""
        return Person(*(new or old for new, old in zip(astuple(self), astuple(person), strict=True)))


class Note(msgspec.Struct, frozen=True):
    """A text that may name somebody: a message to a member (MEM-12), what an incident is about, its answer (STA-6).

    It is sanitised.
    """

    text: str


class StaffMember(msgspec.Struct, frozen=True):
    """An attendant's name, for the office and its station."""

    name: str
    number: AttendantNumber
