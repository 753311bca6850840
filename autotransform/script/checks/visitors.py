"""Whether LibCST would ever call the methods of a script, and with what they take."""

from __future__ import annotations

import ast
import re
from collections import Counter
from typing import TYPE_CHECKING

from autotransform.script.checks import api
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.methods import Method
    from autotransform.script.checks.reading import Class, Reading
    from autotransform.script.model import Problem

_Function = ast.FunctionDef | ast.AsyncFunctionDef
#: Classes that do not work unless their ``__init__`` has run.
_SET_UP = (
    "libcst.codemod.Codemod",
    "libcst.codemod.ContextAwareVisitor",
    "libcst.matchers.MatcherDecoratableTransformer",
    "libcst.matchers.MatcherDecoratableVisitor",
)
_PREFIX = re.compile(r"(visit|leave)_[A-Za-z]")
#: Methods with which a transform works without a single visitor method.
_OTHER_WAYS = frozenset(
    {"transform_module", "transform_module_impl", "on_visit", "on_leave", "get_transforms", "on_visit_attribute"}
)


def unknown_visitors(reading: Reading) -> Iterator[Problem]:
    """Find methods that are named like visitor methods of nodes or attributes that LibCST does not have."""
    called = {node.attr for node in reading.nodes if isinstance(node, ast.Attribute)}
    names = api.visitor_methods()
    folded = {name.lower() for name in names}
    for each in reading.visitors():
        for method in each.methods:
            name = method.node.name
            if not _PREFIX.match(name) or name in names | called or method.node.decorator_list:
                continue
            if name[len("visit_")].isupper() or name.lower() in folded:
                message = f"LibCST never calls {name}{api.nearest(name, names=_plausible(name, names=names))}"
                yield problem_at(method.node, "unknown-visitor", message)


def _plausible(name: str, *, names: frozenset[str]) -> list[str]:
    """Give the real names that one may have meant: those of one attribute only where the node is real."""
    phase, kind, *rest = name.split("_")
    whole = f"{phase}_{kind}"
    return [each for each in names if each.startswith(f"{phase}_") and each.startswith(whole if rest else phase)]


def visitor_parameters(reading: Reading) -> Iterator[Problem]:
    """Find visitor methods that cannot be called with what LibCST passes."""
    for each in reading.visitors():
        for method in each.methods:
            if not method.phase:
                continue
            wanted = ["original_node", "updated_node"] if method.replaces and each.is_transformer else ["node"]
            if not _takes(method, count=len(wanted)):
                shown = ", ".join(["self", *wanted])
                message = f"LibCST calls {method.node.name}({shown}), and it takes ({ast.unparse(method.node.args)})"
                yield problem_at(method.node, "visitor-parameters", message)


def _takes(method: Method, *, count: int) -> bool:
    arguments = method.node.args
    listed = [*arguments.posonlyargs, *arguments.args]
    if not listed and not arguments.vararg:
        return False
    if any(default is None for default in arguments.kw_defaults):
        return False
    needed = len(listed) - len(arguments.defaults) - 1
    return needed <= count and (count <= len(listed) - 1 or arguments.vararg is not None)


def matched_visitors(reading: Reading) -> Iterator[Problem]:
    """Find visitor methods that carry a matcher besides: LibCST refuses to start."""
    for each in reading.visitors():
        for method in each.methods:
            if method.is_matched and method.node.name in api.visitor_methods():
                message = (
                    f"{method.node.name} is called for every node already, so LibCST refuses a matcher on it;"
                    " give the method another name"
                )
                yield problem_at(method.node, "matched-visitor", message)


def misplaced_visitors(reading: Reading) -> Iterator[Problem]:
    """Find visitor methods that stand where LibCST does not look."""
    used = {node.id for node in reading.nodes if isinstance(node, ast.Name)}
    for node in reading.nodes:
        if not isinstance(node, _Function) or node.name not in api.visitor_methods() - used:
            continue
        around = reading.around(node, kind=(ast.ClassDef, *_Function.__args__))
        if not isinstance(around, ast.ClassDef):
            message = f"{node.name} stands outside of the class, so LibCST never calls it; move it into the class"
            yield problem_at(node, "misplaced-visitor", message)
    called = {node.attr for node in reading.nodes if isinstance(node, ast.Attribute)}
    for each in reading.classes:
        methods = [method for method in each.methods if method.phase and method.node.name not in called]
        if methods and each.is_known and not each.is_visitor and not _is_base(each, reading=reading):
            message = f"{each.node.name} derives from no visitor, so LibCST never calls {methods[0].node.name}"
            yield problem_at(methods[0].node, "misplaced-visitor", message + "; derive it from Transform")


