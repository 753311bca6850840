"""What visitor methods give back: it takes the place of the node, or tells whether to look inside."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autotransform.script.checks import api
from autotransform.script.checks.facts import leaves_early
from autotransform.script.checks.members import describe
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.script.checks.methods import Method
    from autotransform.script.checks.reading import Class, Reading
    from autotransform.script.model import Problem

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def returns_nothing(reading: Reading) -> Iterator[Problem]:
    """Find ways through a ``leave_…`` method that give ``None``: LibCST raises there."""
    for _, method in reading.leaves():
        if _is_stub(method.node):
            continue
        for place in _empty_ways(method.node):
            message = "this way gives None in the place of the node; return updated_node where nothing changes"
            yield problem_at(place, "leave-returns-none", message)
    for each in reading.visitors():
        for method in each.methods:
            if method.node.name == "transform_module_impl" and not _is_stub(method.node):
                for place in _empty_ways(method.node):
                    message = "this way gives None in the place of the module; return the tree"
                    yield problem_at(place, "module-returns-none", message)


def _is_stub(node: ast.FunctionDef) -> bool:
    decorators = {ast.unparse(each).rpartition(".")[2] for each in node.decorator_list}
    return bool(decorators & {"abstractmethod", "overload"})


def _empty_ways(node: ast.FunctionDef) -> Iterator[ast.AST]:
    returns = list(_returns(node))
    for each in returns:
        if each.value is None or (isinstance(each.value, ast.Constant) and each.value.value is None):
            yield each
    if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in _inside(node)) or not _never_ends(node.body):
        yield node


def _returns(node: ast.FunctionDef) -> Iterator[ast.Return]:
    return (each for each in _inside(node) if isinstance(each, ast.Return))


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """Walk over what belongs to a function itself, not to the functions inside of it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, _Function | ast.ClassDef):
            yield child
            yield from _inside(child)


def _never_ends(statements: Sequence[ast.stmt]) -> bool:
    """Whether the end of a block is certainly not reached; in doubt it is not."""
    return any(_leaves(statement) for statement in statements)


def _leaves(statement: ast.stmt) -> bool:  # noqa: PLR0911 - one row for each form
    match statement:
        case ast.If():
            return _never_ends(statement.body) and _never_ends(statement.orelse)
        case ast.With():
            return _never_ends(statement.body)
        case ast.Try():
            ends = _never_ends([*statement.body, *statement.orelse])
            handled = all(_never_ends(handler.body) for handler in statement.handlers)
            return (ends and handled) or _never_ends(statement.finalbody)
        case ast.While(test=ast.Constant(value=value)):
            return bool(value) and not any(isinstance(each, ast.Break) for each in ast.walk(statement))
        case ast.Match(cases=cases):
            return all(_never_ends(each.body) for each in cases)
        case ast.Expr(value=ast.Call(func=func)):
            return ast.unparse(func).rpartition(".")[2] == "assert_never"
        case ast.Assert(test=ast.Constant(value=False)):
            return True
        case _:
            pass
    return leaves_early([statement])


def returns_no_node(reading: Reading) -> Iterator[Problem]:
    """Find what is given back in the place of a node and can never stand there."""
    for _, method in reading.leaves():
        for each in _returns(method.node):
            for value in _alternatives(each.value) if each.value else ():
                yield from _wrong_replacement(value, method=method, reading=reading)


def _alternatives(value: ast.expr) -> list[ast.expr]:
    return [*_alternatives(value.body), *_alternatives(value.orelse)] if isinstance(value, ast.IfExp) else [value]


def _wrong_replacement(value: ast.expr, *, method: Method, reading: Reading) -> Iterator[Problem]:
    if isinstance(value, ast.List | ast.Tuple | ast.Set | ast.ListComp):
        message = f"several nodes take the place of one as cst.FlattenSentinel({ast.unparse(value)})"
        yield problem_at(value, "leave-returns-list", message)
        return
    found = reading.api(value)
    if found is api.lookup("libcst.RemoveFromParent") or found is api.lookup("libcst.RemovalSentinel"):
        if found is not None:
            yield problem_at(value, "removal-not-called", "write cst.RemoveFromParent(), with its parentheses")
        return
    given = reading.known(value).kind
    if given is None or given.many or not method.kinds or given.one & {type(None)}:
        return
    allowed = [api.replacement(kind) for kind in method.kinds]
    if any(kind is None or kind.one & given.one for kind in allowed):
        return
    yield from _not_allowed(value, method=method, reading=reading)


