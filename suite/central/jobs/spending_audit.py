"""Each prize that arrives is decided again on what its station knew; what passed the limits is an incident (PRZ-6).

What a station knew is fixed: the feed's count says which of its entries were acknowledged, and so the balance, the
holds, the grants and the limits it was told. Called inside the transaction of a merge, after its facts are projected.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cache

from suite.central.office import Office
from suite.central.projector import Fact
from suite.central.purse import Spent
from suite.domain.calendar import local_time
from suite.domain.events.node import Mark
from suite.domain.events.spending import HoldReleased, SpendingDisputed
from suite.domain.events.station import PrizeRedeemed, PrizeRequested
from suite.domain.groups import Groups
from suite.domain.ids import AccountId
from suite.domain.quantities import Moment, Points
from suite.domain.spending import HOUR_MS, FeedSeen, Known, OfflinePolicy, age_of, decide

NO_BASIS, NO_SUCH_FEED, NOT_AUTHORISED = "offline-no-basis", "offline-no-such-feed", "not-authorised"
"""Beside the codes of `decide`: no feed was named, none was of that count and moment, central did not authorise it."""

RELEASED_HOLD, RELEASED_GRANT = "released-hold", "released-grant"
"""Nothing wrong at the station: it did not know that its points had been released, for it was believed lost."""

PRIZES = frozenset((PrizeRedeemed, PrizeRequested))

CLOCK_CORRECTED = HOUR_MS
"""How far central's own clock may have been set back between a feed and the next fact."""


def audit_spending(office: Office, facts: Sequence[Fact], told: Mapping[int, int]) -> int:
    """Open an incident for each prize among new facts that left outside the limits; returns how many.

    `told` is for each journal the count of the feed that its last mark before these facts named.
    """
    if not any(type(fact.event) in PRIZES for fact in facts):
        return 0
    auditor = _Auditor(office, told)
    disputes = [
        SpendingDisputed(
            at=office.clock.now(),
            by=office.operator,
            journal=fact.journal,
            seq=fact.seq,
            station=fact.station,
            card=fact.event.card,
            prize=fact.event.prize,
            points=fact.event.points,
            why=why,
        )
        for fact in facts
        if (why := auditor.look(fact)) and isinstance(fact.event, PrizeRedeemed | PrizeRequested)
    ]
    office.store.append(disputes)
    return len(disputes)


def release_holds(office: Office, facts: Sequence[Fact]) -> int:
    """Free what is held for a day that is over, here and in the station's own journal, which did not use it."""
    holds = office.store.purse.open_holds()
    newest: dict[str, Moment] = {}
    for fact in facts if holds else ():
        newest[fact.station] = max(newest.get(fact.station, Moment(0)), fact.event.at)
    now = office.clock.now()
    ended = [
        hold.hold
        for hold in holds
        if hold.station in newest
        and hold.day < local_time(min(now, newest[hold.station]), office.zone()).date().isoformat()
    ]
    office.store.append([HoldReleased(at=now, by=office.operator, hold=hold) for hold in ended])
    return len(ended)


