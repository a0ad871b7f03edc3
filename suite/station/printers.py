"""Receipts on their way out of the PC: to a printer in the network, a device, a queue of the system, or a folder."""

import os
import re
import select
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from suite.domain.documents import ShiftReport, Slip
from suite.domain.errors import N_
from suite.runtime.errors import BadInput, PrinterTrouble
from suite.runtime.files import write_whole

COLUMNS = 42
COLUMNS_MIN, COLUMNS_MAX = 24, 64
SECONDS = 5.0
"""How long a printer may take to listen and to take a receipt."""
PORT = 9100
"""What printers in a network listen on (JetDirect, AppSocket)."""
QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}")

Kind = Literal["network", "device", "queue", "folder"]


class Printer(msgspec.Struct, frozen=True):
    """Where receipts go. `place` is host:port, a path, or the queue's name; `columns` are characters on a line."""

    kind: Kind
    place: str
    columns: int = COLUMNS


def printer_named(written: str, columns: int = COLUMNS) -> Printer:
    """`tcp://host:port`, `queue:NAME`, `pdf:FOLDER`, or the path of a device. Raises BadInput."""
    if written.startswith("tcp://"):
        return Printer("network", _address(written), columns)
    if written.startswith("queue:"):
        name = written.removeprefix("queue:")
        if not QUEUE.fullmatch(name):
            raise BadInput(N_("{name!r} is no name of a print queue."), name=name)
        return Printer("queue", name, columns)
    if written.startswith("pdf:") and written != "pdf:":
        return Printer("folder", written.removeprefix("pdf:"), columns)
    if written and Path(written).is_absolute():
        return Printer("device", written, columns)
    raise BadInput(
        N_("{written!r} is no printer. Write tcp://HOST:9100, queue:NAME, pdf:FOLDER or the path of a device."),
        written=written,
    )


def _address(written: str) -> str:
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port = None, PORT
    if not host:
        raise BadInput(N_("{written!r} is no address. Write tcp://HOST:9100."), written=written)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def print_paper(printer: Printer, paper: Slip | ShiftReport) -> None:
    """Hand a receipt to the printer, whole. Raises PrinterTrouble, StorageTrouble for a folder."""
    from forms.roll import roll_of
    from suite.node.wording import wording

    roll = roll_of(paper, wording())
    if printer.kind == "folder":
        from forms.roll_pdf import roll_pdf

        name = f"{paper.reference or paper.station}{'-copy' if paper.copy else ''}.pdf"
        write_whole(Path(printer.place) / name, roll_pdf(roll, paper.network))
        return
    from forms.escpos import escpos

    content = escpos(roll, printer.columns)
    try:
        if printer.kind == "network":
            _to_network(printer.place, content)
        elif printer.kind == "device":
            _to_device(printer.place, content)
        else:
            _to_queue(printer.place, content)
    except (OSError, subprocess.SubprocessError) as error:
        raise PrinterTrouble(
            N_("No receipt: the printer does not answer ({reason}). Look at its power, paper and cable."),
            reason=getattr(error, "strerror", None) or type(error).__name__,
        ) from error


def _to_network(place: str, content: bytes) -> None:
    host, _, port = place.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), SECONDS) as link:
        link.sendall(content)


def _to_device(place: str, content: bytes) -> None:
    """Write to what must be there already: a typing error must not make a file."""
    out = os.open(place, os.O_WRONLY | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        end, rest = time.monotonic() + SECONDS, memoryview(content)
        while rest:
            try:
                rest = rest[os.write(out, rest) :]
            except BlockingIOError:
                left = end - time.monotonic()
                if left <= 0 or not select.select([], [out], [], left)[1]:
                    raise TimeoutError(0, "it takes nothing") from None
    finally:
        os.close(out)


def _to_queue(name: str, content: bytes) -> None:
    program = shutil.which("lp")
    if program is None:
        raise PrinterTrouble(
            N_("This system has no print queues (the program lp). Name the printer by its address or device.")
        )
    command = [program, "-d", name, "-o", "raw", "-s", "-"]
    subprocess.run(command, input=content, check=True, timeout=SECONDS, capture_output=True)  # noqa: S603 -- the name is checked, no shell reads it
