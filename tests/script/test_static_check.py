"""The static check: what a transform may not name, each planted once, and what it may."""

from __future__ import annotations

import pytest

from autotransform.errors import ScriptError
from autotransform.script import Provenance, compose, find_problems, parse, require_safe

HEAD = """import libcst as cst
import libcst.matchers as m
from libcst import codemod
from libcst.codemod import VisitorBasedCodemodCommand

class A(VisitorBasedCodemodCommand):
    def leave_Name(self, original_node, updated_node):
        return updated_node

"""


def codes(addition: str) -> list[str]:
    return [problem.code for problem in find_problems(parse(HEAD + addition, name="probe"))]


@pytest.mark.parametrize(
    ("addition", "code"),
    [
        ("import os", "forbidden-import"),
        ("import os.path as p", "forbidden-import"),
        ("from subprocess import run", "forbidden-import"),
        ("from . import sibling", "forbidden-import"),
        ("from re import *", "forbidden-import"),
        ("import autotransform.run", "forbidden-import"),
        ("from typing import get_type_hints", "forbidden-import"),
        ("from dataclasses import make_dataclass", "forbidden-import"),
        ("x = cst.metadata.FullRepoManager", "forbidden-import"),
        ("x = codemod.gather_files", "forbidden-import"),
        ("x = cst.tool.os", "unknown-api"),
        ("x = cst.Nmae()", "unknown-api"),
        ("x = m.Cal()", "unknown-api"),
        ("from libcst.codemod.visitors import AddImportVisitor", "unknown-api"),
        ("open('x')", "forbidden-name"),
        ("x = eval", "forbidden-name"),
        ("x = __import__('os')", "forbidden-name"),
        ("x = __builtins__", "forbidden-name"),
        ("x = globals()", "forbidden-name"),
        ("setattr(cst, 'x', 1)", "forbidden-name"),
        ("x = getattr(cst, name)", "forbidden-name"),
        ("x = getattr(cst, '__dict__')", "forbidden-name"),
        ("x = type('T', (), {})", "forbidden-name"),
        ("def __getattr__(name): ...", "forbidden-name"),
        ("x = ().__class__.__subclasses__()", "forbidden-attribute"),
        ("x = (lambda: 0).__globals__", "forbidden-attribute"),
        ("x = e.tb_frame", "forbidden-attribute"),
        ("x = template.format(cst)", "forbidden-attribute"),
        ("x = '{0.gi_frame}'.format(cst)", "forbidden-attribute"),
        ("x = '{{{0[a]}}}'.format(cst)", "forbidden-attribute"),
        ("x = '{0:{1.a}}'.format(1, cst)", "forbidden-attribute"),
        ("x = '{0!r:>{1.a}}'.format(1, cst)", "forbidden-attribute"),
        ("match A:\n    case A(__dict__=x): pass", "forbidden-attribute"),
        ("cst.Name = None", "forbidden-store"),
        ("cst.Name.visit = None", "forbidden-store"),
        ("VisitorBasedCodemodCommand.leave_Name = None", "forbidden-store"),
        ("look = getattr", "forbidden-name"),
        ("list(map(hasattr, [1], ['a']))", "forbidden-name"),
        ("dict(f_back=1)", "forbidden-attribute"),
        ("class B(m.BaseMatcherNode):\n    gi_frame: object", "forbidden-attribute"),
        ("x = '{0.__globals__}'", "forbidden-string"),
        ("class B(metaclass=A): ...", "forbidden-class"),
        ("async def f(): ...", "forbidden-async"),
        ("def f():\n    global A\n    A = 1", "forbidden-global"),
        ("x = nothing_binds_me", "undefined-name"),
    ],
)
def test_each_thing_a_transform_may_not_name_is_found(addition: str, code: str) -> None:
    assert code in codes(addition)


@pytest.mark.parametrize(
    "addition",
    [
        "",
        "import re\nx = re.compile('a').sub('b', 'c')",
        "from collections.abc import Sequence\nx: Sequence[int] = []",
        "from libcst.metadata import ScopeProvider, PositionProvider\nx = cst.metadata.QualifiedNameProvider",
        "x = [i for i in range(3) if isinstance(i, int)]",
        "try:\n    pass\nexcept (KeyError, ValueError) as error:\n    raise TypeError(str(error)) from error",
        "x = getattr(A, 'lpar', ())",
        "x = '{} {}'.format(1, 2)",
        "x = f'{A!r}'",
        "match A:\n    case cst.Name(value=v) if v: x = v",
        "from autotransform.codemod import Transform",
        "import autotransform.codemod\nx = autotransform.codemod.Transform",
        "CASES = [{'name': 'n', 'before': 'import os; open(x).__dict__'}]",
        '"""A docstring may speak of __globals__."""',
        "from dataclasses import dataclass\n@dataclass\nclass B:\n    x: int = 0\n    def __post_init__(self): ...",
        "def f(a, *b, c=1, **d): return a, b, c, d, (lambda e: e)",
        "x = print",
        "with A as (b, *c): x = b, c",
        "import libcst.helpers as h\nx = h.get_full_name_for_node",
    ],
)
def test_what_transforms_need_is_allowed(addition: str) -> None:
    assert codes(addition) == []


def test_the_nearest_real_name_is_offered() -> None:
    problems = find_problems(parse(HEAD + "x = cst.SimpleStatmentLine", name="probe"))

    assert problems[0].message == "libcst has no SimpleStatmentLine; did you mean SimpleStatementLine?"
    assert problems[0].line == 10


def test_a_model_is_refused_and_a_person_is_warned() -> None:
    body = HEAD + "import os\n"
    by_model = parse(compose(body, provenance=Provenance(model="some-model")), name="probe")
    by_person = parse(body, name="probe")

    with pytest.raises(ScriptError) as caught:
        require_safe(by_model)

    assert "may not import os" in caught.value.details[0]
    assert [problem.code for problem in require_safe(by_person)] == ["forbidden-import"]


def test_a_literal_called_cases_hides_nothing_that_runs() -> None:
    assert "forbidden-name" in codes("CASES = [open('x')]\nCASES = []")
    assert "forbidden-name" in codes("def f():\n    CASES = open('x')")


def test_a_script_of_absurd_length_is_refused_unread() -> None:
    assert codes("#" * 300_000) == ["too-long"]
