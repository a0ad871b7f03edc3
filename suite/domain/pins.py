"""The attendant's PIN: a tool of accountability, asked at every swipe (STA-2). The hash is not made here."""

from suite.domain.errors import AttendantIsLocked, UnknownAttendant
from suite.domain.ids import AttendantNumber

TRIES = 5
"""Wrong PINs before an attendant is locked. Paid for before the hash is computed (trust.md 4.1)."""

ATTENDANT_DIGITS = 2
PIN_DIGITS = 6
"""Twenty bits, the least OWASP ASVS 5.0 6.5.4 takes."""

RUNS = ("01234567890", "09876543210")


def split_code(typed: str) -> tuple[AttendantNumber, str]:
    """What an attendant types, `07493817`, as its number and its PIN. Raises UnknownAttendant for another shape."""
    if len(typed) != ATTENDANT_DIGITS + PIN_DIGITS or not (typed.isascii() and typed.isdigit()):
        raise UnknownAttendant
    return AttendantNumber(typed[:ATTENDANT_DIGITS]), typed[ATTENDANT_DIGITS:]


def pay_for_try(attendant: AttendantNumber, left: int) -> int:
    """The tries left once this one is paid for. Raises AttendantIsLocked when there is none to pay with."""
    if left < 1:
        raise AttendantIsLocked(attendant=attendant)
    return left - 1


def is_weak(pin: str) -> bool:
    """Whether a PIN is one that people guess first: few digits repeated, a run, a repeated half."""
    half = PIN_DIGITS // 2
    return len(set(pin)) <= half - 1 or any(pin in run for run in RUNS) or pin[:half] == pin[half:]
