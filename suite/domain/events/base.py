"""What every fact has: a kind on the wire and the moment it happened."""

import msgspec

from suite.domain.quantities import Moment


class Event(msgspec.Struct, frozen=True, tag_field="k", omit_defaults=True, kw_only=True, gc=False):
    """A fact. `at` is the clock of the node that recorded it, or the till's own when the fact came from a file.

    A fact holds no reference to itself, so the garbage collector need not watch it (a third of a merge's time).
    """

    at: Moment


class CentralEvent(Event, frozen=True, kw_only=True):
    """A fact of the office. `by` is who did it (CEN-7)."""

    by: str


def kind_of(event: type[Event] | Event) -> str:
    """The wire name of an event or of its class."""
    tag = (event if isinstance(event, type) else type(event)).__struct_config__.tag
    assert isinstance(tag, str)
    return tag
