"""Find out from a script's text which files it cannot change, where that is certain.

What has to be shown: in a file that holds none of the derived fragments, no statement of the script runs that could
change anything, skip a place or keep something for later. It is shown for scripts of one form only; of any other one
nothing is derived.

- The module holds imports of what transforms may import, literals, functions, and one class, whose only base is
  `Transform` of ``autotransform.codemod``. So nothing of what follows can have been replaced.
- The class holds its description and ``leave_…`` methods, none decorated. `Transform` itself changes nothing that no
  method of the script has asked for.
- Each method begins with calls that do nothing in such a file, until it returns the node that it was given:

  - ``self.rename`` and ``self.rename_member`` with literal names. They look at nodes whose own text holds the last part
    of one of the names as it is written, and at no others, whatever is re-exported.
  - ``if self.refers_to(original_node, "a.b.c"):``. The last part of what a node stands for is written in the file:
    behind a dot, in an import, or where it is defined, under every alias and with every star import. Only another name
    of a re-export need not be, and a script without ``TARGETS`` knows of none.

That an identifier may be written in other letters is for the gate to know, as with ``MENTIONS``.
"""

from __future__ import annotations

import ast
import re

from autotransform.script.policy import MODULES

_BASE = ("autotransform.codemod", "Transform")
_RENAMING = frozenset({"rename", "rename_member"})
_FRAGMENT = re.compile(r"[A-Za-z0-9_]+", re.ASCII)
#: What an annotation may be made of.
_PLAIN = (
    *(ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.BinOp, ast.BitOr, ast.Tuple, ast.List),
    ast.expr_context,
)
#: The transform itself, the node as it was and as it is now.
_HANDED = 3
#: What may be asked of a node besides itself; it is there in each of its kind.
_PARTS = {"leave_Call": "func", "leave_Decorator": "decorator"}


def derive_mentions(tree: ast.Module, *, targets: tuple[str, ...]) -> tuple[str, ...] | None:
    """Give fragments of which every file holds one that the script may change; ``None`` where that is not certain."""
    classes = [each for each in tree.body if isinstance(each, ast.ClassDef)]
    if len(classes) != 1 or not all(_is_harmless(each) for each in tree.body if each is not classes[0]):
        return None
    (transform,) = classes
    bases = [each.id for each in transform.bases if isinstance(each, ast.Name)]
    if len(transform.bases) != 1 or transform.keywords or transform.decorator_list or not _is_ours(bases, tree=tree):
        return None
    found: set[str] = set()
    for statement in transform.body:
        names = () if _is_description(statement) else _names_of_method(statement, has_targets=bool(targets))
        fragments = [name.rpartition(".")[2] for name in names or ()]
        if names is None or not all(_FRAGMENT.fullmatch(each) for each in fragments):
            return None
        found.update(fragments)
    # Without any there is no method at all: nothing that could be waited for, and nothing to be gained.
    return tuple(sorted(found)) or None


def _is_harmless(statement: ast.stmt) -> bool:
    """Whether a statement at the top of the module does nothing but give names to what is known."""
    if isinstance(statement, ast.Import):
        return all(alias.name in MODULES for alias in statement.names)
    if isinstance(statement, ast.ImportFrom):
        return not statement.level and statement.module in MODULES and all(each.name != "*" for each in statement.names)
    if isinstance(statement, ast.FunctionDef):
        given = [*statement.args.defaults, *(each for each in statement.args.kw_defaults if each)]
        are_plain = all(isinstance(each, ast.Constant) for each in given)
        return not statement.decorator_list and are_plain and _is_plainly_annotated(statement)
    return _is_data(statement)


