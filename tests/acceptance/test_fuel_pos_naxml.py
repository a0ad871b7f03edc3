"""The journals of real fuel-station tills against what an independent program found in them, event by event."""

import pytest

KINDS = ("sale", "prepay", "completion")


@pytest.fixture(scope="module")
def data(data_set):
    return data_set("fuel_pos_naxml")


@pytest.fixture(scope="module")
def found(data, new_network):
    """What the command says of all files of the folder together."""
    data.lines("expected/totals.csv")  # skips where there are none
    return new_network("naxml", "2026-03-10T10:00:00-05:00").read_pos("naxml", sorted(data.folder.glob("*.xml")))


def fuels(sale):
    return [line for line in lines_of(sale) if line["kind"] == "fuel"]


def lines_of(sale):
    names = ("kind", "code", "name", "quantity", "amount", "department", "pump", "voided", "promotion")
    defaults = ("", "", "", 0, 0, "", "", False, 0)
    return [dict(zip(names, [*row, *defaults[len(row) :]], strict=True)) for row in sale.get("lines", ())]


def of_kind(sale, kind):
    return sum(line["amount"] for line in lines_of(sale) if line["kind"] == kind)


def events(found):
    return {(event["sale"]["store"], event["sale"]["number"]): event for event in found["events"]}


def test_every_event_is_what_the_till_wrote(data, found):
    wanted = data.rows("expected/events.csv")

    told = [
        {
            "store": sale["store"],
            "transaction": sale["number"],
            "kind": sale.get("kind", "sale"),
            "completes": sale.get("completes", ""),
            "superseded": str(int(event["superseded"])),
            "business_date": sale["day"],
            "started": sale["started"],
            "receipt": sale["at"].replace("T", " "),
            "fuel(name:millilitres:cents)": ";".join(f"{f['name']}:{f['quantity']}:{f['amount']}" for f in fuels(sale)),
            "prepay_cents": str(of_kind(sale, "prepay")),
            "items_cents": str(of_kind(sale, "item")),
            "total_cents": str(sale.get("total", 0)),
            "loyalty(account:earned:redeemed)": ";".join(
                f"{a}:{earned}:{redeemed}" for a, earned, redeemed in sorted(sale.get("loyalty", ()))
            ),
        }
        for event in found["events"]
        for sale in [event["sale"]]
    ]

    assert told == [{key: value for key, value in row.items() if key != "rule_points"} for row in wanted]
    assert {row["kind"] for row in told} <= set(KINDS)


def test_fuels_tenders_and_accounts_add_up(data, found):
    grades = [[str(v) for v in grade.values()] for grade in found["grades"]]
    accounts = [[str(v) for v in account.values()] for account in found["accounts"]]

    assert grades == [list(row.values()) for row in data.rows("expected/grades.csv")]
    assert accounts == [list(row.values()) for row in data.rows("expected/accounts_net.csv")]
    assert [[m, str(cents)] for m, cents in found["tenders"]] == [
        list(row.values()) for row in data.rows("expected/tenders.csv")
    ]


def test_the_totals_count_a_prepay_and_its_completion_once(data, found):
    totals = {row["measure"]: int(row["value"]) for row in data.rows("expected/totals.csv")}
    sales = [event["sale"] for event in found["events"]]
    unbalanced = [s for s in sales if sum(paid for _, paid in s.get("tenders", ())) != s.get("total", 0)]

    assert {
        "files": len(list(data.folder.glob("*.xml"))),
        "sale_events_read": found["read"],
        "duplicate_events": found["duplicates"],
        "sale_events": len(sales),
        "superseded": sum(event["superseded"] for event in found["events"]),
        "completions_without_prepay_here": found["absent"],
        "earned_naive": found["naive"][0],
        "redeemed_naive": found["naive"][1],
        "earned_net": found["net"][0],
        "redeemed_net": found["net"][1],
        "total_cents": found["total"],
        "events_where_tenders_differ_from_total": len(unbalanced),
    } == {name: value for name, value in totals.items() if not name.startswith("rule_")}


def test_the_tills_own_rule_can_be_tried_on_what_is_read(data, found):
    """Ten points a litre, rounded up, where one fuel was sold to one account and nothing else was."""
    by_key, wanted = events(found), {}
    for row in data.rows("expected/events.csv"):
        wanted[row["store"], row["transaction"]] = row["rule_points"]

    told = {}
    for key, event in by_key.items():
        sale = event["sale"]
        before = by_key.get((key[0], sale.get("completes", "")), {"sale": {}})["sale"]
        plain = not (of_kind(sale, "item") or of_kind(before, "item") or any(f["promotion"] for f in fuels(sale)))
        applies = plain and not event["superseded"] and len(fuels(sale)) == len(sale.get("loyalty", ())) == 1
        told[key] = str(-(-fuels(sale)[0]["quantity"] // 100)) if applies else ""

    assert told == wanted
