"""Small worlds for tests: values with sensible defaults, and a whole network in a temporary folder."""

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from suite.central.enrolment_files import load_cards, load_members
from suite.central.feeds import export_feed
from suite.central.merge import Merged, NotMerged, merge
from suite.central.office import Office, found_network, open_office
from suite.domain.calendar import moment_of
from suite.domain.earning import SaleLine
from suite.domain.events.station import PrizeCount
from suite.domain.ids import (
    AccountId,
    AttendantNumber,
    CardNumber,
    DocumentNumber,
    GroupCode,
    PrizeCode,
    ProductCode,
    RuleCode,
    StationCode,
)
from suite.domain.programme import AccrualRule, Prize, Product, ProductGroup, Programme
from suite.domain.quantities import Centavos, Millis, Moment, Points, Rate
from suite.domain.standing import CardStanding
from suite.portal import lobby
from suite.runtime.clock import StoppedClock
from suite.runtime.config import read_programme
from suite.runtime.paths import Home
from suite.station import courier, shelf
from suite.station.desk import CardRead, Desk, SaleReceipt
from suite.warehouse import depot

TOML = """
[network]
code = "test"
name = "Red de prueba"
currency = "ARS"
time_zone = "America/Argentina/Buenos_Aires"

[points]
value = "0.0375"
expire_after_months = 12

[[groups]]
code = "fuel"
name = "Combustibles"

[[groups]]
code = "shop"
name = "Tienda"

[[products]]
code = "2"
name = "Nafta súper"
group = "fuel"

[[products]]
code = "cafe"
name = "Café"
group = "shop"
unit = "piece"

[[rules]]
code = "everything"
per_amount = "1"

[[prizes]]
code = "MUG"
name = "Taza"
points = 100

[[prizes]]
code = "BIKE"
name = "Bicicleta"
points = 500
deliveries = ["scheduled"]

[[stations]]
code = "E1"
name = "Estación Uno"

[[stations]]
code = "E2"
name = "Estación Dos"
point_value = "0.04"
"""

ANA, BRUNO = CardNumber("600001"), CardNumber("600002")


def moment(text: str) -> Moment:
    """A moment from `2026-10-15T10:00`, on Buenos Aires' clock."""
    return moment_of(datetime.fromisoformat(f"{text}-03:00"))


def programme(*rules: AccrualRule, **changes: object) -> Programme:
    """A programme of two products that earns by `rules`, or one point a currency unit."""
    values: dict[str, object] = {
        "version": 1,
        "network": "test",
        "name": "Red de prueba",
        "currency": "ARS",
        "zone": "America/Argentina/Buenos_Aires",
        "expiry_months": 12,
        "point_value": Rate(375, 10_000),
        "groups": (ProductGroup(GroupCode("fuel"), "Fuel"), ProductGroup(GroupCode("shop"), "Shop")),
        "products": (
            Product(ProductCode("2"), "Super", GroupCode("fuel")),
            Product(ProductCode("cafe"), "Coffee", GroupCode("shop"), "piece"),
        ),
        "rules": rules or (rule(),),
        "prizes": (a_prize(),),
    }
    return Programme(**{**values, **changes})  # type: ignore[arg-type]


def rule(**changes: object) -> AccrualRule:
    values: dict[str, object] = {"code": RuleCode("everything"), "basis": "amount", "per": Rate(1)}
    return AccrualRule(**{**values, **changes})  # type: ignore[arg-type]


def a_prize(**changes: object) -> Prize:
    values: dict[str, object] = {"code": PrizeCode("MUG"), "name": "Mug", "points": Points(100)}
    return Prize(**{**values, **changes})  # type: ignore[arg-type]


def standing(**changes: object) -> CardStanding:
    values: dict[str, object] = {
        "card": ANA,
        "account": AccountId(1),
        "member": "Ana G.",
        "status": "active",
        "balance": Points(100),
        "as_of": moment("2026-10-15T08:00"),
    }
    return CardStanding(**{**values, **changes})  # type: ignore[arg-type]


