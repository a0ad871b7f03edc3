"""The office: an opened central, and the use cases that make the network what it is.

Each use case reads, decides and records in one transaction. Who did it is part of every fact (CEN-7).
"""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from suite.central.dialect import embedded_engine
from suite.central.store import CentralStore
from suite.domain.calendar import local_time
from suite.domain.errors import N_, AlreadyThere, MemberIsRemoved, NotThere, Phrase, StationAlreadyPaired
from suite.domain.events.base import Event
from suite.domain.events.central import (
    AttendantAppointed,
    AttendantPinSet,
    PrizesShipped,
    ProgrammePublished,
    StationAdded,
    StationInvited,
    StationPaired,
)
from suite.domain.events.network import NodeAdded
from suite.domain.events.node import Genesis
from suite.domain.events.station import PrizeCount
from suite.domain.ids import CENTRAL, AccountId, AttendantNumber, NodeKind, ShippingNote, StationCode
from suite.domain.personal import StaffMember
from suite.domain.profile import other_meaning
from suite.domain.programme import Programme
from suite.domain.quantities import Moment, Rate
from suite.journal.codec import decode
from suite.journal.entry import Entry, journal_id
from suite.journal.keys import Signer
from suite.runtime.clock import Clock
from suite.runtime.config import ProgrammeFile, StationPlan
from suite.runtime.errors import BadInput, BundleRefused, NotSetUp
from suite.runtime.paths import Home
from suite.runtime.secrets import (
    NodeSecrets,
    Secret,
    code_key,
    load_node_secrets,
    new_node_secrets,
    pin_verifier,
    random_bytes,
    random_code,
    random_pin,
    save_node_secrets,
)
from suite.sync.enrolment import (
    VALID_MS,
    Invitation,
    Request,
    check_code,
    compare_digits,
    peek_request,
    write_authenticated,
)
from suite.sync.registry import FIRST_VERSION, Registry, sign_registry
from suite.sync.sealing import public_box_key


class Invited(msgspec.Struct, frozen=True):
    """An invitation's file, and the code that only the operator sees."""

    content: bytes
    code: Secret


class Paired(msgspec.Struct, frozen=True):
    station: StationCode
    digits: str


class Appointed(msgspec.Struct, frozen=True):
    """An attendant and the PIN, shown once and kept nowhere."""

    attendant: AttendantNumber
    pin: Secret


