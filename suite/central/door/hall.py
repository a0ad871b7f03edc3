"""Where nodes that join over the link are met: invitations to fetch, and requests that wait for a person's word.

The three files of an enrolment (protocol 3.5), without a stick. An invitation is asked for by a name that only its
one-time code tells; a request is kept only if it was written with that code. Nobody is let in here: that is `approve`.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from suite.central.office import Office
from suite.domain.errors import N_
from suite.domain.ids import StationCode
from suite.runtime.errors import BadInput, BundleRefused
from suite.runtime.files import read_whole, write_whole
from suite.runtime.secrets import Secret, invitation_name, whole_code
from suite.sync.enrolment import (
    INVITATION_SUFFIX,
    REQUEST_SUFFIX,
    Request,
    compare_digits,
    peek_invitation,
    peek_request,
)
from suite.sync.over_http import JOIN_MAX

NAME = re.compile(r"[0-9a-f]{64}")
RIVALS_MAX = 2
"""Who has the code and is not the station is seen beside it; a third tells nobody anything new."""


class Waiting(msgspec.Struct, frozen=True):
    """A request that came over the link and the digits its sender's screen shows. `rivals`: others with its code."""

    station: StationCode
    digits: str
    request: str
    rivals: int


class Hall:
    """The folder of one central. Its files carry no trust; each is checked again when it is used."""

    def __init__(self, office: Office, folder: Path) -> None:
        self._office, self._folder = office, folder

    def offer(self, invitation: bytes, code: Secret) -> None:
        """Let whoever has the code fetch its invitation; what has expired goes. Raises StorageTrouble."""
        self._sweep()
        name = invitation_name(whole_code(code.reveal()))
        write_whole(self._folder / f"{name}{INVITATION_SUFFIX}", invitation, private=True)

    def invitation(self, name: str) -> bytes | None:
        """The invitation asked for by that name, as long as it is offered."""
        path = self._folder / f"{name}{INVITATION_SUFFIX}"
        return read_whole(path, JOIN_MAX) if NAME.fullmatch(name) and path.is_file() else None

    def take(self, content: bytes) -> Waiting:
        """Keep a request until a person decides; the same one again changes nothing. Raises BundleRefused."""
        request = peek_request(content)
        path = self._folder / f"{hashlib.sha256(content).hexdigest()}{REQUEST_SUFFIX}"
        if not path.is_file():
            with self._office.store.transaction():
                self._office.checked_request(content)
            if len(self._answers(request.invitation)) >= RIVALS_MAX:
                raise BundleRefused(N_("Two other PCs answered this invitation already. Call central."), "stranger")
            write_whole(path, content, private=True)
        return self._told(path, request)

    def waiting(self) -> list[Waiting]:
        """The requests nobody decided on yet."""
        with self._office.store.transaction():
            return [
                self._told(path, peek_request(content)) for path, content in self._requests() if self._open(content)
            ]

    def _open(self, content: bytes) -> bool:
        """Whether it can still be approved: its code was not used meanwhile."""
        try:
            self._office.checked_request(content)
        except BundleRefused:
            return False
        return True

    def _told(self, path: Path, request: Request) -> Waiting:
        rivals = len(self._answers(request.invitation)) - 1
        return Waiting(request.station, compare_digits(request.invitation, request.genesis), str(path), rivals)

    def request_of(self, station: StationCode) -> bytes:
        """The one request that waits for a station. Raises BadInput when there is none, or two."""
        waiting = [each for each in self.waiting() if each.station == station]
        if not waiting:
            raise BadInput(N_("No request of {station} came over the link. Name the request's file."), station=station)
        if len(waiting) > 1:
            raise BadInput(
                N_("Two PCs ask to be {station}. Compare the digits by telephone and approve the right file."),
                station=station,
            )
        return read_whole(Path(waiting[0].request), JOIN_MAX)

    def _answers(self, invitation: str) -> list[Path]:
        return [path for path, content in self._requests() if peek_request(content).invitation == invitation]

    def _requests(self) -> Iterator[tuple[Path, bytes]]:
        for path in sorted(self._folder.glob(f"*{REQUEST_SUFFIX}")):
            yield path, read_whole(path, JOIN_MAX)

    def _sweep(self) -> None:
        """What answers no invitation on offer goes with it."""
        offered = set()
        for path in self._folder.glob(f"*{INVITATION_SUFFIX}"):
            invitation = peek_invitation(read_whole(path, JOIN_MAX))
            if invitation.expires < self._office.clock.now():
                path.unlink(missing_ok=True)
            else:
                offered.add(invitation.id)
        for path, content in self._requests():
            if peek_request(content).invitation not in offered:
                path.unlink(missing_ok=True)
