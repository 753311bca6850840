"""The shapes of nodes are read off LibCST itself, and hold for whatever stands in real files."""

from __future__ import annotations

import dataclasses
import textwrap
from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest

from autotransform.tree import fields, reach
from autotransform.tree.fields import SHAPES, ChildField, shape_of
from autotransform.tree.walk import children, descendants
from tests.installed import installed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

#: Something of every kind.
SAMPLE = textwrap.dedent("""\
    #!/usr/bin/python

    from . import (a, b as c,)
    from x import *
    import os.path as p, sys
    type Pair[T: int, *Ts, **P] = tuple[T, *Ts]
    class C[T](B, metaclass=M):
        "doc"
        x: int = 3; y = z = 4
        @property
        async def f(self, a, /, b: int = 1, *args, c=2, **kw) -> None:
            async with a as (q, w), b: pass
            async for x in y:
                yield await z
            else:
                return (yield from k)
            global g, h
            nonlocal n
            del a[1:2, ::3], (b)
    def g(*, a): raise E from None
    if a and not b or (c if d else e): pass
    elif -x ** 2 < y <= ~z is not w not in v: pass
    else:
        # comment
        pass
    while (n := f(*a, **b, k=v)): break; continue
    try: assert x, "no"
    except (A, B) as e: x += 1
    except: pass
    else: pass
    finally: pass
    try: pass
    except* E: pass
    lambda a, *b, **c: {**a, 'k': v, 1: 2}, {1, *s}, [x async for x in y if z if w for q in r], (i for i in j)
    {k: v for k in d}; {k for k in d}
    f"{x!r:>{w}} {y=}" "s" f"t"; 1j; 1.5; ...
    match x:
        case [1, *rest] | (2, _) | {"k": v, **kw} | C(a, b=1) | None | d.e: pass
        case ("s") as t if t: pass
    a @= b // c % d @ e << f >> g | h & i ^ j
    """)


def sampled(*, count: int, limit: int = 40_000) -> list[Path]:
    """Give some installed files, the same ones each time."""
    paths = [path for path in installed() if 300 < path.stat().st_size < limit]
    return paths[:: max(1, len(paths) // count)]


def parsed(path: Path) -> cst.Module | None:
    try:
        return cst.parse_module(path.read_bytes())
    except (cst.ParserSyntaxError, UnicodeDecodeError, LookupError):
        return None


def faults(module: cst.Module) -> list[str]:
    """Find where the shapes are wrong about a tree."""
    found = []
    stack: list[cst.CSTNode] = [module]
    while stack:
        node = stack.pop()
        expected = list(node.children)
        if [id(each) for each in expected] != [id(each) for each in children(node)]:
            found.append(f"children of {type(node).__name__}")
        found += [
            f"{type(each).__name__} in {type(node).__name__}.{field.name}"
            for field in SHAPES[type(node)].children
            for each in values(getattr(node, field.name))
            if not reach.BITS[type(each)] & reach.may_hold(type(node), field.name)
        ]
        stack += expected
    return sorted(set(found))


def values(value: Any) -> Sequence[cst.CSTNode]:
    if isinstance(value, cst.CSTNode):
        return [value]
    return [] if value is None or isinstance(value, cst.MaybeSentinel) else list(value)


def test_every_class_of_nodes_has_a_shape() -> None:
    public = {each for each in vars(cst).values() if isinstance(each, type) and issubclass(each, cst.CSTNode)}
    concrete = {each for each in public if not each.__abstractmethods__ and not each.__name__.startswith("Base")}

    assert concrete <= SHAPES.keys() == set(fields.NODES)


def test_a_visit_of_a_node_of_every_class_in_the_sample_has_the_children_of_libcst() -> None:
    module = cst.parse_module(SAMPLE)

    assert faults(module) == []
    assert len({type(node) for node in descendants(module)}) > 120


def test_children_of_real_files_are_those_of_libcst() -> None:
    assert sorted({fault for path in sampled(count=6) if (tree := parsed(path)) for fault in faults(tree)}) == []


@pytest.mark.long
def test_children_of_every_installed_file_are_those_of_libcst() -> None:
    assert sorted({fault for path in installed() if (tree := parsed(path)) for fault in faults(tree)}) == []


def test_descendants_come_in_the_order_of_a_visit() -> None:
    module = cst.parse_module(SAMPLE)
    seen: list[cst.CSTNode] = []

    class All(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            seen.append(node)
            return True

    module.visit(All())

    assert [id(node) for node in seen] == [id(node) for node in descendants(module)]


def test_a_list_where_the_parser_gives_a_tuple_has_children_too() -> None:
    line = cst.SimpleStatementLine(body=[cst.Pass()])

    assert list(line.children) == children(line)


def test_statements_stand_below_blocks_alone() -> None:
    function = reach.BITS[cst.FunctionDef]

    assert reach.below_field(cst.If, "orelse") & function
    assert not reach.below_field(cst.If, "test") & function
    assert not reach.below_field(cst.Call, "args") & function
    assert reach.below_field(cst.Call, "args") & reach.BITS[cst.Comment]


def _field(name: str, kind: fields.Kind = "required") -> ChildField:
    return ChildField(name=name, kind=kind)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return Odd(a=visit_required(self, 'a', self.a, visitor), b=self.b)", [_field("a")]),
        ("return self.__class__(a=self.a, b=visit_sequence(self, 'b', self.b, visitor))", [_field("b", "sequence")]),
        (
            "b = self.b\n return Odd(a=self.a, b=visit_sequence(self, 'b', b, visitor) if b is not None else None)",
            [_field("b", "optional sequence")],
        ),
        ("return Odd(a=visit_required(self, 'a', self.a, visitor))", None),
        ("return Odd(a=visit_required(self, 'b', self.b, visitor), b=self.b)", None),
        ("return Odd(a=visit_required(self, 'a', self.b, visitor), b=self.b)", None),
        ("return Odd(a=visit_required(self, 'a', self.a, visitor), b=1)", None),
        ("return Odd(a=visit_twice(self, 'a', self.a, visitor), b=self.b)", None),
        ("a = visit_required(self, 'a', self.a, visitor) if self.b else self.a\n return Odd(a=a, b=self.b)", None),
        ("print(self)\n return Odd(a=self.a, b=self.b)", None),
        ("return self", []),
    ],
)
def test_a_class_has_a_shape_only_if_its_method_says_all_there_is(body: str, expected: list[ChildField] | None) -> None:
    known: dict[str, Any] = {}
    exec(f"def _visit_and_replace_children(self, visitor):\n {body}\n", known)
    names = {"_visit_and_replace_children": known["_visit_and_replace_children"], "__annotations__": {"a": 1, "b": 1}}
    odd: Any = dataclasses.dataclass(type("Odd", (), names))

    shape = shape_of(odd)

    assert expected == (None if shape is None else [*shape.children])
