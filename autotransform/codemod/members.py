"""Whose attribute an attribute is: as much of types as one file shows."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import Assignment, ClassScope, FunctionScope

from autotransform.codemod.scopes import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.codemod.names import Names
    from autotransform.codemod.scopes import Variable

_LITERALS = (
    cst.BaseString,
    cst.BaseNumber,
    cst.BaseList,
    cst.BaseDict,
    cst.BaseSet,
    cst.Tuple,
    cst.Lambda,
    cst.Comparison,
)
#: `a = C(); b = a; c = b`: this far, and no further.
_LONGEST_CHAIN = 2
#: Wrappers of annotations that leave open only whether the value is there.
_OPTIONAL = frozenset(
    {"typing.Optional", "typing.Final", "typing.ClassVar", "typing.Annotated", "builtins.type", "typing.Type"}
)


class Members:
    """A family of classes, named ones and those of this file that derive from them, and what belongs to it."""

    def __init__(self, names: Names, *, classes: Iterable[str], attribute: str) -> None:
        self.names = names
        self.scopes = names.scopes
        self.named = names.canonicals(classes)
        self.attribute = attribute

    @cached_property
    def family(self) -> frozenset[str]:
        """The dotted names of the classes."""
        found = set(self.named)
        size = 0
        while len(found) != size:
            size = len(found)
            found |= {name for name, node in self._classes.items() if self._bases(node) & found}
        return frozenset(found)

    def belongs(self, node: cst.Attribute) -> bool | None:
        """Whether an original attribute is one of the family's; ``None`` where that is unknown."""
        return self._is_instance(node.value, depth=0)

    def is_class(self, node: cst.BaseExpression) -> bool | None:
        """Whether an original expression is a class of the family; ``None`` where that is unknown."""
        found = self.names.canonicals(self.names.qualified(node))
        if found and found <= self.family:
            return True
        if found and all(self._is_stranger(name) for name in found):
            return False
        return None

    def _is_instance(self, node: cst.BaseExpression, *, depth: int) -> bool | None:
        if isinstance(node, _LITERALS):
            return False
        if isinstance(node, cst.Call):
            if isinstance(node.func, cst.Name) and node.func.value == "super":
                return self._is_super(node)
            return self.is_class(node.func)
        if isinstance(node, cst.Await | cst.Subscript) or dotted(node) is None:
            return None
        if isinstance(node, cst.Name) and (variable := self.scopes.variable(node)) is not None:
            answer = self._of_variable(variable, depth=depth)
            if answer is not None:
                return answer
        return self._is_module_or_class(node)

    def _is_module_or_class(self, node: cst.BaseExpression) -> bool | None:
        is_class = self.is_class(node)
        if is_class is not None:
            return is_class
        parts = dotted(node)
        variable = self.scopes.variable(parts[0]) if parts and not parts[1] else None
        if variable and all(isinstance(getattr(each, "node", None), cst.Import) for each in variable.assignments):
            return False  # `import x`: a module
        return None

    # Variables

    def _of_variable(self, variable: Variable, *, depth: int) -> bool | None:
        if len(variable.assignments) != 1 or depth > _LONGEST_CHAIN:
            return None
        (assignment,) = variable.assignments
        if not isinstance(assignment, Assignment):
            return None
        node = assignment.node
        if isinstance(node, cst.Param):
            return self._of_parameter(node)
        statement = self.scopes.parent(node)
        if isinstance(statement, cst.AnnAssign):
            return self._of_annotation(statement.annotation.annotation)
        if isinstance(statement, cst.AssignTarget):
            statement = self.scopes.parent(statement)
        if isinstance(statement, cst.Assign | cst.NamedExpr):
            return self._is_instance(statement.value, depth=depth + 1)
        return None

    def _of_parameter(self, node: cst.Param) -> bool | None:
        parameters = self.scopes.parent(node)
        function = self.scopes.parent(parameters) if parameters else None
        if isinstance(function, cst.FunctionDef) and isinstance(parameters, cst.Parameters):
            owner = self._class_around(function)
            first = [*parameters.posonly_params, *parameters.params][:1]
            if owner is not None and first == [node] and not self._is_static(function):
                return self._is_self(owner)
        return self._of_annotation(node.annotation.annotation) if node.annotation else None

    def _of_annotation(self, node: cst.BaseExpression) -> bool | None:
        if isinstance(node, cst.SimpleString):
            return self._of_text(node)
        if isinstance(node, cst.Subscript):
            if self.names.qualified(node.value) <= _OPTIONAL and self.names.qualified(node.value):
                element = node.slice[0].slice
                return self._of_annotation(element.value) if isinstance(element, cst.Index) else None
            return None
        if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr):
            sides = [each for each in (node.left, node.right) if not _is_none(each)]
            return self._of_annotation(sides[0]) if len(sides) == 1 else None
        return self.is_class(node) if dotted(node) else None

    def _of_text(self, node: cst.SimpleString) -> bool | None:
        first, *rest = node.raw_value.removesuffix("| None").rstrip().split(".")
        variable = self.scopes.find(first, scope=self.scopes.scope(node)) if first.isidentifier() else None
        if variable is None:
            return None
        found = self.names.canonicals(".".join((name, *rest)) for name in self.names.of_variable(variable))
        return True if found and found <= self.family else None

    # Classes of this file

    @cached_property
    def _classes(self) -> dict[str, cst.ClassDef]:
        """The classes of this file by their dotted names."""
        found = (each for each in self.scopes.nodes if isinstance(each, cst.ClassDef))
        return {name: node for node in found for name in self.names.qualified(node)}

    def _bases(self, node: cst.ClassDef) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for each in node.bases:
            base = each.value.value if isinstance(each.value, cst.Subscript) else each.value
            found |= self.names.canonicals(self.names.qualified(base)) or {"<unknown>"}
        return found

    def _is_stranger(self, name: str) -> bool:
        """Whether a class certainly has nothing to do with the family: no base of it is unknown, none is in it."""
        if name.startswith("builtins.") and name not in self.family:
            return True
        node = self._classes.get(name)
        return (
            node is not None and name not in self.family and all(self._is_stranger(base) for base in self._bases(node))
        )

    def _is_self(self, owner: cst.ClassDef) -> bool | None:
        names = self.names.qualified(owner)
        if names <= self.family:
            return True
        return False if any(self._defines(name) for name in names) else None

    def _defines(self, name: str) -> bool:
        """Whether a class of this file that is not of the family, or a base of it, has the attribute itself."""
        node = self._classes.get(name)
        if node is None or name in self.family:
            return False
        body = (scope for scope in self.scopes.every if isinstance(scope, ClassScope) and scope.node is node)
        if any(scope.assignments[self.attribute] for scope in body):
            return True
        return any(self._defines(base) for base in sorted(self._bases(node)))

    def _is_super(self, node: cst.Call) -> bool | None:
        function = next((each for each in self.scopes.ancestors(node) if isinstance(each, cst.FunctionDef)), None)
        owner = self._class_around(function) if function else None
        if owner is None or node.args:
            return None
        bases = self._bases(owner)
        if bases & self.family:
            return True
        return False if all(self._is_stranger(base) for base in bases) else None

    def _class_around(self, function: cst.FunctionDef) -> cst.ClassDef | None:
        scope = self.scopes.scope(function)
        if isinstance(scope, FunctionScope) or not isinstance(scope, ClassScope):
            return None
        return scope.node if isinstance(scope.node, cst.ClassDef) else None

    def _is_static(self, function: cst.FunctionDef) -> bool:
        return any("builtins.staticmethod" in self.names.qualified(each.decorator) for each in function.decorators)


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def classes_of(names: Iterable[str]) -> Iterator[str]:
    """Name the classes whose attributes are given."""
    return (name.rpartition(".")[0] for name in names)
