"""Which variable a name is: LibCST's scopes, with what they overlook."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, cast

import libcst as cst
from libcst.metadata import (
    BuiltinAssignment,
    ClassScope,
    ComprehensionScope,
    ParentNodeProvider,
    Scope,
    ScopeProvider,
)
from libcst.metadata.scope_provider import AnnotationScope, LocalScope

from autotransform.errors import ScriptError
from autotransform.tree.scoping import Scopes as FastScopes
from autotransform.tree.skeleton import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from libcst.metadata import BaseAssignment, MetadataWrapper

#: A pattern's capture, `case x:`, binds a name; LibCST takes it for a use.
_CAPTURES = (cst.MatchAs, cst.MatchStar, cst.MatchMapping)
_ODD = frozenset({*_CAPTURES, cst.NamedExpr, cst.Del})
#: Names that stand in these fields are labels, not variables.
_LABELS: dict[type, str] = {cst.Attribute: "attr", cst.Arg: "keyword", cst.MatchKeywordElement: "key"}
_IMPORTS = frozenset({cst.Import, cst.ImportFrom})
#: What stands between a name in an import and the statement.
_IN_IMPORTS = frozenset({cst.Attribute, cst.ImportAlias, cst.AsName})


#: The first name of ``a.b.c``, and the attributes after it.
Dotted: TypeAlias = tuple[cst.Name, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of a file: the scope that owns it, and every statement that binds it."""

    name: str
    owner: Scope
    assignments: frozenset[BaseAssignment]

    @property
    def is_builtin(self) -> bool:
        """Whether nothing in the file binds it."""
        return all(isinstance(each, BuiltinAssignment) for each in self.assignments)


