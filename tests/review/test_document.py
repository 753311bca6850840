"""The document that the report and the review page read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.review import FileChange
from autotransform.review.decisions import Decisions
from autotransform.review.document import describe_hunks, describe_review
from autotransform.review.reasons.why import explain
from tests.review.shop_runs import described, shop_run, with_one

if TYPE_CHECKING:
    from autotransform.review.document import Json

DOCS = Path(__file__).parents[2] / "docs" / "how-to" / "report.md"


@pytest.fixture(scope="module")
def document() -> Json:
    return described(*shop_run(6))


def hunks_of(before: bytes, after: bytes) -> list[Json]:
    run, changes = with_one(shop_run(0)[0], FileChange(path="a.py", before=before, after=after))
    return describe_hunks(changes[0], explain(run, changes))


def test_it_survives_being_written_as_json(document: Json) -> None:
    assert json.loads(json.dumps(document)) == document


def test_the_keys_are_those_of_the_documentation(document: Json) -> None:
    text = DOCS.read_text(encoding="utf-8")
    shape = document["shapes"][0]
    hunk = shape["example"]["hunk"]
    found: dict[str, Any] = {
        "The document": document,
        "SCRIPT": document["script"],
        "SHAPE": shape,
        "FILE": document["files"][0],
        "HUNK": hunk,
        "LINE": hunk["lines"][0],
        "CHANGE": hunk["changes"][0],
    }
    told = {}
    for title in found:
        table = text.partition(f"### {title}\n")[2].partition("\n### ")[0]
        told[title] = {
            key for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for key in re.findall(r"`(\w+)`", row)
        }

    assert {title: set(value) for title, value in found.items()} == told


def test_each_file_names_its_shapes_and_each_shape_its_files(document: Json) -> None:
    by_file = {(file["path"], shape) for file in document["files"] for shape in file["shapes"]}
    by_shape = {(path, shape["id"]) for shape in document["shapes"] for path in shape["paths"]}

    assert by_file == by_shape != set()


def test_rare_shapes_come_first_and_tell_whether_a_case_covers_them(document: Json) -> None:
    counts = [shape["count"] for shape in document["shapes"]]
    common = document["shapes"][-1]
    told = (common["before"], common["after"], common["methods"], common["cases"], common["rules"])

    assert counts == sorted(counts)
    assert told == ("pytz.UTC", "timezone.utc", ["leave_Attribute"], ["an attribute"], [0])
    assert any(not shape["cases"] for shape in document["shapes"])


def test_of_two_methods_with_one_name_the_one_that_ran_made_it() -> None:
    run, changes = shop_run(2)
    older = (
        "class Older(Transform):\n    def leave_Attribute(self, original_node, updated_node):\n        return 1\n\n\n"
    )
    source = run.script.source.replace("class PytzUtc", f"{older}class PytzUtc")
    told = described(replace(run, script=replace(run.script, source=source)), changes)
    made = [(method["name"], method["changes"]) for method in told["script"]["methods"]]

    assert made[0] == ("leave_Attribute", 0)
    assert made[1][1] == sum(shape["count"] for shape in told["shapes"] if "leave_Attribute" in shape["methods"])


def test_every_change_of_a_file_is_in_one_of_its_hunks() -> None:
    run, changes = shop_run(3)
    explanation = explain(run, changes)
    keys = [
        change["key"] for each in changes for hunk in describe_hunks(each, explanation) for change in hunk["changes"]
    ]

    assert sorted(keys) == sorted(change.key for shape in explanation.shapes for change in shape.changes)


def test_the_lines_are_those_of_the_file() -> None:
    (hunk,) = hunks_of(b"a = 1\nx = pytz.UTC\nb = 2", b"a = 1\nx = timezone.utc\nb = 2")

    assert [(line["kind"], line["text"], line["newline"]) for line in hunk["lines"]] == [
        ("context", "a = 1", True),
        ("removed", "x = pytz.UTC", True),
        ("added", "x = timezone.utc", True),
        ("context", "b = 2", False),
    ]
    assert [line["marks"] for line in hunk["lines"]] == [[], [[4, 8], [9, 12]], [[4, 12], [13, 16]], []]


def test_a_change_at_the_first_line_of_an_empty_text_is_in_its_hunk() -> None:
    (hunk,) = hunks_of(b"", b"x = 1\n")

    assert (hunk["before"], hunk["after"], len(hunk["changes"])) == (0, 1, 1)


def test_what_would_not_be_seen_is_told_apart() -> None:
    (hunk,) = hunks_of("x = '\u202e\x1b'\r\n".encode() + b"\xff\n", b"y\n")
    shown = [line["text"] for line in hunk["lines"]]

    assert shown == ["x = '<U+202E><U+001B>'<U+000D>", "<FF>", "y"]


def test_what_was_refused_says_so() -> None:
    run, changes = shop_run(2)
    explanation = explain(run, changes)
    key = explanation.shapes[-1].changes[0].key
    shape = explanation.shapes[0].shape.signature
    decisions = Decisions(shapes=frozenset({shape}), files=frozenset({changes[1].path}), changes=frozenset({key}))
    told = describe_review(explanation, run, changes, decisions=decisions)
    hunks = [describe_hunks(change, explanation, decisions=decisions) for change in changes]
    refused = [{change["key"]: change["decision"] for hunk in found for change in hunk["changes"]} for found in hunks]

    assert [each["decision"] for each in told["shapes"]] == ["no"] + [None] * (len(told["shapes"]) - 1)
    assert [file["decision"] for file in told["files"][:2]] == [None, "no"]
    assert refused[0][key] == "no"
    assert None in refused[0].values()
    assert set(refused[1].values()) == {"no"}
