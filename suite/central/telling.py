"""What stations are told of members, cards and themselves: rows made from the projections, kept up by what changed.

Before a feed is cut, the rows of whatever facts changed since the last time are made again; all of them when the
programme, a close or the month changed something for everybody. Only rows that differ are written.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from suite.central.ledger import NOWHERE
from suite.central.members import MEMBER, Membership, of_a_member
from suite.central.office import Office
from suite.central.store import CentralStore
from suite.central.told import NETWORK, Change, ToldRow, ToldState
from suite.central.told_notices import MESSAGE, REPORT, message_rows, report_rows
from suite.central.touching import Touched
from suite.domain.calendar import Month, local_time, moment_of, month_of
from suite.domain.groups import Groups
from suite.domain.ids import AccountId, CardNumber, PromotionCode, QuestionCode, StationCode, TierCode
from suite.domain.lots import Expiring, calendar
from suite.domain.messages import Shown
from suite.domain.personal import Person, StaffMember
from suite.domain.promotions import PersonalRate
from suite.domain.quantities import Moment, Points
from suite.domain.tiers import highest, rank, reached
from suite.sync.desk_pages import DeclaredRow
from suite.sync.feed import (
    AccountRow,
    AliasRow,
    AttendantRow,
    CardRow,
    FirstPurchaseRow,
    MovementRow,
    Progress,
    ShipmentRow,
    encode_key,
    in_silence,
)
from suite.sync.order_page import ClosedRow, OrderRow
from suite.sync.shelf_pages import StationRow, TransferRow
from suite.sync.spending_pages import GrantRow, HoldRow

MOVEMENTS_TOLD = 30

CLOSES_TOLD = 3
"""How many closes ahead a station can say what expires."""

ORDERS_TOLD_MS = 90 * 24 * 3600 * 1000
"""How long a station hears of an order that arrived or was cancelled."""

Number = TypeVar("Number", AccountId, CardNumber)

AT_ONCE = 2000
"""Accounts whose rows are made together: memory does not grow with the network, nor a question's parameters."""


def bring_up_to_date(
    store: CentralStore, now: Moment, station: StationCode | None = None, progress: Progress = in_silence
) -> ToldState:
    """Make the rows what the projections say at a moment, a station's own among them. Call inside a transaction.

    `progress` hears how many accounts are done, of how many.
    """
    before = store.told.state() or _from_nothing(store)
    telling, count = Telling(store, now), store.count()
    change = Change(store.told, before)
    if (before.count, before.day) != (count, telling.today):
        touched = _touched(store, before, telling.today)
        done, of = 0, store.directory.account_count() if touched.everybody else len(touched.accounts)
        for accounts in _everybody(store) if touched.everybody else _chunks(sorted(touched.accounts)):
            everyone = telling.tell_members(change, accounts)
            done += len(accounts)
            progress(min(done, of), of)
            if not touched.everybody:
                touched.cards.update(card.card for card in store.members.cards_of(everyone))
        for cards in _all_cards(store) if touched.everybody else _chunks(sorted(touched.cards)):
            telling.tell_cards(change, cards)
        change.of_page(MESSAGE, message_rows(store, telling.today))
        change.of_page(REPORT, report_rows(store, telling.midnight))
    if station:
        telling.tell_station(change, station)
    return change.keep(count=count, own=store.tip().seq, day=telling.today)


def forget_erased(office: Office) -> None:
    """Leave nothing of people who were just erased in the rows either. Call inside the same transaction."""
    if office.store.told.state():
        bring_up_to_date(office.store, office.clock.now())


def told_as_made(store: CentralStore, now: Moment) -> bool:
    """Whether the rows, brought up to date, stay the same when all are made anew. Call inside a transaction."""
    told, before = store.told, store.told.state()
    if before is None:
        return True
    possible = before.count <= store.count() and before.own <= store.tip().seq and len(before.day) in (0, ISO_DAY)
    if not possible or before.serial < told.last_serial() or told.counted_anew() != told.all_digests():
        return False
    kept = bring_up_to_date(store, now)
    days = told.days()
    told.doubt()
    return bring_up_to_date(store, now).serial == kept.serial and told.days() == days


def _from_nothing(store: CentralStore) -> ToldState:
    """All rows have to be made. Feeds that were told before cannot be built on."""
    serial = store.lineage.newest_serial()
    return ToldState(serial, floor=serial + 1)


def _touched(store: CentralStore, before: ToldState, today: str) -> Touched:
    """Whose rows may be others than they were."""
    touched = Touched(everybody=not before.day or before.day[:7] != today[:7] or today < before.day)
    if touched.everybody:
        return touched
    for facts in store.history.facts(before.count, before.own):
        touched.note(fact.event for fact in facts)
    touched.accounts.update(store.purse.holders(touched.holds))
    touched.accounts.update(store.told.due(today))
    return touched


