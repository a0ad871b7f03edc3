"""What the office does about people: confirm, merge, remove, consent, segments, rates, tiers.

Each use case is one transaction; who did it is part of every fact (CEN-7).
"""

from collections.abc import Sequence

import msgspec

from suite.central.jobs.corrections import correct
from suite.central.office import Office
from suite.central.telling import forget_erased
from suite.domain.calendar import local_time
from suite.domain.campaigns import Answered, Response, measure
from suite.domain.errors import (
    N_,
    AlreadyThere,
    BadDocument,
    MemberIsRemoved,
    MergedAlready,
    NotMerged,
    NotThere,
    Phrase,
)
from suite.domain.events.base import Event
from suite.domain.events.central import OrderCancelled, TierAssigned
from suite.domain.events.members import (
    AccountsMerged,
    AccountsUnmerged,
    ApplicationRejected,
    ConsentGiven,
    MemberEnrolled,
    MemberRate,
    MemberRemoved,
    PersonalRatesSet,
    SegmentChanged,
)
from suite.domain.ids import AccountId, CardNumber, PromotionCode, SegmentCode, StationCode, TierCode
from suite.domain.personal import Consent, Person, check_consent
from suite.domain.programme import Replace
from suite.runtime.errors import BadInput
from suite.runtime.identity import checked_document
from suite.runtime.paths import Home
from suite.runtime.secrets import random_bytes

ROWS_AN_ENTRY = 2000
PAPERS = ("slips-*.pdf", "enrolment-*.pdf", "*.set-aside*.csv")


class Applicant(msgspec.Struct, frozen=True):
    """An enrolment that waits: who, with which card, and what is wrong with it.

    `same_as` are other members with the same document; `document_fault` is set for one whose digits do not check.
    """

    account: AccountId
    station: StationCode
    card: CardNumber
    person: Person
    same_as: tuple[AccountId, ...]
    document_fault: bool


class Confirmed(msgspec.Struct, frozen=True):
    """The permanent number of a member who had a provisional one."""

    provisional: AccountId
    account: AccountId
    joined: bool


# Enrolment (MEM-1, MEM-2)


def applicants(office: Office) -> list[Applicant]:
    """The enrolments that wait for central, oldest first."""
    with office.store.transaction():
        return [
            _applicant(office, a.account, a.station, a.card, a.personal) for a in office.store.members.applications()
        ]


def _applicant(office: Office, account: AccountId, station: StationCode, card: CardNumber, personal: str) -> Applicant:
    groups, blob = office.store.members.groups(), office.store.kept(personal)
    person = msgspec.json.decode(blob, type=Person) if blob else Person("", "")
    found = office.store.members.accounts_with(person.document) if person.document else []
    same = sorted({groups.root_of(other) for other in found} - {account, groups.root_of(account)})
    try:
        checked_document(person.document_type, person.document)
        fault = not person.surname
    except BadDocument:
        fault = True
    return Applicant(account, station, card, person, tuple(same), fault)


def confirm(office: Office, account: AccountId, into: AccountId | None = None) -> Confirmed:
    """Number a provisional member, or join them to the member they already are. Raises NotThere, MemberIsRemoved."""
    with office.store.transaction():
        waiting = [a for a in office.store.members.applications() if a.account == account]
        if not waiting:
            raise NotThere(what=Phrase(N_("application")), name=str(account))
        now, by = office.clock.now(), office.operator
        facts: list[Event] = []
        if into is None:
            number = office.store.members.next_number()
            facts.append(MemberEnrolled(at=now, by=by, account=number, personal=waiting[0].personal))
        else:
            number = office.member(into)[0]
            if number == office.store.members.groups().root_of(account):
                raise BadInput(N_("A member cannot be merged into itself."))
        facts.append(AccountsMerged(at=now, by=by, account=account, into=number, reason="application"))
        office.store.append(facts)
        correct(office)
    return Confirmed(account, number, joined=into is not None)


def confirm_all(office: Office) -> list[Confirmed]:
    """Confirm every enrolment without a duplicate or a faulty document; the others wait for a person."""
    done = []
    for applicant in applicants(office):
        if applicant.document_fault or applicant.same_as or _is_there(office, applicant.person):
            continue
        done.append(confirm(office, applicant.account))
    return done


def _is_there(office: Office, person: Person) -> bool:
    """Whether somebody with that document was confirmed a moment ago."""
    with office.store.transaction():
        groups = office.store.members.groups()
        found = office.store.members.accounts_with(person.document) if person.document else []
        return len({groups.root_of(account) for account in found}) > 1


