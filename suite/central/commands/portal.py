"""Portals: whose pages they hold, what members asked for there, and the office's answers."""

from datetime import tzinfo

import click
import msgspec

from suite.central import people
from suite.central import portal as portals
from suite.central.commands.members import reason_of
from suite.central.commands.opening import office_in
from suite.central.portal import Wish
from suite.domain.errors import N_
from suite.domain.ids import CardNumber, RequestNumber
from suite.runtime.console import Answer, SpokenCommand, SpokenGroup, answers, table
from suite.runtime.paths import Home
from suite.runtime.texts import say
from suite.runtime.words import request_kind, request_reason, request_state, when

REQUEST = "REQUEST"


@click.group("portal", cls=SpokenGroup, help=N_("Portals: whose pages they hold, and answers to what was asked there."))
def portal() -> None:
    """See help."""


@portal.command("grant", help=N_("Give the member who holds a card a page at the portals."))
@click.option("--card", required=True)
@answers
@click.pass_obj
def grant(home: Home, card: str) -> Answer:
    account = portals.grant_access(office_in(home), CardNumber(card))
    line = say(N_("Member {account} has a page at the portals from their next bundle on."), account=str(account))
    return Answer({"member": account}, (line,))


@portal.command("withdraw", help=N_("Take the page of the member who holds a card from the portals."))
@click.option("--card", required=True)
@click.option("--reason", required=True)
@answers
@click.pass_obj
def withdraw(home: Home, card: str, reason: str) -> Answer:
    account = portals.withdraw_access(office_in(home), CardNumber(card), reason_of(reason))
    line = say(N_("Member {account} has no page at the portals from their next bundle on."), account=str(account))
    return Answer({"member": account}, (line,))


@portal.command("members", help=N_("List the members who have a page at the portals."))
@answers
@click.pass_obj
def members(home: Home) -> Answer:
    found = portals.visitors(office_in(home))
    return Answer(found, table((say(N_("Member")), say(N_("Name"))), [(str(v.account), v.name) for v in found]))


@portal.command("accept", help=N_("Do what a request asks for: order the prize, change the data, end the membership."))
@click.argument("number", metavar=REQUEST)
@click.option("--reason", required=True)
@answers
@click.pass_obj
def accept(home: Home, number: str, reason: str) -> Answer:
    done = portals.accept(office_in(home), RequestNumber(number), reason_of(reason))
    papers = people.erase_papers(home) if done.kind == "leave" else 0
    line = say(N_("Request {request} accepted."), request=done.request)
    return Answer({"request": done.request, "state": done.state, "papers": papers}, (line,))


@portal.command("reject", help=N_("Refuse a request; what went with it is erased."))
@click.argument("number", metavar=REQUEST)
@click.option("--reason", required=True)
@answers
@click.pass_obj
def reject(home: Home, number: str, reason: str) -> Answer:
    done = portals.reject(office_in(home), RequestNumber(number), reason_of(reason))
    return Answer(
        {"request": done.request, "state": done.state}, (say(N_("Request {request} rejected."), request=done.request),)
    )


@click.command("requests", cls=SpokenCommand, help=N_("What members asked for at portals and waits for an answer."))
@click.option("--all", "everything", is_flag=True, help=N_("Answered ones too."))
@answers
@click.pass_obj
def requests(home: Home, everything: bool) -> Answer:
    office = office_in(home)
    found = portals.wishes(office, everything=everything)
    with office.store.transaction():
        zone = office.zone()
    names = [N_("Request"), N_("When"), N_("Member"), N_("Name"), N_("What"), N_("Asked for")]
    answered = [N_("State"), N_("Reason")] if everything else []
    rows = [(*_row(w, zone), *(_answer(w) if everything else ())) for w in found]
    data = [
        {**msgspec.structs.asdict(w.request), "member": w.member, "place": w.place, "profile": w.profile} for w in found
    ]
    return Answer(data, table(tuple(map(say, (*names, *answered))), rows))


def _row(wish: Wish, zone: tzinfo) -> tuple[str, ...]:
    asked = wish.request
    return asked.request, when(asked.at, zone), str(asked.account), wish.member, request_kind(asked.kind), _what(wish)


def _answer(wish: Wish) -> tuple[str, str]:
    return request_state(wish.request.state), request_reason(wish.request.state, wish.request.reason)


def _what(wish: Wish) -> str:
    """A request's content in one line."""
    if wish.place is not None:
        return " · ".join(filter(None, (wish.request.prize, wish.place.address, wish.place.phone)))
    if wish.profile is not None:
        return " · ".join(filter(None, msgspec.structs.astuple(wish.profile)))
    return wish.request.prize


COMMANDS: dict[str, click.Command] = {"portal": portal, "requests": requests}
