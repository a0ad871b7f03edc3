"""`canje station pos …` and `claim`: the POS's folder, what waits, what its files say, a card that was forgotten."""

import threading
from collections.abc import Collection
from pathlib import Path

import click
import msgspec

from suite.domain.claiming import DESK_HOURS, Age
from suite.domain.errors import N_
from suite.runtime.console import PATH, Answer, SpokenCommand, SpokenGroup, answers, ask_code, table
from suite.runtime.errors import PARTLY_DONE, BadInput
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import money, number, quantity, say, say_error
from suite.runtime.typed_text import document_number
from suite.runtime.words import when
from suite.station.opening import open_desk, receipt_answer
from suite.station.pos.claimable import NOTHING, OTHER, Claimable
from suite.station.pos.intake import read_file
from suite.station.pos.pending import all_waiting, claim_late
from suite.station.pos.setup import CSV_COLUMNS, CSV_MORE, DATES, FORMATS, Dates, Format, PosSetup
from suite.station.pos.summary import summary_of
from suite.station.pos.watching import Looked, look_once

FILES_SHOWN = 20
SALES_SHOWN = 10
SPELLED = ("fuel:", "item:", "dept:")
AGES: dict[Age, str] = {"pending": N_("waits"), "late": N_("manager"), "lapsed": N_("lapsed")}


@click.group("pos", cls=SpokenGroup, help=N_("Sales from the POS's own files: where they are, and what waits."))
def pos() -> None:
    """See help."""


@pos.command("watch", help=N_("Say in which folder the POS leaves its files, and how to read them; --none stops it."))
@click.argument("folder", type=PATH, required=False)
@click.option("--none", "forget", is_flag=True, help=N_("Watch no folder."))
@click.option("--format", "kind", type=click.Choice(FORMATS), default=None, help=N_("What the files are."))
@click.option("--store", default=None, help=N_("The store of this station, as the POS names it; others are refused."))
@click.option(
    "--product",
    "products",
    multiple=True,
    help=N_("What is which product: fuel:3=2, item:CODE=2, dept:CODE=2, other=2; - in place of 2 for none."),
)
@click.option("--column", "columns", multiple=True, help=N_("CSV: how the file names a column, like moment=Hora."))
@click.option("--dates", type=click.Choice(DATES), default=None, help=N_("CSV: how days are written."))
@click.option("--encoding", type=click.Choice(("utf-8", "cp1252")), default=None, help=N_("CSV: the file's letters."))
@click.option("--leave/--move", default=None, help=N_("Leave files where they are; another program reads them too."))
@answers
@click.pass_obj
def watch(
    home: Home,
    folder: Path | None,
    forget: bool,
    kind: Format | None,
    store: str | None,
    products: tuple[str, ...],
    columns: tuple[str, ...],
    dates: Dates | None,
    encoding: str | None,
    leave: bool | None,
) -> Answer:
    desk = open_desk(home)
    if folder is not None and not folder.is_dir():
        raise BadInput(N_("There is no folder {path}."), path=folder)
    known = {product.code for product in desk.programme().products}
    told: dict[str, object] = {
        "folder": "" if forget else str(folder.resolve()) if folder else None,
        "format": kind,
        "store": store,
        "products": _products(products, known) if products else None,
        "columns": _columns(columns) if columns else None,
        "dates": dates,
        "encoding": encoding,
        "leave": leave,
    }
    with desk.store.writing():
        before = desk.store.pos.setup()
        setup = msgspec.structs.replace(before, **{name: value for name, value in told.items() if value is not None})
        if setup != before:
            desk.store.pos.tell(setup)
    return Answer(setup, _setup_lines(setup))


def _setup_lines(setup: PosSetup) -> tuple[str, ...]:
    mapped = ", ".join(f"{key}={product}" for key, product in sorted(setup.products.items()))
    return (
        say(N_("The POS's files are looked for in {path}, as {format}."), path=setup.folder, format=setup.format)
        if setup.folder
        else say(N_("No folder of a POS is watched here.")),
        *((say(N_("Products: {mapped}."), mapped=mapped),) if mapped else ()),
    )


def _products(written: tuple[str, ...], known: Collection[str]) -> dict[str, str]:
    """`fuel:3=2`. Raises BadInput."""
    mapped: dict[str, str] = {}
    for each in written:
        key, equals, product = (part.strip() for part in each.partition("="))
        spelled = key == OTHER or any(key.startswith(start) and key != start for start in SPELLED)
        if not (equals and spelled and len(key) <= 40 and safe_text(key) == key):  # noqa: PLR2004 -- a code of 24, and room
            raise BadInput(
                N_("{written!r} is not like fuel:3=PRODUCT, item:CODE=PRODUCT or other=PRODUCT."), written=each
            )
        if product not in {*known, NOTHING}:
            raise BadInput(N_("There is no product {product!r} in the programme."), product=safe_text(product))
        mapped[key] = product
    return mapped


def _columns(written: tuple[str, ...]) -> dict[str, str]:
    """`moment=Hora`, kept from the file's name to ours. Raises BadInput."""
    spelled: dict[str, str] = {}
    names = (*CSV_COLUMNS, *CSV_MORE)
    for each in written:
        column, _, name = (part.strip() for part in each.partition("="))
        if column not in names or not name:
            raise BadInput(
                N_("{written!r} is not like moment=Hora; the columns are {columns}."),
                written=each,
                columns=", ".join(names),
            )
        spelled[safe_text(name)] = column
    return spelled


