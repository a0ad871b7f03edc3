"""Keeping what central knows: backups, restoring one, the drill that tries it."""

import os
from datetime import tzinfo
from pathlib import Path

import click
import msgspec

from suite.central.backup import KEYS_SUFFIX, NAME, back_up, keep_keys, restore
from suite.central.commands.keys import KEYS_ARE_OLD
from suite.central.commands.opening import office_in
from suite.central.doctor import examine, repair
from suite.central.drill import drill
from suite.central.inspection import Difference
from suite.central.keyring import keys_of_network
from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.runtime.ballast import Reserve
from suite.runtime.clock import clock_from_environment
from suite.runtime.console import PATH, Answer, SpokenCommand, answers, table
from suite.runtime.errors import BadInput, StorageTrouble
from suite.runtime.examination import answer_of
from suite.runtime.files import read_whole
from suite.runtime.machine_notes import settings_of, tell_settings
from suite.runtime.paths import Home
from suite.runtime.secrets import (
    PASSPHRASE_VARIABLE,
    NodeSecrets,
    Secret,
    is_wrapped,
    operator_name,
    plain_node_secrets,
    unwrap_node_secrets,
)
from suite.runtime.texts import number, say
from suite.runtime.words import when

KEYS_MAX = 64 * 1024
SECONDS_A_MINUTE = 60


