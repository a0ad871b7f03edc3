"""`canje station --plain`: every task of the desk line by line, for screen readers and terminals that draw nothing.

What the screen shows is said; what it asks is asked, one line at a time. A dot leaves, as Esc does on the screen.
"""

import asyncio
import getpass
import sys
from collections.abc import Callable
from typing import Any

import click

from suite.domain.errors import N_, Refusal, UnknownCard
from suite.domain.standing import CardStanding
from suite.runtime.db import DatabaseError, trouble_of
from suite.runtime.errors import SuiteError
from suite.runtime.explaining import expiring_line, next_tier_line, tier_name, tried_line
from suite.runtime.texts import number, say, say_error
from suite.runtime.words import card_warning, kind_name, when
from suite.station.collecting import Collected
from suite.station.desk import Attendant, CardRead, Desk
from suite.station.handover import waiting_for
from suite.station.handover_tasks import HandOvers
from suite.station.interview import Interview, LeftError, Question
from suite.station.link_state import link_words
from suite.station.messages import show_messages
from suite.station.printing import Queue
from suite.station.profile import ask_question, open_question
from suite.station.reader.swipe import decode, opens_track
from suite.station.redeeming import Redeeming, collected_lines, told_of
from suite.station.selling import Selling
from suite.station.tasks import Tasks

LEAVE = "."
QUIT = "0"


