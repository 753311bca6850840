"""Write a case as it stands in a script: a dictionary that reads back as the very same case."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.script.cases import read_cases

if TYPE_CHECKING:
    from autotransform.script import Case

_DEFAULT_PATH = "example.py"
_STEP = " " * 4


def write_case(case: Case, *, indent: int = 4) -> str:
    """Write a case as a literal dictionary whose first line is indented by so many spaces; no comma at its end.

    Texts stand between triple quotes, indented, where they read back from that exactly; else as plain strings.

    Raises:
        ValueError: A script cannot hold it: its reader takes the common indentation from a text, and white space from
            a line that has nothing else.
    """
    around = " " * indent
    inner = around + _STEP
    entries = {"name": _quoted(case.name), "before": _text(case.before, inner=inner)}
    if case.after is not None:
        entries["after"] = _text(case.after, inner=inner)
    if case.path != _DEFAULT_PATH:
        entries["path"] = _quoted(case.path)
    if case.skips is not None:
        entries["skips"] = str(case.skips)
    lines = "".join(f'{inner}"{key}": {value},\n' for key, value in entries.items())
    written = f"{around}{{\n{lines}{around}}}"
    if not _reads_back(written, case):
        raise ValueError(f"no script can hold the case {case.name!r}")
    return written


def _text(text: str, *, inner: str) -> str:
    """Write a text indented between triple quotes where it can be, else line by line."""
    if _is_plain(text):
        lines = [f"{inner}{_STEP}{line}" if line else "" for line in text.removesuffix("\n").split("\n")]
        written = '"""\n' + "\n".join(lines) + f'\n{inner}"""'
        if textwrap.dedent(ast.literal_eval(written).removeprefix("\n")) == text:
            return written
    # The reader takes one line feed from the beginning.
    lines = ("\n" + text if text.startswith("\n") else text).splitlines(keepends=True)
    if len(lines) <= 1:
        return _quoted("".join(lines))
    return "(\n" + "".join(f"{inner}{_STEP}{_quoted(line)}\n" for line in lines) + f"{inner})"


def _is_plain(text: str) -> bool:
    return text.endswith("\n") and "\\" not in text and '"""' not in text and text.replace("\n", "").isprintable()


def _quoted(text: str) -> str:
    """Write a string literal in double quotes; what does not print is escaped."""
    escaped = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(escaped.get(char, char if char.isprintable() else repr(char)[1:-1]) for char in text) + '"'


def _reads_back(written: str, case: Case) -> bool:
    cases, problems = read_cases(ast.parse(f"[\n{written}\n]", mode="eval").body)
    return not problems and [replace(each, line=0) for each in cases] == [replace(case, line=0)]
