"""The station's end of the exchange over HTTP: one bundle there, one back, long ones in pieces. No retries of its own.

The system's proxies are obeyed (`urllib`), the certificate is always verified, redirections are not followed.
Everything that goes wrong out there is a `LinkTrouble` with a sentence.
"""

import hashlib
import ipaddress
import socket
import ssl
import urllib.request
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import msgspec

from suite.domain.errors import N_
from suite.runtime.errors import BadInput, LinkTrouble, StorageTrouble
from suite.runtime.files import BYTES_MAX
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.safe_text import LINE_MAX, safe_text
from suite.sync.over_http import (
    ACCEPTED,
    BLOB_PATH,
    BODY_MAX,
    BUNDLE_TYPE,
    CONFLICT,
    ENROLMENT_TYPE,
    GONE,
    INVITATION_PATH,
    JOIN_PATH,
    JSON_TYPE,
    NOTHING_NEW,
    OK,
    PARTIAL,
    SYNC_PATH,
    BlobAnnounced,
    Problem,
)

SILENCE_SECONDS = 30.0
"""How long one step (name, connection, a read) may take on a bad link before it counts as cut."""
PIECE = 64 * 1024
URL_MAX = 500


class Link(msgspec.Struct, frozen=True):
    """Where central's door is, and the certificate (PEM) that alone is trusted there; empty: the system's list."""

    url: str
    certificate: str = ""


class Answered(msgspec.Struct, frozen=True):
    """Central's answer: a bundle, or where a long one is. Both absent: the station has today's feed already.

    `refused` is central's sentence when it did not take the bundle and says where to start again.
    """

    content: bytes = b""
    blob: BlobAnnounced | None = None
    refused: str = ""


def check_link(link: Link) -> Link:
    """The link as it can be used. Raises BadInput for an address or a certificate that cannot be one."""
    try:
        parts = urlsplit(link.url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    plain = link.url.isascii() and link.url.isprintable() and " " not in link.url and len(link.url) <= URL_MAX
    bare = not (parts.query or parts.fragment or parts.username or parts.password)
    if not (host and plain and bare and parts.scheme in ("https", "http")):
        raise BadInput(N_("{url!r} is not an address like https://central.example:8443."), url=link.url)
    if parts.scheme == "http" and not _is_here(host):
        raise BadInput(N_("The address has to begin with https://, so that nobody on the way reads who exchanges."))
    _context(link)
    return msgspec.structs.replace(link, url=link.url.rstrip("/"))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def exchange(link: Link, bundle: bytes, known: str) -> Answered:
    """Hand over a bundle. `known` names the feed that is here already. Raises LinkTrouble."""
    headers = {"Content-Type": BUNDLE_TYPE, **({"If-None-Match": known} if known else {})}
    with _ask(link, SYNC_PATH, headers, bundle) as response:
        content = _body(link, response)
        if response.status == NOTHING_NEW:
            return Answered()
        media = response.headers.get_content_type()
        if response.status == OK and media == BUNDLE_TYPE:
            return Answered(content)
        if response.status == OK and media == JSON_TYPE:
            return Answered(blob=_announced(link, content))
        problem = _problem(link, content, response.status)
        if response.status == CONFLICT and problem.blob:
            return Answered(blob=_checked(link, BlobAnnounced(problem.blob, problem.size)), refused=problem.detail)
        raise LinkTrouble(N_("Central says: {sentence}"), sentence=problem.detail)


def fetch_invitation(link: Link, name: str) -> bytes:
    """The invitation that a one-time code names (`invitation_name`). Raises LinkTrouble."""
    with _ask(link, f"{INVITATION_PATH}{name}", {}) as response:
        content = _body(link, response)
        if response.status == OK and response.headers.get_content_type() == ENROLMENT_TYPE:
            return content
        raise LinkTrouble(N_("Central says: {sentence}"), sentence=_problem(link, content, response.status).detail)


def hand_in(link: Link, request: bytes) -> None:
    """Hand over a request to join; central keeps it until a person decides. Raises LinkTrouble."""
    with _ask(link, JOIN_PATH, {"Content-Type": ENROLMENT_TYPE}, request) as response:
        content = _body(link, response)
        if response.status != ACCEPTED:
            raise LinkTrouble(N_("Central says: {sentence}"), sentence=_problem(link, content, response.status).detail)


def fetch_more(link: Link, blob: BlobAnnounced, part: Path) -> bytes | None:
    """Fetch what is missing of a long bundle, after what `part` holds. None when the link was cut: ask again.

    Raises LinkTrouble when central keeps it no longer or it is not what was announced (then `part` is gone too),
    StorageTrouble.
    """
    have = part.stat().st_size if part.exists() else 0
    if have < blob.size:
        with _ask(link, f"{BLOB_PATH}{blob.blob}", {"Range": f"bytes={have}-"} if have else {}) as response:
            if response.status not in (OK, PARTIAL):
                sentence = _problem(link, _body(link, response), response.status).detail
                if response.status == GONE:
                    part.unlink(missing_ok=True)
                raise LinkTrouble(N_("Central says: {sentence}"), sentence=sentence)
            goes_on = response.status == PARTIAL and response.headers.get("Content-Range", "").startswith(
                f"bytes {have}-"
            )
            _append(response, part, start=have if goes_on else 0, limit=blob.size)
    if part.stat().st_size < blob.size:
        return None
    content = part.read_bytes()
    part.unlink()
    if hashlib.sha256(content).hexdigest() != blob.blob:
        raise _not_a_central(link)
    return content


def _append(response: HTTPResponse, part: Path, *, start: int, limit: int) -> None:
    """Write what comes behind the first `start` bytes, until it ends, is cut, or is enough."""
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as file:
            file.truncate(start)
            while start < limit and (piece := _piece(response, min(PIECE, limit - start))):
                file.write(piece)
                start += len(piece)
    except OSError as error:
        raise StorageTrouble(
            N_("{path} could not be written: {reason}. Check the disk or the stick and try again."),
            path=part,
            reason=error.strerror or str(error),
        ) from error


def _piece(response: HTTPResponse, size: int) -> bytes:
    """The next bytes; none when the link ended or was cut."""
    try:
        return response.read(size)
    except (HTTPException, OSError):
        return b""


def _ask(link: Link, path: str, headers: dict[str, str], body: bytes | None = None) -> HTTPResponse:
    """The answer's head, whatever its status. Raises LinkTrouble."""
    request = urllib.request.Request(f"{link.url}{path}", body, headers)  # noqa: S310 -- check_link let http and https pass only
    secured = [urllib.request.HTTPSHandler(context=_context(link))] if link.url.startswith("https:") else []
    opener = urllib.request.build_opener(_NoRedirect(), *secured)
    try:
        return cast("HTTPResponse", opener.open(request, timeout=SILENCE_SECONDS))
    except HTTPError as answered:
        return cast("HTTPResponse", answered)
    except URLError as error:
        raise _trouble(link, error.reason) from error
    except (HTTPException, OSError, ValueError) as error:
        raise _trouble(link, error) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: object,
        newurl: str,
    ) -> None:
        """A central is where it was said to be."""


