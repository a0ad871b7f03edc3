"""The house rules a linter has no name for. Each failure says what to do instead."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(p for top in ("suite", "forms", "build", "benchmarks") for p in (ROOT / top).rglob("*.py"))
MODULE_LINES_MAX = 400
BODY_LINES_MAX = 60
METHODS_MAX = 40
SQL_HOMES = {
    "store.py",
    "schema.py",
    "projections.py",
    "network_projections.py",
    "notice_projections.py",
    "noticeboard.py",
    "order_projections.py",
    "people_projections.py",
    "portal_projections.py",
    "requests.py",
    "spending_projections.py",
    "projector.py",
    "db.py",
    "dialect.py",
    "directory.py",
    "history.py",
    "ledger.py",
    "lineage.py",
    "shelf.py",
    "members.py",
    "cardbox.py",
    "claims.py",
    "consignment.py",
    "transfer_projections.py",
    "feed_tables.py",
    "witness.py",
    "inspection.py",
    "purse.py",
    "told.py",
}
SQL_WORDS = ("select ", "insert into", "update ", "delete from", "create table", "pragma ")
DOCUMENTED = ("suite/domain", "suite/journal", "suite/sync", "forms")
DRIVERS = {"sqlite3", "sqlcipher3", "pysqlite3"}


def name_of(path):
    return str(path.relative_to(ROOT))


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def body_lines(function):
    first = function.body[0]
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = function.body[1] if documented and len(function.body) > 1 else first
    return function.end_lineno - start.lineno + 1


@pytest.fixture(params=SOURCES, ids=name_of)
def source(request):
    text = request.param.read_text()
    return request.param, text, ast.parse(text)


def test_modules_and_bodies_are_short(source):
    _, text, tree = source
    assert text.count("\n") <= MODULE_LINES_MAX, "split the module by concept, not by length"
    long = [f.name for f in functions(tree) if body_lines(f) > BODY_LINES_MAX]
    assert not long, f"push the loops down in {long}"
    wide = [
        node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and len(functions(node)) > METHODS_MAX
    ]
    assert not wide, f"{wide} does too much: split it by concept"


def test_sql_stays_at_home(source):
    path, _, tree = source
    if path.name in SQL_HOMES or "benchmarks" in path.parts:
        return
    strings = [n.value.lower() for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    found = [s for s in strings if s.lstrip().startswith(SQL_WORDS)]
    assert not found, f"SQL lives in a store: {found}"


def test_every_module_says_what_lives_in_it(source):
    path, _, tree = source
    assert ast.get_docstring(tree), f"{name_of(path)} has no docstring"


def test_public_names_say_what_they_promise(source):
    path, _, tree = source
    if not name_of(path).startswith(DOCUMENTED):
        return
    public = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
        and not is_self_evident(node)
    ]
    assert not public, f"say what these promise: {public}"


def is_self_evident(node):
    """A refusal's text is its documentation; a row or a page of a feed is its fields."""
    return isinstance(node, ast.ClassDef) and all(isinstance(item, ast.Assign | ast.AnnAssign) for item in node.body)


def test_no_dict_stands_for_a_thing_with_a_name(source):
    path, text, _ = source
    borders = {"console.py", "config.py", "day.py", "enrolment_files.py", "docs.py"}
    assert path.name in borders or "benchmarks" in path.parts or "dict[str, Any]" not in text, "parse it at the border"


def test_only_the_database_module_imports_a_driver(source):
    path, _, tree = source
    imported = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    } | {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    if path.name != "db.py" and "benchmarks" not in path.parts:
        assert not imported & DRIVERS, "a second copy of a driver in one process drops SQLite's locks"


def test_no_text_hides_in_an_f_string(source):
    """The collector of texts does not look inside f-strings: such a text would stay English for ever."""
    _, _, tree = source
    hidden = [
        ast.unparse(call)
        for joined in ast.walk(tree)
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in {"N_", "say", "say_many"}
        if any(isinstance(arg, ast.Constant) for arg in call.args)
    ]
    assert not hidden, hidden


def test_suppressions_give_their_reason(source):
    path, text, _ = source
    bare = [
        line.strip()
        for line in text.splitlines()
        if ("# noqa" in line and " -- " not in line) or ("# type: ignore" in line and line.count("#") < 2)
    ]
    assert not bare, f"{name_of(path)}: say why: {bare}"


def test_no_test_is_skipped_without_a_reason():
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call) and "skip" in ast.unparse(n.func)):
            assert call.args or any(k.arg in {"reason", "msg"} for k in call.keywords), f"{path}: skip says no reason"


def test_the_station_starts_without_the_offices_libraries():
    """A cold start imports neither SQLAlchemy nor reportlab nor sqlite-utils: each costs a tenth of a second."""
    probe = (
        "import sys; import suite.station.app; "
        "heavy = ('sqlalchemy', 'reportlab', 'sqlite_utils', 'pynput', 'serial', 'suite.central'); "
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_domain_runs_with_nothing_but_itself():
    probe = (
        "import sys; import suite.domain.redemption, suite.domain.settlement, suite.domain.sales; "
        "print([m for m in ('sqlite3', 'cryptography', 'click', 'socket', 'suite.runtime') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
