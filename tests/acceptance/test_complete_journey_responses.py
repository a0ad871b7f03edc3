"""The grocer's campaigns: who was sent each, who answered, in time or not (CEN-5). Driven by the commands.

A campaign is sent to a segment; its answers come from a file, as the coupons were redeemed.
"""

from collections import defaultdict

import pytest

from tests.acceptance.grocer import PRODUCT, PROGRAMME

COUNTS = ("sent", "responders", "responses", "in_window", "late", "early", "by_unsent")
EXPECTED = ("sent", "responders", "redemptions", "in_window", "late", "early", "by_unsent")


@pytest.fixture(scope="module")
def journey(data_set):
    return data_set("complete_journey")


def test_every_campaign_is_measured_to_the_answer(journey, new_network):
    sent, answers = defaultdict(set), defaultdict(list)
    for row in journey.rows("campaigns.csv"):
        sent[row["campaign_id"]].add(row["household_id"])
    for row in journey.rows("coupon_redemptions.csv"):
        answers[row["campaign_id"]].append((row["household_id"], row["redemption_date"]))
    households = {h for some in sent.values() for h in some} | {h for some in answers.values() for h, _ in some}
    network = new_network("campaigns", "2018-12-31T10:00:00+00:00")
    network.central("init", network.write("programme.toml", PROGRAMME + PRODUCT.format(code="any")))
    members = network.table("members.csv", ("member", "surname"), [(h, f"Household {h}") for h in sorted(households)])
    assert network.central("load-members", members)["taken"] == len(households)
    expected = journey.expected("campaign_responses.csv", ("campaign_id",), EXPECTED)
    assert expected
    for row in journey.rows("campaign_descriptions.csv"):
        code = f"c{row['campaign_id']}"
        network.central("segment", code, network.table("s.csv", ("member",), [(h,) for h in sent[row["campaign_id"]]]))
        file = network.table("answers.csv", ("member", "day"), answers[row["campaign_id"]])
        window = ("--from", row["start_date"], "--to", row["end_date"])
        found = network.central("measure-campaign", code, file, *window)
        assert tuple(found[name] for name in COUNTS) == expected[(row["campaign_id"],)], code
