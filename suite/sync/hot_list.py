"""Cards whose state changed, ahead of the next feed: central's word, signed, the same for every station (MEM-13)."""

import msgspec

from suite.domain.quantities import Moment
from suite.journal.keys import Signer, signed_by
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.sync.feed import CardRow, not_signed, signed_words
from suite.sync.frames import HOT, Frame


class HotList(msgspec.Struct, frozen=True):
    """Cards whose state changed after the count `since`, up to `to`: the hot list as a delta (MEM-13).

    It says the same to every station of the network, so any stick may carry it on.
    """

    net: str
    since: int
    to: int
    at: Moment
    cards: tuple[CardRow, ...]


def hot_frame(hot: HotList, signer: Signer) -> Frame:
    """The hot list as central signs it."""
    payload = msgspec.json.encode(hot)
    return Frame(HOT, payload + b"\n" + signer.sign(b"hot", payload).hex().encode())


def read_hot(frame: Frame, *, net: str, central: bytes) -> HotList:
    """A hot list signed by this network's central. Raises BundleRefused."""
    try:
        payload, signature = signed_words(frame)
        hot = msgspec.json.decode(payload, type=HotList)
        if not signed_by(central, b"hot", payload, signature) or hot.net != net:
            raise ValueError(hot.net)
    except (*HOSTILE_JSON, ValueError) as error:
        raise not_signed() from error
    return hot
