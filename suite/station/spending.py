"""Prizes leave here: within the limits of spending with no link, or by central's word on the telephone (PRZ-6)."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from suite.domain.calendar import local_time
from suite.domain.errors import AuthorisationUsed, NotEnoughPoints, WrongAuthorisation
from suite.domain.ids import StationCode
from suite.domain.programme import Delivery, Prize
from suite.domain.quantities import Moment
from suite.domain.redemption import AS_LISTED, Occasion, Terms, redeem, request, request_with_code
from suite.domain.spending import FeedSeen, Known, OfflinePolicy, age_of, decide
from suite.domain.standing import CardStanding
from suite.domain.withdrawal import last_day
from suite.journal.entry import Entry
from suite.station.beside import keep_beside
from suite.station.store import StationStore
from suite.sync.telephone import authorisation_in

TelephoneKeys = Callable[[], Sequence[bytes]]
"""Asked at each code: central's keys may change while a desk is open."""


class Spending:
    """The prizes of one station. `telephone` are the keys that it shares with central; without one no code is right."""

    def __init__(self, station: StationCode, store: StationStore, telephone: TelephoneKeys) -> None:
        self._station = station
        self._store = store
        self._telephone = telephone

    def record(
        self,
        standing: CardStanding,
        prize: Prize,
        delivery: Delivery,
        occasion: Occasion,
        code: str = "",
        terms: Terms = AS_LISTED,
    ) -> tuple[Entry, Occasion]:
        """Hand over or order one prize, inside the caller's transaction: the entry, and on what it was decided.

        Raises a Refusal; a paper voucher (`occasion.document`) left already and is recorded beyond the limits too.
        """
        standing.may_spend()
        basis = self._authorised(standing, prize, occasion, code) if code else self._limited(standing, prize, occasion)
        if delivery == "withdrawal":
            _, issuer = self._store.withdrawal_key()
            until = last_day(occasion.at, ZoneInfo(self._store.programme().zone))
            ordered = request_with_code(standing, prize, occasion=basis, until=until, issuer=issuer)
            return self._store.append(ordered), basis
        if delivery == "scheduled":
            place = keep_beside(self._store, terms.place) if terms.place else ""
            ordered = request(standing, prize, occasion=basis, place=place, here=terms.here)
            return self._store.append(ordered), basis
        on_hand = self._store.on_hand(prize.code)
        return self._store.append(redeem(standing, prize, on_hand=on_hand, occasion=basis)), basis

    def _limited(self, standing: CardStanding, prize: Prize, occasion: Occasion) -> Occasion:
        """The occasion with the feed it was decided upon. Raises what `decide` answers."""
        policy, feed = self._store.programme().offline, self._store.feed_state()
        if policy is None:
            return occasion
        assert feed is not None, "a programme comes with a feed"
        seen = FeedSeen(feed.count, feed.at)
        refusal = decide(policy, self._station, self._known(policy, standing, occasion.at, feed.at), prize.points)
        if refusal is None or (occasion.document and isinstance(refusal, NotEnoughPoints)):
            return msgspec.structs.replace(occasion, feed=seen)
        if occasion.document:
            return msgspec.structs.replace(occasion, feed=seen, beyond=refusal.code)
        raise refusal

    def _known(self, policy: OfflinePolicy, standing: CardStanding, at: Moment, feed: Moment) -> Known:
        purse = self._store.purse
        own = purse.unconfirmed(standing.account)
        return Known(
            exact=self._store.is_exact(),
            age=age_of(feed, at, purse.newest_moment()),
            balance=standing.may_spend(),
            spent=own.spent,
            redemptions=own.redemptions,
            granted=purse.granted(standing.account),
            others=own.others,
        )

    def _authorised(self, standing: CardStanding, prize: Prize, occasion: Occasion, code: str) -> Occasion:
        """The occasion with central's authorisation. Raises WrongAuthorisation, AuthorisationUsed."""
        moment = max(occasion.at, self._store.purse.newest_moment())
        day = local_time(moment, ZoneInfo(self._store.programme().zone)).date().isoformat()
        asked = (
            authorisation_in(code, key, self._station, standing.card, prize.points, day) for key in self._telephone()
        )
        found = next(filter(None, asked), None)
        if found is None:
            raise WrongAuthorisation(card=standing.card, points=prize.points)
        if self._store.purse.is_used(standing.card, prize.points, found):
            raise AuthorisationUsed
        return msgspec.structs.replace(occasion, authorisation=found)
