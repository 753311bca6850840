"""What `[tool.autotransform]` says: read whole, or refused with a line for each fault."""

from __future__ import annotations

import pytest

from autotransform.config import Config, PullRequestConfig, parse_config
from autotransform.errors import ConfigError


def _parse(text: str) -> Config:
    return parse_config(text.encode(), origin="pyproject.toml")


def _faults(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        _parse(text)
    return caught.value.details


def test_every_key_of_a_pull_request() -> None:
    config = _parse("""
        [tool.autotransform]
        formatter = "black"

        [tool.autotransform.pull-request]
        base = "release/1.x"
        remote = "upstream"
        labels = ["refactor", "good first: yes"]
        reviewers = ["ada", "a-bot[bot]"]
        team-reviewers = ["core"]
        assignees = ["ada"]
        draft = true
        template = ".github/transform.md.j2"
        title = "Modernise"
        split-by = "codeowners"
        split-minimum = 2
        split-maximum = 50
        open-limit = 3
        signoff = true
    """)

    assert config == Config(
        formatter="black",
        pull_request=PullRequestConfig(
            base="release/1.x",
            remote="upstream",
            labels=("refactor", "good first: yes"),
            reviewers=("ada", "a-bot[bot]"),
            team_reviewers=("core",),
            assignees=("ada",),
            draft=True,
            template=".github/transform.md.j2",
            title="Modernise",
            split_by="codeowners",
            split_minimum=2,
            split_maximum=50,
            open_limit=3,
            signoff=True,
        ),
    )


def test_without_the_table_there_are_defaults() -> None:
    assert _parse("[tool.autotransform]\n").pull_request == PullRequestConfig()


@pytest.mark.parametrize("formatter", ["Black", "black -l 100", "./format.sh", "python -c pass", "ruff\\n"])
def test_a_formatter_that_a_repository_made_up(formatter: str) -> None:
    (fault,) = _faults(f'[tool.autotransform]\nformatter = "{formatter}"\n')

    assert fault.startswith("[tool.autotransform] formatter must be one of autopep8, black, ruff, yapf; it is ")


def test_a_command_that_a_repository_names() -> None:
    (fault,) = _faults('[tool.autotransform]\nverify = "make test"\n')

    assert fault.endswith("a repository cannot name a program: give it on the command line, with --verify")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('base = "-x"', "base must be the name of a branch; it is '-x'"),
        ('base = "a..b"', "base must be the name of a branch; it is 'a..b'"),
        ('base = "a b"', "base must be the name of a branch; it is 'a b'"),
        ('base = "a:b"', "base must be the name of a branch; it is 'a:b'"),
        ('base = "x.lock"', "base must be the name of a branch; it is 'x.lock'"),
        ('remote = ""', "remote must be the name of a remote, not an address; it is ''"),
        ('remote = "--upload-pack=x"', "remote must be the name of a remote, not an address; it is '--upload-pack=x'"),
        ('remote = "../evil"', "remote must be the name of a remote, not an address; it is '../evil'"),
        ('remote = "ext::sh"', "remote must be the name of a remote, not an address; it is 'ext::sh'"),
        ('remote = "https://evil.example"', "remote must be the name of a remote, not an address; it is"),
        ('labels = [""]', "labels must be words without a comma; one is ''"),
        ('labels = ["a\\nb"]', "labels must be words without a comma; one is 'a\\nb'"),
        ('labels = "a"', "labels must be a list of strings; it is 'a'"),
        ('reviewers = ["@ada"]', "reviewers must be logins, without @; one is '@ada'"),
        ('assignees = ["../x"]', "assignees must be logins, without @; one is '../x'"),
        ('team-reviewers = ["a/b"]', "team-reviewers must be slugs of teams, without @ and organisation; one is 'a/b'"),
        ('template = "../x"', "template must be a file below the root; it is '../x'"),
        ('template = "/etc/passwd"', "template must be a file below the root; it is '/etc/passwd'"),
        ('title = "a\\nb"', "title must be one line; it is 'a\\nb'"),
        ('split-by = "owner"', "split-by must be one of codeowners, count, directory, package, shape; it is 'owner'"),
        ("split-minimum = 3\nsplit-maximum = 2", "split-minimum must not be more than split-maximum"),
        ("open-limit = -1", "open-limit must be a whole number that is not negative; it is -1"),
        ('label = "a"', "has no key 'label'; did you mean 'labels'?"),
        ("pull-request = 1", "has no key 'pull-request'; "),
    ],
)
def test_what_a_pull_request_must_not_be(line: str, fault: str) -> None:
    (found,) = _faults(f"[tool.autotransform.pull-request]\n{line}\n")

    assert found.startswith(f"[tool.autotransform.pull-request] {fault}")


def test_a_table_that_is_none() -> None:
    assert _faults("[tool.autotransform]\npull-request = 1\n") == ("[tool.autotransform.pull-request] must be a table",)


def test_more_people_than_anybody_asks() -> None:
    names = [f"a{number}" for number in range(101)]

    assert _faults(f"[tool.autotransform.pull-request]\nreviewers = {names}\n") == (
        "[tool.autotransform.pull-request] reviewers must have no more than 100 entries",
    )
