"""How the business says no. A refusal has a code that never changes, a text, and its numbers."""

from typing import ClassVar


def N_(text: str) -> str:  # noqa: N802 -- the name gettext tools look for
    """Mark a text for translation without translating it here: the domain knows no language."""
    return text


class Phrase:
    """A text with its facts, inside another: both are said in the operator's language."""

    def __init__(self, text: str, **facts: object) -> None:
        self.text = text
        self.facts = facts

    def __str__(self) -> str:
        return self.text.format(**self.facts)


class Refusal(Exception):
    """The business says no: no points moved. `text` says what happened and what to do."""

    code: ClassVar[str]
    text: ClassVar[str]

    def __init__(self, **numbers: object) -> None:
        super().__init__(self.code)
        self.numbers = numbers

    def __str__(self) -> str:
        return self.text.format(**self.numbers)


class UnreadableCard(Refusal):
    code = "unreadable-card"
    text = N_("The card could not be read. Swipe it again, slowly, stripe towards the reader.")


class NotACard(Refusal):
    code = "not-a-card"
    text = N_("That is not a card number of this programme. Swipe the member's card.")


class UnknownCard(Refusal):
    code = "unknown-card"
    text = N_("Card {card} is not known here. Central may know it after the next exchange.")


class TicketKept(Refusal):
    """The one refusal that records something: the ticket itself, for a person to resolve (STA-9)."""

    code = "ticket-kept"
    text = N_("Ticket {document} was not credited: card {card} is unknown or blocked here. It is kept for central.")


class BlockedCard(Refusal):
    code = "blocked-card"
    text = N_("Card {card} is blocked and cannot be used. Ask the member to call the programme.")


class WrongPin(Refusal):
    code = "wrong-pin"
    text = N_("Wrong attendant code or PIN. {left} tries are left before it locks.")


class AttendantIsLocked(Refusal):
    code = "attendant-locked"
    text = N_("Attendant {attendant} is locked after too many wrong PINs. A manager can unlock it.")


class UnknownAttendant(Refusal):
    code = "unknown-attendant"
    text = N_("No attendant has that code. Type the 2 digits of the attendant and then the 6 of the PIN.")


class ManagerNeeded(Refusal):
    code = "manager-needed"
    text = N_("Only a manager of this station may do that.")


class EmptySale(Refusal):
    code = "empty-sale"
    text = N_("A sale needs at least one line with a quantity or an amount above zero.")


class TooManyLines(Refusal):
    code = "too-many-lines"
    text = N_("A sale may have {limit} lines at most. Split the ticket.")


class AmountOutOfRange(Refusal):
    code = "amount-out-of-range"
    text = N_("A quantity or an amount is out of range: it must be zero or more, and below {limit}.")


class UnknownProduct(Refusal):
    code = "unknown-product"
    text = N_("Product {product} is not in the programme. Check the code, or ask central to publish it.")


class DocumentAlreadyClaimed(Refusal):
    code = "document-already-claimed"
    text = N_("Ticket {document} was already credited here. One ticket earns once.")


class NotEnoughPoints(Refusal):
    code = "not-enough-points"
    text = N_("Not enough points: the balance is {balance} and the prize costs {price}.")


class UnknownPrize(Refusal):
    code = "unknown-prize"
    text = N_("Prize {prize} is not in the catalogue.")


class NoStock(Refusal):
    code = "no-stock"
    text = N_("There is no {prize} left at this station.")


class DeliveryNotOffered(Refusal):
    code = "delivery-not-offered"
    text = N_("Prize {prize} is not offered for that kind of delivery.")


class UnknownShipment(Refusal):
    code = "unknown-shipment"
    text = N_("There is no shipment {note} for this station. Import central's latest bundle first.")


class ShipmentAlreadyReceived(Refusal):
    code = "shipment-already-received"
    text = N_("Shipment {note} was already received. Nothing changed.")


