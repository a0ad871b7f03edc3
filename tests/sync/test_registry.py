"""Central's registry of keys: one version follows another by the rules of TUF, and by nothing else (spec 5.3).

Names are those of TUF's conformance tests where there is one.
"""

import json
from pathlib import Path

import msgspec
import pytest

from suite.journal.keys import Signer
from suite.runtime.errors import BundleRefused
from suite.sync.registry import (
    REGISTRY_MAX,
    ROOTS_MAX,
    VERSIONS_MAX,
    Registry,
    begun_with,
    follow,
    keys_of,
    read_registry,
    sign_registry,
)

VECTOR = json.loads((Path(__file__).parent.parent / "vectors" / "registry.json").read_text())
CENTRAL, NEXT, *ROOTS = (Signer(bytes.fromhex(secret)) for secrets in VECTOR["secrets"].values() for secret in secrets)
A, B, C = ROOTS
BOX = "ab" * 32


def registry(version=1, roots=(A,), threshold=1, **changes):
    names = tuple(root.public.hex() for root in roots)
    values = {"net": "test", "version": version, "at": 0, "sign": CENTRAL.public.hex(), "box": BOX}
    return Registry(**{**values, "roots": names, "threshold": threshold, **changes})


def followed(now, *versions):
    return [each.registry for each in follow(now, versions)]


def assert_refused(now, *contents):
    with pytest.raises(BundleRefused, match="not signed as it must be"):
        follow(now, contents)


def test_the_golden_chain_is_believed_for_ever():
    first, *later = (text.encode() for text in VECTOR["versions"])
    begun = begun_with(first).registry
    second, third = followed(begun, *later)
    assert (begun.roots, second.threshold, len(second.roots)) == ((begun.sign,), 2, 3)
    assert keys_of([begun, second, third]) == [NEXT.public, CENTRAL.public]
    for text in VECTOR["versions"]:
        assert sign_registry(read_registry(text.encode()).registry, []) == text.encode().split(b"\n")[0]


def test_root_rotation():
    old, new = registry(), registry(2, [B])
    assert followed(old, sign_registry(new, [A, B])) == [new]


def test_a_chain_of_rotations_is_walked_one_by_one_and_known_versions_are_passed_over():
    versions = [registry(), registry(2, [B]), registry(3, [C])]
    contents = [sign_registry(each, [A, B, C]) for each in versions]
    assert followed(versions[0], *contents) == versions[1:]
    assert followed(versions[1], *contents) == versions[2:]
    assert followed(versions[2], *contents) == []


def test_a_version_is_never_skipped():
    with pytest.raises(BundleRefused, match="missing") as refused:
        follow(registry(), [sign_registry(registry(4, [B]), [A, B])])
    assert refused.value.facts == {"first": 2, "last": 3}


def test_root_rollback_changes_nothing():
    """Another document under a version that is known already, rightly signed or not, is not looked at."""
    assert followed(registry(2), sign_registry(registry(1, [C]), [A, C]), sign_registry(registry(2, [C]), [A, C])) == []


def test_invalid_root_rotation_without_the_roots_before():
    assert_refused(registry(), sign_registry(registry(2, [B]), [B]))


def test_invalid_root_rotation_without_its_own_roots():
    assert_refused(registry(), sign_registry(registry(2, [B]), [A]))


def test_a_key_that_is_no_root_does_not_count():
    """The key of central's daily work least of all: who steals its PC cannot move the network."""
    assert_refused(registry(), sign_registry(registry(2), [CENTRAL]))
    assert_refused(registry(), sign_registry(registry(2), [B]))
    assert followed(registry(), sign_registry(registry(2), [A, CENTRAL])) == [registry(2)]


@pytest.mark.parametrize(
    ("signers", "enough"), [((A,), False), ((A, B), True), ((B, C), True), ((A, B, C), True), ((), False)]
)
def test_threshold(signers, enough):
    two_of_three = registry(1, ROOTS, 2)
    content = sign_registry(registry(2, ROOTS, 2), signers)
    if enough:
        assert followed(two_of_three, content) == [registry(2, ROOTS, 2)]
    else:
        assert_refused(two_of_three, content)


