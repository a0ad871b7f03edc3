"""A desk that watches what it stands on: the room on its disk, its reserve, and the daily examination (R6, R9)."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from suite.domain.errors import N_, DiskAlmostFull
from suite.domain.events.station import DiskFilled
from suite.domain.ids import AttendantNumber, CardNumber, DocumentNumber, PrizeCode, StationCode
from suite.domain.keeping import DAY_MS
from suite.domain.programme import Delivery
from suite.domain.redemption import AS_LISTED, Terms
from suite.domain.sales import Ticket
from suite.runtime.ballast import MIB, Reserve
from suite.runtime.clock import Clock
from suite.runtime.db import DatabaseError, is_full
from suite.runtime.errors import StorageTrouble
from suite.runtime.machine_notes import health_of
from suite.runtime.paths import Home
from suite.runtime.texts import number, say, say_many
from suite.station.desk import Attendant, CardRead, Desk, SaleReceipt, Voucher
from suite.station.spending import TelephoneKeys
from suite.station.store import StationStore

Result = TypeVar("Result")
NO_TICKET = (DocumentNumber(""), CardNumber(""))


class GuardedDesk(Desk):
    """One station's desk on a real disk: a ticket is recorded even when the disk is full, once."""

    def __init__(
        self,
        station: StationCode,
        store: StationStore,
        clock: Clock,
        home: Home,
        reserve: Reserve,
        telephone: TelephoneKeys = tuple,
    ) -> None:
        super().__init__(station, store, clock, telephone)
        self._home = home
        self.reserve = reserve

    def check_pin(self, typed: str) -> Attendant:
        """See Desk."""
        return self._despite_full_disk(lambda: super(GuardedDesk, self).check_pin(typed), *NO_TICKET)

    def record(self, ticket: Ticket) -> SaleReceipt:
        """See Desk. On a full disk the reserve is given up and the ticket recorded in a second try."""
        return self._despite_full_disk(lambda: super(GuardedDesk, self).record(ticket), ticket.document, ticket.card)

    def check_room_for_prizes(self) -> None:
        """See Desk. Raises DiskAlmostFull where the room left is for what cannot be done tomorrow."""
        if self.reserve.room() == "scarce":
            raise DiskAlmostFull

    def redeem(
        self,
        read: CardRead,
        attendant: AttendantNumber,
        code: PrizeCode,
        delivery: Delivery,
        authorisation: str = "",
        terms: Terms = AS_LISTED,
    ) -> Voucher:
        """See Desk. Raises DiskAlmostFull."""
        self.check_room_for_prizes()
        return super().redeem(read, attendant, code, delivery, authorisation, terms)

    def _despite_full_disk(
        self,
        work: Callable[[], Result],
        document: DocumentNumber,
        card: CardNumber,
    ) -> Result:
        """Do it; on a full disk give the reserve up and do it again. What failed had changed nothing."""
        try:
            return work()
        except (DatabaseError, StorageTrouble) as error:
            if not is_full(error) or not self.reserve.release():
                raise
        try:
            return work()
        finally:
            self._tell_disk_filled(document, card)

    def _tell_disk_filled(self, document: DocumentNumber, card: CardNumber) -> None:
        """What was done is done: that this could not be written down must not make it look undone."""
        with suppress(DatabaseError, StorageTrouble), self.store.writing():
            self.store.append(DiskFilled(at=self.clock.now(), document=document, card=card))

    # What the screen says of it

    def warning(self) -> str:
        """The worst of what is wrong with this PC, with what to do; empty for nothing."""
        room, findings = self.reserve.room(), health_of(self._home).findings
        free = number(self.reserve.free() // MIB)
        if not self.reserve.is_there():
            return say(N_("The disk was full and the reserve is used up. Make room now, then start Canje again."))
        if room == "scarce":
            return say(
                N_("Only {free} MiB free on this disk: no prizes until there is room. Call somebody."), free=free
            )
        if findings:
            return say_many(
                "The last examination found {count} fault. Run canje station doctor and call central.",
                "The last examination found {count} faults. Run canje station doctor and call central.",
                findings,
            )
        if room == "low":
            return say(N_("Only {free} MiB free on this disk. Make room before it is full."), free=free)
        return ""

    def examination_is_due(self) -> bool:
        """Whether nobody looked for a day."""
        return self.clock.now() - health_of(self._home).examined >= DAY_MS

    def examine(self) -> int:
        """Look at everything, beside the desk's own work. Returns the faults found; may be called from a thread."""
        from suite.station.doctor import examine

        return sum(not each.good for each in examine(self._home, self.clock, self.reserve))