def _is_base(each: Class, *, reading: Reading) -> bool:
    return any(each.node in other.family[1:] for other in reading.classes)


def methods_defined_twice(reading: Reading) -> Iterator[Problem]:
    """Find methods and functions of which only the last counts."""
    for body in [reading.tree.body, *(each.node.body for each in reading.classes)]:
        plain = [node for node in body if isinstance(node, ast.FunctionDef) and not node.decorator_list]
        counted = Counter(node.name for node in plain)
        seen: set[str] = set()
        for node in plain:
            if counted[node.name] > 1 and node.name in seen:
                message = f"{node.name} is defined twice, and only the last counts; make one of the two"
                yield problem_at(node, "defined-twice", message)
            seen.add(node.name)


def transforms_without_effect(reading: Reading) -> Iterator[Problem]:
    """Find transforms that can change nothing: without visitor methods, or with methods that nothing starts."""
    for each in reading.visitors():
        if not each.derives_from("libcst.codemod.Codemod") or not each.is_known or _is_base(each, reading=reading):
            continue
        names = {name for node in each.family for name in _names_in(node)}
        has_visitors = any(name.startswith(("visit_", "leave_")) for name in names) or any(
            method.phase for method in each.all_methods
        )
        if not has_visitors and not names & _OTHER_WAYS:
            message = f"{each.node.name} has no visit_… or leave_… method, so it changes nothing"
            yield problem_at(each.node, "no-effect", message)
        own = next((method.node for method in each.methods if method.node.name == "transform_module_impl"), None)
        if own and has_visitors and not _starts_visitors(each):
            message = "this keeps the visitor methods from being called; return super().transform_module_impl(tree)"
            yield problem_at(own, "visitors-never-run", message)


def _names_in(node: ast.ClassDef) -> Iterator[str]:
    for statement in node.body:
        if isinstance(statement, _Function):
            yield statement.name
        elif isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))


def _starts_visitors(each: Class) -> bool:
    inside = [node for member in each.family for node in ast.walk(member)]
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "visit")
        or (isinstance(node, ast.Name) and node.id == "super")
        for node in inside
    )


def broken_constructors(reading: Reading) -> Iterator[Problem]:
    """Find ``__init__`` methods with which no instance can be made, or only a broken one."""
    made = {node.func.id for node in reading.calls() if isinstance(node.func, ast.Name)}
    for each in reading.visitors():
        method = next((method for method in each.methods if method.node.name == "__init__"), None)
        if method is None:
            continue
        calls = {node.attr for node in ast.walk(method.node) if isinstance(node, ast.Attribute)}
        if "__init__" not in calls and any(each.derives_from(base) for base in _SET_UP):
            wanted = "context" if each.derives_from("libcst.codemod.Codemod") else ""
            message = f"__init__ leaves out what its base sets up; call super().__init__({wanted}) first"
            yield problem_at(method.node, "missing-super-init", message)
        if not each.derives_from("libcst.codemod.Codemod") or each.node.name in made:
            continue
        arguments = method.node.args
        if not method.parameters and not arguments.vararg:
            message = "a transform is made with its context; write def __init__(self, context)"
            yield problem_at(method.node, "init-parameters", message)
        has_arguments = any(other.node.name == "add_args" for other in each.all_methods)
        required = method.parameters[1 : len(method.parameters) - len(arguments.defaults)]
        if required and not has_arguments:
            message = f"nothing passes {', '.join(required)}: give a default, or declare it in add_args"
            yield problem_at(method.node, "init-parameters", message)


CHECKS = (
    unknown_visitors,
    visitor_parameters,
    matched_visitors,
    misplaced_visitors,
    methods_defined_twice,
    transforms_without_effect,
    broken_constructors,
)
