"""Incidents opened by hand at a station, followed by central to their end, answered (STA-6)."""

import pytest

from suite.central import people
from suite.central.incidents import incident, incidents, resolve, take_on
from suite.domain.errors import NotThere, TicketKept
from suite.domain.events.member_desk import IncidentReported
from suite.domain.incidents import IncidentOver, incident_numbered
from suite.runtime.errors import BadInput
from suite.station.incidents import report_incident, reports
from tests.factories import ANA

DAY_MS = 24 * 3600 * 1000


def exchange(world, code="E1"):
    world.clock.moment += 1
    world.carry_in(code)
    carry_out(world, code)


def carry_out(world, code="E1"):
    world.clock.moment += 1
    world.carry_out(code)


def seen(site):
    return [(report.kind, report.state, report.answer) for report in reports(site.desk)]


def test_a_report_is_answered_and_the_station_is_told(world):
    site, other = world.pair("E1"), world.pair("E2")
    done = report_incident(site.desk, "points", "01", "Faltan puntos de Peña", "F-1", ANA)
    assert seen(site) == [("points", "sent", "")]
    exchange(world)
    (found,) = incidents(world.office)
    assert (found.number, found.kind, found.note) == (done.number, "report-points", "Faltan puntos de Peña")
    assert (found.document, found.card, found.state) == ("F-1", ANA, "open")
    take_on(world.office, done.number)
    carry_out(world)
    assert seen(site) == [("points", "taken", "")]
    resolve(world.office, done.number, "Se acreditó el ticket")
    assert incidents(world.office) == []
    assert [(line.state, line.answer) for line in incidents(world.office, everything=True)] == [
        ("resolved", "Se acreditó el ticket")
    ]
    carry_out(world)
    carry_out(world, "E2")
    assert seen(site) == [("points", "resolved", "Se acreditó el ticket")]
    assert seen(other) == []
    world.clock.moment += 91 * DAY_MS
    carry_out(world)
    assert seen(site) == []


def test_every_incident_is_followed_not_only_reports(world):
    site = world.pair("E1")
    with pytest.raises(TicketKept):
        site.sell("999999", "F-9")
    exchange(world)
    (kept,) = incidents(world.office)
    resolve(world.office, kept.number, "Tarjeta de otra red")
    assert incidents(world.office) == []
    with pytest.raises(IncidentOver):
        take_on(world.office, kept.number)
    with pytest.raises(IncidentOver):
        resolve(world.office, kept.number, "otra vez")


def test_what_was_written_leaves_the_station_once_central_has_it(world):
    site = world.pair("E1")
    report_incident(site.desk, "card", "01", "Ana García perdió la tarjeta", card=ANA)
    blobs = "SELECT count(*) FROM blob"
    assert site.node.store._db.execute(blobs).fetchone() == (1,)
    assert not [entry for entry in site.node.store.entries() if b"Garc" in entry.body]
    exchange(world)
    assert site.node.store._db.execute(blobs).fetchone() == (0,)
    people.remove_member(world.office, 1, "asked")
    assert [line.note for line in incidents(world.office)] == [""]


def test_of_who_left_meanwhile_nothing_written_is_kept(world):
    site = world.pair("E1")
    report_incident(site.desk, "card", "01", "Ana perdió la tarjeta", card=ANA)
    people.remove_member(world.office, 1, "asked")
    exchange(world)
    assert [line.note for line in incidents(world.office)] == [""]


def test_tables_rebuilt_from_the_journals_are_the_live_ones(world):
    site = world.pair("E1")
    numbers = [report_incident(site.desk, "other", "01", text).number for text in ("uno", "dos", "")]
    exchange(world)
    take_on(world.office, numbers[0])
    resolve(world.office, numbers[1], "listo")
    before = world.tables()
    with world.office.store.transaction():
        world.office.store.rebuild()
    assert world.tables() == before


def test_nobody_commits_to_what_central_keeps_already(world):
    site = world.pair("E1")
    with world.office.store.transaction():
        personal = world.office.store.directory.accounts()[0][1]
    with site.node.store.writing():
        site.node.store.append(IncidentReported(at=world.clock.now(), kind="other", note=personal, attendant="01"))
    (refused,) = world.carry_in("E1")
    assert "no station can mean" in refused.refusal.text
    assert incidents(world.office) == []


def test_what_is_no_incident_and_no_answer(world):
    site = world.pair("E1")
    number = report_incident(site.desk, "other", "01").number
    exchange(world)
    for wrong in ("", "7", "7-", "x-1", "1-1-1", "999-1", "٣-1", "-1-2"):
        with pytest.raises(NotThere):
            incident(world.office, wrong)
    for answer in ("", "\x1b", "x" * 201):
        with pytest.raises(BadInput):
            resolve(world.office, number, answer)
    assert incident(world.office, f" {number} ").state == "open"
    assert incident_numbered(number).number == number
