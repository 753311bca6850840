"""The plan of the house, enforced: who imports whom, who may touch the world, how long things get."""

from __future__ import annotations

import ast
import sys
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = {path.relative_to(ROOT).as_posix(): path for path in sorted((ROOT / "autotransform").rglob("*.py"))}

#: What each room may import of ours, besides itself, `errors` and `config`.
ROOMS = {
    "script": set[str](),
    "tree": set[str](),
    "codemod": {"tree"},
    "repository": set[str](),
    "engine": {"script", "codemod", "tree"},
    "run": {"repository", "engine", "script", "tree"},
    "review": {"engine", "script"},
    "author": {"run", "repository", "engine", "script"},
    "publish": {"review", "run", "repository", "engine", "script"},
    "studio": {"author", "publish", "review", "run", "repository", "engine", "script"},
}
ROOMS["cli"] = {*ROOMS}
ROOMS["config"] = ROOMS["errors"] = set()
ROOMS["__main__"], ROOMS["__init__"] = {"cli"}, set()

#: Where each library may be imported; what is not listed is imported nowhere.
LIBRARIES = {
    "click": {"cli"},
    "rich": {"cli"},
    "openai": {"author"},
    "detect_secrets": {"author/redaction.py"},
    "git": {"repository"},
    "httpx2": {"publish/github/transport.py"},
    "libcst": {"tree", "codemod", "engine", "script/checks/api.py", "script/static_check.py"},
    "jinja2": {"author", "publish"},
    "pathspec": {"run"},
    "pyflakes": {"engine/guarantees/naming.py"},
    "starlette": {"studio"},
    "uvicorn": {"studio"},
}
PURE = {"script", "tree", "codemod", "engine", "review"}
WORLD = {"os", "pathlib", "shutil", "subprocess", "tempfile", "socket", "multiprocessing", "concurrent", "asyncio"}
LONGEST_MODULE, LONGEST_FUNCTION = 330, 45


def faults(path: str, source: str) -> list[str]:
    """Find where one module, by its path from the root, departs from the plan."""
    inside = PurePosixPath(path).relative_to("autotransform")
    room = inside.parts[0].removesuffix(".py")
    tree = ast.parse(source)
    found = [] if source.count("\n") <= LONGEST_MODULE else [f"{path}: {source.count(chr(10))} lines"]
    for node in ast.walk(tree):
        found += [
            f"{path}:{getattr(node, 'lineno', 0)}: {fault}" for fault in node_faults(node, room=room, inside=inside)
        ]
    return found


def node_faults(node: ast.AST, *, room: str, inside: PurePosixPath) -> list[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [fault for name in imported(node) if (fault := import_fault(name, room=room, inside=inside))]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        length = (node.end_lineno or 0) - node.lineno + 1
        return [f"`{node.name}` has {length} lines"] if length > LONGEST_FUNCTION else []
    if isinstance(node, ast.Call) and room != "cli" and ast.unparse(node.func) in {"print", "exit", "sys.exit"}:
        return [f"`{ast.unparse(node.func)}` outside cli"]
    if isinstance(node, ast.Call) and room in PURE and ast.unparse(node.func) in {"open", "input"}:
        return [f"`{ast.unparse(node.func)}` in a pure room"]
    return []


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if node.level:
        return ["."]
    deep = node.module == "autotransform"
    return [f"autotransform.{alias.name}" for alias in node.names] if deep else [str(node.module)]


def import_fault(name: str, *, room: str, inside: PurePosixPath) -> str:
    top, _, rest = name.partition(".")
    if top == "autotransform":
        other = rest.partition(".")[0]
        # The package itself holds its version, and its place on disk.
        allowed = {room, "errors", "config", "__version__", "", *ROOMS[room]}
        return "" if other in allowed else f"{room} imports {other}"
    if top in sys.stdlib_module_names:
        return f"{room} is pure and imports {name}" if room in PURE and top in WORLD else ""
    allowed = LIBRARIES.get(top, set())
    return "" if room in allowed or inside.as_posix() in allowed else f"{inside} imports {name or 'relatively'}"


@pytest.mark.parametrize("path", SOURCES)
def test_a_module_keeps_to_the_plan(path: str) -> None:
    assert faults(path, SOURCES[path].read_text(encoding="utf-8")) == []


def test_the_model_client_is_imported_by_one_file() -> None:
    openers = [path for path, file in SOURCES.items() if "import openai" in file.read_text(encoding="utf-8")]

    assert len(openers) <= 1


def test_every_room_is_in_the_plan() -> None:
    assert {PurePosixPath(path).parts[1].removesuffix(".py") for path in SOURCES} <= ROOMS.keys()


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("engine/values.py", "from autotransform.run import run"),
        ("run/pool.py", "from autotransform import author"),
        ("review/diff.py", "import autotransform.publish.branch"),
        ("publish/branch.py", "if TYPE_CHECKING:\n    from autotransform.author import Draft"),
        ("author/chat.py", "def late():\n    from autotransform.cli import main"),
        ("repository/objects.py", "from autotransform.script import parse"),
        ("errors.py", "from autotransform.script import parse"),
        ("script/parse.py", "from autotransform import codemod"),
        ("engine/values.py", "from .cases import judge"),
        ("run/pool.py", "import click"),
        ("review/diff.py", "from rich.text import Text"),
        ("run/pool.py", "import openai"),
        ("publish/branch.py", "import git"),
        ("script/parse.py", "import libcst as cst"),
        ("review/diff.py", "import libcst.matchers"),
        ("cli/app.py", "import requests"),
        ("script/parse.py", "import os.path"),
        ("engine/load.py", "from subprocess import run"),
        ("codemod/names.py", "from concurrent.futures import ProcessPoolExecutor"),
        ("review/text.py", "from pathlib import Path"),
        ("review/text.py", "x = open('file')"),
        ("run/pool.py", "print('here')"),
        ("publish/branch.py", "import sys\nsys.exit(1)"),
        ("cli/app.py", "def long():\n" + "    x = 1\n" * LONGEST_FUNCTION),
        ("cli/app.py", "x = 1\n" * (LONGEST_MODULE + 1)),
    ],
)
def test_a_planted_fault_is_found(path: str, source: str) -> None:
    assert len(faults(f"autotransform/{path}", source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("cli/app.py", "import click\nfrom rich.text import Text\nfrom autotransform.author import Draft\nprint(1)"),
        ("engine/load.py", "import sys\nimport libcst as cst\nfrom autotransform.codemod import Transform"),
        ("script/static_check.py", "import libcst"),
        ("repository/process.py", "import os, subprocess\nimport git.cmd\nfrom autotransform.errors import Aborted"),
        (
            "run/pool.py",
            "import autotransform\nfrom autotransform import __version__\nfrom autotransform.config import Config",
        ),
        ("run/pool.py", "printed = '''import openai'''\nself.print(exit)"),
        ("cli/app.py", "def just():\n" + "    x = 1\n" * (LONGEST_FUNCTION - 1)),
    ],
)
def test_what_the_plan_allows_is_no_fault(path: str, source: str) -> None:
    assert faults(f"autotransform/{path}", source) == []
