"""Cards: printed for a station's box, blocked, lost, replaced; and the hot list."""

from pathlib import Path

import click

from suite.central import cards as stock
from suite.central.commands.opening import office_in
from suite.central.feeds import export_hot_list, save_feed
from suite.domain.errors import N_
from suite.domain.ids import AccountId, CardNumber, StationCode
from suite.domain.programme import CardStatus
from suite.runtime.console import NUMBER, PATH, Answer, SpokenCommand, answers, one_of, table
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.texts import number, say
from suite.runtime.words import card_role, card_status

STATES: tuple[CardStatus, ...] = ("active", "blocked", "lost")


@click.command(
    "print-cards", cls=SpokenCommand, help=N_("Register cards for a station's box: a text file, one a line.")
)
@click.argument("station")
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def print_cards(home: Home, station: str, file: Path) -> Answer:
    written = [line.strip() for line in read_whole(file).decode("utf-8", "replace").splitlines()]
    cards = list(dict.fromkeys(CardNumber(card) for card in written if card))
    count = stock.print_cards(office_in(home), StationCode(station), cards)
    return Answer(
        {"cards": count}, (say(N_("{count} cards for station {station}."), count=number(count), station=station),)
    )


@click.command("issue-card", cls=SpokenCommand, help=N_("Give a member another card, or a fleet a truck's card."))
@click.argument("card")
@click.argument("member", type=NUMBER)
@click.option("--truck", is_flag=True, help=N_("It earns and can neither redeem nor see."))
@answers
@click.pass_obj
def issue_card(home: Home, card: str, member: int, truck: bool) -> Answer:
    stock.issue_card(office_in(home), CardNumber(card), AccountId(member), "truck" if truck else "holder")
    line = say(N_("Card {card} is member {account}'s."), card=card, account=str(member))
    return Answer({"card": card, "member": member}, (line,))


@click.command("block-card", cls=SpokenCommand, help=N_("Block a card: it neither earns nor redeems."))
@click.argument("card")
@answers
@click.pass_obj
def block_card(home: Home, card: str) -> Answer:
    stock.mark_card(office_in(home), CardNumber(card), "blocked")
    line = say(N_("Card {card} is blocked at each station from its next import on."), card=card)
    return Answer({"card": card}, (line,))


@click.command(
    "card-status", cls=SpokenCommand, help=N_("Mark a card active, blocked or lost. A lost one still earns.")
)
@click.argument("card")
@click.argument("status")
@answers
@click.pass_obj
def card_status_command(home: Home, card: str, status: str) -> Answer:
    chosen = next(state for state in STATES if state == one_of(status, STATES, "STATUS"))
    stock.mark_card(office_in(home), CardNumber(card), chosen)
    line = say(
        N_("Card {card} is {status} at each station from its next import on."), card=card, status=card_status(chosen)
    )
    return Answer({"card": card, "status": chosen}, (line,))


@click.command("replace-card", cls=SpokenCommand, help=N_("Let a new card take over the account of an old one."))
@click.argument("old")
@click.argument("new")
@answers
@click.pass_obj
def replace_card(home: Home, old: str, new: str) -> Answer:
    account = stock.replace_card(office_in(home), CardNumber(old), CardNumber(new))
    line = say(N_("Card {new} takes over member {account}; {old} still earns."), new=new, old=old, account=str(account))
    return Answer({"old": old, "new": new, "account": account}, (line,))


@click.command("cards", cls=SpokenCommand, help=N_("List cards with their state and whose they are."))
@answers
@click.pass_obj
def cards(home: Home) -> Answer:
    office = office_in(home)
    with office.store.transaction():
        found, groups = office.store.members.cards(), office.store.members.groups()
    columns = tuple(map(say, (N_("Card"), N_("Member"), N_("Status"), N_("Role"), N_("Issued"))))
    rows = [
        (c.card, str(groups.root_of(c.account) or ""), card_status(c.status), card_role(c.role), c.issued)
        for c in found
    ]
    return Answer(found, table(columns, rows))


@click.command(
    "hot-list",
    cls=SpokenCommand,
    help=N_("Write a small bundle for a station: only the cards whose state changed since its last data."),
)
@click.argument("station")
@click.argument("folder", type=PATH)
@answers
@click.pass_obj
def hot_list(home: Home, station: str, folder: Path) -> Answer:
    path = save_feed(export_hot_list(office_in(home), StationCode(station)), folder)
    return Answer({"bundle": str(path), "bytes": path.stat().st_size}, (str(path),))


COMMANDS: dict[str, click.Command] = {
    "print-cards": print_cards,
    "issue-card": issue_card,
    "block-card": block_card,
    "card-status": card_status_command,
    "replace-card": replace_card,
    "cards": cards,
    "hot-list": hot_list,
}