def line(product: str = "2", quantity: int = 10_000, amount: int = 10_000) -> SaleLine:
    return SaleLine(ProductCode(product), Millis(quantity), Centavos(amount))


@dataclass
class Site:
    """One station of a world: its desk and what is behind it."""

    home: Home
    node: courier.Station
    desk: Desk
    code: str = ""

    def sell(self, card: CardNumber, document: str, amount: int = 10_000, at: Moment | None = None) -> SaleReceipt:
        read = CardRead(card, "swipe" if at is None else "file")
        return self.desk.sell(read, AttendantNumber("01"), DocumentNumber(document), (line(amount=amount),), at)


def keep_given_pin(site: Site) -> None:
    """As if attendant 01 had chosen the digits that were given out: nobody is asked to choose at the first code."""
    known = site.desk.store.attendant(AttendantNumber("01"))
    assert known is not None, "the first feed brought the attendant"
    with site.desk.store.writing():
        site.desk.store.keep_own_pin(known.attendant, known.issue, known.verifier)


@dataclass
class Depository:
    """One warehouse of a world: its depot and what is behind it."""

    home: Home
    node: depot.Warehouse
    depot: depot.Depot


@dataclass
class Web:
    """One portal of a world: its lobby and what is behind it."""

    home: Home
    node: lobby.Portal
    lobby: lobby.Lobby


BEGINNING = moment("2026-10-15T10:00")
FIRST = "E1"
"""The station that nearly every world pairs first."""


