"""A whole exchange of a node with central, over the link or over a stick, until both have everything."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from suite.domain.dating import minutes_apart
from suite.domain.errors import N_
from suite.domain.ids import CENTRAL
from suite.domain.quantities import Moment
from suite.node import courier
from suite.node.courier import Node
from suite.runtime.clock import Clock
from suite.runtime.db import let_others_write
from suite.runtime.errors import BundleRefused, LinkTrouble, StorageTrouble
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import number, say, say_error
from suite.sync.link import Answered, Link, exchange, fetch_more
from suite.sync.over_http import BODY_MAX, BlobAnnounced, known_feed
from suite.sync.sticks import bundles_in, clear, folder_for, leave

ROUNDS_MAX = 25
"""Of 8 MiB each, before a central that never acknowledges is left alone."""
TRIES = 5
"""Cuts in a row, without a byte between them, before a long feed waits for the next exchange."""
PAUSE_SECONDS = 1.0
T = TypeVar("T")
BEGUN = re.compile(r"(?P<blob>[0-9a-f]{64})-(?P<size>\d{1,12})\.part")


class Ways(msgspec.Struct, frozen=True):
    """How this node reaches central by itself, and where copies of its bundles go; kept beside the keys."""

    link: Link | None = None
    mirror: str = ""


class Exchanged(msgspec.Struct, frozen=True):
    """What an exchange did: entries handed over, whether central's word was news, entries central lacks still."""

    sent: int
    news: bool
    pending: int
    troubles: tuple[str, ...] = ()
    """What stood beside the exchange and did not hinder it: files of others, a mirror that is not there."""


def load_ways(home: Home) -> Ways:
    """Raises StorageTrouble for a damaged file."""
    if not ways_path(home).exists():
        return Ways()
    try:
        return msgspec.json.decode(ways_path(home).read_bytes(), type=Ways)
    except (*HOSTILE_JSON, OSError) as error:
        raise StorageTrouble(N_("The file {path} is damaged. Call support."), path=ways_path(home)) from error


def save_ways(home: Home, ways: Ways) -> None:
    write_whole(ways_path(home), msgspec.json.encode(ways), private=True)


def ways_path(home: Home) -> Path:
    return home.keys.with_name("link.json")


def over_link(
    node: Node, link: Link, clock: Clock, *, begun: Path, mirror: str, wait: Callable[[float], object]
) -> Exchanged:
    """Exchange until central has everything and this node central's word. Raises LinkTrouble, BundleRefused.

    What was taken before a trouble stays taken. `begun` holds pieces of long feeds, `wait` pauses between cuts.
    """
    sent, news = 0, finish_begun(node, link, clock, begun, wait)
    troubles: dict[str, None] = {}
    for _ in range(ROUNDS_MAX):
        before = _confirmed(node)
        bundle = courier.outgoing(node, clock, BODY_MAX)
        answer = exchange(link, bundle.content, _known(node))
        feed = _feed_of(link, answer, begun, wait)
        taken = _taken(node, feed, clock) if feed else False
        if taken:
            news = True
            troubles |= dict.fromkeys(() if answer.blob else _clock_trouble(node, clock.now()))
        if bundle.fresh:
            troubles |= dict.fromkeys(keep_copy(mirror, bundle.file_name, bundle.content))
        if answer.refused and _confirmed(node) == before:
            raise LinkTrouble(N_("Central says: {sentence}"), sentence=answer.refused)
        sent += 0 if answer.refused else bundle.fresh
        # What is sold meanwhile waits for the next exchange: a busy desk would have this one go on for ever.
        if taken is not None and (not (bundle.more or answer.refused) or _confirmed(node) == before):
            break
        let_others_write()
    return Exchanged(sent, news, node.store.pending(), tuple(troubles))


def _taken(node: Node, feed: bytes, clock: Clock) -> bool | None:
    """Whether a feed was news; None for a delta that does not fit: what is asked next tells central so."""
    try:
        return node.take(feed, clock.now()).news
    except BundleRefused as refusal:
        if refusal.family != "history":
            raise
        return None


