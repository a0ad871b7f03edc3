"""A till's file: whole tickets or none, wrong rows named, repeats harmless (issue: three wrong lines in a thousand)."""

import pytest

from suite.runtime.errors import BadInput
from suite.runtime.table_file import set_aside_file
from suite.station.imports import import_sales, import_vouchers
from tests.factories import ANA, BRUNO, TOML, World

HEADER = "moment,document,card,product,quantity,amount\n"


@pytest.fixture
def site(world):
    return world.pair("E1")


@pytest.fixture
def till(tmp_path):
    def write(rows, header=HEADER, encoding="utf-8"):
        path = tmp_path / "till.csv"
        path.write_text(header + "".join(f"{row}\n" for row in rows), encoding=encoding)
        return path

    return write


def row(document="T-1", card=ANA, product="2", *, quantity="40.5", amount="100.00", at="2026-10-15T08:00:00"):
    return f"{at},{document},{card},{product},{quantity},{amount}"


def counts(imported):
    return imported.taken, imported.known, imported.incidents, len(imported.set_aside)


def test_tickets_are_credited_once_however_often_the_file_comes(site, till):
    path = till([row(), row(product="cafe", amount="50"), row("T-2", BRUNO, amount="70.99")])
    assert counts(import_sales(site.desk, path)) == (2, 0, 0, 0)
    before = site.node.store.tip()
    assert counts(import_sales(site.desk, path)) == (0, 2, 0, 0)
    assert site.node.store.tip() == before
    assert (site.desk.member(ANA).balance, site.desk.member(BRUNO).balance) == (150, 70)


def test_three_wrong_lines_in_a_thousand_are_named_and_the_rest_is_taken(site, till):
    rows = [row(f"T-{n}", amount="1.00") for n in range(1000)]
    rows[10] = row("T-10", quantity="x")
    rows[500] = row("T-500", amount="1.234")
    rows[999] = row("T-999", at="yesterday")
    imported = import_sales(site.desk, till(rows))
    assert counts(imported) == (997, 0, 0, 3)
    assert [(r.line, next(iter(r.facts.values()))) for r in imported.set_aside] == [
        (12, "quantity"),
        (502, "amount"),
        (1001, "yesterday"),
    ]
    assert site.desk.member(ANA).balance == 997


def test_one_wrong_row_sets_its_whole_ticket_aside(site, till):
    imported = import_sales(site.desk, till([row(), row(amount="-5"), row("T-2")]))
    assert counts(imported) == (1, 0, 0, 2)
    assert [r.line for r in imported.set_aside] == [2, 3]


def test_unknown_cards_are_kept_as_incidents_and_credited_later(site, till):
    path = till([row(card="999999")])
    assert counts(import_sales(site.desk, path)) == (0, 0, 1, 0)
    assert counts(import_sales(site.desk, path)) == (0, 1, 0, 0)
    assert len(site.desk.incidents()) == 1
    assert counts(import_sales(site.desk, till([row(card=ANA)]))) == (1, 0, 0, 0)
    assert site.desk.incidents() == []


def test_a_ticket_that_comes_again_with_other_contents_is_an_incident_once(site, till):
    import_sales(site.desk, till([row()]))
    other = till([row(amount="900.00")])
    assert counts(import_sales(site.desk, other)) == (0, 0, 1, 0)
    assert counts(import_sales(site.desk, other)) == (0, 1, 0, 0)
    assert [i.kind for i in site.desk.incidents()] == ["document-conflict"]
    assert site.desk.member(ANA).balance == 100


def test_a_till_a_day_ahead_is_taken(site, till):
    assert counts(import_sales(site.desk, till([row(at="2026-10-16T10:00:00")]))) == (1, 0, 0, 0)


def test_one_ticket_earns_once_however_its_number_is_written(site, till):
    rows = [row("b-1 2"), row("B-1  2", product="cafe", quantity="1", amount="5.00")]
    assert counts(import_sales(site.desk, till(rows))) == (1, 0, 0, 0)
    assert site.desk.member(ANA).balance == 105
    assert counts(import_sales(site.desk, till([row("B-1 2", amount="999")]))) == (0, 0, 1, 0)


def test_no_content_of_a_ticket_is_ever_dropped(site, till):
    def take(**cells):
        return counts(import_sales(site.desk, till([row("K-1", **cells)])))

    assert take(card="999999") == (0, 0, 1, 0)
    assert take(card="999999", amount="7.00") == (0, 0, 1, 0)
    assert take(card=ANA, amount="55.00") == (0, 0, 1, 0)
    assert take(card=ANA, amount="55.00") == (0, 1, 0, 0)
    assert [i.kind for i in site.desk.incidents()] == ["unknown-card", "document-conflict", "document-conflict"]
    assert take(card=ANA) == (1, 0, 0, 0)
    assert take(card=BRUNO, amount="3.00") == (0, 0, 1, 0)
    assert [i.kind for i in site.desk.incidents()] == ["document-conflict"] * 3
    assert site.desk.member(ANA).balance == 100