class _Auditor:
    """Walks the new facts in their order, remembering how late each journal's clock has been."""

    def __init__(self, office: Office, told: Mapping[int, int]) -> None:
        self._purse = office.store.purse
        self._groups: Groups = office.store.members.groups()
        self._told = dict(told)
        self._peaks: dict[int, list[tuple[int, Moment]]] = {}
        self._policies: dict[int, OfflinePolicy | None] = {}
        self._ends: dict[int, dict[int, int]] = {}
        self._until: dict[int, Moment | None] = {}
        self._spent = cache(self._purse.spent)
        self._held = cache(self._purse.held)
        self._moved = cache(self._purse.moved)
        self._granted = cache(self._purse.granted)

    def look(self, fact: Fact) -> str:
        """The code of what is wrong with a fact; empty when nothing is."""
        event, why = fact.event, ""
        if isinstance(event, PrizeRedeemed | PrizeRequested):
            why = self._authorised(fact, event) if event.authorisation else self._decided(fact, event)
            if not (why or event.authorisation) and self._purse.turned_up_by(fact.count):
                why = RELEASED_GRANT
        elif isinstance(event, Mark):
            self._told[fact.journal] = event.feed_count
        peaks = self._peaks.setdefault(fact.journal, [])
        while peaks and peaks[-1][1] <= event.at:
            peaks.pop()
        peaks.append((fact.seq, event.at))
        return why

    def _authorised(self, fact: Fact, event: PrizeRedeemed | PrizeRequested) -> str:
        found, root_of = self._purse.hold_used_by(fact.count), self._groups.root_of
        if found is None or root_of(found[0].account) != root_of(event.account):
            return NOT_AUTHORISED
        return "" if found[1] else RELEASED_HOLD

    def _decided(self, fact: Fact, event: PrizeRedeemed | PrizeRequested) -> str:
        told = self._told.get(fact.journal, 0)
        # a journal's number is the place of its pairing: no station hands out anything before a feed after that
        if event.feed is None:
            return NO_BASIS if self._policy(max(told, fact.journal)) else ""
        policy = self._policy(event.feed.count)
        if not self._was_there(fact, event.feed, told):
            return NO_SUCH_FEED
        if policy is None:
            return ""
        root = self._groups.root_of(event.account)
        views = {(root, self._groups.members_of(root)), (event.account, (event.account,))}
        answers = [
            decide(policy, fact.station, self._known(fact, event, event.feed, *view), event.points)
            for view in sorted(views)
        ]
        return answers[0].code if all(answers) and answers[0] else ""

    def _was_there(self, fact: Fact, feed: FeedSeen, told: int) -> bool:
        """Whether a feed of that count and moment can have been at the station when the prize left."""
        if feed.count not in self._until:
            self._until[feed.count] = self._purse.next_admission(feed.count)
        until = self._until[feed.count]
        in_time = until is None or feed.at <= until + CLOCK_CORRECTED
        return told <= feed.count < fact.count and self._end(feed.count, fact.journal) < fact.seq and in_time

    def _known(
        self,
        fact: Fact,
        event: PrizeRedeemed | PrizeRequested,
        feed: FeedSeen,
        member: AccountId,
        everyone: tuple[AccountId, ...],
    ) -> Known:
        """What the station knew of a member, who was one account or several when it decided."""
        acknowledged = self._end(feed.count, fact.journal)
        left = self._spent(fact.journal, acknowledged)
        counting = [r for r in left if r.seq < fact.seq and not r.authorised and not 0 < r.back < fact.seq]
        own = [row for row in counting if row.account in everyone]
        grants = self._grants(fact, feed)
        others = _by_root(self._groups, [row for row in counting if row.account not in everyone])
        return Known(
            exact=True,
            age=age_of(feed.at, event.at, self._newest(fact.journal, acknowledged)),
            balance=Points(self._balance(fact, feed, everyone)),
            spent=Points(sum(row.points for row in own)),
            redemptions=len(own),
            granted=Points(max(0, sum(grants.get(account, 0) for account in everyone))),
            others=Points(sum(max(0, points - max(0, self._grant_of(grants, r))) for r, points in others.items())),
        )

    def _grant_of(self, grants: Mapping[AccountId, int], root: AccountId) -> int:
        return sum(grants.get(account, 0) for account in self._groups.members_of(root))

    def _grants(self, fact: Fact, feed: FeedSeen) -> dict[AccountId, int]:
        return {account: points for station, account, points in self._granted(feed.count) if station == fact.station}

    def _balance(self, fact: Fact, feed: FeedSeen, everyone: tuple[AccountId, ...]) -> int:
        """The feed's balance and the station's own entries since: what its screen showed."""
        acknowledged, ends = self._end(feed.count, fact.journal), self._ends[feed.count]
        held = sum(points for account, points in self._held(feed.count) if account in everyone)
        elsewhere: dict[str, int] = {}
        for station, account, points in self._granted(feed.count):
            if station != fact.station and account in everyone:
                elsewhere[station] = elsewhere.get(station, 0) + points
        used = sum(
            row.points
            for row in self._spent(fact.journal, acknowledged)
            if row.seq < fact.seq and row.authorised and row.account in everyone
        )
        kept = held + sum(max(0, points) for points in elsewhere.values())
        balance = sum(
            points
            for journal, seq, points in self._moved(everyone)
            if seq <= ends.get(journal, 0) or (journal == fact.journal and seq < fact.seq)
        )
        return balance - kept + min(used, held)

    def _newest(self, journal: int, after: int) -> Moment:
        """The latest moment of the new entries after a place; of older ones that were not acknowledged we know less."""
        peaks = self._peaks.get(journal, [])
        place = bisect_right(peaks, after, key=lambda peak: peak[0])
        return peaks[place][1] if place < len(peaks) else Moment(0)

    def _policy(self, count: int) -> OfflinePolicy | None:
        if count not in self._policies:
            self._policies[count] = self._purse.policy(count)
        return self._policies[count]

    def _end(self, count: int, journal: int) -> int:
        """How far a journal was admitted once so many facts were."""
        if count not in self._ends:
            self._ends[count] = self._purse.acknowledged(count)
        return self._ends[count].get(journal, 0)


def _by_root(groups: Groups, rows: Sequence[Spent]) -> dict[AccountId, int]:
    return groups.summed((row.account, row.points) for row in rows)
