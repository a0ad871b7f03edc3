"""Words that screens, commands and paper share: kinds of movements and incidents, dates and moments."""

from datetime import date, timedelta, tzinfo

from suite.domain.calendar import MONTHS_IN_YEAR, Month, local_time
from suite.domain.errors import N_
from suite.domain.quantities import Moment
from suite.runtime.texts import language, money, number, say

MOVEMENT_KINDS = {
    "sale": N_("Sale"),
    "redemption": N_("Prize"),
    "request": N_("Prize to order"),
    "expiry": N_("Expired"),
    "expiry-correction": N_("Expiry corrected"),
    "reversal": N_("Sale taken back"),
    "return": N_("Goods returned"),
    "invoice": N_("Fleet invoice"),
    "adjustment": N_("Points given"),
    "deduction": N_("Points taken"),
    "opening": N_("Opening balance"),
    "redemption-reversal": N_("Prize brought back"),
    "request-cancelled": N_("Order cancelled"),
    "cancelled": N_("Membership ended"),
}
INCIDENT_KINDS = {
    "unknown-card": N_("Unknown card"),
    "blocked-card": N_("Blocked card"),
    "unknown-product": N_("Product not in the programme"),
    "beyond-cap": N_("Beyond what a card may load"),
    "document-conflict": N_("Ticket with other contents"),
    "ticket-contested": N_("Invoice claimed at another station, which keeps it"),
    "ticket-upheld": N_("Invoice claimed at another station too, which lost it"),
    "card-conflict": N_("Card handed out twice"),
    "journal-forked": N_("A PC was restored or copied"),
    "central-history": N_("Central's past was written anew"),
    "clock": N_("A station's clock was wrong"),
    "accrual-mismatch": N_("Points that the rules do not give"),
    "dispatched-cancelled": N_("A cancelled prize left the warehouse"),
    "dispatched-ungiven": N_("A prize left that central gave to nobody"),
    "dispatched-twice": N_("Prize dispatched twice"),
    "prize-returned": N_("A prize came back to its warehouse"),
    "returned-unknown": N_("A prize came back that had not left"),
    "handed-over-unknown": N_("A station handed over what was not ordered there"),
    "handed-over-cancelled": N_("A cancelled prize was handed over"),
    "delivered-twice": N_("Prize delivered twice"),
    "withdrawn-twice": N_("Ordered prize collected twice"),
    "withdrawn-cancelled": N_("Prize of a cancelled order collected"),
    "withdrawn-unordered": N_("Prize collected that nobody ordered so"),
    "shipment-difference": N_("A shipment came otherwise than sent"),
    "stock-difference": N_("Prizes missing or too many on the shelf"),
    "stock-broken": N_("Prizes broken"),
    "stock-stolen": N_("Prizes stolen"),
    "stock-expired": N_("Prizes past their date"),
    "stock-found": N_("Prizes found"),
    "transfer-difference": N_("Prizes of another station came otherwise than sent"),
    "transfer-twice": N_("Prizes of one note received twice"),
    "transfer-missing": N_("Prizes sent to a station that never told of them"),
    "transfer-unknown": N_("Prizes came that no station told of sending"),
    "request-twice": N_("A request with the number of another"),
    "disk-full": N_("Disk full at the station"),
    "report-points": N_("Points or a ticket"),
    "report-prize": N_("A prize"),
    "report-card": N_("A card or a member"),
    "report-equipment": N_("Reader, printer or PC"),
    "report-other": N_("Something else"),
    "offline-data-inexact": N_("Prize on data that did not fit"),
    "offline-data-old": N_("Prize on data too old"),
    "offline-account-limit": N_("Prize beyond the member's limit"),
    "offline-station-limit": N_("Prize beyond the station's limit"),
    "offline-count-limit": N_("One prize too many"),
    "grant-needed": N_("Prize without a grant"),
    "not-enough-points": N_("Prize beyond the balance"),
    "offline-no-basis": N_("Prize that names no data"),
    "offline-no-such-feed": N_("Prize on data that never was"),
    "not-authorised": N_("Prize with an unknown authorisation"),
    "released-hold": N_("Prize on points held and then released"),
    "released-grant": N_("Prize on points granted and then released"),
}


