"""LibCST's own commands do behind the fences what they do without."""

from __future__ import annotations

from pathlib import Path

import libcst.codemod.commands
import pytest

from autotransform.engine import transform
from autotransform.engine.values import Changed, Failed, FileContext, Job
from autotransform.errors import ScriptError
from autotransform.run import Limits, map_jobs
from autotransform.script import Script, parse

_ARGUMENTS: dict[str, tuple[tuple[str, str], ...]] = {
    "ensure_import_present": (("module", "os"), ("entity", "getcwd"), ("alias", "here")),
    "rename": (("old_name", "os.path.join"), ("new_name", "posixpath.join")),
}


def _scripts() -> list[Script]:
    folder = Path(libcst.codemod.commands.__file__).parent
    found = []
    for file in sorted(folder.glob("*.py")):
        try:
            found.append(parse(file.read_bytes(), name=file.stem))
        except ScriptError:  # the package itself; a module of base classes
            continue
    return found


_TEXT = """
# pyre-strict
import os.path
from typing import Dict, List, Optional, Union

def f(a: "List[int]", b: Optional[Dict[str, Union[int, str]]] = None) -> "str":
    # type: (...) -> str
    print("a" "%s" % a, f"no field", "{}".format(b))
    return os.path.join(a,
        b
    )
"""
_JOBS = [
    Job(context=FileContext(path="a.py", module="a"), content=_TEXT.encode()),
    Job(context=FileContext(path="b.py", module="b"), content=b"x = 1\n"),
]


@pytest.mark.parametrize("script", _scripts(), ids=lambda script: script.name)
def test_it_does_what_it_does_without(script: Script) -> None:
    arguments = _ARGUMENTS.get(script.name, ())
    fenced = list(map_jobs(script, _JOBS, arguments=arguments, limits=Limits(jobs=1)))
    plain = [transform(script, job, arguments=arguments) for job in _JOBS]

    assert [_gist(outcome) for outcome in fenced] == [_gist(outcome) for outcome in plain]


def test_there_are_many_and_most_do_something() -> None:
    done = [transform(each, _JOBS[0], arguments=_ARGUMENTS.get(each.name, ())) for each in _scripts()]

    assert len(done) > 12
    assert not any(isinstance(outcome, Failed) for outcome in done)
    assert sum(isinstance(outcome, Changed) for outcome in done) > 7


def _gist(outcome: object) -> object:
    if isinstance(outcome, Changed):
        return outcome.after
    return (type(outcome).__name__, getattr(outcome, "reason", ""))
