"""`canje station question`: the open question of a member's consumption profile, and its answer (MEM-11)."""

import click

from suite.domain.errors import N_
from suite.domain.ids import QuestionCode
from suite.runtime.console import Answer, SpokenCommand, answers, ask_code
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.texts import say
from suite.station.opening import open_desk
from suite.station.profile import open_question, record_answer


@click.command("question", cls=SpokenCommand, help=N_("Show what a member may be asked now, or record an --answer."))
@click.option("--card", required=True)
@click.option("--answer", type=int, default=0, help=N_("The answer's number."))
@click.option("--question", "code", default="", help=N_("Code of another question than the one that is open."))
@answers
@click.pass_obj
def question(home: Home, card: str, answer: int, code: str) -> Answer:
    desk = open_desk(home)
    attendant = desk.check_pin(ask_code())
    read = desk.keyed_card(card)
    standing = desk.member(read.card)
    standing.may_see()
    found = open_question(desk, standing)
    asked = code or (found.code if found else "")
    if answer:
        if not asked:
            raise BadInput(N_("No question is open for this member. Name one with --question."))
        record_answer(desk, read.card, QuestionCode(asked), answer, attendant.number)
        line = say(N_("Answer {answer} to question {question} recorded."), answer=str(answer), question=asked)
        return Answer({"question": asked, "answer": answer}, (line,))
    if found is None:
        return Answer(None, (say(N_("No question is open for this member.")),))
    shown = [f"{place}  {text}" for place, text in enumerate(found.answers, start=1)]
    return Answer({"question": found.code, "text": found.text, "answers": found.answers}, (found.text, *shown))


COMMANDS: tuple[click.Command, ...] = (question,)
