"""Secrets of one machine: keys derived from one root, PIN verifiers, one-time codes.

Randomness enters the product here and nowhere else. `Secret` never prints itself.
"""

import hmac
import os
import secrets as system_random
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidKey, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from suite.domain.errors import N_
from suite.domain.pins import PIN_DIGITS, is_weak
from suite.runtime.errors import BadInput, NotSetUp, StorageTrouble
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.safe_text import safe_text

KEY_BYTES = 32
SALT_BYTES = 16
ARGON2_MEMORY_KIB, ARGON2_PASSES, ARGON2_LANES = 19_456, 2, 1
"""OWASP's minimum for Argon2id; 18 to 41 ms on the slowest machine measured (trust.md 4.1)."""

WRAP_MEMORY_KIB, WRAP_PASSES, WRAP_LANES = 65_536, 3, 1
"""Keys leave the machine wrapped: 160 to 220 ms a guess here (trust.md 4.2), for nobody counts the tries of a thief."""

NONCE_BYTES = 12
WRAPPED = b"canje keys 1"
PASSPHRASE_MIN = 12
PASSPHRASE_VARIABLE = "CANJE_PASSPHRASE"  # noqa: S105 -- the name of a variable

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U to be misread over the telephone."""
CODE_LENGTH = 15


class Secret:
    """Text that must not be seen: its representation is a mask."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(****)"


class NodeSecrets(msgspec.Struct, frozen=True):
    """The three secrets of a node: a root others are derived from, a signing key, a key for sealed mail.

    Central has `former` keys for mail that may be under way to them yet, newest first, and the registry of its keys:
    each version as it was signed, oldest first, none while its first keys serve.
    """

    root: bytes
    sign: bytes
    box: bytes
    former: tuple[bytes, ...] = ()
    registries: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "NodeSecrets(****)"

    def database_key(self) -> bytes:
        """The raw key of the node's encrypted database."""
        return derive(self.root, b"database")


class _OnDisk(msgspec.Struct, frozen=True, omit_defaults=True):
    """The same in JSON, keys in hexadecimal."""

    root: str
    sign: str
    box: str
    former: tuple[str, ...] = ()
    registries: tuple[str, ...] = ()


def new_node_secrets() -> NodeSecrets:
    root, sign, box = (system_random.token_bytes(KEY_BYTES) for _ in range(3))
    return NodeSecrets(root, sign, box)


def save_node_secrets(path: Path, node: NodeSecrets) -> None:
    """Write the secrets where only the owner reads them, outside the database. Raises StorageTrouble."""
    write_whole(path, _to_bytes(node), private=True)


def _to_bytes(node: NodeSecrets) -> bytes:
    former = tuple(key.hex() for key in node.former)
    return msgspec.json.encode(_OnDisk(node.root.hex(), node.sign.hex(), node.box.hex(), former, node.registries))


def _from_bytes(content: bytes) -> NodeSecrets:
    """Raises ValueError or what msgspec does for anything but whole secrets."""
    kept = msgspec.json.decode(content, type=_OnDisk)
    root, sign, box, *former = (bytes.fromhex(key) for key in (kept.root, kept.sign, kept.box, *kept.former))
    if any(len(secret) != KEY_BYTES for secret in (root, sign, box, *former)):
        raise ValueError("a key is not whole")
    return NodeSecrets(root, sign, box, tuple(former), kept.registries)


def load_node_secrets(path: Path) -> NodeSecrets:
    """Raises NotSetUp when there are none, StorageTrouble when the file is damaged."""
    if not path.exists():
        raise NotSetUp(
            N_("There is no node in {folder}. Set one up first, or name its folder with --home."),
            folder=path.parent.parent,
        )
    try:
        node = _from_bytes(path.read_bytes())
    except (msgspec.MsgspecError, ValueError, OSError) as error:
        raise StorageTrouble(
            N_("The key file {path} is damaged. Without it this database cannot be opened."), path=path
        ) from error
    return node


class WrappedKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A node's secrets under a passphrase, all in hexadecimal."""

    canje_keys: Literal[1]
    salt: str
    nonce: str
    sealed: str


def wrap_node_secrets(node: NodeSecrets, passphrase: Secret) -> bytes:
    """The secrets for a file that may leave the machine. Raises BadInput for a poor passphrase."""
    return msgspec.json.encode(WrappedKeys(1, *wrap(_to_bytes(node), passphrase, WRAPPED)))


def wrap(content: bytes, passphrase: Secret, purpose: bytes) -> tuple[str, str, str]:
    """AES-256-GCM under Argon2id of the passphrase: salt, nonce and ciphertext in hexadecimal.

    Raises BadInput for a passphrase that is too short to be one.
    """
    if len(passphrase.reveal()) < PASSPHRASE_MIN:
        raise BadInput(N_("A passphrase has at least {count} characters; five words are good."), count=PASSPHRASE_MIN)
    salt, nonce = random_bytes(), random_bytes(NONCE_BYTES)
    sealed = AESGCM(_wrapping_key(passphrase, salt)).encrypt(nonce, content, purpose)
    return salt.hex(), nonce.hex(), sealed.hex()


def unwrap(parts: tuple[str, str, str], passphrase: Secret, purpose: bytes) -> bytes:
    """The content of `wrap`. Raises ValueError: another passphrase, or bytes that were changed."""
    salt, nonce, sealed = (bytes.fromhex(part) for part in parts)
    try:
        return AESGCM(_wrapping_key(passphrase, salt)).decrypt(nonce, sealed, purpose)
    except InvalidTag as error:
        raise ValueError("the passphrase is another one") from error