def reject(office: Office, account: AccountId, reason: str) -> None:
    """Refuse an enrolment: its card is blocked, its points cancelled, its personal data erased. Raises NotThere."""
    with office.store.transaction():
        if not any(a.account == account for a in office.store.members.applications()):
            raise NotThere(what=Phrase(N_("application")), name=str(account))
        blobs = office.store.members.blobs_of(account)
        office.record(lambda at, by: ApplicationRejected(at=at, by=by, account=account, reason=reason))
        office.store.forget(blobs)
        correct(office)
        forget_erased(office)
    office.store.overwrite_traces()


def enrol(office: Office, person: Person, consent: Consent | None, *, fleet: bool = False) -> AccountId:
    """A member enrolled at the office, with the next number (MEM-3). Raises AlreadyThere, BadDocument."""
    kind, number = checked_document(person.document_type, person.document)
    person = msgspec.structs.replace(person, document_type=kind, document=number)
    with office.store.transaction():
        same = office.store.members.accounts_with(number) if number else []
        if same:
            raise AlreadyThere(what=Phrase(N_("member")), name=same[0])
        account = office.store.members.next_number()
        personal = office.store.keep(msgspec.json.encode(person), random_bytes())
        office.record(lambda at, by: MemberEnrolled(at=at, by=by, account=account, personal=personal, fleet=fleet))
        if consent:
            _file_consent(office, account, consent)
    return account


def file_consent(office: Office, account: AccountId, consent: Consent) -> None:
    """A member's signed authorisation (MEM-4). Raises NotThere, MemberIsRemoved."""
    check_consent(consent)
    with office.store.transaction():
        office.member(account)
        _file_consent(office, account, consent)


def _file_consent(office: Office, account: AccountId, consent: Consent) -> None:
    signed = msgspec.structs.replace(consent, terms=consent.terms or office.programme().version)
    name = office.store.keep(msgspec.json.encode(signed), random_bytes())
    office.record(lambda at, by: ConsentGiven(at=at, by=by, account=account, consent=name))


def consents(office: Office, account: AccountId) -> list[Consent]:
    """All that a member signed, oldest first. Call inside a transaction."""
    accounts = office.store.members.groups().members_of(account)
    blobs = [office.store.kept(name) for _, _, name in office.store.members.consents(accounts)]
    return [msgspec.json.decode(blob, type=Consent) for blob in blobs if blob]


# One member or two (MEM-10)


def merge_members(office: Office, account: AccountId, into: AccountId, reason: str) -> None:
    """Two memberships of one person become one. Raises NotThere, MemberIsRemoved, MergedAlready, BadInput."""
    with office.store.transaction():
        groups = office.store.members.groups()
        for each in (account, into):
            office.member(each)
        if groups.root_of(account) != account:
            raise MergedAlready(account=str(account), into=str(groups.root_of(account)))
        root = groups.root_of(into)
        if root == account:
            raise BadInput(N_("A member cannot be merged into itself."))
        if any(a.account == root for a in office.store.members.applications()):
            raise BadInput(N_("Member {account} still waits to be confirmed: confirm it first."), account=str(root))
        office.record(lambda at, by: AccountsMerged(at=at, by=by, account=account, into=root, reason=reason))
        correct(office)


def unmerge_member(office: Office, account: AccountId, reason: str) -> None:
    """Undo a merge: points and tier are again those of two. Raises NotMerged."""
    with office.store.transaction():
        groups = office.store.members.groups()
        if groups.root_of(account) == account:
            raise NotMerged(account=str(account))
        office.record(lambda at, by: AccountsUnmerged(at=at, by=by, account=account, reason=reason))
        correct(office)


# Leaving (MEM-9)


class Removed(msgspec.Struct, frozen=True):
    """What a removal took away."""

    account: AccountId
    points: int
    orders: int
    erased: int


def remove_member(office: Office, account: AccountId, reason: str) -> Removed:
    """A member leaves: pending prizes and points are cancelled, cards blocked, personal data erased everywhere.

    The facts stay and still verify: they never held the person. Raises NotThere, MemberIsRemoved.
    """
    with office.store.transaction():
        removed = let_go(office, account, reason)
    office.store.overwrite_traces()
    return removed


