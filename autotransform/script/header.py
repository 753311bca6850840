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

#: Key of the table, name of the field, type of the value.
_KEYS: dict[str, tuple[str, type | tuple[type, ...]]] = {
    "format": ("format", int),
    "request": ("request", str),
    "model": ("model", str),
    "generated": ("generated", dt.datetime),
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
    try:
        table = tomllib.loads(content).get("tool", {}).get("autotransform")
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        problems.append(_problem(line, f"the block is not TOML: {error}"))
        return Header(provenance=None, body=body, problems=tuple(problems))
    if table is None:
        return Header(provenance=None, body=body, problems=tuple(problems))
    if not isinstance(table, dict):
        problems.append(_problem(line, "[tool.autotransform] must be a table"))
        return Header(provenance=None, body=body, problems=tuple(problems))
    provenance, more = _read_table(table, line=line)
    return Header(provenance=provenance, body=body, problems=(*problems, *more))


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
        "idempotent = false" if not provenance.idempotent else None,
        f"source-sha256 = {_toml_string(provenance.source_sha256)}" if provenance.source_sha256 else None,
    ]
    commented = [f"# {line}".rstrip() for line in lines if line is not None]
    return "\n".join(["# /// script", *commented, "# ///", ""])


def _read_table(table: dict[str, Any], *, line: int) -> tuple[Provenance, list[Problem]]:
    problems = []
    fields: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, n=1)
            problems.append(_problem(line, f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")))
            continue
        field, kind = _KEYS[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            problems.append(_problem(line, f"{key} has the wrong type: {value!r}"))
            continue
        fields[field] = value.isoformat().replace("+00:00", "Z") if isinstance(value, dt.datetime) else value
    if "format" not in table:
        problems.append(_problem(line, f"the key 'format' is missing; write format = {FORMAT}"))
    elif fields.get("format", FORMAT) != FORMAT:
        problems.append(_problem(line, f"format {fields['format']} is not known; this version reads format {FORMAT}"))
    return Provenance(**fields), problems


def _problem(line: int, message: str) -> Problem:
    return Problem(line=line, code="header", message=message)


def _toml_string(text: str) -> str:
    # JSON's escapes are TOML's too, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
