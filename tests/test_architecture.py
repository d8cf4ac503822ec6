"""Which way imports point, which room owns which library, and how large things may grow."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for room in ("bot", "recommender") for path in ROOT.glob(f"{room}/**/*.py"))
TESTS = sorted(ROOT.glob("tests/**/*.py"))

ROOMS = (
    {"__main__"},
    {"cli"},
    {"running"},
    {"slack", "jobs", "web", "parts", "homes", "logs"},
    {"commands"},
    {"digests"},
    {"blocks", "library", "client", "evaluation"},
    {"store", "sources", "migrations"},
    {"models", "schedules", "settings", "scopes", "errors", "seats"},
)
"""The rooms of `bot` from the top down: each may import what is below it, and its neighbours."""

DOORS = {
    "slack_bolt": ("bot/slack/",),
    "apscheduler": ("bot/jobs.py",),
    "waitress": ("bot/web.py",),
    "sqlalchemy": ("bot/store/", "bot/migrations/"),
    "alembic": ("bot/store/", "bot/migrations/"),
    "sqlite3": ("bot/store/",),
    "cryptography": ("bot/store/keys.py",),
    "click": ("bot/__main__.py", "bot/cli/"),
    "tqdm": ("bot/cli/",),
    "pydantic_settings": ("bot/settings.py",),
    "pylatexenc": ("bot/sources/",),
    "httpcore": ("bot/sources/web.py", "bot/sources/network.py"),
    "feedparser": ("bot/sources/feed.py",),
    "bibtexparser": ("bot/sources/bibtex.py",),
    "rispy": ("bot/sources/ris.py",),
    "numpy": ("recommender/",),
    "scipy": ("recommender/vectors.py",),
    "threadpoolctl": ("recommender/learning.py",),
    "Stemmer": ("recommender/",),
    "ir_measures": ("recommender/evaluation.py",),
    "rank_bm25": ("recommender/peers.py",),
    "matplotlib": ("bot/evaluation/picture.py",),
    "websockets": ("bot/demo/",),
    "http": ("bot/client/refusals.py", "bot/demo/"),
}
"""The only places that may import a library."""

EDGES = {
    "bot/cli/shell.py": 1,
    "bot/digests/compose.py": 1,
    "bot/digests/deliver.py": 1,
    "bot/jobs.py": 1,
    "bot/library/rounds.py": 1,
}
"""Where everything is caught, and how often.

