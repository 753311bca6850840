"""Whether a script can carry anything from one file to the next when both go through one process.

Each file gets a fresh namespace, so a script's own globals, classes and caches are gone with it. What stays is LibCST,
Python's library and ours. A script of which the static check says nothing dangerous has few ways to change those, and
here each of them is looked for. Whoever is in doubt says that there is one: then every file gets a process of its own,
which costs time and nothing else.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.script import find_problems
from autotransform.script.model import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.script import Script
    from autotransform.script.model import Problem

#: Modules that the check refuses to models and that carry nothing: what is used of the stock commands of LibCST.
_HARMLESS = {"argparse": frozenset({"Action", "ArgumentParser", "ArgumentTypeError", "Namespace", "SUPPRESS"})}
_COMMANDS = "libcst.codemod.commands"

#: Problems of these kinds do not make a script dangerous: it may be wrong, or no good.
_DANGEROUS = ("forbidden-", "too-")

#: What changes something that outlasts the file, or tells what happened before: registers of classes and functions,
#: counts of caches, lists of Python's own.
_LASTING = frozenset(
    {
        *("addClassCleanup", "addModuleCleanup", "cache_clear", "cache_info", "cache_parameters", "clear_overloads"),
        *("CodemodTest", "dataclass_transform", "final", "get_overloads", "KNOWN_PYTHON_VERSION_STRINGS", "kwlist"),
        *("no_type_check", "no_type_check_decorator", "overload", "override", "register", "runtime"),
        *("runtime_checkable", "softkwlist"),
    }
)

#: What marks the function or class that it is given: harmless where that is the script's own.
_MARKING = frozenset({"abstractmethod", "call_if_inside", "call_if_not_inside", "dataclass", "leave", "visit"})

#: What makes an object anew, be it one that everybody shares.
_REMAKING = frozenset({"__init__", "__post_init__"})

#: Decorators that hand a method on to nobody who would call it with something else for `self`.
_PLAIN = frozenset({*_MARKING, "cache", "cached_property", "lru_cache", "property"})


def find_state(script: Script, *, problems: tuple[Problem, ...] | None = None) -> str:
    """Say why what a script does to one file may be seen in the next; empty when it cannot.

    Args:
        script: Which; it is not executed.
        problems: What the static check finds in it.
    """
    if script.digest in stock_digests():
        return ""
    found = find_problems(script) if problems is None else problems
    try:
        tree = ast.parse(script.source)
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
        excused = {each.lineno for each in imports} - {each.lineno for each in imports if not _is_harmless(each)}
        for problem in found:
            if problem.code.startswith(_DANGEROUS) and not _is_excused(problem, lines=excused):
                return f"the static check does not let it pass: {problem}"
        search = _Search(tree)
        search.visit(tree)
    except RecursionError:
        return "it nests too deeply to be looked at"
    return next(iter(search.found), "")


@functools.cache
def stock_digests() -> frozenset[str]:
    """Give the digests of LibCST's own commands, as they are installed: they are loaded everywhere with the rest of it.

    Reads files, so the first call must come before there are fences.
    """
    spec = importlib.util.find_spec(_COMMANDS)
    folders = (spec.submodule_search_locations or []) if spec else []
    files = [file for folder in folders for file in sorted(Path(folder).glob("*.py"))]
    return frozenset(digest_of(file.read_text(encoding="utf-8")) for file in files)


def _is_excused(problem: Problem, *, lines: Iterable[int]) -> bool:
    return problem.code == "forbidden-import" and problem.line in lines


def _is_harmless(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.Import):
        return all(alias.name in _HARMLESS for alias in node.names)
    module = "." * node.level + (node.module or "")
    if module.startswith(f"{_COMMANDS}."):
        return all(alias.name[:1].isupper() for alias in node.names)
    return all(alias.name in _HARMLESS.get(module, ()) for alias in node.names)


class _Search(ast.NodeVisitor):
    """One walk over a script; ``found`` says, for each place, what it could leave behind there."""

    def __init__(self, tree: ast.Module) -> None:
        self.found: list[str] = []
        #: Of modules: local name -> module.
        self._modules = {local: name for node in ast.walk(tree) for local, name in _modules_of(node)}
        #: Local names of what marks its argument.
        self._marks = {local for node in ast.walk(tree) for local, name in _names_of(node) if name in _MARKING}
        self._writers = _writers_of(tree)
        #: The innermost function last, and whether it is a method that only objects of its class are handed.
        self._functions: list[tuple[ast.AST, bool]] = []
        self._is_in_class = False

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_decorators(node.decorator_list)
        for each in (*node.bases, *node.keywords):
            self.visit(each)
        outer, self._is_in_class = self._is_in_class, True
        for each in node.body:
            self.visit(each)
        self._is_in_class = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._visit_decorators(node.decorator_list)
        if node.name in self._writers and not all(_is_plain(each) for each in node.decorator_list):
            self._note(node, "a decorator could call a method that writes to self with something else")
        is_method = self._is_in_class and all(_is_plain(each) for each in node.decorator_list)
        self._visit_body(node, is_method=is_method, inside=(node.args, *node.body))

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_body(node, is_method=False, inside=(node.args, node.body))

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self._modules or node.id in self._marks:
            self._note(node, f"{node.id} under another name, or handed on")
        elif node.id in _LASTING or (node.id in self._writers and self._is_in_class):
            self._note(node, f"{node.id} may outlast the file")
        elif node.id == "self" and not isinstance(node.ctx, ast.Load):
            self._note(node, "self may be something else than an object of the script")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        base = node.value
        is_self = isinstance(base, ast.Name) and base.id == "self" and self._is_self_own()
        is_own = is_self or self._is_plain_super(base)
        if not isinstance(node.ctx, ast.Load) and not is_self:
            self._note(node, f"{ast.unparse(node)} is written to")
        elif node.attr in _LASTING or (not is_own and self._is_inner(node.attr)):
            self._note(node, f"{ast.unparse(node)} may outlast the file")
        module = self._modules.get(base.id) if isinstance(base, ast.Name) else None
        if module is None:
            self.visit(base)
        elif node.attr in _MARKING or node.attr not in _HARMLESS.get(module, {node.attr}):
            self._note(node, f"{ast.unparse(node)} could mark something that is not the script's")

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in {"getattr", "hasattr"}:
            for each in node.args[1:]:
                self._require_plain(each, name=each.value if isinstance(each, ast.Constant) else None)
        self.generic_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for name in node.kwd_attrs:
            self._require_plain(node, name=name)
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg in _LASTING:
            self._note(node.value, f"{node.arg} may outlast the file")
        self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name in _LASTING:
                self._note(node, f"{alias.name} may outlast the file")
        self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> None:
        if "self" in {getattr(node, field, None) for field in ("name", "rest", "asname")}:
            self._note(node, "self may be something else than an object of the script")
        super().generic_visit(node)

    def _visit_decorators(self, decorators: list[ast.expr]) -> None:
        """Visit what decorators are called with, and let those that mark mark what stands below them."""
        for each in decorators:
            function = each.func if isinstance(each, ast.Call) else each
            if isinstance(each, ast.Call):
                for argument in (*each.args, *each.keywords):
                    self.visit(argument)
            if _name(function) not in _PLAIN or (isinstance(function, ast.Attribute) and self._is_odd(function)):
                self.visit(function)

    def _is_odd(self, function: ast.Attribute) -> bool:
        return not (isinstance(function.value, ast.Name) and function.value.id in self._modules)

    def _visit_body(self, node: ast.AST, *, is_method: bool, inside: Iterable[ast.AST]) -> None:
        self._functions.append((node, is_method))
        outer, self._is_in_class = self._is_in_class, False
        for each in inside:
            self.visit(each)
        if isinstance(node, ast.FunctionDef) and node.returns is not None:
            self.visit(node.returns)
        self._is_in_class = outer
        self._functions.pop()

    def _is_plain_super(self, node: ast.expr) -> bool:
        """Whether it is ``super()``, in a method of an object."""
        if not (isinstance(node, ast.Call) and _name(node.func) == "super" and not node.args and self._functions):
            return False
        function, is_method = self._functions[-1]
        return is_method and _arguments(function)[:1] == ["self"]

    def _is_self_own(self) -> bool:
        """Whether ``self`` is an object of the script's own class, whoever called the function."""
        for function, is_method in reversed(self._functions):
            if "self" in _arguments(function):
                return is_method and _arguments(function)[0] == "self"
        return False

    def _is_inner(self, name: str) -> bool:
        """Whether an attribute leads inside of something, or is a method that writes to whatever it is handed."""
        return name in self._writers or name in _REMAKING or (name.startswith("_") and not name.endswith("__"))

    def _require_plain(self, node: ast.AST, *, name: object) -> None:
        if isinstance(name, str) and (name in _LASTING or self._is_inner(name)):
            self._note(node, f"{name} may outlast the file")

    def _note(self, node: ast.AST, what: str) -> None:
        self.found.append(f"line {getattr(node, 'lineno', 0)}: {what}")


