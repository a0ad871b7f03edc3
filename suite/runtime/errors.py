"""How the world fails. Each class is one family of trouble with an exit code that never changes.

A `SuiteError` is said to the operator as it stands: what happened, and what to do. The business's own "no" is a
`Refusal` (suite.domain.errors) and leaves with `REFUSED`. A bug is neither: it crashes with a traceback, code 1.
`docs/exit-codes.md` is checked against this module.
"""

from typing import ClassVar, Literal

REFUSED = 3
"""Exit code of every Refusal: the business said no, nothing was recorded."""

PARTLY_DONE = 4
"""Exit code of a batch that took what it could and set the rest aside, named line by line."""


class SuiteError(Exception):
    """Something outside the business failed."""

    exit_code: ClassVar[int]

    def __init__(self, text: str, **facts: object) -> None:
        super().__init__(text)
        self.text = text
        self.facts = facts

    def __str__(self) -> str:
        return self.text.format(**self.facts)


class BadInput(SuiteError):
    """A file given to a command is not what it should be; the sentence names line and key."""

    exit_code = 5
    unfinished = False
    """The file ends in the middle: somebody may be writing it still."""


RefusedBundle = Literal["unreadable", "stranger", "history", "too-large", "newer"]
"""What a program has to know of a refused bundle; a person reads the sentence. `history` is said of a known journal
whose seal is good: its next entries are missing here, or it tells another history."""


class BundleRefused(SuiteError):
    """A bundle was not taken: damaged, forged, for somebody else, out of order or from a newer Canje."""

    exit_code = 6
    heard: bytes | None = None
    """The last entry of a genuine run that cannot be placed yet: what it says of central is heard all the same."""

    def __init__(self, text: str, family: RefusedBundle = "unreadable", **facts: object) -> None:
        super().__init__(text, **facts)
        self.family = family


class StorageTrouble(SuiteError):
    """The disk is full, read-only, failing, or the database is damaged."""

    exit_code = 7


class NotSetUp(SuiteError):
    """The folder holds no node of that kind yet, or holds one already."""

    exit_code = 8


class JournalBroken(SuiteError):
    """The journal on this disk contradicts itself or what was already sent. Nothing may be added to it."""

    exit_code = 9


class LinkTrouble(SuiteError):
    """The exchange over the network did not come about: no link, a wrong certificate, a cut, or central says no."""

    exit_code = 12


class PrinterTrouble(SuiteError):
    """The printer did not take a receipt: off, out of reach, or none is named. What it is for stays recorded."""

    exit_code = 13


class ReaderTrouble(SuiteError):
    """The card reader cannot be heard: not plugged in, its library not installed, or no desktop to listen to."""

    exit_code = 14
