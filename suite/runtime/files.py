"""Files that are whole or absent. Nothing here ever leaves half a file under its real name."""

import os
from contextlib import suppress
from pathlib import Path

from suite.domain.errors import N_
from suite.runtime.errors import BadInput, StorageTrouble

BYTES_MAX = 512 * 1024 * 1024
"""Nothing a node reads whole is larger: a million members in one feed is some 40 MB."""

NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
"""A stick may hold a link where a temporary file is to stand; Windows has no such flag, nor FAT such links."""


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write so that after any power cut or pulled stick the path holds all of the content or what it held before.

    Temporary file in the same folder, fsync, rename, fsync of the folder, then read back and compare
    (measured in trust.md 2.1: each step left out loses files). `private` makes it readable by the owner only.
    Raises StorageTrouble.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINKS, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
        written = path.read_bytes()
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise StorageTrouble(
            N_("{path} could not be written: {reason}. Check the disk or the stick and try again."),
            path=path,
            reason=error.strerror or str(error),
        ) from error
    if written != content:
        raise StorageTrouble(N_("{path} does not read back as it was written. Use another disk or stick."), path=path)


def sync_file(path: Path) -> None:
    """Make a file that another hand wrote survive a power cut. Raises OSError."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make a rename in the folder survive a power cut; systems that cannot open folders do it by themselves."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_whole(path: Path, limit: int = BYTES_MAX) -> bytes:
    """The content of a plain file no larger than `limit`. Raises BadInput for a link, a folder or a giant."""
    try:
        if path.is_symlink() or not path.is_file():
            raise BadInput(N_("{path} is not a plain file. Check the name."), path=path)
        if path.stat().st_size > limit:
            raise BadInput(
                N_("{path} is larger than {limit} bytes, more than such a file can be."),
                path=path,
                limit=limit,
            )
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            N_("{path} could not be read: {reason}. Copy it again."),
            path=path,
            reason=error.strerror or str(error),
        ) from error
