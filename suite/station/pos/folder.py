"""The folder in which a POS leaves its files: which of them are whole, and where they go when they were looked at.

Another program writes here while we read. A file is looked at once it stayed the same between two looks; it is moved,
never deleted, and what cannot be moved stays where it is.
"""

import os
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path

import msgspec

from suite.domain.errors import N_
from suite.runtime.errors import BadInput, StorageTrouble
from suite.runtime.files import write_whole
from suite.station.pos.setup import Format

TAKEN, REFUSED = "taken", "refused"
NAMES_MAX = 10_000
"""Files looked at in one folder: a year of single events; more wait for the next look."""
ENDINGS: dict[Format, tuple[str, ...]] = {"csv": (".csv", ".txt"), "naxml": (".xml",), "poslog": (".xml",)}
WHY = ".why.txt"


class Stamp(msgspec.Struct, frozen=True):
    """By which a file that was written to is told from one that was not."""

    size: int
    changed: int
    place: int


def look(folder: Path, kind: Format) -> dict[str, Stamp]:
    """The files of the format that lie in the folder, by name; no links, nothing hidden. Raises BadInput."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if _is_ours(entry, kind))[:NAMES_MAX]
    except OSError as error:
        raise BadInput(
            N_("The folder {path} of the POS cannot be read: {reason}."), path=folder, reason=error.strerror or error
        ) from error
    return {name: stamp for name in names if (stamp := stamp_of(folder / name))}


def _is_ours(entry: os.DirEntry[str], kind: Format) -> bool:
    try:
        plain = entry.is_file(follow_symlinks=False)
    except OSError:
        return False
    name = entry.name.lower()
    return plain and name.endswith(ENDINGS[kind]) and not name.startswith(".") and not name.endswith(WHY)


def stamp_of(path: Path) -> Stamp | None:
    """The file as it stands; None for one that is gone."""
    try:
        found = path.lstat()
    except OSError:
        return None
    return Stamp(found.st_size, found.st_mtime_ns, found.st_ino)


def settled(before: dict[str, Stamp], after: dict[str, Stamp]) -> Iterator[str]:
    """The files that nobody wrote to between two looks."""
    return (name for name, stamp in after.items() if before.get(name) == stamp)


def put_away(path: Path, place: str, stamp: Stamp, why: str = "") -> bool:
    """Move a file that was looked at beside the others; with a sentence of why. False where it stays.

    A file that somebody wrote to meanwhile stays: it is looked at again. Raises StorageTrouble for a folder that
    cannot be written.
    """
    folder = path.parent / place
    try:
        folder.mkdir(exist_ok=True)
        target = _free(folder, path.name)
        if stamp_of(path) != stamp:
            return False
        path.rename(target)
        if stamp_of(target) != stamp:  # written to in between: what is new in it was not read
            target.rename(path)
            return False
    except OSError as error:
        raise StorageTrouble(
            N_("{path} could not be moved: {reason}. Files stay where they are."), path=path, reason=error.strerror
        ) from error
    if why:
        write_whole(target.with_name(f"{target.name}{WHY}"), f"{why}\n".encode())
    return True


def _free(folder: Path, name: str) -> Path:
    """A name that nothing has yet."""
    plain = Path(name)
    candidates = (folder / f"{plain.stem}-{n}{plain.suffix}" for n in count(2))
    return next(each for each in chain([folder / name], candidates) if not each.exists())
