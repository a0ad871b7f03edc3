"""Facts every journal holds, whoever's it is: its first entry and its statements of what it has read."""

from suite.domain.events.base import Event
from suite.domain.ids import StationCode


class Genesis(Event, frozen=True, kw_only=True, tag="Genesis.1"):
    """The first entry of a journal: one key, one journal, one incarnation of a node (protocol 3.1).

    `sign` and `box` are the node's Ed25519 and X25519 public keys in hexadecimal. The journal's id is a hash of
    this entry's bytes.
    """

    network: str
    station: StationCode
    incarnation: int
    sign: str
    box: str
    nonce: str


class Mark(Event, frozen=True, kw_only=True, tag="mark.1"):
    """Written at each export: which feed this node decided upon, in its own signed words (protocol 3.1)."""

    feed: str
    feed_count: int