What a heartbeat meets must not end it, one subscriber's digest must not cost the others theirs, nor
one source the others their reading, and nobody who types a command should get a traceback for it.
"""

MAX_LINES, MAX_FUNCTION = 300, 50


def name_of(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    """The module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    """The full names of everything imported anywhere in the tree."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def floor_of(room: str) -> int | None:
    """How far down a room of `bot` is; None for `demo`, which stands apart."""
    return next((floor for floor, rooms in enumerate(ROOMS) if room in rooms), None)


def room_of(path: Path) -> str:
    """The room that a module of `bot` belongs to."""
    return path.relative_to(ROOT / "bot").parts[0].removesuffix(".py")


def test_every_module_has_a_room() -> None:
    """A new module of the bot has its place in the order of the rooms."""
    rooms = {room_of(path) for path in SOURCES if name_of(path).startswith("bot/")}
    assert rooms - {"demo", "__init__"} == set().union(*ROOMS)


def test_no_import_is_relative() -> None:
    """Every import names its module in full."""
    relative = [
        name_of(path)
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_the_recommender_knows_nothing_of_the_bot() -> None:
    """Text and numbers only: no bot, no Slack, no SQL, no network, no clock, no environment."""
    foreign = {"bot", "slack_sdk", "slack_bolt", "sqlalchemy", "urllib", "http", "socket"}
    foreign |= {"time", "logging", "pydantic", "click", "random"}
    wrong = [
        (name_of(path), name)
        for path in ROOT.glob("recommender/**/*.py")
        for name in imported(parsed(path))
        if name.split(".")[0] in foreign
    ]
    assert wrong == []


def test_imports_point_down() -> None:
    """A room imports its neighbours and what is below, never what is above."""
    wrong = []
    for path in SOURCES:
        own = floor_of(room_of(path)) if name_of(path).startswith("bot/") else None
        for name in imported(parsed(path)) if own is not None else ():
            parts = name.split(".")
            other = floor_of(parts[1]) if parts[0] == "bot" and len(parts) > 1 else None
            if own is not None and other is not None and other < own:
                wrong.append(f"{name_of(path)} imports {name}")
    assert wrong == []


@pytest.mark.parametrize(("library", "doors"), DOORS.items(), ids=DOORS)
def test_a_foreign_library_has_one_door(library: str, doors: tuple[str, ...]) -> None:
    """Nobody imports the library but the room that is its door, and that one does."""
    users = [
        name_of(p) for p in SOURCES if library in {n.split(".")[0] for n in imported(parsed(p))}
    ]
    assert users
    assert [user for user in users if not user.startswith(doors)] == []


def test_slack_clients_are_made_in_one_place() -> None:
    """Only `client/making.py` calls WebClient, so every client honours the settings."""
    calls = [
        name_of(path)
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "WebClient"
    ]
    assert calls == ["bot/client/making.py"]


def test_only_the_demo_command_knows_the_local_slack() -> None:
    """`bot.demo` is imported inside the demo command, and nowhere else in the bot."""
    importers = {
        name_of(path)
        for path in SOURCES
        if room_of_demo(path) is False
        and any(name.startswith("bot.demo") for name in imported(parsed(path)))
    }
    assert importers == {"bot/__main__.py"}
    tree = parsed(ROOT / "bot" / "__main__.py")
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    inside = [f.name for f in functions if any(n.startswith("bot.demo") for n in imported(f))]
    assert inside == ["demo"]
    outside = [n for s in tree.body if s not in functions for n in imported(s)]
    assert not any(name.startswith("bot.demo") for name in outside)


def room_of_demo(path: Path) -> bool:
    """Whether the module is part of the local Slack."""
    return name_of(path).startswith("bot/demo/")


def test_the_local_slack_judges_by_slacks_rules_alone() -> None:
    """The local Slack imports nothing of the bot; its stage needs only the settings' shape."""
    wrong = [
        (name_of(path), name)
        for path in ROOT.glob("bot/demo/**/*.py")
        for name in imported(parsed(path))
        if name.startswith("bot.") and not name.startswith("bot.demo")
    ]
    assert wrong == [("bot/demo/stage.py", "bot.settings.Settings")]


def test_a_running_bot_loads_no_local_slack() -> None:
    """What runs in production carries nothing of the demonstration."""
    code = "import bot.running, sys; print([n for n in sys.modules if n.startswith('bot.demo')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_and_functions_are_short(path: Path) -> None:
    """A file has at most 300 lines, and a function at most 50 without its docstring."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES
    functions = [
        node
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_read(path)
    ]
    assert [f.name for f in functions if length(f) > MAX_FUNCTION] == []


def is_read(path: Path) -> bool:
    """Whether people read it to change it: a migration is a list of tables, written once."""
    return "versions" not in path.parts


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines the body has, without a docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_everything_is_caught_at_the_edges_only() -> None:
    """An except that takes every error stands where something must survive it, and nowhere else."""
    caught = {
        name_of(path): sum(is_broad(node) for node in ast.walk(parsed(path))) for path in SOURCES
    }
    assert {path: number for path, number in caught.items() if number} == EDGES


def is_broad(node: ast.AST) -> bool:
    """Whether it is an except that takes every error, and does not let it rise again."""
    if not isinstance(node, ast.ExceptHandler):
        return False
    if any(isinstance(inner, ast.Raise) and inner.exc is None for inner in node.body):
        return False
    names = {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)} if node.type else set()
    return node.type is None or bool(names & {"Exception", "BaseException"})


def test_no_test_mocks_anything() -> None:
    """Tests use real parts; what they set is the environment, the folder, and constants."""
    names = {name for path in TESTS for name in imported(parsed(path))}
    assert not any(name.startswith(("unittest.mock", "mock", "pytest_mock")) for name in names)
    replaced = [
        f"{name_of(path)}: {node.args[1].value!s}"
        for path in TESTS
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "setattr"
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    ]
    functions = [one for one in replaced if not one.split(": ")[1].strip("_").isupper()]
    assert [one for one in functions if "__" not in one] == []


def test_nothing_prints_but_the_demonstration() -> None:
    """Output goes through the command line's echo; only the demonstration's terminal prints."""
    printing = {
        name_of(path)
        for path in SOURCES
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    }
    assert printing <= {"bot/demo/terminal.py"}
