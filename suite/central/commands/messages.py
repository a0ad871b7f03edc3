"""Messages that attendants say to members at the swipe, and how campaigns among them are answered."""

import click

from suite.central import messages as board
from suite.central.commands.members import checked_code, parse_day
from suite.central.commands.opening import office_in
from suite.central.messages import Draft, MessageLine
from suite.domain.errors import N_
from suite.domain.ids import (
    AccountId,
    CampaignCode,
    CardNumber,
    ProductCode,
    PromotionCode,
    SegmentCode,
    StationCode,
)
from suite.runtime.console import NUMBER, Answer, SpokenCommand, answers, table
from suite.runtime.errors import BadInput
from suite.runtime.paths import Home
from suite.runtime.texts import say


@click.command(
    "message", cls=SpokenCommand, help=N_("Have attendants say a message to a member, a segment or everybody.")
)
@click.argument("text")
@click.option("--card", default="", help=N_("To the member who holds this card."))
@click.option("--member", type=NUMBER, default=None, help=N_("To this member."))
@click.option("--segment", default="", help=N_("To the members of this segment."))
@click.option("--all", "everybody", is_flag=True, help=N_("To every member."))
@click.option("--station", default="", help=N_("At this station only."))
@click.option("--from", "first", default="", help=N_("The first day, like 2026-11-01; today when not given."))
@click.option("--until", "last", default="", help=N_("The last day, like 2026-12-31; 30 days later when not given."))
@click.option("--times", type=int, default=1, show_default=True, help=N_("How often each member hears it."))
@click.option("--campaign", default="", help=N_("Code of the campaign whose text it is."))
@click.option("--promotion", default="", help=N_("The promotion whose use answers the campaign."))
@click.option("--product", default="", help=N_("The product whose purchase answers the campaign."))
@answers
@click.pass_obj
def message(
    home: Home,
    text: str,
    card: str,
    member: int | None,
    segment: str,
    everybody: bool,
    station: str,
    first: str,
    last: str,
    times: int,
    campaign: str,
    promotion: str,
    product: str,
) -> Answer:
    if sum(map(bool, (card, member, segment, everybody))) != 1:
        raise BadInput(N_("Say to whom: one of --card, --member, --segment and --all."))
    draft = Draft(
        text=text,
        card=CardNumber(card),
        account=AccountId(member or 0),
        segment=SegmentCode(segment),
        station=StationCode(station),
        first=parse_day(first) if first else "",
        last=parse_day(last) if last else "",
        times=times,
        campaign=CampaignCode(checked_code(campaign)) if campaign else CampaignCode(""),
        promotion=PromotionCode(promotion),
        product=ProductCode(product),
    )
    number = board.write_message(office_in(home), draft)
    line = say(N_("Message {number}: stations say it from their next import on."), number=str(number))
    return Answer({"message": number}, (line,))


@click.command("messages", cls=SpokenCommand, help=N_("List the messages that stand, and how often each was said."))
@click.option("--all", "everything", is_flag=True, help=N_("Those that are over or withdrawn too."))
@answers
@click.pass_obj
def messages(home: Home, everything: bool) -> Answer:
    found = board.messages(office_in(home), everything=everything)
    columns = (N_("Number"), N_("For"), N_("Station"), N_("From"), N_("Until"), N_("Said"), N_("Text"))
    rows = [
        (str(m.number), _whom(each), m.station, m.first, m.last, each.shown, each.text)
        for each in found
        for m in (each.message,)
    ]
    return Answer(found, table(tuple(map(say, columns)), rows))


def _whom(line: MessageLine) -> str:
    """Whom a message is for, in a word."""
    if line.message.account:
        return say(N_("member {account}"), account=str(line.message.account))
    return line.message.segment or say(N_("everybody"))


@click.command("withdraw-message", cls=SpokenCommand, help=N_("Have stations say a message no longer."))
@click.argument("number", type=NUMBER)
@answers
@click.pass_obj
def withdraw_message(home: Home, number: int) -> Answer:
    board.withdraw_message(office_in(home), number)
    line = say(N_("Message {number}: no station says it from its next import on."), number=str(number))
    return Answer({"message": number}, (line,))


@click.command(
    "campaigns", cls=SpokenCommand, help=N_("How the campaigns that stations say at the swipe are answered.")
)
@answers
@click.pass_obj
def campaigns(home: Home) -> Answer:
    found = board.campaigns(office_in(home))
    columns = (N_("Campaign"), N_("Message"), N_("From"), N_("Until"), N_("Heard it"), N_("Answered"), N_("Answers"))
    more = (N_("In time"), N_("Late"))
    rows = [
        (each.campaign, str(each.number), each.first, each.last, a.sent, a.responders, a.responses, a.in_window, a.late)
        for each in found
        for a in (each.answered,)
    ]
    return Answer(found, table(tuple(map(say, (*columns, *more))), rows))


COMMANDS: dict[str, click.Command] = {
    "message": message,
    "messages": messages,
    "withdraw-message": withdraw_message,
    "campaigns": campaigns,
}
