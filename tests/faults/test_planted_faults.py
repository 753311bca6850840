"""Small wrong transforms and outputs, at least six for each guarantee; the right one catches each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.faults.conftest import becoming, caught_by, parsed, picking

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.faults.conftest import Run

#: Turns `old` into `new` wherever it stands, with no thought.
RENAME = """
def leave_Name(self, original_node, updated_node):
    return updated_node.with_changes(value="new") if updated_node.value == "old" else updated_node
"""


def naming(name: str) -> str:
    """Write the body of a transform that calls `old` something else, whatever that is."""
    return f"""
    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value={name!r}) if updated_node.value == "old" else updated_node
    """


#: Class of fault -> what catches it (one of these), and each fault: name -> (body, content).
FAULTS: dict[str, tuple[str, Mapping[str, tuple[str, str | bytes]]]] = {
    "round trip": (
        "skipped",
        {
            "a lone carriage return at the end": (RENAME, b"old = 1\n\r"),
            "a form feed before a carriage return": (RENAME, b"old = 1\n\f\r"),
            "two byte order marks": (RENAME, b"\xef\xbb\xbf\xef\xbb\xbfold = 1\n"),
            "a text that does not parse": (RENAME, "old = (1,\n"),
            "an indentation that does not fit": (RENAME, "if old:\n    a\n  b\n"),
            "bytes that are not of the encoding": (RENAME, b"old = '\xff'\n"),
            "an encoding that nobody knows": (RENAME, b"# -*- coding: klingon -*-\nold = 1\n"),
            "a statement of Python 2": (RENAME, "print old\n"),
        },
    ),
    "syntax": (
        "syntax",
        {
            "an attribute of a number": (picking("cst.Attribute(cst.Integer('1'), cst.Name('y'))"), "x = pick()\n"),
            "a string over two lines": (picking("cst.SimpleString('\\'a\\nb\\'')"), "x = pick()\n"),
            "a constant that is assigned to": (naming("True"), "old = 1\n"),
            "a constant that is deleted": (naming("None"), "del old\n"),
            "a constant for a parameter": (naming("None"), "def f(old): pass\n"),
            "a constant for a keyword": (naming("True"), "f(old=1)\n"),
            "a loop without a target that can be set": (naming("None"), "for old in x: pass\n"),
        },
    ),
    "compile": (
        "compile",
        {
            "return at the top": (
                "def leave_Pass(self, original_node, updated_node):\n    return cst.Return()\n",
                "if x:\n    pass\n",
            ),
            "break outside a loop": (
                "def leave_Pass(self, original_node, updated_node):\n    return cst.Break()\n",
                "def f():\n    pass\n",
            ),
            "a parameter twice": (
                (
                    "def leave_Param(self, original_node, updated_node):\n"
                    "    return updated_node.with_changes(name=cst.Name('a'))\n"
                ),
                "def f(a, b):\n    pass\n",
            ),
            "a future import that is not first": (
                becoming("import a\nfrom __future__ import annotations\n"),
                "import a\n",
            ),
            "yield from in an async function": (
                picking(parsed("(yield from a)")),
                "async def f():\n    x = pick()\n",
            ),
            "an unknown future": (becoming("from __future__ import braces\n"), "import a\n"),
            "nonlocal with nothing around": (becoming("def f():\n    nonlocal x\n"), "def f():\n    pass\n"),
        },
    ),
    "precedence": (
        "structure",
        {
            f"{text} in {content.strip()}": (picking(parsed(text)), content)
            for text, content in (
                ("a if b else c", "x = pick() + 1\n"),
                ("a or b", "x = not pick()\n"),
                ("-1", "x = pick() ** 2\n"),
                ("a + b", "x = pick() * 2\n"),
                ("a + b", "x = pick().c\n"),
                ("a, b", "f(pick())\n"),
                ("lambda: a", "x = pick() or b\n"),
                ("a < b", "x = pick() < c\n"),
                ("a == b", "x = c in pick()\n"),
                ("a - b", "x = c - pick()\n"),
                ("a if b else c", "x = f'{pick() + 1}'\n"),
                ("a and b", "x = pick() is None\n"),
                ("a, b", "x = [pick()]\n"),
                ("a or b", "print(*x, pick() and y)\n"),
                ("a or b", "x = [i for i in y if pick() and z]\n"),
                ("a ** b", "x = pick() ** c\n"),
                ("a | b", "x = pick() & c\n"),
                ("not a", "x = b == c or pick() == b\n"),
            )
        },
    ),
    "a statement in the place of an expression": (
        "structure",
        {
            "an assignment": (picking("cst.parse_statement('x = 1').body[0]"), "y = pick()\n"),
            "an assignment as an argument": (picking("cst.parse_statement('x = 1').body[0]"), "f(pick())\n"),
            "a bare expression statement": (picking("cst.Expr(cst.Name('a'))"), "y = pick()\n"),
            "a del": (picking("cst.parse_statement('del a').body[0]"), "y = [pick()]\n"),
            "an argument": (picking("cst.Arg(cst.Name('a'), keyword=cst.Name('b'))"), "f(pick())\n"),
            "a parameter": (picking("cst.Param(cst.Name('a'), default=cst.Name('b'))"), "f(pick())\n"),
            "an import": (picking("cst.parse_statement('import a').body[0]"), "y = pick()\n"),
            "an operator": (picking("cst.Not()"), "y = pick(), a\n"),
        },
    ),
    "illegal names": (
        "crash structure",
        {
            f"{name!r} for {content.strip()}": (naming(name), content)
            for name, content in (
                ("class", "old = 1\n"),
                ("if", "def old(): pass\n"),
                ("for", "import old\n"),
                ("not", "f(old=1)\n"),
                ("a b", "x = old\n"),
                ("a + b", "x = old * 2\n"),
                ("f()", "x = old\n"),
                ("1x", "x.old\n"),
                ("", "x = old\n"),
                ("lambda", "class C:\n    old: int\n"),
                ("not", "x = old(a)\n"),
                ("await", "async def f():\n    return old(a)\n"),
                ("yield", "def f():\n    return (old)\n"),
            )
        },
    ),
    "await and yield where they cannot stand": (
        "compile",
        {
            "await at the top": (picking("cst.Await(cst.Name('a'))"), "x = pick()\n"),
            "await in a function": (picking("cst.Await(cst.Name('a'))"), "def f():\n    return pick()\n"),
            "await in a lambda of an async function": (
                picking("cst.Await(cst.Name('a'))"),
                "async def f():\n    return lambda: pick()\n",
            ),
            "await in a class of an async function": (
                picking("cst.Await(cst.Name('a'))"),
                "async def f():\n    class C:\n        x = pick()\n",
            ),
            "async with in a function": (becoming("def f():\n    async with a:\n        pass\n"), "def f():\n    a\n"),
            "async for in a function": (
                becoming("def f():\n    async for a in b:\n        pass\n"),
                "def f():\n    a\n",
            ),
            "an async comprehension in a function": (
                picking(parsed("[a async for a in b]")),
                "def f(b):\n    pick()\n",
            ),
            "yield in a class": (picking(parsed("(yield a)")), "class C:\n    x = pick()\n"),
        },
    ),
    "a keyword twice": (
        "compile",
        {
            f"{text} in {content.strip()}": (picking(parsed(text)), content)
            for text, content in (
                ("g(a=1, a=2)", "x = pick()\n"),
                ("g(b, timeout=3, timeout=5)", "def f(b):\n    return pick()\n"),
                ("g(*b, a=1, **c, a=2)", "x = pick()\n"),
                ("g(a=1)(a=2, a=3)", "@pick()\ndef f(): pass\n"),
                ("g(**a, b=1, b=1)", "x = [y for y in pick()]\n"),
            )
        }
        | {
            "a keyword that is already there": (
                (
                    "def leave_Call(self, original_node, updated_node):\n"
                    "    if len(updated_node.args) > 2:\n        return updated_node\n"
                    "    extra = cst.Arg(cst.Integer('5'), keyword=cst.Name('timeout'))\n"
                    "    return updated_node.with_changes(args=[*updated_node.args, extra])\n"
                ),
                "get(1, timeout=3)\n",
            ),
            "of a base class": (becoming("class C(metaclass=M, metaclass=M): pass\n"), "class C(metaclass=M): pass\n"),
        },
    ),
    "lost comments": (
        "comment",
        {
            "a statement is parsed anew": (
                (
                    "def leave_SimpleStatementLine(self, original_node, updated_node):\n"
                    "    if m.matches(updated_node.body[0], m.Expr(m.Call(m.Name('old')))):\n"
                    "        return cst.parse_statement('new()')\n"
                    "    return updated_node\n"
                ),
                "# why\nold()  # how\n",
            ),
            "a function is built anew": (
                (
                    "def leave_FunctionDef(self, original_node, updated_node):\n"
                    "    body = updated_node.body.with_changes(header=cst.TrailingWhitespace())\n"
                    "    return updated_node.with_changes(leading_lines=(), body=body)\n"
                ),
                "a = 1\n\n# why\ndef f():  # how\n    pass\n",
            ),
            "a call is built anew": (
                (
                    "def leave_Call(self, original_node, updated_node):\n"
                    "    return cst.Call(updated_node.func, [cst.Arg(each.value) for each in updated_node.args])\n"
                ),
                "f(\n    a,  # first\n    b,  # second\n)\n",
            ),
            "a list is built anew": (
                (
                    "def leave_List(self, original_node, updated_node):\n"
                    "    return cst.Tuple([cst.Element(each.value) for each in updated_node.elements])\n"
                ),
                "x = [\n    # the first\n    1,\n    2,\n]\n",
            ),
            "the last words of a block": (
                (
                    "def leave_IndentedBlock(self, original_node, updated_node):\n"
                    "    return updated_node.with_changes(footer=())\n"
                ),
                "def f():\n    return 1\n    # not reached\n\n\nf()\n",
            ),
            "the comment above an else": (
                (
                    "def leave_Else(self, original_node, updated_node):\n"
                    "    return updated_node.with_changes(leading_lines=())\n"
                ),
                "if a:\n    b\n# otherwise\nelse:\n    c\n",
            ),
            "the head of the file": (
                "def leave_Module(self, original_node, updated_node):\n    return updated_node.with_changes(header=())\n",
                "# Copyright\nimport a\n\na\n",
            ),
            "one of two that are alike": (becoming("f()  # x\ng()\n"), "f()  # x\ng()  # x\n"),
            "a return that becomes another": (becoming("def f():\n    return b\n"), "def f():\n    return a  # why\n"),
        },
    ),
    "lost marks": (
        "comment",
        {
            f"{mark} of {name}": (becoming(after), before.replace("MARK", mark))
            for mark in ("# noqa: F401", "# type: ignore", "# fmt: skip", "# pragma: no cover", "# nosec")
            for name, before, after in (
                ("a statement", "x = old(1)  # MARK\n".replace("# MARK", "MARK"), "x = new(1)\n"),
                ("a block", "if old:  MARK\n    pass\n", "if new:\n    pass\n"),
            )
        }
        | {
            "fmt: off and on": (becoming("x = [1,2]\n"), "# fmt: off\nx = [1,  2]\n# fmt: on\n"),
            "a type comment": (becoming("x = list()\n"), "x = []  # type: List[int]\n"),
        },
    ),
    "lost docstrings": (
        "docstring",
        {
            "an import above the module's": (becoming("import b\n'''Doc.'''\nb\n"), "'''Doc.'''\nb\n"),
            "a statement above a function's": (
                (
                    "def leave_IndentedBlock(self, original_node, updated_node):\n"
                    "    first = cst.parse_statement('check()')\n"
                    "    if first.deep_equals(updated_node.body[0]):\n        return updated_node\n"
                    "    return updated_node.with_changes(body=[first, *updated_node.body])\n"
                ),
                "def f():\n    '''Doc.'''\n    return 1\n",
            ),
            "a class is built anew": (becoming("class C:\n    x = 1\n"), "class C:\n    '''Doc.'''\n    x = 1\n"),
            "a method": (
                becoming("class C:\n    '''C.'''\n    def f(self):\n        pass\n"),
                "class C:\n    '''C.'''\n    def f(self):\n        '''Doc.'''\n",
            ),
            "one of two of the same name": (
                becoming("if a:\n    def f():\n        '''1.'''\nelse:\n    def f():\n        pass\n"),
                "if a:\n    def f():\n        '''1.'''\nelse:\n    def f():\n        '''2.'''\n",
            ),
            "one that becomes an f-string": (becoming("def f():\n    f'''Doc.'''\n"), "def f():\n    '''Doc.'''\n"),
            "of an async function": (becoming("async def f():\n    pass\n"), "async def f():\n    '''Doc.'''\n"),
        },
    ),
    "undefined names": (
        "undefined",
        {
            "a definition is renamed and its uses are not": (
                (
                    "def leave_FunctionDef(self, original_node, updated_node):\n"
                    "    return updated_node.with_changes(name=cst.Name('new'))\n"
                ),
                "def old():\n    pass\n\nold()\n",
            ),
            "a use is renamed and its definition is not": (
                picking("cst.Name('made')"),
                "def f():\n    return pick()\n",
            ),
            "an import is dropped that is needed": (
                becoming("print(json.dumps(1))\n"),
                "import json\nprint(json.dumps(1))\n",
            ),
            "a parameter is renamed": (
                (
                    "def leave_Param(self, original_node, updated_node):\n"
                    "    return updated_node.with_changes(name=cst.Name('new'))\n"
                ),
                "def f(old):\n    return old\n",
            ),
            "a name from nowhere": (picking(parsed("timezone.utc")), "def pick(): pass\nx = pick()\n"),
            "a name of __all__": (
                becoming("__all__ = ['old']\ndef new(): pass\n"),
                "__all__ = ['old']\ndef old(): pass\n",
            ),
            "a name that a star import could hide": (
                picking(parsed("made()")),
                "from a import *\ndef pick(): pass\nx = pick()\n",
            ),
            "a local variable before it is set": (
                becoming("x = 1\ndef f():\n    y = x\n    x = 2\n    return x, y\n"),
                "x = 1\ndef f():\n    y = x\n    return x, y\n",
            ),
            "a name of a string annotation": (
                becoming("def f(x: 'New'): pass\n"),
                "class Old: pass\ndef f(x: 'Old'): pass\n",
            ),
            "a name of a type comment": (becoming("x = 1  # type: B\n"), "from a import B\nx = 1  # type: B\n"),
            "a variable of another function": (
                becoming("def f():\n    a = 1\ndef g():\n    return a\n"),
                "a = 1\ndef g():\n    return a\n",
            ),
        },
    ),
    "unused imports": (
        "unused",
        {
            "the last use goes": (picking("cst.Name('None')"), "import pick_me as pick\nx = pick()\n"),
            "the last use of a name goes": (picking("cst.Name('None')"), "from a import pick\nx = pick()\n"),
            "an import is added for nothing": (becoming("import os\nimport b\nb\n"), "import b\nb\n"),
            "the wrong import is added": (
                becoming("from datetime import timezones\nx = timezone.utc\n"),
                "from a import timezone\nx = timezone.utc\n",
            ),
            "one of several": (becoming("from a import b, c\nx = b\n"), "from a import b, c\nx = b, c\n"),
            "of a function": (becoming("def f():\n    import a\n"), "def f():\n    import a\n    return a\n"),
            "a submodule": (becoming("import a.b\n"), "import a.b\na.b\n"),
            "a word behind a type comment": (
                becoming("from a import B\nx = 1  # type: int  # B\n"),
                "from a import B\nx = B  # type: int  # B\n",
            ),
        },
    ),
    "names bound over again": (
        "redefined",
        {
            "an import beside a definition": (
                becoming("from a import f\n\ndef f(): pass\n\nx = f()\n"),
                "def f(): pass\n\nx = f()\n",
            ),
            "an import beside a variable": (
                becoming("from datetime import timezone\ntimezone = 'UTC'\nx = timezone\n"),
                "timezone = 'UTC'\nx = timezone\n",
            ),
            "an import beside another": (
                becoming("from a import utc\nfrom b import utc\nx = utc\n"),
                "from a import utc\nx = utc\n",
            ),
            "an import that a parameter hides": (
                becoming(
                    "from datetime import timezone\ndef f(timezone):\n    return timezone.utc, timezone\ny = timezone\n"
                ),
                "import pytz\ndef f(timezone):\n    return pytz.UTC, timezone\ny = pytz\n",
            ),
            "an import that a loop hides": (
                becoming("from a import item\nfor item in x:\n    print(item)\n"),
                "for item in x:\n    print(item)\n",
            ),
            "an import that a comprehension hides": (
                becoming("from a import i\nx = [i.j for i in y], i\n"),
                "import b\nx = [b.i.j for i in y], b.i\n",
            ),
            "two functions of one name": (
                becoming("def new(): pass\n\ndef new(): pass\n\nnew()\n"),
                "def old(): pass\n\ndef new(): pass\n\nnew()\n",
            ),
            "a variable of an except clause": (
                becoming("from a import error\ntry:\n    pass\nexcept E as error:\n    print(error)\nerror\n"),
                "try:\n    pass\nexcept E as error:\n    print(error)\n",
            ),
        },
    ),
    "a second pass": (
        "second-pass",
        {
            "nested calls are half done": (
                (
                    "def leave_Call(self, original_node, updated_node):\n"
                    "    if m.matches(updated_node.func, m.Name('old')):\n"
                    "        return original_node.with_changes(func=cst.Name('new'))\n"
                    "    return updated_node\n"
                ),
                "old(old(1))\n",
            ),
            "it wraps what it made": (
                (
                    "def leave_Call(self, original_node, updated_node):\n"
                    "    return cst.Call(cst.Name('wrapped'), [cst.Arg(updated_node)])\n"
                ),
                "f()\n",
            ),
            "it swaps two names": (
                (
                    "def leave_Name(self, original_node, updated_node):\n"
                    "    names = {'a': 'b', 'b': 'a'}\n"
                    "    return updated_node.with_changes(value=names.get(updated_node.value, updated_node.value))\n"
                ),
                "a(b)\n",
            ),
            "it adds a statement each time": (
                (
                    "def leave_Module(self, original_node, updated_node):\n"
                    "    return updated_node.with_changes(body=[*updated_node.body, cst.parse_statement('x = 1')])\n"
                ),
                "y = 1\n",
            ),
            "only the first of its places": (
                (
                    "done = False\n"
                    "def leave_Name(self, original_node, updated_node):\n"
                    "    if self.done or updated_node.value != 'old':\n        return updated_node\n"
                    "    self.done = True\n    return updated_node.with_changes(value='new')\n"
                ),
                "f(old, old, old)\n",
            ),
            "what it made breaks it": (
                (
                    "def leave_Call(self, original_node, updated_node):\n"
                    "    assert updated_node.func.value == 'old'\n"
                    "    return updated_node.with_changes(func=cst.Name('new'))\n"
                ),
                "old()\n",
            ),
            "one step of a chain": (
                (
                    "def leave_Integer(self, original_node, updated_node):\n"
                    "    value = int(updated_node.value)\n"
                    "    return updated_node.with_changes(value=str(value // 2)) if value else updated_node\n"
                ),
                "x = 8\n",
            ),
        },
    ),
}

CASES = [(kind, name) for kind, (_, faults) in FAULTS.items() for name in faults]


@pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind}: {name}" for kind, name in CASES])
def test_the_fault_is_caught(run: Run, kind: str, name: str) -> None:
    catcher, faults = FAULTS[kind]
    body, content = faults[name]

    outcome = run(body, content)

    assert caught_by(outcome) & {*catcher.split()}, outcome


@pytest.mark.parametrize(
    ("path", "before", "caught"),
    [
        ("pkg/__init__.py", "from a import b\nx = b\n", set()),
        ("pkg/module.py", "from a import b\nx = b\n", {"unused"}),
        ("pkg/__init__.py", "x = b\n", {"unused"}),
    ],
    ids=["it may be there for others", "it is there for nobody", "nobody can rely on it yet"],
)
def test_an_import_that_nothing_uses_any_more(run: Run, path: str, before: str, caught: set[str]) -> None:
    assert caught_by(run(becoming("from a import b\nx = 1\n"), before, path=path)) == caught


def test_there_are_enough_of_each_kind() -> None:
    counts = Counter(kind for kind, _ in CASES)

    assert min(counts.values()) >= 6
    assert len(CASES) >= 60
