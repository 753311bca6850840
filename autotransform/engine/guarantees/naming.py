"""Invariant 5: no name becomes undefined, no import unused and no name bound over again that was not before.

What pyflakes says of both texts is compared, never taken by itself: whatever it thinks of the code as it was is not the
transform's doing. It does not see that a new import is hidden by a variable; that is looked for here.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pyflakes import messages
from pyflakes.checker import Checker

from autotransform.codemod.mentioned import TYPE_COMMENT
from autotransform.engine.values import Breach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.engine.guarantees.logical_lines import Lines
    from autotransform.engine.guarantees.narrowing import Narrowed
    from autotransform.engine.values import BreachKind

#: (what pyflakes calls it, name)
_Complaint: TypeAlias = tuple[str, str]
_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
#: The functions, classes and comprehensions around a scope, from the outside in; the module's is ``()``.
_Path: TypeAlias = tuple[str, ...]

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

#: What pyflakes complains of, what it is to us, and how to say it of a name.
_KINDS: dict[type[messages.Message], tuple[BreachKind, str]] = {
    messages.UndefinedName: ("undefined", "the name {} is defined nowhere"),
    messages.UndefinedLocal: ("undefined", "the variable {} is used before it is set"),
    messages.UndefinedExport: ("undefined", "__all__ names {}, which is defined nowhere"),
    messages.ImportStarUsage: ("undefined", "the name {} is defined nowhere, unless by a star import"),
    messages.UnusedImport: ("unused", "the import of {} is not used"),
    messages.RedefinedWhileUnused: ("redefined", "{} is bound over again before it is used"),
    messages.ImportShadowedByLoopVar: ("redefined", "a loop variable takes the place of the import {}"),
}
_NAME = re.compile(r"[^\W\d]\w*")

#: What a right transform takes along when it renames an import.
_RENAMED = frozenset({"UnusedImport", "RedefinedWhileUnused", "ImportStarUsage"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text as Python's parser and its tokenizer read it."""

    tree: ast.Module
    lines: Lines

    def names_in_type_comments(self) -> dict[str, int]:
        """Give each name that a type comment uses, and the last line on which one does."""
        types = [
            (found[1], comment.line) for comment in self.lines.comments if (found := TYPE_COMMENT.match(comment.text))
        ]
        return {name: line for text, line in types for name in _NAME.findall(text)}


def find_broken_names(before: Text, after: Text, *, is_package: bool = False) -> Iterator[Breach]:
    """Find the names with which something is wrong that was not wrong before, by line of the text after."""
    if new := _complaints(after):
        old = _complaints(before)
        were, are = Counter(key for key, _ in old), Counter(key for key, _ in new)
        fresh = _without_renamed(are - were, gone=were - are)
        imported = _imported(before.tree) if is_package else {}
        for key, breach in reversed(new):
            if fresh[key] > 0:
                fresh[key] -= 1
                if not (breach.kind == "unused" and key[1] in imported):
                    yield breach
    in_comments = after.names_in_type_comments()
    if in_comments or _imported(after.tree).keys() - _imported(before.tree).keys():
        old_scopes, new_scopes = _Scopes(before.tree), _Scopes(after.tree)
        yield from _find_hidden_imports(old_scopes, new_scopes)
        for name, line in in_comments.items():
            if old_scopes.binds(name) and not new_scopes.binds(name):
                message = f"a type comment names {name}, which is defined nowhere"
                yield Breach(line=line, kind="undefined", message=message)


def may_break_names(narrowed: Narrowed) -> bool:
    """Whether `find_broken_names` may say anything of two texts, by what is left of them."""
    are = _said_of(narrowed.after, names=narrowed.names)
    if are and are - _said_of(narrowed.before, names=narrowed.names):
        return True
    if not _imported(narrowed.after).keys() - _imported(narrowed.before).keys():
        return False
    hidden = _find_hidden_imports(_Scopes(narrowed.before), _Scopes(narrowed.after))
    return next(hidden, None) is not None