def let_go(office: Office, account: AccountId, reason: str) -> Removed:
    """The same inside the caller's transaction, who overwrites the traces after it."""
    office.member(account)
    groups = office.store.members.groups()
    root = groups.root_of(account)
    accounts = groups.members_of(root)
    now, by, grace = office.clock.now(), office.operator, office.programme().grace_months
    pending = [o for o in office.store.shelf.orders() if o.account in accounts and o.can_be_stopped]
    office.store.append(
        [
            OrderCancelled(
                at=now,
                by=by,
                order=o.order,
                account=o.account,
                points=o.points,
                grace=grace,
                reason="removal",
                money=o.money,
            )
            for o in pending
        ]
    )
    points = office.store.ledger.balance_of(accounts)
    blobs = [name for each in accounts for name in office.store.members.blobs_of(each)]
    office.store.append([MemberRemoved(at=now, by=by, account=each, reason=reason) for each in accounts])
    office.store.forget(blobs)
    correct(office)
    forget_erased(office)
    return Removed(root, points, len(pending), len(blobs))


def erase_papers(home: Home) -> int:
    """Delete what was printed or set aside in the node's own folder: it may name the person, and can be made again."""
    papers = [path for pattern in PAPERS for path in home.out.glob(pattern)]
    for path in papers:
        path.unlink()
    return len(papers)


# What promotions and tiers ask for (PTS-2, PTS-3)


def check_members(office: Office, accounts: Sequence[AccountId]) -> None:
    """Raises NotThere, MemberIsRemoved for the first that is no member. Call inside a transaction."""
    there = {account for account, _, _ in office.store.directory.accounts()}
    groups, gone = office.store.members.groups(), office.store.members.gone()
    for account in accounts:
        if account not in there:
            raise NotThere(what=Phrase(N_("member")), name=str(account))
        if groups.root_of(account) in gone:
            raise MemberIsRemoved(account=str(account))


def change_segment(
    office: Office, segment: SegmentCode, added: Sequence[AccountId], removed: Sequence[AccountId]
) -> None:
    """Members come into a segment or leave it. Raises NotThere."""
    with office.store.transaction():
        check_members(office, (*added, *removed))
        now, by, step = office.clock.now(), office.operator, ROWS_AN_ENTRY
        came = [tuple(added[i : i + step]) for i in range(0, len(added), step)]
        left = [tuple(removed[i : i + step]) for i in range(0, len(removed), step)]
        office.store.append(
            [
                *(SegmentChanged(at=now, by=by, segment=segment, added=chunk) for chunk in came),
                *(SegmentChanged(at=now, by=by, segment=segment, removed=chunk) for chunk in left),
            ]
        )


def measure_campaign(
    office: Office, segment: SegmentCode, first: str, last: str, responses: Sequence[Response]
) -> Answered:
    """What came of a campaign that was sent to a segment (CEN-5). Raises NotThere for a segment nobody is in."""
    with office.store.transaction():
        groups = office.store.members.groups()
        sent = {groups.root_of(account) for account in office.store.members.segment(segment)}
    if not sent:
        raise NotThere(what=Phrase(N_("segment")), name=segment)
    return measure(sent, first, last, [Response(groups.root_of(r.account), r.day) for r in responses])


def set_rates(office: Office, promotion: PromotionCode, rates: Sequence[MemberRate]) -> None:
    """The rates that members have in a promotion of personal rates. Raises NotThere, BadInput."""
    with office.store.transaction():
        found = next((p for p in office.programme().promotions if p.code == promotion), None)
        if found is None:
            raise NotThere(what=Phrase(N_("promotion")), name=promotion)
        if not isinstance(found.effect, Replace) or not found.effect.personal:
            raise BadInput(N_("Promotion {promotion} has no personal rates."), promotion=promotion)
        check_members(office, [own.account for own in rates])
        now, by, step = office.clock.now(), office.operator, ROWS_AN_ENTRY
        chunks = [tuple(rates[i : i + step]) for i in range(0, len(rates), step)]
        office.store.append([PersonalRatesSet(at=now, by=by, promotion=promotion, rates=chunk) for chunk in chunks])


def assign_tier(office: Office, account: AccountId, tier: TierCode, until: str, reason: str) -> None:
    """A tier by hand, a floor until the day `until`. Raises NotThere, BadInput."""
    with office.store.transaction():
        root = office.member(account)[0]
        if not any(step.code == tier for step in office.programme().tiers):
            raise NotThere(what=Phrase(N_("tier")), name=tier)
        if until < local_time(office.clock.now(), office.zone()).date().isoformat():
            raise BadInput(N_("The last day of the tier is past."))
        office.record(lambda at, by: TierAssigned(at=at, by=by, account=root, tier=tier, until=until, reason=reason))
