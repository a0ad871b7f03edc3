"""The consumption profile at the counter: the one question that is open, and its answer on disk (MEM-11)."""

from suite.domain.errors import N_
from suite.domain.ids import AttendantNumber, CardNumber, QuestionCode
from suite.domain.profile import answer_question, next_question
from suite.domain.programme import Question
from suite.domain.standing import CardStanding
from suite.runtime.texts import say
from suite.station.answers import whole
from suite.station.desk import Desk
from suite.station.interview import Interview, LeftError


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


async def ask_question(interview: Interview, standing: CardStanding, attendant: AttendantNumber) -> None:
    """Put the open question and keep the answer; who would rather not say, or leaves, is asked another time."""
    question = open_question(interview.desk, standing)
    if question is None:
        return
    shown = (f"{place}  {answer}" for place, answer in enumerate(question.answers, start=1))
    skip = say(N_("{digit}  They would rather not say"), digit="0")
    try:
        answer = await interview.ask(question.text, lambda typed: whole(typed, 0, len(question.answers)), *shown, skip)
    except LeftError:
        return
    if answer:
        record_answer(interview.desk, standing.card, question.code, answer, attendant)
