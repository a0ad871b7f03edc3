"""Personal data of somebody who left is nowhere: not in a file, not in a table, not in a freed page (MEM-9).

The only places where it ever was are the vault of central, the station's blobs on their way, and paper.
"""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from suite.central import people
from suite.central.documents import consent_form, issue_slip
from suite.central.feeds import export_feed, save_feed
from suite.domain.ids import CardNumber
from suite.domain.personal import Consent, Person
from suite.runtime.files import write_whole
from suite.runtime.paths import Home
from suite.runtime.secrets import load_node_secrets
from suite.station import courier
from suite.station.desk import CardRead
from suite.station.enrolment import enrol
from tests.factories import World

CARD = CardNumber("600100")
SECRETS = ("Zapiola", "Hermenegilda", "30111222", "0341-5550001", "Calle Falsa 123", "F-SECRETO-77")
PNG = b"\x89PNG\r\n\x1a\n" + b"her own hand, written down"


@pytest.fixture
def network(tmp_path):
    """She enrolled at E1, earned, ordered a prize; central confirmed, printed, and told both stations."""
    world = World(tmp_path)
    site, stick = world.pair("E1"), tmp_path / "stick"
    world.pair("E2")
    person = Person("Zapiola", "Hermenegilda", "DNI", "30111222", "0341-5550001", "Calle Falsa 123")
    enrol(site.desk, CardRead(CARD, "swipe"), "01", person, Consent("", form="F-SECRETO-77", signature=PNG))
    site.sell(CARD, "A-1", amount=90_000)
    site.desk.redeem(CardRead(CARD, "swipe"), "01", "BIKE", "scheduled")
    exported = courier.export(site.node, world.clock)
    courier.save_export(exported, stick)
    world.merge(exported.content)
    (member,) = people.confirm_all(world.office)
    with world.office.store.transaction():
        (order,) = world.office.store.shelf.orders()
    slip = issue_slip(world.office, order.order)
    assert "Zapiola" in slip.member
    assert consent_form(world.office, member.account).signature == PNG
    home = world.folder / "central"
    write_whole(home / "out" / "slips-000001.pdf", slip.member.encode())
    write_whole(home / "out" / "members.set-aside.csv", b"x,Zapiola\n")
    for code in ("E1", "E2"):
        save_feed(export_feed(world.office, code), stick)
        world.carry_out(code)
    return world, member.account, home


PAGE, RESERVED, SALT = 4096, 80, 16
"""SQLCipher 4: each page ends in its IV (16 bytes) and its HMAC (64); the first begins with the file's salt."""


def deciphered(page, number, key):
    """The plain bytes of one page, whatever it holds: a freed page too."""
    start = SALT if number == 1 else 0
    iv = page[PAGE - RESERVED : PAGE - RESERVED + 16]
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    return decryptor.update(page[start : PAGE - RESERVED])


def pages_of(home):
    """Every page of a node's database and of its write-ahead log, deciphered."""
    key = load_node_secrets(home.keys).database_key()
    whole, log = home.database.read_bytes(), home.database.with_name(f"{home.database.name}-wal")
    for number in range(1, len(whole) // PAGE + 1):
        yield deciphered(whole[(number - 1) * PAGE : number * PAGE], number, key)
    frames = log.read_bytes()[32:] if log.exists() else b""
    for start in range(0, len(frames), PAGE + 24):
        frame = frames[start : start + PAGE + 24]
        yield deciphered(frame[24:], int.from_bytes(frame[:4], "big"), key)


def databases(world):
    homes = {"central": Home(world.folder / "central"), **{code: site.home for code, site in world.sites.items()}}
    for name, home in homes.items():
        yield name, b"".join(pages_of(home))


def test_the_pages_are_really_deciphered(tmp_path):
    world = World(tmp_path, fresh=True)
    plain = b"".join(pages_of(Home(world.folder / "central")))
    assert b"CREATE TABLE" in plain
    assert "García".encode() in plain


def files(world):
    return {path: path.read_bytes() for path in world.folder.rglob("*") if path.is_file() and path.suffix != ".csv"}


def leaks(world):
    needles = [s.encode(e) for s in (*SECRETS, "her own hand") for e in ("utf-8", "utf-16-le")]
    found = {str(path) for path, content in files(world).items() if any(n in content for n in needles)}
    return found | {name for name, content in databases(world) if any(n in content for n in needles)}


def test_before_she_leaves_her_data_is_where_it_must_be_and_nowhere_else(network):
    world, _, home = network
    stations = {"E1", "E2"}  # they greet her by her first name
    assert leaks(world) == {"central", *stations, str(home / "out" / "slips-000001.pdf")}


def test_after_she_left_nothing_of_her_is_anywhere(network):
    world, account, home = network
    people.remove_member(world.office, account, "asked by letter")
    assert people.erase_papers(Home(home)) == 2
    for code in ("E1", "E2"):
        world.carry_out(code)
    assert leaks(world) == set()
    assert not list((home / "out").iterdir())
    with world.office.store.transaction():
        assert world.office.store.verify() > 0
        assert world.office.store.rebuild() > 0
    assert leaks(world) == set(), "nor does a rebuild bring her back"
    for site in world.sites.values():
        assert site.node.store.verify() > 0


def test_a_rejected_enrolment_leaves_nothing_either(tmp_path):
    world = World(tmp_path)
    site = world.pair("E1")
    person = Person("Zapiola", "Hermenegilda", "DNI", "30111222", "0341-5550001", "Calle Falsa 123")
    enrolled = enrol(site.desk, CardRead(CARD, "swipe"), "01", person, Consent("", form="F-SECRETO-77"))
    world.carry_in("E1")
    people.reject(world.office, enrolled.account, "no such person")
    world.carry_out("E1")
    assert leaks(world) == set()
