"""Sticks: which volumes can be carried away, and the folders of ours on them.

```text
CANJE/a-central/   bundles for central, of any station
CANJE/a-E1/        central's bundles for station E1
```

Names are never believed, links never followed, what is not ours never touched.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from suite.domain.errors import N_
from suite.domain.ids import CENTRAL
from suite.runtime.errors import BadInput, BundleRefused, StorageTrouble
from suite.runtime.files import read_whole, write_whole
from suite.sync.bundle import SUFFIX, Core, read_core
from suite.sync.usb import FILES_MAX

FOLDER = "CANJE"
PREFIX = "a-"
LINUX_PLACES = ("/media/", "/run/media/", "/mnt/")
STICK_SYSTEMS = ("vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "ext2", "ext3", "ext4", "btrfs", "xfs", "f2fs")
DRIVE_REMOVABLE = 2
OCTAL = re.compile(r"\\([0-7]{3})")


class Found(msgspec.Struct, frozen=True):
    """A bundle on a stick, with the header that nobody verified."""

    path: Path
    content: bytes
    core: Core | None


# Volumes


def linux_volumes(mounts: str) -> list[Path]:
    """The disks of /proc/mounts that a desktop or an administrator puts where sticks go.

    What is no disk (a folder of another machine or of a container) is none, nor is what stands deeper under /mnt.
    """
    rows = [line.split(" ") for line in mounts.splitlines()]
    disks = [row for row in rows if len(row) > 2 and row[0].startswith("/dev/") and row[2] in STICK_SYSTEMS]  # noqa: PLR2004 -- device, place, system
    places = {Path(OCTAL.sub(lambda found: chr(int(found[1], 8)), row[1])) for row in disks}
    return sorted(place for place in places if str(place).startswith(LINUX_PLACES) and _may_be_a_stick(place))


def _may_be_a_stick(place: Path) -> bool:
    return not place.is_relative_to("/mnt") or place.parent == Path("/mnt")


def windows_volumes(drives: Iterable[tuple[str, int]]) -> list[Path]:
    """The drives that Windows calls removable, of (letter, type)."""
    return sorted(Path(f"{letter}:\\") for letter, kind in drives if kind == DRIVE_REMOVABLE)


def mac_volumes(volumes: Iterable[tuple[str, bool]]) -> list[Path]:
    """What is mounted under /Volumes, of (name, whether it is a link): the system's own volume stands there as one."""
    return sorted(Path("/Volumes") / name for name, is_link in volumes if not is_link and not name.startswith("."))


def volumes() -> list[Path]:
    """The volumes of this machine that can be carried away."""
    if sys.platform == "win32":
        import ctypes

        drives = ctypes.windll.kernel32.GetLogicalDrives()
        letters = [chr(ord("A") + place) for place in range(26) if drives >> place & 1]
        return windows_volumes((one, ctypes.windll.kernel32.GetDriveTypeW(f"{one}:\\")) for one in letters)
    if sys.platform == "darwin":
        return mac_volumes((path.name, path.is_symlink()) for path in Path("/Volumes").iterdir())
    try:
        return linux_volumes(Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError:
        return []


def prepared(found: Iterable[Path]) -> list[Path]:
    """Of the volumes those that carry our folder: nobody's private stick is written to unasked."""
    return [volume for volume in found if _is_folder(volume / FOLDER)]


def the_stick(named: Path | None) -> Path:
    """The folder that was named, else the one stick that is there. Raises BadInput when there is none, or a choice."""
    if named is not None:
        if not named.is_dir():
            raise BadInput(N_("There is no stick at {path}."), path=named)
        return named
    found = volumes()
    ours = prepared(found) or found
    if not ours:
        raise BadInput(N_("No stick was found. Put it in, or name its folder after --stick."))
    if len(ours) > 1:
        raise BadInput(
            N_("There are several sticks: {sticks}. Name one of them after --stick."), sticks=", ".join(map(str, ours))
        )
    return ours[0]


# What is on a stick


def folder_for(stick: Path, receiver: str) -> Path:
    """Where bundles for a node lie. Raises BadInput when a link stands in its place."""
    folder = stick / FOLDER / f"{PREFIX}{receiver}"
    for part in (folder.parent, folder):
        if part.is_symlink() or (part.exists() and not part.is_dir()):
            raise BadInput(N_("{path} is no folder but a link or a file. Use another stick."), path=part)
    return folder


def bundles_in(folder: Path) -> list[Found]:
    """Every bundle in a folder, in the order of names. What is no plain file is passed over. Raises BadInput."""
    try:
        paths = sorted(p for p in folder.iterdir() if p.name.lower().endswith(SUFFIX)) if folder.is_dir() else []
    except OSError as error:
        raise BadInput(
            N_("{path} could not be read: {reason}. Copy it again."), path=folder, reason=error.strerror or str(error)
        ) from error
    if len(paths) > FILES_MAX:
        raise BadInput(
            N_("{path} holds more than {limit} bundles. Name the right folder."), path=folder, limit=FILES_MAX
        )
    return [_found(path) for path in paths if path.is_file() and not path.is_symlink() and path.name[0] != "."]


def receivers_on(stick: Path) -> list[str]:
    """The names of the stations that the stick has folders for."""
    home = stick / FOLDER
    names = [path.name for path in home.iterdir() if _is_folder(path)] if _is_folder(home) else []
    stations = [name.removeprefix(PREFIX) for name in names if name.startswith(PREFIX)]
    return sorted(name for name in stations if name and name != CENTRAL)


def leave(folder: Path, name: str, content: bytes, *, sender: bytes, receiver: bytes) -> Path:
    """Write a bundle whole, then remove older ones of this sender for this receiver: the new one says all of theirs.

    A stick that is full or read-only keeps what was there. Raises StorageTrouble.
    """
    before = bundles_in(folder)
    path = folder / name
    write_whole(path, content)
    _remove([one for one in before if one.path != path and _is_from(one, sender, receiver)])
    return path


def clear(folder: Path, *, sender: bytes, receiver: bytes) -> int:
    """Remove what this sender left for this receiver, for all of it is confirmed. Raises StorageTrouble."""
    old = [one for one in bundles_in(folder) if _is_from(one, sender, receiver)]
    _remove(old)
    return len(old)


def _is_from(found: Found, sender: bytes, receiver: bytes) -> bool:
    return found.core is not None and (found.core.sender, found.core.to) == (sender.hex(), receiver.hex())


def _remove(old: list[Found]) -> None:
    for one in old:
        try:
            one.path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageTrouble(
                N_("{path} could not be removed: {reason}. Check the disk."),
                path=one.path,
                reason=error.strerror or str(error),
            ) from error


def _found(path: Path) -> Found:
    content = read_whole(path)
    try:
        return Found(path, content, read_core(content))
    except BundleRefused:
        return Found(path, content, None)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()
