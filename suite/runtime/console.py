"""How a command speaks: data on stdout, narration on stderr, one exit code for each family of trouble.

Every command answers with an `Answer` and takes `--json`; every error is one sentence in the operator's language.
"""

import functools
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.quantities import MAX_INTEGER
from suite.runtime.db import DatabaseError, trouble_of
from suite.runtime.errors import PARTLY_DONE, REFUSED, BadInput, SuiteError
from suite.runtime.files import write_whole
from suite.runtime.safe_text import safe_cell
from suite.runtime.table_file import SetAside, set_aside_file
from suite.runtime.texts import in_words, language_from_environment, number, say, say_error, set_language

CODE_VARIABLE = "CANJE_CODE"
"""The attendant's code for scripts; people are asked for it and it is not shown."""

PATH = click.Path(path_type=Path)
REASONS_SHOWN = 20
PROGRESS_STEP = 100
NUMBER = click.IntRange(1, MAX_INTEGER)


class Answer(msgspec.Struct, frozen=True):
    """What a command found or did: `data` for programs, `lines` for people, and how it leaves."""

    data: Any
    lines: tuple[str, ...] = ()
    exit_code: int = 0


class Spoken(click.Command):
    """A command whose help is said in the operator's language; its texts themselves stay English."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with _translated(self):
            super().format_help(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        with _translated(self):
            return super().get_short_help_str(limit)


class SpokenCommand(Spoken):
    """A spoken command of its own."""


class SpokenGroup(Spoken, click.Group):
    """A group of spoken commands."""

    command_class = SpokenCommand


@contextmanager
def _translated(command: click.Command) -> Iterator[None]:
    options = [p for p in command.params if isinstance(p, click.Option) and p.help]
    texts = [command.help, *(option.help for option in options)]
    command.help = say(command.help) if command.help else None
    for option in options:
        option.help = say(str(option.help))
    try:
        yield
    finally:
        command.help = texts[0]
        for option, text in zip(options, texts[1:], strict=True):
            option.help = text


def answers(function: Callable[..., Answer]) -> Callable[..., None]:
    """Print a command's answer: JSON on one line with `--json`, else its lines."""

    @click.option("--json", "as_json", is_flag=True, help=N_("Answer in JSON, for programs."))
    @functools.wraps(function)
    def command(*args: Any, as_json: bool, **options: Any) -> None:  # noqa: ANN401 -- whatever click parsed
        answer = function(*args, **options)
        if as_json:
            click.echo(msgspec.json.encode(answer.data))
        else:
            for line in answer.lines:
                click.echo(line)
        if answer.exit_code:
            raise click.exceptions.Exit(answer.exit_code)

    return command


def run(group: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a command line to its exit code; a refusal or a trouble becomes one sentence on stderr."""
    set_language(language_from_environment())
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        check_arguments(given)
        result = group.main(given, prog_name="canje", standalone_mode=False)
    except Refusal as refusal:
        return _complain(say_error(refusal), refusal.code, REFUSED, as_json="--json" in given)
    except DatabaseError as error:
        trouble = trouble_of(error, None)
        return _complain(say_error(trouble), "StorageTrouble", trouble.exit_code, as_json="--json" in given)
    except SuiteError as trouble:
        return _complain(say_error(trouble), type(trouble).__name__, trouble.exit_code, as_json="--json" in given)
    except click.ClickException as misuse:
        misuse.show()
        return misuse.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(say(N_("Stopped. What was said to be done is done.")), err=True)
        return 130
    return result if isinstance(result, int) else 0


def check_arguments(given: Sequence[str]) -> None:
    """Raises BadInput for an argument that is no text; file names may hold any bytes and are not among them."""
    for argument in given:
        if argument.startswith("-") or not any(0xDC80 <= ord(c) <= 0xDCFF for c in argument):  # noqa: PLR2004 -- PEP 383
            continue
        if not Path(argument).exists():
            raise BadInput(N_("{argument!r} is not UTF-8 text."), argument=argument)


def _complain(sentence: str, code: str, exit_code: int, *, as_json: bool) -> int:
    if as_json:
        click.echo(msgspec.json.encode({"error": code, "text": sentence, "exit_code": exit_code}))
    click.echo(sentence, err=True)
    return exit_code


def ask_code() -> str:
    """The attendant's eight digits: from CANJE_CODE for scripts, else asked for without showing them."""
    return os.environ.get(CODE_VARIABLE) or click.prompt(say(N_("Attendant code and PIN")), hide_input=True, err=True)


def is_a_terminal() -> bool:
    """Whether somebody sits at a screen and keys here: not in a pipe, and not where a clock runs it."""
    return sys.stdin.isatty() and sys.stderr.isatty()


@contextmanager
def progress(label: str, path: Path) -> Iterator[Callable[[int], None]]:
    """A bar on stderr that follows the rows of a file; silent where nobody watches."""
    if not sys.stderr.isatty() or not path.is_file():
        yield lambda _: None
        return
    with path.open("rb") as file:
        total = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b"")) + 1
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield lambda line: bar.update(line - bar.pos) if line - bar.pos >= PROGRESS_STEP else None
        bar.update(total - bar.pos)


