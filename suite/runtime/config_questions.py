"""programme.toml's `[[questions]]`: the consumption profile (MEM-11)."""

from suite.domain.errors import N_
from suite.domain.ids import QuestionCode
from suite.domain.programme import Question
from suite.runtime.config_tables import Mistake, Table
from suite.runtime.safe_text import safe_text

QUESTIONS_MAX = 20
TEXT_MAX = 60
ANSWERS_MAX = 9
"""A digit each."""
ANSWER_MAX = 40


class QuestionTable(Table):
    """A question as it is written."""

    code: str
    text: str
    answers: tuple[str, ...]


def questions_of(tables: tuple[QuestionTable, ...]) -> tuple[Question, ...]:
    """The questions, in the order in which they are asked. Raises Mistake."""
    if len(tables) > QUESTIONS_MAX:
        raise Mistake(f"questions[{QUESTIONS_MAX}]", N_("there are at most {most} questions"), most=QUESTIONS_MAX)
    return tuple(_question(f"questions[{i}]", table) for i, table in enumerate(tables))


def _question(key: str, table: QuestionTable) -> Question:
    answers = tuple(safe_text(answer) for answer in table.answers)
    if not 1 <= len(safe_text(table.text)) <= TEXT_MAX:
        raise Mistake(f"{key}.text", N_("has 1 to {most} characters"), most=TEXT_MAX)
    if not 2 <= len(answers) <= ANSWERS_MAX or len(set(answers)) < len(answers):  # noqa: PLR2004 -- fewer is no choice
        raise Mistake(f"{key}.answers", N_("2 to {most} answers, no two the same"), most=ANSWERS_MAX)
    for i, answer in enumerate(answers):
        if not 1 <= len(answer) <= ANSWER_MAX:
            raise Mistake(f"{key}.answers[{i}]", N_("has 1 to {most} characters"), most=ANSWER_MAX)
    return Question(QuestionCode(table.code), safe_text(table.text), answers)
