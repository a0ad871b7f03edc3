"""Ed25519: who wrote this journal. A signature always covers a context, so that a seal never passes for a feed."""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

CONTEXTS = (b"seal", b"feed", b"hot", b"next", b"cert", b"registry")


class Signer:
    """One journal's private key."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, context: bytes, payload: bytes) -> bytes:
        assert context in CONTEXTS, context
        return self._key.sign(b"cs1 " + context + b"\0" + payload)


@lru_cache(maxsize=4096)
def _public_key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


def signed_by(public: bytes, context: bytes, payload: bytes, signature: bytes) -> bool:
    """Whether the holder of `public`'s secret signed this payload for this context."""
    try:
        _public_key(public).verify(signature, b"cs1 " + context + b"\0" + payload)
    except (InvalidSignature, ValueError):
        return False
    return True
