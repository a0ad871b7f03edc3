"""Nothing enters that is not signed, chained and continuous; what is known is counted, never believed twice."""

import msgspec
import pytest

from suite.journal.admission import (
    RUN_ENTRIES_MAX,
    Line,
    Run,
    admit,
    run_from_bytes,
    run_to_bytes,
    seal_run,
)
from suite.journal.chain import heads
from suite.journal.entry import START, Tip
from suite.journal.keys import Signer, signed_by
from suite.runtime.errors import BundleRefused

SIGNER = Signer(bytes(range(32)))
STRANGER = Signer(bytes(range(1, 33)))
LOG = bytes(16)
BODIES = [f'{{"n":{n}}}'.encode() for n in range(1, 11)]
HEADS = heads(START, BODIES)


def tip(seq):
    return Tip(seq, HEADS[seq - 1]) if seq else START


def run(first=1, last=10, signer=SIGNER):
    return seal_run(signer, LOG, tip(first - 1), BODIES[first - 1 : last])


def take(a_run, known=START):
    return admit(a_run, public=SIGNER.public, lines=[Line(1, known, lambda seq: tip(seq).head)])


def test_a_whole_run_is_admitted():
    admitted = take(run())
    assert (admitted.first, admitted.bodies, admitted.tip) == (1, BODIES, tip(10))


def test_a_run_that_overlaps_adds_only_its_new_entries():
    admitted = take(run(), known=tip(7))
    assert (admitted.first, admitted.bodies, admitted.prev) == (8, BODIES[7:], tip(7).head)


@pytest.mark.parametrize("known", [10])
def test_a_known_run_adds_nothing(known):
    assert take(run(), known=tip(known)) is None
    assert take(run(1, 5), known=tip(known)) is None


def test_a_run_travels_as_lines():
    assert run_from_bytes(run_to_bytes(run())) == run()


def altered(seal=None, signature=None, bodies=None):
    whole = run()
    return Run(seal or whole.seal, signature or whole.signature, bodies or list(whole.bodies))


def reseal(**changes):
    seal = {**msgspec.json.decode(run().seal), **changes}
    payload = msgspec.json.encode(seal)
    return Run(payload, SIGNER.sign(b"seal", payload), list(BODIES))


@pytest.mark.parametrize(
    ("forged", "known"),
    [
        pytest.param(altered(bodies=[*BODIES[:-1], b'{"n":99}']), START, id="last body changed"),
        pytest.param(altered(bodies=[BODIES[1], BODIES[0], *BODIES[2:]]), START, id="bodies swapped"),
        pytest.param(altered(bodies=BODIES[:-1]), START, id="a body missing"),
        pytest.param(altered(bodies=[*BODIES, b"{}"]), START, id="a body added"),
        pytest.param(altered(signature=bytes(64)), START, id="no signature"),
        pytest.param(altered(seal=run().seal.replace(b'"to":10', b'"to":11')), START, id="seal edited"),
        pytest.param(run(signer=STRANGER), START, id="sealed by a stranger"),
        pytest.param(altered(seal=b"{}"), START, id="an empty seal"),
        pytest.param(altered(seal=b"not json"), START, id="no seal at all"),
        pytest.param(reseal(head="00"), START, id="a short head"),
        pytest.param(reseal(prev="zz" * 32), START, id="a head that is no hexadecimal"),
        pytest.param(reseal(**{"from": 0, "to": 9}), START, id="before the first entry"),
        pytest.param(run(5), tip(3), id="a gap of one entry"),
        pytest.param(run(2), START, id="no beginning"),
    ],
)
def test_what_was_altered_or_is_not_continuous_is_refused(forged, known):
    with pytest.raises(BundleRefused):
        take(forged, known=known)


OTHER = [*BODIES[:6], b'{"n":"other"}', *BODIES[7:]]
OTHER_HEADS = heads(START, OTHER)


@pytest.mark.parametrize("known", [6, 7, 10])
@pytest.mark.parametrize("last", [7, 8, 10])
def test_what_parts_from_the_known_line_is_admitted_from_where_it_parts(known, last):
    admitted = take(seal_run(SIGNER, LOG, START, OTHER[:last]), known=tip(known))
    assert (admitted.first, admitted.prev, admitted.tip) == (7, tip(6).head, Tip(last, OTHER_HEADS[last - 1]))
    assert admitted.bodies == OTHER[6:last]
    assert admitted.parts == (known > 6)


def test_the_line_that_shares_most_is_continued():
    lines = [
        Line(1, tip(10), lambda seq: tip(seq).head),
        Line(2, Tip(8, OTHER_HEADS[7]), lambda seq: OTHER_HEADS[seq - 1] if seq else START.head),
    ]
    admitted = admit(seal_run(SIGNER, LOG, START, OTHER), public=SIGNER.public, lines=lines)
    assert (admitted.line.number, admitted.first, admitted.parts) == (2, 9, False)
    assert admit(seal_run(SIGNER, LOG, START, OTHER[:8]), public=SIGNER.public, lines=lines) is None


def test_a_run_that_begins_on_no_known_line_is_refused():
    after = Tip(7, OTHER_HEADS[6])
    with pytest.raises(BundleRefused, match="another history"):
        take(seal_run(SIGNER, LOG, after, OTHER[7:]), known=tip(10))
    with pytest.raises(BundleRefused, match="missing") as missing:
        take(seal_run(SIGNER, LOG, after, OTHER[7:]), known=tip(6))
    assert missing.value.heard == OTHER[-1]


def test_a_seal_is_for_its_context_only():
    payload = b"the same bytes"
    signature = SIGNER.sign(b"seal", payload)
    assert signed_by(SIGNER.public, b"seal", payload, signature)
    assert not signed_by(SIGNER.public, b"feed", payload, signature)
    assert not signed_by(SIGNER.public, b"seal", payload, signature[:-1])
    assert not signed_by(b"short", b"seal", payload, signature)


def test_the_longest_run_is_admitted():
    bodies = [b"{}"] * RUN_ENTRIES_MAX
    assert take(seal_run(SIGNER, LOG, START, bodies)).tip.seq == RUN_ENTRIES_MAX
    with pytest.raises(AssertionError):
        seal_run(SIGNER, LOG, START, [*bodies, b"{}"])
