"""Outputs and summaries of reports that hold what strangers wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from markdown_it import MarkdownIt

from autotransform.errors import GitHubError
from autotransform.publish.action.report import (
    outputs_of_check,
    outputs_of_publishing,
    read_report,
    summarise_check,
    summarise_failure,
    summarise_generating,
    summarise_publishing,
)

if TYPE_CHECKING:
    from pathlib import Path

HOME = "https://git.example.org"
HOSTILE = "<img src=x>`|\n| x | [a](https://evil.example.org) @alice fixes #1 ::error::y"


def report(**changes: Any) -> dict[str, Any]:
    part = {
        "operation": "created",
        "number": 7,
        "url": f"{HOME}/alice/demo/pull/7",
        "branch": "b",
        "head-sha": "c0ffee",
    }
    counts = {"changed": 2, "skipped": 0, "failed": 1, "leftovers": 3}
    parts = [{**part, "title": "t", "counts": {"changed": 2}, **changes}]
    return {**part, "counts": counts, "parts": parts, **changes}


def test_outputs_are_those_of_the_first_and_the_counts_of_all() -> None:
    found = outputs_of_publishing(report())

    assert (found["number"], found["head-sha"], found["failed"], found["leftovers"]) == ("7", "c0ffee", "1", "3")
    assert found["pull-requests"].startswith('[{"branch": "b"')


@pytest.mark.parametrize("wrong", [{}, {"parts": 1, "counts": []}, {"parts": [None]}, {"runs": [1]}, {"runs": {}}])
def test_a_report_that_is_none_gives_nothing(wrong: dict[str, Any]) -> None:
    assert {*outputs_of_publishing(wrong).values()} == {"", "[]"}
    assert {*outputs_of_check(wrong).values()} == {""}
    assert summarise_publishing(wrong, name="x", notes=()).startswith("### AutoTransform")


def test_a_report_that_was_never_written_or_cut_off_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "cut").write_text('{"a": ')

    assert read_report(tmp_path / "cut") == read_report(tmp_path / "none") == {}


def test_a_row_links_to_its_pull_request() -> None:
    assert f"| created | [#7]({HOME}/alice/demo/pull/7) | `b` | 2 |" in summarise_publishing(
        report(), name="x", notes=()
    )


def markup(text: str) -> list[str]:
    """Give what Markdown makes of a text, besides text and code: tags, and where links lead."""
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = [inner for token in parser.parse(text) for inner in [token, *(token.children or ())]]
    assert not any("@" in token.content or "#1" in token.content for token in tokens if token.type == "text")
    plain = {"text", "code_inline", "softbreak", "inline"}
    return [str(token.attrs.get("href", token.tag or token.type)) for token in tokens if token.type not in plain]


def test_nothing_hostile_is_markup() -> None:
    hostile = report(operation=HOSTILE, branch=HOSTILE, url=HOSTILE, number=HOSTILE)
    plain = report(url="x", number="7", branch="b")
    failures = [GitHubError(text, details=(text,), hint=text) for text in (HOSTILE, "x")]
    checks: list[dict[str, Any]] = [{"runs": [{"results": [{"message": {"text": text}}]}]} for text in (HOSTILE, "x")]
    pairs = [
        (summarise_publishing(hostile, name=HOSTILE, notes=()), summarise_publishing(plain, name="x", notes=())),
        (summarise_failure(failures[0], home=HOME), summarise_failure(failures[1], home=HOME)),
        (summarise_check(checks[0], name=HOSTILE), summarise_check(checks[1], name="x")),
    ]

    for given, harmless in pairs:
        assert markup(given) == markup(harmless)
        assert "\n::" not in given


def test_addresses_at_home_can_be_followed_and_no_others() -> None:
    error = GitHubError("No.", hint=f"Go to {HOME}/a?b=1, or {HOME}.evil.org/x or https://evil.org/{HOME}/y.")
    said = summarise_failure(error, home=HOME)

    assert f"<{HOME}/a?b=1>" in said
    assert said.count("<") == 1


def test_a_script_cannot_end_its_own_block() -> None:
    said = summarise_generating(path="transforms/x.py", source="'''\n```\n# [x](y)\n````\n'''\n")

    assert "`````python\n" in said
    assert said.rstrip().endswith("\n`````")
