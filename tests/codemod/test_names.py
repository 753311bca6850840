# ruff: noqa: N802 - LibCST names its visitor methods
"""What a name stands for: traps of binding, one a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
import pytest
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform
from autotransform.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable


class _Probe(Transform):
    """Notes what the function of each call to `probe` is told to be: ``probe(thing)``."""

    def __init__(self, context: object) -> None:
        super().__init__(context)  # type: ignore[arg-type]
        self.found: list[frozenset[str]] = []

    def visit_Call(self, node: cst.Call) -> None:
        if isinstance(node.func, cst.Name) and node.func.value == "probe":
            self.found.append(self.qualified(node.args[0].value))
            self.context.scratch.setdefault("found", []).append(sorted(self.found[-1]))
            may = self.may_refer_to(node.args[0].value, "m.old")
            self.context.scratch.setdefault("may", []).append(may)


def _probe(source: str, **options: object) -> tuple[list[list[str]], list[bool]]:
    context = CodemodContext(
        full_module_name=options.get("module", "pkg.here"),  # type: ignore[arg-type]
        full_package_name=options.get("package", "pkg"),  # type: ignore[arg-type]
        scratch={"autotransform.reexports": options.get("reexports", {})},
    )
    _Probe(context).transform_module(cst.parse_module(source))
    return context.scratch["found"], context.scratch["may"]


KNOWN = [
    ("a plain import", "import m\nprobe(m.old)", ["m.old"]),
    ("a dotted import", "import m.sub\nprobe(m.sub.old)", ["m.sub.old"]),
    ("two dotted imports of one package", "import m.a\nimport m.b\nprobe(m.a.x)", ["m.a.x"]),
    ("an aliased import", "import m.sub as s\nprobe(s.old)", ["m.sub.old"]),
    ("an aliased name", "from m import old as other\nprobe(other)", ["m.old"]),
    ("a relative import", "from .mod import old\nprobe(old)", ["pkg.mod.old"]),
    ("a relative import of a module", "from . import mod\nprobe(mod.old)", ["pkg.mod.old"]),
    ("a relative import that leaves the tree", "from ... import mod\nprobe(mod.old)", ["...mod.old"]),
    ("a definition", "def old(): ...\nprobe(old)", ["pkg.here.old"]),
    ("a method through its class", "class C:\n    def old(self): ...\nprobe(C.old)", ["pkg.here.C.old"]),
    ("a builtin", "probe(print)", ["builtins.print"]),
    ("a parameter", "from m import old\ndef f(old):\n    probe(old)", ["pkg.here.f.<locals>.old"]),
    (
        "a variable of a loop that is used before",
        "from m import old\ndef f():\n    while 1:\n        probe(old)\n        old = 1",
        ["pkg.here.f.<locals>.old"],
    ),
    ("a comprehension", "from m import old\n[probe(old) for old in x]", ["pkg.here.<comprehension>.old"]),
    ("the first iterable of a comprehension", "from m import old\n[old for old in probe(old)]", ["m.old"]),
    (
        "the scope of a class is not seen by its methods",
        "from m import old\nclass C:\n    old = 1\n    def f(self):\n        probe(old)",
        ["m.old"],
    ),
    ("the value of a class attribute of the same name", "from m import old\nclass C:\n    old = probe(old)", ["m.old"]),
    (
        "a name that is bound twice",
        "try:\n    from m import old\nexcept E:\n    old = None\nprobe(old)",
        ["m.old", "pkg.here.old"],
    ),
    (
        "a global that a function binds too",
        "from m import old\ndef f():\n    global old\n    old = 1\nprobe(old)",
        ["m.old", "pkg.here.old"],
    ),
    ("a deletion later", "from m import old\nprobe(old)\ndel old", ["m.old"]),
    (
        "what was deleted and bound anew",
        "from m import old\ndel old\nfrom n import old\nprobe(old)",
        ["m.old", "n.old"],
    ),
    ("a deletion of an attribute", "from m import old\ndel old.x\nprobe(old)", ["m.old"]),
    ("a deletion of a global, seen in a function", "from m import old\ndef f(): probe(old)\ndel old", ["m.old"]),
    (
        "a function binds a global",
        "def f():\n    global old\n    from m import old\ndef g():\n    probe(old)",
        ["m.old"],
    ),
    (
        "a nonlocal that is bound anew",
        "def f():\n    from m import old\n    def g():\n        nonlocal old\n        old = 1\n    probe(old)",
        ["m.old", "pkg.here.f.<locals>.old"],
    ),
    (
        "a nonlocal that is read",
        "def f():\n    from m import old\n    def g():\n        nonlocal old\n        probe(old)",
        ["m.old"],
    ),
    (
        "a global behind a local",
        "from m import old\ndef f():\n    old = 1\n    def g():\n        global old\n        probe(old)",
        ["m.old"],
    ),
    (
        "a class binds a global",
        "from m import old\nclass C:\n    global old\n    old = 1\nprobe(old)",
        ["m.old", "pkg.here.old"],
    ),
    ("a walrus", "from m import old\nif (old := 1): probe(old)", ["m.old", "pkg.here.old"]),
    (
        "a walrus in a function",
        "from m import old\ndef f():\n    if (old := 1): probe(old)",
        ["pkg.here.f.<locals>.old"],
    ),
    ("a walrus in a lambda", "from m import old\nf = lambda: (old := 1)\nprobe(old)", ["m.old"]),
    (
        "the scope of a class is not seen by its comprehensions",
        "from m import old\nclass C:\n    old = 1\n    x = [probe(old) for i in y]",
        ["m.old"],
    ),
    (
        "but by their first iterable",
        "from m import old\nclass C:\n    old = 1\n    x = [i for i in probe(old)]",
        ["pkg.here.C.old"],
    ),
    ("nor by its lambdas", "from m import old\nclass C:\n    old = 1\n    x = lambda: probe(old)", ["m.old"]),
    ("nor by classes in it", "from m import old\nclass C:\n    old = 1\n    class D:\n        probe(old)", ["m.old"]),
    ("a default is outside of its function", "from m import old\ndef f(old=probe(old)): ...", ["m.old"]),
    ("a keyword default is outside of its function", "from m import old\ndef f(*, old=probe(old)): ...", ["m.old"]),
    ("an annotation is outside of its function", "from m import old\ndef f(old: probe(old)): ...", ["m.old"]),
    ("a return annotation is outside of its function", "from m import old\ndef f(old) -> probe(old): ...", ["m.old"]),
    ("a decorator is outside of its function", "from m import old\n@probe(old)\ndef f(old): ...", ["m.old"]),
    (
        "a decorator of a method is inside its class",
        "from m import old\nclass C:\n    old = 1\n    @probe(old)\n    def f(): ...",
        ["pkg.here.C.old"],
    ),
    ("the parameter of a lambda", "from m import old\nlambda old: probe(old)", ["pkg.here.<locals>.old"]),
    ("the default of a lambda", "from m import old\nlambda old=probe(old): 1", ["m.old"]),
    (
        "a caught exception",
        "from m import old\ndef f():\n    try: ...\n    except E as old: probe(old)",
        ["pkg.here.f.<locals>.old"],
    ),
    (
        "a caught exception at the top",
        "from m import old\ntry: ...\nexcept E as old: probe(old)",
        ["m.old", "pkg.here.old"],
    ),
    ("a context", "from m import old\ndef f():\n    with x as old: probe(old)", ["pkg.here.f.<locals>.old"]),
    ("a loop", "from m import old\ndef f():\n    for old in x: probe(old)", ["pkg.here.f.<locals>.old"]),
    ("an import in a function", "def f():\n    from m import old\n    probe(old)", ["m.old"]),
    (
        "an import in a function that comes later",
        "from n import old\ndef f():\n    probe(old)\n    from m import old",
        ["m.old"],
    ),
    ("the value of a pattern", "from m import old\ndef f(x):\n    match x:\n        case old.A: probe(old)", ["m.old"]),
    ("the class of a pattern", "from m import old\ndef f(x):\n    match x:\n        case old(): probe(old)", ["m.old"]),
    (
        "an inner loop of a comprehension",
        "from m import old\n[probe(old) for a in b for old in a]",
        ["pkg.here.<comprehension>.old"],
    ),
    (
        "the condition of a comprehension",
        "from m import old\n[a for old in b if probe(old)]",
        ["pkg.here.<comprehension>.old"],
    ),
    (
        "the second iterable of a comprehension",
        "from m import old\n[1 for old in b for c in probe(old)]",
        ["pkg.here.<comprehension>.old"],
    ),
    ("a generator", "from m import old\nany(probe(old) for old in b)", ["pkg.here.<comprehension>.old"]),
    ("behind a comprehension", "from m import old\n[1 for old in b]\nprobe(old)", ["m.old"]),
    (
        "an asynchronous comprehension",
        "from m import old\nasync def f():\n    [probe(old) async for old in x]",
        ["pkg.here.f.<locals>.<comprehension>.old"],
    ),
    ("an explicit import behind a star", "from m import *\nfrom n import old\nprobe(old)", ["n.old"]),
    ("an explicit import before a star", "from n import old\nfrom m import *\nprobe(old)", ["n.old"]),
    ("an addition", "from m import old\nold += 1\nprobe(old)", ["m.old", "pkg.here.old"]),
    (
        "an annotation without a value",
        "from m import old\ndef f():\n    old: int\n    probe(old)",
        ["pkg.here.f.<locals>.old"],
    ),
    ("a branch each", "if a:\n    from m import old\nelse:\n    from n import old\nprobe(old)", ["m.old", "n.old"]),
    ("a collector", "from m import old\ndef f(*old, **k): probe(old)", ["pkg.here.f.<locals>.old"]),
    ("a positional parameter", "from m import old\ndef f(old, /): probe(old)", ["pkg.here.f.<locals>.old"]),
    ("two modules of one import", "import m.sub, n\nprobe(n.old)", ["n.old"]),
    ("another part of a package", "import m.sub\nprobe(m.other)", ["m.other"]),
    ("a package that is something else, too", "import m.sub\nfrom k import m\nprobe(m.x)", ["k.m.x", "m.x"]),
    ("a method's own variable", "class C:\n    def f(self): probe(self.old)", ["pkg.here.C.f.<locals>.self.old"]),
    ("an f-string", "from m import old\nf'{probe(old)}'", ["m.old"]),
    ("a type parameter", "from m import old\ndef f[old](x):\n    probe(old)", ["pkg.here.<types>.old"]),
    (
        "a type parameter in an annotation",
        "from m import old\ndef f[old](x: probe(old)): ...",
        ["pkg.here.<types>.old"],
    ),
    ("a default does not see type parameters", "from m import old\ndef f[old](x=probe(old)): ...", ["m.old"]),
    ("a decorator does not see type parameters", "from m import old\n@probe(old)\ndef f[old](x): ...", ["m.old"]),
    ("the base of a generic class", "from m import old\nclass C[old](probe(old)): ...", ["pkg.here.<types>.old"]),
    (
        "a method of a generic class",
        "from m import old\nclass C[old]:\n    def f(self): probe(old)",
        ["pkg.here.<types>.old"],
    ),
    ("behind a type parameter", "from m import old\ndef f[old](x): ...\nprobe(old)", ["m.old"]),
    ("the parameter of a type alias", "from m import old\ntype X[old] = probe(old)", ["pkg.here.<types>.old"]),
    ("a type alias", "from m import old\ntype X = probe(old)", ["m.old"]),
    ("a type alias of the same name", "from m import old\ntype old = int\nprobe(old)", ["m.old", "pkg.here.old"]),
]

UNKNOWN = [
    ("the attribute of what a call returns", "from m import old\nprobe(f().old)", False),
    ("a name that nothing binds", "probe(old)", False),
    ("a name that a star import may bind", "from m import *\nprobe(old)", True),
    ("a star import of another module", "from n import *\nprobe(old)", False),
    ("a builtin that a star import may hide", "from m import *\nprobe(print)", False),
    (
        "the capture of a pattern",
        "from m import old\ndef f(x):\n    match x:\n        case old:\n            probe(old)",
        True,
    ),
    (
        "the rest of a pattern",
        "from m import old\ndef f(x):\n    match x:\n        case [*old]:\n            probe(old)",
        True,
    ),
    ("a walrus in a comprehension", "from m import old\ndef f():\n    [(old := y) for y in x]\n    probe(old)", True),
    ("a number", "probe(1)", False),
    ("a call", "from m import old\nprobe(old())", False),
    ("what was deleted", "from m import old\ndel old\nprobe(old)", True),
    ("what was deleted with others", "from m import old\ndel (a, old)\nprobe(old)", True),
    ("what a function deletes", "from m import old\ndef f():\n    del old\n    probe(old)", True),
    (
        "the name that a pattern gives",
        "from m import old\ndef f(x):\n    match x:\n        case int() as old: probe(old)",
        True,
    ),
    (
        "the rest of a mapping pattern",
        "from m import old\ndef f(x):\n    match x:\n        case {**old}: probe(old)",
        True,
    ),
    ("a walrus in a comprehension at the top", "from m import old\n[(old := y) for y in x]\nprobe(old)", True),
    ("a star import in a try", "try:\n    from m import *\nexcept E: ...\nprobe(old)", True),
    ("a module under its real name", "import m.sub as s\nprobe(m.sub)", False),
    ("a global that nothing binds", "def f():\n    global old\n    probe(old)", False),
]


@pytest.mark.parametrize(("source", "expected"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN])
def test_a_name_stands_for(source: str, expected: list[str]) -> None:
    found, _ = _probe(source)

    assert found == [expected]


@pytest.mark.parametrize(("source", "may"), [row[1:] for row in UNKNOWN], ids=[row[0] for row in UNKNOWN])
def test_nothing_is_guessed(source: str, *, may: bool) -> None:
    found, possible = _probe(source)

    assert found == [[]]
    assert possible == [may]


@pytest.mark.parametrize(
    ("module", "package", "source", "expected"),
    [
        ("pkg", "pkg", "from . import old\nprobe(old)", "pkg.old"),
        ("pkg", "pkg", "from .mod import old\nprobe(old)", "pkg.mod.old"),
        ("pkg.sub.here", "pkg.sub", "from .. import mod\nprobe(mod.old)", "pkg.mod.old"),
        ("pkg.sub.here", "pkg.sub", "from ..mod import old as o\nprobe(o)", "pkg.mod.old"),
        ("pkg.sub.here", "pkg.sub", "from ... import mod\nprobe(mod.old)", "...mod.old"),
        ("here", "", "from . import old\nprobe(old)", ".old"),
        (None, None, "from .mod import old\nprobe(old)", ".mod.old"),
    ],
)
def test_a_relative_import_is_resolved_from_the_place_of_the_file(
    module: str, package: str, source: str, expected: str
) -> None:
    assert _probe(source, module=module, package=package)[0] == [[expected]]


def test_a_star_import_of_the_repository_is_followed_by_its_module_only() -> None:
    found, may = _probe("from pkg import *\nprobe(old)", reexports={"pkg.old": "m.old"})

    assert found == [[]]
    assert may == [True]


def test_a_pattern_elsewhere_does_not_make_a_name_unknown() -> None:
    source = "from m import old\ndef f(x):\n    match x:\n        case old: ...\ndef g():\n    probe(old)"

    assert _probe(source)[0] == [["m.old"]]


def test_names_of_an_unknown_module_are_never_taken_for_dotted_ones() -> None:
    found, _ = _probe("def old(): ...\nprobe(old)", module=None, package=None)

    assert found == [["<module>.old"]]


def test_reexports_are_followed_by_the_longest_prefix() -> None:
    reexports = {"pkg.C": "pkg.mod.C", "pkg.mod.C": "pkg.deep.C", "a": "b"}
    found, _ = _probe("from pkg import C\nprobe(C.method)", reexports=reexports)

    assert found == [["pkg.deep.C.method"]]


def test_a_module_and_what_is_taken_out_of_it_may_have_one_name() -> None:
    found, _ = _probe("from pkg import load\nimport pkg.load\nprobe(load)", reexports={"pkg.load": "pkg.load.load"})

    assert found == [["pkg.load.load"]]


def test_definitions_and_parts_of_imports_have_names() -> None:
    class Names(Transform):
        def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
            self.context.scratch["function"] = self.qualified(node)

        def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
            self.context.scratch["alias"] = self.qualified(node)

        def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
            assert node.module is not None
            self.context.scratch["module"] = self.qualified(node.module)

    context = CodemodContext(full_module_name="pkg.here", full_package_name="pkg")
    Names(context).transform_module(cst.parse_module("from .mod import old\nclass C:\n    def f(self): ..."))

    assert context.scratch["function"] == {"pkg.here.C.f"}
    assert context.scratch["alias"] == {"pkg.mod.old"}
    assert context.scratch["module"] == {"pkg.mod"}


def test_refers_to_needs_certainty() -> None:
    class Certain(Transform):
        def visit_Call(self, node: cst.Call) -> None:
            self.context.scratch["certain"] = self.refers_to(node.func, "m.old", "n.old")

    context = CodemodContext()
    source = "try:\n    from m import old\nexcept E:\n    from n import old\nold(1)\n"
    Certain(context).transform_module(cst.parse_module(source))

    assert context.scratch["certain"]


def _updated(transform: Transform, node: cst.Call) -> object:
    return transform.qualified(node.func)


def _skipped(transform: Transform, node: cst.Call) -> object:
    transform.skip(node, "because")
    return None


@pytest.mark.parametrize("ask", [_updated, _skipped])
def test_an_updated_node_is_refused(ask: Callable[[Transform, cst.Call], object]) -> None:
    class Wrong(Transform):
        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            del original_node
            ask(self, updated_node)
            return updated_node

    with pytest.raises(ScriptError, match="not part of the file") as caught:
        Wrong(CodemodContext()).transform_module(cst.parse_module("f()"))

    assert "original_node" in caught.value.hint


def test_an_instance_that_is_used_for_a_second_file_forgets_the_first() -> None:
    context = CodemodContext(full_module_name="a", scratch={"found": [], "may": []})
    probe = _Probe(context)
    for source in ("import m\nprobe(m.old)", "import n as m\nprobe(m.old)"):
        probe.transform_module(cst.parse_module(source))

    assert context.scratch["found"] == [["m.old"], ["n.old"]]
