"""The queue of receipts: beside the desk, from the journal, never inside a transaction.

The journal is the queue. A mark beside it says up to which entry receipts were printed; what stands after it is
printed in order as soon as the printer listens. Nobody waits for a receipt of ten minutes ago: it is passed over, and
printed again when somebody asks (F5). A crash between the paper and the mark prints twice rather than not at all.
"""

import threading
from collections.abc import Callable

import msgspec

from suite.domain.documents import ShiftReport, Slip
from suite.domain.errors import N_, Refusal
from suite.domain.quantities import Moment
from suite.runtime.db import DatabaseError, trouble_of
from suite.runtime.errors import PrinterTrouble, SuiteError
from suite.runtime.files import write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import Home
from suite.runtime.texts import say_error
from suite.station.desk import Desk
from suite.station.opening import open_desk
from suite.station.printers import Printer, print_paper
from suite.station.slips import has_paper, newest_paper, paper_of

FRESH_MS = 10 * 60 * 1000
LOOK_SECONDS = 15.0
"""How often a printer that did not answer is tried again when nothing new is sold."""


class PrinterState(msgspec.Struct, frozen=True):
    """The printer of this station, and the last entry whose receipt was printed or passed over."""

    printer: Printer | None = None
    upto: int = 0


def printer_state(home: Home) -> PrinterState:
    """What was noted, or no printer where the file is missing or unreadable."""
    try:
        return msgspec.json.decode(home.printer.read_bytes(), type=PrinterState)
    except (*HOSTILE_JSON, OSError):
        return PrinterState()


def set_printer(desk: Desk, home: Home, printer: Printer | None) -> None:
    """Receipts go to that printer from now on; what happened before is not printed by itself. Raises StorageTrouble."""
    _note(home, PrinterState(printer, desk.store.tip().seq))


class Queue:
    """The receipts of one desk that wait for the printer."""

    def __init__(self, desk: Desk, home: Home) -> None:
        self._desk, self._home = desk, home
        self._upto = 0
        """The mark in memory as well: on a full disk it cannot be noted, and nothing shall be printed for ever."""

    def print_due(self) -> int:
        """Print every fresh receipt after the mark, oldest first; how many. Raises PrinterTrouble, StorageTrouble."""
        state, store, printed = printer_state(self._home), self._desk.store, 0
        last = store.tip().seq
        begin = max(state.upto, self._upto)
        if state.printer is None or begin == last:
            return 0
        for seq in range(begin + 1, last + 1):  # none where the file was restored and is shorter than it was
            event = store.event_at(seq)
            if has_paper(event) and self._is_fresh(event):
                print_paper(state.printer, paper_of(self._desk, seq))
                printed, self._upto = printed + 1, seq
        self._upto = last
        _note(self._home, PrinterState(state.printer, last))
        return printed

    def print_last(self) -> None:
        """Print a copy of the last receipt. Raises ReceiptNotHere, PrinterTrouble."""
        print_now(self._home, newest_paper(self._desk))

    def _is_fresh(self, event: object) -> bool:
        return abs(self._desk.clock.now() - getattr(event, "at", Moment(0))) <= FRESH_MS


def print_now(home: Home, paper: Slip | ShiftReport) -> None:
    """Print what is no fact of the journal, or a copy. Raises PrinterTrouble."""
    printer = printer_state(home).printer
    if printer is None:
        raise PrinterTrouble(N_("No printer is named here. Name one with `canje station printer --set`."))
    print_paper(printer, paper)


def _note(home: Home, state: PrinterState) -> None:
    write_whole(home.printer, msgspec.json.encode(state))


class Printing:
    """Prints what the desk records, on a thread with a connection of its own. `start` it, and `stop` it at the end."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._news, self._stopped = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="printing", daemon=True)
        self._again = False
        self.trouble = ""
        """Why the last receipt did not come out; empty when it did."""

    def start(self) -> None:
        self._thread.start()

    def look(self) -> None:
        """Something was recorded."""
        self._news.set()

    def again(self) -> None:
        """Print the last receipt once more."""
        self._again = True
        self.look()

    def stop(self) -> None:
        """Print no more, and wait a moment for the receipt under way."""
        self._stopped.set()
        self._news.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _run(self) -> None:
        desk = open_desk(self._home)
        queue = Queue(desk, self._home)
        try:
            while not self._stopped.is_set():
                self._news.clear()
                self.trouble = _trouble_of(queue.print_due)
                if self._again:
                    self._again = False
                    self.trouble = _trouble_of(queue.print_last)
                self._news.wait(LOOK_SECONDS)
        finally:
            desk.store.close()


def _trouble_of(task: Callable[[], object]) -> str:
    try:
        task()
    except (Refusal, SuiteError) as trouble:
        return say_error(trouble)
    except DatabaseError as error:
        return say_error(trouble_of(error, None))
    return ""
