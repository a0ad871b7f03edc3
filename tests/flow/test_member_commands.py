"""Messages, campaigns, questions and incidents by their commands, across a station and central."""

from tests.factories import TOML
from tests.flow.network import Network

ANA = "600001"
QUESTIONS = """
[[questions]]
code = "oil"
text = "Oil?"
answers = ["Here", "Elsewhere"]
"""


def test_what_the_office_says_asks_and_answers(tmp_path, capsys, monkeypatch):
    network = Network(tmp_path, capsys, monkeypatch, toml=TOML + QUESTIONS).paired()
    code = {"code": network.code}

    # A message, said once
    number = network.answer("central", "message", "Hola Ana", "--card", ANA, "--until", "2026-10-31")["message"]
    network.answer("central", "message", "x", expected=5)
    network.answer(
        *("central", "message", "Café?", "--all", "--times", "2", "--campaign", "coffee", "--product", "cafe")
    )
    network.carry_out()
    said = network.answer("E1", "inquiry", "--card", ANA, **code)["messages"]
    assert [message["text"] for message in said] == ["Hola Ana", "Café?"]
    said = network.answer("E1", "inquiry", "--card", ANA, **code)["messages"]
    assert [message["text"] for message in said] == ["Café?"]
    network.answer("E1", "sale", "--card", ANA, "--document", "F-1", "--line", "cafe:1:20", **code)

    # A question
    asked = network.answer("E1", "question", "--card", ANA, **code)
    assert (asked["question"], asked["answers"]) == ("oil", ["Here", "Elsewhere"])
    network.answer("E1", "question", "--card", ANA, "--answer", "2", **code)
    assert network.answer("E1", "question", "--card", ANA, **code) is None
    refused = network.answer("E1", "question", "--card", ANA, "--answer", "1", expected=5, **code)
    assert "No question is open" in refused["text"]

    # An incident
    opened = network.answer("E1", "incident", "--kind", "prize", "--text", "The mug is broken", **code)
    network.exchange()
    assert network.answer("central", "incidents")[0]["number"] == opened["number"]
    network.answer("central", "incident", opened["number"], "--take")
    done = network.answer("central", "incident", opened["number"], "--resolve", "Another is on its way")
    assert (done["state"], done["note"]) == ("resolved", "The mug is broken")
    network.answer("central", "incident", opened["number"], "--take", expected=3)
    assert network.answer("central", "incidents") == []
    assert len(network.answer("central", "incidents", "--all")) == 1
    network.carry_out()
    assert network.answer("E1", "incidents", **code)["reports"][0]["answer"] == "Another is on its way"

    # What central knows of it
    listed = {line["message"]["number"]: line["shown"] for line in network.answer("central", "messages")}
    assert listed[number] == 1
    (campaign,) = network.answer("central", "campaigns")
    assert (campaign["answered"]["sent"], campaign["answered"]["responders"]) == (1, 1)
    network.answer("central", "profile", "--question", "oil", "--answer", "2", "--csv", "who.csv")
    assert network.answer("central", "segment", "away", "who.csv")["taken"] == 1
    network.answer("central", "withdraw-message", str(number))
    assert number not in {line["message"]["number"] for line in network.answer("central", "messages")}
