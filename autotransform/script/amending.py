"""Put cases and words into a script that somebody else wrote, and change nothing else of it. Text in, text out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Above what nobody confirmed, in the docstring of a script.
ASSUMED = "Assumed, because the request does not say it:"


def insert_cases(content: bytes, written: Sequence[str]) -> bytes:
    """Put cases into a script as its file holds it; its line ends stay.

    Args:
        content: The file of a script, in UTF-8.
        written: As ``add_cases`` takes them.
    """
    added = add_cases(content.decode("utf-8").replace("\r\n", "\n"), written)
    return (added.replace("\n", "\r\n") if b"\r\n" in content else added).encode("utf-8")


def add_cases(source: str, written: Sequence[str]) -> str:
    """Put cases, each written as a literal dictionary, in front of those that a script holds.

    Args:
        source: The script, with LF line endings; a script that is not valid Python comes back as it is.
        written: The cases, indented by four blanks.
    """
    tree = _parse(source)
    if tree is None or not written:
        return source
    lines = source.split("\n")
    block = [line for case in written for line in f"{case},".split("\n")]
    found = _find_list(tree)
    if found is None:
        at = _place_for_cases(tree)
        lines[at:at] = ["", "CASES = [", *block, "]", ""]
        return "\n".join(lines)
    if not found.elts:
        head = lines[found.lineno - 1].encode()[: found.col_offset].decode()
        tail = lines[(found.end_lineno or found.lineno) - 1].encode()[found.end_col_offset :].decode()
        lines[found.lineno - 1 : found.end_lineno] = [f"{head}[", *block, f"]{tail}"]
        return "\n".join(lines)
    first = found.elts[0]
    before = lines[first.lineno - 1].encode()[: first.col_offset].decode()
    if before.strip():  # the list stands on one line with its first case
        rest = lines[first.lineno - 1].encode()[first.col_offset :].decode()
        lines[first.lineno - 1 : first.lineno] = [before.rstrip(), *block, f"    {rest}"]
    else:
        lines[first.lineno - 1 : first.lineno - 1] = block
    return "\n".join(lines)


def drop_cases(source: str, names: frozenset[str]) -> str:
    """Take the cases of these names out of a script, with the comma behind each."""
    tree = _parse(source)
    found = _find_list(tree) if tree is not None else None
    if found is None or not names:
        return source
    kept = [element for element in found.elts if _name_of(element) not in names]
    if len(kept) == len(found.elts):
        return source
    lines = source.split("\n")
    written = [f"    {_text_of(lines, element)}," for element in kept]
    head = lines[found.lineno - 1].encode()[: found.col_offset].decode()
    tail = lines[(found.end_lineno or found.lineno) - 1].encode()[found.end_col_offset :].decode()
    block = [line for case in written for line in case.split("\n")]
    lines[found.lineno - 1 : found.end_lineno] = [f"{head}[", *block, f"]{tail}"] if kept else [f"{head}[]{tail}"]
    return "\n".join(lines)


def add_rules(source: str, *, heading: str, items: Sequence[str]) -> str:
    """Put a list of sentences at the end of a script's docstring, under a heading of its own.

    A docstring that holds all of them already, or that is written in a way that cannot be added to, stays as it is.
    """
    tree = _parse(source)
    docstring = ast.get_docstring(tree) if tree is not None else None
    if tree is None or docstring is None or not items:
        return source
    missing = [item for item in items if item not in " ".join(docstring.split())]
    node = tree.body[0]
    lines = source.split("\n")
    last = (node.end_lineno or 1) - 1
    closing = lines[last].encode()[: node.end_col_offset].decode()
    rest = lines[last].encode()[node.end_col_offset :].decode()
    quotes = closing[-3:]
    if not missing or quotes not in {'"""', "'''"}:
        return source
    body = closing[:-3].rstrip()
    said = [line for item in missing for line in _wrap(_plain(item, quotes=quotes))]
    added = [*([body] if body else []), "", heading, "", *said, f"{quotes}{rest}"]
    amended = "\n".join([*lines[:last], *added, *lines[last + 1 :]])
    return amended if _parse(amended) is not None else source


def read_assumptions(rules: str) -> tuple[str, ...]:
    """Give the sentences below the heading `ASSUMED` in the rules of a script, each on one line."""
    _, found, below = rules.partition(f"{ASSUMED}\n")
    items: list[str] = []
    for line in below.split("\n") if found else ():
        if line.startswith("- "):
            items.append(line.removeprefix("- ").strip())
        elif line.startswith("  ") and items:
            items[-1] += f" {line.strip()}"
        elif line.strip():
            break
    return tuple(items)


def _plain(item: str, *, quotes: str) -> str:
    """Write a sentence so that it can stand in a docstring, whatever it holds."""
    printable = "".join(letter if letter.isprintable() else " " for letter in item)
    return printable.replace("\\", "/").replace(quotes, quotes[0]).rstrip(quotes[0])


def _wrap(item: str, *, width: int = 116) -> list[str]:
    lines, line = [], "-"
    for word in item.split():
        if len(line) + 1 + len(word) > width and line.strip() != "-":
            lines.append(line)
            line = " "
        line = f"{line} {word}"
    return [*lines, line]


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _find_list(tree: ast.Module) -> ast.List | None:
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            names = [statement.target.id]
        else:
            continue
        if "CASES" in names and isinstance(statement.value, ast.List):
            return statement.value
    return None


def _place_for_cases(tree: ast.Module) -> int:
    """Give the number of lines in front of the first class, its decorators with it."""
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            return min([statement.lineno, *(each.lineno for each in statement.decorator_list)]) - 1
    return max((statement.end_lineno or 0 for statement in tree.body), default=0)


def _name_of(element: ast.expr) -> str:
    if isinstance(element, ast.Dict):
        for key, value in zip(element.keys, element.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "name" and isinstance(value, ast.Constant):
                return str(value.value)
    return ""


def _text_of(lines: list[str], element: ast.expr) -> str:
    """Give the text of an element; its further lines keep their indentation, for strings may stand on them."""
    first, last = element.lineno - 1, (element.end_lineno or element.lineno) - 1
    taken = lines[first : last + 1]
    taken[-1] = taken[-1].encode()[: element.end_col_offset].decode()
    taken[0] = taken[0].encode()[element.col_offset :].decode()
    return "\n".join(taken)