def _context(link: Link) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=link.certificate or None)
    except ssl.SSLError as error:
        raise BadInput(N_("That is not a certificate (PEM): {reason}."), reason=error.reason or str(error)) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a pinned certificate need not be an authority's
    return context


def _body(link: Link, response: HTTPResponse) -> bytes:
    """The whole body, its length said beforehand. Raises LinkTrouble."""
    if response.status == NOTHING_NEW:
        return b""
    said = response.headers.get("Content-Length", "")
    try:
        content = response.read(BODY_MAX + 1)
    except (HTTPException, OSError) as error:
        raise _trouble(link, error) from error
    if len(content) > BODY_MAX:
        raise _not_a_central(link)
    if not said.isdigit() or len(content) < int(said):
        raise _was_cut()
    return content


def _announced(link: Link, content: bytes) -> BlobAnnounced:
    try:
        return _checked(link, msgspec.json.decode(content, type=BlobAnnounced))
    except HOSTILE_JSON as error:
        raise _not_a_central(link) from error


def _checked(link: Link, blob: BlobAnnounced) -> BlobAnnounced:
    named = len(blob.blob) == 64 and all(c in "0123456789abcdef" for c in blob.blob)  # noqa: PLR2004 -- SHA-256
    if not named or not 0 < blob.size <= BYTES_MAX:
        raise _not_a_central(link)
    return blob


def _problem(link: Link, content: bytes, status: int) -> Problem:
    """Central's reason, cleaned; any other server's answer is no central's."""
    try:
        told = msgspec.json.decode(content, type=Problem)
    except HOSTILE_JSON as error:
        raise _not_a_central(link) from error
    if told.status != status:
        raise _not_a_central(link)
    return msgspec.structs.replace(told, detail=safe_text(told.detail, 2 * LINE_MAX))


def _trouble(link: Link, reason: object) -> LinkTrouble:
    """What the system's error means to the operator."""
    host = urlsplit(link.url).hostname or ""
    if isinstance(reason, ssl.SSLCertVerificationError):
        return LinkTrouble(
            N_("The certificate of {host} is not to be trusted: {reason}. Nothing was sent; call central."),
            host=host,
            reason=safe_text(reason.verify_message),
        )
    if isinstance(reason, socket.gaierror):
        return LinkTrouble(
            N_("The name {host} was not found. Check the network, and the address with `canje station link`."),
            host=host,
        )
    if isinstance(reason, ConnectionRefusedError | TimeoutError) or not isinstance(
        reason, ssl.SSLError | ConnectionError | HTTPException
    ):
        return LinkTrouble(
            N_("There is no link to {host}: {reason}. Nothing is lost; it goes on next time."),
            host=host,
            reason=safe_text(getattr(reason, "strerror", None) or str(reason)),
        )
    return _was_cut()


def _was_cut() -> LinkTrouble:
    return LinkTrouble(N_("The link was cut in the middle. Nothing is lost; it goes on next time."))


def _not_a_central(link: Link) -> LinkTrouble:
    return LinkTrouble(
        N_("What answers at {host} is not a central of Canje. Check the address with `canje station link`."),
        host=urlsplit(link.url).hostname or "",
    )