class MonthNotOver(Refusal):
    code = "month-not-over"
    text = N_("Month {month} is not over yet. It can be closed from the first day of the next month.")


class MonthAlreadyClosed(Refusal):
    code = "month-already-closed"
    text = N_("Month {month} is already closed. A closed month is never edited.")


class MonthOutOfTurn(Refusal):
    code = "month-out-of-turn"
    text = N_("Month {month} cannot be closed before {due}. Months are closed in order.")


class MonthNotClosed(Refusal):
    code = "month-not-closed"
    text = N_("Month {month} is not closed yet. Close it first, then settle.")


class MonthAlreadySettled(Refusal):
    code = "month-already-settled"
    text = N_("Month {month} is already settled. Print it again with `canje central settlement`.")


class SettlementOutOfTurn(Refusal):
    code = "settlement-out-of-turn"
    text = N_("Month {month} cannot be settled before {due}. Months are settled in order.")


class MonthNotSettled(Refusal):
    code = "month-not-settled"
    text = N_("Month {month} has no settlement yet.")


class AlreadyThere(Refusal):
    code = "already-there"
    text = N_("{what} {name} already exists. Nothing changed.")


class NotThere(Refusal):
    code = "not-there"
    text = N_("There is no {what} {name}. Check the spelling.")


class TooManyCards(Refusal):
    code = "too-many-cards"
    text = N_("Account {account} already has {limit} cards, as many as the programme allows.")


class CardTaken(Refusal):
    code = "card-taken"
    text = N_("Card {card} already belongs to account {account}.")


class OrderHeld(Refusal):
    code = "order-held"
    text = N_("Order {order} is held: the account's balance is {balance}. It can be printed when it is zero or more.")


class StationNotPaired(Refusal):
    code = "station-not-paired"
    text = N_("Station {station} is not paired yet. Send it an invitation first.")


class StationAlreadyPaired(Refusal):
    code = "station-already-paired"
    text = N_("Station {station} is paired already. If its PC is lost, invite it again with --replace.")


class TruckCard(Refusal):
    code = "truck-card"
    text = N_("Card {card} is a vehicle's: it earns for its fleet and can neither redeem nor see the balance.")


class CardCannotSpend(Refusal):
    code = "card-cannot-spend"
    text = N_("Card {card} was lost or replaced: it still earns, and cannot redeem. Use the member's other card.")


class PrizesOnHold(Refusal):
    code = "prizes-on-hold"
    text = N_(
        "No prizes here until central has answered: this PC was restored, copied or given a new key. Sales go on. "
        "Carry a bundle to central and back."
    )


class CardNotFree(Refusal):
    code = "card-not-free"
    text = N_("Card {card} belongs to somebody already. Take another card from the box.")


class PrizeReserved(Refusal):
    code = "prize-reserved"
    text = N_("{prize} is reserved for other members: {tiers}.")


class BadDocument(Refusal):
    code = "bad-document"
    text = N_("{type} {number} is not a valid document. Look at it again and type it without dots.")


class ConsentMissing(Refusal):
    code = "consent-missing"
    text = N_("The member has to sign first: give the number of the signed form, or the signature.")


class BadSignature(Refusal):
    code = "bad-signature"
    text = N_("The signature has to be a PNG image of at most 64 kB.")


class TicketNotHere(Refusal):
    code = "ticket-not-here"
    text = N_("Ticket {document} was not credited here. A manager can take it back as goods without a ticket.")


class OtherCard(Refusal):
    code = "other-card"
    text = N_("Ticket {document} was credited to another card. Look at the ticket again.")


class NothingToReverse(Refusal):
    code = "nothing-to-reverse"
    text = N_("{document} was already taken back whole. Nothing changed.")


class ReturnTooLarge(Refusal):
    code = "return-too-large"
    text = N_("{document} has {left} left to take back, and {asked} were asked for.")


class RedemptionNotHere(Refusal):
    code = "redemption-not-here"
    text = N_("{reference} is no prize handed over at this station.")


