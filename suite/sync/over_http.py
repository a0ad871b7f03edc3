"""What both ends of an exchange over HTTP agree on: paths, sizes and the shapes of answers (docs/protocol.md)."""

import msgspec

from suite.domain.quantities import Moment

SYNC_PATH = "/v1/sync"
BLOB_PATH = "/v1/blob/"
INVITATION_PATH = "/v1/invitation/"
JOIN_PATH = "/v1/join"
DESCRIPTION_PATH = "/openapi.json"

BUNDLE_TYPE = "application/vnd.canje.bundle"
ENROLMENT_TYPE = "application/vnd.canje.enrolment"
JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"

BODY_MAX = 8 * 1024 * 1024
"""What travels in one piece, either way: a year of a busy station, or a feed of a hundred thousand members."""

JOIN_MAX = 64 * 1024
"""An invitation and a request are a key or two and a name."""

OK, ACCEPTED, NOTHING_NEW, PARTIAL = 200, 202, 204, 206
GONE, CONFLICT, BUSY, SHUT = 404, 409, 429, 503


class BlobAnnounced(msgspec.Struct, frozen=True):
    """A bundle too long for the answer: it is fetched by its SHA-256, in as many pieces as the link needs."""

    blob: str
    size: int


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why central does not take a bundle (RFC 9457). With `blob`, its feed tells the station where to start again."""

    title: str
    status: int
    detail: str
    blob: str = ""
    size: int = 0


def known_feed(count: int, at: Moment) -> str:
    """How a station names the feed it has (If-None-Match), so that it is not sent again."""
    return f'"{count}-{at}"'


def parse_known_feed(named: str) -> tuple[int, Moment] | None:
    """Count and moment of the feed that a station has; None for any other text."""
    count, dash, at = named.strip('"').partition("-")
    digits = f"{count}{at}"
    if not dash or not (count and at) or not digits.isascii() or not digits.isdigit() or len(digits) > 32:  # noqa: PLR2004 -- two numbers below 2⁵³
        return None
    return int(count), Moment(int(at))
