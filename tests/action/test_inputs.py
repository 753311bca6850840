"""Inputs become command lines: each value stays one argument, and none becomes an option."""

from __future__ import annotations

import pytest

from autotransform.errors import UsageError
from autotransform.publish.action.inputs import (
    PREFIX,
    check_command,
    generate_command,
    publish_command,
    read_inputs,
    trial_command,
)


def environment(**inputs: str) -> dict[str, str]:
    return {PREFIX + name.upper(): value for name, value in inputs.items()}


def published(**inputs: str) -> tuple[str, ...]:
    return publish_command(read_inputs(environment(**inputs)), report="r.json", is_dry=False)


def test_everything_at_once() -> None:
    command = published(
        transform="utc",
        base="next",
        paths="src\ntests/a b.py\n",
        arguments="a=1, 2\nb=x",
        verify="pytest -q",
        formatter="ruff",
        split_by="codeowners",
        labels="one, two\nthree",
        reviewers="bob",
        team_reviewers="core",
        assignees="alice",
        draft="true",
        strict="true",
        extra="--jobs 4 --message 'a b'",
    )

    assert command == (
        *("pr", "--json", "r.json", "--base", "next", "--verify", "pytest -q", "--formatter", "ruff"),
        *("--split-by", "codeowners", "--label", "one", "--label", "two", "--label", "three", "--reviewer", "bob"),
        *("--team-reviewer", "core", "--assignee", "alice", "--draft", "--arg", "a=1, 2", "--arg", "b=x", "--strict"),
        *("--jobs", "4", "--message", "a b", "--", "utc", "src", "tests/a b.py"),
    )


def test_what_is_left_out_is_left_to_the_command() -> None:
    assert published(transform="utc") == ("pr", "--json", "r.json", "--", "utc")


@pytest.mark.parametrize("value", ["--dry-run", "-C/", "; touch pwned", "$(touch pwned)", "a b"])
def test_a_transform_is_never_an_option(value: str) -> None:
    inputs = read_inputs(environment(transform=value, paths=value))

    assert check_command(inputs, sarif="out", html="page")[-3:] == ("--", value, value)
    assert trial_command(inputs)[-2:] == ("--", value)


@pytest.mark.parametrize("value", ["--yes", "-h", "a\nb"])
def test_a_request_is_never_an_option(value: str) -> None:
    command = generate_command(read_inputs(environment(request=value, name="x")))

    assert command == ("new", "--yes", "--name", "x", "--", value)


def test_a_check_that_only_shows_does_not_fail() -> None:
    assert "--check" not in check_command(
        read_inputs(environment(transform="a", fail_on_change="false")), sarif="x", html="y"
    )
    assert "--check" in check_command(read_inputs(environment(transform="a", fail_on_change="")), sarif="x", html="y")


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "either `transform` or `request`"),
        ({"transform": "a", "request": "b"}, "either `transform` or `request`"),
        ({"transform": "a", "mode": "generate"}, "does not go with `transform`"),
        ({"request": "a", "mode": "apply"}, "does not go with `request`"),
        ({"transform": "a", "mode": "aply"}, "does not go with"),
        ({"transform": "a", "draft": "yes"}, "`draft` is 'yes'"),
        ({"transform": "a", "extra": "'"}, "a quote is missing"),
    ],
)
def test_what_does_not_go_together(inputs: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_inputs(environment(**inputs))
