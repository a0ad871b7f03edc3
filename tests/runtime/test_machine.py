"""The machine under a node: files that are whole or absent, a database with its rules on, text that is only text."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.domain.errors import N_, Phrase
from suite.runtime import db, files
from suite.runtime.clock import StoppedClock, SystemClock, clock_from_environment
from suite.runtime.errors import BadInput, NotSetUp, StorageTrouble
from suite.runtime.files import read_whole, write_whole
from suite.runtime.hostile_json import HOSTILE_JSON
from suite.runtime.paths import home_of
from suite.runtime.safe_text import FORMULA_STARTS, safe_cell, safe_text
from suite.runtime.secrets import (
    Secret,
    authentic,
    authenticator,
    derive,
    load_node_secrets,
    new_node_secrets,
    pin_matches,
    pin_verifier,
    random_pin,
    save_node_secrets,
)
from suite.runtime.texts import money, number, quantity, say_error, set_language
from suite.runtime.typed_text import scaled
from suite.sync.usb import bundles_for

KEY = bytes(range(32))


# Files


def test_a_file_is_written_whole_and_read_back(tmp_path):
    write_whole(tmp_path / "deep" / "a.csb", b"content")
    assert (tmp_path / "deep" / "a.csb").read_bytes() == b"content"
    assert list((tmp_path / "deep").iterdir()) == [tmp_path / "deep" / "a.csb"]


@pytest.mark.parametrize("step", ["fsync", "replace", "sync_folder"])
def test_a_stick_pulled_at_any_step_leaves_the_old_file_or_the_new_one(tmp_path, monkeypatch, step):
    path = tmp_path / "a.csb"
    path.write_bytes(b"old")

    def pulled(*_):
        raise OSError(errno.EIO, "stick pulled")

    target = {"fsync": (os, "fsync"), "replace": (Path, "replace"), "sync_folder": (files, "sync_folder")}[step]
    monkeypatch.setattr(*target, pulled)
    with pytest.raises(StorageTrouble, match="stick pulled"):
        write_whole(path, b"new")
    assert path.read_bytes() in ({b"new"} if step == "sync_folder" else {b"old"})
    assert [p.name for p in tmp_path.iterdir()] == ["a.csb"]


def test_a_medium_that_keeps_something_else_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"something else")
    with pytest.raises(StorageTrouble, match="read back"):
        write_whole(tmp_path / "a.csb", b"content")


def test_a_folder_that_cannot_be_written_is_said(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageTrouble, match="could not be written"):
        write_whole(tmp_path / "file" / "a.csb", b"content")


def test_only_plain_files_of_a_sensible_size_are_read(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_whole(tmp_path / "a", limit=5) == b"12345"
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for name, limit in (("a", 4), ("link", 100), ("absent", 100), (".", 100)):
        with pytest.raises(BadInput):
            read_whole(tmp_path / name, limit=limit)


def test_a_folder_without_bundles_is_said_and_links_in_it_are_passed_over(tmp_path):
    (tmp_path / "a.csb").symlink_to("/etc/hostname")
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(BadInput, match="no bundle"):
        bundles_for(tmp_path, bytes(16))


# Database


def test_a_database_opens_with_every_rule_on(tmp_path):
    connection = db.open_database(tmp_path / "a.db", KEY)
    rules = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema", "cell_size_check")
    }
    assert rules == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
    }
    connection.close()


def test_a_database_that_will_not_take_a_rule_is_not_used(tmp_path, monkeypatch):
    class Stubborn:
        def execute(self, statement):
            self.statement = statement
            return self

        def fetchone(self):
            return ("delete",)

    with pytest.raises(StorageTrouble, match="journal_mode is delete"):
        db._set_rules(Stubborn())


def test_an_old_sqlite_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(db, "OLDEST_SQLITE", (99, 0, 0))
    with pytest.raises(StorageTrouble, match="can damage data"):
        db.open_database(tmp_path / "a.db", KEY)


def test_a_transaction_is_whole_or_nothing(tmp_path):
    connection = db.open_database(tmp_path / "a.db", KEY)
    connection.execute("CREATE TABLE t (n)")
    with pytest.raises(db.DatabaseError), db.writing(connection):
        connection.execute("INSERT INTO t VALUES (1), (1, 2)")
    with db.writing(connection):
        connection.execute("INSERT INTO t VALUES (2)")
    assert connection.execute("SELECT n FROM t").fetchall() == [(2,)]
    connection.close()


def test_a_full_disk_is_said_and_what_was_there_stays(tmp_path):
    connection = db.open_database(tmp_path / "a.db", KEY)
    connection.execute("CREATE TABLE t (n)")
    with db.writing(connection):
        connection.execute("INSERT INTO t VALUES (zeroblob(1000))")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(StorageTrouble, match="disk is full"), db.writing(connection), db.storage_errors(None):
        connection.execute("INSERT INTO t VALUES (zeroblob(1000000))")
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)
    connection.execute("PRAGMA max_page_count = 1000000")
    with db.writing(connection):
        connection.execute("INSERT INTO t VALUES (1)")
    connection.close()


def test_two_writers_wait_for_each_other_and_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr(db, "BUSY_MS", 1)
    one, two = (db.open_database(tmp_path / "a.db", KEY) for _ in range(2))
    with db.writing(one), pytest.raises(StorageTrouble, match="Another Canje"), db.writing(two):
        pass
    one.close()
    two.close()


# Text from outside


@given(st.text(max_size=300))
def test_safe_text_is_one_printable_line(raw):
    text = safe_text(raw, 40)
    assert len(text) <= 40
    assert text == "" or (text.isprintable() and text == text.strip() and "  " not in text)
    assert safe_text(text, 40) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param("Peña\u0303", "Peñã", id="composed"),
        pytest.param("\x1b[2JAna\x07", "[2JAna", id="escape sequence"),
        pytest.param("a\u202eb\u200bc", "abc", id="direction and zero width"),
        pytest.param("a\r\nb\tc", "a b c", id="lines become spaces"),
        pytest.param("<b>&", "<b>&", id="markup is only text"),
    ],
)
def test_safe_text_examples(raw, expected):
    assert safe_text(raw) == expected


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_formula_is_disarmed(start):
    assert safe_cell(f"{start}cmd()") == f"'{start}cmd()"
    assert safe_cell("Ana") == "Ana"


@pytest.mark.parametrize(
    ("written", "decimals", "expected"),
    [
        ("40,5", 3, 40500),
        ("40.5", 3, 40500),
        ("0", 2, 0),
        (" 7 ", 2, 700),
        ("1.005", 2, None),
        ("1.00", 2, 100),
        ("60.300", 2, None),
        ("1.000", 2, None),
        ("60.300", 3, 60300),
        ("", 2, None),
        ("-1", 2, None),
        ("1e3", 2, None),
        ("١", 2, None),
        ("1.000,5", 2, None),
        ("9" * 16, 2, None),
    ],
)
def test_decimals_are_exact_or_refused(written, decimals, expected):
    assert scaled(written, decimals) == expected


# Language


def test_numbers_are_written_as_each_language_writes_them():
    set_language("es")
    assert (number(1234567), money(-123456), quantity(40500), quantity(2000)) == ("1.234.567", "-1.234,56", "40,5", "2")
    set_language("en")
    assert (number(1234567), money(-123456), quantity(40500), quantity(2000)) == ("1,234,567", "-1,234.56", "40.5", "2")


def test_a_phrase_inside_a_sentence_is_said_in_the_same_language():
    set_language("es")
    said = say_error(
        BadInput(
            N_("{name}, line {line}, {key}: {reason}"),
            name="p.toml",
            line="7",
            key="rules[0]",
            reason=Phrase(N_("must be from 1 to 1000")),
        )
    )
    assert "line" not in said
    assert "must" not in said


def test_a_strange_language_falls_back_to_spanish():
    set_language("de")
    assert number(1000) == "1.000"


# Secrets, clock, folders


def test_secrets_are_saved_for_their_owner_and_read_back(tmp_path):
    secrets = new_node_secrets()
    save_node_secrets(tmp_path / "keys" / "node.key", secrets)
    assert load_node_secrets(tmp_path / "keys" / "node.key") == secrets
    assert (tmp_path / "keys" / "node.key").stat().st_mode & 0o077 == 0
    assert secrets.root.hex() not in repr(secrets)
    assert "493817" not in repr(Secret("493817"))


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"root":"zz","sign":"","box":""}', b'{"root":"00","sign":"00","box":"00"}']
)
def test_a_damaged_key_file_is_said(tmp_path, content):
    path = tmp_path / "keys" / "node.key"
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StorageTrouble, match="damaged"):
        load_node_secrets(path)
    with pytest.raises(NotSetUp):
        load_node_secrets(tmp_path / "absent" / "node.key")


def test_a_verifier_knows_its_pin_and_no_other():
    verifier = pin_verifier("493817", bytes(16))
    assert pin_matches("493817", verifier)
    assert not pin_matches("493818", verifier)
    assert not pin_matches("493817", "no verifier at all")
    assert "493817" not in verifier


def test_random_pins_are_six_digits_and_not_weak():
    pins = {random_pin() for _ in range(50)}
    assert len(pins) > 45
    assert all(len(pin) == 6 and pin.isdigit() for pin in pins)


def test_each_purpose_has_its_own_key():
    assert len({derive(KEY, b"database"), derive(KEY, b"pepper"), derive(bytes(32), b"database")}) == 3
    assert authentic(KEY, b"payload", authenticator(KEY, b"payload"))
    assert not authentic(KEY, b"payloae", authenticator(KEY, b"payload"))


def test_the_clock_stands_where_the_environment_puts_it(monkeypatch):
    assert isinstance(clock_from_environment(), SystemClock)
    assert SystemClock().now() > 1_790_000_000_000
    monkeypatch.setenv("CANJE_CLOCK", "1970-01-01T00:00:01+00:00")
    clock = clock_from_environment()
    assert isinstance(clock, StoppedClock)
    assert clock.now() == 1000
    for wrong in ("noon", "2026-10-15T10:00:00"):
        monkeypatch.setenv("CANJE_CLOCK", wrong)
        with pytest.raises(BadInput):
            clock_from_environment()


def test_a_node_lives_where_it_is_told(monkeypatch, tmp_path):
    assert home_of("station", tmp_path).folder == tmp_path
    monkeypatch.setenv("CANJE_HOME", str(tmp_path / "env"))
    assert home_of("station", None).folder == tmp_path / "env"
    monkeypatch.delenv("CANJE_HOME")
    assert home_of("central", None).folder.name == "central"


def test_endless_nesting_is_among_what_json_from_outside_can_be():
    import msgspec

    with pytest.raises(HOSTILE_JSON):
        msgspec.json.decode(b"[" * 100_000)
