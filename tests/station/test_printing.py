"""Receipts leave the PC beside the desk: a printer that is off stops nothing, and nothing is printed for ever."""

import os
import socket
import threading
from contextlib import suppress

import pytest

from suite.domain.documents import ReceiptNotHere
from suite.domain.ids import CardNumber, PrizeCode
from suite.domain.quantities import Moment
from suite.runtime.errors import BadInput, PrinterTrouble
from suite.station.app import StationApp
from suite.station.desk import CardRead
from suite.station.printers import Printer, print_paper, printer_named
from suite.station.printing import FRESH_MS, Printing, Queue, print_now, printer_state, set_printer
from suite.station.slips import inquiry_slip, newest_paper, paper_of, sample_slip
from tests.factories import ANA
from tests.station.screens import shown


class Paper:
    """A printer in the network: a socket that takes bytes, and what came out of it."""

    def __init__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.receipts = []
        self.came = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            with link, link.makefile("rb") as file:
                self.receipts.append(file.read().decode("cp850"))
                self.came.set()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@pytest.fixture
def paper():
    printer = Paper()
    yield printer
    printer.close()


@pytest.fixture
def site(world):
    station = world.pair("E1")
    world.stock_up("E1")
    return station


@pytest.fixture
def folder(site, tmp_path):
    """The station prints PDF files into a folder."""
    set_printer(site.desk, site.home, Printer("folder", str(tmp_path / "paper")))
    return tmp_path / "paper"


def prints(folder):
    return sorted(path.name for path in folder.glob("*.pdf")) if folder.exists() else []


def test_every_operation_of_the_counter_is_printed_once(site, folder):
    queue = Queue(site.desk, site.home)
    site.sell(ANA, "F-1")
    site.desk.redeem(CardRead(ANA, "swipe"), "01", PrizeCode("MUG"), "immediate")
    assert queue.print_due() == 2
    assert queue.print_due() == 0
    assert Queue(site.desk, site.home).print_due() == 0
    assert len(prints(folder)) == 2


def test_what_was_recorded_before_a_printer_was_named_is_not_printed(site, tmp_path):
    site.sell(ANA, "F-1")
    set_printer(site.desk, site.home, Printer("folder", str(tmp_path / "paper")))
    assert Queue(site.desk, site.home).print_due() == 0


def test_what_a_till_sold_prints_no_receipt(site, folder, world):
    site.sell(ANA, "F-1", at=world.clock.now())
    assert Queue(site.desk, site.home).print_due() == 0


@pytest.mark.parametrize(("age", "printed"), [(FRESH_MS, 1), (FRESH_MS + 1, 0)])
def test_a_receipt_of_ten_minutes_ago_is_passed_over(site, folder, world, age, printed):
    site.sell(ANA, "F-1")
    world.clock.moment = Moment(world.clock.now() + age)
    assert Queue(site.desk, site.home).print_due() == printed
    assert printer_state(site.home).upto == site.desk.store.tip().seq


def test_a_printer_that_is_off_stops_no_sale_and_catches_up(site, paper):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        nobody = gone.getsockname()[1]
    set_printer(site.desk, site.home, Printer("network", f"127.0.0.1:{nobody}"))
    queue = Queue(site.desk, site.home)
    assert site.sell(ANA, "F-1").points == 100
    with pytest.raises(PrinterTrouble, match="does not answer"):
        queue.print_due()
    assert site.sell(ANA, "F-2").points == 100
    mark = printer_state(site.home).upto
    set_printer(site.desk, site.home, Printer("network", paper.address))
    assert printer_state(site.home).upto > mark
    site.sell(ANA, "F-3")
    assert queue.print_due() == 1
    assert paper.came.wait(5)
    assert "F-3" in paper.receipts[0]


def test_a_mark_that_cannot_be_noted_prints_nothing_twice(site, folder):
    queue = Queue(site.desk, site.home)
    site.sell(ANA, "F-1")
    site.home.printer.unlink()
    site.home.printer.with_name(".printer.json.part").mkdir()
    site.home.printer.write_bytes(b'{"printer":{"kind":"folder","place":"%s"},"upto":0}' % str(folder).encode())
    with pytest.raises(Exception, match="could not be written"):
        queue.print_due()
    count = len(prints(folder))
    (folder / prints(folder)[0]).unlink()
    assert queue.print_due() == 0
    assert len(prints(folder)) == count - 1


def test_a_receipt_shows_the_balance_after_it_and_a_copy_none(site):
    site.sell(ANA, "F-1")
    first = site.desk.store.tip().seq
    site.sell(ANA, "F-2")
    assert paper_of(site.desk, first).balance == 100
    assert paper_of(site.desk, site.desk.store.tip().seq).balance == 200
    copy = paper_of(site.desk, first, copy=True)
    assert (copy.balance, copy.copy, copy.document) == (None, True, "F-1")
    assert newest_paper(site.desk).document == "F-2"
    assert paper_of(site.desk, first).reference in {site.desk.reference(e) for e in site.desk.store.entries()}


