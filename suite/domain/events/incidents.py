"""Facts of the office about incidents: who took one on, and how it ended (STA-6)."""

from suite.domain.events.base import CentralEvent


class IncidentTaken(CentralEvent, frozen=True, kw_only=True, tag="IncidentTaken.1"):
    """Somebody of the office works on an incident. `journal` and `seq` say where the fact stands that opened it."""

    journal: int
    seq: int


class IncidentResolved(CentralEvent, frozen=True, kw_only=True, tag="IncidentResolved.1"):
    """An incident is over. `answer` commits to what was found or done, which a station that asked is told."""

    journal: int
    seq: int
    answer: str


IncidentFact = IncidentTaken | IncidentResolved
