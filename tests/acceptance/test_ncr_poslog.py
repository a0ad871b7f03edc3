"""A real store's POSLog against what an independent program found in it, transaction by transaction."""

import gzip

import pytest


@pytest.fixture(scope="module")
def data(data_set):
    return data_set("ncr_poslog")


@pytest.fixture(scope="module")
def sales(data, new_network):
    data.lines("expected/transactions.csv")  # skips where there are none
    network = new_network("poslog", "2017-10-02T10:00:00-05:00")
    paths = []
    for packed in sorted(data.folder.glob("POSLog_part*.xml.gz")):
        paths.append(network.folder / packed.name.removesuffix(".gz"))
        paths[-1].write_bytes(gzip.decompress(packed.read_bytes()))
    return [event["sale"] for event in network.read_pos("poslog", paths)["events"]]


def test_every_transaction_is_what_the_store_wrote(data, sales):
    wanted = {(row["workstation"], row["sequence"]): row for row in data.rows("expected/transactions.csv")}

    told = {}
    for sale in sales:
        workstation, sequence, day = sale["number"].split("-")
        lines = sale.get("lines", ())
        voided = [row[7] if len(row) > 7 else False for row in lines]
        told[workstation, sequence] = {
            "store": sale["store"],
            "workstation": workstation,
            "sequence": sequence,
            "business_day": sale["day"],
            "receipt": sale["at"],
            "sale_lines": str(len(lines)),
            "items_cents": str(sum(row[4] for row, void in zip(lines, voided, strict=True) if not void)),
            "voided_cents": str(sum(row[4] for row, void in zip(lines, voided, strict=True) if void)),
            "grand_cents": str(sale.get("total", 0)),
            "tax_cents": str(sale.get("tax", 0)),
            "tender_cents": str(sum(paid for _, paid in sale.get("tenders", ()))),
            "loyalty": ";".join(sorted(row[0] for row in sale.get("loyalty", ()))),
            "custom_points": str(sale.get("rewards", 0)),
        }
        assert day == sale["day"].replace("-", "")

    assert told == wanted
