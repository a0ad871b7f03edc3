"""A question of the desk, whoever asks it: a screen, or a line of plain text."""

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from suite.station.reader.swipe import Scan

Value = TypeVar("Value")


class Question(NamedTuple, Generic[Value]):
    """What is asked, what stands below it, and what makes a value of the answer or refuses it in a sentence."""

    title: str
    take: Callable[[str], Value]
    lines: tuple[str, ...] = ()
    secret: bool = False
    swiped: Callable[[Scan | None], Value] | None = None
    """What makes a value of a swipe, where the question is for a card."""
