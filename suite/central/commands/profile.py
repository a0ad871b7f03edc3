"""`canje central profile`: the members' answers to the programme's questions (MEM-11)."""

from collections import Counter
from pathlib import Path

import click

from suite.central.commands.opening import office_in
from suite.central.commands.points import rows_answer
from suite.central.profile import profile
from suite.domain.errors import N_
from suite.domain.ids import QuestionCode
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, table
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.texts import say


@click.command(
    "profile",
    cls=SpokenCommand,
    help=N_("How members answered the programme's questions; --csv lists who, for segments."),
)
@click.option("--question", default="", help=N_("Only this question."))
@click.option("--answer", type=int, default=0, help=N_("Only who gave this answer, by its number."))
@click.option("--csv", "csv_file", type=PATH, default=None, help=N_("File for the rows as CSV."))
@answers
@click.pass_obj
def profile_command(home: Home, question: str, answer: int, csv_file: Path | None) -> Answer:
    if answer and not question:
        raise BadInput(N_("Name the question of that answer with --question."))
    found = profile(office_in(home), QuestionCode(question), answer)
    if csv_file is not None:
        rows = [(str(each.member), each.question, str(each.answer), each.text) for each in found]
        return rows_answer(("member", "question", "answer", "text"), rows, csv_file)
    counts = Counter((each.question, each.answer, each.text) for each in found)
    columns = tuple(map(say, (N_("Question"), N_("Answer"), N_("Text"), N_("Members"))))
    return Answer(found, table(columns, [(*map(str, key), count) for key, count in sorted(counts.items())]))


COMMANDS: dict[str, click.Command] = {"profile": profile_command}
