"""A bundle is taken whole or refused with a sentence: no flipped bit, no cut, no stranger, no bomb comes through."""

import subprocess
import sys

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.runtime.errors import BundleRefused
from suite.sync import sealing
from suite.sync.bundle import FORMAT, FUTURE_MAX_MS, Core, Receiver, close_bundle, file_name, open_bundle, read_core
from suite.sync.frames import Frame, pack, unpack, zstd

BOX = bytes(range(32))
LOG = bytes(16)
NOW = 1_792_069_200_000
FRAMES = [Frame(b"R", b"first"), Frame(b"P", b"x" * 70_000), Frame(b"F", b"")]
CORE = Core(v=FORMAT, net="test", sender="ab" * 16, sender_name="E1", to=LOG.hex(), to_name="central", created=NOW)
ME = Receiver(network="test", log=LOG, box=BOX, now=NOW)
FILE = close_bundle(CORE, FRAMES, to_box=sealing.public_box_key(BOX), file_key=bytes(32))


def made(core):
    return close_bundle(core, FRAMES, to_box=sealing.public_box_key(BOX), file_key=bytes(32))


def changed(**fields):
    return made(msgspec.structs.replace(CORE, **fields))


def test_what_is_closed_is_opened():
    assert open_bundle(FILE, ME) == (CORE, FRAMES)


@pytest.mark.parametrize("size", [0, 1, sealing.CHUNK - 1, sealing.CHUNK, sealing.CHUNK + 1, 3 * sealing.CHUNK])
def test_every_size_around_a_chunk_is_opened(size):
    content = bytes(i % 251 for i in range(size))
    sealed = sealing.close_envelope(b"{}", content, {"me": sealing.public_box_key(BOX)}, bytes(32))
    assert sealing.open_envelope(sealing.split_envelope(sealed), "me", BOX) == content


@given(st.integers(0, len(FILE) * 8 - 1))
def test_no_flipped_bit_comes_through(bit):
    flipped = bytearray(FILE)
    flipped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BundleRefused):
        open_bundle(bytes(flipped), ME)


@given(st.integers(0, len(FILE) - 1))
def test_no_cut_file_comes_through(length):
    with pytest.raises(BundleRefused):
        open_bundle(FILE[:length], ME)


def test_a_file_cut_at_a_chunk_is_noticed():
    content = bytes(2 * sealing.CHUNK)
    sealed = sealing.close_envelope(b"{}", content, {"me": sealing.public_box_key(BOX)}, bytes(32))
    with pytest.raises(BundleRefused, match="cut short"):
        sealing.open_envelope(sealing.split_envelope(sealed[: -(sealing.CHUNK + sealing.TAG)]), "me", BOX)


@given(st.binary(max_size=200))
def test_no_other_file_comes_through(content):
    with pytest.raises(BundleRefused):
        open_bundle(content, ME)
    with pytest.raises(BundleRefused):
        open_bundle(b"CSB1" + content, ME)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        pytest.param(b"PK\x03\x04 a zip", "not a Canje bundle", id="another kind of file"),
        pytest.param(changed(net="other"), "another network", id="another network"),
        pytest.param(changed(to="cd" * 16, to_name="E2"), "is for E2", id="another node"),
        pytest.param(changed(v=FORMAT + 1), "newer Canje", id="a newer format"),
        pytest.param(changed(caps=("columns",)), "newer Canje", id="a capability we lack"),
        pytest.param(changed(created=NOW + FUTURE_MAX_MS + 1), "later than this PC's clock", id="from the future"),
        pytest.param(FILE[:-1], "cut short", id="cut short"),
        pytest.param(FILE + b"\0", "cut short", id="grown"),
    ],
)
def test_each_trouble_has_its_sentence(file, words):
    with pytest.raises(BundleRefused) as refusal:
        open_bundle(file, ME)
    assert words in str(refusal.value)


def test_a_bundle_of_today_and_one_that_a_person_vouches_for_are_taken():
    assert open_bundle(changed(created=NOW + FUTURE_MAX_MS), ME)
    assert open_bundle(changed(created=NOW + FUTURE_MAX_MS + 1), ME, despite_clock=True)


def test_only_the_receivers_secret_opens():
    thief = Receiver(network="test", log=LOG, box=bytes(32), now=NOW)
    with pytest.raises(BundleRefused):
        open_bundle(FILE, thief)


def test_the_content_is_not_readable_on_the_stick():
    assert b"first" not in FILE


def test_the_list_of_receivers_is_bound_to_the_content():
    envelope = sealing.split_envelope(FILE)
    receivers = msgspec.json.decode(envelope.receivers)
    longer = msgspec.json.encode({**receivers, "another": "00"})
    with pytest.raises(BundleRefused):
        sealing.open_envelope(sealing.Envelope(envelope.core, longer, envelope.sealed), LOG.hex(), BOX)


def test_a_bomb_does_not_unfold():
    bomb = zstd.compress(bytes(50_000_000), 3)
    assert len(bomb) < 10_000
    with pytest.raises(BundleRefused, match="unfolds"):
        unpack(bomb, limit=1_000_000)


BOMB = """
import resource
from suite.runtime.errors import BundleRefused
from suite.sync.frames import unpack, zstd

compressor, zeros = zstd.ZstdCompressor(level=1), bytes(1 << 25)
bomb = b"".join(compressor.compress(zeros) for _ in range(64)) + compressor.flush()
resource.setrlimit(resource.RLIMIT_AS, (7 << 28, 7 << 28))
try:
    unpack(bomb)
except BundleRefused:
    print("refused", len(bomb) < 1_000_000)
"""


def test_two_gigabytes_in_a_small_file_are_refused_without_room_for_them():
    done = subprocess.run([sys.executable, "-c", BOMB], capture_output=True, text=True, check=False)
    assert done.stdout == "refused True\n", done.stderr[-500:]


def test_the_limit_itself_unfolds():
    frame = Frame(b"R", bytes(995))
    assert unpack(pack([frame]), limit=1000) == [frame]
    with pytest.raises(BundleRefused):
        unpack(pack([frame]), limit=999)


@pytest.mark.parametrize(
    "plain",
    [
        pytest.param(b"R\0\0\0\5abc", id="a frame longer than the stream"),
        pytest.param(b"R\0\0", id="half a length"),
    ],
)
def test_a_broken_stream_is_refused(plain):
    with pytest.raises(BundleRefused):
        unpack(zstd.compress(plain, 3))


def test_a_capital_kind_of_a_newer_release_waits_and_a_small_one_is_passed_over():
    with pytest.raises(BundleRefused, match="newer Canje"):
        unpack(pack([Frame(b"Z", b"")]))
    assert unpack(pack([Frame(b"z", b"")])) == [Frame(b"z", b"")]


def test_two_streams_in_one_are_refused():
    with pytest.raises(BundleRefused):
        unpack(pack([]) + pack([]))


def test_a_name_says_whose_and_how_far():
    assert file_name(CORE, seq=41) == "E1-to-central-ababab-000041.csb"


def test_the_header_is_read_without_a_key():
    assert read_core(FILE) == CORE
