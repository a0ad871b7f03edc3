"""Prizes that one station sends to another with a note (STK-1): what may leave, and what is recorded of what came.

Nothing here waits for a link: the receiver may know the note from its paper alone, and central matches both sides.
"""

from collections.abc import Collection, Mapping

from suite.domain.errors import N_, Refusal
from suite.domain.events.shelf import PrizesTransferred, TransferReceived
from suite.domain.events.station import PrizeCount
from suite.domain.ids import AttendantNumber, PrizeCode, StationCode, TransferNote
from suite.domain.quantities import Moment


class NotAnotherStation(Refusal):
    code = "not-another-station"
    text = N_("There is no other station {station} in this network, as far as this one knows.")


class ShelfTooShort(Refusal):
    code = "shelf-too-short"
    text = N_("There are {count} of {prize} on this shelf, and {asked} were to go.")


class NothingChosen(Refusal):
    code = "nothing-chosen"
    text = N_("Say which prizes, and how many of each.")


class UnknownTransfer(Refusal):
    code = "unknown-transfer"
    text = N_("Central has not told of note {note} yet. Say what came, prize by prize, from its paper.")


class TransferAlreadyReceived(Refusal):
    code = "transfer-already-received"
    text = N_("Note {note} was already received. Nothing changed.")


class OwnTransfer(Refusal):
    code = "own-transfer"
    text = N_("Note {note} was written at this station: its prizes left from here.")


def sender_of(note: TransferNote) -> StationCode:
    """The station that wrote a note, as its number says."""
    return StationCode(note.rpartition("-")[0])


def send(
    note: TransferNote,
    to: StationCode,
    going: Mapping[PrizeCode, int],
    *,
    on_hand: Mapping[PrizeCode, int],
    others: Collection[StationCode],
    attendant: AttendantNumber,
    now: Moment,
) -> PrizesTransferred:
    """Prizes leave for one of the `others`. Raises NotAnotherStation, NothingChosen, ShelfTooShort."""
    if to not in others:
        raise NotAnotherStation(station=to)
    lines = tuple(PrizeCount(prize, count) for prize, count in sorted(going.items()) if count)
    if not lines:
        raise NothingChosen
    for line in lines:
        if line.quantity > on_hand.get(line.prize, 0):
            raise ShelfTooShort(prize=line.prize, count=on_hand.get(line.prize, 0), asked=line.quantity)
    return PrizesTransferred(at=now, note=note, to=to, lines=lines, attendant=attendant)


def receive(
    note: TransferNote,
    told: Collection[PrizeCount],
    came: Mapping[PrizeCode, int],
    *,
    here: StationCode,
    attendant: AttendantNumber,
    now: Moment,
) -> TransferReceived:
    """What was `told` of a note came, but for what `came` otherwise; all of it where nothing was told.

    Raises OwnTransfer, UnknownTransfer when neither says anything.
    """
    if sender_of(note) == here:
        raise OwnTransfer(note=note)
    counts = {line.prize: line.quantity for line in told} | dict(came)
    if not counts:
        raise UnknownTransfer(note=note)
    lines = tuple(PrizeCount(prize, count) for prize, count in sorted(counts.items()))
    return TransferReceived(at=now, note=note, lines=lines, attendant=attendant)
