# ruff: noqa: N802 - LibCST names its visitor methods
"""What a name is: our walk knows what LibCST's visitors know, their oddities included."""

from __future__ import annotations

import dataclasses
import sys
import textwrap
from typing import TYPE_CHECKING, get_args, get_type_hints

import libcst as cst
import pytest
from libcst.helpers import ModuleNameAndPackage
from libcst.metadata import (
    BatchableMetadataProvider,
    FullyQualifiedNameProvider,
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    QualifiedNameProvider,
    ScopeProvider,
)

from autotransform.tree import scope_walk
from autotransform.tree.fields import NODES
from autotransform.tree.positions import positions_of
from autotransform.tree.scope_order import PARTIAL
from autotransform.tree.scopes import Pass
from autotransform.tree.skeleton import INNER, PARTS
from autotransform.tree.wrapper import Wrapper
from tests.installed import installed
from tests.tree.naming import Comparison, differences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from libcst.metadata import ProviderT

    from tests.tree.naming import Fact

ODDITIES = {
    "a name that is bound after its use": "print(a)\na = 1\ndef f():\n    print(b)\n    b = a\n",
    "a use before the binding in a class": "x = 1\nclass C:\n    print(x)\n    x = x\n    def f(self): return x\n",
    "a decorator, a default and an annotation": """
        def d(f): return f
        @d
        @d(lambda x=1: x)
        def f(a: int = d, *args: "d", b: d = lambda: f, **kwargs: C) -> "C":
            return a, b, args, kwargs
        @d
        class C(d, *d, metaclass=d, **d):
            f: C = d
            y: int
            z: "C" = C
    """,
    "annotations in strings": """
        from typing import List, Literal, Optional
        def f(a: "int", b: Optional["List[b]"], c: Literal["f"], d: List[Literal["a b"]], e: "not a type"): ...
        x: "a" "b" = "c"
        y: f"{x}" "f"
        z: "Optional['f']" = "f"
        w: ""
        v: "import os as o; o"
        u: "(n := f).x.y"
        s: b"f"
        t: List["lambda q: q"]
    """,
    "strings that are no annotations": 'x = List["f"]\nf("f")\ny = "x"\n',
    "what typing makes of its arguments": """
        import typing as t, typing_extensions
        from typing import NewType, TypeVar, cast as c
        from typing_extensions import Literal as L, Annotated as A
        r: L["T"] = A["T"]
        T = TypeVar("T", "int", bound="T")
        U = t.TypeVar("U", "T")
        N = NewType("N", "T")
        x = c("T", "U")
        y = t.cast("T")
        z = t.cast()
        w = t.List["T"][0]
        v = typing_extensions.Literal["T"], t.Literal["T"]["U"]
        u = c(t.List["T"], "U", *x, k="T")
        s = print(t.cast)("T")
    """,
    "another cast": "from mine import cast\ncast('int', 1)\ndef cast2(): pass\ncast2('int')\n",
    "a class that is called typing": """
        class typing:
            def cast(a, b): ...
            cast("typing", "cast")
            NewType("x", "typing")
        typing.cast("typing", 1)
        typing.NewType("x", "typing")
    """,
    "type parameters": """
        def f[T: (int, "T"), *Ts, **P](a: T = T, *b: *Ts) -> T:
            def g[T](x: T): return x
            return a
        @f
        class C[T: (x := int), U = T](list[T], k=U):
            a: T
            def m[V](self, v: V | T): ...
        type A[T: int, *Ts, **P] = list[T] | A | "A"
    """,
    "comprehensions": """
        x = y = [1]
        a = [x for x in x if x for y in x if y]
        b = {x: y for x, (y, *z) in x for q in (w for w in q)}
        c = {(x := y) for y in x}
        d = (i async for i in a if (j := i))
        e = lambda: [k for k in e]
        class C:
            x = 1
            y = [x for _ in x]
            z = [x for x in y for w in x]
    """,
    "a walrus": "if (a := 1) and (b := a): print(a, b)\n[(c := d) for d in a]\nprint(c, d)\ndef f(x=(e := 1)): e\n",
    "global and nonlocal": """
        x = 1
        def f():
            global x, new
            x = 2
            new = x
            def g():
                nonlocal y
                y = x
                class C:
                    nonlocal z
                    z = y
                    global x
                    x = z
            y = 1
            z = 2
        global x
        class D:
            global w
            w = x
    """,
    "nonlocal in a module": "nonlocal x\nx = 1\n",
    "del": "a = b = c = {}\ndel a\ndel (b, [c.d, c[a]])\nprint(a)\ndef f():\n    del b\n",
    "except ... as": """
        try: pass
        except ValueError as e: print(e)
        except (A, B) as e: raise e from e
        else: e
        finally: e
        try: pass
        except* OSError as g: g
    """,
    "match": """
        match x:
            case [a, *b] if a: print(a, b)
            case {"k": v, **rest}: v
            case C(x, y=z) as w: w
            case m.N | None | -1 | "s": m
            case (q): q
    """,
    "star imports": "from os import *\nfrom . import *\nprint(path)\n",
    "imports": """
        import a.b.c, a.b as ab, a
        import a.d
        from e.f import g, h as i
        from . import j
        from ..k import (l, m as n,)
        a.b.c.x; a.d; a.b.c().y.z; ab.q[0].r; g.h.i; j; n.o; l
        def f():
            import a.b
            a.b.c
            a.d
            from p import a
    """,
    "an import inside another": "import a.b\nclass C:\n    import a\n    a.b.c\n    def f(self): a.b.c\n",
    "dotted uses through calls": "import a.b\na.b().c.d\na[a.b].c\n(a.b).c\na.b.c(a.b.d).e\n(a if a.b else a).c\n",
    "targets": """
        a = b, *c = d[a] = e.f = [g, (h, *i)] = x
        a += b
        a.b += c
        a[b] -= c
        a: int
        a.b: int = c
        for x, y.z in a: b
        else: c
        async def f():
            async with a as b, c as (d, e.f, *g): h
            async for i in j: await i
        with (a as b, c): d
    """,
    "calls of what has no name": "(lambda: a)()\n(a or b)(c)\na[0]()\n(yield)()\nf'{a}'(b)\n",
    "lambdas": "f = lambda a, b=f, *c, d=b, **e: (a, b, c, d, e, lambda: a)\nlambda: (yield)\n",
    "builtins": "print(len)\nlen = print\n''.join([])\nNone.x()\nstr.x.y()\n[].a()\nprint.x\n__name__\n",
    "a builtin that is bound later": "def f():\n    return len(x)\nlen = 1\n",
    "names with brackets": "x = ( 's' )\n( a ) = ((b))\nprint( ( c ) , * d , ** e , k = f )\n(a)[(b)]\n(a).b\n",
    "formatted strings": 'x = f"{a!r:>{b}} {c=} {f\'{d}\'}" "e" f"{g:{h}.{i}}"\n',
    "a class that is nested": """
        class A:
            x = 1
            class B:
                y = x
                def f(self): return x, y, A, B, __class__
                class C(B): pass
            def g(self): self.x
            [x for x in x]
    """,
    "one line": "class C: x = 1; y = x\ndef f(): global z; z = 1\nif a: b = 1; c\nwhile d: e\n",
    "a conditional binding": "if a:\n    import b as x\nelse:\n    from c import d as x\nx.y\nx()\n",
    "layout": "# one\n\n@ a # two\ndef f ( x , * , y = 1 ) -> a : # three\n\n    return  x , y # four\n# five\n",
    "other line ends": "a = 1\r\nb = '''\r\n'''\r\ndef f():\r\n    c = \\\r\n        a\r\n",
    "no line at the end": "a = 'ä𝄞'; b = a",
    "nothing": "",
    "a comment alone": "# coding: utf-8",
}
ALL = "".join(f"# {name}\n{textwrap.dedent(code)}\n" for name, code in ODDITIES.items() if "nonlocal in" not in name)


