"""What the attendant has to say to the member at the counter: shown, and recorded as shown (MEM-12, STA-5)."""

from contextlib import suppress

from suite.domain.calendar import local_time
from suite.domain.events.member_desk import MessageShown
from suite.domain.ids import AttendantNumber
from suite.domain.messages import Message, to_say
from suite.domain.standing import CardStanding
from suite.runtime.db import DatabaseError
from suite.runtime.errors import StorageTrouble
from suite.station.desk import Desk


def show_messages(desk: Desk, standing: CardStanding, attendant: AttendantNumber) -> tuple[Message, ...]:
    """What this member is told now; each is recorded, and so said no more often than the office wanted.

    Nothing where it cannot be recorded: a full disk shall hinder no sale.
    """
    if not desk.store.board.messages():
        return ()
    with suppress(DatabaseError, StorageTrouble):
        return _show(desk, standing, attendant)
    return ()


def _show(desk: Desk, standing: CardStanding, attendant: AttendantNumber) -> tuple[Message, ...]:
    with desk.store.writing():
        now = desk.clock.now()
        today = local_time(now, desk.zone()).date().isoformat()
        shown = desk.store.board.times_shown(standing.account)
        said = to_say(desk.store.board.messages(), standing, desk.station, today, shown)
        for message in said:
            fact = MessageShown(
                at=now, message=message.number, card=standing.card, account=standing.account, attendant=attendant
            )
            desk.store.append(fact)
    return said