@pytest.mark.parametrize("seq", [-1, 0, 1, 10**6])
def test_an_entry_without_a_receipt_says_so(site, seq):
    with pytest.raises(ReceiptNotHere):
        paper_of(site.desk, seq)
    with pytest.raises(ReceiptNotHere):
        newest_paper(site.desk)


def test_a_member_who_is_forgotten_is_nobody_on_the_copy(site, world):
    site.sell(ANA, "F-1")
    seq = site.desk.store.tip().seq
    site.desk.store._db.execute("DELETE FROM feed_card")
    assert (paper_of(site.desk, seq).member, paper_of(site.desk, seq).balance) == ("", None)


def test_an_inquiry_can_be_taken_home(site):
    site.sell(ANA, "F-1")
    slip = inquiry_slip(site.desk, CardNumber(ANA))
    assert (slip.balance, len(slip.moves)) == (100, 1)


def test_a_device_takes_bytes_and_is_never_made(site, tmp_path):
    device = tmp_path / "lp0"
    with pytest.raises(PrinterTrouble):
        print_paper(Printer("device", str(device)), sample_slip(site.desk))
    assert not device.exists()
    device.touch()
    print_paper(Printer("device", str(device)), sample_slip(site.desk))
    assert "TEST OF THE PRINTER" in device.read_bytes().decode("cp850")


def test_a_device_that_takes_nothing_is_left_after_a_while(site, tmp_path, monkeypatch):
    monkeypatch.setattr("suite.station.printers.SECONDS", 0.2)
    pipe = tmp_path / "lp0"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    try:
        with suppress(BlockingIOError):
            while True:
                os.write(writer, b"x" * 4096)
        with pytest.raises(PrinterTrouble, match="does not answer"):
            print_paper(Printer("device", str(pipe)), sample_slip(site.desk))
    finally:
        os.close(writer)
        os.close(reader)


def test_a_queue_of_the_system_is_handed_the_bytes(site, tmp_path, monkeypatch):
    program = tmp_path / "lp"
    program.write_text('#!/bin/sh\necho "$@" > "$0.said"\ncat > "$0.in"\n[ "$2" = good ]\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    print_paper(Printer("queue", "good"), sample_slip(site.desk))
    assert (tmp_path / "lp.said").read_text().split() == ["-d", "good", "-o", "raw", "-s", "-"]
    assert (tmp_path / "lp.in").read_bytes().startswith(b"\x1b@")
    with pytest.raises(PrinterTrouble):
        print_paper(Printer("queue", "bad"), sample_slip(site.desk))
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(PrinterTrouble, match="no print queues"):
        print_paper(Printer("queue", "good"), sample_slip(site.desk))


@pytest.mark.parametrize(
    ("written", "printer"),
    [
        ("tcp://10.0.0.9", Printer("network", "10.0.0.9:9100")),
        ("tcp://printer:515", Printer("network", "printer:515")),
        ("tcp://[::1]:9100", Printer("network", "[::1]:9100")),
        ("queue:EPSON_TM-T20", Printer("queue", "EPSON_TM-T20")),
        ("pdf:/tmp/x", Printer("folder", "/tmp/x")),
        ("/dev/usb/lp0", Printer("device", "/dev/usb/lp0")),
    ],
)
def test_a_printer_is_named_in_four_ways(written, printer):
    assert printer_named(written) == printer


@pytest.mark.parametrize("written", ["", "lp0", "tcp://", "tcp://a:b", "tcp://a:99999", "queue:", "queue:-o x", "pdf:"])
def test_what_names_no_printer_is_said(written):
    with pytest.raises(BadInput):
        printer_named(written)


def test_without_a_printer_nothing_is_printed_and_asking_says_so(site):
    assert Queue(site.desk, site.home).print_due() == 0
    with pytest.raises(PrinterTrouble, match="No printer is named"):
        print_now(site.home, sample_slip(site.desk))


# Beside the screen


async def test_the_screen_prints_what_it_records_and_prints_it_again(site, paper, world, monkeypatch):
    monkeypatch.setenv("CANJE_CLOCK", "2026-10-15T10:00:00-03:00")
    set_printer(site.desk, site.home, Printer("network", paper.address))
    app = StationApp(site.desk, printing=Printing(site.home))
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        site.sell(ANA, "F-1")
        app._recorded()
        assert paper.came.wait(10)
        paper.came.clear()
        await pilot.press("f5")
        await shown(app, pilot, "printed again")
        assert paper.came.wait(10)
    assert ["COPY" in receipt for receipt in paper.receipts] == [False, True]


async def test_a_printer_in_trouble_is_said_on_the_screen(site, monkeypatch, tmp_path):
    monkeypatch.setenv("CANJE_CLOCK", "2026-10-15T10:00:00-03:00")
    monkeypatch.setattr("suite.station.app.LOOK_SECONDS", 0.02)
    set_printer(site.desk, site.home, Printer("device", str(tmp_path / "nothing")))
    site.sell(ANA, "F-1")
    app = StationApp(site.desk, printing=Printing(site.home))
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "does not answer")
