"""Members: enrolments that wait, merging, leaving, consent, segments, rates, tiers by hand."""

from datetime import date
from pathlib import Path

import click

from suite.central import people
from suite.central.commands.opening import office_in
from suite.central.commands.people import loaded_answer
from suite.central.documents import consent_form, member_list
from suite.central.enrolment_files import Loaded
from suite.central.ledger_files import read_members, read_rates, read_responses
from suite.domain.errors import N_, ConsentMissing
from suite.domain.ids import AccountId, PromotionCode, SegmentCode, TierCode
from suite.domain.personal import Consent, Person, check_consent
from suite.runtime.console import NUMBER, PATH, Answer, SpokenCommand, answers, keep_set_aside, table, write_out
from suite.runtime.errors import BadInput
from suite.runtime.files import read_whole
from suite.runtime.paths import Home
from suite.runtime.safe_text import NAME_MAX, safe_text
from suite.runtime.texts import number, say

REASON_MAX = 200


@click.command("members", cls=SpokenCommand, help=N_("List members: name, document, tier, balance, status."))
@click.option("--search", default="", help=N_("Only those whose name, document or card holds this."))
@answers
@click.pass_obj
def members(home: Home, search: str) -> Answer:
    found = member_list(office_in(home), safe_text(search))
    columns = tuple(map(say, (N_("Member"), N_("Name"), N_("Document"), N_("Tier"), N_("Balance"), N_("Status"))))
    rows = [(str(m.account), m.name, m.document, m.tier, m.balance, say(m.status)) for m in found]
    return Answer(found, table(columns, rows))


@click.command("applications", cls=SpokenCommand, help=N_("Enrolments of stations that wait to be confirmed."))
@answers
@click.pass_obj
def applications(home: Home) -> Answer:
    found = people.applicants(office_in(home))
    columns = tuple(
        map(say, (N_("Provisional"), N_("Station"), N_("Name"), N_("Document"), N_("Card"), N_("Same document as")))
    )
    rows = [
        (
            str(a.account),
            a.station,
            a.person.full_name,
            say(N_("{document} (does not check)"), document=a.person.document)
            if a.document_fault
            else a.person.document,
            a.card,
            ", ".join(map(str, a.same_as)),
        )
        for a in found
    ]
    return Answer(found, table(columns, rows))


@click.command("confirm", cls=SpokenCommand, help=N_("Confirm an enrolment, or with --all every one that is clear."))
@click.argument("account", type=NUMBER, required=False)
@click.option("--into", type=NUMBER, default=None, help=N_("The member that this person already is."))
@click.option("--all", "everybody", is_flag=True, help=N_("All without a duplicate or a faulty document."))
@answers
@click.pass_obj
def confirm(home: Home, account: int | None, into: int | None, everybody: bool) -> Answer:
    if everybody == (account is not None):
        raise BadInput(N_("Name one enrolment, or give --all."))
    office = office_in(home)
    done = (
        people.confirm_all(office)
        if account is None
        else [people.confirm(office, AccountId(account), AccountId(into) if into else None)]
    )
    lines = [
        say(N_("{provisional} is member {account}."), provisional=str(c.provisional), account=str(c.account))
        for c in done
    ]
    return Answer(done, tuple(lines) or (say(N_("There is no enrolment to confirm.")),))


@click.command("reject", cls=SpokenCommand, help=N_("Refuse an enrolment: its points are cancelled, its data erased."))
@click.argument("account", type=NUMBER)
@click.option("--reason", required=True)
@answers
@click.pass_obj
def reject(home: Home, account: int, reason: str) -> Answer:
    people.reject(office_in(home), AccountId(account), reason_of(reason))
    return Answer({"account": account}, (say(N_("Enrolment {account} refused."), account=str(account)),))


