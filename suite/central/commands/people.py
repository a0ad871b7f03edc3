"""Members, cards, attendants, and what the web inquiry shows of a member."""

import re
from pathlib import Path

import click
import msgspec

from suite.central.cards import declare_card
from suite.central.commands.opening import office_in
from suite.central.documents import inquiry as inquiry_of
from suite.central.enrolment_files import Loaded, load_cards, load_members
from suite.domain.errors import N_
from suite.domain.ids import AccountId, AttendantNumber, CardNumber, StationCode
from suite.domain.pins import ATTENDANT_DIGITS
from suite.runtime.console import (
    NUMBER,
    PATH,
    Answer,
    SpokenCommand,
    SpokenGroup,
    answers,
    keep_set_aside,
    progress,
    table,
    write_out,
)
from suite.runtime.errors import BadInput
from suite.runtime.explaining import expiring_line
from suite.runtime.paths import Home
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import number, say
from suite.runtime.words import kind_name, when


@click.command("load-members", cls=SpokenCommand, help=N_("Enrol members from a CSV file."))
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def load_members_command(home: Home, file: Path) -> Answer:
    with progress(say(N_("Members")), file) as tick:
        loaded = load_members(office_in(home), file, tick)
    return loaded_answer(home, file, loaded)


@click.command("load-cards", cls=SpokenCommand, help=N_("Issue cards to members from a CSV file."))
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def load_cards_command(home: Home, file: Path) -> Answer:
    with progress(say(N_("Cards")), file) as tick:
        loaded = load_cards(office_in(home), file, tick)
    return loaded_answer(home, file, loaded)


def loaded_answer(home: Home, file: Path, loaded: Loaded) -> Answer:
    """The summary of a load; rows set aside go to a file to mend, and the exit code says so."""
    kept = keep_set_aside(home.out, file, loaded.header, loaded.set_aside)
    head = say(
        N_("Taken {taken}, known already {known}, rows set aside {aside}."),
        taken=number(loaded.taken),
        known=number(loaded.known),
        aside=number(len(kept.reasons)),
    )
    data = {
        "taken": loaded.taken,
        "known": loaded.known,
        "set_aside": len(kept.reasons),
        "set_aside_file": str(kept.path) if kept.path else None,
    }
    return Answer(data, (head, *kept.lines), kept.exit_code)


@click.group("attendant", cls=SpokenGroup, help=N_("Attendants and their PINs."))
def attendant() -> None:
    """See help."""


@attendant.command("add", help=N_("Appoint an attendant at a station; the PIN is shown once."))
@click.argument("station")
@click.argument("number_", metavar="NUMBER")
@click.argument("name")
@click.option("--manager", is_flag=True, help=N_("May unlock others at the station."))
@answers
@click.pass_obj
def attendant_add(home: Home, station: str, number_: str, name: str, manager: bool) -> Answer:
    if not re.fullmatch(f"[0-9]{{{ATTENDANT_DIGITS}}}", number_):
        raise BadInput(N_("An attendant's number is two digits, like 07."))
    if not safe_text(name):
        raise BadInput(N_("The name is empty."))
    appointed = office_in(home).appoint(
        StationCode(station), AttendantNumber(number_), safe_text(name), manager=manager
    )
    return pin_answer(appointed.attendant, appointed.pin.reveal())


@attendant.command("new-pin", help=N_("Give an attendant a new PIN and all tries back."))
@click.argument("station")
@click.argument("number_", metavar="NUMBER")
@answers
@click.pass_obj
def attendant_new_pin(home: Home, station: str, number_: str) -> Answer:
    appointed = office_in(home).new_pin(StationCode(station), AttendantNumber(number_))
    return pin_answer(appointed.attendant, appointed.pin.reveal())


def pin_answer(attendant_number: AttendantNumber, pin: str) -> Answer:
    line = say(
        N_("Attendant {attendant}: the code is {code}. It is shown this once."),
        attendant=attendant_number,
        code=attendant_number + pin,
    )
    return Answer({"attendant": attendant_number, "code": attendant_number + pin}, (line,))


@attendant.command("card", help=N_("Declare a card as an attendant's own or a relative's; without CARD, list them."))
@click.argument("station")
@click.argument("number_", metavar="NUMBER")
@click.argument("card", required=False)
@click.option("--remove", is_flag=True, help=N_("It is theirs no longer."))
@answers
@click.pass_obj
def attendant_card(home: Home, station: str, number_: str, card: str | None, remove: bool) -> Answer:
    office, code, number = office_in(home), StationCode(station), AttendantNumber(number_)
    if card is not None:
        declare_card(office, code, number, CardNumber(card), removed=remove)
    with office.store.transaction():
        found = [each for attendant, each in office.store.directory.declared(code) if attendant == number]
    return Answer({"station": station, "attendant": number_, "cards": found}, tuple(found))


@attendant.command("list", help=N_("List the attendants of the network."))
@answers
@click.pass_obj
def attendant_list(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        found = office.store.directory.attendants()
    rows = [(a.station, a.attendant, say(N_("yes") if a.manager else N_("no"))) for a in found]
    data = [{"station": a.station, "attendant": a.attendant, "manager": a.manager} for a in found]
    return Answer(data, table((say(N_("Station")), say(N_("Attendant")), say(N_("Manager"))), rows))


@click.command(
    "inquiry", cls=SpokenCommand, help=N_("Show one member as the web inquiry does; --to writes it as JSON.")
)
@click.option("--member", type=NUMBER, default=None)
@click.option("--card", default=None)
@click.option("--to", type=PATH, default=None, help=N_("File for the export."))
@answers
@click.pass_obj
def inquiry(home: Home, member: int | None, card: str | None, to: Path | None) -> Answer:
    if (member is None) == (card is None):
        raise BadInput(N_("Name the member by --member or by --card, one of the two."))
    office = office_in(home)
    found = inquiry_of(
        office,
        account=AccountId(member) if member is not None else None,
        card=CardNumber(card) if card is not None else None,
    )
    with office.store.transaction():
        zone = office.zone()
    if to is not None:
        write_out(to, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    head = say(
        N_("{name} · {document} · balance {balance}"),
        name=found.name,
        document=found.document,
        balance=number(found.balance),
    )
    coming = [expiring_line((row,)) for row in found.expiring]
    if found.next_tier:
        coming.append(say(N_("{points} points to {tier}"), points=number(found.missing), tier=found.next_tier))
    rows = [(when(m.at, zone), m.station, kind_name(m.kind), number(m.points)) for m in found.movements]
    columns = (say(N_("When")), say(N_("Station")), say(N_("What")), say(N_("Points")))
    return Answer(found, (head, *filter(None, (found.tier, *coming)), *table(columns, rows)))


COMMANDS: dict[str, click.Command] = {
    "load-members": load_members_command,
    "load-cards": load_cards_command,
    "attendant": attendant,
    "inquiry": inquiry,
}
