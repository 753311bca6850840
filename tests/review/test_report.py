"""The JSON report keeps to its schema, and its documentation keeps to both."""

from __future__ import annotations

import base64
import json
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from autotransform import review
from autotransform.engine import Changed, FileContext, Job, Run, Site, transform
from autotransform.engine.values import BreachKind, FailureReason, Fate
from autotransform.review import FileChange, to_json
from autotransform.review.reasons.why import explain
from autotransform.script import parse

if TYPE_CHECKING:
    from autotransform.script import Script

FOLDER = Path(review.__file__).parent
SCHEMA: dict[str, Any] = json.loads((FOLDER / "preview.schema.json").read_text())
BEHAVIOUR: dict[str, Any] = json.loads((FOLDER / "behaviour.schema.json").read_text())
DOCS = (Path(__file__).parents[2] / "docs" / "reference" / "json.md").read_text(encoding="utf-8")

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
CHECKED = {"type", "const", "enum", "pattern", "minimum", "required", "properties", "items", "$ref"}
TOLD = {"$schema", "$defs", "title", "description"}

STOCK = '''"""Rename old to new."""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

class Rename(VisitorBasedCodemodCommand):
    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="new") if updated_node.value == "old" else updated_node
'''


def faults(value: Any, schema: dict[str, Any], *, at: str = "$", within: dict[str, Any] = SCHEMA) -> list[str]:
    """Find where a value departs from a schema or a part of one; keys beyond it are faults too."""
    assert schema.keys() <= CHECKED | TOLD
    part = within["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else {}
    found = faults(value, part, at=at, within=within) if part else []
    kinds = schema.get("type", [])
    allowed = [TYPES[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    if allowed and type(value) not in allowed:
        return [*found, f"{at}: {value!r} is no {kinds}"]
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        found.append(f"{at}: {value!r}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at}: {value!r}")
    if "minimum" in schema and value is not None and value < schema["minimum"]:
        found.append(f"{at}: {value!r} is too small")
    if "properties" in schema:
        found += [f"{at}.{key} is missing" for key in schema["required"] if key not in value]
        found += [f"{at}.{key} is not in the schema" for key in value if key not in schema["properties"]]
        for key in value.keys() & schema["properties"].keys():
            found += faults(value[key], schema["properties"][key], at=f"{at}.{key}", within=within)
    if "items" in schema and value is not None:
        for index, item in enumerate(value):
            found += faults(item, schema["items"], at=f"{at}[{index}]", within=within)
    return found


def reread(report: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(report))
    return read


def test_a_report_with_one_of_everything_keeps_to_the_schema(
    example_run: Run, example_changes: tuple[FileChange, ...]
) -> None:
    report = reread(to_json(example_run, example_changes, script_path="transforms/pytz_utc.py"))

    assert faults(report, SCHEMA) == []


def test_a_report_without_contents_keeps_to_the_schema(example_run: Run) -> None:
    report = reread(to_json(example_run))

    assert faults(report, SCHEMA) == []
    assert report["counts"]["insertions"] is None
    assert {file["deletions"] for file in report["files"]} == {None}


def test_what_the_engine_makes_keeps_to_the_schema() -> None:
    script = parse(STOCK, name="rename")
    contents = {"a.py": b"old = 1\n", "b.py": b"def broken(:\n", "c.py": b"x = 1\n"}
    jobs = [Job(context=FileContext(path=path), content=content) for path, content in contents.items()]
    outcomes = tuple(transform(script, job) for job in jobs)
    run = Run(script=script, base="", selected=4, gated=1, outcomes=outcomes)
    changes = [FileChange(path=file.path, before=contents[file.path], after=file.after) for file in run.changed]
    report = reread(to_json(run, changes))

    assert faults(report, SCHEMA) == []
    assert [file["status"] for file in report["files"]] == ["changed", "skipped", "unchanged"]
    assert (report["base"], report["counts"]["insertions"]) == (None, 1)


def planted(report: dict[str, Any], key: str, value: object) -> dict[str, Any]:
    *way, last = key.split(".")
    target: Any = report
    for step in way:
        target = target[int(step)] if step.isdigit() else target[step]
    if value is None:
        del target[last]
    else:
        target[int(last) if last.isdigit() else last] = value
    return report


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", 2),
        ("base", 7),
        ("counts.gated", -1),
        ("counts.parsed", "5"),
        ("script.edited", 1),
        ("script.digest", "abc"),
        ("files", None),
        ("files.0.sites.0.line", True),
        ("files.1.status", "broken"),
        ("files.0.new_key", 1),
        ("files.0.warnings", "words"),
        ("files.0.breaches.0.kind", "typo"),
        ("files.0.words.0.fate", "lost"),
        ("files.3.words.1.column", 0),
        ("unread.0.words", None),
        ("counts.words_left", 4),
        ("strict", "no"),
        ("files.2.reason", None),
        ("files.0.changes.0.key", "0123"),
        ("files.0.changes.1.line", 0),
        ("shapes.0.example.hunk.lines.1.marks.0", ["12"]),
        ("shapes.1.cases", None),
        ("shapes.0.decision", "no"),
    ],
)
def test_the_check_of_the_schema_finds_a_planted_fault(
    example_run: Run, example_changes: tuple[FileChange, ...], key: str, value: object
) -> None:
    assert len(faults(planted(reread(to_json(example_run, example_changes)), key, value), SCHEMA)) == 1


def test_changes_name_their_shapes_and_shapes_their_files(
    example_run: Run, example_changes: tuple[FileChange, ...]
) -> None:
    ruled = replace(example_run, script=replace(example_run.script, rules="- ``pytz.UTC`` becomes another.\n"))
    report = to_json(ruled, example_changes)
    told = [(file["path"], change) for file in report["files"] for change in file["changes"]]
    shapes = {shape["id"]: shape for shape in report["shapes"]}

    assert [(change["line"], shapes[change["shape"]]["after"]) for _, change in told] == [
        (2, "from datetime import timezone"),
        (3, "timezone.utc"),
    ]
    assert all(path in shapes[change["shape"]]["paths"] for path, change in told)
    assert [change["rules"] for _, change in told] == [[], [0]]
    assert report["script"]["rules"] == ["- ``pytz.UTC`` becomes another."]
    assert len({change["key"] for _, change in told}) == 2


def test_what_explained_the_run_already_is_believed(example_run: Run, example_changes: tuple[FileChange, ...]) -> None:
    nothing = replace(explain(example_run, example_changes), shapes=())
    report = to_json(example_run, example_changes, explanation=nothing)

    assert report["shapes"] == []
    assert [file["changes"] for file in report["files"]] == [[], [], [], [], []]


def test_the_words_of_the_report_add_up(example_run: Run) -> None:
    report = to_json(example_run)
    counts = report["counts"]
    words = [word for file in [*report["files"], *report["unread"]] for word in file["words"]]
    fates = {f"words_{fate}": [word["fate"] for word in words].count(fate) for fate in get_args(Fate)}

    assert fates == {key: counts[key] for key in fates}
    assert sum(fates.values()) == counts["words"] == len(words)


def test_the_schema_names_every_fate_and_every_kind_of_breach() -> None:
    assert SCHEMA["$defs"]["word"]["properties"]["fate"]["enum"] == [*get_args(Fate)]
    assert SCHEMA["$defs"]["breach"]["properties"]["kind"]["enum"] == [*get_args(BreachKind)]


def test_lines_are_counted_for_each_file_and_in_all(example_run: Run, example_changes: tuple[FileChange, ...]) -> None:
    report = to_json(example_run, example_changes)

    assert (report["counts"]["insertions"], report["counts"]["deletions"]) == (2, 1)
    assert [file["insertions"] for file in report["files"]] == [2, 0, 0, 0, 0]


def test_an_edited_script_is_called_edited(example_run: Run, script: Script) -> None:
    edited = replace(example_run, script=replace(script, body_sha256="1" * 64))

    assert to_json(example_run)["script"]["edited"] is False
    assert to_json(edited)["script"]["edited"] is True


@pytest.mark.parametrize("name", [b"plain.py", "café.py".encode(), b"new\nline.py"])
def test_a_name_in_utf8_needs_no_bytes(script: Script, name: bytes) -> None:
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(Changed(path=os.fsdecode(name), after=b""),))
    (file,) = to_json(run)["files"]

    assert file["path"] == name.decode()
    assert "path_base64" not in file