class PlainDesk:
    """One attendant's desk without a screen. `read` gives the next line, and raises EOFError when there is none."""

    def __init__(self, desk: Desk, queue: Queue, read: Callable[[bool], str], write: Callable[[str], None]) -> None:
        self._desk, self._queue, self._read, self._write = desk, queue, read, write
        self._interview = Interview(desk, self._answer_to)
        self._tasks = Tasks(self._interview)

    async def run(self) -> None:
        """Serve until somebody leaves, or there is nothing more to read."""
        while True:
            self._write(f"{self._desk.programme().name} · {self._desk.name()} · {link_words(self._desk.link())}")
            self._write(say(N_("SWIPE THE CARD, or type its number and press Enter.")))
            self._write(say(N_("Or: 5 last receipt, 6 shelf, 7 members, 8 take back, 9 shift, 0 leave.")))
            try:
                line = self._read(False).strip()
            except EOFError:
                return
            if line == QUIT:
                return
            if line:
                await self._do(line)

    async def _do(self, line: str) -> None:
        tasks = {"6": self._tasks.shelf, "7": self._tasks.members, "8": self._tasks.undo, "9": self._tasks.shift}
        try:
            if line == "5":
                self._queue.print_last()
            elif line in tasks:
                self._say(await tasks[line](await self._who()))
            else:
                await self._serve(self._card(line))
            self._print()
        except (LeftError, EOFError):
            self._write(say(N_("Left. Nothing was recorded.")))
        except (Refusal, SuiteError) as refusal:
            self._write(say_error(refusal))
        except DatabaseError as error:
            self._write(say_error(trouble_of(error, None)))

    def _card(self, line: str) -> CardRead:
        return self._desk.card_of(decode(line)) if opens_track(line) else self._desk.keyed_card(line)

    def _say(self, lines: tuple[str, ...]) -> None:
        for line in lines:
            self._write(line)

    def _print(self) -> None:
        """Receipts that are due; a printer that is off is said, and what was recorded stays recorded."""
        try:
            self._queue.print_due()
        except SuiteError as trouble:
            self._write(say_error(trouble))

    # Asking

    async def _answer_to(self, question: Question[Any]) -> Any:  # noqa: ANN401 -- the question's own value
        """Ask until the answer is good. Raises LeftError."""
        self._say(tuple(line for line in (question.warning, question.title, *question.lines) if line))
        while True:
            typed = self._read(question.secret)
            if typed.strip() == LEAVE:
                raise LeftError
            try:
                if question.swiped is not None and opens_track(typed):
                    return question.swiped(decode(typed))
                return question.take(typed)
            except (Refusal, SuiteError) as refusal:
                self._write(say_error(refusal))

    async def _who(self) -> Attendant:
        """Whose code is typed, unseen; a code of central's gives way to an own PIN first."""
        attendant = await self._interview.secret(say(N_("ATTENDANT CODE AND PIN")), self._desk.check_pin)
        if attendant.code:
            await self._tasks.own_pin(attendant)
        return attendant

    # One customer

    async def _serve(self, read: CardRead) -> None:
        attendant = await self._who()
        try:
            standing = self._desk.member(read.card)
        except UnknownCard as refusal:
            kept = say(N_("Type the ticket: it is kept for central."))
            await self._sell(read, attendant, f"{say_error(refusal)} {kept}")
            return
        self._say(self._shown(standing))
        self._say(tuple(message.text for message in show_messages(self._desk, standing, attendant.number)))
        choices = {"sale": say(N_("Sale")), "redeem": say(N_("Prize")), "moves": say(N_("Last moves"))}
        if standing.role != "truck" and waiting_for(self._desk, standing):
            choices["hand-over"] = say(N_("Hand over what was ordered"))
        if question := open_question(self._desk, standing):
            choices["question"] = say(N_("Ask: {question}"), question=question.text)
        task = [*choices][await self._interview.choose(say(N_("WHAT NEXT?")), *choices.values()) - 1]
        if task == "sale":
            await self._sell(read, attendant)
        elif task == "redeem":
            await self._redeem(read, attendant)
        elif task == "hand-over":
            self._say(await HandOvers(self._interview).to_member(read, standing, attendant))
        elif task == "question":
            await ask_question(self._interview, standing, attendant.number)
        else:
            zone = self._desk.zone()
            for m in self._desk.movements(read.card):
                self._write(
                    f"{when(m.at, zone)} · {kind_name(m.kind)} · {number(m.points)} · {m.station} · {m.reference}"
                )

    def _shown(self, standing: CardStanding) -> tuple[str, ...]:
        desk, truck = self._desk, standing.role == "truck"
        balance = "" if standing.balance is None else say(N_("Balance {points}"), points=number(standing.balance))
        more = () if truck else (next_tier_line(desk.next_tier(standing)), expiring_line(standing.expiring[:1]))
        tier = "" if truck else tier_name(desk.programme(), standing.tier)
        lines = (standing.member, balance, card_warning(standing.status, standing.role), tier, *more)
        return tuple(line for line in lines if line)

    async def _sell(self, read: CardRead, attendant: Attendant, warning: str = "") -> None:
        receipt = await Selling(self._interview, read, attendant, warning).run()
        explained = self._desk.explain(receipt.document)
        why = [tried_line(explained.programme, one) for one in explained.earned.tried if not one.why_not]
        balance = "" if receipt.balance is None else number(receipt.balance)
        done = say(N_("OK, recorded: {points} points."), points=number(receipt.points))
        after = say(N_("New balance {balance}"), balance=balance) if balance else ""
        reference = say(N_("Reference {reference}"), reference=receipt.reference)
        self._say(tuple(line for line in (done, *why, after, reference) if line))

    async def _redeem(self, read: CardRead, attendant: Attendant) -> None:
        done = await Redeeming(self._interview, read, attendant).run()
        if isinstance(done, Collected):
            self._say(collected_lines(done))
            return
        head = say(N_("OK, recorded: {points} points."), points=number(done.points))
        after = say(N_("New balance {balance}"), balance=number(done.balance))
        reference = say(N_("Reference {reference}"), reference=done.reference)
        self._say((head, *told_of(done, self._desk.programme().currency), after, reference))


def run_plain(desk: Desk, queue: Queue) -> int:
    """Serve on standard input and output. Returns an exit code; raises NotSetUp before the first feed."""
    desk.programme()
    desk.store.quick_check()
    asyncio.run(PlainDesk(desk, queue, _read_line, click.echo).run())
    return 0


def _read_line(secret: bool) -> str:
    """A line of standard input, unseen where it is a PIN. Raises EOFError at its end."""
    if secret and sys.stdin.isatty():
        return getpass.getpass("")
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")