class Office:
    """One opened central node."""

    def __init__(self, store: CentralStore, secrets: NodeSecrets, clock: Clock, operator: str) -> None:
        self.store = store
        self.secrets = secrets
        self.clock = clock
        self.operator = operator

    # The node

    @property
    def signer(self) -> Signer:
        return Signer(self.secrets.sign)

    def log(self) -> bytes:
        """The id of central's own journal. Call inside a transaction."""
        entry, _ = self.store.own_event(1)
        return journal_id(entry.body)

    def registries(self) -> tuple[str, ...]:
        """Every version of the registry of keys, as signed, oldest first. Call inside a transaction.

        A network just founded has the first alone: its founding keys, and as the only root the one that signs.
        """
        if self.secrets.registries:
            return self.secrets.registries
        _, genesis = self.store.own_event(1)
        assert isinstance(genesis, Genesis), "a journal begins with its genesis"
        first = Registry(genesis.network, FIRST_VERSION, genesis.at, genesis.sign, genesis.box, (genesis.sign,), 1)
        return (sign_registry(first, [self.signer]).decode(),)

    def record(self, make: Callable[[Moment, str], Event]) -> Entry:
        """Write one fact of the office, stamped with the clock and the operator. Call inside a transaction."""
        return self.store.append([make(self.clock.now(), self.operator)])[0]

    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.programme().zone)

    def today(self) -> str:
        """The day on the programme's wall clock, ISO 8601."""
        with self.store.transaction():
            return local_time(self.clock.now(), self.zone()).date().isoformat()

    def programme(self) -> Programme:
        return self.store.directory.programme()

    def member(self, account: AccountId) -> tuple[AccountId, ...]:
        """All accounts of a member, the one that stands for them first. Call inside a transaction.

        Raises NotThere, MemberIsRemoved.
        """
        if self.store.directory.account(account) is None:
            raise NotThere(what=Phrase(N_("member")), name=str(account))
        groups = self.store.members.groups()
        root = groups.root_of(account)
        if self.store.members.membership(root).status:
            raise MemberIsRemoved(account=str(account))
        return groups.members_of(root)

    # Rules and stations

    def publish(self, read: Callable[[int], ProgrammeFile]) -> Programme:
        """Publish a programme as the next version, and add the stations that it names and are new."""
        with self.store.transaction():
            file = read(self.programme().version + 1)
            if file.programme.network != self.programme().network:
                raise BadInput(
                    N_("network.code cannot change: stations would take every bundle for another network's.")
                )
            if question := other_meaning(self.programme(), file.programme):
                raise BadInput(
                    N_("The answers to question {question} changed: more only join the end. Give it a new code."),
                    question=question,
                )
            there = {station.code for station in self.store.directory.stations()}
            new = [plan for plan in file.stations if plan.code not in there]
            for plan in new:
                self._check_new(plan.code)
            self._publish(file, new)
        return file.programme

    def _publish(self, file: ProgrammeFile, stations: Sequence[StationPlan]) -> None:
        now, by = self.clock.now(), self.operator
        added = [StationAdded(at=now, by=by, station=s.code, name=s.name, point_value=s.point_value) for s in stations]
        self.store.append([ProgrammePublished(at=now, by=by, programme=file.programme), *added])

    def add_station(self, code: StationCode, name: str, point_value: Rate | None) -> None:
        """Raises AlreadyThere."""
        with self.store.transaction():
            self._check_new(code)
            self.record(lambda at, by: StationAdded(at=at, by=by, station=code, name=name, point_value=point_value))

    def add_node(self, code: StationCode, name: str, kind: NodeKind) -> None:
        """A warehouse or a portal. Raises AlreadyThere."""
        with self.store.transaction():
            self._check_new(code)
            self.record(lambda at, by: NodeAdded(at=at, by=by, node=code, name=name, kind=kind))

    def _check_new(self, code: StationCode) -> None:
        if code.lower() in {CENTRAL, *(node.code.lower() for node in self.store.directory.nodes())}:
            raise AlreadyThere(what=Phrase(N_("station")), name=code)

    def invite(self, code: StationCode, *, replaces: bool = False) -> Invited:
        """An invitation with a new one-time code. Raises NotThere, StationAlreadyPaired.

        `replaces`: the station has a PC, which is lost; another one begins a journal beside its.
        """
        with self.store.transaction():
            station = self.store.directory.node(code)
            if station is None:
                raise NotThere(what=Phrase(N_("station")), name=code)
            if station.paired and not replaces:
                raise StationAlreadyPaired(station=code)
            programme, typed, name = self.programme(), random_code(), random_bytes(8).hex()
            key = code_key(typed.replace("-", ""), name)
            secret = self.store.keep(key, random_bytes())
            self.record(lambda at, by: StationInvited(at=at, by=by, station=code, invitation=name, secret=secret))
            invitation = Invitation(
                network=programme.network,
                network_name=programme.name,
                station=code,
                station_name=station.name,
                id=name,
                log=self.log().hex(),
                registry=self.registries()[-1],
                expires=Moment(self.clock.now() + VALID_MS),
                kind=station.kind,
            )
        return Invited(write_authenticated(invitation, key), Secret(typed))

    def approve(self, request_file: bytes) -> Paired:
        """Accept a station's request and burn its code. Raises BundleRefused, StationAlreadyPaired."""
        with self.store.transaction():
            request = self.checked_request(request_file)
            before = self.store.journal_at(request.station)
            if before and before.number > self.store.directory.invited_at(request.invitation):
                raise StationAlreadyPaired(station=request.station)
            self.record(
                lambda at, by: StationPaired(
                    at=at, by=by, station=request.station, invitation=request.invitation, genesis=request.genesis
                )
            )
        return Paired(request.station, compare_digits(request.invitation, request.genesis))

    def checked_request(self, request_file: bytes) -> Request:
        """A request that answers an invitation still open, written with its code. Raises BundleRefused."""
        request = peek_request(request_file)
        invited = self.store.directory.invitation(request.invitation)
        key = self.store.kept(invited[1]) if invited else None
        if not invited or not key or request.network != self.programme().network or invited[0] != request.station:
            raise BundleRefused(N_("This request answers no invitation of this central. Invite the station again."))
        check_code(request_file, key)
        if invited[2]:
            raise BundleRefused(N_("This request's code was used already. If two PCs sent one, call the station."))
        self._check_genesis(request.genesis.encode(), request.station)
        return request

    def _check_genesis(self, body: bytes, station: StationCode) -> None:
        genesis = decode(body)
        wanted = (station, self.programme().network, self.store.directory.kind_of(station))
        right = isinstance(genesis, Genesis) and (genesis.station, genesis.network, genesis.kind) == wanted
        if not right:
            raise BundleRefused(N_("This request does not begin a journal of that station. Ask for it again."))

    # Attendants

    def appoint(self, station: StationCode, attendant: AttendantNumber, name: str, *, manager: bool) -> Appointed:
        """A new attendant with a random PIN. Raises NotThere, AlreadyThere."""
        with self.store.transaction():
            if not self.store.directory.station(station):
                raise NotThere(what=Phrase(N_("station")), name=station)
            if any(a.attendant == attendant for a in self.store.directory.attendants(station)):
                raise AlreadyThere(what=Phrase(N_("attendant")), name=attendant)
            pin, verifier = self._new_pin()
            personal = self.store.keep(msgspec.json.encode(StaffMember(name, attendant)), random_bytes())
            self.record(
                lambda at, by: AttendantAppointed(
                    at=at,
                    by=by,
                    station=station,
                    attendant=attendant,
                    personal=personal,
                    verifier=verifier,
                    manager=manager,
                )
            )
        return Appointed(attendant, pin)

    def new_pin(self, station: StationCode, attendant: AttendantNumber) -> Appointed:
        """A new random PIN, with all its tries. Raises NotThere."""
        with self.store.transaction():
            if not any(a.attendant == attendant for a in self.store.directory.attendants(station)):
                raise NotThere(what=Phrase(N_("attendant")), name=attendant)
            pin, verifier = self._new_pin()
            self.record(
                lambda at, by: AttendantPinSet(at=at, by=by, station=station, attendant=attendant, verifier=verifier)
            )
        return Appointed(attendant, pin)

    def _new_pin(self) -> tuple[Secret, str]:
        pin = random_pin()
        verifier = self.store.keep(pin_verifier(pin, random_bytes()).encode(), random_bytes())
        return Secret(pin), verifier

    # Prizes

    def ship(self, station: StationCode, lines: tuple[PrizeCount, ...]) -> ShippingNote:
        """Send prizes to a station on consignment (STK-1). Raises NotThere, UnknownPrize."""
        with self.store.transaction():
            if not self.store.directory.station(station):
                raise NotThere(what=Phrase(N_("station")), name=station)
            for line in lines:
                self.programme().prize(line.prize)
            note = self.store.shelf.next_note()
            self.record(lambda at, by: PrizesShipped(at=at, by=by, station=station, note=note, lines=lines))
        return note


