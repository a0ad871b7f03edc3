"""One invoice, one claim in the whole network: of claims that met at central one stands, the others are made good.

Called inside the transaction of a merge, after its facts are projected and before closed months are corrected. Run
again it finds nothing: it takes what of a falling claim still stands.
"""

from collections.abc import Sequence

from suite.central.office import Office
from suite.central.projector import Fact
from suite.domain.contest import falling, standing
from suite.domain.events.claims import TicketContested
from suite.domain.events.station import ReversedLine, SaleRecorded, SaleReversed
from suite.domain.fiscal import is_invoice
from suite.domain.quantities import Points


def settle_claims(office: Office, facts: Sequence[Fact]) -> int:
    """Take the points of claims that fall, among the invoices that new facts name; returns how many fell."""
    documents = {
        fact.event.document
        for fact in facts
        if isinstance(fact.event, SaleRecorded | SaleReversed) and is_invoice(fact.event.document)
    }
    if not documents:
        return 0
    now, by = office.clock.now(), office.operator
    found = office.store.claims.contested(sorted(documents))
    fallen = [
        TicketContested(
            at=now,
            by=by,
            document=claim.document,
            journal=claim.journal,
            seq=claim.seq,
            station=claim.station,
            stands=standing(claims).station,
            account=claim.account,
            card=claim.card,
            sold_at=claim.at,
            points=claim.points,
            lines=tuple(ReversedLine(product, Points(left)) for product, left in sorted(claim.left.items()) if left),
        )
        for _, claims in sorted(found.items())
        for claim in falling(claims)
    ]
    office.store.append(fallen)
    return len(fallen)
