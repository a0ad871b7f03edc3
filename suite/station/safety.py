"""`canje station doctor` as a command."""

import click

from suite.domain.errors import N_
from suite.runtime.ballast import Reserve
from suite.runtime.clock import clock_from_environment
from suite.runtime.console import Answer, SpokenCommand, answers
from suite.runtime.examination import answer_of
from suite.runtime.paths import Home
from suite.station.doctor import examine, repair


@click.command("doctor", cls=SpokenCommand, help=N_("Look at keys, file, journals, seals and tables; say what to do."))
@click.option("--repair", "mend", is_flag=True, help=N_("Make the tables anew where they are not what journals say."))
@answers
@click.pass_obj
def doctor(home: Home, mend: bool) -> Answer:
    """See help."""
    clock, reserve = clock_from_environment(), Reserve(home.ballast)
    found = examine(home, clock, reserve)
    if not mend or not any(each.repairable for each in found):
        return answer_of(found)
    repaired = repair(home, reserve)
    return answer_of(examine(home, clock, reserve), repaired=repaired)
