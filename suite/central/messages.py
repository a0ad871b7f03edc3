"""Messages to members at the swipe: written, withdrawn, listed (MEM-12); how campaigns were answered (STA-5)."""

from collections.abc import Collection
from datetime import date, timedelta

import msgspec

from suite.central.noticeboard import MessageState
from suite.central.office import Office
from suite.central.told_notices import text_of
from suite.domain.calendar import local_time
from suite.domain.campaigns import Answered, Campaign, Purchase, answers_to, measure
from suite.domain.errors import N_, NotThere, Phrase
from suite.domain.events.member_desk import MessageShown
from suite.domain.events.messages import MessageWithdrawn, MessageWritten
from suite.domain.events.station import SaleRecorded
from suite.domain.groups import Groups
from suite.domain.ids import AccountId, CampaignCode, CardNumber, ProductCode, PromotionCode, SegmentCode, StationCode
from suite.domain.messages import DAYS_MAX, OPEN_MAX, TEXT_MAX, TIMES_MAX, TooManyMessages
from suite.domain.personal import Note
from suite.domain.programme import Programme
from suite.domain.quantities import Moment
from suite.domain.sales import explain
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text
from suite.runtime.secrets import random_bytes

DAYS_SAID = 30
"""How long a message is said when nobody names its last day."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A message as the office wants it: for one card or member, a segment, or everybody where all three are empty."""

    text: str
    card: CardNumber = CardNumber("")
    account: AccountId = AccountId(0)
    segment: SegmentCode = SegmentCode("")
    station: StationCode = StationCode("")
    first: str = ""
    last: str = ""
    times: int = 1
    campaign: CampaignCode = CampaignCode("")
    promotion: PromotionCode = PromotionCode("")
    product: ProductCode = ProductCode("")


class MessageLine(msgspec.Struct, frozen=True):
    """A message as the office lists it: its text unless it was erased, and how often it was said."""

    message: MessageState
    text: str
    shown: int
    stands: bool


class CampaignLine(msgspec.Struct, frozen=True):
    """How one message of a campaign was answered by those it was said to."""

    number: int
    campaign: CampaignCode
    first: str
    last: str
    answered: Answered


def write_message(office: Office, draft: Draft) -> int:
    """Have stations say a message from their next feed on; returns its number.

    Raises BadInput, NotThere, MemberIsRemoved, TooManyMessages.
    """
    text = _checked_text(draft.text)
    with office.store.transaction():
        today = local_time(office.clock.now(), office.zone()).date()
        first = draft.first or today.isoformat()
        last = draft.last or (date.fromisoformat(first) + timedelta(days=DAYS_SAID)).isoformat()
        _check_days(first, last, today)
        if not 1 <= draft.times <= TIMES_MAX:
            raise BadInput(N_("A message is said from 1 to {most} times to each member."), most=TIMES_MAX)
        account = _whom(office, draft)
        _check_campaign(office.programme(), draft)
        if len(office.store.board.standing(today.isoformat())) >= OPEN_MAX:
            raise TooManyMessages(limit=OPEN_MAX)
        note = office.store.keep(msgspec.json.encode(Note(text)), random_bytes())
        entry = office.record(
            lambda at, by: MessageWritten(
                at=at,
                by=by,
                note=note,
                first=first,
                last=last,
                times=draft.times,
                account=account,
                segment=draft.segment,
                station=draft.station,
                campaign=draft.campaign,
                promotion=draft.promotion,
                product=draft.product,
            )
        )
    return entry.seq


def _checked_text(written: str) -> str:
    text = safe_text(written, TEXT_MAX + 1)
    if not text or len(text) > TEXT_MAX:
        raise BadInput(N_("A message has 1 to {most} characters."), most=TEXT_MAX)
    return text


def _check_days(first: str, last: str, today: date) -> None:
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days
    if last < today.isoformat() or not 0 <= days <= DAYS_MAX:
        raise BadInput(
            N_("A message ends today or later, and not more than {most} days after it began."), most=DAYS_MAX
        )


