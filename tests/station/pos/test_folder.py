"""A folder in which somebody else writes: whole files once, refused ones aside with a sentence, none deleted."""

import hashlib
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from suite.runtime.ballast import Reserve
from suite.runtime.errors import BadInput, NotSetUp
from suite.station import courier
from suite.station.doctor import examine, repair
from suite.station.pos.folder import TAKEN, put_away, stamp_of
from suite.station.pos.pending import pending
from suite.station.pos.watching import PATIENCE, PosWatch, Watch
from tests.station.pos.files import CARD, card, event, fuel, item, journal, prepay

ONE = journal(event("1", fuel()))


def test_a_file_is_taken_once_by_what_is_in_it(pos):
    pos.write("a.xml", ONE)
    looked = pos.look()
    assert [(one.name, one.new, one.known) for one in looked.taken] == [("a.xml", 1, 0)]
    assert pos.names() == ["taken/a.xml"]

    pos.write("b.xml", ONE)
    again = pos.look()
    assert (again.taken, again.known) == ((), ("b.xml",))
    assert pos.names() == ["taken/a.xml", "taken/b.xml"]


def test_a_refused_file_goes_aside_with_its_sentence_and_hinders_no_other(pos):
    pos.write("a.xml", b"<html/>")
    pos.write("b.xml", journal(event("1", fuel(amount="x"))))
    pos.write("c.xml", ONE)
    looked = pos.look()
    assert [one.name for one in looked.taken] == ["c.xml"]
    assert [name for name, _ in looked.refused] == ["a.xml", "b.xml"]
    assert pos.names() == [
        "refused/a.xml",
        "refused/a.xml.why.txt",
        "refused/b.xml",
        "refused/b.xml.why.txt",
        "taken/c.xml",
    ]
    assert "another kind of file" in (pos.folder / "refused/a.xml.why.txt").read_text()
    assert [file.why for file in pos.store.pos.files(9) if file.why] == [why for _, why in looked.refused]


def test_a_file_that_somebody_is_writing_is_left_alone(pos):
    path = pos.write("a.xml", ONE)

    looked = pos.look(meanwhile=lambda _: path.write_bytes(journal(event("1", fuel()), event("2", fuel()))))

    assert (looked.taken, looked.growing, pos.names()) == ((), ("a.xml",), ["a.xml"])
    assert sum(one.new for one in pos.look().taken) == 2


def test_a_file_that_ends_in_the_middle_has_patience_and_then_goes_aside(pos):
    pos.write("a.xml", ONE[:-20])
    watch = Watch(pos.desk, pos.site.home.out)
    looks = [watch.look() for _ in range(PATIENCE + 1)]
    assert all(looked.growing == ("a.xml",) for looked in looks[:-1])
    assert [name for name, _ in looks[-1].refused] == ["a.xml"]
    pos.write("a.xml", ONE)
    assert pos.look().taken[0].new == 1


def test_a_file_that_was_written_to_since_it_was_read_is_not_put_away(pos):
    path = pos.write("a.xml", ONE)
    read_as = stamp_of(path)
    path.write_bytes(journal(event("1", fuel()), event("2", fuel())))
    assert not put_away(path, TAKEN, read_as)
    assert pos.names() == ["a.xml"]


def test_files_that_another_program_reads_too_stay(pos):
    pos.tell(leave=True)
    pos.write("a.xml", ONE)
    pos.write("b.xml", b"<html/>")
    watch = Watch(pos.desk, pos.site.home.out)
    looks = [watch.look() for _ in range(4)]
    assert [len(looked.taken) for looked in looks] == [0, 1, 0, 0]
    assert [len(looked.refused) for looked in looks] == [0, 1, 0, 0]
    assert pos.names() == ["a.xml", "b.xml"]
    assert pos.look().known == ("a.xml",)


def test_links_hidden_files_and_other_endings_are_not_looked_at(pos, tmp_path):
    outside = tmp_path / "elsewhere.xml"
    outside.write_bytes(ONE)
    (pos.folder / "link.xml").symlink_to(outside)
    os.mkfifo(pos.folder / "pipe.xml")
    pos.write(".a.xml", ONE)
    pos.write("a.xml.part", ONE)
    assert pos.look().taken == ()
    assert outside.exists()


