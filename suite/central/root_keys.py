"""Root keys: each in a file of its own under a passphrase, kept by a person and not by central's PC.

Beside the key, which is sealed, the file keeps the registry as it was when the key was last used: a central that came
back with older keys learns from it what its network knows already.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from suite.domain.errors import N_
from suite.journal.keys import Signer
from suite.runtime.errors import BadInput
from suite.runtime.files import read_whole, write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.secrets import KEY_BYTES, Secret, random_bytes, unwrap, wrap
from suite.sync.registry import FILE_MAX

ROOT_SUFFIX = ".canje-root"
SEALED = b"canje root 1"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file: a public key, its secret under the passphrase, the registry's versions as they were signed."""

    canje_root: Literal[1]
    public: str
    salt: str
    nonce: str
    sealed: str
    registries: tuple[str, ...] = ()


class Root(msgspec.Struct, frozen=True):
    """A root key that was opened with its passphrase."""

    path: Path
    file: _File
    signer: Signer

    def __repr__(self) -> str:
        return f"Root({self.path})"

    @property
    def registries(self) -> tuple[str, ...]:
        """The versions that were known when this key was used last, oldest first."""
        return self.file.registries

    def remember(self, registries: Sequence[str]) -> None:
        """Keep the versions in the file. Raises StorageTrouble."""
        _save(self.path, msgspec.structs.replace(self.file, registries=tuple(registries)))


def make_root(path: Path, passphrase: Secret) -> Root:
    """A new root key in a new file. Raises BadInput: the file is there already, or the passphrase is a poor one."""
    if path.exists():
        raise BadInput(N_("{path} exists already. A root key never replaces another: choose another name."), path=path)
    secret = random_bytes(KEY_BYTES)
    signer = Signer(secret)
    file = _File(1, signer.public.hex(), *wrap(secret, passphrase, SEALED))
    _save(path, file)
    return Root(path, file, signer)


def open_root(path: Path, passphrase: Secret) -> Root:
    """The key in a file. Raises BadInput: another passphrase, or no file of a root key."""
    try:
        file = msgspec.json.decode(read_whole(path, FILE_MAX), type=_File)
        signer = Signer(unwrap((file.salt, file.nonce, file.sealed), passphrase, SEALED))
        if signer.public.hex() != file.public:
            raise ValueError(file.public)
    except (*HOSTILE_JSON, ValueError) as error:
        raise BadInput(
            N_("{path} does not open: the passphrase is another one, or it is no file of a root key."), path=path
        ) from error
    return Root(path, file, signer)


def _save(path: Path, file: _File) -> None:
    write_whole(path, msgspec.json.encode(file), private=True)
