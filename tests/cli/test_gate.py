"""The command that runs the project's own tests, as a person names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

_UNLOADABLE = """from autotransform.codemod import Transform

MENTIONS = ["x"]
TARGETS = []
CASES = []


class Mine(Transform):
    described = undefined_name
"""


def test_a_program_that_is_not_there_is_told_before_the_run(git_repo: GitRepo, run_cli: RunCli) -> None:
    # Were it run first, it would be told that the script cannot be loaded.
    git_repo.commit({"transforms/mine.py": _UNLOADABLE, "a.py": "x = 1\n"})

    done = run_cli("apply", "mine", "--verify", "no-such-program -q", cwd=git_repo.path)

    assert (done.returncode, "There is no program 'no-such-program'" in done.stderr) == (2, True), done.stderr