def kind_name(kind: str) -> str:
    """A movement's or an incident's kind for people; a kind of a newer release as it is."""
    return say(MOVEMENT_KINDS.get(kind) or INCIDENT_KINDS.get(kind, kind))


def when(moment: Moment, zone: tzinfo) -> str:
    """Day and time on the zone's wall clock, as people of the language write them."""
    return local_time(moment, zone).strftime("%d/%m/%Y %H:%M" if language() == "es" else "%Y-%m-%d %H:%M")


def cost(points: int, centavos: int, currency: str) -> str:
    """What a prize costs, in one phrase."""
    if not centavos:
        return say(N_("{points} points"), points=number(points))
    paid = money(centavos)
    return say(N_("{points} points and {money} {currency}"), points=number(points), money=paid, currency=currency)


def last_day(month: Month) -> str:
    """The last day of a month, as people of the language write it."""
    first = Month(month + 1)
    day = date(first // MONTHS_IN_YEAR, first % MONTHS_IN_YEAR + 1, 1) - timedelta(days=1)
    return day.strftime("%d/%m/%Y") if language() == "es" else day.isoformat()


ORDER_STATES = {
    "requested": N_("requested"),
    "confirmed": N_("confirmed"),
    "dispatched": N_("dispatched"),
    "delivered": N_("delivered"),
    "collected": N_("collected"),
    "cancelled": N_("cancelled"),
}


def order_state(state: str) -> str:
    """How far a scheduled prize is, for people."""
    return say(ORDER_STATES.get(state, state))


NODE_KINDS = {"station": N_("station"), "warehouse": N_("warehouse"), "portal": N_("portal")}


def node_kind(kind: str) -> str:
    """What a node is for, for people."""
    return say(NODE_KINDS.get(kind, kind))


INCIDENT_STATES = {
    "sent": N_("not at central yet"),
    "open": N_("open"),
    "taken": N_("being looked into"),
    "resolved": N_("resolved"),
}


def incident_state(state: str) -> str:
    """How far an incident is, for people."""
    return say(INCIDENT_STATES.get(state, state))


REQUEST_KINDS = {"prize": N_("prize"), "profile": N_("own data"), "leave": N_("leaving")}
REQUEST_STATES = {
    "sent": N_("not at central yet"),
    "waiting": N_("waiting"),
    "accepted": N_("accepted"),
    "rejected": N_("declined"),
    "refused": N_("not taken"),
    "gone": N_("member left"),
    "closed": N_("closed"),
}
REFUSED_BECAUSE = {
    "no-access": N_("no page at the portals, or another's card"),
    "already-asked": N_("the same waited already"),
    "too-many-requests": N_("too much of this member waited"),
    "portal-full": N_("too much of this portal waited"),
}


def request_kind(kind: str) -> str:
    """What a member asked for, for people."""
    return say(REQUEST_KINDS.get(kind, kind))


def request_state(state: str) -> str:
    """How far a request is, for people."""
    return say(REQUEST_STATES.get(state, state))


def request_reason(state: str, reason: str) -> str:
    """Why a request was answered so: the office's words, or what a code means."""
    return say(REFUSED_BECAUSE.get(reason, reason)) if state == "refused" else reason


CARD_STATES = {
    "active": N_("active"),
    "blocked": N_("blocked"),
    "lost": N_("lost"),
    "replaced": N_("replaced"),
    "issued": N_("printed"),
}


def card_status(status: str) -> str:
    """A card's state for people."""
    return say(CARD_STATES.get(status, status))


def card_role(role: str) -> str:
    """What a card is for, said to people."""
    return say(N_("vehicle") if role == "truck" else N_("member"))


CARD_WARNINGS = {
    "blocked": N_("CARD BLOCKED"),
    "lost": N_("CARD LOST: EARNS ONLY"),
    "replaced": N_("CARD REPLACED: EARNS ONLY"),
    "truck": N_("VEHICLE CARD: EARNS ONLY"),
}


def card_warning(status: str, role: str) -> str:
    """What a desk is told at once of a card that cannot do everything; empty for one that can."""
    return say(CARD_WARNINGS.get("truck" if role == "truck" else status, ""))