@functools.cache
def _begun(toml: str, *, paired: bool) -> tuple[Path, str]:
    """A world that was founded once in this process, at its beginning: its folder, and what FIRST's manager types.

    Founding and pairing cost half a second, a copy of the folder some milliseconds.
    """
    folder = Path(tempfile.mkdtemp(prefix="canje-world-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    world = World(folder, toml=toml, fresh=True)
    code = world.pair(FIRST).code if paired else ""
    world.close()
    return folder, code


@dataclass
class World:
    """A central and its paired nodes in one folder, on one clock, with two members: Ana and Bruno."""

    folder: Path
    clock: StoppedClock = field(default_factory=lambda: StoppedClock(BEGINNING))
    toml: str = TOML
    sites: dict[str, Site] = field(default_factory=dict)
    depots: dict[str, Depository] = field(default_factory=dict)
    webs: dict[str, Web] = field(default_factory=dict)
    fresh: bool = False
    """Founded here and now, with keys of its own; else it is a copy, and equal to every other of its programme."""
    _office: Office | None = None

    def __post_init__(self) -> None:
        if self.fresh:
            self._office = self._found()

    @property
    def office(self) -> Office:
        """Central; it is begun when it is first asked for."""
        if self._office is None:
            self._copy(paired=False)
            self._office = self._opened()
        return self._office

    @office.setter
    def office(self, office: Office) -> None:
        self._office = office

    def close(self) -> None:
        """Close what is open."""
        for place in (*self.sites.values(), *self.depots.values(), *self.webs.values()):
            place.node.store.close()
        if self._office:
            self._office.store.close()

    def _copy(self, *, paired: bool) -> str:
        folder, code = _begun(self.toml, paired=paired)
        shutil.copytree(folder, self.folder, dirs_exist_ok=True)
        return code

    def _opened(self) -> Office:
        return open_office(Home(self.folder / "central"), self.clock, "tester")

    def _found(self) -> Office:
        office = found_network(
            Home(self.folder / "central"),
            lambda version: read_programme(self.toml, name="programme.toml", version=version),
            self.clock,
            "tester",
        )
        members = self.folder / "members.csv"
        members.write_text(
            "member,surname,name,document_type,document\n1,García,Ana,DNI,12345678\n2,Bravo,Bruno,DNI,87654321\n"
        )
        cards = self.folder / "cards.csv"
        cards.write_text(f"card,member\n{ANA},1\n{BRUNO},2\n")
        load_members(office, members)
        load_cards(office, cards)
        return office

    def pair(self, code: str) -> Site:
        """Enrol a station by its three files, appoint attendant 01 (a manager), and bring the first feed."""
        if code == FIRST and self._office is None and self.clock.moment == BEGINNING:
            typed = self._copy(paired=True)
            self._office = self._opened()
            return self._site(code, typed)
        invited = self.office.invite(StationCode(code))
        home = Home(self.folder / code)
        joined = courier.join(home, invited.content, invited.code.reveal(), self.clock)
        self.office.approve(joined.content)
        appointed = self.office.appoint(StationCode(code), AttendantNumber("01"), "Eva", manager=True)
        site = self._site(code, f"01{appointed.pin.reveal()}")
        self.carry_out(code)
        keep_given_pin(site)
        return site

    def _site(self, code: str, typed: str) -> Site:
        home = Home(self.folder / code)
        node = courier.open_station(home)
        desk = Desk(StationCode(code), node.store, self.clock, node.telephone_keys)
        self.sites[code] = Site(home, node, desk, typed)
        return self.sites[code]

    def pair_warehouse(self, code: str = "W1") -> "Depository":
        """Enrol a warehouse as a station is, and bring its first feed."""
        self.office.add_node(StationCode(code), f"Depósito {code}", "warehouse")
        invited = self.office.invite(StationCode(code))
        home = Home(self.folder / code)
        self.office.approve(depot.join(home, invited.content, invited.code.reveal(), self.clock).content)
        node = depot.open_warehouse(home, self.clock)
        self.depots[code] = Depository(home, node, depot.Depot(node.store, self.clock))
        self.carry_out(code)
        return self.depots[code]

    def pair_portal(self, code: str = "P1") -> "Web":
        """Enrol a portal as a station is, and bring its first feed."""
        self.office.add_node(StationCode(code), f"Portal {code}", "portal")
        invited = self.office.invite(StationCode(code))
        home = Home(self.folder / code)
        self.office.approve(lobby.join(home, invited.content, invited.code.reveal(), self.clock).content)
        node = lobby.open_portal(home, self.clock)
        self.webs[code] = Web(home, node, lobby.Lobby(StationCode(code), node.store, self.clock))
        self.carry_out(code)
        return self.webs[code]

    def place(self, code: str) -> "Site | Depository | Web":
        """Any node beside central, and what is behind it."""
        return self.sites.get(code) or self.depots.get(code) or self.webs[code]

    def stock_up(self, code: str, prize: str = "MUG", quantity: int = 10) -> None:
        note = self.office.ship(StationCode(code), (PrizeCount(PrizeCode(prize), quantity),))
        self.carry_out(code)
        shelf.receive(self.sites[code].desk, note)

    def feed(self, code: str) -> bytes:
        return export_feed(self.office, StationCode(code)).content

    def carry_out(self, code: str) -> bool:
        """Central's bundle to a station. Returns whether it brought news."""
        return self.place(code).node.take(self.feed(code), self.clock.now()).news

    def bundle(self, code: str) -> bytes:
        exported = courier.export(self.place(code).node, self.clock)
        assert exported is not None, "there was nothing to carry"
        return exported.content

    def carry_in(self, *codes: str) -> list[Merged | NotMerged]:
        """The nodes' bundles to central."""
        return self.merge(*(self.bundle(code) for code in codes))

    def merge(self, *bundles: bytes) -> list[Merged | NotMerged]:
        return merge(self.office, [(f"bundle {i}", content) for i, content in enumerate(bundles)]).results

    def balance(self, account: int) -> int:
        """An account's balance at central."""
        with self.office.store.transaction():
            found = self.office.store.directory.account(AccountId(account))
        assert found is not None, account
        return found[1]

    def tables(self) -> dict[str, list[tuple[object, ...]]]:
        """Every projection of central, row by row."""
        from suite.central import schema

        with self.office.store.transaction() as connection:
            return {t.name: sorted(map(tuple, connection.execute(t.select())), key=repr) for t in schema.PROJECTIONS}
