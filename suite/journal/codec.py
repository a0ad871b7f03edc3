"""Facts to bytes and back. JSON, written once by msgspec and never written again: hashes cover these exact bytes."""

from collections.abc import Sequence
from typing import cast, get_args

import msgspec

from suite.domain.errors import N_
from suite.domain.events.base import Event, kind_of
from suite.domain.events.central import CentralFact
from suite.domain.events.node import Genesis, Mark
from suite.domain.events.portal import PortalEvent
from suite.domain.events.rights import OUTSIDE_KINDS
from suite.domain.events.shelf import ShelfEvent
from suite.domain.events.station import StationEvent
from suite.domain.events.warehouse import WarehouseEvent
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON

BODY_MAX = 256 * 1024
"""The largest fact is a programme of some hundred products, a tenth of this."""

CENTRAL_KINDS: tuple[type[Event], ...] = (Genesis, *get_args(CentralFact))
KINDS = {kind_of(kind): kind for kind in (*OUTSIDE_KINDS, *CENTRAL_KINDS)}

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Genesis | Mark | StationEvent | ShelfEvent | WarehouseEvent | PortalEvent | CentralFact)


class _Tag(msgspec.Struct):
    k: str


class UnknownFact(msgspec.Struct, frozen=True):
    """A fact of a newer Canje. Whoever reads it waits for the upgrade; the writer keeps it until it is confirmed."""

    kind: str


def encode(event: Event) -> bytes:
    """The bytes of a fact, one line of JSON."""
    body = _encoder.encode(event)
    assert b"\n" not in body, "an entry is one line"
    assert len(body) <= BODY_MAX, "a fact this large has no limit where it came in"
    return body


def decode(body: bytes) -> Event | UnknownFact:
    """The fact in those bytes. Raises BundleRefused for bytes that are no fact of any version."""
    try:
        return cast("Event", _decoder.decode(body))
    except msgspec.ValidationError:
        return _unknown(body)
    except HOSTILE_JSON as error:
        raise _malformed(error) from error


def decode_all(bodies: Sequence[bytes]) -> list[Event | UnknownFact]:
    """Many facts, each read from its own bytes: joined together, two malformed bodies could pass for two facts."""
    read = _decoder.decode
    try:
        return [read(body) for body in bodies]
    except HOSTILE_JSON:
        return [decode(body) for body in bodies]


def _unknown(body: bytes) -> UnknownFact:
    try:
        kind = msgspec.json.decode(body, type=_Tag).k
    except HOSTILE_JSON as error:
        raise _malformed(error) from error
    if kind in KINDS:
        raise _malformed(ValueError(kind))
    return UnknownFact(kind)


def _malformed(cause: Exception) -> BundleRefused:
    return BundleRefused(
        N_("An entry of the journal is malformed ({cause}). Nothing of this bundle was taken; ask for it again."),
        cause=cause,
    )
