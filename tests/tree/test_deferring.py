"""A module that is executed late gives whoever asks what it always gives, and is executed for nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

#: Each is evaluated in a process of its own, in which nobody has asked for anything yet.
_WAYS = {
    "one name": "str(__import__('libcst.matchers', fromlist=['Call']).Call)",
    "every name": "(lambda names: (exec('from libcst.matchers import *', names), sorted(names))[1])({})",
    "from the package": "__import__('libcst').matchers.Call.__module__",
    "its directory": "dir(sys.modules['libcst.matchers'])",
    "its dictionary": "sorted(vars(sys.modules['libcst.matchers']))",
    "pickled": "str(pickle.loads(b'\\x80\\x04\\x8c\\x0flibcst.matchers\\x94\\x8c\\x04Call\\x94\\x93\\x94.'))",
    "what there is not": "hasattr(sys.modules['libcst.matchers'], 'Calls')",
    "written to": "(setattr(sys.modules['libcst.matchers'], 'Call', 1), sys.modules['libcst.matchers'].Call)[1]",
    "as a base": "issubclass(libcst.codemod.VisitorBasedCodemodCommand, libcst.matchers.MatcherDecoratableTransformer)",
    "its visitors": "[str(getattr(libcst.codemod.visitors, name)) for name in libcst.codemod.visitors.__all__]",
    "a command": "str(__import__('libcst.codemod.commands.rename', fromlist=['RenameCommand']).RenameCommand)",
}
_PROGRAM = """
import json, os, pickle, sys
is_deferred, ways = sys.argv[1] == "yes", json.loads(sys.argv[2])
if is_deferred:
    from autotransform.tree import deferring
    deferring.defer()
import libcst.codemod.commands.rename
import autotransform.engine.transformation
told = {}
for name, way in ways.items():
    ours, theirs = os.pipe()
    if os.fork() == 0:
        os.write(theirs, json.dumps(eval(way)).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours, "rb") as answer:
        told[name] = json.load(answer)
    os.wait()
print(json.dumps(told))
"""


def _run(program: str, *arguments: str) -> Any:
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def told() -> tuple[dict[str, Any], dict[str, Any]]:
    """Give what each way says where modules are deferred, and where they are not."""
    ways = {**_WAYS, "untouched": "[isinstance(sys.modules['libcst.matchers'], type), len(deferring._codes)]"}
    return _run(_PROGRAM, "yes", json.dumps(ways)), _run(_PROGRAM, "no", json.dumps(_WAYS))


@pytest.mark.parametrize("way", _WAYS)
def test_whoever_asks_gets_what_is_there(way: str, told: tuple[dict[str, Any], dict[str, Any]]) -> None:
    deferred, plain = told

    assert deferred[way] == plain[way]


def test_nobody_needs_them_to_load_what_transforms_take(told: tuple[dict[str, Any], dict[str, Any]]) -> None:
    deferred, _ = told

    assert deferred["untouched"] == [False, 4]


_BROKEN = """
import json, sys
from autotransform.tree import deferring
deferring.defer()
import libcst.codemod.commands
libcst.codemod.commands.__path__.append(sys.argv[1])
import libcst.codemod.commands.broken as broken
told = []
for _ in range(2):
    try:
        broken.Name
    except ImportError as error:
        told.append(error.name)
print(json.dumps([*told, "broken" in repr(broken)]))
"""


def test_what_cannot_be_executed_says_so_each_time(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("Some = 1\nimport no_such_module\nName = 1\n")

    assert _run(_BROKEN, str(tmp_path)) == ["no_such_module", "no_such_module", True]
