"""The use cases of a station. A screen or a command calls one method here and shows what comes back.

Each writing use case reads, decides, appends and projects in one transaction; when it returns, the fact is on disk.
"""

from datetime import tzinfo
from zoneinfo import ZoneInfo

import msgspec

from suite.domain.calendar import local_time
from suite.domain.caps import TicketBeyondCap
from suite.domain.claiming import TicketWithoutProduct
from suite.domain.documents import MovementLine
from suite.domain.earning import Earned, EarnedLine, SaleLine, Tried
from suite.domain.errors import (
    AttendantIsLocked,
    DocumentAlreadyClaimed,
    ManagerNeeded,
    TicketKept,
    TicketNotHere,
    UnknownAttendant,
    UnreadableCard,
    WrongPin,
)
from suite.domain.events.station import (
    AttendantUnlocked,
    EntryMode,
    PinChosen,
    PinRefused,
    SaleRecorded,
)
from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber, PrizeCode, StationCode
from suite.domain.pins import TRIES, check_choice, pay_for_try, split_code
from suite.domain.programme import Delivery, Prize, Programme
from suite.domain.quantities import Centavos, Moment, Points
from suite.domain.redemption import AS_LISTED, Occasion, Terms, payable
from suite.domain.sales import Ticket, explain
from suite.domain.standing import CardStanding, check_format
from suite.domain.tiers import NextTier, next_tier, standing_tier
from suite.journal.entry import Entry, short_reference
from suite.runtime.clock import Clock
from suite.runtime.secrets import pin_matches, pin_verifier, random_bytes
from suite.station.codes import code_of
from suite.station.link_state import LinkState, link_state
from suite.station.loads import check_attendant
from suite.station.reader.swipe import Scan
from suite.station.spending import Spending, TelephoneKeys
from suite.station.store import Incident, StationStore
from suite.station.tickets import OnDisk, Tickets

MOVEMENTS_SHOWN = 30