@click.command("backup", cls=SpokenCommand, help=N_("Copy the database, encrypted, and prove that the copy opens."))
@click.option("--to", type=PATH, default=None, help=N_("Folder for the copies; else the remembered one."))
@click.option("--remember", is_flag=True, help=N_("Use this folder from now on, also before closes and rebuilds."))
@click.option("--with-keys", is_flag=True, help=N_("Write the keys beside it, under a passphrase."))
@answers
@click.pass_obj
def backup(home: Home, to: Path | None, remember: bool, with_keys: bool) -> Answer:
    folder, office = backup_folder(home, to), office_in(home)
    passphrase = ask_passphrase(confirm=True) if with_keys else None
    made = back_up(office, folder)
    lines = [
        say(
            N_("Backup made and opened again: {path}, {count} facts, {size} KiB."),
            path=made.path,
            count=number(made.count),
            size=number(made.bytes // 1024),
        )
    ]
    if made.removed:
        lines.append(say(N_("Older copies removed: {count}."), count=number(len(made.removed))))
    keys = keep_keys(office, folder, passphrase) if passphrase else None
    if keys:
        lines.append(say(N_("Keys under the passphrase: {path}. Keep the passphrase elsewhere."), path=keys))
    elif not any(folder.glob(f"*{KEYS_SUFFIX}")):
        lines.append(
            say(N_("Without keys nobody can open it: keep a copy of {path}, or use --with-keys."), path=home.keys)
        )
    if remember:
        tell_settings(home, msgspec.structs.replace(settings_of(home), backups=str(folder.resolve())))
        lines.append(say(N_("Backups go to {folder} from now on."), folder=folder.resolve()))
    data = {
        "backup": str(made.path),
        "count": made.count,
        "bytes": made.bytes,
        "removed": [str(path) for path in made.removed],
        "keys": str(keys) if keys else None,
    }
    return Answer(data, tuple(lines))


def backup_folder(home: Home, named: Path | None) -> Path:
    """The named folder, else the remembered one. Raises BadInput."""
    remembered = settings_of(home).backups
    if named is None and not remembered:
        raise BadInput(N_("Name a folder for the backups with --to, on another disk than central's."))
    return named or Path(remembered)


def ask_passphrase(*, confirm: bool) -> Secret:
    """From CANJE_PASSPHRASE for scripts, else asked for without showing it."""
    typed = os.environ.get(PASSPHRASE_VARIABLE)
    return Secret(
        typed or click.prompt(say(N_("Passphrase of the keys")), hide_input=True, confirmation_prompt=confirm, err=True)
    )


@click.command("restore", cls=SpokenCommand, help=N_("Make central from a backup, in an empty folder."))
@click.argument("copy", type=PATH)
@click.option("--keys", type=PATH, default=None, help=N_("The keys: a .canje-keys file or a node.key; else beside it."))
@answers
@click.pass_obj
def restore_command(home: Home, copy: Path, keys: Path | None) -> Answer:
    if not copy.is_file():
        raise BadInput(N_("{path} is not a plain file. Check the name."), path=copy)
    secrets = keys_for(copy, keys)
    restored = restore(home, copy, secrets, clock_from_environment(), operator_name())
    outdated = keys_of_network(office_in(home)).outdated
    lines = (
        say(
            N_("Central restored with {count} facts; {entries} entries and {seals} seals verified."),
            count=number(restored.count),
            entries=number(restored.entries),
            seals=number(restored.seals),
        ),
        say(N_("What central itself recorded after this backup (closes, prices, members) is lost: do it again.")),
        say(N_("Nothing of the stations is lost: import their next bundles, then export to every one of them.")),
        say(N_("Remove again whoever was removed after this backup, and make a new backup.")),
        *((say(KEYS_ARE_OLD),) if outdated else ()),
    )
    data = {
        "count": restored.count,
        "entries": restored.entries,
        "seals": restored.seals,
        "outdated_keys": outdated,
    }
    return Answer(data, lines)


def keys_for(copy: Path, named: Path | None) -> NodeSecrets:
    """The keys of a backup: plain, or opened with the passphrase. Raises BadInput."""
    parts = NAME.fullmatch(copy.name)
    path = named or copy.with_name(f"{parts['network'] if parts else copy.stem}{KEYS_SUFFIX}")
    if not path.exists():
        raise BadInput(
            N_("There are no keys at {path}. Name them with --keys: without keys no backup opens."), path=path
        )
    content = read_whole(path, KEYS_MAX)
    if is_wrapped(content):
        return unwrap_node_secrets(content, ask_passphrase(confirm=False))
    return plain_node_secrets(content)


@click.command("drill", cls=SpokenCommand, help=N_("Try the newest backup: restore it aside, verify it, compare it."))
@click.option("--from", "folder", type=PATH, default=None, help=N_("Folder for the copies; else the remembered one."))
@answers
@click.pass_obj
def drill_command(home: Home, folder: Path | None) -> Answer:
    office = office_in(home)
    done = drill(office, home, backup_folder(home, folder))
    with office.store.transaction():
        made = when(done.at, office.zone())
    head = say(
        N_("{copy} of {at}: {count} facts, {entries} entries and {seals} seals verified in {minutes} min {seconds} s."),
        copy=done.copy,
        at=made,
        count=number(done.count),
        entries=number(done.entries),
        seals=number(done.seals),
        minutes=number(done.seconds // SECONDS_A_MINUTE),
        seconds=number(done.seconds % SECONDS_A_MINUTE),
    )
    behind = say(N_("Admitted since then: {behind} facts."), behind=number(done.behind))
    result = (
        difference_lines(done.differing)
        if done.differing
        else (say(N_("Every table is the same. This backup restores.")),)
    )
    return Answer(done, (head, behind, *result), StorageTrouble.exit_code if done.differing else 0)


def difference_lines(differing: tuple[Difference, ...]) -> tuple[str, ...]:
    """The tables that differ, and what to do."""
    columns = tuple(map(say, (N_("Table"), N_("Rows"), N_("Expected"), N_("First that differs"))))
    rows = [(d.table, d.rows, d.expected, d.key) for d in differing]
    return (*table(columns, rows), say(N_("Make a new backup, run canje central doctor, and call support.")))


@click.command("doctor", cls=SpokenCommand, help=N_("Look at keys, file, journals, seals and tables; say what to do."))
@click.option("--repair", "mend", is_flag=True, help=N_("Make the tables anew where they are not what journals say."))
@answers
@click.pass_obj
def doctor(home: Home, mend: bool) -> Answer:
    clock, reserve = clock_from_environment(), Reserve(home.ballast)
    found = examine(home, clock, reserve)
    if not mend or not any(each.repairable for each in found):
        return answer_of(found)
    repaired = repair(office_in(home))
    return answer_of(examine(home, clock, reserve), repaired=repaired)


def drill_line(drilled: Moment, zone: tzinfo, *, late: bool) -> str:
    """The last drill that found nothing wrong; red when that is too long ago."""
    text = (
        say(N_("Last drill without a fault: {at}."), at=when(drilled, zone))
        if drilled
        else say(N_("No backup was ever tried: run canje central drill."))
    )
    return click.style(text, fg="red", bold=True) if late else text


COMMANDS: dict[str, click.Command] = {
    "backup": backup,
    "restore": restore_command,
    "drill": drill_command,
    "doctor": doctor,
}
