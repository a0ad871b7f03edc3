"""`canje portal …`: a member's page, the prizes that can be ordered, and what is asked of the office."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click
from msgspec.structs import asdict

from suite.domain.errors import N_
from suite.domain.ids import CardNumber, PrizeCode, RequestNumber
from suite.domain.personal import DeliveryPlace, Profile
from suite.node import exchange_commands, link_commands, node_commands
from suite.node.doctor_commands import doctor_command
from suite.node.opening import opens
from suite.portal import doctor, lobby
from suite.portal.lobby import Lobby, open_portal
from suite.portal.store import OwnRequest
from suite.runtime.clock import clock_from_environment
from suite.runtime.console import PATH, Answer, SpokenGroup, answers, table
from suite.runtime.explaining import expiring_line
from suite.runtime.paths import Home, home_of
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import number, say
from suite.runtime.words import kind_name, order_state, request_kind, request_reason, request_state, when

PHONE_MAX = 40


@click.group(cls=SpokenGroup, help=N_("A member portal: pages of members who have access, and what they ask for."))
@click.option("--home", type=PATH, default=None, help=N_("The portal's folder (else CANJE_HOME)."))
@click.pass_context
def portal(ctx: click.Context, home: Path | None) -> None:
    """See help."""
    ctx.obj = home_of("portal", home)
    opens(ctx, open_portal)


def open_lobby(home: Home) -> Lobby:
    """The lobby in that folder. Raises NotSetUp, StorageTrouble."""
    clock = clock_from_environment()
    node = open_portal(home, clock)
    return Lobby(node.membership.invitation.station, node.store, clock)


portal.add_command(exchange_commands.join_command(lobby.join))


# What a member sees


@portal.command(help=N_("Show the page of the member who holds a card."))
@click.option("--card", required=True)
@answers
@click.pass_obj
def page(home: Home, card: str) -> Answer:
    desk = open_lobby(home)
    found, zone = desk.page(CardNumber(card)), ZoneInfo(desk.store.zone())
    member = found.member
    head = say(
        N_("{name} · {document} · balance {balance}"),
        name=member.greeting,
        document=member.document,
        balance=number(member.balance),
    )
    as_of = say(N_("Data of {at}."), at=when(found.as_of, zone))
    rows = [(when(m.at, zone), m.station, kind_name(m.kind), number(m.points)) for m in found.movements]
    columns = (say(N_("When")), say(N_("Station")), say(N_("What")), say(N_("Points")))
    asked = _requests(found.requests, zone, with_cards=False) if found.requests else ()
    data = {
        "member": asdict(member),
        "as_of": found.as_of,
        "movements": [asdict(move) for move in found.movements],
        "requests": found.requests,
    }
    return Answer(data, (head, as_of, *filter(None, [expiring_line(member.expiring)]), *table(columns, rows), *asked))


@portal.command(help=N_("List the prizes that can be ordered."))
@answers
@click.pass_obj
def prizes(home: Home) -> Answer:
    found = open_lobby(home).offers()
    rows = [(offer.prize, offer.name, offer.points, ", ".join(offer.tiers)) for offer in found]
    data = [asdict(offer) for offer in found]
    return Answer(data, table((say(N_("Prize")), say(N_("Name")), say(N_("Points")), say(N_("Tiers"))), rows))


@portal.command(help=N_("List what was asked for here, and what became of it."))
@answers
@click.pass_obj
def requests(home: Home) -> Answer:
    desk = open_lobby(home)
    found = desk.store.requests()
    return Answer(found, _requests(found, ZoneInfo(desk.store.zone()), with_cards=True) if found else ())


def _requests(found: list[OwnRequest], zone: ZoneInfo, *, with_cards: bool) -> tuple[str, ...]:
    card = [N_("Card")] if with_cards else []
    columns = (N_("Request"), N_("When"), *card, N_("What"), N_("Prize"), N_("State"), N_("Reason"))
    rows = [
        (
            r.request,
            when(r.at, zone),
            *([r.card] if with_cards else []),
            request_kind(r.kind),
            r.prize,
            order_state(r.order) if r.order else request_state(r.state),
            request_reason(r.state, r.reason),
        )
        for r in found
    ]
    return table(tuple(map(say, columns)), rows)


# What a member asks for


@portal.command("ask-prize", help=N_("Ask for a prize to be delivered; central confirms it or says why not."))
@click.option("--card", required=True)
@click.option("--prize", required=True)
@click.option("--address", required=True, help=N_("Where it is to go."))
@click.option("--phone", default="", help=N_("A telephone for the delivery; else the one that central knows."))
@answers
@click.pass_obj
def ask_prize(home: Home, card: str, prize: str, address: str, phone: str) -> Answer:
    place = DeliveryPlace(safe_text(address), safe_text(phone, PHONE_MAX))
    return _asked(open_lobby(home).ask_prize(CardNumber(card), PrizeCode(prize), place))


@portal.command("change-profile", help=N_("Ask for the member's own data to be changed; the rest stays as it is."))
@click.option("--card", required=True)
@click.option("--surname", default="", help=N_("Surname, or the company's name."))
@click.option("--name", default="")
@click.option("--document-type", default="DNI", show_default=True)
@click.option("--document", default="")
@click.option("--phone", default="")
@click.option("--address", default="")
@answers
@click.pass_obj
def change_profile(
    home: Home, card: str, surname: str, name: str, document_type: str, document: str, phone: str, address: str
) -> Answer:
    profile = Profile(
        safe_text(surname), safe_text(name), document_type, document, safe_text(phone, PHONE_MAX), safe_text(address)
    )
    return _asked(open_lobby(home).change_profile(CardNumber(card), profile))


@portal.command("ask-leave", help=N_("Ask for the end of the membership: points are lost, personal data is erased."))
@click.option("--card", required=True)
@answers
@click.pass_obj
def ask_leave(home: Home, card: str) -> Answer:
    return _asked(open_lobby(home).ask_leave(CardNumber(card)))


def _asked(request: RequestNumber) -> Answer:
    line = say(N_("Request {request} recorded. Central answers with one of its next bundles."), request=request)
    return Answer({"request": request}, (line,))


for each in (
    *exchange_commands.COMMANDS,
    *link_commands.COMMANDS,
    *node_commands.COMMANDS,
    doctor_command(doctor.examine, doctor.repair),
):
    portal.add_command(each)
