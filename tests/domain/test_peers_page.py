"""docs/peers.md names tests that exist, and each scenario once."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "peers.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([A-I]\d\d) \| (.+?) \| (same|ours|later) \| (.+) \|$", PAGE, re.MULTILINE)


def functions(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_the_page_of_peers_names_exists():
    there = {name for path in (ROOT / "tests").rglob("test_*.py") for name in functions(path)}
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 80
    assert named - there == set()


def test_every_test_of_a_scenario_is_on_the_page():
    scenarios = {
        name
        for path in (ROOT / "tests" / "domain").glob("test_cases*.py")
        for name in functions(path)
        if re.match(r"test_[a-i]\d\d_", name)
    }
    assert {name for name in scenarios if f"`{name}`" not in PAGE} == set()


def test_every_scenario_is_told_once_and_says_what_we_do():
    found = [row[0] for row in ROWS]
    assert (
        len(found) == len(set(found)) == PAGE.count("\n| A") + sum(PAGE.count(f"\n| {letter}") for letter in "BCDEFGHI")
    )
    assert all(rule.strip() for _, _, _, rule in ROWS)