def _not_allowed(value: ast.expr, *, method: Method, reading: Reading) -> Iterator[Problem]:
    given = reading.known(value).kind
    assert given is not None
    names = " or ".join(sorted(kind.__name__ for kind in method.kinds))
    if given.one == {api.lookup("libcst.RemovalSentinel")}:
        if not any(api.can_be_left_out(kind) for kind in method.kinds):
            message = f"what holds a {names} cannot do without it; remove that instead, or put something else there"
            yield problem_at(value, "removal-not-allowed", message)
    elif given.one == {api.lookup("libcst.FlattenSentinel")}:
        message = f"only one node can stand where a {names} does; replace the statement or element around it"
        yield problem_at(value, "flatten-not-allowed", message)
    elif any(api.is_node(kind) for kind in given.one):
        message = f"{describe(given)} cannot stand where a {names} does"
        yield problem_at(value, "wrong-replacement", message)
    elif not any(api.is_matcher(kind) for kind in given.one):
        message = f"leave_… gives what takes the place of the node, not {describe(given)}; return updated_node"
        yield problem_at(value, "leave-returns-value", message)


def returns_original(reading: Reading) -> Iterator[Problem]:
    """Find ``leave_…`` methods that give the original back, and lose what was changed inside of it."""
    for owner, method in reading.leaves():
        changed = _changed_kinds(owner)
        for each in _returns(method.node):
            for value in _alternatives(each.value) if each.value else ():
                base = _unchanged_base(value)
                known = reading.known(base)
                is_own = isinstance(base, ast.Name) and base.id == method.parameters[:1][-1:][0]
                if known.origin != "original" or not is_own or not _can_lose(method.kinds, changed=changed):
                    continue
                if not _keeps_out(owner, kinds=method.kinds):
                    message = "what was changed inside of it is lost; return updated_node, or a change of that"
                    yield problem_at(value, "original-returned", message)


def _unchanged_base(value: ast.expr) -> ast.expr:
    match value:
        case ast.Call(func=ast.Attribute(value=base, attr="with_changes" | "deep_replace" | "with_deep_changes")):
            return _unchanged_base(base)
        case _:
            pass
    return value


def _changed_kinds(owner: Class) -> frozenset[type]:
    """Give the classes of nodes that a transformer may change."""
    leaves = [method for method in owner.all_methods if method.replaces]
    if any(not method.kinds or method.node.name == "on_leave" for method in leaves):
        return api.nodes()
    return frozenset().union(*(method.kinds for method in leaves))


def _keeps_out(owner: Class, *, kinds: frozenset[type]) -> bool:
    """Whether a transformer may not look inside of such nodes, so that nothing is changed there."""
    closed = [method for method in owner.all_methods if method.may_keep_out]
    return any(not method.kinds or method.kinds & kinds for method in closed)


def _can_lose(kinds: frozenset[type], *, changed: frozenset[type]) -> bool:
    return any(api.inside(kind) & changed for kind in kinds)


def uses_original_parts(reading: Reading) -> Iterator[Problem]:
    """Find parts of the original that are built into what takes its place, in place of the updated ones."""
    for owner, method in reading.leaves():
        changed = _changed_kinds(owner)
        if _keeps_out(owner, kinds=method.kinds):
            continue
        for call in (each for each in _inside(method.node) if isinstance(each, ast.Call)):
            for value in _parts(call, reading=reading):
                known = reading.known(value)
                kinds = (known.kind.one | known.kind.many) if known.kind else frozenset[type]()
                nodes = frozenset(kind for kind in kinds if api.is_node(kind))
                if known.origin == "original" and nodes and (nodes & changed or _can_lose(nodes, changed=changed)):
                    mend = ast.unparse(value).replace("original_node", "updated_node")
                    message = f"what was changed inside of {ast.unparse(value)} is lost; take {mend}"
                    yield problem_at(value, "original-part", message)


def _parts(call: ast.Call, *, reading: Reading) -> list[ast.expr]:
    """Give what a call builds into a new node, where that is seen at a glance."""
    match call.func:
        case ast.Attribute(value=value, attr="with_changes") if reading.known(value).origin == "updated":
            given = call.keywords
        case ast.Attribute(value=ast.Name(id="self"), attr="expression" | "statement"):
            given = [keyword for keyword in call.keywords if keyword.arg != "like"]
        case _:
            return []
    return [each.value for each in given if isinstance(each.value, ast.Attribute | ast.Subscript)]


def visits_that_change(reading: Reading) -> Iterator[Problem]:
    """Find ``visit_…`` methods that give a new node back: it goes nowhere."""
    for each in reading.visitors():
        for method in each.methods:
            if method.phase != "visit" or method.attribute:
                continue
            for value in (place.value for place in _returns(method.node) if place.value):
                known = reading.known(value)
                if known.origin == "made" and known.kind and any(api.is_node(kind) for kind in known.kind.one):
                    name = method.node.name.replace("visit_", "leave_", 1)
                    message = f"what visit_… gives only says whether to look inside; make the change in {name}"
                    yield problem_at(value, "visit-returns-node", message)


CHECKS = (returns_nothing, returns_no_node, returns_original, uses_original_parts, visits_that_change)
