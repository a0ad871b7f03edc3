import hashlib

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.page import money
from forms.settlement import settlement_pdf
from suite.domain.documents import StatementLine
from suite.domain.quantities import MAX_INTEGER, Centavos, Points, Rate
from tests.forms.samples import ENGLISH, EVIL, SPANISH, assert_nothing_leaves_its_box, pages_of, reader_of, statement


def test_a_statement_shows_every_fact_it_holds():
    one = statement(usual=2, late=1)

    [lines] = pages_of(settlement_pdf([one], SPANISH))

    for fact in ["Red Pampa", "octubre de 2026", "014 · Ñandú, Ruta 5 km 212", "ARS 3,75", "Importe (ARS)"]:
        assert fact in lines
    assert "2 de noviembre de 2026" in lines
    assert "central 48211 3fa94c0be112" in lines
    assert "Página 1 de 1" in lines


def test_every_line_shows_its_group_month_points_and_amount_in_this_order():
    lines = pages_of(settlement_pdf([statement(usual=2, late=1)], SPANISH))[0]

    first, second, late = lines.index("GROUP-000"), lines.index("GROUP-001"), lines.index("LATE-000")
    assert lines[first : first + 4] == ["GROUP-000", "octubre de 2026", "1.000", "3.750,00"]
    assert lines[second : second + 4] == ["GROUP-001", "octubre de 2026", "1.001", "3.750,01"]
    assert lines[late : late + 4] == ["LATE-000", "September de 2026", "500", "1.875,00"]


def test_late_lines_stand_under_their_heading_after_all_others():
    one = statement(usual=2, late=2)
    mixed = statement(lines=tuple(reversed(one.lines)))

    lines = pages_of(settlement_pdf([mixed], ENGLISH))[0]

    heading = lines.index("Late from earlier months")
    assert max(lines.index("GROUP-000"), lines.index("GROUP-001")) < heading
    assert heading < min(lines.index("LATE-000"), lines.index("LATE-001"))


def test_without_late_lines_there_is_no_late_heading():
    assert "Late from earlier months" not in pages_of(settlement_pdf([statement(usual=3)], ENGLISH))[0]


def test_the_total_is_the_statement_s_own_and_not_recomputed():
    one = statement(usual=3, points=987_654, amount=123_456_789)

    lines = pages_of(settlement_pdf([one], SPANISH))[0]

    total = lines.index("Total to settle")
    assert lines[total + 1 : total + 3] == ["987.654", "1.234.567,89"]


def test_a_statement_without_lines_says_so_and_totals_zero():
    lines = pages_of(settlement_pdf([statement(usual=0)], ENGLISH))[0]

    assert "No points to settle in this month." in lines
    total = lines.index("Total to settle")
    assert lines[total + 1 : total + 3] == ["0", "0.00"]


@pytest.mark.parametrize(
    ("usual", "late", "pages"),
    [
        pytest.param(24, 0, 1, id="the last line beside the total"),
        pytest.param(25, 0, 2, id="one line too many for the total"),
        pytest.param(57, 0, 2, id="two full pages"),
        pytest.param(58, 0, 3, id="one line more than two pages"),
        pytest.param(21, 1, 1, id="late heading and total just fit"),
        pytest.param(22, 1, 2, id="late heading pushes the total over"),
        pytest.param(0, 80, 3, id="eighty late lines"),
    ],
)
def test_lines_go_to_as_many_pages_as_they_need(usual, late, pages):
    one = statement(usual=usual, late=late)

    texts = pages_of(settlement_pdf([one], ENGLISH))

    assert len(texts) == pages
    assert [f"Page {n} of {pages}" in text for n, text in enumerate(texts, start=1)] == [True] * pages
    shown = [text for page in texts for text in page]
    assert all(shown.count(line.group) == 1 for line in one.lines)
    assert all(shown.count(money(line.amount, ENGLISH)) == 1 for line in one.lines)
    assert ["Total to settle" in text for text in texts] == [False] * (pages - 1) + [True]


