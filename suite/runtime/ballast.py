"""The reserve against a full disk: a file that can be given up, so that the sale at hand is still recorded (R6)."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from suite.runtime.files import sync_folder
from suite.runtime.secrets import random_bytes

MIB = 1024 * 1024
BALLAST_BYTES = 16 * MIB
"""As much as the write-ahead log grows between two checkpoints: months of single sales."""

WARN_BELOW = 200 * MIB
EARN_ONLY_BELOW = 50 * MIB
"""Below it points are still given and prizes no longer: the room left is for what cannot be done tomorrow."""

Room = Literal["enough", "low", "scarce"]


def free_bytes(folder: Path) -> int:
    """What the disk of the folder still takes from this user."""
    return shutil.disk_usage(folder).free


class Reserve:
    """The ballast of one node and the room around it."""

    def __init__(
        self,
        path: Path,
        *,
        size: int | None = None,
        warn_below: int = WARN_BELOW,
        earn_only_below: int = EARN_ONLY_BELOW,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.path = path
        self.size = BALLAST_BYTES if size is None else size
        self._warn_below = warn_below
        self._earn_only_below = earn_only_below
        self._free = free

    def free(self) -> int:
        return self._free(self.path.parent)

    def room(self) -> Room:
        """How much is left for the business."""
        free = self.free()
        return "scarce" if free < self._earn_only_below else "low" if free < self._warn_below else "enough"

    def is_there(self) -> bool:
        """Whether the whole reserve is on the disk, and not only its name: a file of holes gives nothing back."""
        try:
            status = self.path.stat()
        except OSError:
            return False
        blocks = getattr(status, "st_blocks", None)
        return status.st_size >= self.size and (blocks is None or blocks * 512 >= self.size)

    def keep(self) -> bool:
        """Make the reserve where it is missing and the disk has room for it and more. Returns whether it is there."""
        if self.is_there():
            return True
        if self.free() - self.size < self._earn_only_below:
            return False
        temporary = self.path.with_name(f".{self.path.name}.part")
        try:
            with temporary.open("wb") as file:
                file.write(random_bytes(self.size))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
            sync_folder(self.path.parent)
        except OSError:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            return False
        return True

    def release(self) -> bool:
        """Give the room back to the disk. False when there was nothing to give."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
