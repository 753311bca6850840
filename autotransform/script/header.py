"""The header of a script: an inline-metadata block (PEP 723) with a ``[tool.autotransform]`` table."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
import tomllib
from dataclasses import dataclass
from typing import Any

from autotransform.script.model import FORMAT, Problem, Provenance

#: The pattern that PEP 723 gives, for the block type ``script``.
_BLOCK = re.compile(r"(?m)^# /// script$\n(?P<content>(?:^#(?:| .*)$\n)+)^# ///$\n?")

#: Nobody writes a longer block. A key of 40,000 parts takes ``tomllib`` 20 seconds, in the process that lists scripts.
_LONGEST_BLOCK = 20_000

#: The time to look for the ends of blocks grows with the square of the starts.
_MOST_STARTS = 10

#: How many problems are told, and how much of a value.
_PROBLEMS = 20
_SHOWN = 80

#: Key of the table, name of the field, type of the value.
_KEYS: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "format": ("format", int),
    "request": ("request", str),
    "model": ("model", str),
    "generated": ("generated", dt.datetime),
    "attempts": ("attempts", int),
    "tokens": ("tokens", int),
    "source-sha256": ("source_sha256", str),
    "idempotent": ("idempotent", bool),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header as it stands in a script."""

    provenance: Provenance | None
    #: Everything below the block; the whole text where there is none.
    body: str
    problems: tuple[Problem, ...] = ()


def read_header(text: str) -> Header:
    """Find the header of a script and read it; a text without one is a stock codemod."""
    if len(re.findall(r"(?m)^# /// script$", text)) > _MOST_STARTS:
        return Header(provenance=None, body=text, problems=(_problem(1, "there are too many script blocks"),))
    found = list(_BLOCK.finditer(text))
    if not found:
        if re.search(r"(?m)^# /// script\s*$", text):
            line = 1 + text[: text.index("# /// script")].count("\n")
            return Header(
                provenance=None, body=text, problems=(_problem(line, "the block is never closed by '# ///'"),)
            )
        return Header(provenance=None, body=text)
    block = found[0]
    line = 1 + text[: block.start()].count("\n")
    body = text[: block.start()] + text[block.end() :]
    problems = [_problem(line, "there is more than one script block")] if len(found) > 1 else []
    content = "\n".join(comment[2:] for comment in block["content"].split("\n"))
    provenance, more = _read_block(content, line=line)
    return Header(provenance=provenance, body=body, problems=(*problems, *more))


def _read_block(content: str, *, line: int) -> tuple[Provenance | None, list[Problem]]:
    try:
        table = _load(content)
    except ValueError as error:  # no TOML, or a number of thousands of digits
        return None, [_problem(line, f"the block is not TOML: {error}")]
    if table is None:
        return None, []
    if not isinstance(table, dict):
        return None, [_problem(line, "[tool.autotransform] must be a table")]
    return _read_table(table, line=line)


def _load(content: str) -> object:
    """Give what stands at ``[tool.autotransform]``; the ValueError says why nothing can."""
    if len(content) > _LONGEST_BLOCK:
        raise ValueError(f"it has more than {_LONGEST_BLOCK:,} characters")
    try:
        tool = tomllib.loads(content).get("tool", {})
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(tool, dict):
        raise ValueError("`tool` must be a table")  # noqa: TRY004 - every fault is one kind of error here
    return tool.get("autotransform")


def write_header(provenance: Provenance) -> str:
    """Write the block, ending in a newline; keys without a value are left out."""
    lines = [
        'requires-python = ">=3.11"',
        'dependencies = ["libcst>=1.9"]',
        "",
        "[tool.autotransform]",
        f"format = {provenance.format}",
        f"request = {_toml_string(provenance.request)}" if provenance.request else None,
        f"model = {_toml_string(provenance.model)}" if provenance.model else None,
        f"generated = {provenance.generated}" if provenance.generated else None,
        f"attempts = {provenance.attempts}" if provenance.attempts else None,
        f"tokens = {provenance.tokens}" if provenance.tokens else None,
        "idempotent = false" if not provenance.idempotent else None,
        f"source-sha256 = {_toml_string(provenance.source_sha256)}" if provenance.source_sha256 else None,
    ]
    commented = [f"# {line}".rstrip() for line in lines if line is not None]
    return "\n".join(["# /// script", *commented, "# ///", ""])


def _read_table(table: dict[str, Any], *, line: int) -> tuple[Provenance, list[Problem]]:
    problems: list[Problem] = []
    fields: dict[str, Any] = {}
    for key, value in table.items():
        if len(problems) == _PROBLEMS:
            break
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            problems.append(_problem(line, f"unknown key {_shown(key)}{hint}"))
            continue
        field, kind = _KEYS[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            problems.append(_problem(line, f"{key} has the wrong type: {_shown(value)}"))
            continue
        fields[field] = value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.datetime) else value
    if "format" not in table:
        problems.append(_problem(line, f"the key 'format' is missing; write format = {FORMAT}"))
    elif fields.get("format", FORMAT) != FORMAT:
        said = f"format {_shown(fields['format'])} is not known; this version reads format {FORMAT}"
        problems.append(_problem(line, said))
    return Provenance(**fields), problems


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits; tables in tables
        return "something endless"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _problem(line: int, message: str) -> Problem:
    return Problem(line=line, code="header", message=message)


def _toml_string(text: str) -> str:
    # JSON's escapes are TOML's too, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
