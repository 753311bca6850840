"""The hook for pre-commit, installed and run by pre-commit itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.action.conftest import find_tool

if TYPE_CHECKING:
    from tests.conftest import GitRepo

_TRUST = () if sys.platform == "linux" else ("--trust",)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def hooks(tmp_path: Path) -> GitRepo:
    """Give a repository with our hooks that are taken as they are: nothing is installed for them."""
    from tests.conftest import GitRepo  # noqa: PLC0415

    path = tmp_path / "hooks"
    path.mkdir()
    repo = GitRepo(path)
    repo.git("init", "--quiet")
    repo.git("config", "user.name", "Ada Lovelace")
    repo.git("config", "user.email", "ada@example.org")
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    here: dict[str, Any] = {**hook, "language": "system", "entry": f"{sys.executable} -m {hook['entry']}"}
    repo.commit({".pre-commit-hooks.yaml": yaml.safe_dump([here])})
    return repo


def try_hook(repo: GitRepo, hooks: GitRepo, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the hook on what is staged, as `git commit` would."""
    config = {
        "repos": [
            {
                "repo": str(hooks.path),
                "rev": hooks.head,
                "hooks": [{"id": "autotransform-check", "args": [*arguments, *_TRUST]}],
            }
        ]
    }
    (hooks.path.parent / "config.yaml").write_text(yaml.safe_dump(config))
    return subprocess.run(
        [find_tool("pre-commit"), "run", "--color=never", "--config", str(hooks.path.parent / "config.yaml")],
        cwd=repo.path,
        env={**os.environ, "PRE_COMMIT_HOME": str(hooks.path.parent / "cache")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_what_is_staged_is_looked_at_and_nothing_else(git_repo: GitRepo, hooks: GitRepo) -> None:
    git_repo.commit({"old.py": "import pytz\n\nx = pytz.UTC\n", "a b.py": "y = 1\n"})
    git_repo.write("a b.py", "y = 2\n")
    git_repo.git("add", "a b.py")
    done = try_hook(git_repo, hooks, "pytz_utc")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout

    git_repo.write("a b.py", "import pytz\n\ny = pytz.UTC\n")
    git_repo.git("add", "a b.py")
    done = try_hook(git_repo, hooks, "pytz_utc")

    assert done.returncode == 1
    assert "+y = timezone.utc" in done.stdout
    assert "old.py" not in done.stdout


@pytest.mark.long
def test_staged_files_that_no_transform_takes_pass(git_repo: GitRepo, hooks: GitRepo) -> None:
    git_repo.commit({"a.py": "y = 1\n"})
    git_repo.write("generated.py", "# @generated\nimport pytz\n\nx = pytz.UTC\n")
    git_repo.git("add", "generated.py")
    done = try_hook(git_repo, hooks, "pytz_utc")

    assert done.returncode == 0, done.stdout + done.stderr
