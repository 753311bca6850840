"""Right transforms that look suspicious: nothing is said of them, not even under ``--strict``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.engine import Changed
from tests.faults.conftest import becoming, caught_by, parsed, picking

if TYPE_CHECKING:
    from tests.faults.conftest import Run

#: What takes the place of `pick()`, and where.
EXPRESSIONS = [
    ("a if b else c", "x = pick()\n"),
    ("(a if b else c)", "x = pick() + 1\n"),
    ("a or b", "x = pick() or c\n"),
    ("a or b", "x = c or pick()\n"),
    ("a + b", "x = pick() + c\n"),
    ("a * b", "x = c + pick()\n"),
    ("a, b", "x = pick()\n"),
    ("a, b", "for x in pick(): pass\n"),
    ("a, b", "x = y[pick()]\n"),
    ("a if b else c", "x = f'{pick()}'\n"),
    ("a if b else c", "x = d if e else pick()\n"),
    ("-a", "x = -pick()\n"),
    ("-a", "x = b - pick()\n"),
    ("a ** b", "x = -pick()\n"),
    ("a ** b", "x = c ** pick()\n"),
    ("lambda: a", "x = lambda: pick()\n"),
    ("not a", "x = b and pick()\n"),
    ("a.b", "del pick().c\n"),
    ("a + b", "x = (pick())\n"),
    ("a == b", "x = not pick()\n"),
    ("a", "del c, pick().d\n"),
    ("a", "match pick(), b:\n    case {'k': 1 | 2, **r} if pick(): pass\n    case -1 | 1 + 2j: pass\n"),
    ("a", "x = f'{pick()=}' f'{b + c = !r:>{w + 1}}'\n"),
    ("a", "with pick() as b, c: pass\n"),
    ("a", "async def f():\n    return await pick(), [x async for x in y if await pick()]\n"),
    ("a", "def f():\n    x = yield pick(), 1\n    yield\n    y = [(yield)]\n"),
    ("a", "x = " + "pick() + " * 400 + "1\n"),
    ("a", "x = " + "b if pick() else " * 150 + "1\n"),
    ("a", "x = " + "b and " * 300 + "pick()\n"),
    ("a", "x: int = pick(), 1\n"),
    ("a", "x = y[pick():b + 1, ...]\n"),
    ("a", "@pick()\nclass C(b, *c, d=e or f): pass\n"),
    ("a", "if (x := pick()) and (y := 1): pass\n"),
    ("a", "print(*pick() or b, **c or d)\n"),
    ("a", "for x in *pick(), *b: pass\n"),
    ("a", "type X[T: (int, str)] = pick()\n"),
]

#: Name -> (text before, text after).
TEXTS: dict[str, tuple[str, str]] = {
    # Comments
    "a comment goes with its statement": ("f()\nold()  # noqa\ng()\n", "f()\ng()\n"),
    "the comments above go with the statement": ("f()\n# why\n# so\nold()\ng()\n", "f()\ng()\n"),
    "a comment goes with its import": (
        "import pytz  # noqa\nx = pytz.utc\n",
        "from datetime import timezone\nx = timezone.utc\n",
    ),
    "a comment goes with its argument": ("f(\n    a,\n    b,  # two\n)\n", "f(\n    a,\n)\n"),
    "a comment above goes with its argument": ("f(\n    a,\n    # two\n    b,\n    c,\n)\n", "f(\n    a,\n    c,\n)\n"),
    "a comment goes with its key": ("x = {\n    'a': 1,  # one\n    'b': 2,\n}\n", "x = {\n    'b': 2,\n}\n"),
    "comments go with a whole function": ("a = 1\n\n# f\ndef f():  # g\n    # h\n    return 1\n    # i\n", "a = 1\n"),
    "a comment goes with its decorator": ("@old  # why\ndef f(): pass\n", "def f(): pass\n"),
    "a comment goes with its branch": ("if a:\n    b\nelif c:  # odd\n    d\n", "if a:\n    b\n"),
    "a comment is edited": ("x = []  # type: List[int]\n", "x = []  # type: list[int]\n"),
    "a comment names what is renamed": ("old()  # old is slow\n", "dir()  # dir is slow\n"),
    "a comment gets its space": ("f(old)  #why\n", "f(dir)  # why\n"),
    "a comment moves to another line": ("f(old, b)  # noqa\n", "f(\n    dir,\n    b,\n)  # noqa\n"),
    "a block of comments moves": ("# a\nf()\nold()\n", "dir()\n# a\nf()\n"),
    "a mark that is no comment": ("x = '# noqa', old\n", "x = '', dir\n"),
    "a comment twice, one of them goes": ("f()  # x\nold()  # x\n", "f()  # x\n"),
    "a comment is added": ("old()\n", "dir()  # noqa\n"),
    "a statement becomes two": ("f(old)  # why\n", "x = dir\nf(x)  # why\n"),
    "the last statement of a block goes with its comment": ("if a:\n    f()\n    old()  # why\n", "if a:\n    f()\n"),
    # Docstrings
    "a docstring is edited": ("def f():\n    '''Old.'''\n", "def f():\n    '''New.'''\n"),
    "a function goes with its docstring": ("def f():\n    '''Doc.'''\n\nx = 1\n", "x = 1\n"),
    "a function is renamed, with its docstring": (
        "def old():\n    '''Doc.'''\n\nold()\n",
        "def new():\n    '''Doc.'''\n\nnew()\n",
    ),
    "a string that is no docstring goes": ("def f():\n    a\n    'text'\n", "def f():\n    a\n"),
    "a docstring is added": ("def f():\n    pass\n", "def f():\n    '''Doc.'''\n"),
    "a bytes literal at the top goes": ("def f():\n    b'text'\n    a\n", "def f():\n    a\n"),
    "an import below the docstring": ("'''Doc.'''\nx = 1\n", "'''Doc.'''\nimport a\nx = a\n"),
    # Names that were undefined before, or only seem so
    "a name that was undefined before": ("x = made + old\n", "x = made + 1\n"),
    "one undefined name less": ("x = made, made, 1\n", "x = made, 2\n"),
    "a name that a star import may bind": ("from a import *\nx = f(old())\n", "from a import *\nx = f(new())\n"),
    "a builtin": ("x = old\n", "x = len\n"),
    "a name of an enclosing function": (
        "def f(a):\n    def g():\n        return a, 1\n",
        "def f(a):\n    def g():\n        return a, a\n",
    ),
    "a name that is deleted later": ("a = 1\nx = a\ndel a\n", "a = 1\nx = [a]\ndel a\n"),
    "a name that is tried": ("x = old\n", "try:\n    x = unicode\nexcept NameError:\n    x = str\n"),
    "a forward reference": ("def f(x: int): pass\nclass C: pass\n", "def f(x: 'C'): pass\nclass C: pass\n"),
    "a global that a function sets": (
        "def f():\n    global g\n    g = 1\n",
        "def f():\n    global g\n    g = 1\n    print(g)\n",
    ),
    "dunder names": ("x = 1\n", "x = __name__, __file__, __doc__\n"),
    "a class attribute in its own body": ("class C:\n    a = 1\n    b = 2\n", "class C:\n    a = 1\n    b = a\n"),
    "a type parameter": ("class C: pass\n", "def f(x):\n    return [y for y in x if (z := y) and z]\n"),
    # Imports
    "an unused import is renamed": ("from a import old\n", "from a import new\n"),
    "an unused import comes from elsewhere": ("from a import x\n", "from b import x\n"),
    "an import for __all__": ("__all__ = ['a']\nfrom b import a\n", "__all__ = ['a']\nfrom c import a\n"),
    "an import for a string annotation": ("def f(x: 'old'): pass\n", "from a import new\ndef f(x: 'new'): pass\n"),
    "an import that was unused before": ("import a\nx = 1\n", "import a\nx = 2\n"),
    "an import from the future": ("x: int = 1\n", "from __future__ import annotations\n\nx: int = 1\n"),
    "an import that an annotation uses, which is put off": (
        "from a import B\ndef f(x: B): pass\nif f:\n    from a import B\n    B()\n",
        "from __future__ import annotations\nfrom a import B\ndef f(x: B): pass\nif f:\n    from a import B\n    B()\n",
    ),
    "an import with an alias of its own name": ("from a import b\n", "from a import b as b\n"),
    "an import under TYPE_CHECKING and one at run time": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\ndef f(x: 'B'): pass\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import B\ndef f(x: 'B') -> 'B': pass\n",
    ),
    "an import that is tried": (
        "try:\n    from a import b\nexcept ImportError:\n    b = None\nb\n",
        "try:\n    from c import b\nexcept ImportError:\n    b = None\nb\n",
    ),
    "an import that only a type comment uses": ("from a import B\nx: B = 1\n", "from a import B\nx = 1  # type: B\n"),
    "an import that only a type comment used": ("x = 1  # type: B\n", "from a import C\nx = 1  # type: C  # why\n"),
    "an import that only a type comment names as text": ("x = 1  # type: ignore[B]\n", "x = 2  # type: ignore[B]\n"),
    # Names bound twice
    "a class attribute of the import's name": (
        "import pytz\nclass C:\n    timezone = pytz.utc\n",
        "from datetime import timezone\nclass C:\n    timezone = timezone.utc\n",
    ),
    "a keyword of the import's name": (
        "import pytz\nf(timezone=pytz.utc)\n",
        "from datetime import timezone\nf(timezone=timezone.utc)\n",
    ),
    "an attribute of the import's name": (
        "import pytz\nx.timezone = pytz.utc\n",
        "from datetime import timezone\nx.timezone = timezone.utc\n",
    ),
    "a parameter of the import's name where it is not used": (
        "import pytz\ndef f(timezone):\n    return timezone\nx = pytz.utc\n",
        "from datetime import timezone\ndef f(timezone):\n    return timezone\nx = timezone.utc\n",
    ),
    "a method of the import's name that uses it": (
        "import pytz\nclass C:\n    def utc(self):\n        return pytz.utc\n",
        "from pytz import utc\nclass C:\n    def utc(self):\n        return utc\n",
    ),
    "the default of a parameter of that name": (
        "import pytz\ndef f(timezone=pytz.utc): pass\n",
        "from datetime import timezone\ndef f(timezone=timezone.utc): pass\n",
    ),
    "a property and its setter": (
        "class C:\n    @property\n    def a(self): return old\n    @a.setter\n    def a(self, x): pass\nold = 1\n",
        "class C:\n    @property\n    def a(self): return new\n    @a.setter\n    def a(self, x): pass\nnew = 1\n",
    ),
    "overloads": (
        "from typing import overload\n@overload\ndef f(x: int): ...\n@overload\ndef f(x: str): ...\ndef f(x): old\nold = 1\n",
        "from typing import overload\n@overload\ndef f(x: int): ...\n@overload\ndef f(x: str): ...\ndef f(x): new\nnew = 1\n",
    ),
    "a function in each branch": (
        "if a:\n    def f(): return 1\nelse:\n    def f(): return 2\na = 1\n",
        "if a:\n    def f(): return 3\nelse:\n    def f(): return 4\na = 1\n",
    ),
}


@pytest.mark.parametrize(("text", "content"), EXPRESSIONS)
def test_an_expression_that_needs_no_parentheses(run: Run, text: str, content: str) -> None:
    outcome = run(picking(parsed(text)), f"import a, b, c, d, e, f, g, w, y\n\ndef pick(): pass\n\n{content}")

    assert isinstance(outcome, Changed), outcome
    assert caught_by(outcome) - {"unused", "undefined"} == set()


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_only_looks_wrong(run: Run, name: str) -> None:
    before, after = TEXTS[name]
    outcome = run(becoming(after), before)

    assert isinstance(outcome, Changed), outcome
    assert outcome.breaches == ()


def test_there_are_enough() -> None:
    assert len(EXPRESSIONS) + len(TEXTS) >= 60
