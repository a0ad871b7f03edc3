"""The consumption profile at the counter: the one question that is open, and its answer on disk (MEM-11)."""

from collections.abc import Awaitable, Callable
from typing import Any

from suite.domain.errors import N_
from suite.domain.ids import AttendantNumber, CardNumber, QuestionCode
from suite.domain.profile import answer_question, next_question
from suite.domain.programme import Question
from suite.domain.standing import CardStanding
from suite.runtime.errors import BadInput
from suite.runtime.texts import say
from suite.station.desk import Desk
from suite.station.questions import Question as Asked
from suite.station.tasks import LeftError


def open_question(desk: Desk, standing: CardStanding) -> Question | None:
    """What this member may be asked now."""
    questions = desk.programme().questions
    return next_question(questions, standing, desk.store.board.answered(standing.account)) if questions else None


def record_answer(
    desk: Desk, card: CardNumber, question: QuestionCode, answer: int, attendant: AttendantNumber
) -> None:
    """A member's answer, by its place from 1. Raises UnknownCard and what `answer_question` raises."""
    with desk.store.writing():
        standing, now = desk.member(card), desk.clock.now()
        fact = answer_question(desk.programme(), standing, question, answer, at=now, attendant=attendant)
        desk.store.append(fact)


async def ask_question(
    desk: Desk, ask: Callable[[Asked[Any]], Awaitable[Any]], standing: CardStanding, attendant: AttendantNumber
) -> None:
    """Put the open question and keep the answer; who would rather not say, or leaves, is asked another time."""
    question = open_question(desk, standing)
    if question is None:
        return
    shown = [f"{place}  {answer}" for place, answer in enumerate(question.answers, start=1)]
    skip = say(N_("{digit}  They would rather not say"), digit="0")

    def take(typed: str) -> int:
        if typed not in map(str, range(len(question.answers) + 1)):
            raise BadInput(N_("Type a number from {least} to {most}, then Enter."), least=0, most=len(question.answers))
        return int(typed)

    try:
        answer: int = await ask(Asked(question.text, take, (*shown, skip)))
    except LeftError:
        return
    if answer:
        record_answer(desk, standing.card, question.code, answer, attendant)
