"""The consumption profile: which question is open, which answers are possible, what may not change (MEM-11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.errors import BlockedCard, TruckCard
from suite.domain.profile import (
    Answer,
    NoSuchAnswer,
    UnknownQuestion,
    answer_question,
    next_question,
    other_meaning,
)
from suite.domain.programme import Question
from tests.factories import moment, programme, standing

OIL = Question("oil", "¿Dónde cambia el aceite?", ("Aquí", "En otro lado", "Lo hago yo"))
CAR = Question("car", "¿Para qué usa el auto?", ("Trabajo", "Familia"))
RULES = programme(questions=(OIL, CAR))
NOW = moment("2026-10-15T10:00")


@pytest.mark.parametrize(
    ("of", "answered", "asked"),
    [
        pytest.param({}, (), OIL, id="nothing answered"),
        pytest.param({}, ("oil",), CAR, id="one answered"),
        pytest.param({}, ("car", "oil", "gone"), None, id="all answered"),
        pytest.param({"role": "truck", "balance": None}, (), None, id="a truck's card"),
        pytest.param({"status": "lost"}, (), None, id="a lost card"),
    ],
)
def test_one_question_is_open_at_a_time(of, answered, asked):
    assert next_question(RULES.questions, standing(**of), answered) == asked


def test_an_answer_names_its_place_and_the_version_that_has_its_words():
    fact = answer_question(RULES, standing(), "car", 2, at=NOW, attendant="01")
    assert (fact.question, fact.answer, fact.version, fact.account) == ("car", 2, RULES.version, 1)


@pytest.mark.parametrize(
    ("of", "question", "answer", "refusal"),
    [
        pytest.param({}, "oil", 0, NoSuchAnswer, id="before the first"),
        pytest.param({}, "oil", 4, NoSuchAnswer, id="after the last"),
        pytest.param({}, "tyres", 1, UnknownQuestion, id="no such question"),
        pytest.param({"role": "truck", "balance": None}, "oil", 1, TruckCard, id="a truck's card"),
        pytest.param({"status": "blocked"}, "oil", 1, BlockedCard, id="a blocked card"),
    ],
)
def test_what_is_no_answer(of, question, answer, refusal):
    with pytest.raises(refusal):
        answer_question(RULES, standing(**of), question, answer, at=NOW, attendant="01")


@pytest.mark.parametrize(
    ("answers", "other"),
    [
        pytest.param(OIL.answers, None, id="the same"),
        pytest.param((*OIL.answers, "No sé"), None, id="one more at the end"),
        pytest.param(OIL.answers[:2], "oil", id="one fewer"),
        pytest.param(("No sé", *OIL.answers), "oil", id="one more in front"),
    ],
)
def test_an_answer_keeps_its_meaning_from_version_to_version(answers, other):
    after = programme(questions=(Question("oil", "¿Y el aceite?", answers), Question("new", "?", ("a", "b"))))
    assert other_meaning(RULES, after) == other
    assert other_meaning(after, programme()) is None


@given(st.permutations([Answer(1, 2), Answer(1, 3), Answer(2, 1), Answer(0, 9)]))
def test_the_newest_answer_counts_in_any_order(given_):
    assert max(given_) == Answer(2, 1)
