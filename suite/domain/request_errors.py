"""How the business says no to what is asked for at a portal. Codes never change."""

from suite.domain.errors import N_, Refusal


class AlreadyAsked(Refusal):
    code = "already-asked"
    text = N_("The same was asked for already, and waits for an answer. Nothing was recorded.")


class TooManyRequests(Refusal):
    code = "too-many-requests"
    text = N_(
        "{limit} requests of this member wait for an answer. No more are taken before the office has answered one."
    )


class PortalFull(Refusal):
    code = "portal-full"
    text = N_("{limit} requests of this portal wait for an answer. No more are taken before the office has answered.")


class PriceRose(Refusal):
    code = "price-rose"
    text = N_("{prize} costs {price} points today, and the portal showed {shown}. Reject the request, and say so.")


class RequestAnswered(Refusal):
    code = "request-answered"
    text = N_("Request {request} was answered already. Nothing changed.")


class RequestUnreadable(Refusal):
    code = "request-unreadable"
    text = N_("What request {request} asked for is no longer here. Reject it: the member has to ask again.")