@click.command("enrol", cls=SpokenCommand, help=N_("Enrol a member at the office."))
@click.option("--surname", required=True, help=N_("Surname, or the company's name."))
@click.option("--name", default="")
@click.option("--document-type", default="DNI", show_default=True)
@click.option("--document", default="")
@click.option("--phone", default="")
@click.option("--address", default="")
@click.option("--fleet", is_flag=True, help=N_("The account of a fleet's owner."))
@click.option("--form", default="", help=N_("Number of the signed form."))
@click.option("--marketing", is_flag=True, help=N_("They agreed to receive offers."))
@answers
@click.pass_obj
def enrol(
    home: Home,
    surname: str,
    name: str,
    document_type: str,
    document: str,
    phone: str,
    address: str,
    fleet: bool,
    form: str,
    marketing: bool,
) -> Answer:
    office = office_in(home)
    person = Person(
        safe_text(surname), safe_text(name), document_type, document, safe_text(phone, 40), safe_text(address, NAME_MAX)
    )
    if not person.surname:
        raise BadInput(N_("The surname is empty."))
    consent = consent_of(office.today(), form, None, marketing=marketing) if form else None
    account = people.enrol(office, person, consent, fleet=fleet)
    return Answer({"member": account}, (say(N_("Member {account} enrolled."), account=str(account)),))


@click.command(
    "consent", cls=SpokenCommand, help=N_("File a member's signed authorisation; --copy prints what is filed.")
)
@click.argument("member", type=NUMBER)
@click.option("--day", default=None, help=N_("The day it was signed; today when not given."))
@click.option("--form", default="", help=N_("Number of the signed form."))
@click.option("--signature", type=PATH, default=None, help=N_("The signature as a PNG image."))
@click.option("--marketing", is_flag=True, help=N_("They agreed to receive offers."))
@click.option("--copy", "copy_to", type=PATH, default=None, help=N_("File for the printed copy (PDF)."))
@answers
@click.pass_obj
def consent(
    home: Home,
    member: int,
    day: str | None,
    form: str,
    signature: Path | None,
    marketing: bool,
    copy_to: Path | None,
) -> Answer:
    office, account = office_in(home), AccountId(member)
    if not (form or signature or copy_to):
        raise ConsentMissing
    if form or signature:
        signed = consent_of(day or office.today(), form, signature, marketing=marketing)
        people.file_consent(office, account, signed)
    if copy_to is None:
        return Answer({"member": member}, (say(N_("Consent of member {member} filed."), member=str(member)),))
    from forms.enrolment import enrolment_pdf
    from suite.central.commands.wording import wording

    path = write_out(copy_to, enrolment_pdf(consent_form(office, account), wording()))
    return Answer({"member": member, "pdf": str(path)}, (str(path),))


def consent_of(day: str, form: str, signature: Path | None, *, marketing: bool) -> Consent:
    """What somebody signed. Raises BadInput, ConsentMissing."""
    when = parse_day(day)
    image = read_whole(signature) if signature else b""
    signed = Consent(when, marketing, safe_text(form, 24), image)
    check_consent(signed)
    return signed


@click.command("merge-members", cls=SpokenCommand, help=N_("Make two memberships of one person one; it can be undone."))
@click.argument("account", type=NUMBER)
@click.argument("into", type=NUMBER)
@click.option("--reason", required=True)
@answers
@click.pass_obj
def merge_members(home: Home, account: int, into: int, reason: str) -> Answer:
    people.merge_members(office_in(home), AccountId(account), AccountId(into), reason_of(reason))
    line = say(N_("Member {account} is now one with {into}."), account=str(account), into=str(into))
    return Answer({"account": account, "into": into}, (line,))


@click.command("unmerge-member", cls=SpokenCommand, help=N_("Undo a merge: each has its own points again."))
@click.argument("account", type=NUMBER)
@click.option("--reason", required=True)
@answers
@click.pass_obj
def unmerge_member(home: Home, account: int, reason: str) -> Answer:
    people.unmerge_member(office_in(home), AccountId(account), reason_of(reason))
    return Answer({"account": account}, (say(N_("Member {account} stands alone again."), account=str(account)),))


@click.command(
    "remove-member",
    cls=SpokenCommand,
    help=N_("A member leaves: points and pending prizes are cancelled, personal data is erased everywhere."),
)
@click.argument("account", type=NUMBER)
@click.option("--reason", required=True)
@answers
@click.pass_obj
def remove_member(home: Home, account: int, reason: str) -> Answer:
    removed = people.remove_member(office_in(home), AccountId(account), reason_of(reason))
    papers = people.erase_papers(home)
    line = say(
        N_("Member {account} removed: {points} points and {orders} orders cancelled, personal data erased."),
        account=str(removed.account),
        points=number(removed.points),
        orders=number(removed.orders),
    )
    return Answer({**_fields(removed), "papers": papers}, (line,))


