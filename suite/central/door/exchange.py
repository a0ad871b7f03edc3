"""What a request at the door means: a bundle in, the feed of whoever sealed it out. Nothing is kept between requests.

The addressee of the answer is the journal whose seal was verified inside the bundle, never what an envelope, a header
or a parameter claims. Sockets are `server.py`'s.
"""

import re
import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from suite.central.door.blobs import Blobs
from suite.central.door.description import DESCRIPTION
from suite.central.door.hall import Hall
from suite.central.door.limits import BY_ADDRESS, BY_ALL, BY_STATION, Buckets
from suite.central.feeds import export_answer
from suite.central.merge import Merged, NotMerged, merge
from suite.central.office import Office
from suite.domain.calendar import local_time
from suite.domain.errors import N_
from suite.runtime.errors import BundleRefused, RefusedBundle, StorageTrouble
from suite.runtime.paths import Home
from suite.runtime.safe_text import LINE_MAX, safe_text
from suite.runtime.secrets import load_node_secrets
from suite.runtime.texts import number, say, say_error
from suite.sync.over_http import (
    ACCEPTED,
    BLOB_PATH,
    BODY_MAX,
    BUNDLE_TYPE,
    BUSY,
    CONFLICT,
    DESCRIPTION_PATH,
    ENROLMENT_TYPE,
    GONE,
    INVITATION_PATH,
    JOIN_MAX,
    JOIN_PATH,
    JSON_TYPE,
    NOTHING_NEW,
    OK,
    PARTIAL,
    PROBLEM_TYPE,
    SHUT,
    SYNC_PATH,
    BlobAnnounced,
    Problem,
    parse_known_feed,
)

STATUSES: dict[RefusedBundle, int] = {
    "unreadable": 400,
    "stranger": 403,
    "history": CONFLICT,
    "too-large": 413,
    "newer": 426,
}
BODIES = {SYNC_PATH: BODY_MAX, JOIN_PATH: JOIN_MAX}
TURN_SECONDS = 20.0
"""How long a request waits for the ones before it; then it is told to come again."""
RETRY_SECONDS = 5
EVERYBODY = "everybody"
SPAN = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")


class Asked(msgspec.Struct, frozen=True):
    """A request without its body; `length` is None when it did not say one."""

    method: str
    path: str
    address: str
    length: int | None = None
    known: str = ""
    span: str = ""


class Reply(msgspec.Struct, frozen=True):
    """An answer: bytes, or `length` bytes of a file from `start` on."""

    status: int
    content: bytes = b""
    media: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    file: Path | None = None
    start: int = 0
    length: int = 0


