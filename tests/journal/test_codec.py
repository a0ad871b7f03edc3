"""Facts on the wire: one golden body of every kind and version, kept for ever."""

import json
from pathlib import Path

import pytest

from suite.domain.events.base import Event
from suite.domain.events.rights import OUTSIDE_KINDS
from suite.journal.codec import CENTRAL_KINDS, KINDS, UnknownFact, decode, decode_all, encode
from suite.runtime.errors import BundleRefused

VECTORS = Path(__file__).parent.parent / "vectors" / "events"
BODIES = {path.stem: path.read_bytes().rstrip(b"\n") for path in sorted(VECTORS.glob("*.json"))}


def kind_of(name):
    """`SaleRecorded.1` of `SaleRecorded.1.promotions`: a kind whose later fields have a vector of their own."""
    return ".".join(name.split(".")[:2])


def test_every_kind_has_a_vector():
    assert {kind_of(name) for name in BODIES} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_a_body_is_read_and_written_again_to_the_byte(kind):
    event = decode(BODIES[kind])
    assert isinstance(event, Event)
    assert type(event) is KINDS[kind_of(kind)]
    assert encode(event) == BODIES[kind]


@pytest.mark.parametrize("kind", sorted(BODIES))
def test_a_body_holds_integers_and_no_null(kind):
    def walk(value):
        if isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                walk(each)
        assert not isinstance(value, float)
        assert value is not None or "point_value" in BODIES[kind].decode()

    walk(json.loads(BODIES[kind]))


def test_what_only_central_writes_no_other_node_may():
    assert set(OUTSIDE_KINDS) & set(CENTRAL_KINDS) == {KINDS["Genesis.1"]}


def test_a_field_of_a_newer_release_is_read_over():
    body = BODIES["mark.1"][:-1] + b',"later":1}'
    assert decode(body) == decode(BODIES["mark.1"])


@pytest.mark.parametrize("kind", ["SomethingNew.1", "note.1", "SaleRecorded.2"])
def test_a_kind_of_a_newer_release_is_named(kind):
    assert decode(json.dumps({"k": kind, "at": 1}).encode()) == UnknownFact(kind)


def test_many_bodies_with_a_newer_kind_among_them_keep_their_order():
    found = decode_all([BODIES["mark.1"], b'{"k":"New.1"}', BODIES["PinRefused.1"]])
    assert [getattr(e, "kind", type(e).__name__) for e in found] == ["Mark", "New.1", "PinRefused"]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half an object"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{}", id="no kind"),
        pytest.param(b'{"k":1}', id="a kind that is a number"),
        pytest.param(b'{"k":"SaleRecorded.1","at":1}', id="fields missing"),
        pytest.param(b'{"k":"mark.1","at":1.5,"feed":"","feed_count":0}', id="a float"),
        pytest.param(b'{"k":"mark.1","at":1}\xff', id="not UTF-8"),
        pytest.param(b'{"k":"PinRefused.1","at":1,"attendant":"01","left":1}}', id="something behind"),
    ],
)
def test_what_is_no_fact_is_refused(body):
    with pytest.raises(BundleRefused):
        decode(body)
    with pytest.raises(BundleRefused):
        decode_all([body])


@pytest.mark.parametrize(
    "forged", [b'{"k":"mark.1","at":1,"feed":"","feed_count":0},{"k":"mark.1","at":1,"feed":"","feed_count":0}']
)
def test_two_facts_in_one_body_are_refused(forged):
    with pytest.raises(BundleRefused):
        decode_all([forged])


def test_malformed_bodies_that_join_into_facts_are_refused():
    halves = [b'{"k":"mark.1","at":1,"feed":"","feed_count":0,"z":[1', b"2]}"]
    pair = BODIES["mark.1"] + b"," + BODIES["mark.1"]
    with pytest.raises(BundleRefused):
        decode_all([*halves, pair])
