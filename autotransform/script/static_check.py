"""The static check: an allow-list over the script's syntax tree. It executes nothing of the script.

It keeps accidents and honest mistakes out and names each with its line. It is a gate, not a wall: somebody who
means harm is stopped by the isolation of the worker, not here.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import re
import types
from typing import TYPE_CHECKING

from autotransform.errors import ScriptError
from autotransform.script.checks import find_faults
from autotransform.script.checks.api import nearest
from autotransform.script.checks.reading import read_imports
from autotransform.script.model import Problem
from autotransform.script.policy import (
    BUILTINS,
    DENIED_ATTRIBUTES,
    DENIED_NAMES,
    DENIED_STRINGS,
    DUNDERS,
    GROUNDED,
    MODULES,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autotransform.script.model import Script

#: Builtins that are safe only when they are called, with a literal name.
_LOOKUPS = frozenset({"getattr", "hasattr"})
#: Literals at the top of a script that hold names and texts.
_DATA = frozenset({"CASES", "MENTIONS", "TARGETS"})
_MAX_LENGTH = 200_000


def find_problems(script: Script) -> tuple[Problem, ...]:
    """Find everything a script names that it may not, sorted by line; empty when it may run."""
    if len(script.source) > _MAX_LENGTH:
        message = f"the script is longer than {_MAX_LENGTH:,} characters"
        return (Problem(line=0, code="too-long", message=message),)
    check = _Check()
    tree = ast.parse(script.source)
    try:
        check.visit(tree)
        problems = [*check.problems, *find_faults(script, tree=tree)]
    except RecursionError:
        return (Problem(line=0, code="too-deep", message="the script nests too deeply to be checked"),)
    found = {(problem.line, problem.code, problem.message): problem for problem in problems}
    return tuple(found[key] for key in sorted(found))


def require_safe(script: Script) -> tuple[Problem, ...]:
    """Refuse a model-written script with problems; give a person's back as warnings.

    Raises:
        ScriptError: A model wrote the script, and the static check finds something.
    """
    problems = find_problems(script)
    require_no_problems(script, problems)
    return problems


def require_no_problems(script: Script, problems: tuple[Problem, ...]) -> None:
    """Refuse a model-written script in which the static check found problems, wherever it ran.

    Raises:
        ScriptError: A model wrote the script, and there are some.
    """
    if problems and script.is_model_written:
        raise ScriptError(
            f"The static check refuses {script.name!r}, which a model wrote.",
            details=tuple(str(problem) for problem in problems),
            hint=f"Read it and mend it with `autotransform edit {script.name}`.",
        )


def _public_names(module: str) -> frozenset[str]:
    allowed = MODULES[module]
    if allowed is not None:
        return allowed
    loaded = importlib.import_module(module)
    public = getattr(loaded, "__all__", None) or [name for name in dir(loaded) if not name.startswith("_")]
    children = {name.rpartition(".")[2] for name in MODULES if name.rpartition(".")[0] == module}
    values = {name for name in public if not isinstance(getattr(loaded, name, None), types.ModuleType)}
    return frozenset((values | children) - DENIED_NAMES)


class _Check(ast.NodeVisitor):
    """One walk over the tree; what it finds is in ``problems``."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        #: Local name of each imported module: ``cst`` -> ``libcst``.
        self.modules: dict[str, str] = {}
        #: Local name -> what it stands for, where it is bound to nothing else.
        self.certain: dict[str, str] = {}
        self.bound: set[str] = set()

    def visit_Module(self, node: ast.Module) -> None:
        self.certain = read_imports(node)
        for each in ast.walk(node):
            self.bound |= set(_names_bound_by(each))
            if isinstance(each, ast.Import | ast.ImportFrom):
                self._note_modules(each)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name not in MODULES:
                self._refuse_import(node, alias.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = "." * node.level + (node.module or "")
        if module not in MODULES:
            self._refuse_import(node, module)
            return
        for alias in node.names:
            if alias.name == "*":
                self._add(node, "forbidden-import", f"`from {module} import *`: import the names one by one")
            else:
                self._require_name(node, module=module, name=alias.name)

    def visit_Name(self, node: ast.Name) -> None:
        name = node.id
        if name in _LOOKUPS:  # a call of it does not come here
            self._add(node, "forbidden-name", f"{name} under another name, or handed on; call it with a literal")
        elif _is_dunder(name) and name not in DUNDERS | BUILTINS:
            self._add(node, "forbidden-name", f"the name {name} is not for transforms")
        elif name not in self.bound | BUILTINS | DUNDERS and not _is_exception(name):
            known = hasattr(builtins, name)
            message = f"the builtin {name} is not for transforms" if known else f"the name {name} is never bound"
            self._add(node, "forbidden-name" if known else "undefined-name", message)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        module = self._module_of(node.value)
        if module and isinstance(node.ctx, ast.Load):
            self._require_name(node, module=module, name=node.attr, is_certain=self._is_certain(node))
        elif module or (not isinstance(node.ctx, ast.Load) and self._is_certain(node)):
            self._add(
                node, "forbidden-store", f"a transform may not write to {ast.unparse(node)}, which is not its own"
            )
        elif (_is_dunder(node.attr) and node.attr not in DUNDERS) or node.attr in DENIED_ATTRIBUTES:
            self._add(node, "forbidden-attribute", f"the attribute {node.attr} is not for transforms")
        elif node.attr == "format" and not _fills_in_alone(node.value):
            self._add(node, "forbidden-attribute", "str.format of no literal, or with lookups; use an f-string")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in _LOOKUPS and not _has_plain_name(node):
            self._add(node, "forbidden-name", f"{node.func.id} with a name that is not a plain literal")
        if isinstance(node.func, ast.Name) and node.func.id == "type" and (len(node.args) != 1 or node.keywords):
            self._add(node, "forbidden-name", "type() may only tell the type of a value")
        if isinstance(node.func, ast.Name) and node.func.id in _LOOKUPS:
            for argument in node.args:
                self.visit(argument)
            return
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id in DENIED_ATTRIBUTES:  # a field of a matcher
            self._add(node, "forbidden-attribute", f"a field reads the attribute {node.target.id}")
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg in DENIED_ATTRIBUTES:  # the fields of a matcher are the attributes that it reads
            self._add(node.value, "forbidden-attribute", f"a keyword reads the attribute {node.arg}")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            for part in DENIED_STRINGS:
                if part in node.value:
                    self._add(node, "forbidden-string", f"a string names {part}, an internal of the interpreter")

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # docstrings may speak of anything
            self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        is_data = node.col_offset == 0 and names <= _DATA and len(names) == len(node.targets)
        if not (is_data and _is_literal(node.value)):  # CASES are code to transform, never to run
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if _is_dunder(node.name) and node.name not in DUNDERS:
            self._add(node, "forbidden-name", f"a transform may not define {node.name}")
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        if node.keywords:
            self._add(node, "forbidden-class", "a class of a transform takes no keyword (metaclass)")
        self.generic_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            if name.startswith("_") or name in DENIED_ATTRIBUTES:
                self._add(node, "forbidden-attribute", f"a pattern reads the attribute {name}")
        self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
            self._add(node, "forbidden-async", "a transform has nothing to wait for: no async, no await")
        if isinstance(node, ast.Global):
            self._add(node, "forbidden-global", "a transform keeps no state across files: no global")
        super().generic_visit(node)

    def _note_modules(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.Import):
                local = alias.asname or alias.name.partition(".")[0]
                self.modules[local] = alias.name if alias.asname else local
            elif f"{node.module}.{alias.name}" in MODULES:
                self.modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def _module_of(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Name):
            return self.modules.get(node.id)
        if isinstance(node, ast.Attribute) and (module := self._module_of(node.value)):
            dotted = f"{module}.{node.attr}"
            return dotted if any(name == dotted or name.startswith(f"{dotted}.") for name in MODULES) else None
        return None

    def _is_certain(self, node: ast.expr) -> bool:
        """Whether the first name of a dotted one is an import and nothing else besides."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.certain

    def _require_name(self, node: ast.AST, *, module: str, name: str, is_certain: bool = True) -> None:
        if module not in MODULES:
            return  # a parent of allowed modules (`autotransform`), or an import that is refused already
        names = _public_names(module)
        if name in names:
            return
        if module in GROUNDED and name not in DENIED_NAMES and not _is_module(module, name=name):
            if is_certain:
                self._add(node, "unknown-api", f"{module} has no {name}{nearest(name, names=names)}")
        else:
            self._add(node, "forbidden-import", f"{module}.{name} is not for transforms")

    def _refuse_import(self, node: ast.AST, module: str) -> None:
        allowed = "LibCST, autotransform.codemod and pure standard modules such as re"
        self._add(node, "forbidden-import", f"a transform may not import {module}, only {allowed}")

    def _add(self, node: ast.AST, code: str, message: str) -> None:
        self.problems.append(Problem(line=getattr(node, "lineno", 0), code=code, message=message))


def _names_bound_by(node: ast.AST) -> Iterator[str]:
    readers: dict[type, Callable[[ast.AST], object]] = {
        ast.FunctionDef: lambda each: getattr(each, "name", None),
        ast.AsyncFunctionDef: lambda each: getattr(each, "name", None),
        ast.ClassDef: lambda each: getattr(each, "name", None),
        ast.ExceptHandler: lambda each: getattr(each, "name", None),
        ast.MatchAs: lambda each: getattr(each, "name", None),
        ast.MatchStar: lambda each: getattr(each, "name", None),
        ast.MatchMapping: lambda each: getattr(each, "rest", None),
        ast.arg: lambda each: getattr(each, "arg", None),
        ast.alias: lambda each: getattr(each, "asname", None) or str(getattr(each, "name", "")).partition(".")[0],
    }
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif (reader := readers.get(type(node))) and isinstance(name := reader(node), str):
        yield name


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__") and len(name) > len("____")


def _is_exception(name: str) -> bool:
    value = getattr(builtins, name, None)
    return isinstance(value, type) and issubclass(value, BaseException)


def _is_module(module: str, *, name: str) -> bool:
    return isinstance(getattr(importlib.import_module(module), name, None), types.ModuleType)


def _fills_in_alone(node: ast.expr) -> bool:
    """Whether it is a literal whose replacement fields look nothing up in what is filled in."""
    text = node.value if isinstance(node, ast.Constant) else None
    return isinstance(text, str) and not re.search(r"\{[^{}]*[.\[]", re.sub(r"\{\{|:[^{}]*", "", text))


def _has_plain_name(node: ast.Call) -> bool:
    name = node.args[1].value if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) else None
    return isinstance(name, str) and not name.startswith("__") and name not in DENIED_ATTRIBUTES | {"format"}
