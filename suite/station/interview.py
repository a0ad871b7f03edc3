"""Questions of the desk, one at a time: what every task is made of, on the screen and line by line."""

from collections.abc import Awaitable, Callable
from typing import Any, Generic, NamedTuple, TypeVar

from suite.domain.errors import N_
from suite.runtime.texts import say
from suite.station.answers import whole
from suite.station.desk import CardRead, Desk
from suite.station.reader.swipe import Scan

Value = TypeVar("Value")
Told = tuple[str, ...]
"""What a task has to say when it is done, line by line."""


class LeftError(Exception):
    """The attendant left a task: nothing is recorded."""


class Question(NamedTuple, Generic[Value]):
    """What is asked, what stands below it, and what makes a value of the answer or refuses it in a sentence."""

    title: str
    take: Callable[[str], Value]
    lines: tuple[str, ...] = ()
    secret: bool = False
    swiped: Callable[[Scan | None], Value] | None = None
    """What makes a value of a swipe, where the question is for a card."""
    so_far: tuple[str, ...] = ()
    """What was answered before, for who looks; line by line it was heard."""
    warning: str = ""
    """What has to be said with it."""


class Interview:
    """Who is asked at a desk. `put` shows a question until its answer is good, and raises LeftError for who leaves."""

    def __init__(self, desk: Desk, put: Callable[[Question[Any]], Awaitable[Any]]) -> None:
        self.desk, self._put = desk, put

    async def put(self, question: Question[Value]) -> Value:
        """The question's value. Raises LeftError, as all below do."""
        answer: Value = await self._put(question)
        return answer

    async def ask(self, title: str, take: Callable[[str], Value], *lines: str) -> Value:
        """A plain question, and what stands below it."""
        return await self.put(Question(title, take, lines))

    async def secret(self, title: str, take: Callable[[str], Value], *lines: str) -> Value:
        """A question whose answer nobody may see."""
        return await self.put(Question(title, take, lines, secret=True))

    async def choose(self, title: str, *choices: str) -> int:
        """The number of the choice that was typed, from 1."""
        shown = (f"{place}  {choice}" for place, choice in enumerate(choices, start=1))
        return await self.ask(title, lambda typed: whole(typed, 1, len(choices)), *shown)

    async def count(self, title: str, most: int, alone: str) -> int | None:
        """How many, up to the most; None for Enter alone, which the line explains."""
        return await self.ask(title, lambda typed: whole(typed, 0, most) if typed.strip() else None, alone)

    async def card(self, title: str = "", check: Callable[[CardRead], CardRead] = lambda read: read) -> CardRead:
        """A card, swiped or typed, that passes the check."""
        desk = self.desk
        return await self.put(
            Question(
                title or say(N_("CARD: swipe it or type its number")),
                lambda typed: check(desk.keyed_card(typed)),
                swiped=lambda scan: check(desk.card_of(scan)),
            )
        )