class OrderAlreadyServed(Refusal):
    code = "order-already-served"
    text = N_("Order {order} has its delivery slip, or was cancelled. It can no longer be cancelled.")


class OrderAlreadyDispatched(Refusal):
    code = "order-already-dispatched"
    text = N_("Order {order} left the warehouse already. See `canje warehouse orders`.")


class OrderNotDispatched(Refusal):
    code = "order-not-dispatched"
    text = N_("Order {order} has not left the warehouse yet. Dispatch it first.")


class OrderAlreadyDelivered(Refusal):
    code = "order-already-delivered"
    text = N_("Order {order} was delivered already. Nothing was recorded.")


class ImpossibleDeliveryDay(Refusal):
    code = "impossible-delivery-day"
    text = N_("{day} cannot be the day of this delivery: write a day like 2026-11-30, from dispatch up to today.")


class SecondPersonNeeded(Refusal):
    code = "second-person-needed"
    text = N_("More than {limit} points need a second person. Another operator approves proposal {proposal}.")


class SamePerson(Refusal):
    code = "same-person"
    text = N_("Proposal {proposal} was made by {by}. Another person has to approve it.")


class MergedAlready(Refusal):
    code = "merged-already"
    text = N_("Member {account} is merged into {into} already.")


class NotMerged(Refusal):
    code = "not-merged"
    text = N_("Member {account} is not merged into anybody.")


class MemberIsRemoved(Refusal):
    code = "member-removed"
    text = N_("Member {account} left the programme. Nothing changed.")


class WouldOverdraw(Refusal):
    code = "would-overdraw"
    text = N_("Member {account} has {balance} points: {points} cannot be taken away.")


class DiskAlmostFull(Refusal):
    code = "disk-almost-full"
    text = N_("This PC's disk is almost full: points are still given, prizes are not. Make room and try again.")


class OfflineDataInexact(Refusal):
    code = "offline-data-inexact"
    text = N_(
        "Central's data here does not fit this station's entries: no prize is handed over on it. "
        "Exchange bundles with central, or ask it by telephone for an authorisation."
    )


class OfflineDataOld(Refusal):
    code = "offline-data-old"
    text = N_(
        "Central's data here is {days} days old: too old to hand over a prize on it. "
        "Exchange bundles with central, or ask it by telephone for an authorisation."
    )


class OfflineAccountLimit(Refusal):
    code = "offline-account-limit"
    text = N_(
        "This member may spend {limit} points here until the next exchange, and has spent {spent}. "
        "Exchange bundles with central, or ask it by telephone for an authorisation."
    )


class OfflineStationLimit(Refusal):
    code = "offline-station-limit"
    text = N_(
        "This station may hand out {limit} points until the next exchange, and this prize is beyond that. "
        "Exchange bundles with central, or ask it by telephone for an authorisation."
    )


class OfflineCountLimit(Refusal):
    code = "offline-count-limit"
    text = N_(
        "This member has had {limit} prizes here since the last exchange, and no more are allowed. "
        "Exchange bundles with central, or ask it by telephone for an authorisation."
    )


class GrantNeeded(Refusal):
    code = "grant-needed"
    text = N_(
        "Of the points that central granted this member for this station {left} are left, and {points} are needed. "
        "Ask central for a grant, or by telephone for an authorisation."
    )


class WrongAuthorisation(Refusal):
    code = "wrong-authorisation"
    text = N_(
        "That is no authorisation of today for card {card} and {points} points at this station. Type the digits again, "
        "or ask central to say station, card, points and day."
    )


class AuthorisationUsed(Refusal):
    code = "authorisation-used"
    text = N_("That authorisation has bought its prize already. Ask central for another one.")


class TooManyAuthorisations(Refusal):
    code = "too-many-authorisations"
    text = N_("Today there were nine authorisations of {points} points for this card and station. No more can be made.")