@pos.command("status", help=N_("Show what the POS told of and nobody claimed, and the last files."))
@answers
@click.pass_obj
def status(home: Home) -> Answer:
    desk = open_desk(home)
    setup, found, files = desk.store.pos.setup(), all_waiting(desk), desk.store.pos.files(FILES_SHOWN)
    counts = {age: sum(each == age for each, _ in found) for age in AGES}
    head = say(
        N_(
            "{pending} sales wait for a swipe; {late} are more than {hours} hours old and a manager's; {lapsed} lapsed."
        ),
        pending=number(counts["pending"]),
        late=number(counts["late"]),
        hours=DESK_HOURS,
        lapsed=number(counts["lapsed"]),
    )
    unknown = sorted({name for _, each in found for name in each.unknown})
    missing = say(
        N_("Of no product here: {names}. Say which they are: canje station pos watch --product fuel:3=PRODUCT"),
        names=", ".join(unknown),
    )
    refused = [f"{file.name}: {file.why}" for file in files if file.why]
    columns = (say(N_("Number")), say(N_("When")), say(N_("Pump")), say(N_("Quantity")), say(N_("Amount")), "")
    rows = [(*_row(each, desk.zone()), say(AGES[age])) for age, each in found[:FILES_SHOWN]]
    data = {
        "setup": setup,
        "counts": counts,
        "waiting": [{"age": age, "total": each.total, **msgspec.structs.asdict(each)} for age, each in found],
        "files": files,
        "unknown": unknown,
    }
    lines = (*_setup_lines(setup), head, *([missing] if unknown else []), *refused)
    return Answer(data, (*lines, *(table(columns, rows) if rows else ())))


def _row(each: Claimable, zone: object) -> tuple[str, ...]:
    litres = quantity(sum(line.quantity for line in each.lines))
    return (each.number, when(each.at, zone), each.pump, litres, money(each.total))  # type: ignore[arg-type]  # a zone


@pos.command("take", help=N_("Look into the folder once and take what is new; for a timer, where no screen is open."))
@answers
@click.pass_obj
def take(home: Home) -> Answer:
    looked = look_once(open_desk(home), home.out, threading.Event().wait)
    new, credited = sum(one.new for one in looked.taken), sum(one.credited for one in looked.taken)
    head = say(
        N_("{files} files taken: {new} new sales, {credited} credited by their card, {incidents} kept as incidents."),
        files=number(len(looked.taken)),
        new=number(new),
        credited=number(credited),
        incidents=number(sum(one.incidents for one in looked.taken)),
    )
    growing = say(N_("Still being written: {names}."), names=", ".join(looked.growing))
    refused = [say(N_("Refused: {name}: {why}"), name=name, why=why) for name, why in looked.refused]
    lines = (head, *([growing] if looked.growing else []), *refused, *looked.troubles)
    return Answer(looked, lines, PARTLY_DONE if _has_wrong(looked) else 0)


def _has_wrong(looked: Looked) -> bool:
    aside = any(one.set_aside or one.impossible for one in looked.taken)
    return bool(looked.refused or looked.troubles or aside)


@pos.command("read", help=N_("Show what files of a POS say, sale by sale and in sum; nothing is recorded."))
@click.argument("files", type=PATH, nargs=-1, required=True)
@click.option("--format", "kind", type=click.Choice(FORMATS), required=True, help=N_("What the files are."))
@answers
def read(files: tuple[Path, ...], kind: Format) -> Answer:
    sales = []
    for path in files:
        try:
            sales += read_file(path, PosSetup(format=kind)).sales
        except BadInput as why:
            raise BadInput(N_("{path}: {why}"), path=path, why=say_error(why)) from why
    found = summary_of(sales)
    line = say(
        N_("{sales} sales, {superseded} replaced by their completion; {total} in all."),
        sales=number(len(found.events)),
        superseded=number(sum(event.superseded for event in found.events)),
        total=money(found.total),
    )
    columns = (say(N_("Store")), say(N_("Code")), say(N_("Name")), say(N_("Quantity")), say(N_("Amount")))
    rows = [(g.store, g.grade, g.name, quantity(g.millilitres), money(g.centavos)) for g in found.grades]
    return Answer(found, (line, *(table(columns, rows) if rows else ())))


@click.command(
    "claim",
    cls=SpokenCommand,
    help=N_("Credit a sale of the POS to a card that was forgotten; needs a manager's code."),
)
@click.option("--card", required=True)
@click.option("--document", required=True, help=N_("Number of the ticket or invoice, or its QR code."))
@answers
@click.pass_obj
def claim_command(home: Home, card: str, document: str) -> Answer:
    desk = open_desk(home)
    manager = desk.check_pin(ask_code())
    return receipt_answer(desk, claim_late(desk, desk.keyed_card(card), manager, document_number(document)))


@click.command("sales", cls=SpokenCommand, help=N_("Show the last tickets that a card was credited with here."))
@click.option("--card", required=True)
@answers
@click.pass_obj
def sales_command(home: Home, card: str) -> Answer:
    desk = open_desk(home)
    desk.check_pin(ask_code())
    found = desk.previous_sales(desk.keyed_card(card).card, SALES_SHOWN)
    names = {product.code: product.name for product in desk.programme().products}
    columns = tuple(map(say, (N_("When"), N_("Ticket"), N_("Product"), N_("Quantity"), N_("Amount"), N_("Points"))))
    rows = [
        (
            when(sale.at, desk.zone()),
            sale.document,
            names.get(line.product, line.product),
            quantity(line.quantity),
            money(line.amount),
            number(line.points),
        )
        for sale in found
        for line in sale.lines
    ]
    return Answer(found, table(columns, rows))


COMMANDS: tuple[click.Command, ...] = (pos, claim_command, sales_command)
