"""Which binding each use of a name may be of, as LibCST tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst
from libcst.metadata import Access, Scope
from libcst.metadata.scope_provider import _gen_dotted_names

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A use, the outermost attribute that is taken of it, and the annotation in quotes that it stands in.
Deferred: TypeAlias = tuple[Access, cst.Attribute | None, cst.BaseString | None]


def infer_accesses(deferred: Iterable[Deferred], *, has_dotted: bool) -> None:
    """Join uses with bindings, once all bindings are known.

    A use is of the longest dotted name that an import binds: of ``a.b`` after ``import a.b``.

    Args:
        deferred: The uses.
        has_dotted: Whether an import binds a name with dots in it: where none does, a use is of its first name, as
            it stands.
    """
    together: dict[tuple[Scope, str], set[Access]] = {}
    for access, attribute, string in deferred:
        name = cst.ensure_type(access.node, cst.Name).value
        for dotted, node in _gen_dotted_names(attribute) if has_dotted and attribute is not None else ():
            if dotted in access.scope:
                access.node = node
                name = dotted
                break
        if string is not None:
            access.node = string
        together.setdefault((access.scope, name), set()).add(access)
        access.record_assignments(name)
        access.scope.record_access(name, access)
    for (scope, name), accesses in together.items():
        for assignment in scope[name]:
            assignment.record_accesses(accesses)
