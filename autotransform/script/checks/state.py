"""What a script keeps from one file to the next, and from one call to the next."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.reading import Reading
    from autotransform.script.model import Problem

_MUTABLE = frozenset({"Counter", "OrderedDict", "defaultdict", "deque", "dict", "list", "set"})
_MUTATORS = frozenset(
    {"add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault"}
    | {"update", "difference_update", "intersection_update"}
)


def state_across_files(reading: Reading) -> Iterator[Problem]:
    """Find collections of the class or the module that methods change: the next file finds them as they were left."""
    shared = {name: node for node in reading.tree.body for name in _names_of_mutable(node)}
    for node in reading.nodes:
        name = _changed(node)
        if name is None or reading.around(node, kind=(ast.FunctionDef, ast.Lambda)) is None:
            continue
        if isinstance(name, ast.Name) and name.id in shared and not _is_local(name, reading=reading):
            message = f"{name.id} keeps its content from file to file; make it anew in visit_Module"
            yield problem_at(node, "state-across-files", message)
        owner = reading.class_of(node)
        if owner is None or not isinstance(name, ast.Attribute) or not isinstance(name.value, ast.Name):
            continue
        of_class = {each for member in owner.family for part in member.body for each in _names_of_mutable(part)}
        own = {
            each.attr
            for member in owner.family
            for each in ast.walk(member)
            if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store) and ast.unparse(each.value) == "self"
        }
        is_shared = (name.value.id == "self" and name.attr not in own) or name.value.id == owner.node.name
        if is_shared and name.attr in of_class:
            message = f"{ast.unparse(name)} belongs to the class and keeps its content from file to file"
            yield problem_at(node, "state-across-files", message + "; make it anew in visit_Module")


def _names_of_mutable(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.Assign(targets=targets, value=value) if _is_mutable(value):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if _is_mutable(value):
            yield name
        case _:
            pass


def _is_mutable(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).rpartition(".")[2] in _MUTABLE
    return isinstance(node, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


def _changed(node: ast.AST) -> ast.expr | None:
    """Give the collection that a node of the script changes in place."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _MUTATORS:
            return value
        case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
            return value
        case ast.AugAssign(target=ast.Attribute() as target):
            return target
        case _:
            pass
    return None


def _is_local(name: ast.Name, *, reading: Reading) -> bool:
    for around in reading.all_around(name, kind=ast.FunctionDef):
        for node in ast.walk(around):
            bound = node.arg if isinstance(node, ast.arg) else None
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                bound = node.id
            if bound == name.id:
                return True
    return False


def mutable_defaults(reading: Reading) -> Iterator[Problem]:
    """Find defaults of parameters that every call shares."""
    for node in reading.nodes:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                if default is not None and _is_mutable(default):
                    message = f"every call shares this {ast.unparse(default)}; write None, and make it in the body"
                    yield problem_at(default, "mutable-default", message)


CHECKS = (state_across_files, mutable_defaults)
