"""Order now, collect later (PRZ-8): the hand-over of what a withdrawal code stands for."""

import msgspec

from suite.domain.calendar import local_time
from suite.domain.ids import AttendantNumber
from suite.domain.withdrawal import WrongWithdrawalCode, withdraw
from suite.station.desk import CardRead, Desk
from suite.station.loads import check_attendant
from suite.sync.withdrawal import withdrawal_in


class Collected(msgspec.Struct, frozen=True):
    """What was ordered and now handed over, on disk."""

    reference: str
    member: str
    prize: str


def collect(desk: Desk, read: CardRead, typed: str, attendant: AttendantNumber) -> Collected:
    """Hand over what a code stands for, from this shelf. Nothing of it needs a link.

    Raises WrongWithdrawalCode and what `withdraw` raises, OwnCard, NotSetUp, DiskAlmostFull.
    """
    desk.check_room_for_prizes()
    store, now = desk.store, desk.clock.now()
    today = local_time(now, desk.zone()).date().isoformat()
    with store.writing():
        standing, (key, _) = desk.member(read.card), store.withdrawal_key()
        standing.may_collect()
        check_attendant(store, standing, attendant)
        found = withdrawal_in(typed, key, read.card, store.prizes_ever(), today)
        if found is None:
            raise WrongWithdrawalCode(card=read.card)
        prize = next((prize for prize in desk.programme().prizes if prize.code == found.prize), None)
        event = withdraw(
            standing,
            found,
            prize,
            store.order_with_code(found.issuer, found.seq, desk.station),
            on_hand=store.on_hand(found.prize),
            today=today,
            at=now,
            entry=read.entry,
            attendant=attendant,
        )
        entry = store.append(event)
    return Collected(desk.reference(entry), standing.member, desk.programme().prize_name(found.prize))
