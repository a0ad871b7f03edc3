"""GS1 element strings: application identifiers and their values. Pure; nothing here knows a reader or a card.

Source: GS1 General Specifications, section 3 (formats), 7.8 (which need no separator) and 7.9 (check digits). Which
identifier needs which other is not looked at, nor what a value means: no decision here rests on either.
"""

import re
from dataclasses import dataclass
from typing import Final

FNC1: Final = "\x1d"
"""What a reader sends for the separator behind a value of no predefined length (FNC1, the control character GS)."""

MEMBER: Final = "8018"
"""The identifier of a member's number: Global Service Relation Number of the recipient, as on a loyalty card."""

_CLASSES: Final = {
    "N": "[0-9]",
    "X": r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]""",  # the 82 characters of table 7.11-1
    "D": "[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])",  # YYMMDD; day 00 stands for the whole month
}
_PREDEFINED = re.compile("0[0-4]|1[1-9]|20|3[1-6]|41")
_PART = re.compile(r"(?P<class>[NXD])(?P<upto>\.\.)?(?P<length>[0-9]*)(?P<check>c?)(?P<maybe>\??)")


@dataclass(frozen=True, slots=True)
class _Format:
    """What may stand behind an application identifier; `check` is how many digits end with a check digit, or 0."""

    identifier: re.Pattern[str]
    value: re.Pattern[str]
    check: int

    def read(self, text: str, at: int) -> tuple[str, str] | None:
        """The identifier and its value that stand there; None for another one, or a wrong value."""
        identifier = self.identifier.match(text, at)
        value = identifier and self.value.match(text, identifier.end())
        if not identifier or not value or not check_digit_is_right(value[0][: self.check]):
            return None
        return identifier[0], value[0]


def _format(identifier: str, notation: str) -> _Format:
    """A row of the table: `N6` is six digits, `X..20` up to 20 characters, `c` ends in a check digit, `?` may lack."""
    pattern, check = "", 0
    for part in _PART.finditer(notation):
        count = f"{{{'1,' if part['upto'] else ''}{part['length']}}}" if part["length"] else ""
        pattern += f"(?:{_CLASSES[part['class']]}{count}){part['maybe']}"
        check = int(part["length"]) if part["check"] else check
    return _Format(re.compile(identifier), re.compile(pattern), check)


# No identifier is the beginning of another.
_FORMATS: Final = tuple(
    _format(identifier, notation)
    for identifier, notation in (
        ("00|801[78]", "N18c"),
        ("0[123]", "N14c"),
        ("1[1-35-7]", "D"),
        ("10|2[12]|243|254|7005|702[012]|71[0-7]|7240|8002|8012", "X..20"),
        ("20|7241", "N2"),
        ("235", "X..28"),
        ("24[01]|25[01]|40[03]|7002|7023|8004|8013|8020|90", "X..30"),
        ("242|7004", "N..6"),
        ("253", "N13cX..17?"),
        ("255", "N13cN..12?"),
        ("30|37", "N..8"),
        ("31[0-6][0-5]|32[0-9][0-5]|33[0-7][0-5]|34[0-9][0-5]|35[0-7][0-5]|36[0-9][0-5]|395[0-5]|8005", "N6"),
        ("39[02][0-9]", "N..15"),
        ("39[13][0-9]", "N3N..15"),
        ("394[0-3]|8111", "N4"),
        ("401|43(?:0[01]|1[019]|20)|8007|8009|801[049]|8030|8110|8112|8200|9[1-9]", "X..90"),
        ("402", "N17c"),
        ("41[0-7]", "N13c"),
        ("420|4318", "X..20"),
        ("421", "N3X..9"),
        ("42[246]", "N3"),
        ("42[35]", "N3N..12?"),
        ("427|7008", "X..3"),
        ("430[2-68]|431[2-6]", "X..70"),
        ("43(?:07|17)|7010", "X..2"),
        ("4309", "N20"),
        ("432[123]|7252", "N1"),
        ("432[45]|7003", "N10"),
        ("4326|433[0-3]|7006", "N6X..1?"),
        ("7001", "N13"),
        ("7007", "DD?"),
        ("7009", "X..10"),
        ("7011", "DN..4?"),
        ("703[0-9]", "N3X..27"),
        ("7040", "N1X3"),
        ("7041", "X..4"),
        ("723[0-9]", "X2X..28"),
        ("7242|725[3-9]", "X..90"),
        ("7250", "N8"),
        ("7251", "N12"),
        ("8001", "N14"),
        ("8003", "N14cX..16?"),
        ("8006|8026", "N14cN4"),
        ("8008", "N8N..4?"),
        ("8011", "N..12"),
    )
)


def elements(text: str) -> tuple[tuple[str, str], ...] | None:
    """The (identifier, value) pairs of an element string without its first FNC1; None where it is not one."""
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(text):
        element = next((e for e in (form.read(text, at) for form in _FORMATS) if e), None)
        if element is None:
            return None
        found.append(element)
        at += len(element[0]) + len(element[1])
        separated = text[at : at + 1] == FNC1
        if at < len(text) and not separated and not _PREDEFINED.match(element[0]):
            return None
        at += separated
    return None if text.endswith(FNC1) else tuple(found) or None


def check_digit_is_right(digits: str) -> bool:
    """Whether the last digit is the check digit of the others, weights 3 and 1 from the right; nothing is right."""
    weighted = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(weighted) % 10 == 0