def test_the_threshold_of_each_version_is_asked_of_its_own_roots():
    assert_refused(registry(1, [A], 1), sign_registry(registry(2, [B, C], 2), [A, B]))
    assert_refused(registry(1, [B, C], 2), sign_registry(registry(2, [A], 1), [A, B]))


def test_duplicate_sig_keyids_count_once():
    content = sign_registry(registry(2, ROOTS, 2), [A])
    line = content.split(b"\n")[1]
    for again in (line, line.upper(), line + b" ", b" " + line, line.replace(b" ", b"  ")):
        assert_refused(registry(1, ROOTS, 2), content + b"\n" + again)


def test_duplicate_keys_are_no_roots():
    doubled = registry(2, [A, A], 1)
    shouted = msgspec.structs.replace(doubled, roots=(A.public.hex(), A.public.hex().upper()))
    for odd in (doubled, shouted):
        assert_refused(registry(), sign_registry(odd, [A]))


def test_invalid_sig_in_valid_metadata_neither_counts_nor_hinders():
    good = sign_registry(registry(2, [A, B], 1), [A])
    forged = f"{B.public.hex()} {'00' * 64}".encode()
    noise = [forged, b"", b"\xff\xfe x", b"not a key at all", f"{B.public.hex()} zz".encode()]
    assert followed(registry(), b"\n".join([good, *noise])) == [registry(2, [A, B], 1)]
    assert_refused(registry(1, [A, B], 2), b"\n".join([good, forged]))


def test_a_signature_of_another_kind_or_document_does_not_count():
    body = sign_registry(registry(2), [])
    for context, payload in ((b"feed", body), (b"registry", sign_registry(registry(3), []))):
        assert_refused(registry(), body + f"\n{A.public.hex()} {A.sign(context, payload).hex()}".encode())


def test_another_networks_version_does_not_follow():
    assert_refused(registry(), sign_registry(registry(2, net="elsewhere"), [A]))


def test_custom_fields_are_kept_and_signed():
    body = sign_registry(registry(2), [])[:-1] + b',"later":[1]}'
    content = body + f"\n{A.public.hex()} {A.sign(b'registry', body).hex()}".encode()
    (after,) = follow(registry(), [content])
    assert (after.registry, after.content) == (registry(2), content)


@pytest.mark.parametrize(
    "changes",
    [
        {"version": 0},
        {"version": VERSIONS_MAX + 1},
        {"threshold": 0},
        {"threshold": 2},
        {"roots": ()},
        {"roots": ("ab" * 31,)},
        {"sign": "AB" * 32},
        {"box": "zz" * 32},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_no_registry(changes):
    with pytest.raises(BundleRefused):
        read_registry(sign_registry(msgspec.structs.replace(registry(), **changes), [A]))


@pytest.mark.parametrize("content", [b"", b"{}", b"[" * 3000, b'{"net":1}', b"\n\n", b"\xff" * 100])
def test_incorrect_type(content):
    with pytest.raises(BundleRefused):
        read_registry(content)


def test_endless_data_is_bounded():
    content = sign_registry(registry(2), [A])
    with pytest.raises(BundleRefused):
        read_registry(content + b"\n" + b"0" * REGISTRY_MAX)
    with pytest.raises(BundleRefused):
        read_registry(content + b"\n" * (2 * ROOTS_MAX))
    with pytest.raises(BundleRefused):
        read_registry(sign_registry(registry(2, [Signer(bytes([n]) * 32) for n in range(ROOTS_MAX + 1)]), [A]))
    assert followed(registry(), *[content] * VERSIONS_MAX) == [registry(2)]
    assert_refused(registry(), *[content] * (VERSIONS_MAX + 1))


def test_the_largest_registry_fits():
    before, after = ([Signer(bytes([n]) * 32) for n in span] for span in (range(5), range(5, 10)))
    largest = registry(VERSIONS_MAX, after, 5, net="n" * 24, at=2**53)
    now = registry(VERSIONS_MAX - 1, before, 5, net="n" * 24)
    assert followed(now, sign_registry(largest, before + after)) == [largest]


def test_an_invitation_begins_with_a_version_that_its_own_roots_signed():
    assert begun_with(sign_registry(registry(7), [A])).registry.version == 7
    for content in (sign_registry(registry(7), [B]), msgspec.json.encode(registry(7))):
        with pytest.raises(BundleRefused):
            begun_with(content)