class Scopes:
    """The variables of one file. Metadata is computed when the first question comes."""

    def __init__(self, wrapper: MetadataWrapper) -> None:
        self.wrapper = wrapper

    @cached_property
    def _scopes(self) -> Mapping[cst.CSTNode, Scope | None]:
        return self.wrapper.resolve(ScopeProvider)

    @cached_property
    def _parents(self) -> Mapping[cst.CSTNode, cst.CSTNode]:
        return self.wrapper.resolve(ParentNodeProvider)

    def require_original(self, node: cst.CSTNode) -> None:
        """Refuse a node that is not part of the file as it was read.

        Raises:
            ScriptError: It is an updated node, or one that the script made.
        """
        if node not in self._parents and node is not self.wrapper.module:
            raise ScriptError(
                f"this {type(node).__name__} is not part of the file as it was read, so nothing is known of its names",
                hint="pass original_node, or a part of it, not updated_node or a node that was just made",
            )

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Give the node around an original node; ``None`` for the module."""
        return self._parents.get(node)

    def ancestors(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """Go from an original node outwards, without the node itself."""
        around = self._parents.get(node)
        while around is not None:
            yield around
            around = self._parents.get(around)

    def scope(self, node: cst.CSTNode) -> Scope:
        """Give the scope in which an original node is evaluated."""
        found = self._scopes.get(node)
        around = self.ancestors(node)
        while found is None and (each := next(around, None)) is not None:
            found = self._scopes.get(each)
        if found is not None:
            return found.parent if self._is_beside_types(node, scope=found) else found
        found = self._scopes[self.wrapper.module]
        assert found is not None
        return found

    def _is_beside_types(self, node: cst.CSTNode, *, scope: Scope) -> bool:
        """Whether a node does not see the type parameters of its function: it is in a decorator or a default."""
        if not isinstance(scope, AnnotationScope) or not isinstance(scope.node, cst.FunctionDef):
            return False
        inner = node
        for each in self.ancestors(node):
            if isinstance(inner, cst.Decorator) or (isinstance(each, cst.Param) and each.default is inner):
                return True
            if each is scope.node:
                return False
            inner = each
        return False

    @cached_property
    def every(self) -> tuple[Scope, ...]:
        """Every scope of the file but the builtins', in an order of no meaning that is the same for each run."""
        scopes = self._scopes
        if isinstance(scopes, FastScopes):
            return scopes.distinct
        return tuple(dict.fromkeys(scope for scope in scopes.values() if scope is not None))

    @cached_property
    def nodes(self) -> tuple[cst.CSTNode, ...]:
        """Every node of the file that names can stand in, in order."""
        return tuple(skeleton(self.wrapper.module))

    @cached_property
    def positions(self) -> Mapping[cst.CSTNode, int]:
        """Number the statements of the module itself."""
        return {each: number for number, each in enumerate(self.wrapper.module.body)}

    def is_variable(self, node: cst.Name) -> bool:
        """Whether an original name stands for a variable, not for an attribute, a keyword or a part of an import."""
        parent = self.parent(node)
        label = _LABELS.get(type(parent))
        if label is not None and getattr(parent, label) is node:
            return False
        return self.import_around(node) is None or isinstance(parent, cst.AsName)

    def import_around(self, node: cst.CSTNode) -> cst.Import | cst.ImportFrom | None:
        """Give the import statement of whose dotted path or alias an original node is a part."""
        # Most names are in no import: a look into a set tells so at a fraction of the cost of a question to a class.
        around = self.parent(node)
        while type(around) in _IN_IMPORTS and around is not None:
            around = self.parent(around)
        return cast("cst.Import | cst.ImportFrom", around) if type(around) in _IMPORTS else None

    def variable(self, node: cst.Name) -> Variable | None:
        """Tell which variable an original name is; ``None`` where that is open.

        Open are: a name that nothing in the file binds, one that may be two variables (in the body of a class), and
        one that a pattern or an assignment expression in a comprehension binds.
        """
        if not self.is_variable(node):
            return None
        scope = self.scope(node)
        assignments = self._referents(node, scope=scope) or scope[node.value]
        return self._variable(node.value, assignments=frozenset(assignments), scope=scope)

    def find(self, name: str, *, scope: Scope) -> Variable | None:
        """Tell which variable a bare name is when it is used in a scope."""
        return self._variable(name, assignments=frozenset(scope[name]), scope=scope)

    def _variable(self, name: str, *, assignments: frozenset[BaseAssignment], scope: Scope) -> Variable | None:
        owners = {assignment.scope for assignment in assignments}
        if len(owners) != 1:
            return None
        (owner,) = owners
        if not self._overlooked:
            return Variable(name, owner, assignments)
        between = (each for each in _outwards(scope) if is_inside(each, owner))
        return None if any((each, name) in self._overlooked for each in between) else Variable(name, owner, assignments)

    @staticmethod
    def _referents(node: cst.Name, *, scope: Scope) -> frozenset[BaseAssignment]:
        """What LibCST makes of the order of statements; only the body of a class is run through in order."""
        if not isinstance(scope, ClassScope):
            return frozenset()
        accesses = [access for access in scope.accesses[node.value] if access.node is node]
        return frozenset(assignment for access in accesses for assignment in access.referents)

    @cached_property
    def _found(self) -> Sequence[cst.CSTNode]:
        """What binds or unbinds in a way of its own, in order."""
        return [each for each in self.nodes if type(each) in _ODD]

    @cached_property
    def _overlooked(self) -> frozenset[tuple[Scope, str]]:
        """Bindings of which LibCST knows nothing: what it finds in their stead is another variable."""
        bound = ((node, self._bound(node)) for node in self._found)
        return frozenset(
            (_binding_scope(self.scope(node)), name.value) for node, name in bound if isinstance(name, cst.Name)
        )

    def _bound(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Give what a node binds unseen."""
        if isinstance(node, _CAPTURES):
            return node.rest if isinstance(node, cst.MatchMapping) else node.name
        is_inner = any(isinstance(each, cst.BaseComp) for each in self.ancestors(node))
        return node.target if isinstance(node, cst.NamedExpr) and is_inner else None

    # Deletions

    @cached_property
    def _deletions(self) -> Mapping[tuple[Scope, str], Sequence[cst.Name]]:
        """The names in ``del`` statements, by the scope in which they stand, in order."""
        found: dict[tuple[Scope, str], list[cst.Name]] = {}
        targets = (each.target for each in self._found if isinstance(each, cst.Del))
        for node in (name for target in targets for name in _targets(target)):
            found.setdefault((self.scope(node), node.value), []).append(node)
        return found

    def is_deleted(self, name: str, *, scope: Scope) -> bool:
        """Whether a statement of a scope deletes a name."""
        return (scope, name) in self._deletions

    @cached_property
    def _order(self) -> Mapping[cst.CSTNode, int]:
        return {node: number for number, node in enumerate(self.nodes)}

    def is_after_deletion(self, node: cst.Name) -> bool:
        """Whether a statement above has deleted a name, and none in between has bound it again."""
        scope = self.scope(node)
        deleted = self._deletions.get((scope, node.value))
        if not deleted:
            return False
        places = [self._order[each] for each in deleted]
        last = max((place for place in places if place < self._order[node]), default=None)
        if last is None:
            return False
        bound = [self._order.get(getattr(each, "node", node), last) for each in scope.assignments[node.value]]
        return not any(last < place < self._order[node] for place in bound)


def _binding_scope(scope: Scope) -> Scope:
    while isinstance(scope, ComprehensionScope):
        scope = scope.parent
    return scope


def _outwards(scope: Scope) -> Iterator[Scope]:
    yield scope
    while isinstance(scope, LocalScope):
        scope = scope.parent
        yield scope


def is_inside(scope: Scope, owner: Scope) -> bool:
    """Whether a scope is another one, or stands somewhere inside it."""
    return any(each is owner for each in _outwards(scope))


def _targets(node: cst.BaseExpression) -> list[cst.Name]:
    """List the bare names of a target: the ``a`` and ``b`` of ``a, (b, c.d)``."""
    if isinstance(node, cst.Tuple | cst.List):
        return [name for each in node.elements for name in _targets(each.value)]
    return [node] if isinstance(node, cst.Name) else []


def dotted(node: cst.CSTNode) -> Dotted | None:
    """Split ``a.b.c`` into its first name and the attributes after it; ``None`` for anything else, ``a().b`` too."""
    rest: list[str] = []
    while isinstance(node, cst.Attribute):
        rest.append(node.attr.value)
        node = node.value
    return (node, tuple(reversed(rest))) if isinstance(node, cst.Name) else None