def found_network(home: Home, read: Callable[[int], ProgrammeFile], clock: Clock, operator: str) -> Office:
    """A new central in an empty folder, its programme published as version 1. Raises NotSetUp, BadInput."""
    if home.keys.exists():
        raise NotSetUp(
            N_("There is a central in {folder} already. Choose another folder with --home."), folder=home.folder
        )
    file = read(1)
    secrets = new_node_secrets()
    discard_unfinished(home)
    office = Office(CentralStore(embedded_engine(home, secrets.database_key())), secrets, clock, operator)
    genesis = Genesis(
        at=clock.now(),
        network=file.programme.network,
        station=CENTRAL,
        incarnation=1,
        sign=office.signer.public.hex(),
        box=public_box_key(secrets.box).hex(),
        nonce=random_bytes().hex(),
    )
    with office.store.transaction():
        office.store.append([genesis])
        office._publish(file, file.stations)  # noqa: SLF001 -- founding is publishing for the first time
    save_node_secrets(home.keys, secrets)
    return office


def discard_unfinished(home: Home) -> None:
    """Remove a database whose keys were never saved: nobody can open it, and nothing in it was ever confirmed."""
    home.folder.mkdir(parents=True, exist_ok=True)
    for name in (home.database.name, f"{home.database.name}-wal", f"{home.database.name}-shm"):
        (home.folder / name).unlink(missing_ok=True)


def open_office(home: Home, clock: Clock, operator: str) -> Office:
    """The central in that folder. Raises NotSetUp, StorageTrouble."""
    secrets = load_node_secrets(home.keys)
    if home.invitation.exists():
        raise NotSetUp(N_("The folder {folder} holds a station, not central."), folder=home.folder)
    office = Office(CentralStore(embedded_engine(home, secrets.database_key())), secrets, clock, operator)
    if office.store.upgraded:
        from suite.central.jobs.corrections import correct_everybody

        correct_everybody(office)
    return office
