"""Which way in this station's reader takes: noted beside the database, no part of any journal; said again if lost."""

from collections.abc import Callable
from typing import Literal, Protocol

import msgspec

from suite.domain.errors import N_
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import Home
from suite.station.reader.burst import Swiped

Way = Literal["terminal", "serial", "global"]

WAYS: dict[Way, str] = {
    "terminal": N_("the keyboard, in this window"),
    "serial": N_("a serial port"),
    "global": N_("the keyboard, in any window"),
}


class ReaderSetup(msgspec.Struct, frozen=True):
    """What the operator chose. Keys of the terminal are heard whatever the way is."""

    way: Way = "terminal"
    port: str = ""
    baud: int = 9600


class Ear(Protocol):
    """Listens beside the terminal, in a thread of its own; what it calls is called from there."""

    way: Way

    def start(self, heard: Callable[[Swiped], object], told: Callable[[str], object]) -> None:
        """`heard` is given each swipe; `told` what is wrong whenever that changes, empty once it listens."""

    def stop(self) -> None:
        """Listen no more; waits a moment for the thread."""


def setup_of(home: Home) -> ReaderSetup:
    """What was chosen, or the terminal where the file is missing or unreadable."""
    try:
        return msgspec.json.decode(home.reader.read_bytes(), type=ReaderSetup)
    except (*HOSTILE_JSON, OSError):
        return ReaderSetup()


def choose(home: Home, setup: ReaderSetup) -> None:
    """Raises StorageTrouble."""
    write_whole(home.reader, msgspec.json.encode(setup))


def ear_of(setup: ReaderSetup) -> Ear | None:
    """What listens that way; None for the terminal, which needs nothing beside it."""
    if setup.way == "serial":
        from suite.station.ways.serial_port import SerialEar

        return SerialEar(setup.port, setup.baud)
    if setup.way == "global":
        from suite.station.ways.desktop import DesktopEar

        return DesktopEar()
    return None