def take_all(take: Callable[[bytes], T], files: list[bytes]) -> list[T]:
    """Take bundles, one after the other; one that does not fit hinders no other that does. Raises as `take`."""
    taken, unfit = list[T](), None
    for file in files:
        try:
            taken.append(take(file))
        except BundleRefused as refusal:
            if refusal.family != "history":
                raise
            unfit = refusal
    if unfit and not taken:
        raise unfit
    return taken


def keep_copy(mirror: str, name: str, content: bytes) -> tuple[str, ...]:
    """A copy of a bundle in the mirror folder, if there is one. A mirror that cannot be written hinders nothing."""
    try:
        if mirror:
            write_whole(Path(mirror) / name, content)
    except StorageTrouble as trouble:
        return (say_error(trouble),)
    return ()


def over_stick(node: Node, stick: Path, clock: Clock, *, mirror: str = "") -> Exchanged:
    """Take what central left for this node, leave what central lacks. Raises BadInput, StorageTrouble.

    A bundle that is refused hinders no other; what it was refused for is among the troubles.
    """
    log, central = node.store.log, bytes.fromhex(node.membership.invitation.log)
    news, troubles = False, list[str]()
    for found in bundles_in(folder_for(stick, node.membership.invitation.station)):
        if found.core and found.core.to != log.hex():
            continue
        try:
            news = node.take(found.content, clock.now()).news or news
        except BundleRefused as refusal:
            troubles.append(f"{safe_text(found.path.name)}: {say_error(refusal)}")
    folder = folder_for(stick, CENTRAL)
    exported = courier.export(node, clock)
    if exported is None:
        clear(folder, sender=log, receiver=central)
        return Exchanged(0, news, node.store.pending(), tuple(troubles))
    leave(folder, exported.file_name, exported.content, sender=log, receiver=central)
    troubles += keep_copy(mirror, exported.file_name, exported.content)
    sent = exported.last - exported.first + 1
    return Exchanged(sent, news, node.store.pending(), tuple(troubles))


def finish_begun(node: Node, link: Link, clock: Clock, folder: Path, wait: Callable[[float], object]) -> bool:
    """Fetch the rest of what an earlier exchange began: a slow link gets to the end of it. Whether it was news."""
    news = False
    for part in sorted(folder.glob("*.part")) if folder.is_dir() else ():
        named = BEGUN.fullmatch(part.name)
        if named is None:
            continue
        try:
            feed = _fetched(link, BlobAnnounced(named["blob"], int(named["size"])), part, wait)
        except LinkTrouble:
            if part.exists():
                raise
            continue  # central does not keep it any longer: the exchange begins anew
        news = node.take(feed, clock.now()).news or news
    return news


def _feed_of(link: Link, answer: Answered, folder: Path, wait: Callable[[float], object]) -> bytes:
    if answer.blob is None:
        return answer.content
    return _fetched(link, answer.blob, folder / f"{answer.blob.blob}-{answer.blob.size}.part", wait)


def _fetched(link: Link, blob: BlobAnnounced, part: Path, wait: Callable[[float], object]) -> bytes:
    """All of a long feed, going on after each cut for as long as something comes. Raises LinkTrouble."""
    idle = 0
    while idle < TRIES:
        had = part.stat().st_size if part.exists() else 0
        content = fetch_more(link, blob, part)
        if content is not None:
            return content
        idle = 0 if part.stat().st_size > had else idle + 1
        wait(PAUSE_SECONDS * 2**idle)
    raise LinkTrouble(N_("The link was cut in the middle. Nothing is lost; it goes on next time."))


def _clock_trouble(node: Node, now: Moment) -> tuple[str, ...]:
    """Central told its time just now: a clock of this PC that stands elsewhere is somebody's to set."""
    state = node.store.feed_state()
    minutes = minutes_apart(state.at, now) if state else 0
    if not minutes:
        return ()
    sentence = N_("This PC's clock and central's are {minutes} minutes apart. Look which is wrong and set it right.")
    return (say(sentence, minutes=number(minutes)),)


def _confirmed(node: Node) -> int:
    state = node.store.feed_state()
    return state.ack.seq if state else 0


def _known(node: Node) -> str:
    state = node.store.feed_state()
    return known_feed(state.count, state.at) if state else ""
