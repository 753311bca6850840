"""What a workflow tells a step, and what the step leaves behind."""

from __future__ import annotations

import json
import re
import secrets
from typing import TYPE_CHECKING, Any

import pytest

from autotransform.errors import UsageError
from autotransform.publish.action import step
from autotransform.publish.action.step import read_event, write_outputs, write_summary

if TYPE_CHECKING:
    from pathlib import Path

OURS = "alice/demo"


def event(tmp_path: Path, payload: object, **variables: str) -> step.Event:
    path = tmp_path / "event.json"
    path.write_text(payload if isinstance(payload, str) else json.dumps(payload))
    return read_event({"GITHUB_EVENT_PATH": str(path), "GITHUB_REPOSITORY": OURS, **variables})


def pull_request(full_name: str | None) -> dict[str, Any]:
    repo = {"full_name": full_name} if full_name else None
    return {"pull_request": {"head": {"repo": repo}}, "repository": {"default_branch": "main"}}


@pytest.mark.parametrize(
    ("payload", "is_fork"),
    [
        (pull_request(OURS), False),
        (pull_request("Alice/Demo"), False),
        (pull_request("mallory/demo"), True),
        # A fork that was deleted since.
        (pull_request(None), True),
        ({"repository": {"default_branch": "main"}}, False),
        ({"pull_request": "x"}, False),
        ([], False),
        ("{", False),
        ("[" * 100_000, False),
    ],
)
def test_a_fork_is_known_by_where_its_branch_is(tmp_path: Path, payload: object, *, is_fork: bool) -> None:
    assert event(tmp_path, payload).is_fork is is_fork


@pytest.mark.parametrize(
    ("variables", "base"),
    [
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF": "refs/heads/next", "GITHUB_REF_NAME": "next"}, "next"),
        # A pull request is checked out as a merge that nobody made.
        (
            {
                "GITHUB_REF_TYPE": "branch",
                "GITHUB_REF": "refs/pull/7/merge",
                "GITHUB_REF_NAME": "7/merge",
                "GITHUB_HEAD_REF": "topic",
                "GITHUB_BASE_REF": "main",
            },
            "main",
        ),
        # Of a tag, and of a review of a pull request, it is the default branch.
        ({"GITHUB_REF_TYPE": "tag", "GITHUB_REF": "refs/tags/v1", "GITHUB_REF_NAME": "v1"}, "trunk"),
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF": "refs/pull/7/merge", "GITHUB_REF_NAME": "7/merge"}, "trunk"),
        ({}, "trunk"),
        # No option, and nothing that git would read as more than a name.
        ({"GITHUB_BASE_REF": "--upload-pack=x"}, ""),
        ({"GITHUB_BASE_REF": "a:b"}, ""),
    ],
)
def test_the_base_is_a_branch_whatever_is_checked_out(tmp_path: Path, variables: dict[str, str], base: str) -> None:
    assert event(tmp_path, {"repository": {"default_branch": "trunk"}}, **variables).base == base


def test_outside_a_workflow_nothing_is_known_and_nothing_written(tmp_path: Path) -> None:
    assert read_event({}) == step.Event(name="", repository="", is_fork=False, base="")
    write_outputs({"url": "x"}, environment={})
    write_summary("x", environment={})

    assert [*tmp_path.iterdir()] == []


def read_back(text: str) -> dict[str, str]:
    """Read outputs as the runner does: a name, a delimiter, and all lines up to that."""
    found = {}
    while text:
        name, delimiter, text = re.match(r"([^\n]*?)<<([^\n]*)\n(.*)", text, flags=re.DOTALL).groups()  # type: ignore[union-attr]
        value, _, text = text.partition(f"\n{delimiter}\n")
        found[name] = value
    return found


def test_outputs_are_what_was_given_whatever_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "output"
    values = {"url": "https://x/1", "branch": "a\nnumber=9\nnumber<<EOF\n9\nEOF", "operation": "", "report": "ü\r\nx"}
    write_outputs(values, environment={"GITHUB_OUTPUT": str(path)})

    assert read_back(path.read_bytes().decode()) == values


def test_a_value_that_would_end_itself_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "output"
    monkeypatch.setattr(secrets, "token_hex", lambda _: "known")
    for values in ({"url": "x\nautotransform_known\nnumber=9"}, {"url=x": "y"}, {"url\n": "y"}):
        with pytest.raises(ValueError, match="cannot be an output"):
            write_outputs(values, environment={"GITHUB_OUTPUT": str(path)})

    assert not path.exists()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        write_outputs({"url": "x"}, environment={"GITHUB_OUTPUT": str(tmp_path / "no" / "file")})


def test_a_summary_is_cut_before_github_refuses_it(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    for _ in range(3):
        write_summary("0123456789ü\n" * 60_000, environment={"GITHUB_STEP_SUMMARY": str(path)})
    content = path.read_bytes()

    assert len(content) <= 1 << 20
    assert content.decode().count("The rest is left out") == 1
    assert "\n\n\n_The rest is left out" in content.decode()