def _everybody(store: CentralStore) -> Iterator[Sequence[AccountId]]:
    last = AccountId(-1)
    while True:
        numbers = {
            *store.directory.account_numbers(last, AT_ONCE),
            *store.told.accounts(last, AT_ONCE),
        }
        if not numbers:
            return
        chunk = sorted(numbers)[:AT_ONCE]
        yield chunk
        last = chunk[-1]


def _all_cards(store: CentralStore) -> Iterator[Sequence[CardNumber]]:
    last = CardNumber("")
    while chunk := store.members.card_numbers(last, AT_ONCE):
        yield chunk
        last = chunk[-1]


def _chunks(numbers: Iterable[Number]) -> Iterator[Sequence[Number]]:
    rest = iter(numbers)
    while chunk := list(islice(rest, AT_ONCE)):
        yield chunk


class Telling:
    """Makes the rows of one moment. Use inside one transaction."""

    def __init__(self, store: CentralStore, now: Moment) -> None:
        self._store = store
        self._programme = store.directory.programme()
        self._zone = ZoneInfo(self._programme.zone)
        self._now = now
        when = local_time(self._now, self._zone)
        self.today = when.date().isoformat()
        self.midnight = moment_of(when.replace(hour=0, minute=0, second=0, microsecond=0))
        self._month = month_of(self._now, self._zone)

    # Members

    def tell_members(self, change: Change, accounts: Collection[AccountId]) -> list[AccountId]:
        """All rows of some members, and of those whom they were or are one with. Returns all these accounts."""
        members, told = self._store.members, self._store.told
        groups = members.groups_around({*accounts, *told.roots_told(accounts)})
        everyone = sorted({*accounts, *told.roots_told(accounts), *groups.everybody()})
        merged = set(groups.merged)
        change.of_accounts("account", everyone, self._account_rows(groups, everyone))
        aliases = (AliasRow(a, groups.root_of(a)) for a in everyone if a in merged)
        change.of_accounts("alias", everyone, (_row(NETWORK, "alias", row.account, row) for row in aliases))
        change.of_accounts("first-purchase", everyone, self._first_purchases(groups, everyone))
        change.of_accounts("movement", everyone, self._movements(groups, everyone))
        return everyone

    def _account_rows(self, groups: Groups, accounts: Sequence[AccountId]) -> list[ToldRow]:
        """Every member as all stations are told of them; merged accounts as the one member they are.

        What is held for a prize or granted to any station is not in the balance.
        """
        store, programme = self._store, self._programme
        merged, months = set(groups.merged), programme.tier_months
        found = store.directory.accounts(accounts)
        balances = groups.summed((a, balance) for a, _, balance in found)
        kept = store.kept_of([personal for a, personal, _ in found if a not in merged])
        memberships, rates = store.members.memberships(accounts), store.members.personal_rates(accounts)
        segments, coming = store.members.segments(accounts), self._coming(groups, accounts)
        heard = store.board.shown(accounts, f"{self.today[:7]}-01")  # as the month turns, all rows are made again
        answered = self._answered(groups, accounts)
        earned = groups.summed(store.ledger.qualifying(self._month, months, accounts))
        owns = dict[AccountId, Membership]()
        for account in (a for a, _, _ in found if a not in merged):
            each = (memberships.get(member, MEMBER) for member in groups.members_of(account))
            owns[account] = of_a_member(programme.tiers, each, self.today)
        today = self._earned_today(groups, [a for a, own in owns.items() if self._rises(own.tier, earned.get(a, 0))])
        rows, again = list[ToldRow](), list[tuple[AccountId, str]]()
        for account, personal, _ in found:
            if account in merged:
                continue
            everyone, points, own = groups.members_of(account), earned.get(account, 0), owns[account]
            tier = highest(programme.tiers, own.tier, reached(programme.tiers, points - today.get(account, 0)))
            row = AccountRow(
                account,
                Points(balances[account] - self._reserved.get(account, 0)),
                greeting(kept.get(personal)),
                tier,
                points,
                tuple(sorted({segment for each in everyone for segment in segments.get(each, ())})),
                coming.get(account, ()),
                _own_rates(rates, everyone),
                own.assigned,
                _heard(heard, everyone),
                answered.get(account, ()),
            )
            rows.append(_row(NETWORK, "account", account, row))
            days = [self.today] * bool(today.get(account)) + ([own.assigned.until] if own.assigned else [])
            again += [(account, min(days) + LATER)] if days else []
        store.told.look_again(accounts, again)
        return rows

    def _answered(self, groups: Groups, accounts: Sequence[AccountId]) -> dict[AccountId, tuple[QuestionCode, ...]]:
        """The programme's questions that members have answered, in its order."""
        given = self._store.board.answers(groups, accounts) if self._programme.questions else {}
        found: dict[AccountId, tuple[QuestionCode, ...]] = {}
        for question in self._programme.questions:
            for member in (member for code, member in given if code == question.code):
                found[member] = (*found.get(member, ()), question.code)
        return found

    @cached_property
    def _reserved(self) -> dict[AccountId, int]:
        """What no station may count on but one: points held for a prize, and points granted to a station, by member."""
        purse = self._store.purse
        held = [(hold.account, int(hold.points)) for hold in purse.open_holds()]
        granted = purse.granted()
        groups = self._store.members.groups_around({a for a, _ in held} | {a for _, a, _ in granted})
        reserved = groups.summed(held)
        for station in {s for s, _, _ in granted}:
            left = groups.summed((account, points) for s, account, points in granted if s == station)
            for account, points in left.items():
                reserved[account] = reserved.get(account, 0) + max(0, points)
        return reserved

    def _rises(self, decided: TierCode, points: int) -> bool:
        ladder = self._programme.tiers
        return rank(ladder, reached(ladder, points)) > rank(ladder, decided)

    def _earned_today(self, groups: Groups, members: Collection[AccountId]) -> dict[AccountId, int]:
        """What members earned towards a tier since midnight: a tier reached today earns tomorrow."""
        start = self.midnight
        accounts = [each for account in members for each in groups.members_of(account)]
        return groups.summed(self._store.ledger.qualifying_since(start, accounts))

    def _coming(self, groups: Groups, accounts: Sequence[AccountId]) -> dict[AccountId, tuple[Expiring, ...]]:
        """What goes at this month's close and the next two, of every member who loses something then (PTS-10).

        What earlier closes should have taken, and were not run yet, stands with the first of them.
        """
        ledger, months = self._store.ledger, self._programme.expiry_months
        before, last = Month(self._month - 1), ledger.last_closed()
        if last is not None and last > before:
            before = last
        told = self._month + CLOSES_TOLD - 1 - before
        apart = groups.everybody()
        alone = [account for account in accounts if account not in set(apart)]
        found = dict(ledger.coming(before, months, told, alone))
        for root, totals in ledger.totals_by_root(groups, apart).items():
            rows = calendar(totals, after=before, expiry_months=months)
            found[root] = tuple(row for row in rows if row.month <= before + told)
        return {account: rows for account, rows in found.items() if rows}

    def _first_purchases(self, groups: Groups, accounts: Sequence[AccountId]) -> list[ToldRow]:
        days: dict[tuple[PromotionCode, AccountId], str] = {}
        for promotion, account, day in self._store.members.first_purchases(accounts):
            key = promotion, groups.root_of(account)
            days[key] = min(day, days.get(key, day))
        rows = (FirstPurchaseRow(promotion, account, day) for (promotion, account), day in days.items())
        return [_row(NETWORK, "first-purchase", row.account, row) for row in rows]

    def _movements(self, groups: Groups, accounts: Sequence[AccountId]) -> list[ToldRow]:
        """For every station where a member ever moved: of the member's newest movements, those made anywhere else."""
        visited: dict[AccountId, set[StationCode]] = {}
        for account, station in self._store.ledger.visits(accounts):
            visited.setdefault(groups.root_of(account), set()).add(station)
        moved = [a for a in accounts if groups.root_of(a) in visited]
        newest: dict[AccountId, list[tuple[StationCode, MovementRow]]] = {}
        for account, station, m in self._store.ledger.newest_movements(moved, MOVEMENTS_TOLD):
            root = groups.root_of(account)
            row = MovementRow(root, m.at, m.station, m.kind, m.points, m.reference)
            newest.setdefault(root, []).append((station, row))
        found: dict[tuple[object, ...], ToldRow] = {}
        for root, rows in newest.items():
            rows.sort(key=lambda each: each[1].at)
            for station, row in rows[-MOVEMENTS_TOLD:]:
                for scope in visited[root] - {station or NOWHERE}:
                    made = _row(scope, "movement", root, row)
                    found[scope, made.key] = made
        return list(found.values())

    # Cards

    def tell_cards(self, change: Change, cards: Sequence[CardNumber]) -> None:
        """The rows of some cards."""
        found = self._store.members.cards(among=cards)
        groups = self._store.members.groups_around({card.account for card in found})
        rows = (CardRow(c.card, groups.root_of(c.account), c.status, c.role, c.issued, c.used) for c in found)
        keys = [msgspec.json.encode((card,)).decode() for card in cards]
        change.of_keys("card", keys, (_row(NETWORK, "card", 0, row) for row in rows))

    # What is a station's own

    def tell_station(self, change: Change, station: StationCode) -> None:
        """The rules, and what one station alone is told."""
        store = self._store
        change.of_scope("programme", NETWORK, [_row(NETWORK, "programme", 0, self._programme)])
        stations = (StationRow(*row) for row in store.directory.station_names())
        change.of_scope("station", NETWORK, (_row(NETWORK, "station", 0, row) for row in stations))
        closed = (ClosedRow(*row) for row in store.shelf.closed_orders(self.today))
        change.of_scope("closed", NETWORK, (_row(NETWORK, "closed", 0, row) for row in closed))
        staff = store.directory.attendants(station)
        kept = store.kept_of([name for a in staff for name in (a.personal, a.verifier)])
        attendants = [
            AttendantRow(a.attendant, staff_name(kept.get(a.personal)), kept[a.verifier].decode(), a.manager, a.issue)
            for a in staff
            if a.verifier in kept
        ]
        change.of_scope("attendant", station, (_row(station, "attendant", 0, row) for row in attendants))
        shipments = (ShipmentRow(*row) for row in store.shelf.shipments(station))
        change.of_scope("shipment", station, (_row(station, "shipment", 0, row) for row in shipments))
        transfers = (TransferRow(*row) for row in store.shelf.transfers_to(station))
        change.of_scope("transfer", station, (_row(station, "transfer", 0, row) for row in transfers))
        open_holds, granted = store.purse.open_holds(station), [g for g in store.purse.granted() if g[0] == station]
        groups = store.members.groups_around({*(h.account for h in open_holds), *(a for _, a, _ in granted)})
        holds = (HoldRow(h.card, h.points, h.day, h.number, groups.root_of(h.account)) for h in open_holds)
        change.of_scope("hold", station, (_row(station, "hold", 0, row) for row in holds))
        left = groups.summed((account, points) for _, account, points in granted)
        grants = (GrantRow(account, Points(points)) for account, points in left.items() if points > 0)
        change.of_scope("grant", station, (_row(station, "grant", 0, row) for row in grants))
        change.of_scope("order", station, self._orders(station))
        declared = (DeclaredRow(*row) for row in store.directory.declared(station))
        change.of_scope("declared", station, (_row(station, "declared", 0, row) for row in declared))
        contested = store.claims.told_to(station)
        change.of_scope("contested", station, (_row(station, "contested", 0, row) for row in contested))

    def _orders(self, station: StationCode) -> list[ToldRow]:
        """How far what was ordered at a station is, by whoever stands for the member today."""
        orders = self._store.shelf.orders_at(station, Moment(max(0, self._now - ORDERS_TOLD_MS)))
        groups = self._store.members.groups_around({order.account for order in orders})
        rows = (
            OrderRow(o.order, o.at, groups.root_of(o.account), o.prize, o.points, o.state, o.slip or 0, o.money)
            for o in orders
        )
        return [_row(station, "order", 0, row) for row in rows]


