"""Read ``MENTIONS``, ``TARGETS`` and ``CASES`` from a script's syntax tree."""

from __future__ import annotations

import ast
import difflib
import re
import textwrap
from typing import TYPE_CHECKING, Any

from autotransform.script.model import Case, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

_FRAGMENT = re.compile(r"[A-Za-z0-9_]+", re.ASCII)

_CASE_KEYS: dict[str, type] = {"name": str, "before": str, "after": str, "path": str, "skips": int}


def read_names(
    node: ast.expr, *, what: str, is_valid: Callable[[str], bool], wanted: str
) -> tuple[tuple[str, ...], list[Problem]]:
    """Read a literal list of names; each that is not valid is a problem at its line."""
    if not isinstance(node, ast.List | ast.Tuple):
        return (), [Problem(line=node.lineno, code=what.lower(), message=f"{what} must be a literal list of strings")]
    names = []
    problems = []
    for element in node.elts:
        if isinstance(element, ast.Constant) and isinstance(element.value, str) and is_valid(element.value):
            names.append(element.value)
        else:
            message = f"{what} holds {ast.unparse(element)}, which is not {wanted}"
            problems.append(Problem(line=element.lineno, code=what.lower(), message=message))
    return tuple(names), problems


def read_mentions(node: ast.expr) -> tuple[tuple[str, ...], list[Problem]]:
    """Read the literal list of fragments; a list within it holds fragments that must all stand in a file.

    Returns:
        The entries, those with several fragments with a blank between each two, and what is wrong.
    """
    if not isinstance(node, ast.List | ast.Tuple):
        return (), [_wrong_mentions(node, "MENTIONS must be a literal list of strings")]
    mentions = []
    problems = []
    for entry in node.elts:
        is_group = isinstance(entry, ast.List | ast.Tuple)
        fragments = entry.elts if isinstance(entry, ast.List | ast.Tuple) else [entry]
        texts = [text for each in fragments if (text := _fragment(each))]
        problems += [
            _wrong_mentions(each, f"MENTIONS holds {ast.unparse(each)}, which is not a fragment of an ASCII identifier")
            for each in fragments
            if not _fragment(each)
        ]
        if is_group and not fragments:
            problems.append(_wrong_mentions(entry, "MENTIONS holds an empty list, which every file would pass"))
        if texts and len(texts) == len(fragments):
            mentions.append(" ".join(texts))
    return tuple(mentions), problems


def _fragment(node: ast.expr) -> str:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and _FRAGMENT.fullmatch(value) else ""


def _wrong_mentions(node: ast.expr, message: str) -> Problem:
    return Problem(line=node.lineno, code="mentions", message=message)


def read_cases(node: ast.expr) -> tuple[tuple[Case, ...], list[Problem]]:
    """Read the literal list of cases; everything wrong with them comes back at once."""
    if not isinstance(node, ast.List | ast.Tuple):
        return (), [_problem(node, "CASES must be a literal list of dictionaries")]
    cases: list[Case] = []
    problems = []
    for element in node.elts:
        case, found = _read_case(element)
        problems += found
        if case is None:
            continue
        if case.name in {other.name for other in cases}:
            problems.append(_problem(element, f"two cases are called {case.name!r}"))
        cases.append(case)
    return tuple(cases), problems


def _read_case(node: ast.expr) -> tuple[Case | None, list[Problem]]:
    if not isinstance(node, ast.Dict):
        return None, [_problem(node, "a case must be a literal dictionary")]
    fields: dict[str, Any] = {}
    problems = []
    for key_node, value_node in zip(node.keys, node.values, strict=True):
        key = key_node.value if isinstance(key_node, ast.Constant) else None
        if not isinstance(key, str) or key not in _CASE_KEYS:
            shown = "**" if key_node is None else ast.unparse(key_node)
            near = difflib.get_close_matches(str(key), _CASE_KEYS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; the keys are {', '.join(_CASE_KEYS)}"
            problems.append(_problem(value_node, f"a case has no key {shown}{hint}"))
            continue
        value = _literal(value_node)
        if key in {"after", "path", "skips"} and isinstance(value_node, ast.Constant) and value is None:
            continue
        if not isinstance(value, _CASE_KEYS[key]) or isinstance(value, bool):
            kind = "string" if _CASE_KEYS[key] is str else "number"
            problems.append(_problem(value_node, f"{key!r} of a case must be a literal {kind}"))
            continue
        fields[key] = _text(value) if isinstance(value, str) and key in {"before", "after"} else value
    problems += [_problem(node, f"a case lacks {key!r}") for key in ("name", "before") if _lacks(node, key)]
    if "after" in fields and fields["after"] == fields.get("before"):
        problems.append(_problem(node, "'after' equals 'before'; leave 'after' out where nothing may change"))
    if problems:
        return None, problems
    return Case(**fields, line=node.lineno), []


def _lacks(node: ast.Dict, key: str) -> bool:
    return not any(isinstance(each, ast.Constant) and each.value == key for each in node.keys)


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, SyntaxError, RecursionError):
        return ...


def _text(literal: str) -> str:
    return textwrap.dedent(literal.removeprefix("\n"))


def _problem(node: ast.expr, message: str) -> Problem:
    return Problem(line=node.lineno, code="cases", message=message)
