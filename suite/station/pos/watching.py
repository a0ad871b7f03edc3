"""Looking for the POS's files: once by command, or again and again in the background beside the screen.

The background is a thread with a connection of its own. It holds the write lock for one batch at a time; what it did
is read from the store by whoever shows it.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import msgspec

from suite.domain.claiming import CLAIM_DAYS
from suite.domain.errors import N_
from suite.domain.keeping import DAY_MS
from suite.domain.quantities import Moment
from suite.runtime.console import keep_set_aside
from suite.runtime.db import DatabaseError, trouble_of
from suite.runtime.errors import BadInput, NotSetUp, StorageTrouble, SuiteError
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import say_error
from suite.station.desk import Desk
from suite.station.pos.folder import REFUSED, TAKEN, Stamp, look, put_away, settled
from suite.station.pos.intake import Taken, credit_cards, read_file, refuse_file, take_file
from suite.station.pos.setup import PosSetup

LOOK_SECONDS = 2.0
"""Between two looks: a sale waits for its swipe as long as a customer needs to find the card."""
PATIENCE = 30
"""Looks for which a file that ends in the middle may still be growing."""
LEAVE_SECONDS = 3.0


class Looked(msgspec.Struct, frozen=True):
    """One look: what was taken, what was refused and why, what is still being written, what stood in the way."""

    taken: tuple[Taken, ...] = ()
    known: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    growing: tuple[str, ...] = ()
    troubles: tuple[str, ...] = ()


class Watch:
    """The looks at one folder, one after the other. `out` is where wrong rows of a CSV file go to be mended."""

    def __init__(self, desk: Desk, out: Path) -> None:
        self._desk, self._out = desk, out
        self._setup = PosSetup()
        self._seen: dict[str, Stamp] = {}
        self._done: dict[str, Stamp] = {}
        self._torn: dict[str, int] = {}

    def look(self) -> Looked:
        """Take what stayed the same since the look before. Raises NotSetUp, BadInput for a folder that is not there."""
        setup = self._desk.store.pos.setup()
        if not setup.folder:
            raise NotSetUp(N_("No folder of a POS is watched here. Say which: canje station pos watch FOLDER."))
        if setup != self._setup:
            self._setup, self._seen, self._done = setup, {}, {}
        folder = Path(setup.folder)
        found = look(folder, setup.format)
        looked = _Looking()
        for name in settled(self._seen, found):
            if self._done.get(name) != found[name]:
                self._take(folder / name, found[name], setup, looked)
        looked.growing += [name for name in found if name not in self._seen or self._seen[name] != found[name]]
        self._seen = found
        self._torn = {name: looks for name, looks in self._torn.items() if name in found}
        if looked.taken:
            self.credit_again()
        return looked.result()

    def credit_again(self) -> tuple[int, int]:
        """Try sales with a card once more that could not be credited: a product was mapped, a card became known."""
        desk, setup = self._desk, self._desk.store.pos.setup()
        since = Moment(desk.clock.now() - CLAIM_DAYS * DAY_MS)
        return credit_cards(desk, setup, desk.programme(), list(desk.store.pos.waiting(since)))

    def _take(self, path: Path, stamp: Stamp, setup: PosSetup, looked: "_Looking") -> None:
        """One file. Whatever is wrong with it hinders no other."""
        name = safe_text(path.name)
        try:
            file = read_file(path, setup)
        except BadInput as why:
            self._torn[path.name] = self._torn.get(path.name, 0) + 1
            if why.unfinished and self._torn[path.name] < PATIENCE:
                looked.growing.append(name)
            else:
                self._refuse(path, stamp, why, looked)
        else:
            taken = take_file(self._desk, setup, name, file)
            if taken is None:
                looked.known.append(name)
            else:
                keep_set_aside(self._out, path, taken.header, taken.set_aside)
                looked.taken.append(taken)
            self._put_away(path, TAKEN, stamp, looked)

    def _refuse(self, path: Path, stamp: Stamp, why: BadInput, looked: "_Looking") -> None:
        sentence = refuse_file(self._desk, path, why)
        looked.refused.append((safe_text(path.name), sentence))
        self._put_away(path, REFUSED, stamp, looked, sentence)

    def _put_away(self, path: Path, place: str, stamp: Stamp, looked: "_Looking", why: str = "") -> None:
        self._done[path.name] = stamp
        if self._setup.leave:
            return
        try:
            if put_away(path, place, stamp, why):
                self._done.pop(path.name)
        except StorageTrouble as trouble:
            looked.troubles.append(say_error(trouble))


class _Looking:
    """A look while it goes on."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.known: list[str] = []
        self.refused: list[tuple[str, str]] = []
        self.growing: list[str] = []
        self.troubles: list[str] = []

    def result(self) -> Looked:
        return Looked(
            tuple(self.taken), tuple(self.known), tuple(self.refused), tuple(self.growing), tuple(self.troubles)
        )


def look_once(desk: Desk, out: Path, wait: Callable[[float], object]) -> Looked:
    """Two looks, so that a file that is being written is left alone. Raises as `Watch.look`."""
    watch = Watch(desk, out)
    watch.look()
    wait(LOOK_SECONDS / 2)
    looked = watch.look()
    watch.credit_again()
    return looked


class PosWatch:
    """The looks of a station beside its screen. `start` it, and `stop` it before the program ends."""

    def __init__(self, home: Home, open_desk: Callable[[Home], Desk]) -> None:
        self._home, self._open = home, open_desk
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pos", daemon=True)
        self.trouble = ""
        """What a person at the desk should know of the last look."""
        self.looks = 0
        self.taken = 0
        """Files that were taken."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Begin no other look, and wait a moment for the one under way."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(LEAVE_SECONDS)

    def _run(self) -> None:
        desk = self._open(self._home)
        watch = Watch(desk, self._home.out)
        try:
            while not self._stopped.is_set():
                self._look(desk, watch)
                self._stopped.wait(LOOK_SECONDS)
        finally:
            desk.store.close()

    def _look(self, desk: Desk, watch: Watch) -> None:
        try:
            if not desk.store.pos.setup().folder:
                self.trouble = ""
                return
            looked = watch.look()
        except SuiteError as trouble:
            self.trouble = say_error(trouble)
        except DatabaseError as error:
            self.trouble = say_error(trouble_of(error, None))
        else:
            refused = [f"{name}: {why}" for name, why in looked.refused]
            said = " ".join([*looked.troubles, *refused])
            if said or looked.taken:
                self.trouble = said
            self.taken += len(looked.taken)
            self.looks += 1
