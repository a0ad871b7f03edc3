"""Words that screens, commands and paper share: kinds of movements and incidents, dates and moments."""

from datetime import tzinfo

from suite.domain.calendar import local_time
from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.runtime.texts import language, say

MOVEMENT_KINDS = {
    "sale": N_("Sale"),
    "redemption": N_("Prize"),
    "request": N_("Prize to order"),
    "expiry": N_("Expired"),
}
INCIDENT_KINDS = {
    "unknown-card": N_("Unknown card"),
    "blocked-card": N_("Blocked card"),
    "document-conflict": N_("Ticket with other contents"),
}


def kind_name(kind: str) -> str:
    """A movement's or an incident's kind for people; a kind of a newer release as it is."""
    return say(MOVEMENT_KINDS.get(kind) or INCIDENT_KINDS.get(kind, kind))


def when(moment: Moment, zone: tzinfo) -> str:
    """Day and time on the zone's wall clock, as people of the language write them."""
    return local_time(moment, zone).strftime("%d/%m/%Y %H:%M" if language() == "es" else "%Y-%m-%d %H:%M")
