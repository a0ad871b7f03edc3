"""The documents are true to the code: lists are fresh, examples are read, formats suffice, links lead somewhere."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from suite.domain.errors import Refusal
from suite.runtime import config
from suite.runtime.config import read_programme
from suite.runtime.errors import PARTLY_DONE, REFUSED, SuiteError
from suite.sync.frames import zstd
from suite.sync.sealing import CHUNK
from tests.factories import ANA

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
VECTORS = Path(__file__).parent / "vectors"
PAGES = sorted([*DOCS.rglob("*.md"), ROOT / "README.md"])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def blocks(page, language):
    """The fenced blocks of a page in one language."""
    return re.findall(
        rf"^```{language}\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )


def code_of(page):
    """What the page's Python defines."""
    names = {}
    for block in blocks(page, "python"):
        exec(compile(block, str(DOCS / page), "exec"), names)
    return names


def subclasses(base):
    return [each for child in base.__subclasses__() for each in (child, *subclasses(child))]


# Lists


def test_the_generated_pages_are_fresh():
    done = subprocess.run(
        [sys.executable, str(ROOT / "build" / "docs.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"run `python build/docs.py`: {done.stdout}{done.stderr}"


def test_no_exit_code_is_used_twice():
    codes = [trouble.exit_code for trouble in subclasses(SuiteError)] + [
        REFUSED,
        PARTLY_DONE,
        0,
        1,
        2,
        130,
    ]
    assert sorted(codes) == sorted(set(codes))


def test_no_refusal_code_is_used_twice():
    codes = [refusal.code for refusal in subclasses(Refusal)]
    assert sorted(codes) == sorted(set(codes))


def test_every_refusal_of_a_bundle_is_in_the_troubleshooting_table():
    protocol = (DOCS / "protocol.md").read_text(encoding="utf-8")
    beginnings = [line.split("|")[1].strip() for line in protocol.splitlines() if line.startswith("| ")]
    raised = set()
    for path in sorted((ROOT / "suite").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "BundleRefused":
                raised |= {leaf.value for leaf in ast.walk(node.args[0]) if isinstance(leaf, ast.Constant)}
    assert raised
    assert [text for text in raised if not text.startswith(tuple(b for b in beginnings if len(b) > 10))] == []


# Links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_the_page_leads_somewhere(page):
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in target or target.startswith("mailto:"):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


def anchors(page):
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# Formats


def test_the_format_document_is_enough_for_the_vectors():
    reader = code_of("journal-format.md")
    vectors = json.loads((VECTORS / "chain.json").read_text(encoding="utf-8"))
    head = bytes(32)
    for seq, (body, expected) in enumerate(vectors["chain"], start=1):
        head = reader["head_after"](head, seq, body.encode())
        assert head.hex() == expected
    assert reader["journal_id"](vectors["genesis"].encode()).hex() == vectors["journal_id"]
    assert reader["commitment"](bytes(16), b"{}") == vectors["commitment_of_empty_object"]
    for file in (VECTORS / "events").glob("*.json"):
        assert json.loads(file.read_text(encoding="utf-8"))["k"] == ".".join(file.stem.split(".")[:2])


@pytest.fixture
def exported(world):
    """A bundle of two sales, and what opens it."""
    site = world.pair("E1")
    site.sell(ANA, "A-1")
    site.sell(ANA, "A-2", amount=25_000)
    return world.bundle("E1"), world.office.secrets.box, site


def test_the_documents_are_enough_to_open_a_bundle_and_read_its_journal(exported):
    bundle, secret, site = exported
    core, frames = code_of("protocol.md")["open_bundle"](bundle, secret, zstd.decompress)
    [(certificate, _), (kind, content)] = frames
    events, (seq, head) = code_of("journal-format.md")["read_run"](content)
    assert (core["net"], core["sender_name"], certificate, kind) == ("test", "E1", b"C", b"R")
    assert [event["k"] for event in events] == ["Genesis.1", "SaleRecorded.1", "SaleRecorded.1", "mark.1"]
    assert [event["points"] for event in events[1:3]] == [100, 250]
    assert (seq, head) == (site.node.store.tip().seq, site.node.store.tip().head)


def test_the_reader_of_the_document_continues_a_journal_after_an_acknowledgement(world, exported):
    bundle, secret, site = exported
    opener, reader = code_of("protocol.md")["open_bundle"], code_of("journal-format.md")["read_run"]
    [_, (_, first)] = opener(bundle, secret, zstd.decompress)[1]
    genesis, known = reader(first)[0][0], reader(first)[1]
    world.merge(bundle)
    world.carry_out("E1")
    site.sell(ANA, "A-3")
    [_, (_, second)] = opener(world.bundle("E1"), secret, zstd.decompress)[1]
    events, (seq, _) = reader(second, bytes.fromhex(genesis["sign"]), known)
    assert [event["k"] for event in events] == ["SaleRecorded.1", "mark.1"]
    assert seq == known[0] + 2


@pytest.mark.parametrize("place", [20, 200, -1], ids=["core", "receivers", "last byte"])
def test_the_reader_of_the_document_refuses_an_altered_bundle(exported, place):
    bundle, secret, _ = exported
    altered = bytearray(bundle)
    altered[place] ^= 1
    with pytest.raises(Exception):  # noqa: B017 -- whatever the library of another team raises
        code_of("protocol.md")["open_bundle"](bytes(altered), secret, zstd.decompress)


def test_the_reader_of_the_document_refuses_an_altered_entry(exported):
    bundle, secret, _ = exported
    [_, (_, content)] = code_of("protocol.md")["open_bundle"](bundle, secret, zstd.decompress)[1]
    with pytest.raises(AssertionError):
        code_of("journal-format.md")["read_run"](content.replace(b'"points":100', b'"points":900'))


def test_the_readers_stay_short():
    for page in ("journal-format.md", "protocol.md"):
        assert sum(block.count("\n") for block in blocks(page, "python")) <= 80


def test_a_chunk_is_what_the_document_says():
    assert CHUNK == 64 * 1024


# programme.toml


EXAMPLES = blocks("manual/programme.md", "toml")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.splitlines()[0])
def test_every_example_of_the_programme_is_read(example):
    whole = example if "[network]" in example else f"{EXAMPLES[0]}\n{example}"
    assert read_programme(whole, name="programme.md", version=1).programme.network == "litoral"


def test_every_key_of_the_programme_is_explained():
    page = (DOCS / "manual" / "programme.md").read_text(encoding="utf-8")
    for table in msgspec.structs.fields(config._File):
        assert f"[{table.name}]" in page
        kind = (
            table.type
            if isinstance(table.type, type) and issubclass(table.type, msgspec.Struct)
            else table.type.__args__[0]
        )
        for key in msgspec.structs.fields(kind):
            assert f"| `{key.name}` |" in page, f"{table.name}.{key.name}"
