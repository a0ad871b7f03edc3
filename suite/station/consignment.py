"""Questions about prizes between stations: who the others are, which notes are on their way here, which came."""

from suite.domain.events.station import PrizeCount
from suite.domain.ids import StationCode, TransferNote
from suite.runtime.db import Connection


class Consignment:
    """Asked over the station's connection."""

    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def stations(self) -> dict[StationCode, str]:
        """Every station of the network by its code, with its name, as central told them."""
        rows = self._db.execute("SELECT station, name FROM feed_station ORDER BY station")
        return {StationCode(station): name for station, name in rows}

    def told(self, note: TransferNote) -> tuple[PrizeCount, ...]:
        """What central told of a note that another station sent here; nothing for one that it did not tell of."""
        rows = self._db.execute("SELECT prize, quantity FROM feed_transfer WHERE note = ? ORDER BY prize", (note,))
        return tuple(PrizeCount(*row) for row in rows)

    def under_way(self) -> list[TransferNote]:
        """Notes that central told of, and that were not received here."""
        rows = self._db.execute(
            """SELECT DISTINCT note FROM feed_transfer
            WHERE note NOT IN (SELECT note FROM transfer_received) ORDER BY note"""
        )
        return [TransferNote(note) for (note,) in rows]

    def is_received(self, note: TransferNote) -> bool:
        return self._db.execute("SELECT 1 FROM transfer_received WHERE note = ?", (note,)).fetchone() is not None
