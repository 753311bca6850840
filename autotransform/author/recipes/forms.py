"""The forms of a request that the recipes understand, and the small language they are written in.

A form reads as a person would type it::

    rename [the] [<kind>] <old> (to|into|as) <new>

Words match in any case. ``[…]`` may be left out, ``(…|…)`` is a choice, ``<name>`` is a dotted name, and
``<name:type>`` something else: see `_PLACEHOLDERS`. Words and names may stand in backticks or quotes, and names may
carry ``()``. A backslash makes the character after it a plain one.
"""

from __future__ import annotations

import ast
import functools
import keyword
import re
from dataclasses import dataclass

from autotransform.errors import ModelError, UsageError

_IDENTIFIER = r"[^\W\d]\w*"
_DOTTED = rf"{_IDENTIFIER}(?:\.{_IDENTIFIER})*"
_LITERAL = r"[-\d.\"'\[(].*?"
_KINDS = {
    "function": "function",
    "func": "function",
    "class": "class",
    "type": "class",
    "exception": "class",
    "method": "method",
    "property": "method",
    "attribute": "attribute",
    "field": "attribute",
    "module": "module",
    "package": "module",
    "constant": "variable",
    "variable": "variable",
    "global": "variable",
}
_PLACEHOLDERS = {
    "dotted": rf"@?{_DOTTED}(?:\(\))?",
    # What is neither a module nor an exception: these have recipes of their own.
    "thing": "|".join(word for word, kind in _KINDS.items() if kind != "module" and word != "exception"),
    "plain": _DOTTED,
    "called": rf"{_DOTTED}\(\)",
    "application": rf"{_DOTTED}\((?:{_IDENTIFIER}(?:, *{_IDENTIFIER})*(?:, *\.\.\.)?|\.\.\.)\)",
    "operand": rf"{_DOTTED}\([^)].*\)|{_DOTTED}|{_LITERAL}",
    "made": rf"{_DOTTED}\(.*\)|{_LITERAL}",
    "code": r"\S.*?",
    "decorator": rf"@?{_DOTTED}(?P<call>\(.*\))?",
    "identifier": _IDENTIFIER,
    "kind": "|".join(_KINDS),
    "binding": rf"{_IDENTIFIER}\s*=\s*\S(?:(?! instead of | rather than ).)*?",
    "expression": r"\S.*?",
    "calls": r"(?:(?:all|every|each|the) +)?calls? +(?:of|to)",
    "below": r"below|under|beneath",
    "number": r"\d+",
}
#: Types whose text is kept as it was typed.
_FREE = frozenset({"application", "binding", "code", "expression", "made", "operand"})
#: Types that must be an expression of Python, not prose.
_CODE = frozenset({"code", "made", "operand"})
_TOKEN = re.compile(
    r"\s+|(?P<open>[\[(])|(?P<close>[\])])|(?P<bar>\|)|<(?P<hole>[\w:]+)>|(?P<word>(?:\\.|[^\s\[\]()|<>\\])+)"
)
#: Nobody puts a request of a known form in more characters.
_LONGEST = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A request as a form read it."""

    text: str
    values: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.values[key]

    def has(self, key: str) -> bool:
        """Tell whether the request says anything for a placeholder."""
        return key in self.values

    @property
    def kind(self) -> str:
        """What the person called the thing, in our words; empty when they did not say."""
        return _KINDS[self.values["kind"].lower()] if "kind" in self.values else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One way of putting a request."""

    pattern: str
    #: A request of this form, as a person would type it.
    example: str
    #: Names that are all called in the request, or none is: ``use f() instead of C`` is another kind of change.
    alike: tuple[str, ...] = ()

    def read(self, text: str) -> Parsed | None:
        """Read a request; ``None`` when it is not of this form."""
        if len(text) > _LONGEST:
            return None
        match = _compile(self.pattern).fullmatch(" " + tidy(text))
        if match is None:
            return None
        types = _holes(self.pattern)
        found = {name: match[name].strip() for name in types if match[name] is not None}
        if any(types[name] in _CODE and not _is_expression(text) for name, text in found.items()):
            return None
        if any(types[name] == "plain" and keyword.iskeyword(text) for name, text in found.items()):
            return None
        if len({found[name].endswith(")") for name in self.alike if name in found}) > 1:
            return None
        values = {name: text if types[name] in _FREE else _bare(text) for name, text in found.items()}
        if call := match.groupdict().get("call"):
            values["call"] = call
        return Parsed(text=text, values=values)


def tidy(text: str) -> str:
    """Give a request on one line, without a closing full stop or a leading "please"."""
    line = " ".join(text.split()).rstrip(".!;:, ")
    line = re.sub(r":(?=[`'\"]?$)", "", line)
    line = re.sub(r"`(except [^`]*?):?`", r"\1", line)
    line = re.sub(r",(?= (?:and|but|keep)\b)", "", line)
    line = re.sub(r"\((position \d+)\)", r"\1", line, flags=re.IGNORECASE)
    return re.sub(r"(?i)^please[, ]+", "", line)


def _is_expression(text: str) -> bool:
    """Tell whether a text is Python, and not prose that happens to be: ``x in tests``."""
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return not isinstance(tree, ast.Compare) or not isinstance(tree.ops[0], ast.In | ast.NotIn)


def _bare(name: str) -> str:
    return name.lstrip("@").partition("(")[0]


def _holes(pattern: str) -> dict[str, str]:
    """Map the name of each placeholder to its type."""
    holes = (match["hole"].partition(":") for match in _TOKEN.finditer(pattern) if match["hole"])
    return {name: declared or ("kind" if name == "kind" else "dotted") for name, _, declared in holes}


@functools.cache
def _compile(pattern: str) -> re.Pattern[str]:
    types = _holes(pattern)
    pieces: list[str] = []
    ends: list[str] = []
    for match in _TOKEN.finditer(pattern):
        if match["open"]:
            pieces.append("(?:")
            ends.append(")?" if match["open"] == "[" else ")")
        elif match["close"]:
            pieces.append(ends.pop())
        elif match["bar"]:
            pieces.append("|")
        elif match["hole"]:
            name = match["hole"].partition(":")[0]
            quoted = rf"(?P<{name}__quote>[`'\"]?)(?P<{name}>{_PLACEHOLDERS[types[name]]})(?P={name}__quote)"
            pieces.append(rf"\s+{quoted}")
        elif match["word"]:
            word = re.escape(re.sub(r"\\(.)", r"\1", match["word"]))
            pieces.append(rf"\s+[`'\"]?{word}[`'\"]?")
    return re.compile("".join(pieces), re.IGNORECASE)


def check_identifier(name: str, *, what: str) -> None:
    """Refuse what cannot be a name in Python.

    Raises:
        ModelError: It is a keyword, or not an identifier.
    """
    if not name.isidentifier() or keyword.iskeyword(name):
        raise ModelError(
            f"`{name}` cannot be {what}: it is {'a keyword' if keyword.iskeyword(name) else 'not a name'} in Python.",
            hint="Choose another name and ask again.",
        )


def check_name(name: str) -> None:
    """Refuse what cannot be the name of a transform.

    Raises:
        UsageError: It is not of lower-case letters, digits and underscores, or is a keyword.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise UsageError(
            f"`{name}` cannot be the name of a transform: it names a file and stands in a branch's name.",
            hint="Use lower-case letters, digits and underscores, starting with a letter: --name use_utc",
        )