def _writers_of(tree: ast.Module) -> frozenset[str]:
    """Name the functions that write to attributes of ``self``, or call one that does."""
    reached: dict[str, set[str]] = {}
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            inside = [*ast.walk(node)]
            found |= {node.name} if any(map(_writes_to_self, inside)) else set()
            reached.setdefault(node.name, set()).update(each.attr for each in inside if isinstance(each, ast.Attribute))
    while more := {name for name, names in reached.items() if name not in found and names & found}:
        found |= more
    return frozenset(found)


def _writes_to_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load) and _name(node.value) == "self"


def _modules_of(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            if alias.name[:1].islower() and alias.name in {
                "codemod",
                "helpers",
                "matchers",
                "metadata",
                "visitors",
                "abc",
            }:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _names_of(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, alias.name


def _arguments(function: ast.AST) -> list[str]:
    if not isinstance(function, ast.FunctionDef | ast.Lambda):
        return []
    given = function.args
    optional = [each for each in (given.vararg, given.kwarg) if each is not None]
    return [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs, *optional)]


def _is_plain(decorator: ast.expr) -> bool:
    return _name(decorator.func if isinstance(decorator, ast.Call) else decorator) in _PLAIN


def _name(node: ast.expr) -> str:
    """Give the last name of a dotted one."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