def unwrap_node_secrets(content: bytes, passphrase: Secret) -> NodeSecrets:
    """The secrets of `wrap_node_secrets`. Raises BadInput: another passphrase, or bytes that were changed."""
    try:
        file = msgspec.json.decode(content, type=WrappedKeys)
        return _from_bytes(unwrap((file.salt, file.nonce, file.sealed), passphrase, WRAPPED))
    except (*HOSTILE_JSON, ValueError) as error:
        raise BadInput(
            N_("The keys do not open: the passphrase is another one, or the file of keys was changed.")
        ) from error


def is_wrapped(content: bytes) -> bool:
    """Whether these are keys under a passphrase, and not plain ones."""
    return b'"canje_keys"' in content


def plain_node_secrets(content: bytes) -> NodeSecrets:
    """The secrets of a copied node.key. Raises BadInput."""
    try:
        return _from_bytes(content)
    except (*HOSTILE_JSON, ValueError) as error:
        raise BadInput(N_("This is no file of keys. Name the node.key, or the .canje-keys beside a backup.")) from error


def _wrapping_key(passphrase: Secret, salt: bytes) -> bytes:
    return Argon2id(
        salt=salt, length=KEY_BYTES, iterations=WRAP_PASSES, lanes=WRAP_LANES, memory_cost=WRAP_MEMORY_KIB
    ).derive(passphrase.reveal().encode())


def derive(root: bytes, purpose: bytes) -> bytes:
    """A 32-byte key of its own for each purpose (RFC 5869)."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"canje " + purpose).derive(root)


def random_bytes(count: int = SALT_BYTES) -> bytes:
    return system_random.token_bytes(count)


def random_fraction() -> float:
    """From 0 up to 1: what spreads the tries of many stations."""
    return int.from_bytes(system_random.token_bytes(4), "big") / 2**32


def random_digits(count: int) -> str:
    return "".join(system_random.choice("0123456789") for _ in range(count))


def random_pin() -> str:
    """Six random digits that are not among those people guess first."""
    while True:
        pin = random_digits(PIN_DIGITS)
        if not is_weak(pin):
            return pin


def pin_verifier(pin: str, salt: bytes) -> str:
    """A PHC string that `pin_matches` can hold a PIN against; the PIN cannot be read from it (only guessed)."""
    return Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=ARGON2_PASSES,
        lanes=ARGON2_LANES,
        memory_cost=ARGON2_MEMORY_KIB,
    ).derive_phc_encoded(pin.encode())


def pin_matches(pin: str, verifier: str) -> bool:
    """Whether the PIN is the verifier's. Takes as long for a wrong one as for a right one."""
    try:
        Argon2id.verify_phc_encoded(pin.encode(), verifier)
    except (InvalidKey, ValueError):
        return False
    return True


def random_code() -> str:
    """A one-time code for people to type: 15 random characters and a check character, in fours."""
    body = "".join(system_random.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    whole = body + check_character(body)
    return "-".join(whole[i : i + 4] for i in range(0, len(whole), 4))


def clean_code(typed: str) -> str | None:
    """The code as it was made, from any spacing, case and look-alike a person types; None for a mistyped one."""
    whole = "".join(c for c in typed.upper() if c not in " -").translate(str.maketrans("OILU", "011V"))
    body, check = whole[:-1], whole[-1:]
    fits = len(whole) == CODE_LENGTH + 1 and all(c in CODE_ALPHABET for c in whole)
    return whole if fits and check == check_character(body) else None


def check_character(body: str) -> str:
    """Notices any one mistyped character and nearly any two neighbours swapped: a sum with odd weights."""
    total = sum((2 * place + 1) * CODE_ALPHABET.index(c) for place, c in enumerate(body))
    return CODE_ALPHABET[total % len(CODE_ALPHABET)]


def whole_code(typed: str) -> str:
    """The code as it was made. Raises BadInput for a mistyped one."""
    code = clean_code(typed)
    if code is None:
        raise BadInput(N_("That code was mistyped. It has 16 letters and digits, like K7QF-M2XR-9TBD-4HW3."))
    return code


def code_key(code: str, invitation: str) -> bytes:
    """The key both sides of an enrolment derive from the code (protocol 3.5)."""
    return HKDF(SHA256(), KEY_BYTES, salt=invitation.encode(), info=b"cs1 enrolment").derive(code.encode())


def invitation_name(code: str) -> str:
    """What a code's invitation is asked for by: from the code it is told, from it the code (75 bits) is not."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"cs1 invitation").derive(code.encode()).hex()


def authenticator(key: bytes, payload: bytes) -> str:
    """HMAC-SHA-256 in hexadecimal."""
    return hmac.new(key, payload, "sha256").hexdigest()


def authentic(key: bytes, payload: bytes, claimed: str) -> bool:
    return hmac.compare_digest(authenticator(key, payload), claimed)


def operator_name() -> str:
    """Who is at this machine, for the record of who did what: CANJE_OPERATOR, else the system's user."""
    names = (os.environ.get(name, "") for name in ("CANJE_OPERATOR", "USER", "USERNAME"))
    return next((safe_text(name) for name in names if safe_text(name)), "operator")
