"""The lobby: the use cases of a portal. Each reads, decides and records in one transaction; central decides at last."""

import msgspec

from suite.domain.errors import N_, UnknownCard, UnknownPrize
from suite.domain.events.portal import Asked
from suite.domain.ids import CardNumber, PrizeCode, RequestNumber, StationCode
from suite.domain.personal import DeliveryPlace, Profile
from suite.domain.programme import Prize
from suite.domain.quantities import Moment, Points
from suite.domain.requests import Waiting, ask_change, ask_leave, ask_prize
from suite.domain.standing import CardStanding
from suite.journal.entry import commitment
from suite.node import membership
from suite.node.courier import open_parts
from suite.node.membership import Joined
from suite.node.outpost import Outpost
from suite.node.trust import Trust
from suite.portal.store import OwnRequest, PortalStore
from suite.runtime.clock import Clock
from suite.runtime.errors import BadInput
from suite.runtime.identity import checked_document
from suite.runtime.paths import Home
from suite.runtime.secrets import random_bytes, random_digits
from suite.sync.feed import MovementRow
from suite.sync.outpost_pages import MemberRow, OfferRow

COPY_DIGITS = 6
"""Places come again when a disk is copied, and all of them when the PC is replaced: one in a million is another's."""


class Portal(Outpost, frozen=True, kw_only=True):
    """An opened portal."""

    store: PortalStore


class MemberPage(msgspec.Struct, frozen=True):
    """All that a member sees: central's word of the moment `as_of`, and what they asked for."""

    member: MemberRow
    as_of: Moment
    movements: list[MovementRow]
    requests: list[OwnRequest]


def join(home: Home, invitation_file: bytes, code: str, clock: Clock) -> Joined:
    """Accept an invitation: make keys, begin the journal, answer. Raises BadInput, BundleRefused, NotSetUp."""
    joined = membership.join(home, invitation_file, code, clock, "portal")
    open_portal(home, clock).store.close()
    return joined


def open_portal(home: Home, clock: Clock) -> Portal:
    """The portal in that folder. Raises NotSetUp, StorageTrouble."""
    of, identity, store, restored = open_parts(home, clock, "portal", PortalStore)
    return Portal(membership=of, identity=identity, store=store, trust=Trust(home, of.invitation), restored=restored)


class Lobby:
    """One opened portal at work."""

    def __init__(self, portal: StationCode, store: PortalStore, clock: Clock) -> None:
        self.portal = portal
        self.store = store
        self.clock = clock

    def page(self, card: CardNumber) -> MemberPage:
        """What the holder of a card sees. Raises UnknownCard for anybody whose page is not here."""
        member, state = self._member(card), self.store.feed_state()
        assert state is not None, "pages come with a feed"
        movements, requests = self.store.movements(member.account), self.store.requests_of(member.account)
        return MemberPage(member, state.at, movements, requests)

    def offers(self) -> list[OfferRow]:
        return self.store.offers()

    def ask_prize(self, card: CardNumber, prize: PrizeCode, place: DeliveryPlace) -> RequestNumber:
        """Ask for a prize to be delivered. Raises UnknownCard, UnknownPrize, BadInput and what `ask_prize` raises."""
        if not place.address:
            raise BadInput(N_("The address is empty."))
        blob, salt = msgspec.json.encode(place), random_bytes()
        with self.store.writing():
            standing, waiting = self._standing(card)
            offer = self.store.offer(prize)
            if offer is None:
                raise UnknownPrize(prize=prize)
            chosen = Prize(offer.prize, offer.name, offer.points, ("scheduled",), offer.tiers)
            name, number, now = commitment(salt, blob), self._number(), self.clock.now()
            event = ask_prize(standing, chosen, waiting, number=number, place=name, now=now)
            self.store.keep(name, salt, blob)
            return self._ask(event)

    def change_profile(self, card: CardNumber, profile: Profile) -> RequestNumber:
        """Ask for one's own data to be changed. Raises UnknownCard, BadDocument, BadInput and what `may_ask` raises."""
        kind, document = checked_document(profile.document_type, profile.document)
        profile = msgspec.structs.replace(profile, document_type=kind if document else "", document=document)
        if profile == Profile():
            raise BadInput(N_("Say what is to be changed: a name, a document, a telephone or an address."))
        blob, salt = msgspec.json.encode(profile), random_bytes()
        with self.store.writing():
            standing, waiting = self._standing(card)
            name, number, now = commitment(salt, blob), self._number(), self.clock.now()
            event = ask_change(standing, waiting, number=number, profile=name, now=now)
            self.store.keep(name, salt, blob)
            return self._ask(event)

    def ask_leave(self, card: CardNumber) -> RequestNumber:
        """Ask to leave the programme. Raises UnknownCard and what `may_ask` raises."""
        with self.store.writing():
            standing, waiting = self._standing(card)
            return self._ask(ask_leave(standing, waiting, number=self._number(), now=self.clock.now()))

    def _ask(self, event: Asked) -> RequestNumber:
        self.store.append(event)
        return event.request

    def _number(self) -> RequestNumber:
        """The number of a request that is the next entry."""
        return RequestNumber(f"{self.portal}-{self.store.tip().seq + 1}.{random_digits(COPY_DIGITS)}")

    def _member(self, card: CardNumber) -> MemberRow:
        found = self.store.member(card)
        if found is None:
            raise UnknownCard(card=card)
        return found

    def _standing(self, card: CardNumber) -> tuple[CardStanding, Waiting]:
        """A card whose page is here, as central told it, and what its member waits for."""
        member, state = self._member(card), self.store.feed_state()
        assert state is not None, "pages come with a feed"
        standing = CardStanding(
            card, member.account, member.greeting, "active", member.balance, state.at, tier=member.tier
        )
        own = [request for request in self.store.requests_of(member.account) if request.is_open]
        points = Points(sum(request.points for request in own))
        return standing, Waiting(tuple(request.kind for request in own), points, self.store.open_requests())