def _fields(removed: people.Removed) -> dict[str, int]:
    return {"account": removed.account, "points": removed.points, "orders": removed.orders, "erased": removed.erased}


@click.command("segment", cls=SpokenCommand, help=N_("Put the members of a CSV file into a segment, or --remove them."))
@click.argument("code")
@click.argument("file", type=PATH)
@click.option("--remove", is_flag=True)
@answers
@click.pass_obj
def segment(home: Home, code: str, file: Path, remove: bool) -> Answer:
    office = office_in(home)
    header, found, aside = read_members(office, file)
    added, removed = ([], found) if remove else (found, [])
    if found:
        people.change_segment(office, SegmentCode(checked_code(code)), added, removed)
    return loaded_answer(home, file, Loaded(header, len(found), 0, aside))


@click.command(
    "measure-campaign",
    cls=SpokenCommand,
    help=N_("How a campaign sent to a segment was answered: a CSV file of member and day."),
)
@click.argument("code", metavar="SEGMENT")
@click.argument("file", type=PATH)
@click.option("--from", "first", required=True, help=N_("The first day, like 2026-11-01."))
@click.option("--to", "last", required=True, help=N_("The last day, like 2026-12-31."))
@answers
@click.pass_obj
def measure_campaign(home: Home, code: str, file: Path, first: str, last: str) -> Answer:
    office = office_in(home)
    header, responses, aside = read_responses(office, file)
    found = people.measure_campaign(office, SegmentCode(code), parse_day(first), parse_day(last), responses)
    kept = keep_set_aside(home.out, file, header, aside)
    columns = tuple(
        map(say, (N_("Sent"), N_("Answered"), N_("Answers"), N_("In time"), N_("Late"), N_("Early"), N_("Not sent it")))
    )
    row = (found.sent, found.responders, found.responses, found.in_window, found.late, found.early, found.by_unsent)
    return Answer(found, (*table(columns, [row]), *kept.lines), kept.exit_code)


@click.command(
    "rates", cls=SpokenCommand, help=N_("Give members their own percentage in a promotion, from a CSV file.")
)
@click.argument("promotion")
@click.argument("file", type=PATH)
@answers
@click.pass_obj
def rates(home: Home, promotion: str, file: Path) -> Answer:
    office = office_in(home)
    header, found, aside = read_rates(office, file)
    if found:
        people.set_rates(office, PromotionCode(promotion), found)
    return loaded_answer(home, file, Loaded(header, len(found), 0, aside))


@click.command("tier", cls=SpokenCommand, help=N_("Assign a tier by hand, a floor until a day."))
@click.argument("account", type=NUMBER)
@click.argument("tier_", metavar="TIER")
@click.option("--until", required=True, help=N_("The last day, like 2026-12-31."))
@click.option("--reason", required=True)
@answers
@click.pass_obj
def tier(home: Home, account: int, tier_: str, until: str, reason: str) -> Answer:
    last = parse_day(until)
    people.assign_tier(office_in(home), AccountId(account), TierCode(tier_), last, reason_of(reason))
    line = say(N_("Member {account} holds {tier} until {day}."), account=str(account), tier=tier_, day=last)
    return Answer({"account": account, "tier": tier_, "until": last}, (line,))


def parse_day(written: str) -> str:
    """A day, ISO 8601. Raises BadInput."""
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise BadInput(N_("{day!r} is not a day; write it like 2026-11-30."), day=written) from None


def reason_of(written: str) -> str:
    """A reason for the journal. Raises BadInput for none."""
    text = safe_text(written, REASON_MAX)
    if not text:
        raise BadInput(N_("The reason is empty."))
    return text


def checked_code(written: str) -> str:
    """A code of ours. Raises BadInput."""
    import re

    from suite.domain.ids import CODE_PATTERN

    if not re.fullmatch(CODE_PATTERN, written):
        raise BadInput(N_("{code!r} is not a code: 1 to 24 letters, digits, '.', '-' or '_'."), code=safe_text(written))
    return written


COMMANDS: dict[str, click.Command] = {
    "members": members,
    "applications": applications,
    "confirm": confirm,
    "reject": reject,
    "enrol": enrol,
    "consent": consent,
    "merge-members": merge_members,
    "unmerge-member": unmerge_member,
    "remove-member": remove_member,
    "segment": segment,
    "measure-campaign": measure_campaign,
    "rates": rates,
    "tier": tier,
}
