"""A prize for a member (PRZ-2, PRZ-3, PRZ-7), question by question: which one, how it is paid, where it goes."""

import msgspec

from suite.domain.errors import N_, Refusal
from suite.domain.personal import DeliveryPlace
from suite.domain.programme import Delivery, Prize
from suite.domain.redemption import Terms
from suite.domain.spending import TELEPHONE
from suite.domain.standing import CardStanding
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text
from suite.runtime.texts import money, number, say, say_error
from suite.runtime.words import cost
from suite.station.answers import needed, whole
from suite.station.collecting import Collected, collect
from suite.station.desk import Attendant, CardRead, PrizeOnOffer, Voucher
from suite.station.interview import Interview, LeftError
from suite.station.tasks import PHONE_MAX

SHOWN = 12
HERE, ELSEWHERE = 1, 3


class Redeeming:
    """One prize for the holder of a card."""

    def __init__(self, interview: Interview, read: CardRead, attendant: Attendant) -> None:
        self._desk, self._read, self._attendant = interview.desk, read, attendant
        self._ask, self._choose = interview.ask, interview.choose
        self._currency = self._desk.programme().currency

    async def run(self) -> Voucher | Collected:
        """The prize handed over, ordered or collected, on disk. Raises LeftError, a Refusal for who may have none."""
        standing = self._desk.member(self._read.card)
        chosen = await self._which(standing)
        if chosen is None:
            return await self._collect()
        offer, way = chosen
        terms = Terms(await self._price(offer))
        if way == "scheduled":
            terms = await self._where(terms)
        return await self._confirm(standing, offer.prize.at_price(terms.price), way, terms)

    async def _collect(self) -> Collected:
        """What was ordered with a code, here or anywhere (PRZ-8)."""
        printed = say(N_("As it is printed on the order's slip, dashes too: 2-57-9823-0417-5530-1188"))
        return await self._ask(
            say(N_("WITHDRAWAL CODE")),
            lambda typed: collect(self._desk, self._read, typed, self._attendant.number),
            printed,
        )

    async def _which(self, standing: CardStanding) -> tuple[PrizeOnOffer, Delivery] | None:
        """A prize and how it is had; None for one that was ordered, and is collected."""
        balance = say(N_("Balance {points}"), points=number(standing.may_spend()))
        offers = [(offer, way) for offer in self._desk.prizes(standing) for way in offer.deliveries][:SHOWN]
        coded = any("withdrawal" in prize.deliveries for prize in self._desk.programme().prizes)
        collect_it = say(N_("Collect what was ordered, with its code"))
        ordered = (f" 0  {collect_it}",) if coded else ()
        if not offers:
            title, back = say(N_("NO PRIZE FOR THIS BALANCE YET")), say(N_("Enter to go back"))
            if await self._ask(title, lambda typed: coded and typed == "0", balance, *ordered, back):
                return None
            raise LeftError
        rows = [f"{place:>2}  {self._row(*each)}" for place, each in enumerate(offers, start=1)]
        return await self._ask(
            say(N_("WHICH PRIZE?")),
            lambda typed: None if coded and typed == "0" else offers[whole(typed, 1, len(offers)) - 1],
            balance,
            *rows,
            *ordered,
        )

    def _row(self, offer: PrizeOnOffer, way: Delivery) -> str:
        """A prize at the price with the fewest points; where there are several, they are asked for next."""
        prices = [offer.prize.prices[choice - 1] for choice in offer.choices]
        price = min(prices, key=lambda each: each.points)
        paid = f" + {money(price.money)} {self._currency}" if price.money else ""
        several = " · " + say(N_("{count} prices"), count=number(len(prices))) if len(prices) > 1 else ""
        return f"{number(price.points):>9}  {offer.prize.name}{_way(way)}{several or paid}"

    async def _price(self, offer: PrizeOnOffer) -> int:
        """How much of it the member pays with points."""
        if len(offer.choices) == 1:
            return offer.choices[0]
        prices = [offer.prize.prices[choice - 1] for choice in offer.choices]
        shown = [cost(price.points, price.money, self._currency) for price in prices]
        return offer.choices[await self._choose(say(N_("HOW IS IT PAID?")), *shown) - 1]

    async def _where(self, terms: Terms) -> Terms:
        """Where it is to go (PRZ-3). What is typed leaves this PC with the next exchange, sealed to central."""
        here, known = say(N_("To this station")), say(N_("To the address of the application"))
        choice = await self._choose(say(N_("WHERE IS IT TO GO?")), here, known, say(N_("To another address")))
        if choice < ELSEWHERE:
            return msgspec.structs.replace(terms, here=choice == HERE)
        street = say(N_("Street, number and town; and what helps to find it"))
        address = await self._ask(say(N_("TO WHICH ADDRESS?")), needed, street)
        alone = say(N_("Enter alone: the one that central knows"))
        phone = await self._ask(say(N_("TELEPHONE NUMBER")), lambda typed: safe_text(typed, PHONE_MAX), alone)
        return msgspec.structs.replace(terms, place=DeliveryPlace(address, phone))

    async def _confirm(self, standing: CardStanding, prize: Prize, way: Delivery, terms: Terms) -> Voucher:
        """The prize given; what central can lift by telephone asks for its digits."""

        def give(authorisation: str = "") -> Voucher:
            return self._desk.redeem(self._read, self._attendant.number, prize.code, way, authorisation, terms)

        def confirmed(typed: str) -> Voucher | Refusal:
            if typed.strip() != "1":
                raise BadInput(N_("Type 1 to confirm, or leave it."))
            try:
                return give()
            except TELEPHONE as refusal:
                return refusal

        question = say(N_("HAND OVER THIS PRIZE?") if way == "immediate" else N_("ORDER THIS PRIZE?"))
        left = say(N_("{points} points are left"), points=number(standing.may_spend() - prize.points))
        done = await self._ask(question, confirmed, *self._asked(prize), left)
        if isinstance(done, Voucher):
            return done
        station = say(N_("Station {station} · card {card}"), station=self._desk.station, card=self._read.card)
        lines = (say_error(done), "", station, say(N_("{points} points"), points=number(prize.points)))
        return await self._ask(say(N_("AUTHORISATION FROM CENTRAL?")), give, *lines)

    def _asked(self, prize: Prize) -> tuple[str, ...]:
        """What is confirmed, with 1: the prize and its price; money is taken first."""
        taken = (say(N_("Take {money} {currency} first."), money=money(prize.money), currency=self._currency),)
        return f"1  {prize.name}", cost(prize.points, prize.money, self._currency), *(taken if prize.money else ())


