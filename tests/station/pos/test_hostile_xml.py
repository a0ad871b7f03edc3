"""XML that means harm, and XML that somebody was still writing: a sentence each, and nothing of it is obeyed."""

import contextlib
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from suite.runtime import hostile_xml
from suite.runtime.errors import BadInput
from suite.runtime.hostile_xml import elements
from suite.station.pos.naxml import read_naxml
from suite.station.pos.poslog import read_poslog
from tests.station.pos.files import card, event, fuel, journal, poslog, prepay, sold, transaction

LAUGHS = (
    '<!DOCTYPE NAXML-POSJournal [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE NAXML-POSJournal [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
FAR_DTD = '<!DOCTYPE NAXML-POSJournal SYSTEM "http://example.invalid/x.dtd">'
WHOLE = journal(event("1", fuel(), card()), event("2", prepay()))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(journal(event("1", fuel()), head=LAUGHS), id="a billion laughs"),
        pytest.param(journal(event("&x;", fuel()), head=OUTSIDE), id="an outside entity"),
        pytest.param(journal(event("1", fuel()), head=FAR_DTD), id="a document type elsewhere"),
        pytest.param(journal(event("1", fuel()), head="<!DOCTYPE NAXML-POSJournal>"), id="a bare document type"),
    ],
)
def test_a_document_type_refuses_the_file(content):
    with pytest.raises(BadInput) as refusal:
        read_naxml(content)
    assert "document type" in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"<POSLog><a></POSLog>", "begins with", id="another journal"),
        pytest.param(b"moment,document\n", "is not XML", id="a table"),
        pytest.param(b"%PDF-1.7\n", "is not XML", id="a picture of paper"),
        pytest.param(journal(event("&nbsp;", fuel())), "is not XML", id="an entity that nobody declared"),
        pytest.param(journal("<SaleEvent>" + "<a>" * 60 + "</a>" * 60 + "</SaleEvent>"), "nested", id="too deep"),
        pytest.param(journal(event("x" * 70_000, fuel())), "longer than", id="a text without end"),
        pytest.param(journal(f'<SaleEvent a="{"x" * 70_000}"/>'), "longer than", id="an attribute without end"),
        pytest.param(journal(event("1", "<a/>" * 20_001)), "more than", id="a sale without end"),
        pytest.param(journal(event("1", fuel(amount="1e3"))), "SalesAmount", id="a float"),
        pytest.param(journal(event("1", fuel(litres="1.0001"))), "SalesQuantity", id="more decimals than there are"),
        pytest.param(journal(event("1", fuel(amount="NaN"))), "SalesAmount", id="no number"),
        pytest.param(journal(event("1", fuel(amount="٣"))), "SalesAmount", id="digits of another script"),
        pytest.param(journal(head='<?xml version="1.0" encoding="klingon"?>'), "encoding", id="letters of nobody"),
        pytest.param(b"\xff\xfe" + WHOLE, "is not XML", id="one encoding said, another used"),
    ],
)
def test_what_is_no_journal_is_refused_with_a_sentence(content, words):
    with pytest.raises(BadInput) as refusal:
        read_naxml(content)
    assert words in str(refusal.value)


def test_a_file_that_claims_gigabytes_is_not_opened(monkeypatch):
    monkeypatch.setattr(hostile_xml, "XML_MAX", 1000)
    with pytest.raises(BadInput):
        list(elements(b"<a>" + b"x" * 1000, "a", {"b"}))


def test_a_long_text_outside_of_sales_costs_no_memory():
    """Forty megabytes of text in one element that nobody asked for: passed over piece by piece."""
    content = b"<POSLog><Note>" + b"x" * (40 << 20) + b"</Note>" + transaction("5", sold()).encode() + b"</POSLog>"
    tracemalloc.start()
    assert [sale.number for sale in read_poslog(content)] == ["2-5-20261015"]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_a_journal_in_another_encoding_that_it_names_is_read(encoding):
    text = journal(event("1", fuel()), head=f'<?xml version="1.0" encoding="{encoding}"?>').decode()
    assert [sale.number for sale in read_naxml(text.encode(encoding))] == ["1"]


@given(st.integers(0, len(WHOLE) - 1))
@settings(max_examples=300)
def test_a_journal_that_ends_anywhere_in_the_middle_is_cut_short(end):
    with pytest.raises(BadInput) as refusal:
        read_naxml(WHOLE[:end])
    assert refusal.value.unfinished


@given(st.binary(max_size=400), st.integers(0, len(WHOLE)), st.booleans())
@settings(max_examples=400)
def test_any_bytes_anywhere_end_in_sales_or_a_sentence(noise, place, replace):
    for read, whole in ((read_naxml, WHOLE), (read_poslog, poslog(transaction("5", sold(), loyalty=card())))):
        altered = whole[:place] + noise + whole[place + len(noise) * replace :]
        for content in (noise, altered):
            with contextlib.suppress(BadInput):
                assert isinstance(read(content), list)