@contextmanager
def steps(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that is told how much of how much is done; silent where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def go_on(done: int, of: int) -> None:
            bar.length, bar.pos = max(of, 1), done
            bar.update(0)

        yield go_on


def write_out(path: Path, content: bytes) -> Path:
    """Write a result whole and say where. Raises StorageTrouble."""
    write_whole(path, content)
    return path


def free_name(path: Path, content: bytes) -> Path:
    """The path, or the first of its numbered neighbours, that holds nothing yet or the same content already."""
    candidates = [path, *(path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, 1000))]
    return next((each for each in candidates if not each.exists() or each.read_bytes() == content), path)


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[str, ...]:
    """Rows as aligned columns; numbers to the right."""
    cells = [[number(cell) if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
    widths = [max(len(line[i]) for line in [list(header), *cells]) for i in range(len(header))]
    right = [bool(rows) and all(isinstance(row[i], int) for row in rows) for i in range(len(header))]
    return tuple(
        "  ".join(c.rjust(w) if r else c.ljust(w) for c, w, r in zip(line, widths, right, strict=True)).rstrip()
        for line in [list(header), *cells]
    )


def csv_bytes(header: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Rows as CSV that no spreadsheet will take for formulas."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode()


class Kept(msgspec.Struct, frozen=True):
    """Rows set aside by an import: why, in the operator's language, and the file in which they wait to be mended."""

    reasons: tuple[str, ...]
    path: Path | None
    lines: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        return PARTLY_DONE if self.reasons else 0


def keep_set_aside(folder: Path, file: Path, header: tuple[str, ...], rows: Sequence[SetAside]) -> Kept:
    """Write the rows where the operator can mend them, and say what is wrong with the first of them."""
    if not rows:
        return Kept((), None, ())
    reasons = tuple(
        say(row.reason).format(**{name: in_words(fact) for name, fact in row.facts.items()}) for row in rows
    )
    content = set_aside_file(header, rows, reasons).encode()
    path = write_out(free_name(folder / f"{file.stem}.set-aside.csv", content), content)
    named = [
        say(N_("Line {line}: {reason}"), line=row.line, reason=reason)
        for row, reason in list(zip(rows, reasons, strict=True))[:REASONS_SHOWN]
    ]
    mend = say(N_("Mend {path} and import it: only those rows are missing."), path=path)
    return Kept(reasons, path, (*named, mend))


def one_of(value: str, choices: Sequence[str], what: str) -> str:
    """The value, when it is among the choices. Raises BadInput."""
    if value not in choices:
        raise BadInput(
            N_("{what} is {value!r}; choose one of: {choices}."), what=what, value=value, choices=", ".join(choices)
        )
    return value