def _way(way: Delivery) -> str:
    words = {"scheduled": N_("to order"), "withdrawal": N_("with a code")}
    return f" ({say(words[way])})" if way in words else ""


def told_of(voucher: Voucher, currency: str) -> tuple[str, ...]:
    """What an attendant is told beside points and balance: the money, and the code to collect it with."""
    paid = say(N_("Taken in money: {money} {currency}"), money=money(voucher.money), currency=currency)
    code = say(N_("Withdrawal code {code}"), code=voucher.code)
    return (*((paid,) if voucher.money else ()), *((code,) if voucher.code else ()))


def collected_lines(done: Collected) -> tuple[str, ...]:
    """What was handed over for a code."""
    given = say(N_("Hand over: {prize}"), prize=done.prize)
    return done.member, given, say(N_("Reference {reference}"), reference=done.reference)


def terms_of(choice: int, *, scheduled: bool, here: bool, address: str, phone: str) -> Terms:
    """What a command says of the price and the delivery. Raises BadInput."""
    place = DeliveryPlace(safe_text(address), safe_text(phone, PHONE_MAX))
    if (here or address or phone) and not scheduled:
        raise BadInput(N_("Only what is ordered (--scheduled) is sent anywhere."))
    if here and (address or phone):
        raise BadInput(N_("Say --here or --address, not both."))
    if phone and not place.address:
        raise BadInput(N_("The address is empty."))
    return Terms(choice, here, place if place.address else None)
