"""`preview --html`: the report as a person gets it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tests.studio.conftest import SCRIPT as _COUNT

if TYPE_CHECKING:
    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo


def test_the_report_is_one_file_and_the_same_each_time(git_repo: GitRepo, run_cli: RunCli) -> None:
    git_repo.commit({"a.py": "import pytz\n\nx = pytz.UTC\n", "b.py": "import pytz\n(\n"})
    done = run_cli("preview", "pytz_utc", "--html", "out.html", cwd=git_repo.path)
    printed = run_cli("preview", "pytz_utc", "--html", "-", cwd=git_repo.path)
    written = (git_repo.path / "out.html").read_text(encoding="utf-8")

    assert (done.returncode, printed.returncode) == (0, 0)
    assert "The report is in out.html" in done.stderr
    assert "1 changed" in done.stdout
    assert printed.stdout == written
    assert f"autotransform apply pytz_utc --base {git_repo.head}" in written
    assert str(git_repo.path) not in written


def test_the_command_makes_the_same_change_again(git_repo: GitRepo, run_cli: RunCli) -> None:
    files = {"a.py": "x = 1\n", "b/b.py": "x = 1\n", "b/c.py": "x = 1\n", "tools/count.py": _COUNT}
    git_repo.commit(dict(files))
    done = run_cli("preview", "../tools/count.py", "c.py", "--html", "-", cwd=git_repo.path / "b")
    command = f"autotransform apply tools/count.py b/c.py --base {git_repo.head}"
    again = run_cli(*shlex.split(command)[1:], cwd=git_repo.path)

    assert command in done.stdout
    assert again.returncode == 0, again.stderr
    assert git_repo.git("diff", "--name-only", "HEAD", "autotransform/count").split() == [
        "b/c.py",
        "transforms/count.py",
    ]


def test_a_file_that_cannot_be_written_is_said_so(git_repo: GitRepo, run_cli: RunCli) -> None:
    git_repo.commit({"a.py": "x = 1\n"})
    done = run_cli("preview", "pytz_utc", "--html", "no/such/out.html", cwd=git_repo.path)

    assert done.returncode == 2
    assert "no/such/out.html cannot be written: No such file or directory." in done.stderr


def test_what_was_refused_is_left_out_and_said_to_be(git_repo: GitRepo, run_cli: RunCli) -> None:
    git_repo.commit({"a.py": "import pytz\n\nx = pytz.UTC\n", "b.py": "import pytz\n\ny = pytz.UTC\n"})
    refuse(git_repo, "a.py")
    done = run_cli("preview", "pytz_utc", "--html", "-", cwd=git_repo.path)

    assert "1 file, which this report leaves out" in done.stdout
    assert "<b>1</b> <span>file changed</span>" in done.stdout


def refuse(git_repo: GitRepo, path: str) -> None:
    """Keep the answer that a person gave in an earlier run."""
    from autotransform.publish.decisions.answers import Answers, save_answers  # noqa: PLC0415
    from autotransform.repository import Repository  # noqa: PLC0415
    from autotransform.review.decisions import Decisions  # noqa: PLC0415

    save_answers(Repository.open(git_repo.path), "pytz_utc", Answers(refused=Decisions(files=frozenset({path}))))