@pytest.mark.parametrize("name", ODDITIES)
def test_an_oddity_is_as_with_libcst(name: str) -> None:
    assert differences(textwrap.dedent(ODDITIES[name]).encode()) == []


def test_all_oddities_at_once_are_as_with_libcst() -> None:
    assert differences(ALL.encode()) == []


@pytest.fixture(scope="module")
def all_scopes() -> Comparison:
    return Comparison(ALL.encode(), providers=[ScopeProvider])


@pytest.mark.parametrize("kind", Pass.handlers, ids=lambda kind: kind.__name__)
def test_no_kind_of_node_could_be_forgotten(
    kind: type[cst.CSTNode], all_scopes: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(Pass.handlers, kind)

    assert all_scopes.differences()


@pytest.mark.parametrize("kind", PARTIAL, ids=lambda kind: kind.__name__)
def test_no_kind_of_node_could_be_gone_into_too_far(
    kind: type[cst.CSTNode], all_scopes: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(PARTIAL, kind)

    assert all_scopes.differences()


@pytest.mark.parametrize("name", ["typing", "typing_extensions"])
def test_no_module_for_types_could_be_forgotten(
    name: str, all_scopes: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scope_walk, "_TYPING", tuple({"typing", "typing_extensions"} - {name}))

    assert all_scopes.differences()


# Whatever is asked, and however


class _Around(BatchableMetadataProvider[int]):
    """A provider of a script's own, that builds on one of ours."""

    METADATA_DEPENDENCIES = (ParentNodeProvider,)

    def visit_Name(self, node: cst.Name) -> None:
        self.set_metadata(node, len(type(self.get_metadata(ParentNodeProvider, node)).__name__))


def test_a_provider_of_a_script_builds_on_ours() -> None:
    module = cst.parse_module("a = b.c(d)\n")

    expected = MetadataWrapper(module, unsafe_skip_copy=True).resolve(_Around)

    assert expected == Wrapper(module).resolve(_Around)
    assert expected


class _Asking(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (ScopeProvider, QualifiedNameProvider, PositionProvider)

    def __init__(self, strange: cst.CSTNode) -> None:
        super().__init__()
        self.strange = strange
        self.found: list[object] = []

    def visit_Call(self, node: cst.Call) -> None:
        self.found.append(self.get_metadata(QualifiedNameProvider, node.func))
        self.found.append(self.get_metadata(PositionProvider, node).start.line)
        self.found.append(self.get_metadata(ScopeProvider, node.whitespace_after_func).__class__)
        for provider in self.METADATA_DEPENDENCIES:
            self.found.append(self.get_metadata(provider, self.strange, "nothing"))
            with pytest.raises(KeyError):
                self.get_metadata(provider, self.strange)


def test_a_visitor_gets_its_metadata() -> None:
    module = cst.parse_module("import os as o\n\no.getcwd()\n")
    stock, ours = _Asking(cst.Name("o")), _Asking(cst.Name("o"))

    MetadataWrapper(module, unsafe_skip_copy=True).visit(stock)
    Wrapper(module).visit(ours)

    assert stock.found == ours.found
    assert len(ours.found) == 6


def test_fully_qualified_names_are_found_with_their_cache() -> None:
    module = cst.parse_module("from . import a\na.b\nclass C: pass\n")
    cache: dict[ProviderT, object] = {FullyQualifiedNameProvider: ModuleNameAndPackage("pkg.mod", "pkg")}

    stock = MetadataWrapper(module, unsafe_skip_copy=True, cache=cache).resolve(FullyQualifiedNameProvider)

    assert stock == Wrapper(module, cache=cache).resolve(FullyQualifiedNameProvider)


class _Own(cst.Expr):
    """A kind of node of which nobody has heard."""


def test_a_node_of_a_kind_of_its_own_is_gone_into() -> None:
    name = cst.Name("a")
    module = cst.Module([cst.SimpleStatementLine([_Own(name)])])
    wrapper = Wrapper(module)

    assert wrapper.resolve(ScopeProvider)[name] is wrapper.resolve(ScopeProvider)[module]
    assert name in wrapper.resolve(QualifiedNameProvider)
    assert isinstance(wrapper.resolve(ParentNodeProvider)[name], _Own)


def test_each_answer_is_the_same_at_a_second_time() -> None:
    module = cst.parse_module("import a\na.b\n")
    wrapper = Wrapper(module)
    names, scopes = wrapper.resolve(QualifiedNameProvider), wrapper.resolve(ScopeProvider)

    assert names is wrapper.resolve(QualifiedNameProvider)
    assert all(names[node] is names[node] for node in names)
    assert scopes[module] is wrapper.resolve_many([ScopeProvider])[ScopeProvider][module]
    assert wrapper.module is module


def test_the_positions_of_a_few_nodes_are_those_of_all() -> None:
    module = cst.parse_module(
        "# x\n@d\nclass C( a ):\n    def f(self): # y\n        pass\n\nif x: y\nelif z: a\nelse: b\n"
    )
    every = Wrapper(module).resolve(PositionProvider)

    for node in every:
        assert {node: every[node]} == positions_of(module, [node])
    assert positions_of(module, [cst.Name("x")]) == {}
    assert positions_of(module, []) == {}


# The shape of LibCST's nodes


def test_what_is_left_out_of_the_walk_holds_no_names() -> None:
    for kind in NODES:
        hints = get_type_hints(kind)
        left_out = {field.name for field in dataclasses.fields(kind)} - {*PARTS[kind]}
        held = {each for name in left_out for each in _classes(hints[name]) if issubclass(each, cst.CSTNode)}
        wrong = {each for each in held if not each.__module__.endswith((".whitespace", ".op")) and each not in MARKS}

        assert not wrong, kind
        assert not held & INNER, kind


MARKS = {
    *(cst.LeftParen, cst.RightParen, cst.LeftSquareBracket, cst.RightSquareBracket),
    *(cst.LeftCurlyBrace, cst.RightCurlyBrace, cst.Asynchronous, cst.ParamSlash),
}


def _classes(hint: object) -> Iterator[type]:
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for each in get_args(hint):
        yield from _classes(each)


# Real files

#: Bytes. The larger files of the standard library take hours.
_LONGEST = 14_000


def _found_in(paths: Iterable[Path]) -> list[tuple[Path, list[Fact]]]:
    found = []
    for path in paths:
        try:
            different = differences(path.read_bytes())
        except (cst.ParserSyntaxError, UnicodeError, RecursionError):
            continue
        if different:
            found.append((path, different))
    return found


def test_the_names_of_real_files_are_as_with_libcst() -> None:
    small = [path for path in installed() if 500 < path.stat().st_size < 4_000]

    assert _found_in(small[:: len(small) // 12]) == []


@pytest.mark.long
@pytest.mark.timeout(0)
def test_the_names_of_every_installed_file_are_as_with_libcst() -> None:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(12_000)
    try:
        assert _found_in(installed()) == []
    finally:
        sys.setrecursionlimit(limit)
