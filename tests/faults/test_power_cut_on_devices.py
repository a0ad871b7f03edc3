"""The power fails under a real file system: ext4 and XFS on a loop device are shut down at once, their logs unwritten.

The kernel is the judge here (trust.md 2.1, method B): what it had not made durable is gone when the device is mounted
again. It takes milliseconds to shut down, and says yes meanwhile to a sync under way: what is confirmed before counts.
Needs root and loop devices.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from suite.runtime.paths import Home
from tests.faults.aftermath import ALL_SALES, faults_after, notes_of
from tests.faults.conftest import copied, dice_of, long_run
from tests.faults.tracing import Days

CUTS = 6
SIZES = {"ext4": 32, "xfs": 300}
"""MiB; XFS is made no smaller."""
SHUTDOWN = 0x8004587D
"""FS_IOC_SHUTDOWN of Linux, `_IOR('X', 125, __u32)`; the number is the same for ext4 and XFS."""
NO_LOG_FLUSH = b"\x02\x00\x00\x00"
SPREAD_SECONDS = 0.02
"""About as long as two sales are on such a disk: so long after something was confirmed the cut may come."""


class Device:
    """A file system in a file, mounted while it is used."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.image, self.place = kind, folder / "disk.img", folder / "mounted"
        self.place.mkdir()
        with self.image.open("wb") as image:
            image.truncate(SIZES[kind] << 20)
        subprocess.run([f"mkfs.{kind}", "-q", str(self.image)], check=True)

    def mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", str(self.image), str(self.place)], check=True)

    def unmount(self) -> None:
        subprocess.run(["umount", str(self.place)], check=True)

    def cut(self) -> None:
        """What is not on the disk now never will be."""
        descriptor = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(descriptor, SHUTDOWN, NO_LOG_FLUSH)
        finally:
            os.close(descriptor)


@pytest.fixture(params=list(SIZES))
def device(request, tmp_path):
    """Skips, and says why, where such a device cannot be had."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which(f"mkfs.{request.param}") is None:
        pytest.skip(f"{request.param} on a loop device needs root and mkfs.{request.param}")
    made = Device(request.param, tmp_path)
    try:
        made.mount()
    except subprocess.CalledProcessError:
        pytest.skip(f"this system mounts no {request.param} on a loop device")
    yield made
    if os.path.ismount(made.place):
        made.unmount()


def test_what_was_confirmed_is_on_the_device_when_the_power_fails(morning, tmp_path, device):
    world, home = morning
    dice, days, broken, partial = dice_of(20261122), Days(), [], 0
    try:
        for n in range(long_run(CUTS)):
            here, notes_file = copied(home, device.place / "station"), tmp_path / f"notes-{n}"
            os.sync()
            child = days.begin(here, notes_file)
            confirmed = dice.randrange(len(ALL_SALES))
            os.kill(child, signal.SIGCONT)
            while len(notes_of(notes_file).sales) < confirmed:
                pass
            end = time.perf_counter() + dice.random() * SPREAD_SECONDS
            while time.perf_counter() < end:
                pass
            notes = notes_of(notes_file)
            device.cut()
            days.over()
            device.unmount()
            device.mount()
            partial += 0 < len(notes.sales) < len(ALL_SALES)
            broken += [f"cut {n}: {fault}" for fault in faults_after(Home(here.folder), notes, world.office)]
            notes_file.unlink(missing_ok=True)
    finally:
        days.close()
    assert broken == []
    assert partial > 0