class Door:
    """The office behind one door: one exchange at a time, each in transactions of its own."""

    def __init__(self, office: Office, home: Home, said: Callable[[str], None] = lambda _: None) -> None:
        self._office, self._home = office, home
        self._blobs = Blobs(home.out / "feeds")
        self._hall = Hall(office, home.joining)
        self._said = said
        self._turn, self._counting = threading.Lock(), threading.Lock()
        self._addresses, self._stations, self._all = Buckets(BY_ADDRESS), Buckets(BY_STATION), Buckets(BY_ALL)

    def before_body(self, asked: Asked) -> Reply | None:
        """The answer to a request whose body need not be read; None when it is to be read."""
        methods = _methods(asked.path)
        if not methods:
            return problem(GONE, N_("There is nothing here. Stations exchange at /v1/sync."))
        if asked.method not in methods:
            return problem(405, N_("That is not how this is asked."), ("Allow", methods))
        if wait := self._too_often(asked.address):
            return _come_later(wait)
        return _too_long(asked) if asked.method == "POST" else None

    def answer(self, asked: Asked, body: bytes) -> Reply:
        """The answer to a request that `before_body` let pass. Never raises for what came from outside."""
        if asked.path == DESCRIPTION_PATH:
            return Reply(OK, DESCRIPTION, JSON_TYPE)
        if asked.path.startswith(BLOB_PATH):
            return self._piece(asked)
        if asked.path.startswith(INVITATION_PATH):
            return self._invitation(asked)
        if not self._turn.acquire(timeout=TURN_SECONDS):
            return _shut()
        try:
            return self._request(body) if asked.path == JOIN_PATH else self._exchange(asked, body)
        except StorageTrouble as trouble:
            self._said(say_error(trouble))
            return _shut()
        finally:
            self._turn.release()

    def rest(self) -> None:
        """Wait for the exchange under way and let no other begin."""
        self._turn.acquire()

    def _too_often(self, address: str) -> int:
        with self._counting:
            now = self._office.clock.now()
            return self._addresses.wait_ms(address, now) or self._all.wait_ms(EVERYBODY, now)

    def _invitation(self, asked: Asked) -> Reply:
        """The second and third call of an enrolment are `_request` and, once a person approved, the exchange."""
        content = self._hall.invitation(asked.path.removeprefix(INVITATION_PATH))
        if content is None:
            return problem(GONE, N_("That code has no invitation here. It serves for 30 days; ask for a new one."))
        return Reply(OK, content, ENROLMENT_TYPE)

    def _request(self, body: bytes) -> Reply:
        try:
            waiting = self._hall.take(body)
        except BundleRefused as refusal:
            return _refused(refusal)
        self._said(say(N_("{station} asks to join: {digits}"), station=waiting.station, digits=waiting.digits))
        return Reply(ACCEPTED)

    def _exchange(self, asked: Asked, body: bytes) -> Reply:
        self._office.secrets = load_node_secrets(self._home.keys)  # they may have been changed while the door is open
        [result] = merge(self._office, [(asked.address, body)]).results
        self._said(_in_words(asked.address, result))
        if result.station is None:
            assert isinstance(result, NotMerged)
            return _refused(result.refusal)
        with self._counting:
            wait = self._stations.wait_ms(result.station, self._office.clock.now())
        if wait:
            return _come_later(wait)
        count, day = self._now()
        if isinstance(result, NotMerged):
            return _refused(result.refusal, self._blob(result.log, count, day))
        return Reply(NOTHING_NEW) if self._is_current(asked.known, count, day) else self._feed(result.log, count, day)

    def _feed(self, log: bytes, count: int, day: str) -> Reply:
        """Central's word to the journal that spoke; nothing for one that waits for a person's word."""
        if kept := self._blobs.current(log.hex(), count, day):
            return _announced(kept)
        answer = export_answer(self._office, log)
        if answer is None:
            return Reply(NOTHING_NEW)
        if len(answer.content) > BODY_MAX:
            return _announced(self._blobs.keep(log.hex(), count, day, answer.content))
        return Reply(OK, answer.content, BUNDLE_TYPE)

    def _blob(self, log: bytes, count: int, day: str) -> BlobAnnounced | None:
        if kept := self._blobs.current(log.hex(), count, day):
            return kept
        answer = export_answer(self._office, log)
        return self._blobs.keep(log.hex(), count, day, answer.content) if answer else None

    def _now(self) -> tuple[int, str]:
        """Central's count, and its business day: tiers and expiries change with the calendar."""
        with self._office.store.transaction():
            count, zone = self._office.store.count(), self._office.zone()
        return count, f"{local_time(self._office.clock.now(), zone):%Y%m%d}"

    def _is_current(self, known: str, count: int, day: str) -> bool:
        named = parse_known_feed(known)
        if named is None or named[0] != count:
            return False
        with self._office.store.transaction():
            zone = self._office.zone()
        try:
            return f"{local_time(named[1], zone):%Y%m%d}" == day
        except (OverflowError, ValueError):
            return False

    def _piece(self, asked: Asked) -> Reply:
        path = self._blobs.find(asked.path.removeprefix(BLOB_PATH))
        if path is None:
            return problem(GONE, N_("Central does not keep that any longer. Begin the exchange again."))
        size = path.stat().st_size
        found = SPAN.fullmatch(asked.span)
        first = int(found[1]) if found else 0
        last = min(size - 1, int(found[2]) if found and found[2] else size - 1)
        if found and (first >= size or last < first):
            return problem(416, N_("There is nothing at that place."), ("Content-Range", f"bytes */{size}"))
        span = (("Content-Range", f"bytes {first}-{last}/{size}"),) if found else ()
        headers = (("Accept-Ranges", "bytes"), *span)
        return Reply(PARTIAL if found else OK, b"", BUNDLE_TYPE, headers, path, first, last - first + 1)


def problem(status: int, sentence: str, *headers: tuple[str, str], **facts: object) -> Reply:
    """The answer that says what is wrong, in words."""
    text = say(sentence, **facts)
    return _problem(Problem(text, status, text), *headers)


def _problem(told: Problem, *headers: tuple[str, str]) -> Reply:
    return Reply(told.status, msgspec.json.encode(told), PROBLEM_TYPE, headers)


def _methods(path: str) -> str:
    if path in BODIES:
        return "POST"
    return "GET" if path == DESCRIPTION_PATH or path.startswith((BLOB_PATH, INVITATION_PATH)) else ""


def _too_long(asked: Asked) -> Reply | None:
    if asked.length is None:
        return problem(411, N_("The length of the bundle was not said."))
    limit = BODIES[asked.path]
    if asked.length > limit:
        return problem(413, N_("More than {limit} bytes: send less at a time."), limit=limit)
    return None


def _come_later(wait_ms: int) -> Reply:
    seconds = -(-wait_ms // 1000)
    return problem(BUSY, N_("Too many exchanges at once. What came is safe; come again later."), _retry(seconds))


def _shut() -> Reply:
    return problem(SHUT, N_("Central is busy. Nothing is lost; come again in a moment."), _retry(RETRY_SECONDS))


def _retry(seconds: int) -> tuple[str, str]:
    return "Retry-After", str(seconds)


def _announced(blob: BlobAnnounced) -> Reply:
    return Reply(OK, msgspec.json.encode(blob), JSON_TYPE)


def _refused(refusal: BundleRefused, feed: BlobAnnounced | None = None) -> Reply:
    """The sentence, cleaned: its facts may be words of a stranger's envelope."""
    sentence = safe_text(say_error(refusal), 2 * LINE_MAX)
    told = Problem(refusal.family, STATUSES[refusal.family], sentence, *((feed.blob, feed.size) if feed else ()))
    return _problem(told)


def _in_words(address: str, result: Merged | NotMerged) -> str:
    if isinstance(result, NotMerged):
        return safe_text(f"{address}: {say_error(result.refusal)}", 2 * LINE_MAX)
    return say(
        N_("{station}: {fresh} entries taken, {known} known already."),
        station=result.station,
        fresh=number(result.fresh),
        known=number(result.known),
    )
