"""What reads well and goes wrong with nodes: they are immutable, compare by identity and are no text."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autotransform.script.checks import api
from autotransform.script.checks.members import describe
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.kinds import Kind, Known
    from autotransform.script.checks.reading import Reading
    from autotransform.script.model import Problem

_CHANGES = frozenset({"with_changes", "with_deep_changes", "deep_replace", "deep_remove"})
_MUTATORS = frozenset({"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"})


def lost_changes(reading: Reading) -> Iterator[Problem]:
    """Find changes of nodes that nothing takes, and exceptions that nothing raises."""
    for node in reading.nodes:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=value, attr=name))) if name in _CHANGES:
                if _is_node(reading.known(value).kind):
                    message = f"{name} gives a new node and leaves this one as it is; use what it gives"
                    yield problem_at(node, "lost-change", message)
            case ast.Expr(value=ast.Call(func=func)) | ast.Return(value=ast.Call(func=func)):
                found = reading.api(func)
                if isinstance(found, type) and issubclass(found, Exception):
                    yield problem_at(node, "not-raised", f"write raise {ast.unparse(func)}(…)")
            case _:
                pass


def _is_node(kind: Kind | None) -> bool:
    possible = kind.one - {type(None)} if kind else frozenset[type]()
    return bool(possible) and not (kind and kind.many) and all(api.is_node(each) for each in possible)


def writes_to_nodes(reading: Reading) -> Iterator[Problem]:
    """Find assignments to fields of nodes and to elements of their sequences."""
    for node in reading.nodes:
        if not isinstance(node, ast.Attribute | ast.Subscript) or isinstance(node.ctx, ast.Load):
            continue
        kind = reading.known(node.value).kind
        if isinstance(node, ast.Attribute) and _is_node(kind):
            message = f"nodes cannot be written to; take {ast.unparse(node.value)}.with_changes({node.attr}=…)"
            yield problem_at(node, "write-to-node", message)
        elif isinstance(node, ast.Subscript) and _is_tuple(reading.known(node.value)):
            message = f"{ast.unparse(node.value)} is a tuple; make a new list and pass it to with_changes"
            yield problem_at(node, "write-to-sequence", message)


def mutated_sequences(reading: Reading) -> Iterator[Problem]:
    """Find ``node.args.append(…)`` and ``node.args + […]``: the sequences of nodes are tuples."""
    for node in reading.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in _MUTATORS:
                if _is_tuple(reading.known(value)):
                    shown = ast.unparse(value)
                    message = f"{shown} is a tuple without {name}; pass with_changes a new list: [*{shown}, …]"
                    yield problem_at(node, "write-to-sequence", message)
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                for value, other in ((left, right), (right, left)):
                    if _is_tuple(reading.known(value)) and isinstance(other, ast.List | ast.ListComp):
                        message = f"{ast.unparse(value)} is a tuple, and a list cannot be added; write [*…, *…]"
                        yield problem_at(node, "tuple-and-list", message)
            case _:
                pass


def _is_tuple(known: Known) -> bool:
    """Whether a value is a sequence of a node as LibCST makes them; a script may make its own of lists."""
    return known.kind is not None and bool(known.kind.many) and not known.kind.one and known.origin != ""


def compared_nodes(reading: Reading) -> Iterator[Problem]:
    """Find nodes that are compared with ``==`` or ``in``: it never holds of two nodes, nor of a node and a text."""
    for node in reading.nodes:
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        left, right = node.left, node.comparators[0]
        if isinstance(node.ops[0], ast.Eq | ast.NotEq):
            pairs = [(left, right), (right, left)]
        elif isinstance(node.ops[0], ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List | ast.Set):
            pairs = [(left, element) for element in right.elts]
        else:
            continue
        for one, other in pairs:
            if message := _never_equal(one, other, reading=reading):
                yield problem_at(node, "compared-node", message)
                break


def _never_equal(one: ast.expr, other: ast.expr, *, reading: Reading) -> str:
    if not _is_node(reading.known(one).kind):
        return ""
    shown, known = ast.unparse(one), reading.known(other)
    if known.kind and known.kind.one == {str}:
        kind = reading.known(one).kind
        is_name = kind is not None and kind.one - {type(None)} == {api.lookup("libcst.Name")}
        mend = f"write {shown}.value" if is_name else f"compare what {shown} stands for, or m.matches it"
        return f"{shown} is a node and equals no text; {mend}"
    if known.origin == "made" and _is_node(known.kind):
        return f"nodes are equal only to themselves; write {shown}.deep_equals(…) or m.matches({shown}, …)"
    return ""


def nodes_as_text(reading: Reading) -> Iterator[Problem]:
    """Find nodes that are put into text: that shows the tree, not the code."""
    for node in reading.nodes:
        match node:
            case ast.FormattedValue(value=value):
                values = [value]
            case ast.Call(func=ast.Name(id="str"), args=[value]):
                values = [value]
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                texts = [each for each in (left, right) if isinstance(each, ast.JoinedStr | ast.Constant)]
                values = [left, right] if texts else []
            case _:
                continue
        for value in values:
            kind = reading.known(value).kind
            if _is_node(kind) and kind and not kind.one & {type(None)} and not _is_only_said(node, reading=reading):
                shown = ast.unparse(value)
                mend = f"self.module.code_for_node({shown})"
                if kind.one == {api.lookup("libcst.Name")}:
                    mend = f"{shown}.value"
                yield problem_at(value, "node-as-text", f"{shown} is {describe(kind)}, not its code; write {mend}")


def _is_only_said(node: ast.AST, *, reading: Reading) -> bool:
    """Whether a text is that of an error or a warning."""
    if reading.around(node, kind=(ast.Raise, ast.Assert)):
        return True
    around = reading.around(node, kind=ast.Call)
    return isinstance(around, ast.Call) and ast.unparse(around.func) in {"self.warn", "print"}


def matched_sequences(reading: Reading) -> Iterator[Problem]:
    """Find ``m.matches`` of a sequence, which never matches, and of a class in place of a matcher."""
    functions = [api.lookup(f"libcst.matchers.{name}") for name in ("matches", "extract", "findall", "extractall")]
    for call in reading.calls():
        called = reading.api(call.func)  # anything, also what cannot be hashed
        if not call.args or not any(called is each for each in functions):
            continue
        if _is_tuple(reading.known(call.args[0])):
            shown = ast.unparse(call.args[0])
            message = f"{shown} is a sequence, and matchers match one node; any(m.matches(each, …) for each in {shown})"
            yield problem_at(call, "matched-sequence", message)
        matcher = reading.api(call.args[1]) if len(call.args) > 1 else None
        if api.is_matcher(matcher) or api.is_node(matcher):
            shown = ast.unparse(call.args[1])
            yield problem_at(call, "matcher-not-made", f"{shown} is a class; write {shown.replace('cst.', 'm.')}()")


def matchers_as_nodes(reading: Reading) -> Iterator[Problem]:
    """Find matchers where classes of nodes or nodes are wanted."""
    for call in reading.calls():
        name = ast.unparse(call.func).rpartition(".")[2]
        if name in {"isinstance", "ensure_type"} and len(call.args) > 1:
            named = call.args[1].elts if isinstance(call.args[1], ast.Tuple) else [call.args[1]]
            for each in named:
                if api.is_matcher(reading.api(each)):
                    shown = ast.unparse(each)
                    message = f"{shown} is a matcher, and no node is one; write m.matches(…, {shown}())"
                    yield problem_at(call, "isinstance-matcher", message)
        if name == "with_changes" or api.is_node(reading.api(call.func)):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            for value in [each for one in given for each in _elements(one)]:
                yield from _matcher_as_node(value, reading=reading)
    for _, method in reading.leaves():
        for node in ast.walk(method.node):
            if isinstance(node, ast.Return) and node.value:
                yield from _matcher_as_node(node.value, reading=reading)


def _elements(value: ast.expr) -> list[ast.expr]:
    return value.elts if isinstance(value, ast.List | ast.Tuple) else [value]


def _matcher_as_node(value: ast.expr, *, reading: Reading) -> Iterator[Problem]:
    if isinstance(value, ast.Call) and api.is_matcher(reading.api(value.func)):
        shown = ast.unparse(value.func)
        name = shown.rpartition(".")[2]
        yield problem_at(value, "matcher-as-node", f"{shown}(…) is a matcher and no code; write cst.{name}(…)")


def replaced_originals(reading: Reading) -> Iterator[Problem]:
    """Find replacements of original nodes inside of an updated one, which does not hold them; and endless visits."""
    for call in reading.calls():
        match call.func:
            case ast.Attribute(value=value, attr=name) if name in _CHANGES - {"with_changes"}:
                owner = reading.class_of(call)
                if not call.args or not owner or any(each.may_keep_out for each in owner.all_methods):
                    continue
                if (reading.known(value).origin, reading.known(call.args[0]).origin) == ("updated", "original"):
                    shown = ast.unparse(call.args[0])
                    mend = shown.replace("original_node", "updated_node")
                    message = f"{shown} is not inside of the updated node, so {name} changes nothing; take {mend}"
                    yield problem_at(call, "replaced-original", message)
            case _:
                pass
    for owner, method in reading.leaves():
        for node in ast.walk(method.node):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="visit"), args=[ast.Name(id="self")]):
                    if name in method.parameters[:2] and not method.is_matched:
                        message = f"{owner.node.name} has visited it already, and this starts over without end"
                        yield problem_at(node, "visits-itself", message + "; work on updated_node")
                case _:
                    pass


CHECKS = (
    lost_changes,
    writes_to_nodes,
    mutated_sequences,
    compared_nodes,
    nodes_as_text,
    matched_sequences,
    matchers_as_nodes,
    replaced_originals,
)
