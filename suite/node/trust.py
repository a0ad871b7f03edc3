"""Which keys of central this PC believes: the registry of its invitation, and those that followed it, beside the keys.

They stand outside the database, so that a database that is copied back believes no key that was replaced.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from suite.domain.errors import N_
from suite.runtime.errors import BundleRefused, StorageTrouble
from suite.runtime.files import write_whole
from suite.runtime.paths import Home
from suite.sync.enrolment import Invitation
from suite.sync.frames import REGISTRY, Frame
from suite.sync.registry import (
    VERSIONS_MAX,
    Registry,
    Signed,
    altered,
    begun_with,
    follow,
    keys_of,
    read_versions,
    write_versions,
)


class Trust:
    """Read anew at each question: another program beside this one may have taken central's word."""

    def __init__(self, home: Home, invitation: Invitation) -> None:
        self._home = home
        self._first = invitation.registry.encode()

    def registries(self) -> list[Registry]:
        """All versions since the invitation's, oldest first. Raises StorageTrouble."""
        try:
            first = begun_with(self._first).registry
            return [first, *(each.registry for each in follow(first, self._later()))]
        except BundleRefused as error:
            raise self._damaged() from error

    def current(self) -> Registry:
        """What central works with, as far as this PC was told. Raises StorageTrouble."""
        return self.registries()[-1]

    def following(self, told: Sequence[bytes]) -> tuple[list[Signed], list[bytes]]:
        """The versions that follow those believed here, and the keys of all: the one to believe, then those before it.

        Raises BundleRefused, StorageTrouble.
        """
        believed = self.registries()
        followed = follow(believed[-1], told)
        return followed, keys_of([*believed, *(each.registry for each in followed)])

    def keep(self, followed: Sequence[Signed]) -> None:
        """Believe the versions that follow, for good. Raises StorageTrouble."""
        if followed:
            later = [*self._later(), *(each.content for each in followed)]
            write_whole(self._home.registries, write_versions(later), private=True)

    def _later(self) -> list[bytes]:
        try:
            return read_versions(self._home.registries.read_bytes())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._damaged() from error

    def _damaged(self) -> StorageTrouble:
        return StorageTrouble(N_("The file {path} is damaged. Call support."), path=self._home.registries)


def told_before(frames: Iterator[Frame]) -> tuple[list[bytes], Iterator[Frame]]:
    """The versions of the registry that stand before central's word, and the word. Raises BundleRefused."""
    told = list[bytes]()
    for frame in frames:
        if frame.kind != REGISTRY:
            return told, chain([frame], frames)
        if len(told) == VERSIONS_MAX:
            raise altered()
        told.append(frame.content)
    return told, frames
