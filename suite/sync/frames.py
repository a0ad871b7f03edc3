"""What is inside a bundle: typed frames, one after the other, compressed together under a hard cap. Pure."""

import sys
from collections.abc import Iterable, Iterator

import msgspec

from suite.domain.errors import N_
from suite.runtime.errors import BundleRefused

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = [
    "BLOB",
    "CERTIFICATE",
    "FEED",
    "GOES_ON",
    "HOT",
    "PAGE",
    "PLAIN_MAX",
    "REGISTRY",
    "RUN",
    "Frame",
    "blob_frame",
    "open_blob",
    "pack",
    "signed_frame",
    "signed_parts",
    "unpack",
    "unpacked",
    "zstd",
]

PLAIN_MAX = 512 * 1024 * 1024
"""A feed of a million members is some 100 MB before compression; a station's year is 30 MB."""

TIGHT_LEVEL, TIGHT_MAX = 19, 2 * 1024 * 1024
"""A station's weeks travel on a thin link and are packed tightly: 20 B a sale, 75 ms for a day (ADR 0002)."""

QUICK_LEVEL = 9
"""More than that is a feed or a year: a quarter larger and twenty-five times quicker."""

UNFOLDED_AT_ONCE = 1024 * 1024
LENGTH_BYTES = 4
RUN, FEED, PAGE, BLOB, HOT, GOES_ON, CERTIFICATE = b"R", b"F", b"P", b"B", b"H", b"G", b"C"
REGISTRY = b"K"
KNOWN = (RUN, FEED, PAGE, BLOB, HOT, GOES_ON, CERTIFICATE, REGISTRY)

SALT_BYTES = 16
BLOB_MAX = 96 * 1024
"""A signature's image of 64 kB, in base64 inside its JSON."""


class Frame(msgspec.Struct, frozen=True):
    """One piece of a bundle. `kind` is one byte; a kind in lower case may be skipped by a reader who lacks it."""

    kind: bytes
    content: bytes


def signed_frame(kind: bytes, body: bytes, signature: bytes) -> Frame:
    """A body and its signature in hexadecimal, a line each."""
    return Frame(kind, body + b"\n" + signature.hex().encode())


def signed_parts(frame: Frame) -> tuple[bytes, bytes]:
    """The body and the signature, unverified; an unreadable signature is empty."""
    body, _, signature = frame.content.rpartition(b"\n")
    try:
        return body, bytes.fromhex(signature.decode("ascii"))
    except ValueError:
        return body, b""


def blob_frame(salt: bytes, blob: bytes) -> Frame:
    """Personal data beside the journal (design.md 3): the salt of its commitment, then its bytes."""
    assert len(salt) == SALT_BYTES, "a salt has 16 bytes"
    assert len(blob) <= BLOB_MAX, "a blob this large has no limit where it came in"
    return Frame(BLOB, salt + blob)


def open_blob(frame: Frame) -> tuple[bytes, bytes]:
    """The salt and the bytes of a blob's frame. Raises BundleRefused."""
    if not SALT_BYTES < len(frame.content) <= SALT_BYTES + BLOB_MAX:
        raise _broken()
    return frame.content[:SALT_BYTES], frame.content[SALT_BYTES:]


def pack(frames: Iterable[Frame]) -> bytes:
    """The frames as one compressed stream: kind, length (u32 big-endian), content."""
    plain = b"".join(f.kind + len(f.content).to_bytes(LENGTH_BYTES, "big") + f.content for f in frames)
    assert len(plain) <= PLAIN_MAX, len(plain)
    return zstd.compress(plain, TIGHT_LEVEL if len(plain) <= TIGHT_MAX else QUICK_LEVEL)


def unpack(packed: bytes, limit: int = PLAIN_MAX) -> list[Frame]:
    """The frames of a stream, read with a cap on its output: no bomb unfolds.

    Raises BundleRefused, also for a capital kind that this release does not know.
    """
    return list(_frames([b"".join(_unfolded([packed], limit))]))


def unpacked(pieces: Iterable[bytes], limit: int = PLAIN_MAX) -> Iterator[Frame]:
    """The frames of a stream as its pieces come, held one at a time. Raises BundleRefused, as `unpack`.

    What comes out before that must be undone.
    """
    return _frames(_unfolded(pieces, limit))


def _frames(unfolded: Iterable[bytes]) -> Iterator[Frame]:
    plain = bytearray()
    for piece in unfolded:
        plain += piece
        start = 0
        while (frame := _frame_at(plain, start)) is not None:
            start += 1 + LENGTH_BYTES + len(frame.content)
            if not frame.kind.isalpha():
                raise _broken()
            if frame.kind.isupper() and frame.kind not in KNOWN:
                raise BundleRefused(
                    N_(
                        "This bundle was made by a newer Canje. Update Canje here first, then import it again; nothing "
                        "is lost."
                    ),
                    "newer",
                )
            yield frame
        del plain[:start]
    if plain:
        raise _broken()


def _unfolded(pieces: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """The stream decompressed, a little at a time. Raises BundleRefused."""
    decompressor, count = zstd.ZstdDecompressor(), 0
    for piece in pieces:
        rest = piece
        while rest or not (decompressor.needs_input or decompressor.eof):
            if decompressor.eof:
                raise _broken()
            try:
                unfolded = decompressor.decompress(rest, max_length=min(UNFOLDED_AT_ONCE, limit + 1 - count))
            except zstd.ZstdError as error:
                raise _broken() from error
            rest, count = b"", count + len(unfolded)
            if count > limit:
                raise BundleRefused(
                    N_("This bundle unfolds to more than {limit} bytes and was not taken."), "too-large", limit=limit
                )
            yield unfolded
    if not decompressor.eof or decompressor.unused_data:
        raise _broken()


def _frame_at(plain: bytearray, place: int) -> Frame | None:
    """The frame that begins at a place; None when it is not all there yet."""
    start = place + 1 + LENGTH_BYTES
    end = start + int.from_bytes(plain[place + 1 : start], "big")
    if len(plain) < start or len(plain) < end:
        return None
    return Frame(bytes(plain[place : place + 1]), bytes(plain[start:end]))


def _broken() -> BundleRefused:
    return BundleRefused(N_("The inside of this bundle is damaged. Nothing of it was taken; copy it again."))
