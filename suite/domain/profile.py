"""The consumption profile (MEM-11): questions that a programme asks its members, one at a swipe, never forced."""

from collections.abc import Collection, Iterable

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.events.member_desk import QuestionAnswered
from suite.domain.ids import AttendantNumber, QuestionCode
from suite.domain.programme import Programme, Question
from suite.domain.quantities import Moment
from suite.domain.standing import CardStanding


class UnknownQuestion(Refusal):
    code = "unknown-question"
    text = N_("There is no question {question} in the programme.")


class NoSuchAnswer(Refusal):
    code = "no-such-answer"
    text = N_("The answers to question {question} are 1 to {most}.")


class Answer(msgspec.Struct, frozen=True, order=True):
    """An answer of a member as central keeps it: the newest by its moment counts, of two of one moment the higher."""

    at: Moment
    answer: int


def next_question(questions: Iterable[Question], standing: CardStanding, answered: Collection[str]) -> Question | None:
    """What may be asked now: the first question that the member has not answered; none of a card that anybody holds."""
    if standing.role == "truck" or standing.status != "active":
        return None
    return next((question for question in questions if question.code not in answered), None)


def answer_question(
    programme: Programme,
    standing: CardStanding,
    question: QuestionCode,
    answer: int,
    *,
    at: Moment,
    attendant: AttendantNumber,
) -> QuestionAnswered:
    """A member's answer, by its place from 1. Raises TruckCard, BlockedCard, UnknownQuestion, NoSuchAnswer."""
    standing.may_see()
    standing.may_earn()
    found = next((each for each in programme.questions if each.code == question), None)
    if found is None:
        raise UnknownQuestion(question=question)
    if not 1 <= answer <= len(found.answers):
        raise NoSuchAnswer(question=question, most=len(found.answers))
    return QuestionAnswered(
        at=at,
        question=question,
        answer=answer,
        version=programme.version,
        card=standing.card,
        account=standing.account,
        attendant=attendant,
    )


def other_meaning(before: Programme, after: Programme) -> QuestionCode | None:
    """The first question whose answers would come to mean something else: answers are only ever added at the end."""
    known = {question.code: question.answers for question in before.questions}
    for question in after.questions:
        answers = known.get(question.code, ())
        if question.answers[: len(answers)] != answers:
            return question.code
    return None