NOBODYS_VERIFIER = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Held against the PIN of an attendant who does not exist, so that the answer takes as long."""


class Attendant(msgspec.Struct, frozen=True):
    """Who typed the right PIN."""

    number: AttendantNumber
    name: str
    manager: bool
    code: str = ""
    """The digits that central gave out, where they were typed and no PIN was chosen yet in their place."""


class CardRead(msgspec.Struct, frozen=True):
    """A card number that this programme may have issued, and how it came in."""

    card: CardNumber
    entry: EntryMode


class SaleReceipt(msgspec.Struct, frozen=True):
    """A credited ticket, on disk."""

    reference: str
    member: str
    document: DocumentNumber
    lines: tuple[EarnedLine, ...]
    points: Points
    balance: Points | None
    """None for a card that may not see it."""

    applied: tuple[Tried, ...]
    """The promotions that gave something."""

    total: Centavos = Centavos(0)
    """What its lines come to."""


class Voucher(msgspec.Struct, frozen=True):
    """A prize handed over or ordered, on disk."""

    reference: str
    member: str
    prize: str
    delivery: Delivery
    points: Points
    balance: Points
    money: Centavos = Centavos(0)
    """What the member pays beside the points."""
    code: str = ""
    """What the member collects it with, at any station (PRZ-8)."""


class LastOperation(msgspec.Struct, frozen=True):
    """The newest movement this desk recorded."""

    at: Moment
    kind: str
    points: Points
    reference: str


class PrizeOnOffer(msgspec.Struct, frozen=True):
    prize: Prize
    on_hand: int
    deliveries: tuple[Delivery, ...]
    """How it can be had here and now."""
    choices: tuple[int, ...] = ()
    """Which of its prices the member can pay."""


class Explained(msgspec.Struct, frozen=True):
    """A ticket as recorded, decided again on what was recorded with it, and the rules of then."""

    sale: SaleRecorded
    earned: Earned
    programme: Programme


class Desk:
    """One station's desk over one open store."""

    def __init__(
        self, station: StationCode, store: StationStore, clock: Clock, telephone: TelephoneKeys = tuple
    ) -> None:
        self.station = station
        self.store = store
        self.clock = clock
        self.tickets = Tickets(station, store)
        self._spending = Spending(station, store, telephone)

    # Swipe and PIN

    def card_of(self, scan: Scan | None) -> CardRead:
        """The card of a swipe. Raises UnreadableCard for a bad read, NotACard for a card that is not ours."""
        if scan is None or scan.unreadable:
            raise UnreadableCard
        check_format(scan.card, self.programme().cards)
        return CardRead(scan.card, scan.entry)

    def keyed_card(self, typed: str, entry: EntryMode = "keyed") -> CardRead:
        """A card number typed by hand. Raises NotACard."""
        card = CardNumber(typed.strip())
        check_format(card, self.programme().cards)
        return CardRead(card, entry)

    def check_pin(self, typed: str) -> Attendant:
        """Who typed this code. The try is paid for, on disk, before the hash is computed.

        Raises UnknownAttendant, WrongPin, AttendantIsLocked.
        """
        number, pin = split_code(typed)
        known = self.store.attendant(number)
        if known is None:
            pin_matches(pin, NOBODYS_VERIFIER)
            raise UnknownAttendant
        with self.store.writing():
            left = pay_for_try(number, self.store.tries_left(number, known.issue))
            self.store.set_tries(number, known.issue, left)
        own = self.store.own_pin(number, known.issue)
        if not pin_matches(pin, own or known.verifier):
            with self.store.writing():
                self.store.append(PinRefused(at=self.clock.now(), attendant=number, left=left))
            raise WrongPin(left=left) if left else AttendantIsLocked(attendant=number)
        with self.store.writing():
            self.store.set_tries(number, known.issue, TRIES)
        return Attendant(number, known.name, known.manager, "" if own else pin)

    def choose_pin(self, attendant: Attendant, pin: str) -> None:
        """From now on this attendant has a PIN that only they know. Raises NotAPin, WeakPin, UnknownAttendant."""
        check_choice(pin, attendant.code)
        known = self.store.attendant(attendant.number)
        if known is None:
            raise UnknownAttendant
        verifier = pin_verifier(pin, random_bytes())
        with self.store.writing():
            self.store.keep_own_pin(attendant.number, known.issue, verifier)
            self.store.append(PinChosen(at=self.clock.now(), attendant=attendant.number, issue=known.issue))

    def unlock(self, attendant: AttendantNumber, manager: Attendant) -> None:
        """Give a locked attendant its tries back. Raises ManagerNeeded, UnknownAttendant."""
        if not manager.manager:
            raise ManagerNeeded
        known = self.store.attendant(attendant)
        if known is None:
            raise UnknownAttendant
        with self.store.writing():
            self.store.append(AttendantUnlocked(at=self.clock.now(), attendant=attendant, manager=manager.number))
            self.store.set_tries(attendant, known.issue, TRIES)

    # Looking

    def programme(self) -> Programme:
        return self.store.programme()

    def zone(self) -> tzinfo:
        return ZoneInfo(self.programme().zone)

    def member(self, card: CardNumber) -> CardStanding:
        """The member behind a card, with the tier that the points earned here reach at once. Raises UnknownCard."""
        standing, ladder = self.store.cards.standing(card), self.programme().tiers
        today = local_time(self.clock.now(), self.zone()).date().isoformat()
        points = standing.qualifying
        tier = standing_tier(ladder, decided=standing.tier, points=points, assigned=standing.assigned, today=today)
        return msgspec.structs.replace(standing, tier=tier)

    def next_tier(self, standing: CardStanding) -> NextTier | None:
        """What comes after the member's tier, and how far it is (PTS-10); nobody's business on a truck's card."""
        truck = standing.role == "truck"
        return None if truck else next_tier(self.programme().tiers, standing.tier, standing.qualifying)

    def movements(self, card: CardNumber) -> list[MovementLine]:
        """The last 30 movements of the card's account (STA-4), newest first. Raises UnknownCard, TruckCard."""
        standing = self.store.cards.standing(card)
        standing.may_see()
        return self.store.movements(standing.account, self.name(), MOVEMENTS_SHOWN)

    def previous_sales(self, card: CardNumber, limit: int) -> list[SaleRecorded]:
        """The newest tickets credited to a card here (STA-3). Raises UnknownCard, TruckCard."""
        self.store.cards.standing(card).may_see()
        return self.store.newest_sales_of(card, limit)

    def name(self) -> str:
        state = self.store.feed_state()
        return state.station_name if state else self.station

    def link(self) -> LinkState:
        return link_state(self.store, self.clock.now())

    def prizes(self, standing: CardStanding) -> list[PrizeOnOffer]:
        """The catalogue, dearest last, each prize with how this member can have it here."""
        offers = []
        for prize in sorted(self.programme().prizes, key=lambda p: (p.fewest_points, p.code)):
            on_hand = self.store.on_hand(prize.code)
            ways = {way: payable(standing, prize, way) for way in prize.deliveries if way != "immediate" or on_hand}
            possible = tuple(way for way, choices in ways.items() if choices)
            offers.append(PrizeOnOffer(prize, on_hand, possible, ways[possible[0]] if possible else ()))
        return offers

    def last_operation(self) -> LastOperation | None:
        newest = self.store.newest_movement()
        return LastOperation(*newest) if newest else None

    def incidents(self) -> list[Incident]:
        return self.store.open_incidents()

    def stock(self) -> list[tuple[Prize, int]]:
        return [(prize, self.store.on_hand(prize.code)) for prize in self.programme().prizes]

    # Selling

    def sell(
        self,
        read: CardRead,
        attendant: AttendantNumber,
        document: DocumentNumber,
        lines: tuple[SaleLine, ...],
        at: Moment | None = None,
    ) -> SaleReceipt:
        """Credit a ticket. Raises a Refusal; TicketKept when its card is unknown or blocked and it was kept."""
        when = self.clock.now() if at is None else at
        return self.record(Ticket(when, document, read.card, lines, read.entry, attendant))

    def record(self, ticket: Ticket) -> SaleReceipt:
        """The same for a ticket as it stands, typed or of the POS. Raises DocumentAlreadyClaimed as well."""
        with self.store.writing():
            if claimed := self.tickets.claimed_as(ticket.document):
                raise DocumentAlreadyClaimed(document=claimed)
            programme = self.programme()
            credited = self.tickets.credit_or_keep(programme, ticket)
            kept = () if isinstance(credited, OnDisk) else self.store.kept_tickets(ticket.document)
        if not isinstance(credited, OnDisk):
            kind = credited or [each.incident for each in kept if each.card == ticket.card][-1]
            if kind == "unknown-product":
                raise TicketWithoutProduct(document=ticket.document)
            if kind == "beyond-cap":
                raise TicketBeyondCap(document=ticket.document)
            raise TicketKept(document=ticket.document, card=ticket.card)
        before, sale = credited.before, credited.sale
        return SaleReceipt(
            self.reference(credited.entry),
            before.member,
            sale.document,
            sale.lines,
            sale.points,
            None if before.balance is None else Points(before.balance + sale.points),
            tuple(tried for tried in credited.earned.tried if not tried.why_not),
            Centavos(sum(line.amount for line in sale.lines)),
        )

    # Redeeming

    def check_room_for_prizes(self) -> None:
        """Refuse before a prize leaves, where this PC may not write it down; a plain desk never does."""

    def redeem(
        self,
        read: CardRead,
        attendant: AttendantNumber,
        code: PrizeCode,
        delivery: Delivery,
        authorisation: str = "",
        terms: Terms = AS_LISTED,
    ) -> Voucher:
        """Hand over or order one prize, by the digits of an `authorisation` too. Raises a Refusal; nothing changes."""
        occasion = Occasion(at=self.clock.now(), entry=read.entry, attendant=attendant)
        with self.store.writing():
            standing, prize = self.member(read.card), self.programme().prize(code).at_price(terms.price)
            check_attendant(self.store, standing, attendant)
            entry, _ = self._spending.record(standing, prize, delivery, occasion, authorisation, terms)
            balance = self.member(read.card).may_spend()
            digits = code_of(self.store, self.store.event_at(entry.tip.seq), entry.tip.seq)
        reference = self.reference(entry)
        return Voucher(reference, standing.member, prize.name, delivery, prize.points, balance, prize.money, digits)

    def take_voucher(self, code: PrizeCode, card: CardNumber, document: DocumentNumber, at: Moment) -> bool | str:
        """Take one hand-written voucher of a hand-over, at the prize's first price, inside the caller's transaction.

        True when taken now, the limit's code when it was taken beyond one, False when known. Raises a Refusal.
        """
        if self.store.voucher_seen(document):
            return False
        occasion = Occasion(at=at, entry="file", document=document)
        prize = self.programme().prize(code).at_price(1)
        return self._spending.record(self.member(card), prize, "immediate", occasion)[1].beyond or True

    def reference(self, entry: Entry) -> str:
        """What a receipt prints: an outside witness of the journal."""
        return short_reference(self.station, entry.tip)

    def explain(self, document: DocumentNumber) -> Explained:
        """Why a ticket credited here earned what it did: every promotion tried, applied or not (PTS-11).

        Raises TicketNotHere.
        """
        seen = self.store.ticket(document)
        sale = self.store.event_at(seen[0]) if seen and seen[1] else None
        if not isinstance(sale, SaleRecorded):
            raise TicketNotHere(document=document)
        rules = self.store.programme_version(sale.version) or self.programme()
        return Explained(sale, explain(rules, sale, self.station), rules)
