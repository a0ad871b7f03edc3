"""What a doctor finds: one sentence a check, good or bad, and what to do. Checks that both nodes share are here."""

import os
import stat
from collections.abc import Mapping

import msgspec

from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.runtime.ballast import MIB, Reserve
from suite.runtime.console import Answer
from suite.runtime.db import Connection, damage_in, driver, rules_broken
from suite.runtime.errors import StorageTrouble, SuiteError
from suite.runtime.paths import Home
from suite.runtime.texts import number, say, shown

CLOCK_BACK_MS = 5 * 60 * 1000
"""A clock that was set right by a few minutes is no fault."""


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at. `repairable` is what a repair makes again from the journal."""

    check: str
    good: bool
    text: str
    facts: Mapping[str, object] = {}
    repairable: bool = False

    def words(self) -> str:
        """The finding in the operator's language."""
        return say(self.text).format(**{name: shown(fact) for name, fact in self.facts.items()})


def good(check: str, text: str, **facts: object) -> Finding:
    return Finding(check, good=True, text=text, facts=facts)


def bad(check: str, text: str, *, repairable: bool = False, **facts: object) -> Finding:
    return Finding(check, good=False, text=text, facts=facts, repairable=repairable)


def trouble(check: str, error: SuiteError) -> Finding:
    """A trouble that another module already says in a sentence."""
    return Finding(check, good=False, text=error.text, facts=error.facts)


def examine_file(connection: Connection) -> list[Finding]:
    """The engine's version and settings (R1), every page's seal and the tree of every table and index."""
    found = [good("engine", N_("SQLite {version}."), version=driver.sqlite_version)]
    broken = rules_broken(connection)
    found += [
        bad("settings", N_("Setting {rule} is {answer}. Reinstall Canje; do not sell on it."), rule=rule, answer=answer)
        for rule, answer in broken
    ]
    if not broken:
        found.append(good("settings", N_("The database is opened by all its rules.")))
    if damage := damage_in(connection):
        found.append(
            bad(
                "pages",
                N_("The file is damaged ({damage}). Stop, copy the folder aside, and call support."),
                damage=damage,
            )
        )
    else:
        found.append(good("pages", N_("Every page is whole.")))
    return found


def examine_keys(home: Home) -> Finding:
    """Keys are the owner's business only; systems without such permissions are asked nothing."""
    if os.name != "posix":
        return good("keys", N_("Keys are readable."))
    for path in (home.keys.parent, home.keys):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            return bad("keys", N_("Others can read {path}. Take their permissions away: chmod go= {path}"), path=path)
    return good("keys", N_("Keys are readable, by their owner only."))


def examine_clock(now: Moment, newest: Moment) -> Finding:
    """A journal's last moment lies in the past."""
    if now + CLOCK_BACK_MS < newest:
        minutes = (newest - now) // 60_000
        return bad(
            "clock",
            N_("The clock is {minutes} minutes behind the journal. Set it right before anything is sold."),
            minutes=minutes,
        )
    return good("clock", N_("The clock goes on from the journal."))


def examine_room(reserve: Reserve, *, with_ballast: bool) -> list[Finding]:
    """Free space, and the reserve for one more sale where the node keeps one."""
    free, found = reserve.free() // MIB, list[Finding]()
    if reserve.room() == "enough":
        found.append(good("space", N_("{free} MiB are free."), free=free))
    else:
        found.append(bad("space", N_("Only {free} MiB are free. Make room on the disk of this folder."), free=free))
    if with_ballast and reserve.is_there():
        found.append(good("ballast", N_("The reserve for a full disk is there.")))
    elif with_ballast:
        text = N_("The reserve for a full disk is missing. With --repair it is made, when the disk has room.")
        found.append(bad("ballast", text, repairable=True))
    return found


def answer_of(found: list[Finding], *, repaired: tuple[str, ...] = ()) -> Answer:
    """The findings for people and programs; leaves with a storage trouble's code where one is bad."""
    lines = [f"{'  ' if each.good else '! '}{each.words()}" for each in found]
    faults = sum(not each.good for each in found)
    last = (
        say(N_("Findings: {faults}. Lines with an exclamation mark say what to do."), faults=number(faults))
        if faults
        else say(N_("Nothing is wrong."))
    )
    data: dict[str, object] = {
        "findings": [{"check": f.check, "good": f.good, "text": f.words()} for f in found],
        "faults": faults,
        "repaired": repaired,
    }
    return Answer(data, (*lines, *repaired, last), StorageTrouble.exit_code if faults else 0)


def rows_differ(table: str, rows: int, expected: int, key: object) -> Finding:
    """A table that is not what the journal says."""
    return bad(
        "tables",
        N_("Table {table} has {rows} rows, the journal says {expected}; the first that differs is {key}. Repair it."),
        repairable=True,
        table=table,
        rows=rows,
        expected=expected,
        key=key,
    )