def _is_description(statement: ast.stmt) -> bool:
    """Whether a statement of the class is its docstring or its description."""
    if isinstance(statement, ast.Assign):
        names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        return names == ["DESCRIPTION"] and len(statement.targets) == 1 and isinstance(statement.value, ast.Constant)
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _is_plainly_annotated(function: ast.FunctionDef) -> bool:
    """Whether nothing is called where a function is defined: annotations are evaluated there."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return all(map(_is_plain, [function.returns, *(each.annotation for each in every if each)]))


def _is_plain(annotation: ast.expr | None) -> bool:
    return annotation is None or all(isinstance(each, _PLAIN) for each in ast.walk(annotation))


def _is_data(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring, or gives a name to a literal."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Assign):
        is_named = all(isinstance(target, ast.Name) for target in statement.targets)
    elif isinstance(statement, ast.AnnAssign):
        is_named = isinstance(statement.target, ast.Name) and _is_plain(statement.annotation)
    else:
        return False
    try:
        ast.literal_eval(statement.value or ast.Constant(value=None))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return is_named


def _is_ours(bases: list[str], *, tree: ast.Module) -> bool:
    """Whether the one base is `Transform`, and nothing else in the module has that name."""
    bound: list[tuple[str | None, str] | None] = []
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            bound += [
                (statement.module, alias.name) for alias in statement.names if (alias.asname or alias.name) in bases
            ]
        elif isinstance(statement, ast.Import):
            bound += [None for alias in statement.names if (alias.asname or alias.name.partition(".")[0]) in bases]
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            bound += [None] if statement.name in bases else []
        else:
            bound += [None for each in ast.walk(statement) if isinstance(each, ast.Name) and each.id in bases]
    return bound == [_BASE]


def _names_of_method(statement: ast.stmt, *, has_targets: bool) -> tuple[str, ...] | None:
    """Give the dotted names that a method waits for; ``None`` where it may do something else."""
    if not isinstance(statement, ast.FunctionDef) or statement.decorator_list:
        return None
    arguments = statement.args
    positional = [each.arg for each in arguments.args]
    has_more = arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg
    is_handler = statement.name.startswith("leave_") and len(set(positional)) == _HANDED and not has_more
    if not is_handler or arguments.defaults or not _is_plainly_annotated(statement):
        return None
    return _Method(statement, own=positional[0], original=positional[1], updated=positional[2]).names(
        has_targets=has_targets
    )


class _Method:
    """One ``leave_…`` method, read from its first statement on."""

    def __init__(self, node: ast.FunctionDef, *, own: str, original: str, updated: str) -> None:
        self._node = node
        self._own = own
        self._original = original
        self._updated = updated

    def names(self, *, has_targets: bool) -> tuple[str, ...] | None:
        """Give what the method waits for; ``None`` where something may run that nothing guards."""
        found: list[str] = []
        for statement in self._node.body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue
            if isinstance(statement, ast.Return):
                names = () if self._is_updated(statement.value) else self._renamed(statement.value)
                return None if names is None else (*found, *names)
            is_guard = isinstance(statement, ast.If) and not statement.orelse and not has_targets
            if isinstance(statement, ast.If) and is_guard:
                test = statement.test
                if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
                    names = self._asked(test.operand) if self._gives_back(statement.body) else None
                    return None if names is None else (*found, *names)  # what follows runs where the names are
                names = self._asked(test)
            elif isinstance(statement, ast.Assign) and self._is_updated(*statement.targets):
                names = self._renamed(statement.value)
            else:
                names = None
            if names is None:
                return None
            found += names
        return None  # it returns nothing, which takes the node away

    def _is_updated(self, *nodes: ast.expr | None) -> bool:
        return len(nodes) == 1 and isinstance(nodes[0], ast.Name) and nodes[0].id == self._updated

    def _gives_back(self, body: list[ast.stmt]) -> bool:
        return len(body) == 1 and isinstance(body[0], ast.Return) and self._is_updated(body[0].value)

    def _renamed(self, node: ast.expr | None) -> tuple[str, ...] | None:
        """Give the names of ``self.rename(original_node, updated_node, "…", to="…")``."""
        if not isinstance(node, ast.Call) or not self._is_own(node.func, names=_RENAMING):
            return None
        given = [each.id if isinstance(each, ast.Name) else "" for each in node.args[:2]]
        new = {each.arg for each in node.keywords if isinstance(each.value, ast.Constant)}
        if given != [self._original, self._updated] or new != {"to"} or len(node.keywords) != 1:
            return None
        return _texts(node.args[2:])

    def _asked(self, node: ast.expr) -> tuple[str, ...] | None:
        """Give the names of ``self.refers_to(original_node, "…")``, of it alone or at the start of an ``and``."""
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            return self._asked(node.values[0])
        if not isinstance(node, ast.Call) or node.keywords or not self._is_own(node.func, names={"refers_to"}):
            return None
        if not node.args or not self._is_original(node.args[0]):
            return None
        return _texts(node.args[1:])

    def _is_original(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Attribute) and node.attr == _PARTS.get(self._node.name):
            node = node.value
        return isinstance(node, ast.Name) and node.id == self._original

    def _is_own(self, node: ast.expr, *, names: frozenset[str] | set[str]) -> bool:
        is_own = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == self._own
        return is_own and isinstance(node, ast.Attribute) and node.attr in names


def _texts(nodes: list[ast.expr]) -> tuple[str, ...] | None:
    texts = [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return tuple(texts) if texts and len(texts) == len(nodes) else None
