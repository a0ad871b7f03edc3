"""Who belongs to the network: its rules, stations, members, cards and attendants. Questions by name."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Subquery, func, select, true

from suite.central import schema
from suite.central.dialect import Among, is_among
from suite.domain.errors import N_
from suite.domain.ids import (
    AccountId,
    AttendantNumber,
    CardNumber,
    NodeKind,
    StationCode,
)
from suite.domain.programme import Programme
from suite.domain.quantities import Moment, Points, Rate
from suite.runtime.errors import NotSetUp


class StationState(msgspec.Struct, frozen=True):
    """A station, or another node, as the office sees it. `heard` is when its last entries came in, None for never."""

    code: StationCode
    name: str
    point_value: Rate | None
    paired: bool
    entries: int
    heard: Moment | None
    kind: NodeKind = "station"


class AttendantState(msgspec.Struct, frozen=True):
    station: StationCode
    attendant: AttendantNumber
    personal: str
    verifier: str
    manager: bool
    issue: int


def _heard(only: StationCode | None) -> Subquery:
    """For each node that was paired: how many entries came of it, and when the last did."""
    run, journal = schema.run.c, schema.journal.c
    return (
        select(
            journal.station,
            func.max(run.received).label("heard"),
            func.sum(run.last - run.first + 1).label("entries"),
        )
        .select_from(schema.journal.outerjoin(schema.run, run.journal == journal.journal))
        .where(true() if only is None else journal.station == only)
        .group_by(journal.station)
        .subquery()
    )


def _told(heard: Subquery) -> tuple[ColumnElement[Any], ...]:
    return heard.c.station, heard.c.heard, heard.c.entries


class Directory:
    """Asked inside a transaction of `CentralStore`."""

    def __init__(self, connection: Callable[[], Connection]) -> None:
        self._connection = connection

    @property
    def _db(self) -> Connection:
        return self._connection()

    def programme(self) -> Programme:
        """The rules published last. Raises NotSetUp."""
        content = self._db.scalar(
            select(schema.programme.c.content).order_by(schema.programme.c.version.desc()).limit(1)
        )
        if content is None:
            raise NotSetUp(N_("This central has no programme yet. Run `canje central init PROGRAMME.toml`."))
        return msgspec.json.decode(content, type=Programme)

    def programmes(self) -> list[Programme]:
        """Every version ever published, oldest first."""
        known = schema.programme.c
        rows = self._db.scalars(select(known.content).order_by(known.version))
        return [msgspec.json.decode(content, type=Programme) for content in rows]

    def programme_at(self, moment: Moment) -> Programme:
        """The rules in force just before a moment; the first ones for a time before any."""
        known = schema.programme.c
        before = select(func.max(known.version)).where(known.at < moment)
        version = self._db.scalar(before) or self._db.scalar(select(func.min(known.version)))
        content = self._db.scalar(select(known.content).where(known.version == version))
        return msgspec.json.decode(content or b"", type=Programme)

    def stations(self, only: StationCode | None = None) -> list[StationState]:
        """Every station by its code, or one of them, with what came of it and when."""
        known, heard = schema.station.c, _heard(only)
        rows = self._db.execute(
            select(known.station, known.name, known.value_numerator, known.value_denominator, *_told(heard))
            .select_from(schema.station.outerjoin(heard, heard.c.station == known.station))
            .where(true() if only is None else known.station == only)
            .order_by(known.station)
        )
        return [
            StationState(code, name, Rate(top, bottom) if bottom else None, paired is not None, entries or 0, at)
            for code, name, top, bottom, paired, at, entries in rows
        ]

    def station_names(self) -> list[tuple[StationCode, str]]:
        """Every station by its code, and its name."""
        known = schema.station.c
        return [tuple(row) for row in self._db.execute(select(known.station, known.name).order_by(known.station))]

    def outposts(self, only: StationCode | None = None) -> list[StationState]:
        """Every node that is no station by its code, or one of them."""
        known, heard = schema.node.c, _heard(only)
        rows = self._db.execute(
            select(known.node, known.name, known.kind, *_told(heard))
            .select_from(schema.node.outerjoin(heard, heard.c.station == known.node))
            .where(true() if only is None else known.node == only)
            .order_by(known.node)
        )
        return [
            StationState(code, name, None, paired is not None, entries or 0, at, kind)
            for code, name, kind, paired, at, entries in rows
        ]

    def nodes(self) -> list[StationState]:
        """Every node beside central: stations, then the others."""
        return self.stations() + self.outposts()

    def node(self, code: StationCode) -> StationState | None:
        """A station or another node; None for a code that nobody has."""
        return self.station(code) or next(iter(self.outposts(code)), None)

    def kind_of(self, code: StationCode) -> NodeKind:
        """What a node is for; a station, when it was never added as anything else."""
        return self._db.scalar(select(schema.node.c.kind).where(schema.node.c.node == code)) or "station"

    def station(self, code: StationCode) -> StationState | None:
        return next(iter(self.stations(code)), None)

    def station_name(self, code: StationCode) -> str:
        """The name of a station or another node; the code of one that is not known."""
        found = self._db.scalar(select(schema.station.c.name).where(schema.station.c.station == code))
        return found or self._db.scalar(select(schema.node.c.name).where(schema.node.c.node == code)) or code

    def invitation(self, name: str) -> tuple[StationCode, str, bool] | None:
        """The station, the commitment of the code's key, and whether it was used."""
        known = schema.invitation.c
        row = self._db.execute(select(known.station, known.secret, known.used).where(known.invitation == name)).first()
        return (row[0], row[1], bool(row[2])) if row else None

    def invited_at(self, name: str) -> int:
        """Where in central's own journal the invitation stands."""
        known = schema.invitation.c
        return self._db.scalar(select(known.at).where(known.invitation == name)) or 0

    def account_of(self, card: CardNumber) -> AccountId | None:
        return self._db.scalar(select(schema.card.c.account).where(schema.card.c.card == card))

    def account(self, account: AccountId) -> tuple[str, Points] | None:
        """The commitment of the owner's personal data, and the balance."""
        known = schema.account.c
        row = self._db.execute(select(known.personal, known.balance).where(known.account == account)).first()
        return (row[0], Points(row[1])) if row else None

    def accounts(self, among: Among = None) -> list[tuple[AccountId, str, Points]]:
        known = schema.account.c
        query = select(known.account, known.personal, known.balance).where(is_among(known.account, among))
        return [tuple(row) for row in self._db.execute(query.order_by(known.account))]

    def account_count(self) -> int:
        return self._db.scalar(select(func.count()).select_from(schema.account)) or 0

    def account_numbers(self, after: AccountId, limit: int) -> list[AccountId]:
        """The next accounts by number."""
        known = schema.account.c
        query = select(known.account).where(known.account > after).order_by(known.account).limit(limit)
        return list(self._db.scalars(query))

    def declared(self, station: StationCode) -> list[tuple[AttendantNumber, CardNumber]]:
        """The cards of attendants and their relatives at a station (STA-11)."""
        known = schema.declared.c
        mine = (known.station == station) & (known.holds == 1)
        rows = self._db.execute(select(known.attendant, known.card).where(mine).order_by(known.attendant, known.card))
        return [(AttendantNumber(attendant), CardNumber(card)) for attendant, card in rows]

    def attendants(self, station: StationCode | None = None) -> list[AttendantState]:
        known = schema.attendant.c
        query = select(schema.attendant).order_by(known.station, known.attendant)
        rows = self._db.execute(query if station is None else query.where(known.station == station))
        return [AttendantState(row[0], row[1], row[2], row[3], bool(row[4]), row[5]) for row in rows]
