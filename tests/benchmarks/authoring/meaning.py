"""Whether two texts are the same answer, however their imports are written.

Two texts are the same when

- Python reads the same in both once every name that is an import is replaced by what it stands for: ``timezone.utc``
  after ``from datetime import timezone`` and ``datetime.timezone.utc`` after ``import datetime`` are one; where imports
  stand, how they are sorted and joined does not count, and neither do the order of keyword arguments, and quotes,
  brackets and commas without a meaning;
- the imports that nothing uses, those from ``__future__`` and star imports are the same;
- the comments are the same, in the same order;
- the lines that the change has nothing to do with are the same to the letter.

In an expected text the name ``ANYTHING`` stands for any expression.
"""

from __future__ import annotations

import ast
import difflib
import io
import tokenize
import warnings
from dataclasses import dataclass

from tests.benchmarks.authoring.resolving import Resolver

ANYTHING = "ANYTHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What of a text is compared."""

    tree: ast.Module
    comments: tuple[str, ...]
    #: Imports that nothing uses, with the names that they bind; futures and stars.
    idle: frozenset[tuple[str, str]]
    #: Modules of ``import a.b``, and the names that are reached through them or a plain ``import a``.
    dotted: frozenset[str]
    reached: frozenset[str]


def difference(*, before: str, expected: str, actual: str, package: str = "") -> str:
    """Say how a text is not what was expected, in one line; empty where it is the same answer."""
    if actual == expected:
        return ""
    try:
        wanted, found = read_meaning(expected, package=package), read_meaning(actual, package=package)
    except (SyntaxError, ValueError, RecursionError) as error:
        return f"it does not compile: {error}"
    if other := _other_meaning(wanted, found):
        return other
    lines = iter(actual.splitlines())
    lost = [line for line in kept_lines(before, expected) if line not in lines]
    return f"a line was written anew: {lost[0].strip()}" if lost else ""


def _other_meaning(wanted: Meaning, found: Meaning) -> str:
    if place := unequal(wanted.tree, found.tree):
        return f"it means something else: {place}"
    if wanted.idle != found.idle:
        return f"unused imports differ: {sorted(wanted.idle ^ found.idle)}"
    if missing := _missing(wanted, found):
        return f"the import of {missing} is missing"
    return "comments differ" if wanted.comments != found.comments else ""


def read_meaning(text: str, *, package: str = "") -> Meaning:
    """Read a text.

    Raises:
        SyntaxError: It is not Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(text, "text", "exec", dont_inherit=True)
        tree = ast.parse(text)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = tuple(token.string for token in tokens if token.type == tokenize.COMMENT)
    resolver = Resolver(package=package)
    resolved = resolver.resolve(tree)
    return Meaning(
        tree=resolved,
        comments=comments,
        idle=frozenset(resolver.idle),
        dotted=frozenset(resolver.dotted),
        reached=frozenset(resolver.reached),
    )


def unequal(wanted: object, found: object) -> str:
    """Find the first place at which two trees differ; empty where they do not."""
    if isinstance(wanted, ast.Name) and wanted.id == ANYTHING and isinstance(found, ast.expr):
        return ""
    if isinstance(wanted, ast.Call) and isinstance(found, ast.Call):
        wanted, found = _sorted(wanted), _sorted(found)
    if isinstance(wanted, ast.AST) and isinstance(found, ast.AST):
        if type(wanted) is not type(found):
            return f"{_shown(found)} in the place of {_shown(wanted)}"
        pairs = ((getattr(wanted, name, None), getattr(found, name, None)) for name in wanted._fields if name != "ctx")
        places = (unequal(first, second) for first, second in pairs)
        return next((place or _shown(found) for place in places if place), "")
    if isinstance(wanted, list) and isinstance(found, list):
        places = (unequal(first, second) for first, second in zip(wanted, found, strict=False))
        place = next((place for place in places if place), "")
        return place or ("" if len(wanted) == len(found) else f"{len(found)} parts, and {len(wanted)} expected")
    return "" if (type(wanted), wanted) == (type(found), found) else f"{found!r} in the place of {wanted!r}"


def _sorted(call: ast.Call) -> ast.Call:
    """Sort the keyword arguments of a call, but for one with ``**options``, which may hide one of them."""
    names = [keyword.arg for keyword in call.keywords]
    if None in names:
        return call
    keywords = sorted(call.keywords, key=lambda keyword: str(keyword.arg))
    return ast.Call(func=call.func, args=call.args, keywords=keywords)


def kept_lines(before: str, expected: str) -> list[str]:
    """Give the lines of the expected text that a change of it has no reason to write anew.

    They stand in the text before, are no import, and no part of a statement of which another line changes.
    """
    old, new = before.splitlines(), expected.splitlines()
    blocks = difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_matching_blocks()
    kept = {number for block in blocks for number in range(block.b + 1, block.b + block.size + 1)}
    for node in ast.walk(ast.parse(expected)):
        if isinstance(node, ast.stmt):
            lines = _own_lines(node)
            if isinstance(node, ast.Import | ast.ImportFrom) or not lines <= kept:
                kept -= lines
    return [new[number - 1] for number in sorted(kept) if new[number - 1].strip()]


def _own_lines(node: ast.stmt) -> set[int]:
    """Give the lines of a statement; of a block those of its head."""
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body and body[0].lineno > node.lineno else node.end_lineno or node.lineno
    return set(range(node.lineno, last + 1))


def _shown(node: object) -> str:
    shown = ast.unparse(node) if isinstance(node, ast.AST) and not isinstance(node, ast.Load) else str(node)
    first = shown.strip().partition("\n")[0]
    return f"`{first[:60]}`"


def _missing(wanted: Meaning, found: Meaning) -> str:
    """Give a module that is reached as an attribute of its package, and that nothing imports."""
    for module in sorted(wanted.dotted - found.dotted):
        if any(name == module or name.startswith(f"{module}.") for name in found.reached):
            return module
    return ""
