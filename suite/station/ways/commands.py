"""`canje station reader …`: which way in the card reader takes, and what it sends."""

import queue
import sys
import time
from typing import get_args

import click

from suite.domain.errors import N_
from suite.domain.quantities import MAX_INTEGER
from suite.runtime.console import Answer, SpokenCommand, SpokenGroup, answers
from suite.runtime.errors import REFUSED, BadInput, ReaderTrouble
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import say
from suite.station.opening import open_desk
from suite.station.reader.burst import Burst, Outcome, Swiped
from suite.station.reader.masking import masked
from suite.station.reader.swipe import decode
from suite.station.ways.raw_keys import raw_keys
from suite.station.ways.report import Typing, lines_of, report_of
from suite.station.ways.setup import WAYS, Ear, ReaderSetup, Way, choose, ear_of, setup_of

PORT_MAX = 200
SECONDS = 20
PIPE_MAX = 4096
POLL_SECONDS = 0.02


@click.group("reader", cls=SpokenGroup, help=N_("The card reader: which way in it takes, and what it sends."))
def reader() -> None:
    """See help."""


@reader.command("show", cls=SpokenCommand, help=N_("Say which way in the card reader takes."))
@answers
@click.pass_obj
def show(home: Home) -> Answer:
    return _chosen(setup_of(home))


@reader.command(
    "use",
    cls=SpokenCommand,
    help=N_("Choose the way in: terminal (keys in this window), serial (a port) or global (keys in any window)."),
)
@click.argument("way", type=click.Choice(get_args(Way)))
@click.option("--port", default="", help=N_("The serial port, like /dev/ttyACM0 or COM3."))
@click.option("--baud", type=click.IntRange(300, 921_600), default=9600, show_default=True)
@answers
@click.pass_obj
def use(home: Home, way: Way, port: str, baud: int) -> Answer:
    open_desk(home)
    if (way == "serial") != bool(port):
        raise BadInput(N_("A serial reader needs --port, and no other one does."))
    setup = ReaderSetup(way, safe_text(port, PORT_MAX), baud)
    choose(home, setup)
    return _chosen(setup)


def _chosen(setup: ReaderSetup) -> Answer:
    place = f": {setup.port}, {setup.baud} baud" if setup.way == "serial" else ""
    line = say(N_("The card reader comes in by {way}."), way=say(WAYS[setup.way]) + place)
    return Answer(setup, (line,))


@reader.command(
    "test",
    cls=SpokenCommand,
    help=N_("Read one card and say what came, how fast, and what it was understood as. Nothing is recorded."),
)
@click.option("--seconds", type=click.IntRange(1, MAX_INTEGER), default=SECONDS, show_default=True)
@answers
@click.pass_obj
def test(home: Home, seconds: int) -> Answer:
    desk, setup = open_desk(home), setup_of(home)
    ear = ear_of(setup)
    outcome = _from_ear(ear, seconds) if ear else _from_terminal(seconds)
    report = report_of(outcome, setup.way, desk)
    return Answer(report, lines_of(report), 0 if report.verdict == "ours" else REFUSED)


def _from_ear(ear: Ear, seconds: int) -> Swiped:
    """The first swipe. Raises ReaderTrouble with what the ear told, or when nothing came."""
    heard: queue.SimpleQueue[Swiped | str] = queue.SimpleQueue()
    ear.start(heard.put, heard.put)
    _ask()
    until = time.monotonic() + seconds
    try:
        while (left := until - time.monotonic()) > 0:
            told = heard.get(timeout=left)
            if isinstance(told, Swiped):
                return told
            if told:
                raise ReaderTrouble(N_("{reason}"), reason=told)
    except queue.Empty:
        pass
    finally:
        ear.stop()
    raise _nothing(seconds)


def _from_terminal(seconds: int) -> Outcome:
    """One reading of the terminal's keys, with their pace; or one line of a pipe, which has none."""
    if not sys.stdin.isatty():
        text = sys.stdin.readline(PIPE_MAX).strip("\r\n\t")
        scan = decode(text)
        return Swiped(scan, len(text), 0.0, masked(text, scan.card if scan else ""))
    burst, typed = Burst(), Typing()
    until = time.monotonic() + seconds
    with raw_keys() as wait:
        _ask()  # now, for keys that came before were lost
        while time.monotonic() < until:
            keys, at = wait(POLL_SECONDS), time.monotonic()
            outcomes = [] if keys else burst.poll(at)
            for key in keys:
                outcomes += burst.feed(key, at)
            for outcome in outcomes:
                if whole := typed.add(outcome, at):
                    return whole
    raise _nothing(seconds)


def _ask() -> None:
    click.echo(say(N_("Swipe a card, or read a code.")), err=True)


def _nothing(seconds: int) -> ReaderTrouble:
    return ReaderTrouble(N_("Nothing came from the reader in {seconds} seconds."), seconds=seconds)