ISO_DAY = 10
LATER = "+"
"""After a day, and before the day after it, as texts compare."""


def _row(scope: StationCode, page: str, account: int, row: object) -> ToldRow:
    return ToldRow(scope, page, account, encode_key(page, row), msgspec.json.encode(row))


def _heard(heard: Mapping[AccountId, tuple[Shown, ...]], accounts: tuple[AccountId, ...]) -> tuple[Shown, ...]:
    """How often a member heard which messages, under all their accounts."""
    times: dict[int, int] = {}
    for each in (shown for account in accounts for shown in heard.get(account, ())):
        times[each.message] = times.get(each.message, 0) + each.times
    return tuple(Shown(message, count) for message, count in sorted(times.items()))


def _own_rates(
    rates: Mapping[AccountId, tuple[PersonalRate, ...]], accounts: tuple[AccountId, ...]
) -> tuple[PersonalRate, ...]:
    """The rates of a member: what stands for the root counts before what a merged account brought."""
    found: dict[PromotionCode, PersonalRate] = {}
    for account in accounts:
        for own in rates.get(account, ()):
            found.setdefault(own.promotion, own)
    return tuple(found.values())


def greeting(blob: bytes | None) -> str:
    """What a station may show of a member; empty once the person is forgotten."""
    return msgspec.json.decode(blob, type=Person).greeting if blob else ""


def staff_name(blob: bytes | None) -> str:
    return msgspec.json.decode(blob, type=StaffMember).name if blob else ""
