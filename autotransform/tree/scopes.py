"""The scopes of a file: LibCST's own, found by a walk that leaves out whitespace.

A scope, its bindings and its uses are LibCST's objects. What fills them goes where LibCST's visitor goes, in its order,
and does there what that does, oddities included: a name in the type parameters of a function is a use even where it is
bound, an argument of ``typing.cast`` is looked into when it is a string, ``nonlocal`` in a module raises. Where LibCST
runs out of stack on code that is nested deeply, this may still succeed.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar

import libcst as cst
from libcst.helpers import get_full_name_for_node
from libcst.metadata import Access, ClassScope, ComprehensionScope, ExpressionContext, FunctionScope
from libcst.metadata.scope_provider import AnnotationScope, _gen_dotted_names

from autotransform.tree.accesses import infer_accesses
from autotransform.tree.scope_walk import Walk

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from autotransform.tree.scope_walk import Handler

_NEW_TYPES = frozenset({"typing.NewType", "typing.TypeVar"})
_CASTS = frozenset({"typing.cast"})
_LITERALS = frozenset({"typing.Literal", "typing_extensions.Literal"})
_STORE, _LOAD = ExpressionContext.STORE, ExpressionContext.LOAD


class Pass(Walk):
    """One walk over a module. What it has found is complete after `run`."""

    def run(self) -> None:
        """Walk the module, then join uses with bindings.

        Raises:
            Exception: Whatever LibCST's analysis raises on such a file.
        """
        self._visit(self.module)
        infer_accesses(self.deferred, has_dotted=self.has_dotted)

    # Names

    def _name(self, node: cst.Name) -> None:
        if self._context is _STORE:
            self._scope.record_assignment(node.value, node)
        else:
            access = Access(node, self._scope, self._is_annotation, self._is_hint)
            self.deferred.append((access, self._attribute, self._string))

    def _attribute_of(self, node: cst.Attribute) -> None:
        if self._attribute is None:
            self._attribute = node
        self._visit_as(_LOAD, node.value)
        if self._attribute is node:
            self._attribute = None

    def _call(self, node: cst.Call) -> None:
        outer = self._attribute, self._is_hint
        self._attribute, self._is_hint = None, False
        names = self._qualified(node)
        if names & _NEW_TYPES:
            self.closed.add(id(node))
            self._visit(node.func)
            self._is_hint = True
            self._visit_all(node.args[1:])
        elif names & _CASTS:
            self.closed.add(id(node))
            self._visit(node.func)
            self._cast(node.args)
        else:
            self._visit(node.func)
            for each in node.args:
                self._visit(each)
        self._attribute, self._is_hint = outer

    def _cast(self, args: Collection[cst.Arg]) -> None:
        for number, each in enumerate(args):
            self._is_hint = number == 0
            self._visit(each)

    def _arg(self, node: cst.Arg) -> None:
        self._visit(node.value)

    def _subscript(self, node: cst.Subscript) -> None:
        names = self._qualified(node.value) if isinstance(node.value, cst.Name) else frozenset()
        outer = self._is_hint
        self._is_hint = any(name.startswith(("typing.", "typing_extensions.")) for name in names)
        is_literal = bool(names & _LITERALS)
        self._ignored += is_literal
        self._visit_as(_LOAD, node.value)
        for each in node.slice:
            self._visit_as(_LOAD, each)
        self._ignored -= is_literal
        self._is_hint = outer

    # Annotations

    def _annotation(self, node: cst.Annotation) -> None:
        outer, self._is_annotation = self._is_annotation, True
        self._visit(node.annotation)
        self._is_annotation = outer

    def _simple_string(self, node: cst.SimpleString) -> None:
        self._visit_quoted(node)

    def _concatenated_string(self, node: cst.ConcatenatedString) -> None:
        if self._visit_quoted(node):
            self.closed.add(id(node))
        else:
            self._visit_parts(node)

    def _visit_quoted(self, node: cst.SimpleString | cst.ConcatenatedString) -> bool:
        """Visit the tree of a string that is an annotation; tell whether it is one."""
        if self._ignored or not (self._is_hint or self._is_annotation):
            return False
        value = node.evaluated_value
        if not value:
            return False
        is_outermost = self._string is None
        if is_outermost:
            self._string = node
        with contextlib.suppress(cst.ParserSyntaxError):  # Python does not mind either
            self._visit_tree(cst.parse_module(value), of=node)
        if is_outermost:
            self._string = None
        return True

    def _visit_tree(self, tree: cst.Module, *, of: cst.BaseString) -> None:
        self.modules[id(of)] = tree
        known, self._known = self._known, self.quoted
        with self._without_contexts():
            self._visit(tree)
        self._known = known

    # Statements that bind

    def _import(self, node: cst.Import | cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            self._known[id(alias)] = self._scope
            self.closed.add(id(alias))
            asname = alias.asname
            local: cst.Name | cst.Attribute = alias.name if asname is None else cst.ensure_type(asname.name, cst.Name)
            self._note_typing(node, alias=alias, local=local)
            self.has_dotted = self.has_dotted or type(local) is not cst.Name
            for name, _ in _gen_dotted_names(local):
                self._scope.record_import_assignment(name, node, local)

    def _assign(self, node: cst.Assign) -> None:
        for each in node.targets:
            self._visit_as(_STORE, each)
        self._visit(node.value)

    def _bind(self, node: cst.AnnAssign | cst.AugAssign | cst.NamedExpr) -> None:
        self._visit_as(_STORE, node.target)
        if isinstance(node, cst.AnnAssign):
            self._visit(node.annotation)
        if node.value is not None:
            self._visit(node.value)

    def _as_name(self, node: cst.AsName) -> None:
        self._visit_as(_STORE, node.name)

    def _for(self, node: cst.For) -> None:
        self._visit_as(_STORE, node.target)
        self._scope._assignment_count += 1  # noqa: SLF001 - LibCST's own order of bindings
        self._visit_all([node.iter, node.body, node.orelse, node.asynchronous])

    def _global(self, node: cst.Global) -> None:
        for each in node.names:
            self._scope.record_global_overwrite(each.name.value)

    def _nonlocal(self, node: cst.Nonlocal) -> None:
        for each in node.names:
            self._scope.record_nonlocal_overwrite(each.name.value)

    # Definitions

    def _function(self, node: cst.FunctionDef) -> None:
        self._scope.record_assignment(node.name.value, node)
        self._known[id(node.name)] = self._scope
        outer = self._scope
        self._type_parameters(node)
        with self._inside(FunctionScope(self._scope, node, get_full_name_for_node(node.name))):
            self._visit(node.params)
            self._visit(node.body)
        self._visit_all([*node.decorators, node.returns])
        self._scope = outer

    def _type_parameters(self, node: cst.FunctionDef | cst.ClassDef) -> None:
        if node.type_parameters:
            self._scope = AnnotationScope(self._scope, node, None)
            with self._without_contexts():
                self._visit(node.type_parameters)

    def _class(self, node: cst.ClassDef) -> None:
        self._scope.record_assignment(node.name.value, node)
        self._known[id(node.name)] = self._scope
        outer = self._scope
        self._visit_all(node.decorators)
        self._type_parameters(node)
        self._visit_all([*node.bases, *node.keywords])
        with self._inside(ClassScope(self._scope, node, get_full_name_for_node(node.name))):
            self._visit_all(node.body.body)
        self._scope = outer

    def _lambda(self, node: cst.Lambda) -> None:
        with self._inside(FunctionScope(self._scope, node, None)):
            self._visit(node.params)
            self._visit(node.body)

    def _param(self, node: cst.Param) -> None:
        self._scope.record_assignment(node.name.value, node)
        self._known[id(node.name)] = self._scope
        with self._inside(self._scope.parent):
            self._visit_all([node.default, node.annotation])

    def _type_alias(self, node: cst.TypeAlias) -> None:
        self._scope.record_assignment(node.name.value, node)
        with self._inside(AnnotationScope(self._scope, node, None)):
            self._visit_all([node.type_parameters, node.value])

    def _type_parameter(self, node: cst.TypeVar | cst.TypeVarTuple | cst.ParamSpec) -> None:
        self._scope.record_assignment(node.name.value, node)
        if isinstance(node, cst.TypeVar) and node.bound is not None:
            self._visit(node.bound)

    # Comprehensions

    def _comprehension(self, node: cst.BaseSimpleComp | cst.DictComp) -> None:
        first = node.for_in
        self._visit(first.iter)
        self._known[id(first)] = self._scope
        self.closed.add(id(first))
        with self._inside(ComprehensionScope(self._scope, node, None)):
            self._visit_as(_STORE, first.target)
            self._scope._assignment_count += 1  # noqa: SLF001 - LibCST's own order of bindings
            self._visit_all([*first.ifs, first.inner_for_in])
            self._visit_all([node.key, node.value] if isinstance(node, cst.DictComp) else [node.elt])

    def _inner_for(self, node: cst.CompFor) -> None:
        self._visit_as(_STORE, node.target)
        self._visit_all([node.iter, *node.ifs, node.inner_for_in])

    handlers: ClassVar[Mapping[type[cst.CSTNode], Handler]] = {
        cst.Name: _name,
        cst.Attribute: _attribute_of,
        cst.Call: _call,
        cst.Arg: _arg,
        cst.Subscript: _subscript,
        cst.Annotation: _annotation,
        cst.SimpleString: _simple_string,
        cst.ConcatenatedString: _concatenated_string,
        cst.Import: _import,
        cst.ImportFrom: _import,
        cst.Assign: _assign,
        cst.AnnAssign: _bind,
        cst.AugAssign: _bind,
        cst.NamedExpr: _bind,
        cst.AsName: _as_name,
        cst.For: _for,
        cst.Global: _global,
        cst.Nonlocal: _nonlocal,
        cst.FunctionDef: _function,
        cst.ClassDef: _class,
        cst.Lambda: _lambda,
        cst.Param: _param,
        cst.TypeAlias: _type_alias,
        cst.TypeVar: _type_parameter,
        cst.TypeVarTuple: _type_parameter,
        cst.ParamSpec: _type_parameter,
        cst.ListComp: _comprehension,
        cst.SetComp: _comprehension,
        cst.DictComp: _comprehension,
        cst.GeneratorExp: _comprehension,
        cst.CompFor: _inner_for,
    }
