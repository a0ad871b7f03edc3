"""`doctor` as a command, the same for every node beside central."""

from collections.abc import Callable

import click

from suite.domain.errors import N_
from suite.runtime.ballast import Reserve
from suite.runtime.clock import Clock, clock_from_environment
from suite.runtime.console import Answer, SpokenCommand, answers
from suite.runtime.examination import Finding, answer_of
from suite.runtime.paths import Home

Examine = Callable[[Home, Clock, Reserve], list[Finding]]
Repair = Callable[[Home, Reserve], tuple[str, ...]]


def doctor_command(examine: Examine, repair: Repair) -> click.Command:
    """`doctor` of one kind of node, by how it is examined and repaired."""

    @click.command(
        "doctor", cls=SpokenCommand, help=N_("Look at keys, file, journals, seals and tables; say what to do.")
    )
    @click.option(
        "--repair", "mend", is_flag=True, help=N_("Make the tables anew where they are not what journals say.")
    )
    @answers
    @click.pass_obj
    def command(home: Home, mend: bool) -> Answer:
        clock, reserve = clock_from_environment(), Reserve(home.ballast)
        found = examine(home, clock, reserve)
        if not mend or not any(each.repairable for each in found):
            return answer_of(found)
        repaired = repair(home, reserve)
        return answer_of(examine(home, clock, reserve), repaired=repaired)

    return command
