"""Literals of a script that LibCST would have to read: texts of nodes, templates, patterns."""

from __future__ import annotations

import ast
import keyword
import re
from typing import TYPE_CHECKING, Any

from autotransform.script.checks import api
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.reading import Reading
    from autotransform.script.model import Problem

#: Nodes that are no more than a text, and what the text must be.
_LEAVES = {
    "Comment": 'it starts with #: cst.Comment("# …")',
    "Float": 'it is a number with a point: cst.Float("1.0")',
    "Imaginary": 'it ends with j: cst.Imaginary("1j")',
    "Integer": 'it is a whole number, as text: cst.Integer("1")',
    "Name": "it is one identifier; parse a dotted name or a call with cst.parse_expression",
    "Newline": "it is a line break; leave the value out for that of the file",
    "SimpleString": "it has its quotes: cst.SimpleString('\"…\"')",
    "SimpleWhitespace": "it is spaces only",
}
#: Keywords that stand in the tree as names.
_NAMES = frozenset({"None", "True", "False"})
#: Longer texts are left to the run.
_LONGEST = 500
_FIELD = re.compile(r"\{([A-Za-z_]\w*)\}")
_PARSERS = {"parse_expression": "expression", "parse_statement": "statement"}


def texts_of_nodes(reading: Reading) -> Iterator[Problem]:
    """Find texts that a node cannot have, and texts that a matcher can never find."""
    for call in reading.calls():
        kind = reading.api(call.func)
        is_matcher = api.is_matcher(kind)
        name = kind.__name__ if isinstance(kind, type) and (is_matcher or api.is_node(kind)) else ""
        given = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "value")]
        if name not in _LEAVES or not given or not isinstance(given[0], ast.Constant):
            continue
        text = given[0].value
        if isinstance(text, str) and not _is_text_of(name, text=text):
            shown = ast.unparse(given[0])
            what = f"m.{name} never matches {shown}" if is_matcher else f"cst.{name} cannot be made of {shown}"
            yield problem_at(call, "matcher-text" if is_matcher else "node-text", f"{what}: {_LEAVES[name]}")


def _is_text_of(name: str, *, text: str) -> bool:
    if name == "Name" and keyword.iskeyword(text):
        return text in _NAMES
    try:
        made: Any = api.lookup(f"libcst.{name}")
        made(text)
    except Exception as error:  # noqa: BLE001 - each class of nodes refuses texts in its own way
        return not isinstance(error, api.lookup("libcst.CSTValidationError") or ())
    return True


def unreadable_code(reading: Reading) -> Iterator[Problem]:
    """Find literals that are to be parsed and are no expression, or no statement."""
    for call in reading.calls():
        if not call.args or not isinstance(call.args[0], ast.Constant) or not isinstance(call.args[0].value, str):
            continue
        text = call.args[0].value
        for parser, what in _PARSERS.items():
            is_ours = _is_helper(call, name=what, reading=reading)
            if is_ours:
                yield from _parts_of_template(call, text=text)
            if reading.api(call.func) is api.lookup(f"libcst.{parser}") or is_ours:
                code = _FIELD.sub("_part", text) if is_ours else text
                if len(code) <= _LONGEST and not _parses(code, parser=parser):
                    other = {"expression": "statement", "statement": "expression"}[what]
                    hint = f"; it is a {other}" if _parses(code, parser=f"parse_{other}") and what[0] == "e" else ""
                    yield problem_at(call, "unreadable-code", f"{text!r} does not parse as one {what}{hint}")


def _is_helper(call: ast.Call, *, name: str, reading: Reading) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id="self"), attr=attribute) if attribute == name:
            owner = reading.class_of(call)
            return owner is not None and owner.derives_from("autotransform.codemod.Transform")
        case _:
            pass
    return False


def _parses(code: str, *, parser: str) -> bool:
    parse: Any = api.lookup(f"libcst.{parser}")
    try:
        parse(code)
    except Exception as error:  # noqa: BLE001 - only what the parser refuses counts
        return not isinstance(error, api.lookup("libcst.ParserSyntaxError") or ())
    return True


def _parts_of_template(call: ast.Call, *, text: str) -> Iterator[Problem]:
    if any(each.arg is None for each in call.keywords):
        return
    wanted = set(_FIELD.findall(text))
    given = {each.arg for each in call.keywords if each.arg} - {"like"}
    if missing := sorted(wanted - given):
        message = f"the template asks for {', '.join(missing)}, and nothing is passed for it"
        yield problem_at(call, "template-parts", message)
    if left := sorted(given - wanted):
        message = f"the template has no place for {', '.join(left)}; write {{{left[0]}}} where it goes"
        yield problem_at(call, "template-parts", message)


def broken_patterns(reading: Reading) -> Iterator[Problem]:
    """Find regular expressions that do not compile."""
    for call in reading.calls():
        name = ast.unparse(call.func)
        is_pattern = name.startswith("re.") or reading.api(call.func) is api.lookup("libcst.matchers.MatchRegex")
        if not is_pattern or not call.args or not isinstance(call.args[0], ast.Constant):
            continue
        pattern = call.args[0].value
        if name in {"re.escape", "re.purge"} or not isinstance(pattern, str) or len(pattern) > _LONGEST:
            continue
        try:
            re.compile(pattern)
        except re.error as error:
            yield problem_at(call, "broken-pattern", f"the regular expression does not compile: {error}")


CHECKS = (texts_of_nodes, unreadable_code, broken_patterns)
