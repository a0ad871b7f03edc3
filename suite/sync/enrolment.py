"""How a node joins: three files and one typed code (protocol 3.5).

Invitation (central → station), request (station → central), then the first feed, which is the approval. The
one-time code authenticates both directions, so nobody who carries the files can take a side's place; six digits
compared by telephone catch a mix-up of stations.
"""

import hashlib

import msgspec

from suite.domain.errors import N_
from suite.domain.ids import NodeKind, StationCode
from suite.domain.quantities import Moment
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.secrets import authentic, authenticator

INVITATION_SUFFIX = ".csi"
REQUEST_SUFFIX = ".csr"
VALID_MS = 30 * 24 * 3600 * 1000
"""A stick takes a week to reach the farthest station and a week to come back."""


class Invitation(msgspec.Struct, frozen=True):
    """What a node needs to trust this central: its journal's id in hexadecimal, and its registry of keys as signed."""

    network: str
    network_name: str
    station: StationCode
    station_name: str
    id: str
    log: str
    registry: str
    expires: Moment
    kind: NodeKind = "station"


class Request(msgspec.Struct, frozen=True):
    """The first entry of the node's journal, in answer to an invitation."""

    network: str
    station: StationCode
    invitation: str
    genesis: str


def write_authenticated(value: Invitation | Request, key: bytes) -> bytes:
    """The file of an invitation or a request: its payload and the code's authenticator, a line each."""
    payload = msgspec.json.encode(value)
    return payload + b"\n" + authenticator(key, payload).encode() + b"\n"


def peek_invitation(content: bytes) -> Invitation:
    """An invitation as its file states it; believe it only after `check_code`. Raises BundleRefused."""
    try:
        return msgspec.json.decode(_parts(content)[0], type=Invitation)
    except HOSTILE_JSON as error:
        raise BundleRefused(N_("This file is not an invitation. Choose the file that ends in .csi.")) from error


def peek_request(content: bytes) -> Request:
    """A request as its file states it; believe it only after `check_code`. Raises BundleRefused."""
    try:
        return msgspec.json.decode(_parts(content)[0], type=Request)
    except HOSTILE_JSON as error:
        raise BundleRefused(N_("This file is not a station's request. Choose the file that ends in .csr.")) from error


def check_code(content: bytes, key: bytes) -> None:
    """Raises BundleRefused when the file was not written by somebody who holds the same code."""
    payload, claimed = _parts(content)
    if not authentic(key, payload, claimed):
        raise BundleRefused(
            N_("The code does not fit this file: it was typed wrong, or the file is another one or was altered.")
        )


def compare_digits(invitation: str, genesis: str) -> str:
    """Six digits that both sides show and two people compare by telephone."""
    digest = hashlib.sha256(b"cs1 sas\0" + invitation.encode() + b"\0" + genesis.encode()).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def _parts(content: bytes) -> tuple[bytes, str]:
    payload, _, claimed = content.rstrip(b"\n").rpartition(b"\n")
    return payload, claimed.decode("ascii", "replace")
