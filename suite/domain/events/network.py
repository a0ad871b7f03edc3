"""Facts about nodes and their journals: who goes on under which key, what parted, what is not believed any more."""

from suite.domain.events.base import CentralEvent
from suite.domain.ids import NodeKind, StationCode
from suite.domain.quantities import Moment


class NodeAdded(CentralEvent, frozen=True, kw_only=True, tag="NodeAdded.1"):
    """A node that is no station joined the network: its journal may hold what its kind may write (SYN-2)."""

    node: StationCode
    name: str
    kind: NodeKind


class ContinuationAsked(CentralEvent, frozen=True, kw_only=True, tag="ContinuationAsked.1"):
    """A station's PC asks to go on under a new key: `genesis` begins its next journal, signed by the key before.

    Nothing of that journal is taken until a person has compared the digits and approved it.
    """

    station: StationCode
    genesis: str


class JournalForked(CentralEvent, frozen=True, kw_only=True, tag="JournalForked.1"):
    """Under one key a journal went on in two ways from a place: a disk was restored or copied (SYN-3).

    Both are kept. What parts from the line `journal` after entry `seq`, where the head was `head`, is from here on a
    line of its own, whose number is this entry's place.
    """

    journal: int
    seq: int
    head: str


class JournalRevoked(CentralEvent, frozen=True, kw_only=True, tag="JournalRevoked.1"):
    """The key of a journal is not believed any more: what it seals from here on is not taken."""

    station: StationCode
    log: str
    reason: str


class EraBegun(CentralEvent, frozen=True, kw_only=True, tag="EraBegun.1"):
    """Central came back from a backup: a station holds data that this central does not know it ever told (SYN-3).

    Feeds of this era come before all of the eras before it.
    """

    era: int
    station: StationCode
    feed_count: int


class PastContradicted(CentralEvent, frozen=True, kw_only=True, tag="PastContradicted.1"):
    """A station was told another past of central's journal than the one that stands here: it was written anew (T25)."""

    station: StationCode
    seq: int


class RegistryPublished(CentralEvent, frozen=True, kw_only=True, tag="RegistryPublished.1"):
    """Who keeps root keys changed, or central works with new keys: version `version` of the registry, as it was signed.

    The first version follows from this journal's genesis, and has no such entry.
    """

    version: int
    registry: str


class KeysRetired(CentralEvent, frozen=True, kw_only=True, tag="KeysRetired.1"):
    """The secrets to which bundles were sealed before version `version` of the registry were destroyed.

    `unheard` are the nodes that had not said that they know that version.
    """

    version: int
    unheard: tuple[StationCode, ...] = ()


class ClockDoubted(CentralEvent, frozen=True, kw_only=True, tag="ClockDoubted.1"):
    """A station's clock was wrong: entries `first` to `last` of a journal count as of between two moments of central.

    `earliest` is when central had told what the journal decided upon, `latest` when the entries came (protocol 3.10).
    """

    journal: int
    first: int
    last: int
    earliest: Moment
    latest: Moment


NetworkFact = (
    NodeAdded
    | ContinuationAsked
    | JournalForked
    | JournalRevoked
    | EraBegun
    | PastContradicted
    | ClockDoubted
    | RegistryPublished
    | KeysRetired
)
