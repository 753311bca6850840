"""Whether a script asks for metadata that LibCST computes, of nodes that have any."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from autotransform.script.checks import api
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.reading import Class, Reading
    from autotransform.script.model import Problem

#: Methods that ask something of a node, and which argument the node is.
_QUESTIONS = {
    "get_metadata": 1,
    "is_member": 0,
    "may_refer_to": 0,
    "qualified": 0,
    "refers_to": 0,
    "skip": 0,
    "skip_mention": 0,
    "uses_parameter": 0,
}


def declared_providers(reading: Reading) -> Iterator[Problem]:
    """Find declarations of metadata that name no provider, or one that cannot be computed here."""
    for each in reading.visitors():
        value = _declaration(each.node)
        if value is None:
            continue
        if each.derives_from("autotransform.codemod.Transform"):
            message = (
                "a Transform declares no METADATA_DEPENDENCIES; ask self.refers_to, self.qualified, or"
                " self.context.wrapper.resolve(…) where it is needed"
            )
            yield problem_at(value, "declared-in-transform", message)
        elements = value.elts if isinstance(value, ast.Tuple | ast.List | ast.Set) else [value]
        if not isinstance(value, ast.Tuple | ast.List | ast.Set) and _is_provider(reading.api(value)):
            yield problem_at(value, "not-a-provider", "METADATA_DEPENDENCIES is a tuple; write a comma behind its one")
            continue
        for element in elements:
            found = reading.api(element)
            if isinstance(element, ast.Constant) or (found is not None and not _is_provider(found)):
                message = f"{ast.unparse(element)} is no metadata provider; name the class, such as PositionProvider"
                yield problem_at(element, "not-a-provider", message)
            elif found is not None and found.gen_cache is not None:
                message = f"{found.__name__} needs a cache of the whole repository, which no run has"
                hint = "; QualifiedNameProvider does not" if "Qualified" in found.__name__ else ""
                yield problem_at(element, "uncomputed-provider", message + hint)


def _declaration(node: ast.ClassDef) -> ast.expr | None:
    for statement in node.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="METADATA_DEPENDENCIES")], value=value)
                | ast.AnnAssign(target=ast.Name(id="METADATA_DEPENDENCIES"), value=ast.expr() as value)
            ):
                return value
            case _:
                pass
    return None


def _is_provider(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, api.lookup("libcst.BaseMetadataProvider"))


def undeclared_providers(reading: Reading) -> Iterator[Problem]:
    """Find ``get_metadata`` of a provider that the class does not declare: LibCST refuses it."""
    for call in reading.calls():
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr="get_metadata") if call.args:
                owner, provider = reading.class_of(call), reading.api(call.args[0])
                if owner is None or not owner.is_known or not _is_provider(provider):
                    continue
                declared = _declared(owner, reading=reading)
                if declared is not None and provider not in declared:
                    name = ast.unparse(call.args[0])
                    is_ours = owner.derives_from("autotransform.codemod.Transform")
                    mend = f"ask self.context.wrapper.resolve({name})" if is_ours else "add it to METADATA_DEPENDENCIES"
                    yield problem_at(call, "undeclared-provider", f"{name} is not declared; {mend}")
            case _:
                pass


def _declared(owner: Class, *, reading: Reading) -> set[object] | None:
    """Give the providers that a class and its bases declare; ``None`` where that cannot be told."""
    found: set[object] = {
        provider
        for each in owner.bases
        for base in each.__mro__
        for provider in vars(base).get("METADATA_DEPENDENCIES", ())
    }
    if any(owner.node in other.family[1:] for other in reading.classes):
        return None
    for member in owner.family:
        value = _declaration(member)
        if value is None:
            continue
        if not isinstance(value, ast.Tuple | ast.List | ast.Set):
            return None
        providers = [reading.api(element) for element in value.elts]
        if None in providers:
            return None
        found.update(providers)
    return found


def metadata_of_updated(reading: Reading) -> Iterator[Problem]:
    """Find questions about updated nodes and new ones: only nodes of the original tree have answers."""
    for call in reading.calls():
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in _QUESTIONS:
                owner = reading.class_of(call)
                node = _node_asked_of(call, position=_QUESTIONS[name])
                if owner is None or node is None or any(each.node.name == name for each in owner.all_methods):
                    continue
                origin = reading.known(node).origin
                if origin == "made" or (
                    origin == "updated" and not _may_be_original(node, owner=owner, reading=reading)
                ):
                    shown = ast.unparse(node)
                    mend = (
                        shown.replace("updated_node", "original_node") if "updated_node" in shown else "original_node"
                    )
                    message = f"{shown} has no metadata, as it is not of the original tree; pass {mend}"
                    yield problem_at(call, "updated-metadata", message)
            case _:
                pass


def _node_asked_of(call: ast.Call, *, position: int) -> ast.expr | None:
    named = [keyword.value for keyword in call.keywords if keyword.arg in {"node", "original_node", "function"}]
    return call.args[position] if len(call.args) > position else next(iter(named), None)


def _may_be_original(node: ast.expr, *, owner: Class, reading: Reading) -> bool:
    """Whether a ``visit_…`` may keep out of a node: LibCST then hands the original on as the updated one."""
    if any(method.node.name in {"on_visit", "on_leave"} for method in owner.all_methods):
        return True
    closed = [method for method in owner.all_methods if method.may_keep_out]
    if not closed:
        return False
    possible: set[type] = set()
    while isinstance(node, ast.Attribute | ast.Subscript):
        kind = reading.known(node).kind
        if kind is None:
            return True
        possible |= kind.one | kind.many
        node = node.value
    kind = reading.known(node).kind
    if kind is None or not (isinstance(node, ast.Name) and node.id == "updated_node"):
        return True
    return any(not method.kinds or method.kinds & (possible | kind.one) for method in closed)


CHECKS = (declared_providers, undeclared_providers, metadata_of_updated)
