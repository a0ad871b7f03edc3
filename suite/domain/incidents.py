"""Incidents that people open at a station, and how central follows all of them to their end (STA-6)."""

import re
from typing import Literal, get_args

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.keeping import DAY_MS

ReportKind = Literal["points", "prize", "card", "equipment", "other"]
"""What an attendant reports something about."""

REPORT_KINDS: tuple[ReportKind, ...] = get_args(ReportKind)

REPORTED = "report-"
"""Before a report's kind, it is the kind of the incident."""

TEXT_MAX = 200
"""Characters of a report, and of its answer."""

ANSWERS_TOLD_MS = 90 * DAY_MS
"""How long a station hears of a report that is over."""

REPORTS_TOLD = 200
"""Reports of one station that it hears of, the newest: a hostile one's own feed is all that it could make long."""

IncidentState = Literal["open", "taken", "resolved"]


class IncidentOver(Refusal):
    code = "incident-over"
    text = N_("Incident {number} is over already.")


class IncidentId(msgspec.Struct, frozen=True, order=True):
    """Where the fact stands that opened an incident: the number of a journal at central, and its place there."""

    journal: int
    seq: int

    @property
    def number(self) -> str:
        """As people say it, like 7-42."""
        return f"{self.journal}-{self.seq}"


def incident_numbered(written: str) -> IncidentId | None:
    """The incident of that number; None for what is no number of one."""
    found = re.fullmatch(r"\s*([0-9]{1,12})-([0-9]{1,12})\s*", written, re.ASCII)
    return IncidentId(int(found[1]), int(found[2])) if found else None


def state_of(*, is_open: bool, taken_by: str) -> IncidentState:
    """How far an incident is."""
    if not is_open:
        return "resolved"
    return "taken" if taken_by else "open"
