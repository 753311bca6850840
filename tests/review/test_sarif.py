"""A run as SARIF: it keeps to the schema, names the right places, and nothing hostile gets out of its field.

`sarif.schema.json.gz` is SchemaStore's (Apache 2.0), without the descriptions.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from autotransform.engine import Changed, Failed, Run, Site, Skipped, Unchanged
from autotransform.review import FileChange, to_json
from autotransform.review.sarif import to_sarif

if TYPE_CHECKING:
    from autotransform.script import Script

SCHEMA = json.loads(gzip.decompress(Path(__file__).with_name("sarif.schema.json.gz").read_bytes()))
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)


def checked(run: Run, *changes: FileChange) -> dict[str, Any]:
    """Give the only run of the document, which keeps to the schema as a reader sees it."""
    document = json.loads(json.dumps(to_sarif(run, changes)))

    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    [found] = document["runs"]
    assert isinstance(found, dict)
    return found


def results(script: Script, *changes: FileChange) -> list[dict[str, Any]]:
    outcomes = tuple(Changed(path=change.path, after=change.after) for change in changes)
    run = Run(script=script, base="", selected=1, gated=0, outcomes=outcomes)
    found = checked(run, *changes)["results"]
    assert isinstance(found, list)
    return found


def changed(before: str | bytes, after: str | bytes, *, path: str = "a.py") -> FileChange:
    old, new = (text.encode() if isinstance(text, str) else text for text in (before, after))
    return FileChange(path=path, before=old, after=new)


def region(script: Script, before: str | bytes, after: str | bytes) -> list[tuple[int, ...]]:
    found = [each["locations"][0]["physicalLocation"]["region"] for each in results(script, changed(before, after))]
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    return [tuple(each[key] for key in keys if key in each) for each in found]


def message(result: dict[str, Any]) -> str:
    return str(result["message"]["text"])


def test_a_run_with_one_of_everything(example_run: Run, example_changes: tuple[FileChange, ...]) -> None:
    found = checked(example_run, *example_changes)
    levels = [(each["ruleId"], each["level"], each["locations"][0]["physicalLocation"]) for each in found["results"]]
    places = [
        (rule, level, place["artifactLocation"]["uri"], place["region"]["startLine"]) for rule, level, place in levels
    ]

    assert places == [
        ("pytz_utc", "warning", "pkg/clock.py", 2),
        ("pytz_utc", "warning", "pkg/clock.py", 3),
        ("pytz_utc/left-over", "note", "pkg/clock.py", 4),
        ("pytz_utc/left-over", "note", "pkg/old.py", 1),
        ("pytz_utc/left-over", "note", "pkg/zones.py", 7),
        ("pytz_utc/left-over", "note", "tests/test_zones.py", 9),
    ]
    assert found["properties"]["counts"] == {"changed": 1, "skipped": 1, "failed": 1, "leftovers": 4}
    [invocation] = found["invocations"]
    assert not invocation["executionSuccessful"]
    assert [each["level"] for each in invocation["toolExecutionNotifications"]] == ["error", "warning"]


def test_a_result_names_shape_method_and_rule(example_run: Run, example_changes: tuple[FileChange, ...]) -> None:
    rule = "- ``pytz.UTC`` becomes [another](https://example.org)."
    ruled = replace(example_run, script=replace(example_run.script, rules=rule))
    found = checked(ruled, *example_changes)
    shapes = {shape["after"]: shape["id"] for shape in to_json(ruled, example_changes)["shapes"]}
    inserted, replaced, left, *_ = found["results"]

    assert found["properties"]["rules"] == [rule]
    assert inserted["properties"] == {
        "shapes": [shapes["from datetime import timezone"]],
        "methods": ["leave_Attribute"],
        "rules": [],
    }
    assert replaced["properties"] == {"shapes": [shapes["timezone.utc"]], "methods": ["leave_Attribute"], "rules": [0]}
    assert message(replaced).split("\n\n") == [
        "Replace pytz.UTC by datetime.timezone.utc.",
        f"Shape {shapes['timezone.utc']}, made by leave_Attribute.",
        r"- ``pytz.UTC`` becomes \[another\](https://example.org).",
    ]
    assert "properties" not in left


def test_a_result_names_what_changes_on_its_own_lines(script: Script) -> None:
    change = FileChange(path="a.py", before=b"a = 1\nb = 1\nold(1)\n", after=b"A = 1\nb = 1\nnew(1)\n")
    sites = [Site(line=line, column=1, status="changed", by=by) for line, by in ((1, "leave_Name"), (3, "leave_Call"))]
    outcome = Changed(path="a.py", after=change.after, sites=tuple(sites))
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(outcome,))
    first, second = checked(run, change)["results"]

    assert (first["properties"]["methods"], second["properties"]["methods"]) == (["leave_Name"], ["leave_Call"])
    assert not set(first["properties"]["shapes"]) & set(second["properties"]["shapes"])


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ("- ``a[0]`` and `<b>` stay", "- `a[0]` and `<b>` stay"),
        ("- [x](javascript:a) <img src=x>", r"- \[x\](javascript:a) \<img src=x\>"),
        ("- \\`[x](y)`", r"- \\`[x](y)`"),
        ("- `a` `[x](y)", r"- \`a\` \`\[x\](y)"),
        ("- `a\n  `[x](y)`", r"- \`a"),
        ("- ![x](https://example.org/x.png)", r"- !\[x\](https://example.org/x.png)"),
    ],
)
def test_rules_are_no_markup_but_for_code(script: Script, rule: str, shown: str) -> None:
    driver = checked(Run(script=replace(script, rules=rule), base="", selected=0, gated=0, outcomes=()))
    markdown = driver["tool"]["driver"]["rules"][0]["help"]["markdown"]

    assert markdown.split("\n")[0] == shown


def test_the_rule_is_the_transform_with_its_rules_in_plain_words(script: Script) -> None:
    told = replace(script, rules="- ``pytz.UTC`` becomes ``timezone.utc``\n- ``[x](y)`` stays")
    driver = checked(Run(script=told, base="", selected=0, gated=0, outcomes=()))["tool"]["driver"]
    first = driver["rules"][0]

    assert first["shortDescription"]["text"] == "Replace pytz.UTC by datetime.timezone.utc."
    assert "- `pytz.UTC` becomes `timezone.utc`" in first["help"]["text"]
    assert "autotransform apply pytz_utc" in first["help"]["markdown"]
    assert r"\[x\](y)" in first["help"]["text"]


@pytest.mark.parametrize(
    ("before", "after", "where"),
    [
        ("x = pytz.UTC\n", "x = timezone.utc\n", [(1, 5, 1, 13)]),
        # Whole words, though only a part of each differs; characters, not bytes nor UTF-16 units.
        ("ü = '\N{GRINNING FACE}', old_name\n", "ü = '\N{GRINNING FACE}', new_name\n", [(1, 10, 1, 18)]),
        ("a\nb\nc\n", "A\nb\nC\n", [(1, 1, 1, 2), (3, 1, 3, 2)]),
        ("a\nb\n", "A\nB\n", [(1, 1, 1, 2), (2, 1, 2, 2)]),
        # Fewer lines than before.
        ("f(\n    old,\n)\n", "f(new)\n", [(1, 3, 3, 1)]),
        ("a\ngone\n", "a\n", [(2, 1, 3, 1)]),
        # What is inserted stands at the line that it pushes down; at the end of a file, at the last.
        ("a\nb\n", "a\nnew\nb\n", [(2,)]),
        ("a\n", "new\na\n", [(1,)]),
        ("a\n", "a\nnew\n", [(1,)]),
        # No line ends at a form feed or a lone CR; a byte-order mark is no character.
        (b"a\x0cb\nold\n", b"a\x0cb\nnew\n", [(2, 1, 2, 4)]),
        (b"\xef\xbb\xbfold = 1\n", b"\xef\xbb\xbfnew = 1\n", [(1, 1, 1, 4)]),
        (b"# coding: latin-1\n'\xfc', old\n", b"# coding: latin-1\n'\xfc', new\n", [(2, 6, 2, 9)]),
        ("old\r\nb\r\n", "new\r\nb\r\n", [(1, 1, 1, 4)]),
    ],
)
def test_a_place_is_told_in_the_text_before(
    script: Script, before: str | bytes, after: str | bytes, where: list[tuple[int, ...]]
) -> None:
    assert region(script, before, after) == where


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = pytz.UTC\nb\n", "x = timezone.utc\nb\n"),
        ("a\nb\n", "a\nnew\nb\n"),
        ("a\n", "a\nnew\n"),
        ("f(\n    old,\n)\nx\n", "f(new)\nx\n"),
        ("a\ngone\n", "a\n"),
    ],
)
def test_a_reader_that_applies_the_fixes_gets_the_text_after(script: Script, before: str, after: str) -> None:
    lines = before.splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    text = before
    for result in reversed(results(script, changed(before, after))):
        [replacement] = result["fixes"][0]["artifactChanges"][0]["replacements"]
        place = replacement["deletedRegion"]
        start = starts[place["startLine"] - 1] + place["startColumn"] - 1
        end = starts[place["endLine"] - 1] + place["endColumn"] - 1
        text = text[:start] + replacement.get("insertedContent", {"text": ""})["text"] + text[end:]

    assert text == after


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/c.py", "a%20b/c.py"),
        ("ü.py", "%C3%BC.py"),
        ("\udcff.py", "%FF.py"),
        ("a:b?c#d%20[e].py", "a%3Ab%3Fc%23d%2520%5Be%5D.py"),
        ("a\n::error::x.py", "a%0A%3A%3Aerror%3A%3Ax.py"),
    ],
)
def test_a_path_is_a_relative_address(script: Script, path: str, uri: str) -> None:
    [result] = results(script, changed("old\n", "new\n", path=path))
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]

    assert location == {"uri": uri, "uriBaseId": "%SRCROOT%"}


def test_a_fingerprint_stays_when_lines_above_come_and_go(script: Script) -> None:
    first, second = (
        [each["partialFingerprints"] for each in results(script, changed(*texts))]
        for texts in (("old\nold\n", "new\nnew\n"), ("import os\n\nold\n1\nold\n", "import os\n\nnew\n1\nnew\n"))
    )

    assert first == second
    assert len({json.dumps(each) for each in first}) == 2


def test_a_fingerprint_tells_files_and_changes_apart(script: Script) -> None:
    found = results(
        script, changed("old\n", "new\n"), changed("old\n", "new\n", path="b.py"), changed("a\n", "b\n", path="c.py")
    )

    assert len({json.dumps(each["partialFingerprints"]) for each in found}) == 3


def test_a_hostile_reason_makes_no_link_and_takes_no_argument(script: Script) -> None:
    reason = "see [here](https://example.org) {0} \\ \ud800"
    site = Site(line=1, column=1, status="skipped", reason=reason, by="leave_Name")
    run = Run(script=script, base="", selected=1, gated=0, outcomes=(Unchanged(path="a.py", sites=(site,)),))
    [result] = checked(run)["results"]

    assert message(result) == "Left as it is: see \\[here\\](https://example.org) {{0}} \\\\ \N{REPLACEMENT CHARACTER}"


def test_more_results_than_code_scanning_takes_are_cut_and_counted(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autotransform.review.sarif.MOST_RESULTS", 3)
    monkeypatch.setattr("autotransform.review.sarif._MOST_NOTIFICATIONS", 1)
    outcomes = (
        Changed(path="a.py", after=b""),
        Failed(path="b.py", reason="crash"),
        Skipped(path="c.py", reason="it does not parse"),
    )
    run = Run(script=script, base="", selected=1, gated=0, outcomes=outcomes)
    found = checked(run, changed("a\n" * 5, "b\n" * 5))
    told = [message(each) for each in found["invocations"][0]["toolExecutionNotifications"]]

    assert len(found["results"]) == 3
    assert told == [
        "The transform failed: crash",
        "1 more files failed or were skipped.",
        "2 more results were left out.",
    ]


def test_a_passage_too_long_to_show_has_neither_text_nor_fix(script: Script) -> None:
    [result] = results(script, changed(f"'{'a' * 3000}'\n", f"'{'b' * 3000}'\n"))

    assert "fixes" not in result
    assert "snippet" not in result["locations"][0]["physicalLocation"]["region"]
