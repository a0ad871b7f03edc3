"""Which of several claims of one invoice stands, whatever came in first (STA-10)."""

from collections.abc import Iterable, Mapping

import msgspec

from suite.domain.ids import AccountId, CardNumber, DocumentNumber, ProductCode, StationCode
from suite.domain.quantities import Moment, Points


class Claim(msgspec.Struct, frozen=True):
    """An invoice credited at one station. `left` is what of its points stands now, by product."""

    document: DocumentNumber
    station: StationCode
    journal: int
    seq: int
    at: Moment
    pos: bool
    account: AccountId
    card: CardNumber
    left: Mapping[ProductCode, int]

    @property
    def points(self) -> Points:
        """What of it stands in all."""
        return Points(sum(self.left.values()))


def standing(claims: Iterable[Claim]) -> Claim:
    """The claim that stands: one that a POS told of before one that somebody typed, then the earlier, then by code."""
    return min(claims, key=lambda claim: (not claim.pos, claim.at, claim.station))


def falling(claims: Iterable[Claim]) -> list[Claim]:
    """The other claims of one invoice, those of them that still hold points, or had too many taken."""
    all_of_them = list(claims)
    stands = standing(all_of_them)
    return [claim for claim in all_of_them if claim.station != stands.station and any(claim.left.values())]
