"""The registry: which keys central works with, said by root keys that do not lie on its PC (protocol 3.6, TUF 5.3).

A registry is a line of JSON, then a line for each signature: a root's public key and what it signed, in hexadecimal.
Versions form a chain: the next one is believed when enough roots of the one before and enough of its own signed it.
Nodes begin at the version in their invitation and never go back.
"""

import re
from collections.abc import Iterable, Sequence

import msgspec

from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.journal.keys import Signer, signed_by
from suite.runtime.errors import BundleRefused
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.sync.frames import REGISTRY, Frame

REGISTRY_MAX = 4096
"""Bytes of one version: five roots before and five after, each with its signature, are 3 KB."""

ROOTS_MAX = 5
"""People who keep a root key; three of whom two are enough is what most networks want."""

VERSIONS_MAX = 100
"""Versions a network can have, and so a bundle can hold: one a year, and an accident every second year, for decades."""

FILE_MAX = 2 * REGISTRY_MAX * VERSIONS_MAX
"""Bytes of a file of all versions, with what JSON adds."""

FIRST_VERSION = 1
KEY_PATTERN = "[0-9a-f]{64}"


class Registry(msgspec.Struct, frozen=True):
    """One version. `sign` and `box` are the keys that central works with from here on, `roots` who may name the next.

    Keys are public, in lower-case hexadecimal: Ed25519 for `sign` and `roots`, X25519 for `box`. `threshold` roots must
    sign. `at` is when it was made, by central's clock, for people: nothing is decided by it.
    """

    net: str
    version: int
    at: Moment
    sign: str
    box: str
    roots: tuple[str, ...]
    threshold: int


class Signed(msgspec.Struct, frozen=True):
    """A registry with the bytes that were signed and the roots whose signatures hold."""

    content: bytes
    registry: Registry
    signers: frozenset[str]

    def is_signed_by(self, registry: Registry) -> bool:
        """Whether enough roots of a version signed this one; a root counts once, whoever else signed not at all."""
        return len(self.signers & set(registry.roots)) >= registry.threshold


def sign_registry(registry: Registry, roots: Sequence[Signer]) -> bytes:
    """A version as it is kept and carried: what it says, and a signature of each of these roots."""
    body = msgspec.json.encode(registry)
    lines = [f"{root.public.hex()} {root.sign(b'registry', body).hex()}".encode() for root in roots]
    return b"\n".join([body, *lines])


def read_registry(content: bytes) -> Signed:
    """A version as its bytes state it, with the signatures that hold: who may sign is not decided here.

    Raises BundleRefused for bytes that state none.
    """
    body, *lines = content[:REGISTRY_MAX].split(b"\n")
    try:
        registry = msgspec.json.decode(body, type=Registry)
    except HOSTILE_JSON as error:
        raise altered() from error
    if len(content) > REGISTRY_MAX or len(lines) > 2 * ROOTS_MAX or not _is_possible(registry):
        raise altered()
    named = (line.decode("ascii", "replace").split(" ", 1) for line in lines)
    return Signed(content, registry, frozenset(key for key, *rest in named if _holds(key, rest, body)))


def begun_with(content: bytes) -> Signed:
    """The version that an invitation carries: as the invitation is believed, so is it, if its own roots signed it.

    Raises BundleRefused.
    """
    first = read_registry(content)
    if not first.is_signed_by(first.registry):
        raise altered()
    return first


def follow(now: Registry, contents: Iterable[bytes]) -> list[Signed]:
    """The versions among these that follow the one of `now`, one after the other; older ones are passed over.

    Raises BundleRefused: one is missing, or not signed by enough roots of the version before it and of its own.
    """
    followed = list[Signed]()
    for count, content in enumerate(contents, start=1):
        if count > VERSIONS_MAX:
            raise altered()
        following = read_registry(content)
        version = following.registry.version
        if version <= now.version:
            continue
        if version != now.version + 1:
            raise BundleRefused(
                N_(
                    "Versions {first} to {last} of central's registry of keys are missing before this bundle. Nothing "
                    "was taken; ask central for a new one."
                ),
                first=now.version + 1,
                last=version - 1,
            )
        same = following.registry.net == now.net
        if not (same and following.is_signed_by(now) and following.is_signed_by(following.registry)):
            raise altered()
        followed.append(following)
        now = following.registry
    return followed


def keys_of(registries: Sequence[Registry]) -> list[bytes]:
    """The keys that central signed with, the one of today first, each once."""
    return list(dict.fromkeys(bytes.fromhex(each.sign) for each in reversed(registries)))


def registry_frames(contents: Iterable[bytes]) -> list[Frame]:
    """What stands before central's word in a bundle: every version that may follow the one its reader has."""
    return [Frame(REGISTRY, content) for content in contents]


def write_versions(contents: Iterable[bytes]) -> bytes:
    """Versions of the registry as a file that anybody may carry: it proves itself, and holds nothing secret."""
    return msgspec.json.encode([content.decode() for content in contents])


def read_versions(file: bytes) -> list[bytes]:
    """The versions in such a file; none is believed yet. Raises BundleRefused."""
    try:
        return [text.encode() for text in msgspec.json.decode(file, type=list[str])]
    except HOSTILE_JSON as error:
        raise altered() from error


def replaced_key() -> BundleRefused:
    """The sentence for words of a key that central does not use any more."""
    return BundleRefused(
        N_(
            "This bundle is signed with a key that central has replaced: it is forged, or of a central that came back "
            "with old keys. Nothing was taken; call central."
        )
    )


def altered() -> BundleRefused:
    """The sentence for a registry that nobody can believe."""
    return BundleRefused(
        N_("The registry of central's keys in this file is not signed as it must be. Nothing was taken; call central.")
    )


def _holds(key: str, rest: Sequence[str], body: bytes) -> bool:
    """Whether a line is a signature of the key that it names."""
    if not re.fullmatch(KEY_PATTERN, key) or not rest:
        return False
    try:
        return signed_by(bytes.fromhex(key), b"registry", body, bytes.fromhex(rest[0]))
    except ValueError:
        return False


def _is_possible(registry: Registry) -> bool:
    """A version, keys that are written in the one way, each root once, a threshold that can be met."""
    keys = (registry.sign, registry.box, *registry.roots)
    return (
        FIRST_VERSION <= registry.version <= VERSIONS_MAX
        and all(re.fullmatch(KEY_PATTERN, key) for key in keys)
        and len(set(registry.roots)) == len(registry.roots) <= ROOTS_MAX
        and 1 <= registry.threshold <= len(registry.roots)
    )