def test_names_that_are_no_plain_text_are_taken_all_the_same(pos):
    path = os.fsencode(pos.folder) + b"/a\x1b[31m\xff.xml"
    with open(path, "wb") as file:  # noqa: PTH123 -- a name that is no text
        file.write(ONE)
    looked = pos.look()
    assert [one.new for one in looked.taken] == [1]
    assert "\x1b" not in looked.taken[0].name


def test_a_folder_that_is_gone_and_no_folder_at_all_have_their_sentences(pos):
    pos.folder.rmdir()
    with pytest.raises(BadInput):
        pos.look()
    pos.tell(folder="")
    with pytest.raises(NotSetUp):
        pos.look()


def test_another_store_is_not_this_stations(pos):
    pos.tell(store="78")
    assert "77" in pos.take(event("1", fuel())).refused[0][1]
    pos.tell(store="77")
    assert pos.take(event("1", fuel())).taken


def test_what_waits_survives_restart_rebuild_and_doctor(pos, world):
    pos.take(event("1", fuel()))
    reserve = Reserve(pos.site.home.ballast)
    reserve.keep()
    pos.store.close()
    repair(pos.site.home, reserve)
    assert [
        each for each in examine(pos.site.home, world.clock, reserve) if not each.good and each.check == "tables"
    ] == []
    node = courier.open_station(pos.site.home)
    assert node.store.pos.setup().folder == str(pos.folder)
    assert [ticket.number for ticket in node.store.pos.waiting(0)] == ["1"]
    node.store.close()


def test_a_sale_that_was_altered_beside_the_journal_is_found_and_comes_again_with_its_file(pos, world):
    pos.take(event("1", fuel()))
    with pos.store.writing() as connection:
        connection.execute("UPDATE pos_ticket SET document = '2', at = at + 900000")
    reserve = Reserve(pos.site.home.ballast)
    reserve.keep()
    assert [each.check for each in examine(pos.site.home, world.clock, reserve) if not each.good] == ["pos"]
    repair(pos.site.home, reserve)
    assert pending(pos.desk) == []
    (pos.folder / "taken" / "a.xml").rename(pos.folder / "a.xml")
    pos.look()
    assert [each.number for each in pending(pos.desk)] == ["1"]


def test_the_background_takes_files_and_stops(pos, monkeypatch):
    from suite.station.desk import Desk
    from suite.station.pos import watching

    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.01)
    pos.write("a.xml", ONE)
    pos.write("b.xml", b"<html/>")

    def open_desk(home):
        node = courier.open_station(home)
        return Desk(pos.desk.station, node.store, pos.desk.clock)

    watch = PosWatch(pos.site.home, open_desk)
    watch.start()
    for _ in range(1000):
        if pending(pos.desk) and watch.looks > 3:
            break
        watch._stopped.wait(0.01)
    watch.stop()
    assert [each.number for each in pending(pos.desk)] == ["1"]
    assert "b.xml" in watch.trouble


EVENTS = st.lists(
    st.sampled_from(
        [
            event("1", fuel(), card()),
            event("2", fuel(litres="5.000", amount="500.00"), item()),
            event("3", prepay("3000.00"), item(), card()),
            event("4", fuel(litres="20.000", amount="2000.00"), prepay("-3000.00", "3"), card()),
            event("5", fuel(), flags='<TrainingModeFlag value="yes"/>'),
        ]
    ),
    max_size=8,
)


@given(st.lists(EVENTS, max_size=4))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_splitting_and_repeating_files_never_counts_twice(pos, files):
    """Whatever is in which file and how often: one ticket earns once, and a prepay never beside its completion."""
    for n, events in enumerate(files):
        name = hashlib.sha256(repr((n, events)).encode()).hexdigest()[:12]
        pos.take(*events, name=f"{name}.xml")

    sales = [(sale.reference, sale.points) for sale in pos.desk.movements(CARD)]
    assert len({reference for reference, _ in sales}) == len(sales)
    assert set(sales) <= {("1", 1000), ("4", 2000), ("4", 2050)}
    assert {each.number for each in pending(pos.desk)} <= {"2"}
