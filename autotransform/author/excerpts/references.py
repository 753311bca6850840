"""Every place of one file that has to do with the names looked for, and what kind of place it is."""

from __future__ import annotations

import ast
import bisect
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.author.excerpts.bindings import LOCAL, UNKNOWN, FileNames, Scope
from autotransform.author.excerpts.shapes import head_of, part_that_matters, signature_of

if TYPE_CHECKING:
    from autotransform.author.excerpts.values import Kind
    from autotransform.author.excerpts.words import Wanted
    from autotransform.engine import FileContext

_SCOPED = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.Lambda,
    ast.ClassDef,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
#: A statement of more lines is shown in part.
_MOST_LINES = 8
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place."""

    kind: Kind
    signature: str
    #: First and last line of the statement, or of its head.
    lines: tuple[int, int]
    #: What its tree is of; none for what is no syntax of the thing.
    part: ast.AST | None = None
    #: The target of a use that may be a member of anything: what it is read from cannot be told.
    doubtful: str = ""


def find_places(tree: ast.Module, *, context: FileContext, wanted: Wanted, hits: list[int]) -> list[Place]:
    """Find the places of a file.

    Args:
        tree: The file.
        context: Its module.
        wanted: What is looked for.
        hits: The lines that hold one of the words, or another name for one; nothing else is looked at. In order.

    Raises:
        RecursionError: It is nested too deeply.
    """
    walker = _Walker(FileNames(tree, context), wanted=wanted, hits=hits)
    walker.block = list(tree.body)
    for node in tree.body:
        walker.visit(node)
    return walker.places


class _Walker:
    def __init__(self, names: FileNames, *, wanted: Wanted, hits: list[int]) -> None:
        self.places: list[Place] = []
        self.block: list[ast.stmt] = []
        self._names, self._wanted, self._hits = names, wanted, hits
        self._words = wanted.lasts | {part for target in wanted.targets for part in target.split(".")}
        self._scopes: list[Scope] = []
        self._above: list[ast.AST] = []

    def visit(self, node: ast.AST) -> None:
        if not self._is_hit(node):
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._visit_import(node)
        elif isinstance(node, ast.Attribute | ast.Name):
            self._visit_chain(node)
        elif isinstance(node, ast.Constant):
            self._visit_constant(node)
        else:
            self._visit_name_of(node)
            self._visit_inside(node)

    def _is_hit(self, node: ast.AST) -> bool:
        start = getattr(node, "lineno", None)
        if start is None:
            return True
        start = min([start, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        index = bisect.bisect_left(self._hits, start)
        return index < len(self._hits) and self._hits[index] <= (getattr(node, "end_lineno", None) or start)

    def _visit_inside(self, node: ast.AST) -> None:
        scope = self._names.scope(node) if isinstance(node, _SCOPED) else None
        self._above.append(node)
        if scope and not isinstance(node, ast.Lambda):
            # Decorators, defaults, annotations and bases stand outside of what they belong to.
            inner = node.body if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) else [*ast.iter_child_nodes(node)]
            for child in ast.iter_child_nodes(node):
                if not any(child is each for each in inner):
                    self.visit(child)
            self._scopes.append(scope)
            for child in inner:
                self.visit(child)
            self._scopes.pop()
        else:
            self._scopes += [scope] if scope else []
            for child in ast.iter_child_nodes(node):
                self.visit(child)
            if scope:
                self._scopes.pop()
        self._above.pop()

    def _visit_import(self, node: ast.Import | ast.ImportFrom) -> None:
        source = self._names.source(node) if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            name = f"{source}.{alias.name}" if source else alias.name
            how = self._how(node, alias=alias)
            if self._wanted.match(name) or self._wanted.is_module_of(name):
                spelled = name if self._wanted.match(name) else f"{name} (its module)"
                self._add("import", f"{how}: {spelled}", node, part=_with_only(node, alias))
            elif alias.name == "*" and self._wanted.is_module_of(source):
                self._add("import", f"{how}: {source}", node, part=node)
            elif source and self._wanted.is_module_of(source):
                self._add("near-miss", f"another name of {source} is imported", node)
            elif {alias.name.rpartition(".")[2], alias.asname} & self._words:
                self._add("near-miss", f"import of another {alias.asname or alias.name}", node)

    def _how(self, node: ast.Import | ast.ImportFrom, *, alias: ast.alias) -> str:
        words = ["import" if isinstance(node, ast.Import) else "from import"]
        words += ["relative"] if isinstance(node, ast.ImportFrom) and node.level else []
        words += ["with others"] if len(node.names) > 1 else []
        words += ["as"] if alias.asname else []
        words += ["star"] if alias.name == "*" else []
        names = {type(each).__name__ for each in self._above}
        words += sorted(names & {"FunctionDef", "AsyncFunctionDef", "ClassDef", "If", "Try"})
        return " ".join(words)

    def _visit_chain(self, node: ast.Attribute | ast.Name) -> None:
        """Look at a name, or at a chain of attributes from its longest part to its shortest."""
        links = _links(node)
        base = links[-1]
        is_named = isinstance(base, ast.Name)
        root = self._names.resolve(base.id, self._scopes) if isinstance(base, ast.Name) else UNKNOWN
        # Of a local variable only its own name is known.
        start = UNKNOWN if root.startswith(LOCAL) and len(links) > 1 else root
        rest = [link.attr for link in reversed(links) if isinstance(link, ast.Attribute)]
        for number, link in enumerate(links):
            name = ".".join([start, *rest[: len(rest) - number]])
            target = self._wanted.match(name) if is_named or isinstance(link, ast.Attribute) else ""
            if target and not name.startswith(LOCAL):
                # The innermost last, so the longest parts of the chain come first.
                self._add_use(link, above=[*self._above, *links[:number]], target=target, name=name)
                break
        else:
            self._miss(links, root=root, name=".".join([start, *rest]))
        if not is_named:
            self._above += links[:-1]
            self.visit(base)
            del self._above[len(self._above) - len(links) + 1 :]

    def _add_use(self, link: ast.expr, *, above: list[ast.AST], target: str, name: str) -> None:
        spelled = ast.unparse(link) if isinstance(link, ast.Name) or _is_dotted(link) else f"_.{_last(link)}"
        # What a file calls it is of no interest; that it goes by another name there is.
        shown = spelled if spelled in (target, name) or target.endswith(f".{spelled}") else ""
        shown = shown or (f"alias.{_last(link)}" if isinstance(link, ast.Attribute) else "alias")
        shown = shown if not name.startswith(UNKNOWN) else f"_.{_last(link)}"
        part = part_that_matters(link, above)
        place = _place([*above], part)
        context = "=" if isinstance(getattr(link, "ctx", None), ast.Store) else ""
        signature = signature_of(part, reference=link, spelled=shown + context, place=place)
        if context and isinstance(above[-1], ast.Assign | ast.AnnAssign) and not self._is_in_function():
            self._add("definition", f"variable {name}", above[-1], part=above[-1])
            return
        lines = _narrowed(head_of(self._statement()), link)
        doubtful = target if name.startswith(UNKNOWN) else ""
        self.places.append(Place(kind="use", signature=signature, lines=lines, part=part, doubtful=doubtful))

    def _is_in_function(self) -> bool:
        return any(isinstance(each, (*_FUNCTIONS, ast.Lambda)) for each in self._above)

    def _miss(self, links: list[ast.expr], *, root: str, name: str) -> None:
        words = {_last(link) for link in links} & self._words
        if not words:
            return
        base = links[-1]
        if isinstance(base, ast.Name) and base.id in words:
            if root.startswith(LOCAL):
                self._add("near-miss", f"a local variable called {base.id}", self._statement())
            elif self._wanted.is_module_of(root):
                self._add("near-miss", f"another name of the same: {name}", self._statement())
            else:
                self._add("near-miss", f"another thing called {base.id}: {root}", self._statement())
            return
        if self._wanted.is_module_of(root):
            self._add("near-miss", f"another name of the same: {name}", self._statement())
            return
        if words & self._wanted.lasts:
            self._add("near-miss", f"an attribute of something else: {min(words)}", self._statement())

    def _visit_constant(self, node: ast.Constant) -> None:
        if not isinstance(node.value, str):
            return
        found = sorted(word for word in self._words if word in node.value)
        if not found:
            return
        above = self._above[-1] if self._above else None
        if isinstance(above, ast.Expr):
            what = "a docstring"
        elif node.value in self._wanted.targets or node.value in self._words:
            what = "a string that is the name"
        elif self._wanted.match(node.value):
            what = "a string with the dotted name"
        else:
            what = "a string that holds the word"
        word = next((each for each in found if each in self._wanted.lasts), found[0])
        line = next((line for line in self._hits if node.lineno <= line <= (node.end_lineno or 0)), node.lineno)
        lines = (line, line) if isinstance(above, ast.Expr) else _narrowed(head_of(self._statement()), node)
        self.places.append(Place(kind="near-miss", signature=f"{what}: {word}", lines=lines))

    def _visit_name_of(self, node: ast.AST) -> None:
        """Look at the names that stand in a node as plain text: of definitions, parameters, keyword arguments."""
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)) and node.name in self._words:
            self._visit_definition(node)
        elif isinstance(node, ast.arg) and node.arg in self._words:
            kind: Kind = "use" if self._is_parameter(node.arg) else "near-miss"
            self._add(kind, f"a parameter called {node.arg}", self._statement())
        elif isinstance(node, ast.keyword) and node.arg in self._words:
            if self._is_parameter(node.arg):
                call = self._above[-1] if self._above else node
                self._add("use", f"keyword argument {node.arg} of {_called(call)}", self._statement(), part=call)
            else:
                self._add("near-miss", f"a keyword argument called {node.arg}", self._statement())

    def _is_parameter(self, name: str | None) -> bool:
        return self._wanted.is_about_parameters and name in self._wanted.targets

    def _visit_definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        owners = [each.name for each in self._above if isinstance(each, (*_FUNCTIONS, ast.ClassDef))]
        outer = self._names.resolve(owners[0], []) if owners else self._names.resolve(node.name, [])
        name = ".".join([outer, *owners[1:], node.name]) if owners else outer
        if self._wanted.match(name) and not self._is_in_function():
            what = "class" if isinstance(node, ast.ClassDef) else "method" if owners else "function"
            self._add("definition", f"{what} {name}", node, part=node)
        elif node.name in self._wanted.lasts:
            what = "a method" if owners else "another definition"
            self._add("near-miss", f"{what} called {node.name}", node)

    def _statement(self) -> ast.AST:
        """Give the innermost statement, or branch of one, around the place."""
        kinds = (ast.stmt, ast.ExceptHandler)
        return next((each for each in reversed(self._above) if isinstance(each, kinds)), self.block[0])

    def _add(self, kind: Kind, signature: str, statement: ast.AST, *, part: ast.AST | None = None) -> None:
        self.places.append(Place(kind=kind, signature=signature, lines=head_of(statement), part=part))


def _with_only(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> ast.stmt:
    part = copy.copy(node)
    part.names = [alias]
    return part


def _narrowed(lines: tuple[int, int], node: ast.expr) -> tuple[int, int]:
    """Leave of a long statement what stands around a node."""
    start, end = lines
    if end - start < _MOST_LINES:
        return lines
    first = max(start, node.lineno - 1)
    return first, min(end, first + _MOST_LINES // 2)


def _links(node: ast.expr) -> list[ast.expr]:
    """Give a chain of attributes, each shorter by one, down to what it starts from."""
    links = [node]
    while isinstance(node := links[-1], ast.Attribute):
        links.append(node.value)
    return links


def _last(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_dotted(node: ast.expr) -> bool:
    return isinstance(_links(node)[-1], ast.Name)


def _called(call: ast.AST) -> str:
    return _last(call.func) if isinstance(call, ast.Call) else ""


def _place(above: list[ast.AST], part: ast.expr) -> str:
    """Tell where a part stands: in which field of which statement, or how deep inside."""
    chain: list[ast.AST] = [*above, part]
    index = next((number for number, each in enumerate(chain) if each is part), len(chain) - 1)
    holder = chain[index - 1] if index else None
    if holder is None:
        return "module"
    fields = [name for name, value in ast.iter_fields(holder) if _holds(value, part)]
    inside = "" if isinstance(holder, ast.stmt) else "… "
    return f"{inside}{type(holder).__name__}.{fields[0] if fields else ''}"


def _holds(value: object, part: ast.AST) -> bool:
    return value is part or (isinstance(value, list) and any(each is part for each in value))