def _whom(office: Office, draft: Draft) -> AccountId:
    """The member of one that is for a member; what it names otherwise is there. Raises NotThere, MemberIsRemoved."""
    store = office.store
    if draft.station and store.directory.station(draft.station) is None:
        raise NotThere(what=Phrase(N_("station")), name=draft.station)
    if draft.segment and not store.members.segment(draft.segment):
        raise NotThere(what=Phrase(N_("segment")), name=draft.segment)
    account = draft.account
    if draft.card:
        card = store.members.card(draft.card)
        if card is None or not card.account:
            raise NotThere(what=Phrase(N_("card")), name=draft.card)
        account = card.account
    return office.member(account)[0] if account else account


def _check_campaign(programme: Programme, draft: Draft) -> None:
    """A campaign names what answers it, and nothing else does. Raises BadInput, NotThere, UnknownProduct."""
    asked = bool(draft.promotion) + bool(draft.product)
    if asked != bool(draft.campaign):
        raise BadInput(
            N_("A campaign needs either a promotion or a product that answers it, and only a campaign does.")
        )
    if draft.product:
        programme.product(draft.product)
    if draft.promotion and not any(each.code == draft.promotion for each in programme.promotions):
        raise NotThere(what=Phrase(N_("promotion")), name=draft.promotion)


def withdraw_message(office: Office, number: int) -> None:
    """Have stations say a message no longer, from their next feed on. Raises NotThere for one that does not stand."""
    with office.store.transaction():
        today = local_time(office.clock.now(), office.zone()).date().isoformat()
        if not any(each.number == number for each in office.store.board.standing(today)):
            raise NotThere(what=Phrase(N_("message")), name=str(number))
        office.record(lambda at, by: MessageWithdrawn(at=at, by=by, message=number))


def messages(office: Office, *, everything: bool = False) -> list[MessageLine]:
    """What stands, or all that was ever written, oldest first."""
    with office.store.transaction():
        today = local_time(office.clock.now(), office.zone()).date().isoformat()
        board = office.store.board
        found = board.messages() if everything else board.standing(today)
        texts, times = office.store.kept_of([each.note for each in found]), board.times_shown()
    return [
        MessageLine(
            each,
            text_of(texts[each.note]) if each.note in texts else "",
            times.get(each.number, 0),
            each.stands(today),
        )
        for each in found
    ]


def campaigns(office: Office) -> list[CampaignLine]:
    """How every message of a campaign was answered, oldest first: derived from journals, nobody records an answer."""
    with office.store.transaction():
        groups = office.store.members.groups()
        found = [each for each in office.store.board.messages() if each.campaign]
        heard = {each.number: _roots(groups, office.store.board.heard_by(each.number)) for each in found}
        everybody = frozenset(account for accounts in heard.values() for account in accounts)
        shown, purchases = _history(office, groups, everybody)
    lines = list[CampaignLine]()
    for each in found:
        campaign = Campaign(each.first, each.last, each.promotion, each.product)
        answers = answers_to(campaign, shown.get(each.number, {}), purchases)
        answered = measure(heard[each.number], each.first, each.last, answers)
        lines.append(CampaignLine(each.number, each.campaign, each.first, each.last, answered))
    return lines


def _roots(groups: Groups, accounts: Collection[AccountId]) -> frozenset[AccountId]:
    return frozenset(groups.root_of(account) for account in accounts)


def _history(
    office: Office, groups: Groups, members: frozenset[AccountId]
) -> tuple[dict[int, dict[AccountId, Moment]], list[Purchase]]:
    """When each message was first said to whom, and all that those members bought. Reads every journal."""
    programmes = {programme.version: programme for programme in office.store.directory.programmes()}
    zone, shown, purchases = office.zone(), dict[int, dict[AccountId, Moment]](), list[Purchase]()
    for batch in office.store.history.facts() if members else ():
        for fact in batch:
            event = fact.event
            if isinstance(event, MessageShown):
                first = shown.setdefault(event.message, {})
                member = groups.root_of(event.account)
                first[member] = min(event.at, first.get(member, event.at))
            elif isinstance(event, SaleRecorded) and (member := groups.root_of(event.account)) in members:
                programme = programmes.get(event.version, office.programme())
                tried = explain(programme, event, fact.station).tried
                purchases.append(
                    Purchase(
                        member,
                        event.at,
                        local_time(event.at, zone).date().isoformat(),
                        frozenset(line.product for line in event.lines),
                        frozenset(each.promotion for each in tried if each.why_not is None),
                    )
                )
    return shown, purchases
