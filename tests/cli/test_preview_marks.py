"""`preview --sarif` and `--annotate`, as another program reads them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

HOSTILE = 'import pytz\n\nx = pytz.UTC\n"""\n::error::pwned\n##[error]pwned\n"""\n'
EVIL = '''"""Rename x.

##[error]pwned
"""
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

class Evil(VisitorBasedCodemodCommand):
    DESCRIPTION = "Rename x."

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="z") if updated_node.value == "x" else updated_node
'''
IN_A_WORKFLOW = {"GITHUB_ACTIONS": "true"}


@pytest.fixture
def repo(git_repo: GitRepo) -> GitRepo:
    git_repo.commit({"a b.py": "import pytz\n\nx = pytz.UTC\n", "c.py": "y = 1\n"})
    return git_repo


def commands(output: str) -> list[str]:
    """Give the commands that a workflow's runner finds in what a step prints."""
    found, token = [], ""
    for line in output.splitlines():
        if token:
            token = "" if line == f"::{token}::" else token
        elif stop := re.fullmatch(r"::stop-commands::(.+)", line):
            token = stop[1]
        elif line.lstrip().startswith("::") or "##[" in line:
            found.append(line)

    assert token == ""
    return found


def test_sarif_to_a_file_goes_with_what_is_shown(repo: GitRepo, run_cli: RunCli) -> None:
    done = run_cli("preview", "pytz_utc", "--sarif", "out.sarif", "--check", cwd=repo.path)
    [run] = json.loads((repo.path / "out.sarif").read_text())["runs"]
    uris = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]

    assert done.returncode == 1
    assert "+++ b/a b.py" in done.stdout
    assert set(uris) == {"a%20b.py"}
    assert run["properties"]["counts"]["changed"] == 1


def test_sarif_on_standard_output_is_all_there_is(repo: GitRepo, run_cli: RunCli) -> None:
    repo.commit({"c.py": HOSTILE, "transforms/evil.py": EVIL})
    done = run_cli("preview", "evil", "--sarif", "-", cwd=repo.path, environment=IN_A_WORKFLOW)

    rules = json.loads(done.stdout)["runs"][0]["tool"]["driver"]["rules"]

    assert rules[0]["help"]["markdown"].startswith(r"##\[error\]pwned")
    assert commands(done.stdout) == []


def test_a_file_that_cannot_be_written_is_an_error_of_usage(repo: GitRepo, run_cli: RunCli) -> None:
    done = run_cli("preview", "pytz_utc", "--sarif", "no/such/folder.sarif", cwd=repo.path)

    assert done.returncode == 2
    assert "no/such/folder.sarif cannot be written" in done.stderr


@pytest.mark.parametrize("environment", [{}, IN_A_WORKFLOW], ids=["terminal", "workflow"])
def test_only_what_is_meant_is_a_command(repo: GitRepo, run_cli: RunCli, environment: dict[str, str]) -> None:
    repo.commit({"c.py": HOSTILE, "::error::d.py": HOSTILE})
    done = run_cli("preview", "pytz_utc", "--annotate", cwd=repo.path, environment=environment)
    found = commands(done.stdout)

    assert done.returncode == 0
    assert {re.split("[ :]", line[2:])[0] for line in found} == {"warning"}
    assert {re.search("file=([^,]*),", line)[1] for line in found} == {"a b.py", "c.py", "%3A%3Aerror%3A%3Ad.py"}  # type: ignore[index]


def test_a_check_that_fails_shows_errors(repo: GitRepo, run_cli: RunCli) -> None:
    done = run_cli("preview", "pytz_utc", "--annotate", "--check", "--stat", cwd=repo.path)

    assert done.returncode == 1
    assert commands(done.stdout)[-1].startswith("::error file=a b.py,line=3,endLine=3,title=pytz_utc::")


@pytest.mark.parametrize("other", ["--json", "--patch", "--sarif=-"])
def test_nothing_is_printed_among_what_another_program_reads(repo: GitRepo, run_cli: RunCli, other: str) -> None:
    assert run_cli("preview", "pytz_utc", "--annotate", other, cwd=repo.path).returncode == 2
