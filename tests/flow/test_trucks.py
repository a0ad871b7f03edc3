"""A truck's card earns for its fleet and can neither redeem nor see (MEM-7): whatever is asked, by whatever face."""

import json

import click
import pytest

from suite.cli import canje
from suite.domain.errors import TruckCard
from suite.domain.ids import PrizeCode
from suite.runtime.console import run
from suite.station.app import StationApp
from suite.station.desk import CardRead
from suite.station.returns import reverse_sale
from tests.factories import World, line
from tests.flow.network import Network
from tests.station.screens import screen_text, shown, swipe, type_keys

OWNER, TRUCK = "600001", "600077"
BALANCE = 7_654_321
SECRETS = (str(BALANCE), "7,654,321", "7.654.321", str(BALANCE + 100), "7,654,421", "7.654.421")

ARGUMENTS = {
    "card": TRUCK,
    "document": "T-9",
    "lines": "2:10:100",
    "prize": "MUG",
    "surname": "Nadie",
    "new": None,
    "member": "1",
    "form": "F-1",
    "station": "E1",
    "points": "100",
    "slip": "1",
    "withdrawal": "2-57-9823-0417-5530-1188",
    "kind": "other",
    "text": "broken",
}
"""What a command that takes a card is called with; a new option has to be thought about here."""


@pytest.fixture
def network(tmp_path, capsys, monkeypatch):
    net = Network(tmp_path, capsys, monkeypatch).paired()
    net.csv("trucks.csv", f"card,member,role\n{TRUCK},1,truck\n")
    net.csv("opening.csv", f"member,month,points\n1,2026-10,{BALANCE}\n")
    net.answer("central", "load-cards", "trucks.csv")
    net.answer("central", "load-opening", "opening.csv")
    net.carry_out()
    net.answer("E1", "receive", "1")
    monkeypatch.setenv("CANJE_CODE", net.code)
    return net


def commands_with_a_card(node):
    group = canje.commands[node] if isinstance(canje, click.Group) and node in canje.commands else None
    context = click.Context(canje)
    group = group or canje.get_command(context, node)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        parameters = {p.name for p in command.params}
        if "card" in parameters and not isinstance(command, click.Group):
            yield name, command


def arguments_of(command):
    for parameter in command.params:
        if parameter.name not in ARGUMENTS:
            assert not parameter.required, f"say what {parameter.name} of {command.name} is for a truck"
            continue
        value = ARGUMENTS[parameter.name]
        if value is not None:
            yield from ((value,) if isinstance(parameter, click.Argument) else (parameter.opts[0], value))


@pytest.mark.parametrize("as_json", [(), ("--json",)], ids=["words", "json"])
def test_no_command_shows_or_spends_a_fleets_points(network, capsys, as_json):
    seen = 0
    for node, home in (("station", "E1"), ("central", "central")):
        for name, command in commands_with_a_card(node):
            if name in {"card-status", "block-card"}:
                continue  # they change a card and never read its account
            run(canje, [node, "--home", str(network.folder / home), name, *arguments_of(command), *as_json])
            said = capsys.readouterr()
            assert not any(secret in said.out + said.err for secret in SECRETS), (name, said)
            seen += 1
    assert seen >= 6, "the commands that take a card are found by themselves"
    network.exchange()
    found = network.answer("central", "inquiry", "--card", OWNER)
    assert found["balance"] >= BALANCE, "nothing was spent, and what the truck earned is the fleet's"
    assert json.dumps(found)


def test_the_owner_sees_and_spends_what_the_truck_earned(network):
    network.answer("E1", "sale", "--card", TRUCK, "--document", "T-1", "--line", "2:10:100")
    shown_ = network.answer("E1", "inquiry", "--card", OWNER)
    assert shown_["standing"]["balance"] == BALANCE + 100
    assert network.answer("E1", "redeem", "--card", OWNER, "--prize", "MUG")["balance"] == BALANCE


@pytest.fixture
def site(tmp_path):
    world = World(tmp_path)
    from suite.central.adjustments import load_opening
    from suite.domain.events.central import OpeningLot
    from tests.factories import moment

    trucks = tmp_path / "trucks.csv"
    trucks.write_text(f"card,member,role\n{TRUCK},1,truck\n")
    from suite.central.enrolment_files import load_cards

    load_cards(world.office, trucks)
    with world.office.store.transaction():
        load_opening(world.office, [OpeningLot(1, 24321, BALANCE)])
    assert moment("2026-10-15T10:00") == world.clock.moment
    station = world.pair("E1")
    world.stock_up("E1")
    return station


def test_no_use_case_of_the_desk_gives_a_truck_a_balance(site):
    desk, read = site.desk, CardRead(TRUCK, "swipe")
    receipt = site.sell(TRUCK, "T-1")
    standing = desk.member(TRUCK)
    assert (receipt.points, receipt.balance, standing.balance) == (100, None, None)
    assert all(not offer.deliveries for offer in desk.prizes(standing))
    assert desk.next_tier(standing) is None
    for delivery in ("immediate", "scheduled"):
        with pytest.raises(TruckCard):
            desk.redeem(read, "01", PrizeCode("MUG"), delivery)
    with pytest.raises(TruckCard):
        desk.movements(TRUCK)
    back = reverse_sale(desk, "T-1", desk.check_pin(site.code))
    assert (back.points, back.balance) == (100, None)
    assert desk.store.on_hand(PrizeCode("MUG")) == 10
    assert desk.sell(read, "01", "T-2", (line(),)).balance is None


async def test_no_screen_shows_a_fleets_points(site):
    app = StationApp(site.desk)
    texts = []
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, "SWIPE THE CARD")
        await swipe(app, pilot, f";{TRUCK}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code)
        texts.append(await shown(app, pilot, "VEHICLE CARD"))
        await type_keys(app, pilot, "2")
        texts.append(await shown(app, pilot, "can neither redeem nor see"))
        await swipe(app, pilot, f";{TRUCK}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "VEHICLE CARD")
        await type_keys(app, pilot, "3")
        texts.append(await shown(app, pilot, "can neither redeem nor see"))
        await swipe(app, pilot, f";{TRUCK}=29121010000000000?")
        await shown(app, pilot, "ATTENDANT CODE AND PIN")
        await type_keys(app, pilot, site.code)
        await shown(app, pilot, "VEHICLE CARD")
        await type_keys(app, pilot, "1")
        for answer in ("1", "10", "100", "", "T-7"):
            await type_keys(app, pilot, answer)
        texts.append(await shown(app, pilot, "OK, recorded"))
        texts.append(screen_text(app))
    assert not any(secret in text for text in texts for secret in SECRETS)
