"""The rules of the house (docs/architecture.md) as data, and a reader of the code that holds it to them."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT = {"domain", "models"}
RIGHTS = LEFT | {"permissions", "audit"}
INNER = RIGHTS | {"actions", "queries", "words"}
EDGES = INNER | {"imports", "exports", "charts", "tables", "forms", "config"}
MAY_IMPORT = {
    "domain": set(),
    "models": {"domain"},
    "permissions": LEFT,
    "audit": LEFT | {"config"},  # the request's reference number
    "actions": RIGHTS,
    "words": LEFT,
    "queries": RIGHTS | {"words"},
    "charts": LEFT | {"words"},
    "tables": LEFT | {"words"},
    "forms": LEFT | {"words"},
    "templatetags": RIGHTS | {"words"},
    "imports": INNER,
    "exports": INNER,
    "views": EDGES,
    "api": EDGES,
    "management": EDGES,
    "urls": {"views", "api"},
    "apps": set(),
}
DOMAIN_PACKAGES = {"pypinyin"}
CLOCKS = {"date.today", "datetime.now", "datetime.today", "datetime.utcnow", "timezone.now", "timezone.localdate"}
CLOCKS |= {"timezone.localtime", "time.time", "time.localtime", "time.gmtime"}
CLOCK_EDGE = ("tracker/views/edge.py", "tracker/management/", "tracker/migrations/", "config/", "tests/")
WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete", "save_base"}
WRITES |= {"store_new", "store_new_with"}
WRITES |= {f"a{name}" for name in WRITES}  # and their async twins
# worded.py writes a row as Django's own save() does; the guard in front of it is the same.
WRITERS = ("tracker/actions/", "tracker/audit.py", "tracker/models/worded.py", "tracker/migrations/", "tests/")
ROWS = {"objects", "filter", "exclude", "all", "select_for_update", "order_by", "queryset", "rows"}
LONG_MAY_BE = ("tracker/migrations/",)
FILE_LINES, FUNCTION_LINES = 400, 60


def problems(path: str, source: str) -> list[str]:
    """Return a line for each rule the file breaks; `path` is relative to the repository."""
    tree = ast.parse(source)
    found = [*imports_the_wrong_way(path, tree)]
    if not path.startswith(CLOCK_EDGE):
        found += clock_reads(tree)
    if not path.startswith(WRITERS) and path.startswith("tracker/"):
        found += writes(tree)
    if not path.startswith(LONG_MAY_BE):
        found += too_long(tree, source)
    return [f"{path}: {problem}" for problem in found]


def imported(tree: ast.AST, package: list[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            # `from tracker import models`: the room is in the names
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def imports_the_wrong_way(path: str, tree: ast.AST) -> Iterator[str]:
    parts = path.removesuffix(".py").split("/")
    if parts[0] != "tracker" or len(parts) < 2 or parts[1] in ("migrations", "__init__"):
        return
    room = parts[1]
    if room not in MAY_IMPORT:
        yield f"no such room: {room}"
        return
    for line, name in imported(tree, parts[:-1]):
        top, *rest = name.split(".")
        target = rest[0] if top == "tracker" and rest else top if top == "config" else None
        if target and target != room and target not in MAY_IMPORT[room]:
            yield f"line {line}: {room} must not import {target}"
        if room == "domain" and top not in sys.stdlib_module_names | DOMAIN_PACKAGES | {"tracker"}:
            yield f"line {line}: domain must not import {top}"


def clock_reads(tree: ast.AST) -> Iterator[str]:
    # `localtime(moment)` converts, `localtime()` reads the clock.
    converts = {
        id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args and "local" in ast.unparse(n.func)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute | ast.ImportFrom) or id(node) in converts:
            continue
        if isinstance(node, ast.Attribute) and f"{ast.unparse(node.value).split('.')[-1]}.{node.attr}" in CLOCKS:
            yield f"line {node.lineno}: reads the clock ({ast.unparse(node)}); take `today` as an argument"
        if isinstance(node, ast.ImportFrom) and node.module in ("time", "django.utils.timezone"):
            for alias in node.names:
                if f"{node.module.split('.')[-1]}.{alias.name}" in CLOCKS:
                    yield f"line {node.lineno}: imports a clock ({alias.name})"


def writes(tree: ast.Module) -> Iterator[str]:
    constants = {ast.unparse(n.targets[0]): n.value for n in ast.walk(tree) if isinstance(n, ast.Assign)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, owner = node.func.attr, ast.unparse(node.func.value)
        on_rows = not ROWS.isdisjoint(owner.replace("(", ".").replace(")", ".").split("."))
        if owner != "super()" and (name in WRITES or (name in ("update", "aupdate") and on_rows)):
            yield f"line {node.lineno}: writes outside actions ({owner}.{name})"
        if name in ("execute", "executemany") and not _reads(node, constants):
            yield f"line {node.lineno}: raw SQL that is not a plain SELECT outside actions"


def _reads(call: ast.Call, constants: dict[str, ast.expr]) -> bool:
    """Whether the statement is written out here and begins with SELECT or WITH."""
    text = constants.get(ast.unparse(call.args[0]), call.args[0]) if call.args else None
    if isinstance(text, ast.JoinedStr) and text.values:
        text = text.values[0]
    return isinstance(text, ast.Constant) and str(text.value).strip().upper().startswith(("SELECT", "WITH"))


def too_long(tree: ast.AST, source: str) -> Iterator[str]:
    if (lines := source.count("\n")) > FILE_LINES:
        yield f"{lines} lines, at most {FILE_LINES}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or 0) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield f"line {node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}"


def own_files() -> list[str]:
    found = [path for room in ("tracker", "config", "tests") for path in (ROOT / room).rglob("*.py")]
    return sorted(str(path.relative_to(ROOT)) for path in [*found, ROOT / "manage.py"])


def test_the_house_keeps_its_rules():
    found = [problem for path in own_files() for problem in problems(path, (ROOT / path).read_text(encoding="utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("tracker/domain/a.py", "from django.db import models", "domain must not import django"),
        ("tracker/domain/a.py", "import tracker.models", "domain must not import models"),
        ("tracker/models/a.py", "from tracker.actions import reports", "models must not import actions"),
        ("tracker/models/a.py", "from tracker import queries", "models must not import queries"),
        ("tracker/actions/a.py", "from ..queries.reports import inbox", "actions must not import queries"),
        (
            "tracker/queries/a.py",
            "def f():\n    from tracker.actions import reports",
            "queries must not import actions",
        ),
        ("tracker/charts/a.py", "from tracker.queries import overview", "charts must not import queries"),
        ("tracker/models/a.py", "from config import embedded", "models must not import config"),
        ("tracker/helpers/a.py", "", "no such room: helpers"),
        ("tracker/queries/a.py", "x = datetime.date.today()", "reads the clock"),
        ("tracker/models/a.py", "x = Field(default=timezone.now)", "reads the clock"),
        ("tracker/views/a.py", "from django.utils.timezone import localdate", "imports a clock"),
        ("tracker/views/a.py", "form.save()", "writes outside actions"),
        ("tracker/views/a.py", "Report.objects.create(a=1)", "writes outside actions"),
        ("tracker/queries/a.py", "Report.objects.filter(a=1).update(b=2)", "writes outside actions"),
        ("tracker/management/commands/a.py", "Report.objects.all().delete()", "writes outside actions"),
        ("tracker/queries/a.py", "cursor.execute('DELETE FROM x')", "raw SQL"),
        ("tracker/queries/a.py", "def f(text):\n    cursor.execute(text)", "raw SQL"),
        ("tracker/queries/a.py", "\n" * 401, "401 lines, at most 400"),
        ("tests/test_a.py", "def f():\n" + "    x = 1\n" * 60, "f has 61 lines, at most 60"),
    ],
)
def test_each_guard_fails(path: str, source: str, expected: str):
    assert any(expected in problem for problem in problems(path, source))


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("tracker/domain/a.py", "import datetime\nfrom tracker.domain import units\nimport pypinyin"),
        ("tracker/views/edge.py", "today = timezone.localdate()"),
        ("tracker/actions/a.py", "Report.objects.create(a=1)"),
        ("tracker/models/a.py", "class A:\n    def save(self):\n        super().save()"),
        ("tracker/views/a.py", "context.update(a=1)"),
        ("tracker/queries/a.py", "SQL = 'SELECT 1'\ncursor.execute(SQL)"),
        ("tracker/migrations/0001.py", "\n" * 900),
    ],
)
def test_what_is_allowed_passes(path: str, source: str):
    assert problems(path, source) == []
