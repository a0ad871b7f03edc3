"""What comes beside a journal: personal data that entries commit to, each in the shape it was promised in."""

from collections.abc import Iterable

import msgspec

from suite.domain.errors import N_
from suite.domain.events.member_desk import IncidentReported
from suite.domain.events.portal import Asked, PrizeAsked, ProfileChangeAsked
from suite.domain.events.station import PrizeRequested
from suite.domain.personal import Consent, DeliveryPlace, Note, Person, Profile, Receipt
from suite.journal.entry import commitment
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.safe_text import safe_text
from suite.sync.frames import BLOB, Frame, open_blob

SHAPES = (Person, Consent, Receipt, DeliveryPlace, Profile, Note)


def blobs_of(event: Asked | IncidentReported | PrizeRequested) -> set[tuple[str, type]]:
    """What a request, a report or an order commits to, and the shape it has."""
    if isinstance(event, IncidentReported):
        return {(event.note, Note)} if event.note else set()
    if isinstance(event, PrizeAsked | PrizeRequested):
        return {(event.place, DeliveryPlace)} if event.place else set()
    return {(event.profile, Profile)} if isinstance(event, ProfileChangeAsked) else set()


def blobs_in(frames: list[Frame], shapes: set[tuple[str, type]]) -> Iterable[tuple[bytes, bytes]]:
    """The (salt, blob) pairs beside the journal that are committed to, each in its shape. Raises BundleRefused."""
    for frame in frames:
        if frame.kind != BLOB:
            continue
        salt, blob = open_blob(frame)
        name = commitment(salt, blob)
        meant = [shape for shape in SHAPES if (name, shape) in shapes]
        for shape in meant:
            _check_blob(blob, shape)
        if meant:
            yield salt, blob


def _check_blob(blob: bytes, shape: type) -> None:
    """Personal data of a station is as hostile as any text from outside."""
    try:
        value: msgspec.Struct = msgspec.json.decode(blob, type=shape)
    except HOSTILE_JSON as error:
        raise BundleRefused(N_("This station wrote personal data that nobody can read. Nothing was taken.")) from error
    texts = [text for text in msgspec.structs.astuple(value) if isinstance(text, str)]
    if any(text != safe_text(text, len(text)) for text in texts):
        raise BundleRefused(N_("This station wrote personal data with control characters. Nothing was taken."))
