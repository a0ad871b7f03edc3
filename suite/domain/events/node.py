"""Facts every journal holds, whoever's it is: its first entry and its statements of what it has read."""

import msgspec

from suite.domain.events.base import Event
from suite.domain.ids import NodeKind, StationCode


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A place in a journal: its id, the number of the entry, and the head there, in hexadecimal."""

    log: str
    seq: int
    head: str


class Genesis(Event, frozen=True, kw_only=True, tag="Genesis.1"):
    """The first entry of a journal: one key, one journal, one incarnation of a node (protocol 3.1).

    `sign` and `box` are the node's Ed25519 and X25519 public keys in hexadecimal. The journal's id is a hash of
    this entry's bytes. A later incarnation on the same disk goes on from `prev`, the place where the one before
    ended: its first entry has the next number, and the chain does not break. `station` is the node's code, `kind` what
    it was invited to be: central holds every entry against that.
    """

    network: str
    station: StationCode
    incarnation: int
    sign: str
    box: str
    nonce: str
    prev: Place | None = None
    kind: NodeKind = "station"


class Mark(Event, frozen=True, kw_only=True, tag="mark.1"):
    """Written at each export: which feed this node decided upon, in its own signed words (protocol 3.1).

    `era` is that feed's, `witnessed` the place of central's own journal that it told: a central that writes its past
    anew contradicts what its stations keep and echo. `registry` is the version of central's registry of keys that the
    node works with: bundles that it makes from here on are sealed to that one's key.
    """

    feed: str
    feed_count: int
    era: int = 0
    witnessed: Place | None = None
    registry: int = 1