@given(usual=st.integers(0, 120), late=st.integers(0, 120))
@example(usual=25, late=0)
@example(usual=33, late=0)
@example(usual=31, late=1)
@settings(max_examples=15, deadline=None)
def test_a_total_never_stands_alone_and_no_page_runs_into_its_foot(drawn, usual, late):
    drawn.clear()

    texts = pages_of(settlement_pdf([statement(usual=usual, late=late)], ENGLISH))

    counts = [sum(word.startswith(("GROUP-", "LATE-")) for word in text) for text in texts]
    assert sum(counts) == usual + late
    assert min(counts) >= min(2, usual + late)
    assert all(("Late from earlier months" in text) == any("LATE-" in word for word in text) for text in texts)
    assert all(text.y == 36 or text.y > 50 for text in drawn)


def test_each_station_starts_on_its_own_page_with_its_own_numbers():
    far = statement(usual=30, station="015", station_name="Pehuajó")

    texts = pages_of(settlement_pdf([statement(usual=3), far, statement(usual=3)], ENGLISH))

    assert [next(word for word in text if word.startswith("Page ")) for text in texts] == [
        "Page 1 of 1",
        "Page 1 of 2",
        "Page 2 of 2",
        "Page 1 of 1",
    ]
    assert ["015 · Pehuajó" in text for text in texts] == [False, True, True, False]


def test_a_reprint_in_another_process_has_the_same_bytes(reprint):
    here = hashlib.sha256(settlement_pdf([statement(usual=30, late=3, network=EVIL)], SPANISH)).hexdigest()

    there = reprint(
        "from forms.settlement import settlement_pdf as draw",
        "[statement(usual=30, late=3, network=EVIL)]",
    )

    assert there == here


def test_a_document_drawn_before_leaves_no_trace_in_the_next():
    alone = settlement_pdf([statement()], ENGLISH)

    settlement_pdf([statement(network="ÀÈÌÒÙ àèìòù", station_name="§¶ß")], SPANISH)

    assert settlement_pdf([statement()], ENGLISH) == alone


def test_numbers_end_at_the_same_edge(drawn):
    drawn.clear()

    settlement_pdf([statement(usual=3, amount=MAX_INTEGER)], ENGLISH)

    amounts = [text.right for text in drawn if text.text in {"3,750.00", "3,750.01", "Amount (ARS)"}]
    total = [text.right for text in drawn if text.text == money(MAX_INTEGER, ENGLISH)]
    assert len(amounts) == 3
    assert amounts + total == pytest.approx([amounts[0]] * 4)


def test_tags_and_formulas_are_printed_as_they_were_typed():
    line = StatementLine("<i>Nafta</i>", "<u>", Points(1), Centavos(1), late=False)
    one = statement(station_name="<b>Ñandú</b> & Cía =cmd()", network="<img src='/x'>", lines=(line,))

    lines = pages_of(settlement_pdf([one], ENGLISH))[0]

    assert "014 · <b>Ñandú</b> & Cía =cmd()" in lines
    assert {"<img src='/x'>", "<i>Nafta</i>", "<u>"} <= set(lines)


@pytest.mark.parametrize("text", [EVIL, "W" * 200, "i" * 200, "", "{0.__class__} {page}"])
def test_hostile_text_and_the_largest_numbers_stay_in_their_boxes(drawn, text):
    line = StatementLine(text, text, MAX_INTEGER, -MAX_INTEGER, late=False)
    one = statement(
        network=text,
        currency=text[:8],
        station_name=text,
        entry=text,
        month=text,
        point_value=Rate(MAX_INTEGER, 10**9),
        lines=(line, line),
        points=MAX_INTEGER,
        amount=-MAX_INTEGER,
    )
    drawn.clear()

    settlement_pdf([one], SPANISH)

    assert_nothing_leaves_its_box(drawn)
    assert sum(text.text == "-90.071.992.547.409,91" for text in drawn) == 3


@given(name=st.text(st.characters(), max_size=250))
@settings(max_examples=40, deadline=None)
def test_any_name_of_a_station_can_be_printed(drawn, name):
    drawn.clear()

    pdf = settlement_pdf([statement(network=name, station_name=name, entry=name)], SPANISH)

    assert_nothing_leaves_its_box(drawn)
    assert len(reader_of(pdf).pages) == 1


def test_the_file_carries_its_fonts_and_no_date_of_printing():
    reader = reader_of(settlement_pdf([statement()], ENGLISH))

    assert reader.metadata.author == "Canje"
    assert reader.metadata.creation_date.year == 2000
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]
    assert {font["/BaseFont"].split("+")[1] for font in fonts} == {"BitstreamVeraSans-Roman", "BitstreamVeraSans-Bold"}
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)