def test_a_name_that_is_not_utf8_can_be_told_and_read_by_strict_readers(script: Script) -> None:
    site = Site(line=1, column=1, status="skipped", reason="odd \udcff")
    changed = Changed(path=os.fsdecode(b"caf\xe9.py"), after=b"", sites=(site,), warnings=("\ud800",))
    report = reread(to_json(Run(script=script, base="", selected=1, gated=0, outcomes=(changed,))))
    (file,) = report["files"]

    json.dumps(report, ensure_ascii=False).encode()
    assert faults(report, SCHEMA) == []
    assert file["path"] == "caf\ufffd.py"
    assert base64.b64decode(file["path_base64"]) == b"caf\xe9.py"


def rows(schema: dict[str, Any], *, within: dict[str, Any] = SCHEMA) -> list[str]:
    """Write the rows of the table that documents an object."""
    written = []
    for key, part in schema["properties"].items():
        described = {**within["$defs"].get(part.get("$ref", "").rpartition("/")[2], {}), **part}
        values = [f"`{value}`" for value in described.get("enum", [described.get("const")])]
        kinds = described.get("type", values)
        shown = kinds if isinstance(kinds, str) else " or ".join(kinds)
        written.append(f"| `{key}` | {shown} | {described['description']} |")
    return written


ROWS = {
    row: None
    for schema in (SCHEMA, BEHAVIOUR)
    for part in (schema, *schema["$defs"].values())
    if "properties" in part
    for row in rows(part, within=schema)
}


@pytest.mark.parametrize("row", [*ROWS])
def test_the_page_says_of_every_key_what_the_schema_says(row: str) -> None:
    assert row in DOCS


def test_the_page_and_the_schema_name_every_reason_of_a_failure() -> None:
    described = SCHEMA["$defs"]["file"]["properties"]["reason"]["description"]

    assert re.findall(r"`(\w+)`", described) == list(get_args(FailureReason))


def test_the_example_on_the_page_is_a_real_report(example_run: Run, example_changes: tuple[FileChange, ...]) -> None:
    (block,) = re.findall(r"```json\n(.*?)```", DOCS, flags=re.DOTALL)
    report = to_json(example_run, example_changes, script_path="transforms/pytz_utc.py")

    assert block == json.dumps(report, indent=2) + "\n"