def may_break_renamed(tree: ast.Module, *, names: frozenset[str], new: Iterable[str]) -> bool:
    """Whether `find_broken_names` may say anything of a text in which only names are other ones.

    Args:
        tree: What is left of the text after.
        names: Of which anything may be wrong in it.
        new: What no text had before.
    """
    if _said_of(tree, names=names):
        return True
    if not {*new} & _imported(tree).keys():
        return False
    fresh, nothing = _Scopes(tree), _Scopes(ast.Module(body=[], type_ignores=[]))
    fresh.imported = {name: found for name, found in fresh.imported.items() if name in {*new}}
    return next(_find_hidden_imports(nothing, fresh), None) is not None


#: What pyflakes knows in any file; of some versions it is the class's, of others each checker's.
_BUILTINS = frozenset(Checker(ast.Module(body=[], type_ignores=[])).builtIns)


class _Narrow(Checker):
    """Binds of the builtins only some names: to bind all of them takes longer than to look at a small tree."""

    def __init__(self, tree: ast.Module, *, names: frozenset[str]) -> None:
        self._bound = {*_BUILTINS & names}
        super().__init__(tree)

    @property
    def builtIns(self) -> set[str]:  # noqa: N802 - pyflakes calls it so
        """Name the builtins; pyflakes reads this when it begins."""
        return self._bound

    @builtIns.setter
    def builtIns(self, names: set[str]) -> None:  # noqa: N802
        """Let pyflakes set what is known already."""


def _said_of(tree: ast.Module, *, names: frozenset[str]) -> Counter[_Complaint]:
    """Count the complaints that may be about some names."""
    return Counter(
        (type(message).__name__, _local_name(_subject(message)))
        for message in _Narrow(tree, names=names).messages
        if type(message) in _KINDS and not names.isdisjoint(_NAME.findall(_subject(message)))
    )


def _subject(message: messages.Message) -> str:
    """Give what a complaint is about; where a builtin is hidden, pyflakes has no more to say than its name."""
    told: object = message.message_args
    return str(told[0] if isinstance(told, tuple) else told)


def _without_renamed(fresh: Counter[_Complaint], *, gone: Counter[_Complaint]) -> Counter[_Complaint]:
    """Leave out what was wrong under another name: a renamed import that nothing used before is unused still."""
    left = Counter(fresh)
    unpaired = [each for each in sorted(gone.items()) if each[0][0] in _RENAMED]
    for (kind, name), count in sorted(fresh.items()):
        pair = next((each for each in unpaired if each[0][0] == kind and each[1] == count), None)
        if pair is not None:
            unpaired.remove(pair)
            del left[kind, name]
    return left


def _complaints(text: Text) -> list[tuple[_Complaint, Breach]]:
    """Give each complaint and what it is to us, in the order of the lines."""
    found = []
    used = text.names_in_type_comments()
    # Never told that a file is an `__init__.py`: of these pyflakes lets `__all__` name what is not there.
    for message in sorted(Checker(text.tree).messages, key=lambda each: (each.lineno, each.col)):
        if type(message) in _KINDS:
            kind, words = _KINDS[type(message)]
            name = _local_name(_subject(message))
            if (kind == "unused" and name in used) or _is_annotated(message, tree=text.tree):
                continue
            breach = Breach(line=message.lineno, kind=kind, message=words.format(name))
            found.append(((type(message).__name__, name), breach))
    return found


def _is_annotated(message: messages.Message, *, tree: ast.Module) -> bool:
    """Whether what is bound over again was used by an annotation.

    With ``from __future__ import annotations`` pyflakes reads annotations last.
    """
    if not isinstance(message, messages.RedefinedWhileUnused):
        return False
    name, first = message.message_args
    annotations = (getattr(node, field, None) for node in ast.walk(tree) for field in ("annotation", "returns"))
    return any(
        isinstance(node, ast.Name) and node.id == name and first < node.lineno < message.lineno
        for annotation in annotations
        if annotation is not None
        for node in ast.walk(annotation)
    )


def _local_name(imported: str) -> str:
    """Give what a file calls an import that pyflakes names ``a.b as c``, ``a.b`` or ``.a.b``."""
    return imported.rpartition(" as ")[2].rpartition(".")[2] or imported


