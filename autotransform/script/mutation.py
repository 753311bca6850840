"""Mutants: a script with one condition less. Where every case still passes with one, a case is missing.

Conditions are fixed, operands, elements and patterns dropped, statements left out; never in the script's own data
(CASES, MENTIONS), in docstrings or in annotations. Only the words in question are replaced, so the header stays.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A script with one change."""

    #: 1-based, of the script as it was.
    line: int
    #: What was changed, and how: together a clause, ``line 48`` and ``is removed``. Several were changed at once where
    #: each of them is a text that stands in no case.
    subjects: tuple[str, ...]
    fate: str
    #: What stands at the line.
    code: str
    #: The whole script with the change.
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    # A line, from 1, and a byte, from 0.
    start: tuple[int, int]
    end: tuple[int, int]
    text: str
    line: int
    subjects: tuple[str, ...]
    fate: str


_Literal: TypeAlias = ast.Tuple | ast.List | ast.Set

#: Assignments that say what the script is about, not what it does. What it does with TARGETS is tried all the same.
_DATA = frozenset({"CASES", "MENTIONS", "TARGETS", "DESCRIPTION", "METADATA_DEPENDENCIES", "__all__"})

#: What says nothing that a case could notice, or (in f-strings, before Python 3.12) does not know where it stands.
_LEFT_ALONE = (ast.Import, ast.ImportFrom, ast.Assert, ast.Raise, ast.JoinedStr)
_ANNOTATIONS = frozenset({"annotation", "returns", "type_params"})

#: Methods of a transform whose calls leave nothing that a case could notice.
_UNNOTICED = frozenset({"warn"})

#: Matchers that are something else, or nothing, without their arguments.
_WRAPPERS = ("Match", "Save", "DoesNot", "TypeOf", "AtLeast", "AtMost", "Zero", "DoNotCare")

_OPPOSITES: dict[type[ast.cmpop], tuple[str, type[ast.cmpop]]] = {
    ast.Eq: ("==", ast.NotEq),
    ast.NotEq: ("!=", ast.Eq),
    ast.Lt: ("<", ast.GtE),
    ast.GtE: (">=", ast.Lt),
    ast.Gt: (">", ast.LtE),
    ast.LtE: ("<=", ast.Gt),
    ast.Is: ("is", ast.IsNot),
    ast.IsNot: ("is not", ast.Is),
    ast.In: ("in", ast.NotIn),
    ast.NotIn: ("not in", ast.In),
}

#: So many elements of which no case has heard are dropped one by one; more of them are all dropped at once.
_FEW = 4

_LONGEST = 80


def find_mutants(source: str) -> tuple[Mutant, ...]:
    """Find the mutants of a script, which must parse, in the order of its lines; no two are the same program."""
    tree = ast.parse(source)
    lines = source.encode().split(b"\n")
    context = _Context(tree)
    edits = {(edit.start, edit.end, edit.text): edit for edit in context.edits()}
    return tuple(
        Mutant(
            line=edit.line,
            subjects=edit.subjects,
            fate=edit.fate,
            code=_flat(context.guards.get(edit.line) or lines[edit.line - 1].decode()),
            source=_spliced(lines, edit),
        )
        for edit in sorted(edits.values(), key=lambda edit: (edit.line, edit.start, edit.end))
    )


def _spliced(lines: Sequence[bytes], edit: _Edit) -> str:
    (first, start), (last, end) = edit.start, edit.end
    changed = lines[first - 1][:start] + edit.text.encode() + lines[last - 1][end:]
    return b"\n".join((*lines[: first - 1], changed, *lines[last:])).decode()


