"""What facts about nodes change at central: rules, stations, journals and the lines they part in, attendants, eras."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import delete, select, update

from suite.central import schema
from suite.central.dialect import add_or_replace, run_many
from suite.central.projector import Fact, Projector
from suite.domain.events import central as facts
from suite.domain.events import network
from suite.domain.events.base import Event
from suite.domain.events.node import Genesis, Mark
from suite.journal.codec import decode
from suite.journal.entry import START, Tip, journal_id

NO_PARENT = 0
"""The line that a journal began with; a line that parted from another names it."""


def mark(to: Projector, event: Mark, fact: Fact) -> None:
    row = (fact.journal, event.feed_count, event.feed, event.registry)
    run_many(to.db, add_or_replace(schema.feed_told, "count", "feed", "registry"), [row])


def programme_published(to: Projector, event: facts.ProgrammePublished, fact: Fact) -> None:
    to.insert(schema.programme, event.programme.version, event.at, msgspec.json.encode(event.programme), fact.count)
    to.forget_programme()


def station_added(to: Projector, event: facts.StationAdded, fact: Fact) -> None:
    value = event.point_value
    numbers = (value.numerator, value.denominator) if value else (0, 0)
    to.insert(schema.station, event.station, event.name, *numbers)


def node_added(to: Projector, event: network.NodeAdded, fact: Fact) -> None:
    to.insert(schema.node, event.node, event.name, event.kind)


def station_invited(to: Projector, event: facts.StationInvited, fact: Fact) -> None:
    to.insert(schema.invitation, event.invitation, event.station, event.secret, 0, fact.seq)


def station_paired(to: Projector, event: facts.StationPaired, fact: Fact) -> None:
    mine = schema.invitation.c.invitation == event.invitation
    to.db.execute(update(schema.invitation).where(mine).values(used=1))
    genesis = decode(event.genesis.encode())
    assert isinstance(genesis, Genesis)
    body, keys = event.genesis.encode(), (bytes.fromhex(genesis.sign), bytes.fromhex(genesis.box))
    start = Tip(genesis.prev.seq, bytes.fromhex(genesis.prev.head)) if genesis.prev else START
    to.insert(
        schema.journal, fact.seq, journal_id(body), event.station, *keys, body, NO_PARENT, start.seq, start.head, 0
    )
    to.forget_lines()
    to.db.execute(delete(schema.asked).where(schema.asked.c.log == journal_id(body)))


def continuation_asked(to: Projector, event: network.ContinuationAsked, fact: Fact) -> None:
    body = event.genesis.encode()
    to.insert(schema.asked, journal_id(body), event.station, event.at, body)


def journal_forked(to: Projector, event: network.JournalForked, fact: Fact) -> None:
    """A second line of a journal, numbered by this entry; and something for a person to look into."""
    known = schema.journal.c
    parent = to.db.execute(select(schema.journal).where(known.journal == event.journal)).one()
    row = (fact.seq, parent.log, parent.station, parent.sign, parent.box, parent.genesis, event.journal)
    to.insert(schema.journal, *row, event.seq, bytes.fromhex(event.head), parent.revoked)
    to.forget_lines()
    where = Fact(fact.seq, parent.station, event.seq, event)
    to.open_incident(where, "journal-forked", event.at, "", "")


def journal_revoked(to: Projector, event: network.JournalRevoked, fact: Fact) -> None:
    mine = schema.journal.c.log == bytes.fromhex(event.log)
    to.db.execute(update(schema.journal).where(mine).values(revoked=1))


def era_begun(to: Projector, event: network.EraBegun, fact: Fact) -> None:
    to.insert(schema.era, event.era, fact.count)


def registry_published(to: Projector, event: network.RegistryPublished, fact: Fact) -> None:
    to.insert(schema.registry, event.version, event.at, event.registry, 0)


def keys_retired(to: Projector, event: network.KeysRetired, fact: Fact) -> None:
    before = schema.registry.c.version < event.version
    to.db.execute(update(schema.registry).where(before).values(retired=1))


def attendant_appointed(to: Projector, event: facts.AttendantAppointed, fact: Fact) -> None:
    row = (event.station, event.attendant, event.personal, event.verifier, int(event.manager), fact.seq)
    to.insert(schema.attendant, *row)


def attendant_pin_set(to: Projector, event: facts.AttendantPinSet, fact: Fact) -> None:
    known = schema.attendant.c
    mine = (known.station == event.station) & (known.attendant == event.attendant)
    to.db.execute(update(schema.attendant).where(mine).values(verifier=event.verifier, issue=fact.seq))


def attendant_card_declared(to: Projector, event: facts.AttendantCardDeclared, fact: Fact) -> None:
    row = (event.station, event.attendant, event.card, int(not event.withdrawn))
    run_many(to.db, add_or_replace(schema.declared, "holds"), [row])


def past_contradicted(to: Projector, event: network.PastContradicted, fact: Fact) -> None:
    where = Fact(fact.journal, event.station, fact.seq, event)
    to.open_incident(where, "central-history", event.at, str(event.seq), "")


def clock_doubted(to: Projector, event: network.ClockDoubted, fact: Fact) -> None:
    station = to.db.scalars(select(schema.journal.c.station).where(schema.journal.c.journal == event.journal)).one()
    incident = schema.incident.c
    open_ones = select(incident.seq).where(incident.station == station, incident.kind == "clock", incident.open == 1)
    if to.db.scalar(open_ones.limit(1)) is None:
        where = Fact(fact.journal, station, fact.seq, event)
        to.open_incident(where, "clock", event.at, f"{event.first}-{event.last}", "")


NETWORK_HANDLERS: dict[type[Event], Callable[[Projector, Any, Fact], None]] = {
    Mark: mark,
    facts.ProgrammePublished: programme_published,
    facts.StationAdded: station_added,
    facts.StationInvited: station_invited,
    facts.StationPaired: station_paired,
    facts.AttendantAppointed: attendant_appointed,
    facts.AttendantPinSet: attendant_pin_set,
    facts.AttendantCardDeclared: attendant_card_declared,
    network.NodeAdded: node_added,
    network.ContinuationAsked: continuation_asked,
    network.JournalForked: journal_forked,
    network.JournalRevoked: journal_revoked,
    network.EraBegun: era_begun,
    network.PastContradicted: past_contradicted,
    network.ClockDoubted: clock_doubted,
    network.RegistryPublished: registry_published,
    network.KeysRetired: keys_retired,
}