def _find_hidden_imports(old: _Scopes, new: _Scopes) -> Iterator[Breach]:
    """Find new imports at the top whose name means something else, at the top or where it is used."""
    for name, (line, imported) in new.imported.items():
        if name in old.imported or imported.startswith("__future__."):
            continue
        if new.bound[()][name] or new.imports[name] != {imported}:
            yield Breach(line=line, kind="redefined", message=f"the new import {name} and something else have one name")
        for path, uses in new.loads.items():
            if len(uses[name]) > len(old.loads[path][name]) and new.is_hidden(name, path=path):
                message = f"{name} is a variable here, not the new import"
                yield Breach(line=uses[name][-1], kind="redefined", message=message)


class _Scopes:
    """What each scope binds and reads; a scope is known by the names of the functions and classes around it."""

    def __init__(self, tree: ast.Module) -> None:
        self.imported = _imported(tree)
        #: What imports of the module's scope bind, wherever they stand.
        self.imports: defaultdict[str, set[str]] = defaultdict(set)
        #: What else binds a name.
        self.bound: defaultdict[_Path, Counter[str]] = defaultdict(Counter)
        #: Lines on which a name is read.
        self.loads: defaultdict[_Path, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._walk(tree.body)

    def binds(self, name: str) -> bool:
        """Whether anything in the module binds a name."""
        return name in self.imports or any(name in names for names in self.bound.values())

    def is_hidden(self, name: str, *, path: _Path) -> bool:
        """Whether a name of the module is another thing in a scope.

        A class hides nothing from its methods, nor from itself before it binds the name: ``utc = utc()``.
        """
        around = [path[:length] for length in range(1, len(path) + 1)]
        return any(name in self.bound[each] for each in around if not each[-1].startswith("class "))

    def _walk(self, body: Iterable[ast.AST]) -> None:
        pending: list[tuple[ast.AST, _Path]] = [(node, ()) for node in body]
        while pending:
            node, path = pending.pop()
            self._note(node, path=path)
            if isinstance(node, _FUNCTIONS):
                inner = (*path, getattr(node, "name", "lambda"))
                self.bound[inner].update(each.arg for each in _parameters(node.args))
                body = node.body if isinstance(node.body, list) else [node.body]
                pending += [(each, inner) for each in body]
                pending += [(each, path) for each in _outside(node)]
            elif isinstance(node, ast.ClassDef):
                pending += [(each, (*path, f"class {node.name}")) for each in node.body]
                pending += [(each, path) for each in (*node.decorator_list, *node.bases, *node.keywords)]
            else:
                inner = (*path, "comprehension") if isinstance(node, _COMPREHENSIONS) else path
                pending += [(each, inner) for each in ast.iter_child_nodes(node)]

    def _note(self, node: ast.AST, *, path: _Path) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self.loads[path][name].append(node.lineno)
            case ast.Import() | ast.ImportFrom() if not path:
                for local, dotted in _bindings(node):
                    self.imports[local].add(dotted)
            case ast.Import() | ast.ImportFrom():
                self.bound[path].update(local for local, _ in _bindings(node))
            case (
                ast.Name(id=name)
                | ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.ExceptHandler(name=str(name))
                | ast.MatchAs(name=str(name))
                | ast.MatchStar(name=str(name))
                | ast.MatchMapping(rest=str(name))
            ):
                self.bound[path][name] += 1
            case _:
                pass


def _imported(tree: ast.Module) -> dict[str, tuple[int, str]]:
    """Name each import that stands at the top of the module, in no other statement: its line, and what it is of."""
    return {
        local: (statement.lineno, dotted)
        for statement in tree.body
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for local, dotted in _bindings(statement)
    }


def _bindings(statement: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Give each name that an import binds, and what it is of."""
    for alias in statement.names:
        if isinstance(statement, ast.ImportFrom):
            yield alias.asname or alias.name, f"{'.' * statement.level}{statement.module or ''}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            top = alias.name.partition(".")[0]
            yield top, top


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return [each for each in every if each is not None]


def _outside(node: _Function) -> list[ast.AST]:
    """Give the parts of a function that are evaluated around it."""
    parts: list[ast.AST | None] = [
        *node.args.defaults,
        *node.args.kw_defaults,
        *(each.annotation for each in _parameters(node.args)),
        *getattr(node, "decorator_list", []),
        getattr(node, "returns", None),
    ]
    return [part for part in parts if part is not None]
