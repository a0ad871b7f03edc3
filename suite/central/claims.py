"""Questions about invoices that were claimed: at which stations, and what of each claim stands (STA-10)."""

from collections.abc import Callable, Collection

from sqlalchemy import Connection, func, select

from suite.central import schema
from suite.central.dialect import is_among
from suite.domain.contest import Claim, standing
from suite.domain.ids import DocumentNumber, StationCode
from suite.sync.desk_pages import ContestedRow


class Claims:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    def contested(self, documents: Collection[DocumentNumber]) -> dict[DocumentNumber, list[Claim]]:
        """Those of the invoices that several stations claimed, with all their claims."""
        db, known, held = self._connection(), schema.claim.c, schema.claim_points.c
        several = (
            select(known.document)
            .where(is_among(known.document, documents))
            .group_by(known.document)
            .having(func.count() > 1)
        )
        left: dict[tuple[str, str], dict[str, int]] = {}
        for document, station, product, points in db.execute(
            select(*schema.claim_points.c).where(held.document.in_(several))
        ):
            left.setdefault((document, station), {})[product] = points
        found: dict[DocumentNumber, list[Claim]] = {}
        for row in db.execute(select(*schema.claim.c).where(known.document.in_(several)).order_by(*schema.claim.c)):
            document, station, journal, seq, at, pos, account, card = row
            claim = Claim(
                document,
                station,
                journal,
                seq,
                at,
                bool(pos),
                account,
                card,
                left.get((document, station), {}),  # type: ignore[arg-type]  # codes of products, as text
            )
            found.setdefault(document, []).append(claim)
        return found

    def told_to(self, station: StationCode) -> list[ContestedRow]:
        """The invoices over which this station and others stood, and which claim stands now."""
        known, fell = schema.claim.c, schema.contest.c
        mine = select(known.document).where(known.document == fell.document, known.station == station).exists()
        documents = self._connection().scalars(select(fell.document).where(mine).distinct())
        contested = self.contested([DocumentNumber(document) for document in documents])
        moments = {
            (document, loser): at
            for document, loser, at in self._connection().execute(
                select(*fell).where(is_among(fell.document, list(contested)))
            )
        }
        rows = list[ContestedRow]()
        for document, claims in sorted(contested.items()):
            stands = standing(claims).station
            others = [claim.station for claim in claims if claim.station != station] if stands == station else [stands]
            for other in others:
                at = moments.get((document, other if stands == station else station))
                if at is not None:
                    rows.append(ContestedRow(document, other, at, stands == station))
        return rows
