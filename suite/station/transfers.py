"""Prizes sent to another station with a note, and received from one (STK-1). A manager answers for both."""

import re
from collections.abc import Mapping

import msgspec

from suite.domain.errors import N_, ManagerNeeded
from suite.domain.events.station import PrizeCount
from suite.domain.ids import NOTE_PATTERN, PrizeCode, StationCode, TransferNote
from suite.domain.transfers import TransferAlreadyReceived, receive, send, sender_of
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text
from suite.runtime.secrets import random_digits
from suite.station.desk import Attendant, Desk

COPY_DIGITS = 6
"""Of a note's number: two copies of a disk do not write the same one, and no slip of a finger names another."""

NOTHING: Mapping[PrizeCode, int] = {}


class Transfer(msgspec.Struct, frozen=True):
    """A note that was written or received here, on disk: the other station, and what went or came."""

    note: TransferNote
    other: StationCode
    other_name: str
    lines: tuple[PrizeCount, ...]
    reference: str


def typed_note(desk: Desk, written: str) -> TransferNote:
    """The number of another station's note as somebody typed it from its paper. Raises BadInput."""
    text = written.strip()
    if re.fullmatch(NOTE_PATTERN, text) is None:
        raise BadInput(N_("{written!r} is no number of a note, like E1-42.123456"), written=safe_text(text))
    sender, _, rest = text.rpartition("-")
    spelt = {code.lower(): code for code in desk.store.consignment.stations()}
    return TransferNote(f"{spelt.get(sender.lower(), sender)}-{rest}")


def other_stations(desk: Desk) -> dict[StationCode, str]:
    """The stations to which prizes can be sent, with their names."""
    return {code: name for code, name in desk.store.consignment.stations().items() if code != desk.station}


def send_prizes(desk: Desk, to: StationCode, going: Mapping[PrizeCode, int], manager: Attendant) -> Transfer:
    """Take prizes off the shelf for another station, under a new note.

    Raises ManagerNeeded, UnknownPrize, NotAnotherStation, NothingChosen, ShelfTooShort.
    """
    if not manager.manager:
        raise ManagerNeeded
    programme, store, others = desk.programme(), desk.store, other_stations(desk)
    for prize in going:
        programme.prize(prize)
    with store.writing():
        note = TransferNote(f"{desk.station}-{store.tip().seq + 1}.{random_digits(COPY_DIGITS)}")
        event = send(
            note,
            to,
            going,
            on_hand={prize: store.on_hand(prize) for prize in going},
            others=others,
            attendant=manager.number,
            now=desk.clock.now(),
        )
        entry = store.append(event)
    return Transfer(note, to, others[to], event.lines, desk.reference(entry))


def receive_transfer(
    desk: Desk, note: TransferNote, manager: Attendant, came: Mapping[PrizeCode, int] = NOTHING
) -> Transfer:
    """Put on the shelf what came with another station's note: as central told it, but for what `came` otherwise.

    Of a note that central did not tell of yet, `came` says everything. Raises ManagerNeeded, TransferAlreadyReceived,
    UnknownTransfer, OwnTransfer, UnknownPrize.
    """
    if not manager.manager:
        raise ManagerNeeded
    programme, store = desk.programme(), desk.store
    with store.writing():
        if store.consignment.is_received(note):
            raise TransferAlreadyReceived(note=note)
        told = store.consignment.told(note)
        for prize in came.keys() - {line.prize for line in told}:
            programme.prize(prize)
        event = receive(note, told, came, here=desk.station, attendant=manager.number, now=desk.clock.now())
        entry = store.append(event)
    other = sender_of(note)
    return Transfer(note, other, store.consignment.stations().get(other, other), event.lines, desk.reference(entry))
