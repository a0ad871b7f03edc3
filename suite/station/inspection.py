"""Looking at a station's file: what every node has, and what central last said of members, enrolments, the POS.

The projections are made again in memory and held against the file's; nothing here writes to the file.
"""

from collections.abc import Iterator

from suite.domain.errors import N_
from suite.domain.pins import TRIES
from suite.node.inspection import NodeInspection
from suite.runtime.db import Connection, open_memory
from suite.runtime.examination import Finding, bad
from suite.station.feed_tables import digests_of, header_told
from suite.station.pos.inspection import damaged_sales, setup_is_damaged
from suite.station.projections import project
from suite.station.schema import PROJECTION_TABLES, VERSION, create_all, recreate_projections
from suite.sync.feed import name_of_feed, read_header


class Inspection(NodeInspection):
    """Questions to one station's file."""

    KIND = "station"
    VERSION = VERSION
    PROJECTION_TABLES = PROJECTION_TABLES

    def fresh(self) -> Connection:
        """See `NodeInspection`."""
        made = open_memory()
        create_all(made)
        return made

    def _replayed(self) -> Connection:
        made = open_memory()
        recreate_projections(made)
        for event, seq in self.events():
            project(event, seq, made)
        return made

    def told(self) -> Iterator[Finding]:
        """See `NodeInspection`; and whether the personal data on its way fits its commitments."""
        yield from super().told()
        if self._altered_blobs():
            yield bad("people", N_("Personal data of an enrolment is not as it was signed. Enrol that member again."))
        lost = self._db.execute(
            """SELECT count(*) FROM own_order WHERE seq > coalesce((SELECT ack_seq FROM feed_header), 0)
            AND place <> '' AND place NOT IN (SELECT commitment FROM blob)"""
        ).fetchone()[0]
        if lost:
            gone = N_("Where {count} ordered prizes go is no longer here, and central has not heard it. Tell central.")
            yield bad("people", gone, count=lost)
        missing = self._db.execute(
            """SELECT count(*) FROM own_member WHERE seq > coalesce((SELECT ack_seq FROM feed_header), 0)
            AND (personal NOT IN (SELECT commitment FROM blob) OR consent NOT IN (SELECT commitment FROM blob))"""
        ).fetchone()[0]
        if missing:
            yield bad(
                "people",
                N_("Personal data of {count} enrolments is gone before central had it. Enrol them again."),
                count=missing,
            )
        wrong = self._db.execute("SELECT count(*) FROM pin_try WHERE left NOT BETWEEN 0 AND ?", (TRIES,)).fetchone()[0]
        if wrong:
            yield bad("pins", N_("The count of PIN tries is not possible. Ask central for new PINs."))

    def _feed(self) -> Iterator[Finding]:
        found = list(super()._feed())
        if not found and not self._is_as_signed():
            anew = N_("Central's data is not as central signed it. Repair it: the next exchange brings all of it anew.")
            found = [bad("feed", anew, repairable=True)]
        yield from found

    def beside(self) -> Iterator[Finding]:
        """Whether what the POS stated stands as it was read."""
        if setup_is_damaged(self._db):
            yield bad(
                "pos",
                N_("What this station was told about its POS is damaged. Repair it, then say it again."),
                repairable=True,
            )
        if damaged := len(damaged_sales(self._db)):
            text = N_(
                "{count} sales of the POS are not as its files said. Repair, and put the files into its folder again."
            )
            yield bad("pos", text, repairable=True, count=damaged)

    def _is_as_signed(self) -> bool:
        """Whether every row of central's is what its last header says, and that header as central signed it."""
        columns = "name, log, station_name, count, at, number, era, exact, refused, ack_seq"
        row = self._db.execute(f"SELECT {columns} FROM feed_header").fetchone()  # noqa: S608 -- names of our own
        if row is None:
            return not digests_of(self._db)
        name, log, *place, exact, refused, ack = row
        signed = header_told(self._db)
        if not signed and refused == "digest":
            return True  # of a release that kept no header: the next mark asks for all of it
        header = read_header(signed, self._central)
        if header is None or exact not in (0, 1) or refused not in ("", "base", "digest"):
            return False
        told = [header.station_name, header.to, header.at, header.number, header.era]
        acknowledged = ack in {0, *(each.seq for each in (header.ack, *header.others))} or not exact
        noted = (name, log.hex(), place) == (name_of_feed(signed), header.log, told) and acknowledged
        return noted and digests_of(self._db) == header.digests
