"""Whether nodes and matchers are made of the fields that they have, and of what these may hold."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autotransform.script.checks import api
from autotransform.script.checks.members import describe
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.kinds import Kind
    from autotransform.script.checks.reading import Reading
    from autotransform.script.model import Problem


def constructors(reading: Reading) -> Iterator[Problem]:
    """Find nodes that are made with fields that they do not have, or without those that they need."""
    for call in reading.calls():
        kind = reading.api(call.func)
        if not api.is_node(kind):
            continue
        yield from _unknown_fields(call, kind=kind)
        given = _given(call, names=list(api.fields(kind)))
        if not _is_open(call):
            missing = [name for name in api.required(kind) if name not in given]
            if missing:
                message = f"{kind.__name__} cannot be made without {', '.join(missing)}"
                yield problem_at(call, "missing-field", message)
        for name, value in given.items():
            yield from _value_of_field(value, name=name, kind=kind, reading=reading)


def changed_fields(reading: Reading) -> Iterator[Problem]:
    """Find ``with_changes`` and ``with_deep_changes`` of fields that the node cannot have."""
    for call in reading.calls():
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in {"with_changes", "with_deep_changes"}:
            continue
        is_deep = call.func.attr == "with_deep_changes"
        if not is_deep and call.args and not isinstance(call.args[0], ast.Starred):
            yield problem_at(call, "call-arguments", "with_changes takes keywords only: with_changes(field=value)")
        changed = call.args[0] if is_deep and call.args else call.func.value
        kind = reading.known(changed).kind
        possible = sorted((each for each in kind.one if api.is_node(each)), key=str) if kind else []
        for keyword in call.keywords if possible else ():
            name = keyword.arg
            if name is None or kind is None:
                continue
            if not any(name in api.fields(each) for each in possible):
                near = api.nearest(name, names={field for each in possible for field in api.fields(each)})
                yield problem_at(call, "unknown-field", f"{describe(kind)} has no field {name}{near}")
            elif len(possible) == 1:
                yield from _value_of_field(keyword.value, name=name, kind=possible[0], reading=reading)


def _is_open(call: ast.Call) -> bool:
    """Whether a call passes more than can be seen."""
    return any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords)


def _given(call: ast.Call, *, names: list[str]) -> dict[str, ast.expr]:
    """Tell which fields a call passes, by position or by name."""
    positional = [] if any(isinstance(each, ast.Starred) for each in call.args) else call.args
    by_name = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in names}
    return dict(zip(names, positional, strict=False)) | {name: value for name, value in by_name.items() if name}


def _unknown_fields(call: ast.Call, *, kind: type) -> Iterator[Problem]:
    names = api.fields(kind)
    for keyword in call.keywords:
        if keyword.arg and keyword.arg not in names:
            near = api.nearest(keyword.arg, names=names)
            yield problem_at(call, "unknown-field", f"{kind.__name__} has no field {keyword.arg}{near}")
    if len(call.args) > len(names):
        yield problem_at(call, "call-arguments", f"{kind.__name__} has only {len(names)} fields; name them")


def _value_of_field(value: ast.expr, *, name: str, kind: type, reading: Reading) -> Iterator[Problem]:
    wanted = api.fields(kind)[name]
    if wanted is None:
        return
    where = f"{name} of {kind.__name__}"
    if isinstance(value, ast.List | ast.Tuple):
        if not wanted.many:
            yield problem_at(value, "wrong-field-type", f"{where} holds {describe(wanted)}, not a sequence")
            return
        for element in value.elts:
            found = reading.known(element).kind
            if found and not found.many and not found.one & wanted.many:
                message = f"{where} holds {_describe_many(wanted)}, not {describe(found)}"
                yield problem_at(element, "wrong-element-type", message + _mend(found, wanted=wanted.many))
        return
    found = reading.known(value).kind
    is_empty = isinstance(value, ast.Constant) and value.value == ""  # any empty sequence will do
    if is_empty or found is None or found.many or found.one & (wanted.one | {list, tuple}):
        return
    if any(api.is_matcher(each) for each in found.one):
        return  # that has a finding of its own
    if wanted.many and not wanted.one:
        yield problem_at(value, "single-for-sequence", f"{where} is a sequence; put brackets around what it is to hold")
    else:
        message = f"{where} holds {describe(wanted)}, not {describe(found)}"
        yield problem_at(value, "wrong-field-type", message + _mend(found, wanted=wanted.one))


def _describe_many(kind: Kind) -> str:
    names = sorted(each.__name__ for each in kind.many)
    return f"{' and '.join(names)} nodes" if len(names) < 3 else "other nodes"  # noqa: PLR2004 - more say nothing


def _mend(found: Kind, *, wanted: frozenset[type]) -> str:
    """Say how to make what is wanted of what is there, where one step does."""
    for holder in ("Arg", "Expr", "SimpleStatementLine", "Element", "Decorator", "Annotation", "Index", "Asynchronous"):
        kind = api.lookup(f"libcst.{holder}")
        if kind not in wanted or not isinstance(kind, type):
            continue
        if found.one <= {bool} and holder == "Asynchronous":
            return "; write cst.Asynchronous()"
        for name in api.required(kind)[:1]:
            field = api.fields(kind)[name]
            if field and found.one <= field.one:
                return f"; write cst.{holder}({name}=…) around it"
            if field and found.one <= field.many:
                return f"; write cst.{holder}({name}=[…]) around it"
    if found.one == {str} and api.lookup("libcst.Name") in wanted:
        return "; write cst.Name(…), or parse the text"
    return ""


def matchers(reading: Reading) -> Iterator[Problem]:
    """Find matchers that ask for fields that no node has, or for what a field never holds."""
    for call in reading.calls():
        matcher = reading.api(call.func)
        node = api.node_of(matcher) if api.is_matcher(matcher) else None
        if node is None:
            continue
        names = [*api.fields(node), "metadata"]
        for keyword in call.keywords:
            if keyword.arg and keyword.arg not in names:
                near = api.nearest(keyword.arg, names=names)
                yield problem_at(call, "unknown-matcher-field", f"{node.__name__} has no field {keyword.arg}{near}")
        for name, value in _given(call, names=names[:-1]).items():
            yield from _value_of_matcher(value, name=name, node=node, reading=reading)


def _value_of_matcher(value: ast.expr, *, name: str, node: type, reading: Reading) -> Iterator[Problem]:
    wanted = api.fields(node)[name]
    if wanted is None:
        return
    is_display = isinstance(value, ast.List | ast.Tuple)
    if is_display and not wanted.many:
        yield _never(value, f"{name} of {node.__name__} is no sequence; leave the brackets out")
    for each, possible in _compared(value, wanted=wanted):
        found = _matched(each, reading=reading)
        if found is not None and not found & possible:
            if wanted.many and not is_display and found & wanted.many:
                yield _never(each, f"{name} of {node.__name__} is a sequence; put brackets around the matcher")
            elif is_display is bool(wanted.many):
                hint = "; write m.Name(…)" if found == {str} and api.lookup("libcst.Name") in possible else ""
                shown = ast.unparse(each).partition("(")[0]
                yield _never(each, f"{name} of {node.__name__} never holds {shown}{hint}")


def _compared(value: ast.expr, *, wanted: Kind) -> list[tuple[ast.expr, frozenset[type]]]:
    if isinstance(value, ast.List | ast.Tuple):
        return [(element, wanted.many) for element in value.elts]
    return [(value, wanted.one)]


def _matched(node: ast.expr, *, reading: Reading) -> frozenset[type] | None:
    """Give the classes that a part of a matcher matches; ``None`` where that is open."""
    if isinstance(node, ast.Constant):
        return frozenset({type(node.value)})
    matcher = reading.api(node.func) if isinstance(node, ast.Call) else None
    kind = api.node_of(matcher) if api.is_matcher(matcher) else None
    return api.concrete(kind) if kind else None


def _never(node: ast.expr, message: str) -> Problem:
    return problem_at(node, "matcher-value", message + ": it never matches")


CHECKS = (constructors, changed_fields, matchers)
