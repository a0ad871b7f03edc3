"""Prizes to another station and from one, or lost and found, question by question: a part of the shelf's tasks (F6)."""

from collections.abc import Iterable
from typing import get_args

from suite.domain.errors import N_, ManagerNeeded
from suite.domain.events.shelf import PIECES_MAX, AdjustReason
from suite.domain.events.station import PrizeCount
from suite.domain.ids import PrizeCode, StationCode
from suite.domain.transfers import NotAnotherStation, OwnTransfer, TransferAlreadyReceived, sender_of
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import number, say
from suite.runtime.typed_text import scaled
from suite.runtime.words import kind_name
from suite.station.desk import Attendant
from suite.station.interview import Interview, Told
from suite.station.shelf import adjust_stock
from suite.station.transfers import Transfer, other_stations, receive_transfer, send_prizes, typed_note


class Transfers:
    """Tasks over one desk; all raise LeftError when one leaves."""

    def __init__(self, interview: Interview) -> None:
        self._desk, self._interview = interview.desk, interview

    async def send(self, manager: Attendant) -> Told:
        """Prizes of this shelf to a station that is chosen, under a new note."""
        if not manager.manager:
            raise ManagerNeeded
        others = other_stations(self._desk)
        if not others:
            raise BadInput(N_("Central has not told of another station yet. Import its latest bundle."))
        shown = tuple(f"{place}  {code}  {name}" for place, (code, name) in enumerate(others.items(), start=1))
        to = await self._interview.ask(
            say(N_("TO WHICH STATION? Its place or its code")), lambda typed: _station(typed, list(others)), *shown
        )
        going: dict[PrizeCode, int] = {}
        for prize, there in self._desk.stock():
            if there > 0:
                title = say(N_("HOW MANY GO: {prize}"), prize=prize.name)
                none = say(N_("Enter alone: none. There are {count}."), count=number(there))
                going[prize.code] = await self._interview.count(title, there, none) or 0
        done = send_prizes(self._desk, to, going, manager)
        return say(N_("Write this number on the parcel: {note}"), note=done.note), *self._said(done)

    async def receive(self, manager: Attendant) -> Told:
        """What came with another station's note, as it was sent or as it was counted."""
        if not manager.manager:
            raise ManagerNeeded
        desk, book = self._desk, self._desk.store.consignment
        coming = book.under_way()
        on_the_way = say(N_("On their way: {notes}"), notes=", ".join(coming)) if coming else ""
        note = await self._interview.ask(
            say(N_("NUMBER OF THE NOTE")),
            lambda typed: typed_note(desk, typed),
            say(N_("As it stands on its paper, like E1-42.123456")),
            on_the_way,
        )
        if book.is_received(note):
            raise TransferAlreadyReceived(note=note)
        if sender_of(note) == desk.station:
            raise OwnTransfer(note=note)
        sent = {line.prize: line.quantity for line in book.told(note)}
        programme = desk.programme()
        came: dict[PrizeCode, int] = {}
        for prize in sent or [each.code for each in programme.prizes]:
            as_sent = say(N_("Enter alone: {count}, as it was sent"), count=number(sent.get(prize, 0)))
            title = say(N_("HOW MANY CAME: {prize}"), prize=programme.prize_name(prize))
            count = await self._interview.count(
                title, PIECES_MAX, as_sent if sent else say(N_("Enter alone: none came"))
            )
            if count is not None:
                came[prize] = count
        done = receive_transfer(desk, note, manager, came)
        return say(N_("Received. The prizes are on the shelf.")), *self._said(done)

    async def adjust(self, manager: Attendant) -> Told:
        """Prizes that are gone for a reason, or that were found."""
        if not manager.manager:
            raise ManagerNeeded
        reasons: tuple[AdjustReason, ...] = get_args(AdjustReason)
        words = [kind_name(f"stock-{reason}") for reason in reasons]
        place = await self._interview.choose(say(N_("WHAT HAPPENED?")), *words) - 1
        pieces: dict[PrizeCode, int] = {}
        for prize, there in self._desk.stock():
            most = PIECES_MAX if reasons[place] == "found" else max(0, there)
            if most:
                none = say(N_("Enter alone: none. There are {count}."), count=number(there))
                title = say(N_("HOW MANY: {prize}"), prize=prize.name)
                pieces[prize.code] = await self._interview.count(title, most, none) or 0
        lines = adjust_stock(self._desk, reasons[place], pieces, manager)
        return words[place], *self._rows(lines)

    def _said(self, done: Transfer) -> Told:
        return (
            f"{done.other} {done.other_name}",
            *self._rows(done.lines),
            say(N_("Reference {reference}"), reference=done.reference),
        )

    def _rows(self, lines: Iterable[PrizeCount]) -> Told:
        programme = self._desk.programme()
        return tuple(f"{number(line.quantity)} × {programme.prize_name(line.prize)}" for line in lines)


def _station(typed: str, others: list[StationCode]) -> StationCode:
    """The station at a place of the list, or by its code, for a long list does not fit. Raises NotAnotherStation."""
    place = scaled(typed, 0)
    if place is not None and 0 < place <= len(others):
        return others[place - 1]
    code = typed.strip().lower()
    for each in others:
        if each.lower() == code:
            return each
    raise NotAnotherStation(station=safe_text(typed))
