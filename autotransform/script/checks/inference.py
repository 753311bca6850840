"""What kinds of nodes the values of a script are: told from parameters, fields, guards and constructors.

Cautious on purpose: a name that is bound to anything unknown is unknown, and a guard holds only where the name is not
bound again.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from autotransform.script.checks.bindings import read_bindings
from autotransform.script.checks.facts import Facts, facts_of, leaves_early, usable
from autotransform.script.checks.passing import Passed, passed_values
from autotransform.script.checks.values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from autotransform.script.checks.kinds import Known
    from autotransform.script.checks.methods import Method

    Resolve = Callable[[ast.expr], Any | None]

#: How many calls deep a value is followed.
_ROUNDS = 2
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp


def infer(tree: ast.Module, *, methods: Mapping[ast.AST, Method], resolve: Resolve) -> dict[ast.expr, Known]:
    """Tell what is known of each expression of a script.

    Args:
        tree: The script.
        methods: What is known of its methods.
        resolve: Gives what an expression stands for in LibCST.
    """
    called = frozenset(node for node, method in methods.items() if method.phase)
    known = _infer(tree, methods=methods, passed={}, resolve=resolve)
    for _ in range(_ROUNDS):
        passed = passed_values(tree, called_by_libcst=called, values=known)
        known = _infer(tree, methods=methods, passed=passed, resolve=resolve)
    return known


def _infer(
    tree: ast.Module, *, methods: Mapping[ast.AST, Method], passed: Passed, resolve: Resolve
) -> dict[ast.expr, Known]:
    known: dict[ast.expr, Known] = {}
    for unit in _units(tree):
        bindings = read_bindings(unit, method=methods.get(unit), passed=passed.get(unit, {}), resolve=resolve)
        _Walk(Values(bindings, resolve=resolve, known=known)).block(unit.body, {})
    top = [each for each in tree.body if not isinstance(each, ast.ClassDef | _Function)]
    _Walk(Values({}, resolve=resolve, known=known)).block(top, {})
    return known


def _units(node: ast.AST) -> Iterator[_Function]:
    """Walk over the functions that stand in no other function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _Function):
            yield child
        else:
            yield from _units(child)


class _Walk:
    """One walk over the statements of a function, carrying what is known at each place."""

    def __init__(self, values: Values) -> None:
        self.values = values
        self.resolve = values.resolve

    def block(self, statements: Sequence[ast.stmt], facts: Facts) -> None:
        facts = usable(facts, region=statements)
        for index, statement in enumerate(statements):
            self.statement(statement, facts)
            facts = facts | usable(self.after(statement), region=statements[index + 1 :])

    def after(self, statement: ast.stmt) -> Facts:
        """Tell what holds behind a statement that may have left."""
        if isinstance(statement, ast.Assert):
            return facts_of(statement.test, truth=True, resolve=self.resolve)
        if isinstance(statement, ast.If) and leaves_early(statement.body):
            return facts_of(statement.test, truth=False, resolve=self.resolve)
        if isinstance(statement, ast.If) and leaves_early(statement.orelse):
            return facts_of(statement.test, truth=True, resolve=self.resolve)
        return {}

    def statement(self, node: ast.stmt, facts: Facts) -> None:
        match node:
            case ast.If(test=test, body=body, orelse=orelse) | ast.While(test=test, body=body, orelse=orelse):
                self.expression(test, facts)
                self.block(body, facts | facts_of(test, truth=True, resolve=self.resolve))
                self.block(orelse, facts | facts_of(test, truth=False, resolve=self.resolve))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.block(node.body, {})
            case ast.ClassDef():
                pass
            case _:
                self.parts(node, facts)

    def parts(self, node: ast.AST, facts: Facts) -> None:
        """Walk over the blocks and expressions of any other node."""
        for _, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                self.block(value, facts)
                continue
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.expr):
                    self.expression(each, facts)
                elif isinstance(each, ast.AST):
                    self.parts(each, usable(facts, region=[each]))

    def expression(self, node: ast.expr, facts: Facts) -> None:
        match node:
            case ast.BoolOp(op=op, values=values):
                inner = facts
                for value in values:
                    self.expression(value, inner)
                    inner = inner | facts_of(value, truth=isinstance(op, ast.And), resolve=self.resolve)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.expression(test, facts)
                self.expression(body, facts | facts_of(test, truth=True, resolve=self.resolve))
                self.expression(orelse, facts | facts_of(test, truth=False, resolve=self.resolve))
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                self.comprehension(node, facts)
            case ast.Lambda(body=body):
                self.expression(body, {})
            case _:
                self.parts(node, facts)
        self.values.note(node, facts)

    def comprehension(self, node: _Comprehension, facts: Facts) -> None:
        facts = usable(facts, region=[each.target for each in node.generators])
        for generator in node.generators:
            self.expression(generator.iter, facts)
            for test in generator.ifs:
                self.expression(test, facts)
                facts = facts | facts_of(test, truth=True, resolve=self.resolve)
        for each in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
            self.expression(each, facts)