def _flat(code: str) -> str:
    flat = " ".join(code.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"


def _words(node: ast.AST) -> str:
    """Quote a piece of code."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return f'"{_flat(node.value)}"'
    return f"`{_flat(ast.unparse(node))}`"


def _replaced(node: Any, new: ast.AST | str, *subjects: str, fate: str, line: int = 0) -> _Edit:
    text = new if isinstance(new, str) else ast.unparse(new)
    is_expression = isinstance(node, ast.expr) and isinstance(new, ast.expr)
    return _Edit(
        start=(node.lineno, node.col_offset),
        end=(node.end_lineno, node.end_col_offset),
        # Whatever stood there may have stood in parentheses of its own, or against a keyword.
        text=f"({text})" if is_expression else text,
        line=line or node.lineno,
        subjects=subjects,
        fate=fate,
    )


def _dropped(part: ast.AST | list[ast.expr], node: Any, new: ast.AST, *, whence: str = "", line: int = 0) -> _Edit:
    """Replace a node by itself without one part, or without several."""
    line = line or node.lineno
    parts = part if isinstance(part, list) else [part]
    return _replaced(node, new, *map(_words, parts), fate=f"is dropped from {whence or f'line {line}'}", line=line)


def _fixed(test: ast.expr, *whens: str, line: int) -> Iterator[_Edit]:
    for when in () if isinstance(test, ast.Constant) else whens:
        value = ast.Constant(value=when == "always")
        yield _replaced(test, value, f"the condition of line {line}", fate=f"{when} holds", line=line)


class _Context:
    """One script, and what must be known of a node besides itself."""

    def __init__(self, tree: ast.Module) -> None:
        self._tree = tree
        self._nodes = list(_walk(tree))
        #: What stands at a line at which a condition alone decides about one statement.
        self.guards: dict[int, str] = {}
        #: Parts of conditions that are fixed both ways: to turn such a part round says nothing more.
        self._fixed: set[ast.expr] = set()
        #: Statements that are not removed.
        self._kept: set[ast.stmt] = set()
        self._matchers = _names_of_matchers(tree)
        self._texts = "\n".join(ast.unparse(node) for node in tree.body if "CASES" in _names_assigned(node))
        for node in self._nodes:
            self._note(node)

    def edits(self) -> Iterator[_Edit]:
        """Give every change there is, in no particular order."""
        yield from self._of_targets()
        for node in self._nodes:
            for kind, find in _FINDERS.items():
                if isinstance(node, kind):
                    yield from find(self, node)

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # What a function ends with is its result; but `return False` keeps a visitor from going further down.
            last = node.body[-1]
            is_closing = node.name.startswith("visit_") and ast.unparse(last) == "return False"
            if isinstance(last, ast.Return) and not is_closing:
                self._kept.add(last)
        tests = [node.test] if isinstance(node, ast.If | ast.IfExp) else getattr(node, "ifs", [])
        for test in [node.guard] if isinstance(node, ast.match_case) and node.guard else tests:
            self._fix(test)
        if isinstance(node, ast.If) and _is_guard(node):
            self._kept.add(node.body[0])
            self.guards[node.lineno] = f"if {ast.unparse(node.test)}: {ast.unparse(node.body[0])}"

    def _fix(self, test: ast.expr) -> None:
        self._fixed.add(test)
        parts = [test.operand] if isinstance(test, ast.UnaryOp) else getattr(test, "values", [])
        for part in parts if isinstance(test, ast.BoolOp | ast.UnaryOp) else []:
            self._fix(part)

    def _of_targets(self) -> Iterator[_Edit]:
        is_used = any(isinstance(node, ast.Name) and node.id == "TARGETS" for node in self._nodes)
        for node in self._tree.body if is_used else []:
            value = getattr(node, "value", None)
            if "TARGETS" in _names_assigned(node) and isinstance(value, _Literal):
                yield from self._drop_elements(value, whence="TARGETS")

    def of_if(self, node: ast.If) -> Iterator[_Edit]:
        is_guard = _is_guard(node)
        yield from _fixed(node.test, *(("always",) if is_guard else ("always", "never")), line=node.lineno)
        if is_guard:
            yield _replaced(node.test, ast.Constant(value=False), f"line {node.lineno}", fate="is removed")

    def of_choice(self, node: ast.IfExp) -> Iterator[_Edit]:
        yield from _fixed(node.test, "always", "never", line=node.test.lineno)

    def of_while(self, node: ast.While) -> Iterator[_Edit]:
        # A loop that never ends would prove nothing.
        yield from _fixed(node.test, "never", line=node.lineno)

    def of_comprehension(self, node: ast.comprehension) -> Iterator[_Edit]:
        for test in node.ifs:
            yield _dropped(test, test, ast.Constant(value=True))
            yield from _fixed(test, "never", line=test.lineno)

    def of_case(self, node: ast.match_case) -> Iterator[_Edit]:
        line, end = node.pattern.lineno, (node.pattern.end_lineno, node.pattern.end_col_offset)
        subject, fate = f"the case of line {line}", "never matches"
        if node.guard is None:
            yield _Edit(start=end, end=end, text=" if False", line=line, subjects=(subject,), fate=fate)
        else:
            yield _dropped(node.guard, node.guard, ast.Constant(value=True))
            yield _replaced(node.guard, ast.Constant(value=False), subject, fate=fate, line=line)

    def of_parts(self, node: ast.BoolOp | ast.MatchOr) -> Iterator[_Edit]:
        parts: list[Any] = [*(node.values if isinstance(node, ast.BoolOp) else node.patterns)]
        for part in parts:
            left = [each for each in parts if each is not part]
            whole = ast.BoolOp(op=node.op, values=left) if isinstance(node, ast.BoolOp) else ast.MatchOr(patterns=left)
            yield _dropped(part, node, whole if len(left) > 1 else left[0], line=part.lineno)

    def of_union(self, node: ast.BinOp) -> Iterator[_Edit]:
        # Of types, matchers or sets.
        if isinstance(node.op, ast.BitOr):
            yield _dropped(node.right, node, node.left, line=node.right.lineno)
            if not (isinstance(node.left, ast.BinOp) and isinstance(node.left.op, ast.BitOr)):
                yield _dropped(node.left, node, node.right)

    def of_not(self, node: ast.UnaryOp) -> Iterator[_Edit]:
        if isinstance(node.op, ast.Not) and node not in self._fixed:
            yield _replaced(node, node.operand, f"the `not` of line {node.lineno}", fate="is dropped")

    def of_comparison(self, node: ast.Compare) -> Iterator[_Edit]:
        if len(node.ops) == 1 and node not in self._fixed:
            sign, opposite = _OPPOSITES[type(node.ops[0])]
            new = ast.Compare(left=node.left, ops=[opposite()], comparators=node.comparators)
            fate = f"becomes `{_OPPOSITES[opposite][0]}`"
            yield _replaced(node, new, f"the `{sign}` of line {node.lineno}", fate=fate)

    def of_call(self, node: ast.Call) -> Iterator[_Edit]:
        function = ast.unparse(node.func)
        if function == "isinstance" and isinstance(node.args[-1], ast.Tuple):
            yield from self._drop_elements(node.args[-1])
        module, _, name = function.rpartition(".")
        if module in self._matchers and name[0].isupper() and not name.startswith(_WRAPPERS):
            parts: list[Any] = [*node.args, *node.keywords]
            for part in parts:
                args = [each for each in node.args if each is not part]
                keywords = [each for each in node.keywords if each is not part]
                yield _dropped(part, node, ast.Call(func=node.func, args=args, keywords=keywords), line=part.lineno)

    def of_literal(self, node: _Literal) -> Iterator[_Edit]:
        if all(isinstance(each, ast.Constant | ast.Starred) for each in node.elts):
            yield from self._drop_elements(node)

    def of_table(self, node: ast.Dict) -> Iterator[_Edit]:
        for keys in self._grouped([key for key in node.keys if isinstance(key, ast.Constant)]):
            pairs = [pair for pair in zip(node.keys, node.values, strict=True) if pair[0] not in keys]
            new = ast.Dict(keys=[pair[0] for pair in pairs], values=[pair[1] for pair in pairs])
            yield _dropped(keys, node, new)

    def of_statement(self, node: ast.Return | ast.Expr) -> Iterator[_Edit]:
        is_call = isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") not in _UNNOTICED
        if node not in self._kept and (is_call or isinstance(node, ast.Return)):
            yield _replaced(node, "pass", f"line {node.lineno}", fate="is removed")

    def _drop_elements(self, node: _Literal, *, whence: str = "") -> Iterator[_Edit]:
        for parts in self._grouped([each for each in node.elts if not isinstance(each, ast.Starred)]):
            left = [each for each in node.elts if each not in parts]
            new = ast.Set(elts=left) if isinstance(node, ast.Set) else type(node)(elts=left, ctx=ast.Load())
            yield _dropped(parts, node, new, whence=whence)

    def _grouped(self, parts: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
        names = {part: str(part.value).rpartition(".")[2] for part in parts if isinstance(part, ast.Constant)}
        group: list[ast.expr] = [part for part in names if names[part] not in self._texts]
        if len(group) <= _FEW:
            group.clear()
        yield from ([part] for part in parts if part not in group)
        yield from [group] if group else []


_FINDERS: dict[Any, Callable[[_Context, Any], Iterator[_Edit]]] = {
    ast.If: _Context.of_if,
    ast.IfExp: _Context.of_choice,
    ast.While: _Context.of_while,
    ast.comprehension: _Context.of_comprehension,
    ast.match_case: _Context.of_case,
    ast.BoolOp | ast.MatchOr: _Context.of_parts,
    ast.BinOp: _Context.of_union,
    ast.UnaryOp: _Context.of_not,
    ast.Compare: _Context.of_comparison,
    ast.Call: _Context.of_call,
    _Literal: _Context.of_literal,
    ast.Dict: _Context.of_table,
    ast.Return | ast.Expr: _Context.of_statement,
}


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Go through what a script does, and through nothing else that it says."""
    is_for_types = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    if is_for_types or isinstance(node, _LEFT_ALONE) or _names_assigned(node) & _DATA:
        return
    yield node
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and field not in _ANNOTATIONS:
                yield from _walk(child)


def _names_assigned(node: ast.AST) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    is_assignment = isinstance(node, ast.Assign | ast.AnnAssign)
    return {target.id for target in targets if isinstance(target, ast.Name)} if is_assignment else set()


def _names_of_matchers(tree: ast.Module) -> set[str]:
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    named = [(f"{getattr(node, 'module', '')}.{alias.name}", alias) for node in imports for alias in node.names]
    return {alias.asname or alias.name for name, alias in named if name.strip(".") == "libcst.matchers"}


def _is_guard(node: ast.If) -> bool:
    """Tell whether nothing but one simple statement depends on the condition."""
    return len(node.body) == 1 and not node.orelse and not hasattr(node.body[0], "body")
