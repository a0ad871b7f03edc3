"""The chain and its vectors, kept for ever: these bytes are what another team would implement."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suite.journal.chain import heads, link
from suite.journal.entry import START, Tip, commitment, journal_id, short_reference

VECTORS = json.loads((Path(__file__).parent.parent / "vectors" / "chain.json").read_text())


def test_the_chain_matches_its_vectors():
    tip = START
    for body, head in VECTORS["chain"]:
        entry = link(tip, body.encode())
        assert entry.head.hex() == head
        tip = entry.tip
    assert heads(START, [body.encode() for body, _ in VECTORS["chain"]]) == [
        bytes.fromhex(h) for _, h in VECTORS["chain"]
    ]


def test_names_and_commitments_match_their_vectors():
    assert journal_id(VECTORS["genesis"].encode()).hex() == VECTORS["journal_id"]
    assert commitment(bytes(16), b"{}") == VECTORS["commitment_of_empty_object"]


def test_a_head_is_what_the_protocol_says():
    body = b'{"k":"x"}'
    expected = hashlib.sha256(b"\x01" + bytes(32) + (1).to_bytes(8, "big") + hashlib.sha256(body).digest()).digest()
    assert link(START, body).head == expected


def test_a_reference_names_station_place_and_twenty_bits_of_the_head():
    assert short_reference("E12", Tip(4521, bytes.fromhex("7f3c2a") + bytes(29))) == "E12-004521-7F3C2"


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=20), st.data())
def test_one_changed_body_changes_every_head_from_there_on(bodies, data):
    place = data.draw(st.integers(0, len(bodies) - 1))
    changed = [*bodies[:place], bodies[place] + b"x", *bodies[place + 1 :]]
    before, after = heads(START, bodies), heads(START, changed)
    assert before[:place] == after[:place]
    assert not any(a == b for a, b in zip(before[place:], after[place:], strict=True))


@pytest.mark.parametrize("seq", [0, 1, 2**40])
def test_the_place_is_part_of_the_head(seq):
    assert link(Tip(seq, bytes(32)), b"x").head != link(Tip(seq + 1, bytes(32)), b"x").head
