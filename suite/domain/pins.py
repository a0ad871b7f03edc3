"""The attendant's PIN: a tool of accountability, asked at every swipe (STA-2). The hash is not made here."""

from suite.domain.errors import N_, AttendantIsLocked, Refusal, UnknownAttendant
from suite.domain.ids import AttendantNumber

TRIES = 5
"""Wrong PINs before an attendant is locked. Paid for before the hash is computed (trust.md 4.1)."""

ATTENDANT_DIGITS = 2
PIN_DIGITS = 6
"""Twenty bits, the least OWASP ASVS 5.0 6.5.4 takes."""

RUNS = ("01234567890", "09876543210")


class WeakPin(Refusal):
    code = "weak-pin"
    text = N_("That PIN is one that people guess first, or the one you were given. Choose six other digits.")


class NotAPin(Refusal):
    code = "not-a-pin"
    text = N_("A PIN has {digits} digits.")


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


def check_choice(pin: str, given: str) -> str:
    """The PIN that an attendant chose in place of the code that was given out. Raises NotAPin, WeakPin."""
    if len(pin) != PIN_DIGITS or not (pin.isascii() and pin.isdigit()):
        raise NotAPin(digits=PIN_DIGITS)
    if is_weak(pin) or pin == given:
        raise WeakPin
    return pin