def test_a_payment_card_in_a_tills_file_is_kept_by_its_tail_only(tmp_path, till):
    ours = World(tmp_path / "ours", toml=TOML + '[cards]\nprefixes = ["60"]\n')
    site = ours.pair("E1")
    imported = import_sales(site.desk, till([row(card="4111111111111111")]))
    assert counts(imported) == (0, 0, 0, 1)
    assert "************1111" in imported.set_aside[0].row
    assert all(b"41111111" not in entry.body for entry in site.node.store.entries())


def test_a_set_aside_file_is_mended_and_taken_whatever_was_wrong(site, till, tmp_path):
    path = till([row(), row("T-2", quantity="x"), "too,short", row("T-3", product="+2")])
    imported = import_sales(site.desk, path)
    content = set_aside_file(imported.header, list(imported.set_aside), ["why"] * 3)
    assert content.splitlines()[0] == "reason," + HEADER.strip()
    assert content.count("why") == 3
    again = tmp_path / "again.csv"
    again.write_text(content.replace(",x,", ",1,").replace("too,short", "").replace("'+2", "2"))
    assert counts(import_sales(site.desk, again)) == (2, 0, 0, 1)


def test_an_unknown_product_is_set_aside_with_its_sentence(site, till):
    imported = import_sales(site.desk, till([row(product="99")]))
    assert imported.set_aside[0].facts == {"product": "99"}


def test_a_till_in_spanish_with_semicolons_and_commas_is_read(site, till):
    path = till(
        [f"2026-10-15 08:00;T-1;{ANA};2;40,5;100,50"],
        header="fecha;comprobante;tarjeta;producto;cantidad;importe\n",
        encoding="utf-8-sig",
    )
    assert counts(import_sales(site.desk, path)) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("moment,card\n", "column document is missing", id="a column missing"),
        pytest.param("", "column moment is missing", id="an empty file"),
    ],
)
def test_another_kind_of_file_is_refused_whole(site, tmp_path, text, words):
    path = tmp_path / "till.csv"
    path.write_text(text)
    with pytest.raises(BadInput) as refusal:
        import_sales(site.desk, path)
    assert words in str(refusal.value)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"moment,document,card,product,quantity,amount\n\xff\xff,\n"])
def test_bytes_that_are_no_text_are_refused(site, tmp_path, content):
    path = tmp_path / "till.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput):
        import_sales(site.desk, path)
    with pytest.raises(BadInput):
        import_sales(site.desk, tmp_path / "absent.csv")


@pytest.mark.parametrize(
    "bad",
    [
        row(document=""),
        row(document="x" * 41),
        row(document="<b>"),
        row(card="60000x"),
        row(card="٦٠٠٠٠١"),
        row(quantity="1e3"),
        row(quantity="40.1234"),
        row(amount="1,000.00"),
        row(amount="NaN"),
        row(at="2026-13-01T00:00:00"),
        row(at="0001-01-01T00:00:00+00:00"),
        row(at="9999-12-31T23:59:59-12:00"),
        row(at="0026-10-15T08:00:00"),
        row(at="1989-12-31T23:59:59+00:00"),
        row(at="2026-10-16T10:00:01"),
        row(amount="60.300"),
        "only,three,cells",
    ],
)
def test_each_kind_of_wrong_row_is_set_aside(site, till, bad):
    path = till([])
    path.write_text(HEADER + bad + "\n")
    imported = import_sales(site.desk, path)
    assert counts(imported) == (0, 0, 0, 1)
    assert site.node.store.tip().seq == 1


def test_vouchers_are_taken_once_and_only_while_points_and_stock_last(world, site, tmp_path):
    world.stock_up("E1", quantity=2)
    site.sell(ANA, "A-1", amount=25_000)
    path = tmp_path / "vouchers.csv"
    rows = [f"2026-10-15T12:0{n}:00,V-{n},{ANA},MUG" for n in range(4)]
    path.write_text("moment,document,card,prize\n" + "\n".join(rows) + "\n")
    assert counts(import_vouchers(site.desk, path)) == (2, 0, 0, 2)
    assert counts(import_vouchers(site.desk, path)) == (0, 2, 0, 2)
    assert site.desk.member(ANA).balance == 50
